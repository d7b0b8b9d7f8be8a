"""What comes after what, as far as the diagram alone says: for the line beside the buttons, and the order of what is shown.
Never asks a table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from jiecheng.definitions.known import possible_ways
from jiecheng.model.definition import FlowNode, OutcomeOption, ProcessDefinition
from jiecheng.model.ids import ElementId
from jiecheng.model.voting import AGREE, DISAGREE

_CHOOSING = frozenset({"exclusiveGateway"})
_BRANCHING = frozenset({"inclusiveGateway", "complexGateway", "eventBasedGateway"})


def leads_to(definition: ProcessDefinition, node: FlowNode, outcome: str) -> FlowNode | None:
    """The one step that comes next for certain; None where that hangs on more than the outcome, or several come."""
    at, passed = node, set[ElementId]()
    while at.id not in passed:
        passed.add(at.id)
        following = _next(definition, at, {node.result_variable: outcome})
        if following is None or following.kind == "userTask":
            return following
        at = following
    return None


def goes_back(definition: ProcessDefinition, node: FlowNode, option: OutcomeOption) -> FlowNode | None:
    """The applicant's step that an outcome with reasons leads to: 退回补正."""
    if not (option.opinion_required and node.result_variable):
        return None
    found = leads_to(definition, node, option.value)
    return found if found is not None and found in definition.initiator_steps and found.id != node.id else None


def before_meeting(definition: ProcessDefinition, node: FlowNode) -> Sequence[OutcomeOption]:
    """The outcomes of a collective decision that need no meeting: the case goes back to its applicant, nothing is decided."""
    if node.meeting is None:
        return ()
    return [
        one
        for one in node.outcomes
        if one.value not in (AGREE, DISAGREE) and goes_back(definition, node, one) is not None
    ]


def _next(definition: ProcessDefinition, at: FlowNode, known: dict[str, str]) -> FlowNode | None:
    if at.kind in _BRANCHING or at.calls:
        return None
    flows = [one for one in definition.flows.values() if one.source == at.id]
    if not flows and at.event == "error" and at.scope:
        caught = {one.id for one in definition.nodes.values() if one.attached_to == at.scope and one.event == "error"}
        targets = {one.target for one in definition.flows.values() if one.source in caught}
        return definition.nodes.get(targets.pop()) if len(targets) == 1 else None
    ways = list(possible_ways(flows, known)) if at.kind in _CHOOSING else flows
    return definition.nodes.get(ways[0].target) if len(ways) == 1 else None


def in_order(definition: ProcessDefinition) -> Sequence[FlowNode]:
    """Every node that can be reached, none before what leads to it; a loop counts from where it is entered."""
    ways = _ways(definition)
    left: list[FlowNode] = []
    met: set[ElementId] = set()
    stack: list[tuple[ElementId, Iterator[ElementId]]] = []

    def meet(element: ElementId) -> None:
        if element in definition.nodes and element not in met:
            met.add(element)
            stack.append((element, iter(ways.get(element, ()))))

    meet(definition.start)
    while stack:
        further = stack[-1][1]
        after = next(further, None)
        if after is None:
            left.append(definition.nodes[stack.pop()[0]])
        else:
            meet(after)
    return left[::-1]


def _ways(definition: ProcessDefinition) -> Mapping[ElementId, Sequence[ElementId]]:
    """What follows an element, the last first; what is inside one comes before what follows it."""
    ways: dict[ElementId, list[ElementId]] = defaultdict(list)
    for node in definition.nodes.values():
        if node.attached_to:
            ways[node.attached_to].append(node.id)
    for flow in reversed(list(definition.flows.values())):
        ways[flow.source].append(flow.target)
    for node in definition.nodes.values():
        if node.calls in definition.called:
            ways[node.id].append(definition.called[node.calls].start)
        if node.scope and node.kind == "startEvent":
            ways[node.scope].append(node.id)
        elif node.scope and node.kind == "endEvent":
            ways[node.id] += [flow.target for flow in definition.flows.values() if flow.source == node.scope]
    return ways
