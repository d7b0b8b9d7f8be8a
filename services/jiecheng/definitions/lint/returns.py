"""Where a step may be returned to (退回): each target is a step of this diagram, never the step itself, and the way
straight back (直达) does not pass over a decision of a body."""

from __future__ import annotations

from collections.abc import Iterator

from jiecheng.definitions.lint.subject import Subject, called
from jiecheng.model.definition import RETURN_INITIATOR, RETURN_PREVIOUS, RETURN_WAYS, FlowNode, ProcessDefinition
from jiecheng.model.errors import Finding
from jiecheng.model.ids import ElementId

_DIRECT = "direct"


def returns_lead_somewhere(subject: Subject) -> Iterator[Finding]:
    for node in subject.nodes:
        if node.returns is None:
            continue
        own = subject.definition.initiator_steps
        for target in node.returns.to:
            if target == RETURN_INITIATOR:
                if len(own) != 1:
                    sentence = f"{called(node)}可以退回发起人，流程里就应当正好有一个由发起人办理的环节，现在有 {len(own)} 个。"
                    yield Finding("return_initiator", node.id, sentence)
                continue
            found = subject.definition.nodes.get(target)  # type: ignore[call-overload]
            if target != RETURN_PREVIOUS and (found is None or found.kind != "userTask" or found.id == node.id):
                sentence = f"{called(node)}的退回去处“{target}”不是本流程另一个人工环节的标识，请改正。"
                yield Finding("return_target", node.id, sentence)
        if not node.returns.back or set(node.returns.back) - set(RETURN_WAYS):
            sentence = f"{called(node)}退回以后怎样回来（back）只能写 step（逐级）、direct（直达），可以两个都写。"
            yield Finding("return_back", node.id, sentence)
        yield from _over_meetings(subject.definition, node)


def steps_between(definition: ProcessDefinition, first: ElementId, last: ElementId) -> list[FlowNode]:
    """The user tasks on some way from one step to another, both left out: what 直达 would not ask again."""
    forth = _edges(definition)
    back: dict[ElementId, list[ElementId]] = {one: [] for one in forth}
    for source, targets in forth.items():
        for target in targets:
            back[target].append(source)
    on_the_way = _reached(forth, first, last) & _reached(back, last, first)
    return [definition.nodes[one] for one in forth if one in on_the_way and definition.nodes[one].kind == "userTask"]


def _over_meetings(definition: ProcessDefinition, node: FlowNode) -> Iterator[Finding]:
    """What a body decided was decided on what lay before it: changed papers go before it again."""
    if node.returns is None or _DIRECT not in node.returns.back:
        return
    targets = {ElementId(one) for one in node.returns.to if ElementId(one) in definition.nodes and one != node.id}
    targets |= {one.id for one in definition.initiator_steps if RETURN_INITIATOR in node.returns.to}
    for target in sorted(targets - {node.id}):
        for one in steps_between(definition, target, node.id):
            if one.meeting is not None:
                sentence = (
                    f"{called(node)}退回“{definition.nodes[target].name}”不能直达（direct）：会越过集体研究“{one.name}”，"
                    "已经改过的内容要重新研究。请去掉 direct，或者不列这个去处。"
                )
                yield Finding("return_over_meeting", node.id, sentence)


def _reached(edges: dict[ElementId, list[ElementId]], start: ElementId, stop: ElementId) -> set[ElementId]:
    seen: set[ElementId] = set()
    todo = list(edges[start])
    while todo:
        here = todo.pop()
        if here in seen or here in (start, stop):
            continue
        seen.add(here)
        todo += edges[here]
    return seen


def _edges(definition: ProcessDefinition) -> dict[ElementId, list[ElementId]]:
    """Where a token may stand after each node: along the drawing, into a part and out of it, off its edge."""
    after: dict[ElementId, list[ElementId]] = {one: [] for one in definition.nodes}
    for flow in definition.flows.values():
        after[flow.source].append(flow.target)
    along = {one: tuple(targets) for one, targets in after.items()}
    for node in definition.nodes.values():
        if node.attached_to:
            after[node.attached_to].append(node.id)
        if node.kind == "startEvent" and node.scope is not None:
            after[node.scope].append(node.id)
        if node.kind == "endEvent" and node.scope is not None:
            # Out of the part: its own node would lead in again, so its end stands for what follows it.
            after[node.id] += along[node.scope]
    return after
