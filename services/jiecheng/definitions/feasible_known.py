"""What is known of the variables on a feasible path: what steps write, what a called process is handed, what is asked later.

A variable of a called process is kept under its process and name: nothing leaks between a call and what is around it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from jiecheng.definitions.feasible_diagram import WalkedDiagram
from jiecheng.definitions.known import OPEN, names_in, value_of
from jiecheng.model.definition import FlowNode, Input, Output
from jiecheng.model.ids import ElementId

_MARK = "|"  # between a called process and its variable; no name has it


@dataclass
class Knowledge:
    """`under`: variables that keep their value all the way."""

    diagram: WalkedDiagram
    under: Mapping[str, Any]

    def written(self, known: dict[str, Any], node: FlowNode) -> Iterator[tuple[dict[str, Any], str]]:
        """What is known after the node, once for each of its outcomes."""
        activity = self.diagram.definition.nodes[node.attached_to] if node.attached_to else node
        if activity.several or (activity.kind == "callActivity" and not self.diagram.holds(activity)):
            yield self._forgotten(known, activity), ""
            return
        if activity.calls and node is activity:
            # What is taken back is computed over the variables of the called process, which end with it.
            inside = self.view(known, activity.calls)
            values = {one.target: value_of(one.source, inside) for one in node.outputs}
            yield self._laid_over(self._without(known, activity), values, node.process), ""
            return
        if activity.calls and node.interrupting:
            known = self._without(known, activity)
        seen = self.view(known, node.process)
        for outcome in [one.value for one in node.outcomes] or [""]:
            step = {**seen, "outcome": outcome} if outcome else seen
            values = {one.target: value_of(one.source, step) for one in node.outputs}
            if node.result_variable:
                values[node.result_variable] = outcome or OPEN
            yield self._laid_over(known, values, node.process), outcome

    def _laid_over(self, known: Mapping[str, Any], values: Mapping[str, Any], process: str) -> dict[str, Any]:
        after = dict(known)
        for name, value in values.items():
            if name in self.under or name not in self._relevant:
                continue
            after.pop(_named(process, name), None)
            if value is not OPEN:
                after[_named(process, name)] = value
        return after

    def handed(self, known: dict[str, Any], call: FlowNode) -> dict[str, Any]:
        """What is known when a called process begins: of its own variables those it is handed."""
        seen = {} if call.several else self.view(known, call.process)
        values = {one.target: value_of(one.source, seen) for one in call.inputs}
        return self._laid_over(self._without(known, call), values, call.calls)

    def view(self, known: Mapping[str, Any], process: str) -> dict[str, Any]:
        """The variables that an expression of this process sees, under their own names."""
        beginning = _named(process, "")
        own = {name.removeprefix(beginning): value for name, value in known.items() if name.startswith(beginning)}
        return {**own, **self.under} if process else {name: one for name, one in known.items() if _MARK not in name}

    def _without(self, known: Mapping[str, Any], call: FlowNode) -> dict[str, Any]:
        """Without the variables of the called process, and of those it calls."""
        ended = {
            each.process for each in self.diagram.definition.nodes.values() if self.diagram.lies_in(each, call.id)
        } | {call.calls}
        beginnings = tuple(_named(process, "") for process in ended - {call.process})
        return {name: value for name, value in known.items() if not name.startswith(beginnings)}

    def _forgotten(self, known: Mapping[str, Any], node: FlowNode) -> dict[str, Any]:
        """After an activity that runs several times: what it writes, and every list, may have changed."""
        known = self._without(known, node) if node.calls else known
        inside = [node, *(one for one in self.diagram.definition.nodes.values() if self.diagram.lies_in(one, node.id))]
        written = {one.target for each in inside for one in each.outputs} | {one.result_variable for one in inside}
        return {
            name: value
            for name, value in known.items()
            if name in self.under or (name.rpartition(_MARK)[2] not in written and not isinstance(value, list))
        }

    @cached_property
    def _relevant(self) -> frozenset[str]:
        """Variables that decide a way, and those they are computed from: only these are worth telling states apart."""
        relevant = {name for flow in self.diagram.definition.flows.values() for name in names_in(flow.condition)}
        outputs = [one for node in self.diagram.definition.nodes.values() for one in _mappings(node)]
        while True:
            more = {name for one in outputs if one.target in relevant for name in names_in(one.source)} - relevant
            if not more:
                return frozenset(relevant)
            relevant |= more

    # ------------------------------------------------------------------ what is worth remembering

    def worth_keeping(self, known: Mapping[str, Any], tokens: Collection[str]) -> dict[str, Any]:
        """Without what nobody can ask any more. Knowing less only adds paths, so a proof stays a proof."""
        kept = set(self.under)
        for token in tokens:
            kind, _, name = token.partition(":")
            kept |= self._asked_from(name) if kind == "at" else self._asked[self.diagram.definition.flows[name].target]
        return {key: known[key] for key in known if key.rpartition(_MARK)[2] in kept}

    def _asked_from(self, activity: str) -> frozenset[str]:
        """What may be asked once the activity that waits here has ended or was interrupted."""
        after = [
            *self.diagram.after(self.diagram.node(activity)),
            *(one.id for one in self.diagram.boundary.get(ElementId(activity), ())),
        ]
        own = self._asked[ElementId(activity)]  # its outputs are computed when it ends
        return frozenset().union(own, *(self._asked[one] for one in after))

    @cached_property
    def _asked(self) -> Mapping[ElementId, frozenset[str]]:
        """Element -> the variables that some way from it on asks before it writes them anew."""
        nodes = self.diagram.definition.nodes
        asked: dict[ElementId, frozenset[str]] = dict.fromkeys(nodes, frozenset())
        while True:
            before = dict(asked)
            for node in nodes.values():
                after = frozenset().union(*(asked[one] for one in self.diagram.next(node)))
                edges = frozenset().union(*(asked[one.id] for one in self.diagram.boundary.get(node.id, ())))
                asked[node.id] = self._reads(node) | (after - self._writes(node)) | edges
            if asked == before:
                return asked

    def _reads(self, node: FlowNode) -> frozenset[str]:
        told = [flow.condition for flow in self.diagram.outgoing.get(node.id, ())] + [
            one.source for one in _mappings(node)
        ]
        return frozenset().union(*(names_in(one) for one in told))

    def _writes(self, node: FlowNode) -> frozenset[str]:
        if node.several or node.kind == "callActivity" or node.attached_to:
            return frozenset()
        return frozenset({node.result_variable, *(one.target for one in node.outputs)} - {""})


def _mappings(node: FlowNode) -> list[Input | Output]:
    return [*node.outputs, *node.inputs]


def _named(process: str, name: str) -> str:
    """How the walk keeps a variable of a called process; one of the case has its own name."""
    return f"{process}{_MARK}{name}" if process else name
