"""Hold a case and resume it (挂起、恢复): nothing moves and no clock runs meanwhile; reason, basis and both days stay on record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from jiecheng import calendar, permissions, store
from jiecheng.cases import reminder, standing
from jiecheng.cases.case import answer, read_facts
from jiecheng.cases.house import BEIJING, Tx
from jiecheng.cases.once import Answer, once
from jiecheng.cases.open_case import CLOSED_DOORS, OpenCase, open_case
from jiecheng.model.actor import Actor
from jiecheng.model.case import CaseState
from jiecheng.model.errors import Invalid
from jiecheng.model.ids import CaseId
from jiecheng.model.task import Task


@dataclass(frozen=True, slots=True)
class HoldCase:
    """`basis`: the rule or paper that lets the clock stop; `reason`: what is waited for."""

    actor: Actor
    case: CaseId
    reason: str
    basis: str
    operation: str = ""


@dataclass(frozen=True, slots=True)
class ResumeCase:
    actor: Actor
    case: CaseId
    note: str = ""
    operation: str = ""


def hold_case(tx: Tx, command: HoldCase) -> Answer:
    content = {"hold": command.case, "reason": command.reason, "basis": command.basis}
    return once(tx, command.actor, command.operation, content, lambda: _hold(tx, command))


def resume_case(tx: Tx, command: ResumeCase) -> Answer:
    content = {"resume": command.case, "note": command.note}
    return once(tx, command.actor, command.operation, content, lambda: _resume(tx, command))


def hold_facts(opened: OpenCase) -> permissions.HoldFacts:
    db = opened.tx.db
    tasks = {task.id: task for task in store.task.open_of_case(db, opened.id)}
    # An added signer (加签) gives his opinion; the clock is not his to stop.
    items = [item for _, item in store.work_item.waiting(db, opened.id) if not item.advises]
    near = [(item.task, standing.having(opened.tx, item)) for item in items]
    for item in items:
        standing.hand(opened, item)
    working = [
        CLOSED_DOORS if job.compartment else job.name
        for job in store.job.of_case(db, opened.id)
        if job.state in ("open", "failed")
    ]
    return permissions.HoldFacts(
        state=opened.case.state,
        holders=[one for _, who in near for one in who],
        holdable=[
            one
            for task, who in near
            if task in tasks and opened.deployed.node(tasks[task].element).holdable
            for one in who
        ],
        job=working[0] if working else "",
        read=read_facts(opened),
    )


def pauses(tx: Tx, case: CaseId) -> Sequence[calendar.Pause]:
    """The days on which the clocks of the case stood still: from the day of the hold to the day before the resumption."""
    found = []
    for row in store.hold.of_case(tx.db, case):
        first = row.held_at.astimezone(BEIJING).date()
        resumed = row.resumed_at or tx.now
        last = resumed.astimezone(BEIJING).date() - timedelta(days=1)
        if first <= last:
            found.append(calendar.Pause(first, last, f"挂起：{row.reason}"))
    return found


def _hold(tx: Tx, command: HoldCase) -> Answer:
    opened = open_case(tx, command.case)
    permissions.require_hold(command.actor, hold_facts(opened))
    reason, basis = command.reason.strip(), command.basis.strip()
    missing = {name: [words] for name, value, words in (
        ("reason", reason, "请写明挂起的原因：在等什么。"), ("basis", basis, "请写明依据：哪条规定、哪份文书允许停止计时。")
    ) if not value}  # fmt: skip
    if missing:
        raise Invalid("".join(words[0] for words in missing.values()), fields=missing)
    opened.update(state=CaseState.HELD)
    store.hold.add(tx.db, opened.id, (command.actor.identity, command.actor.name), reason, basis)
    store.hold.stop_clocks(tx.db, opened.id)
    opened.record("case_held", command.actor, {}, {"reason": reason, "basis": basis})
    opened.close()
    return answer(opened, f"{opened.case.number} 已挂起，期限和定时从今天起停止，恢复办理以后接着计时。")


def _resume(tx: Tx, command: ResumeCase) -> Answer:
    opened = open_case(tx, command.case)
    permissions.require_resume(command.actor, hold_facts(opened))
    held_at = next(row.held_at for row in store.hold.of_case(tx.db, opened.id) if row.resumed_at is None)
    store.hold.end(tx.db, opened.id)
    store.hold.start_clocks(tx.db, opened.id, held_at)
    for task in store.task.open_of_case(tx.db, opened.id):
        count_again(opened, task)
    opened.update(state=CaseState.RUNNING)
    public = {"held_at": held_at.astimezone(BEIJING).isoformat(timespec="minutes")}
    opened.record("case_resumed", command.actor, public, {"note": command.note.strip()})
    opened.close()
    return answer(opened, f"{opened.case.number} 已恢复办理，期限已按挂起的天数顺延。")


def count_again(opened: OpenCase, task: Task) -> None:
    """The limit of a task that waited through the hold: the same number of working days, without those of the pause."""
    if not task.due_days:
        return
    tx = opened.tx
    received = task.opened_at.astimezone(BEIJING).date()
    stood = pauses(tx, opened.id)
    due = calendar.add_working_days(tx.working_days, received, task.due_days, stood)
    store.hold.set_due(tx.db, task.id, calendar.end_of_day(due.date), provisional=due.provisional)
    reminder.arm(opened, task.id, due, task.due_days, received=received, pauses=stood)
