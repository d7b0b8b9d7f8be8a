"""Where the steps of a running case could go in a newer version: a proposal in words, for a person to confirm.

Compares definitions only. Whether a case can really be moved, the engine says for each case.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from jiecheng.definitions.difference import KINDS
from jiecheng.definitions.vocabulary import SUB_PROCESSES
from jiecheng.model.definition import FlowNode, ProcessDefinition
from jiecheng.model.ids import ElementId, ProcessId

# Where a token can stand still, or is counted on.
STANDING = frozenset({"userTask", "manualTask", "serviceTask", "receiveTask", "callActivity", "intermediateCatchEvent"})
STANDING |= frozenset({"boundaryEvent", "eventBasedGateway", "parallelGateway", "inclusiveGateway"}) | SUB_PROCESSES
ALIKE = 0.6  # how much two names must have in common to be taken for the same step
GATEWAYS = {"parallelGateway": "并行网关", "inclusiveGateway": "包容网关", "eventBasedGateway": "事件网关"}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What becomes of one element of the old version. `target`: its id in the new one, None where there is none.

    `certain` is False where a person should look: a guess, or nothing found.
    """

    element: ElementId
    target: ElementId | None
    sentence: str
    certain: bool = True


def migration_plan(old: ProcessDefinition, new: ProcessDefinition) -> tuple[Suggestion, ...]:
    """One suggestion for each element of `old` a case may wait at that is not simply the same in `new`, outer ones first."""
    mapping = dict(_matches(old, new))
    told = [_told(node, mapping, old, new) for node in old.nodes.values() if node.kind in STANDING]
    return tuple(each for each in told if each is not None)


def mapping_of(plan: tuple[Suggestion, ...]) -> dict[ElementId, ElementId]:
    """What the engine needs to know of a plan: the elements whose ids change."""
    return {each.element: each.target for each in plan if each.target is not None and each.target != each.element}


def _matches(old: ProcessDefinition, new: ProcessDefinition) -> Iterator[tuple[ElementId, ElementId]]:
    """Each old element with its counterpart: the same id, else the most alike of those that are new."""
    found: dict[ElementId, ElementId] = {}
    free = [node for node in new.nodes.values() if node.id not in old.nodes]
    for node in old.nodes.values():
        if node.id in new.nodes:
            found[node.id] = node.id
    for node in old.nodes.values():
        if node.id in found or node.kind not in STANDING:
            continue
        scope = None if node.scope is None else found.get(node.scope)
        process = _process_there(node, old, new, found)
        likely = [
            (_likeness(node, each, old, new, found), each)
            for each in free
            if (each.scope, each.process) == (scope, process)
        ]
        best = max(likely, key=lambda pair: pair[0], default=None)
        if best is not None and best[0] >= ALIKE:
            found[node.id] = best[1].id
            free.remove(best[1])
    yield from found.items()


def _process_there(
    node: FlowNode, old: ProcessDefinition, new: ProcessDefinition, found: Mapping[ElementId, ElementId]
) -> ProcessId:
    """The called process a node's counterpart lies in: the one that its caller calls now."""
    there = [new.nodes[found[call.id]].calls for call in old.callers(node.process) if call.id in found]
    return there[0] if there else node.process


def _likeness(
    one: FlowNode,
    other: FlowNode,
    old: ProcessDefinition,
    new: ProcessDefinition,
    found: Mapping[ElementId, ElementId],
) -> float:
    if (one.kind, one.event) != (other.kind, other.event):
        return 0.0
    names = 1.0 if one.name == other.name else SequenceMatcher(None, one.name, other.name).ratio()
    if one.attached_to is not None and other.attached_to is not None:
        return names if found.get(one.attached_to) == other.attached_to else 0.0
    before, after = _around(one, old), _around(other, new)
    shared = {found[each] for each in before if each in found} & after
    # A step between the same neighbours is probably the same step, whatever it is called now.
    return names + 0.4 * len(shared) / max(len(before), 1)


def _around(node: FlowNode, definition: ProcessDefinition) -> set[ElementId]:
    flows = definition.flows.values()
    return {flow.source for flow in flows if flow.target == node.id} | {
        flow.target for flow in flows if flow.source == node.id
    }


def _told(
    node: FlowNode, mapping: Mapping[ElementId, ElementId], old: ProcessDefinition, new: ProcessDefinition
) -> Suggestion | None:
    what = f"{_noun(node)}「{node.name or node.id}」"
    target = mapping.get(node.id)
    if target is None:
        sentence = f"{what}在新版本里没有对应的元素；停在这里的办件请先办完这一步，或退回到别的环节后再转。"
        return Suggestion(node.id, None, sentence, certain=False)
    found = new.nodes[target]
    if (found.kind, found.event) != (node.kind, node.event):
        sentence = f"{what}在新版本里换成了{_noun(found)}「{found.name or target}」；停在这里的办件请先办完这一步再转。"
        return Suggestion(node.id, None, sentence, certain=False)
    moved = found.process != _process_there(node, old, new, mapping)
    if moved or found.scope != (None if node.scope is None else mapping.get(node.scope)):
        sentence = f"{what}在新版本里放进了别的一层；停在这里的办件请先办完这一步再转。"
        return Suggestion(node.id, None, sentence, certain=False)
    events = _event_changes(node, found, mapping, old, new)
    if events:
        sentence = f"{what}上的边界事件有增减（{events}）；停在这里的办件请先办完这一步再转。"
        return Suggestion(node.id, target, sentence, certain=False)
    if target == node.id:
        return None
    return Suggestion(
        node.id,
        target,
        f"{what}（{node.id}）对应新版本的「{found.name or target}」（{target}），请确认是同一个环节。",
        certain=node.name == found.name,
    )


def _event_changes(
    node: FlowNode,
    found: FlowNode,
    mapping: Mapping[ElementId, ElementId],
    old: ProcessDefinition,
    new: ProcessDefinition,
) -> str:
    had = {each.id: each for each in old.nodes.values() if each.attached_to == node.id}
    has = {each.id: each for each in new.nodes.values() if each.attached_to == found.id}
    kept = {mapping[each] for each in had if each in mapping}
    gone = [f"删去「{each.name or each.id}」" for each in had.values() if mapping.get(each.id) not in has]
    added = [f"新增「{each.name or each.id}」" for each in has.values() if each.id not in kept]
    return "、".join((*gone, *added))


def _noun(node: FlowNode) -> str:
    return KINDS.get(node.kind) or GATEWAYS.get(node.kind, node.kind)
