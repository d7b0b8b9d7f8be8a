"""A definition in which every call has a called process of its own: what several calls share is drawn once for each.

The first call of a process keeps the names as they are drawn; in those of further calls stands by which call one is there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from jiecheng.model.definition import CalledProcess, FlowNode, ProcessDefinition, SequenceFlow
from jiecheng.model.ids import ElementId, ProcessId

_BY = "@"  # between a name and the call: no name in a diagram has it


def unfolded(definition: ProcessDefinition) -> ProcessDefinition:
    """The same definition where no process is called twice. What is called without being there stays as it is."""
    if all(len(definition.callers(process)) < 2 for process in definition.called):
        return definition
    return _Unfolding(definition).whole()


def drawn(name: str) -> str:
    """The name in the diagram of what is called so in the unfolded definition."""
    return name.partition(_BY)[0]


class _Unfolding:
    def __init__(self, definition: ProcessDefinition) -> None:
        self.definition = definition
        self.nodes: dict[ElementId, FlowNode] = {}
        self.flows: dict[str, SequenceFlow] = {}
        self.called: dict[ProcessId, CalledProcess] = {}

    def whole(self) -> ProcessDefinition:
        self._copy(ProcessId(""), "")
        return replace(self.definition, nodes=self.nodes, flows=self.flows, called=self.called)

    def _copy(self, process: ProcessId, by: str) -> None:
        calls: list[FlowNode] = []
        for node in self._nodes_of(process):
            copy = replace(
                node,
                id=ElementId(f"{node.id}{by}"),
                scope=node.scope and ElementId(f"{node.scope}{by}"),
                attached_to=node.attached_to and ElementId(f"{node.attached_to}{by}"),
                process=ProcessId(f"{process}{by}"),
            )
            self.nodes[copy.id] = copy
            calls += [copy] if node.calls in self.definition.called else []
        for flow in self.definition.flows.values():
            if self.definition.nodes[flow.source].process == process:
                ends = ElementId(f"{flow.source}{by}"), ElementId(f"{flow.target}{by}")
                self.flows[f"{flow.id}{by}"] = replace(flow, id=f"{flow.id}{by}", source=ends[0], target=ends[1])
        for call in calls:
            self._call(call)

    def _call(self, call: FlowNode) -> None:
        by = f"{_BY}{call.id}" if call.calls in self.called else ""
        about, process = self.definition.called[call.calls], ProcessId(f"{call.calls}{by}")
        self.called[process] = replace(about, id=process, start=ElementId(f"{about.start}{by}"))
        self.nodes[call.id] = replace(call, calls=process)
        self._copy(call.calls, by)

    def _nodes_of(self, process: ProcessId) -> Iterator[FlowNode]:
        return (node for node in self.definition.nodes.values() if node.process == process)
