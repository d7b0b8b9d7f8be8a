"""How the walk over feasible paths looks at a diagram: neighbours, what lies inside what, ways on. Knows no variables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from jiecheng.definitions.vocabulary import SUB_PROCESSES
from jiecheng.model.definition import FlowNode, ProcessDefinition, SequenceFlow
from jiecheng.model.ids import ElementId


@dataclass
class WalkedDiagram:
    """`definition`: unfolded, so that whoever is in a called process is there by one call."""

    definition: ProcessDefinition

    def node(self, name: str) -> FlowNode:
        return self.definition.nodes[ElementId(name)]

    def start_of(self, scope: FlowNode) -> FlowNode:
        return next(one for one in self.inside[scope.id] if one.kind == "startEvent")

    @cached_property
    def outgoing(self) -> Mapping[ElementId, list[SequenceFlow]]:
        return _grouped((flow.source, flow) for flow in self.definition.flows.values())

    @cached_property
    def incoming(self) -> Mapping[ElementId, list[SequenceFlow]]:
        return _grouped((flow.target, flow) for flow in self.definition.flows.values())

    @cached_property
    def boundary(self) -> Mapping[ElementId | None, list[FlowNode]]:
        return _grouped((node.attached_to, node) for node in self.definition.nodes.values() if node.attached_to)

    @cached_property
    def inside(self) -> Mapping[ElementId | None, list[FlowNode]]:
        return _grouped((self.scope_of(node), node) for node in self.definition.nodes.values())

    def holds(self, node: FlowNode) -> bool:
        """Whether tokens walk inside it: sub-processes, and calls of what the release holds."""
        return node.kind in SUB_PROCESSES or node.calls in self.definition.called

    def scope_of(self, node: FlowNode) -> ElementId | None:
        """The sub-process around a node, or the call that its process is called by."""
        if node.scope or not node.process:
            return node.scope
        callers = self.definition.callers(node.process)
        return callers[0].id if callers else None

    def next(self, node: FlowNode) -> list[ElementId]:
        if self.holds(node):
            return [self.start_of(node).id, *self.after(node)]
        if node.kind == "endEvent" and (scope := self.scope_of(node)):
            around = self.node(scope)
            return [*self.after(around), *(one.id for one in self.boundary.get(around.id, ()))]
        return list(self.after(node))

    def after(self, node: FlowNode) -> list[ElementId]:
        """Where a token goes from here; from the last element of a sub-process, to what comes after that."""
        return [flow.target for flow in self.outgoing.get(node.id, ())]

    def lies_in(self, node: FlowNode, scope: str) -> bool:
        return any(one.id == scope for one in self.definition.around(node.id) if one.id != node.id)

    def downstream(self, token: str, join: str) -> set[str]:
        kind, _, name = token.partition(":")
        waiting = [self.definition.flows[name].target] if kind == "flow" else [ElementId(name)]
        found: set[str] = set()
        while waiting:
            current = waiting.pop()
            if current in found:
                continue
            found.add(current)
            if current != join:
                waiting += [flow.target for flow in self.outgoing.get(current, ())]
                waiting += [event.id for event in self.boundary.get(current, ())]
                waiting += [scope for scope in (self.scope_of(self.node(current)),) if scope]
        return found


def _grouped(pairs: Iterator[tuple[Any, Any]]) -> dict[Any, list[Any]]:
    found: dict[Any, list[Any]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found
