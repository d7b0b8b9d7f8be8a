"""Return a case to an earlier step (退回): where to, which way back, why. What waited beside it ends with the cause.

A return out of a parallel part ends the whole part; the engine judges what may stand together afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from jiecheng import engine, outbox, store
from jiecheng.cases import facts, joint, standing
from jiecheng.cases.advance import advance, decider
from jiecheng.cases.case import answer
from jiecheng.cases.house import Tx
from jiecheng.cases.once import Answer, once
from jiecheng.cases.open_case import OpenCase
from jiecheng.cases.open_item import OpenItem, open_item
from jiecheng.cases.work_item import decision_of, require_decider
from jiecheng.model.actor import Actor
from jiecheng.model.definition import RETURN_INITIATOR, RETURN_PREVIOUS, FlowNode, ProcessDefinition
from jiecheng.model.errors import Invalid, Refused
from jiecheng.model.ids import ElementId, WorkItemId
from jiecheng.model.step import Step
from jiecheng.model.task import Task, TaskState
from jiecheng.model.values import Value

RETURNED = "return"  # the outcome in the row of who returned it
DIRECT = "direct"
_BEYOND = ("move_same_branch", "move_same_round", "move_dead_join")


@dataclass(frozen=True, slots=True)
class ReturnCase:
    """`target`: the id of an earlier step, one of `targets`; `back`: "step" every step again, "direct" straight back."""

    actor: Actor
    item: WorkItemId
    target: str
    back: str
    opinion: str
    operation: str = ""


@dataclass(frozen=True, slots=True)
class ReturnTarget:
    element: ElementId
    name: str


def return_case(tx: Tx, command: ReturnCase) -> Answer:
    content = {
        "return": command.item, "target": command.target, "back": command.back, "opinion": command.opinion,
    }  # fmt: skip
    return once(tx, command.actor, command.operation, content, lambda: _return(tx, command))


def targets(opened: OpenCase, task: Task) -> Sequence[ReturnTarget]:
    """Where this step may be returned to now: steps of this case's own release that were done before, never itself."""
    node = opened.deployed.node(task.element)
    if node.returns is None or task.state is not TaskState.OPEN:
        return ()
    definition = opened.deployed.definition
    earlier = [one for one in store.task.of_case(opened.tx.db, opened.id) if _before(definition, one, task)]
    found: dict[ElementId, str] = {}
    for word in node.returns.to:
        if word == RETURN_INITIATOR:
            found |= {one.id: f"{one.name}（发起人）" for one in definition.initiator_steps}
        elif word == RETURN_PREVIOUS:
            near = set(steps_before(definition, node))
            last = next((one for one in reversed(earlier) if one.element in near), None)
            found |= {last.element: f"{definition.nodes[last.element].name}（上一环节）"} if last is not None else {}
        elif any(one.element == word for one in earlier):
            found.setdefault(ElementId(word), definition.nodes[ElementId(word)].name)
    found.pop(task.element, None)
    return [ReturnTarget(element, name) for element, name in found.items()]


def _before(definition: ProcessDefinition, one: Task, task: Task) -> bool:
    """Whether it was done before, in this very instance of a fan-out, and not behind somebody else's doors."""
    around = definition.several_around(one.element)
    same = around is None or (
        around is definition.several_around(task.element) and one.instance_key == task.instance_key
    )
    return one.state is TaskState.COMPLETED and same and one.compartment in ("", task.compartment)


def steps_before(definition: ProcessDefinition, node: FlowNode) -> Iterator[ElementId]:
    """The user tasks from which the drawing leads here without another one between."""
    seen: set[ElementId] = set()
    todo = [node.id]
    while todo:
        here = definition.nodes[todo.pop()]
        sources = [flow.source for flow in definition.flows.values() if flow.target == here.id]
        sources += [here.attached_to] if here.attached_to else []
        if here.kind == "startEvent" and here.scope is not None:
            sources.append(here.scope)
        for source in sources:
            if source in seen:
                continue
            seen.add(source)
            if definition.nodes[source].kind == "userTask":
                yield source
            else:
                todo.append(source)


def _return(tx: Tx, command: ReturnCase) -> Answer:
    at = open_item(tx, command.item)
    at = require_decider(at, command.actor)
    target = _chosen(at, command)
    opinion = command.opinion.strip()
    step = _move(at, target.element)
    why = f"退回「{at.opened.deployed.node(target.element).name}」"
    values = {
        **decision_of(at, command.actor),
        "outcome": RETURNED, "outcome_label": why, "opinion": opinion,
    }  # fmt: skip
    store.work_item.decide(tx.db, at.item.id, values)
    public: dict[str, Value] = {
        "item": at.item.id, "task": at.task.id, "element": at.node.id, "name": at.name,
        "target": target.element, "outcome_label": why, "back": command.back,
    }  # fmt: skip
    at.opened.record("case_returned", command.actor, public, {"opinion": opinion}, compartment=at.task.compartment)
    joint.close_rest(at.opened, at.task, f"本环节已{why}")
    advance(at.opened, step, cause=at.node.id, compartment=at.task.compartment, why=f"「{at.name}」{why}")
    _note(at, target.element, command)
    at.opened.close()
    return answer(at.opened, f"「{at.name}」已{why}。", command.actor)


def _chosen(at: OpenItem, command: ReturnCase) -> ReturnTarget:
    if at.node.returns is None:
        raise Refused("这个环节不能退回。确有问题的，请在意见里写明，或联系流程管理员。", rule="return_step")
    allowed = targets(at.opened, at.task)
    target = next((one for one in allowed if one.element == command.target), None)
    if target is None:
        words = "、".join(f"「{one.name}」" for one in allowed)
        raise Refused(
            f"不能退回到那里，可以退回的环节有：{words}。" if words else "现在没有可以退回的环节。",
            rule="return_target",
        )
    if command.back == DIRECT and DIRECT not in at.node.returns.back:
        sentence = "从这里退回的，改好以后要逐级重新办理，不能直接回到您这里。请选择“逐级”。"
        raise Invalid(sentence, fields={"back": [sentence]})
    if command.back not in at.node.returns.back:
        raise Invalid("请选择改好以后怎样回来：逐级重新办理，还是直接回到您这里。", fields={"back": ["请选择。"]})
    if not command.opinion.strip():
        raise Invalid.at("opinion", "退回时必须写明意见，说明要改什么。")
    return target


def _move(at: OpenItem, target: ElementId) -> Step:
    """This step alone where it is in the same branch, else everything that is under way beside it."""
    opened, deployed = at.opened, at.opened.deployed
    known, decide = facts.case_facts(opened), decider(opened)
    try:
        return engine.move(deployed.executable, opened.case.snapshot, known, [at.task.token], [target], decide)
    except Refused as refusal:
        if refusal.rule not in _BEYOND:
            raise
    return engine.move(deployed.executable, opened.case.snapshot, known, "all", [target], decide)


def _note(at: OpenItem, target: ElementId, command: ReturnCase) -> None:
    """Who gets it learns who sent it back and why; straight back leads to the step left."""
    opened, db = at.opened, at.opened.tx.db
    who = standing.actor_in_words(opened.tx, at.item, command.actor)
    note = f"{who}从「{at.name}」退回：{command.opinion.strip()}"
    for step, item in store.work_item.waiting(db, opened.id):
        if step.element == target and item.opened_at == opened.tx.now:
            way_back = at.node.id if command.back == DIRECT else ""
            store.task.set_return(db, item.task, way_back, note)
            text = f"{opened.case.number}「{step.name}」被退回，请打开待办办理。"
            readers = [item.assignee] if item.assignee else list(item.candidates)
            payload = {"identities": readers, "text": text}
            store.outbox.owe(db, key=f"returned:{item.id}", kind=outbox.NOTICE, case=opened.id, payload=payload)
