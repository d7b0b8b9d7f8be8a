"""Take one's own decision back (撤回): nobody else has opened or handled what came of it, as the diagram says.

Invariants. 1 The case stands as before the decision, or nothing changes. 2 The decision stays on record and counts no more.
3 What a decision has sent into the world (a letter, a register's row) is not taken back: it is undone by people.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from jiecheng import engine, permissions, store
from jiecheng.cases import joint, people, standing, submission
from jiecheng.cases.advance import advance
from jiecheng.cases.case import answer, read_facts
from jiecheng.cases.history import events_of
from jiecheng.cases.hold import count_again
from jiecheng.cases.house import Tx
from jiecheng.cases.once import Answer, once
from jiecheng.cases.open_case import OpenCase
from jiecheng.cases.open_item import OpenItem, open_item
from jiecheng.cases.place import place_of_task
from jiecheng.model.actor import Actor
from jiecheng.model.command import CHINESE_EVENTS, COMMANDS
from jiecheng.model.errors import Refused
from jiecheng.model.history import HistoryEvent
from jiecheng.model.ids import WorkItemId
from jiecheng.model.step import Step, WaitKind
from jiecheng.model.task import Task, TaskState
from jiecheng.model.values import Value
from jiecheng.model.work_item import OPEN_ITEM_STATES, WorkItem, WorkItemState

UNREAD = "unread"
TAKEN_BACK = "办理人已撤回"
_OPINION, _VOTE = "_opinion", "_vote:"  # what a draft of the page calls the opinion and the vote of a member
_HANDLING = frozenset(
    (
        "work_item_transferred", "work_item_delegated", "delegation_answered", "work_item_decided", "case_returned",
        "signer_added", "signer_signed",
    )
)  # fmt: skip
_MOVING = frozenset(word.event for words in COMMANDS.values() for word in words) - {
    "attachment_added", "attachment_replaced", "attachment_removed",
    "work_item_claimed", "work_item_released", "case_held", "case_resumed", "document_received",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class RetractDecision:
    actor: Actor
    item: WorkItemId
    reason: str = ""
    operation: str = ""


def retract_decision(tx: Tx, command: RetractDecision) -> Answer:
    content = {"retract": command.item, "reason": command.reason}
    return once(tx, command.actor, command.operation, content, lambda: _retract(tx, command))


def require_retract(at: OpenItem, actor: Actor) -> Step | None:
    """What taking it back does to the engine: None where the step is not decided yet. Refused with what stands against it."""
    node, task = at.node, at.task
    open_vote = node.voting is not None and task.state is TaskState.OPEN
    permissions.require_retract(
        actor,
        permissions.RetractFacts(
            item=at.item.state,
            decided_by=standing.taker_back(at.opened.tx, at.item, actor),
            until=node.retractable,
            case_state=at.opened.case.state,
            normal=any(one.value == at.item.outcome for one in node.outcomes),
            signed=at.item.has_signers or at.item.under is not None,
            settled=node.voting is not None and not open_vote,
            read=read_facts(at.opened),
            compartment=task.compartment,
        ),
    )
    since = _since(at)
    if open_vote:
        _require_untouched(at, _next_in_turn(at, since), since)
        return None
    _require_nothing_sent(since)
    return _require_still_there(at, since)


def _require_nothing_sent(since: Sequence[HistoryEvent]) -> None:
    """What has left the house, or stands in a register, is not taken back; a letter is named before what led to it."""
    first = {event.type: event for event in reversed(since)}
    if (issued := first.get("document_issued")) is not None:
        raise Refused(
            f"文书「{issued.public.get('number')}」已经制发，不能撤回。"
            "确有错误的，请与下一环节联系退回，或者另行发文更正。",
            rule="retract_issued",
            conflict=True,
        )
    if (job := first.get("job_opened")) is not None:
        number = job.public.get("number")
        told = f"「{job.public.get('name')}」{f'（文号 {number}）' if number else ''}"
        raise Refused(f"系统已经开始{told}，不能撤回。请与下一环节联系退回。", rule="retract_job", conflict=True)
    if "register_entry_written" in first:
        raise Refused(
            "办理结果已经登记台账，不能撤回。请与下一环节联系退回。", rule="retract_registered", conflict=True
        )


def _require_still_there(at: OpenItem, since: Sequence[HistoryEvent]) -> Step:
    """Refused when anything has moved since; else the engine's step back, when it wakes nothing but this step."""
    opened = at.opened
    point = store.undo.point(opened.tx.db, at.item.id)
    if point is None or point.after_digest != store.undo.digest(opened.case.snapshot):
        moved = next((one for one in since if one.type in _MOVING), None)
        name = str(moved.public.get("name") or opened.case.title) if moved else opened.case.title
        word = CHINESE_EVENTS[moved.type] if moved else "流转"
        raise Refused(
            f"您办完以后，「{name}」又有了进展（{word}），不能撤回。请与现在的承办人联系，由对方退回。",
            rule="retract_moved",
            conflict=True,
        )
    step = engine.take_back(opened.deployed.executable, point.snapshot, opened.case.snapshot, point.variables)
    woken = [wait for wait in step.opened if wait.kind is not WaitKind.EVENT and wait.token != at.task.token]
    if woken:
        names = "".join(f"「{opened.deployed.node(wait.element).name}」" for wait in woken)
        raise Refused(
            f"您的办理已经使{names}结束，不能撤回。请联系流程管理员。", rule="retract_siblings", conflict=True
        )
    gone = {closed.token for closed in step.closed}
    after = [task for task in store.task.open_of_case(opened.tx.db, opened.id) if task.token in gone]
    items = store.work_item.of_tasks(opened.tx.db, [task.id for task in after])
    _require_untouched(at, items, since)
    return step


def _require_untouched(at: OpenItem, items: Sequence[WorkItem], since: Sequence[HistoryEvent]) -> None:
    """Nobody has opened (`unread`) or handled what came of the decision."""
    tx, ids = at.opened.tx, {item.id for item in items}
    marks = store.undo.reads_of(tx.db, ids) if at.node.retractable == UNREAD else {}
    mine = (at.item.decided_by, at.item.decided_for)
    for item in items:
        mark = marks.get(item.id)
        if mark is not None and mark.by not in mine:
            who = people.label(tx, mark.by)
            raise Refused(
                f"下一环节的{who}已于 {people.moment(mark.at)} 打开，不能撤回。请与对方联系，由对方退回。",
                rule="retract_read",
                conflict=True,
            )
    stopping = {*_HANDLING, "work_item_claimed"} if at.node.retractable == UNREAD else _HANDLING
    for event in since:
        if event.type in stopping and event.public.get("item") in ids:
            name = event.public.get("name")
            raise Refused(
                f"「{name}」已经有人{CHINESE_EVENTS[event.type]}，不能撤回。请与对方联系，由对方退回。",
                rule="retract_handled",
                conflict=True,
            )


def _since(at: OpenItem) -> Sequence[HistoryEvent]:
    """What happened in the case since this decision."""
    events = list(events_of(at.opened.tx, at.opened.id))
    mine = [
        place
        for place, one in enumerate(events)
        if one.type == "work_item_decided" and one.public.get("item") == at.item.id
    ]
    return events[mine[-1] + 1 :] if mine else events


def _next_in_turn(at: OpenItem, since: Sequence[HistoryEvent]) -> Sequence[WorkItem]:
    """Items of the same step that are there because of this vote (依次: the next one's)."""
    made = {one.public.get("item") for one in since if one.type == "work_item_opened"}
    return [item for item in store.work_item.of_task(at.opened.tx.db, at.task.id) if item.id in made]


def _retract(tx: Tx, command: RetractDecision) -> Answer:
    at = open_item(tx, command.item)
    step = require_retract(at, command.actor)
    reason = command.reason.strip()
    public: dict[str, Value] = {
        "item": at.item.id, "task": at.task.id, "element": at.node.id, "name": at.name,
        "outcome_label": at.item.outcome_label,
    }  # fmt: skip
    personal: dict[str, Value] = (
        {"words": reason, "opinion": at.item.opinion} if reason else {"opinion": at.item.opinion}
    )
    if step is not None:
        personal |= dict(_changed(at))
    at.opened.record("decision_retracted", command.actor, public, personal, compartment=at.task.compartment)
    if step is None:
        _take_vote_back(at)
    else:
        _stand_as_before(at, step)
    item = _give_back(at, command.actor)
    at.opened.close()
    return answer(
        at.opened, f"「{at.name}」的办理已撤回，原来填写的内容都在，请重新办理。（待办 {item}）", command.actor
    )


def _changed(at: OpenItem) -> Iterator[tuple[str, Value]]:
    """What the decision had written into the case's variables, and what stands there again."""
    point = store.undo.point(at.opened.tx.db, at.item.id)
    before, now = (dict(point.variables) if point else {}), at.opened.case.variables
    for name in sorted({*before, *now}):
        if before.get(name) != now.get(name):
            yield f"variables.{name}", {"old": now.get(name), "new": before.get(name)}


def _stand_as_before(at: OpenItem, step: Step) -> None:
    """Tokens, variables and dates of the case as the decision found them."""
    opened, db = at.opened, at.opened.tx.db
    point = store.undo.point(db, at.item.id)
    assert point is not None, "require_retract has read it"
    advance(opened, replace(step, opened=()), cause=at.node.id, why=f"「{at.name}」的{TAKEN_BACK}")
    opened.update(variables=dict(point.variables))
    store.undo.reopen_task(db, at.task.id)
    store.undo.rearm(db, opened.id, {at.task.token, *(wait.token for wait in step.opened)})
    count_again(opened, at.task)
    store.undo.silence_sent(db, at.task.id)


def _take_vote_back(at: OpenItem) -> None:
    """The step goes on without this vote; whose turn came because of it waits again."""
    for item in _next_in_turn(at, _since(at)):
        if item.state in OPEN_ITEM_STATES:
            store.undo.close_item(at.opened.tx.db, item.id, f"前一位的{TAKEN_BACK}，还没有轮到")


def _give_back(at: OpenItem, actor: Actor) -> WorkItemId:
    """The step is his again, with what he had typed."""
    opened, db = at.opened, at.opened.tx.db
    holder = at.item.assignee or actor.identity
    store.undo.retract(db, at.item.id, TAKEN_BACK)
    task = store.task.get(db, at.task.id)
    item = store.work_item.add(db, task=task.id, case=opened.id, identities=[holder], due_at=task.due_at)
    store.form.save_draft(db, actor.identity, f"item:{item}", _typed(at, task))
    if at.node.voting is not None:
        joint.record_count(opened, task, joint.count(opened, task, store.work_item.of_task(db, task.id)))
    public: dict[str, Value] = {"item": item, "task": task.id, "element": task.element, "name": task.title}
    told: dict[str, Value] = {
        "task.candidates": [holder],
        "words": f"撤回后由{people.label(opened.tx, holder)}继续办理",
    }
    opened.record_consequence("work_item_opened", task.element, public, told, compartment=task.compartment)
    return item


def _typed(at: OpenItem, task: Task) -> dict[str, Value]:
    """A draft of the page as it was handed in: fields he may fill, the opinion, the votes of a meeting."""
    filled = submission.filled_before(at.opened, place_of_task(at.opened, task))
    typed: dict[str, Value] = {}
    for use in at.node.forms:
        typed |= filled.get(use.form, {})
    votes = store.vote.of_tasks(at.opened.tx.db, [task.id]).get(at.item.id, ())
    return {
        "opinion": at.item.opinion,
        **typed,
        _OPINION: at.item.opinion,
        **{_VOTE + one["member"]: one["vote"] for one in votes},
    }


def retractable_items(
    opened: OpenCase, actor: Actor, tasks: Sequence[Task], items: Sequence[WorkItem]
) -> Iterator[OpenItem]:
    """Of these items those whose decision this person may take back now."""
    by_id = {task.id: task for task in tasks}
    for item in items:
        if (
            item.state is not WorkItemState.DECIDED
            or not {item.decided_by, item.decided_for} & {*actor.identities}
            or item.task not in by_id
        ):
            continue
        node = opened.deployed.node(by_id[item.task].element)
        at = OpenItem(opened, item, by_id[item.task], node)
        if node.retractable and _may(at, actor):
            yield at


def _may(at: OpenItem, actor: Actor) -> bool:
    try:
        require_retract(at, actor)
    except Refused:
        return False
    return True
