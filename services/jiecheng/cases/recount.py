"""What another calendar does to work that is under way: limits of open tasks and of answers that supervisions ask for, and
timers counted in working days.

Owns the counting and the moving, case by case; who may change the calendar and what is kept of it is `cases.calendar`.
Counting again what was counted already changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby

from jiecheng import calendar, definitions, outbox, store
from jiecheng.cases import answer_limits, moments, reminder
from jiecheng.cases.answer_limits import AnswerChange
from jiecheng.cases.hold import pauses
from jiecheng.cases.house import BEIJING, Tx
from jiecheng.cases.open_case import CLOSED_DOORS, OpenCase, open_case, read_case
from jiecheng.model.ids import CaseId
from jiecheng.model.task import Task, TaskState
from jiecheng.model.values import Value
from jiecheng.store.subscription import SubscriptionRow

RULE = "工作日历"  # what stands in the history as the rule


@dataclass(frozen=True, slots=True)
class LimitChange:
    """`title`: of the step, as whoever keeps the calendar may read it."""

    case: CaseId
    task: Task
    number: str
    title: str
    before: date
    after: calendar.DueDate

    @property
    def moves(self) -> bool:
        return self.after.date != self.before


@dataclass(frozen=True, slots=True)
class TimerChange:
    case: CaseId
    timer: SubscriptionRow
    number: str
    before: date
    after: date


@dataclass(frozen=True, slots=True)
class Effect:
    """`limits`: the tasks whose limit is another day, or is no longer 暂定; the nearest first."""

    limits: Sequence[LimitChange] = ()
    timers: Sequence[TimerChange] = ()
    answers: Sequence[AnswerChange] = ()

    @property
    def moved(self) -> Sequence[LimitChange | AnswerChange]:
        return [*(one for one in self.limits if one.moves), *self.answers]

    @property
    def settled(self) -> Sequence[LimitChange]:
        """Those that stay on their day and go from 暂定 to 正式."""
        return [one for one in self.limits if not one.moves and not one.after.provisional]

    @property
    def sentence(self) -> str:
        if not self.limits and not self.timers and not self.answers:
            return "没有期限或定时因此改变。"
        parts = (
            (len(self.moved) - len(self.answers), "件待办的期限改日子，通知承办人"),
            (len(self.answers), "件督办的反馈期限改日子，通知承办人"),
            (len(self.settled), "件由暂定转为正式，日子不变"),
            (len(self.timers), "个定时改日子"),
        )
        return "，".join(f"{count} {words}" for count, words in parts if count) + "。"


def effect_of(
    tx: Tx, before: calendar.Calendar, after: calendar.Calendar, changed: Sequence[calendar.DayChange]
) -> Effect:
    """What would become of open work, without touching it."""
    if not changed:
        return Effect()
    first, until = _moment(changed[0].after.date), _moment(changed[-1].after.date + timedelta(days=1))
    limits = [
        found
        for task, number in store.calendar.limited_tasks(tx.db, first, until)
        if (found := _limit(tx, after, task, number)) is not None
    ]
    timers, answers = _timers(tx, before, after, changed), answer_limits.moved(tx, after, first, until)
    return Effect(sorted(limits, key=lambda one: (one.before, one.number)), timers, answers)


def recount(tx: Tx, effect: Effect, key: str, why: str) -> Effect:
    """Do it: every case locked, in the order of their ids; what happened in between is looked at again behind the lock.
    Returns what was done. `why`: for the holders and the history."""
    limits: list[LimitChange] = []
    timers: list[TimerChange] = []
    answers: list[AnswerChange] = []
    every: list[LimitChange | TimerChange | AnswerChange] = [*effect.limits, *effect.timers, *effect.answers]
    found = sorted(every, key=lambda one: one.case)
    for case, ours in groupby(found, key=lambda one: one.case):
        opened = open_case(tx, case)
        for one in ours:
            if isinstance(one, TimerChange):
                timers += [one] if _move_timer(opened, one) else []
            elif isinstance(one, AnswerChange):
                answer = answer_limits.recount(opened, one, key, why)
                answers += [answer] if answer is not None else []
            elif (now := _recount_task(opened, one, key, why)) is not None:
                limits.append(now)
        opened.close()
    return Effect(limits, timers, answers)


def _limit(tx: Tx, known: calendar.Calendar, task: Task, number: str) -> LimitChange | None:
    """The limit of an open task by this calendar, where it is not what stands there."""
    if task.due_at is None or task.due_days is None:
        return None
    received = task.opened_at.astimezone(BEIJING).date()
    due = calendar.add_working_days(known, received, task.due_days, pauses(tx, task.case))
    before = task.due_at.astimezone(BEIJING).date()
    if (due.date, due.provisional) == (before, task.due_provisional):
        return None
    title = CLOSED_DOORS if task.compartment else task.title
    return LimitChange(task.case, task, number, title, before, due)


def _recount_task(opened: OpenCase, change: LimitChange, key: str, why: str) -> LimitChange | None:
    tx = opened.tx
    task = store.task.get(tx.db, change.task.id)
    now = _limit(tx, tx.working_days, task, opened.case.number) if task.state is TaskState.OPEN else None
    if now is None:
        return None
    store.hold.set_due(tx.db, task.id, calendar.end_of_day(now.after.date), provisional=now.after.provisional)
    reminder.rearm(opened, task, now.after, pauses(tx, opened.id))
    public: dict[str, Value] = {
        "element": task.element, "name": task.title, "task": task.id, "due": now.after.date.isoformat(),
        "due_before": now.before.isoformat(), "provisional": now.after.provisional, "why": why,
    }  # fmt: skip
    opened.record_consequence("limit_recounted", RULE, public, compartment=task.compartment)
    if now.moves:
        _tell(opened, now, key, why)
    return now


def _tell(opened: OpenCase, change: LimitChange, key: str, why: str) -> None:
    task = change.task
    readers = reminder.holders(opened.tx, task)
    if not readers:
        return
    note = "（暂定）" if change.after.provisional else ""
    text = (
        f"{opened.case.number}「{task.title}」的期限由 {change.before.isoformat()} 改为 {change.after.date.isoformat()}"
        f"{note}：{why}"
    )
    payload = {"identities": list(readers), "text": text, "topic": "due"}
    store.outbox.owe(opened.tx.db, key=f"{key}:{task.id}", kind=outbox.NOTICE, case=opened.id, payload=payload)


def _timers(
    tx: Tx, before: calendar.Calendar, after: calendar.Calendar, changed: Sequence[calendar.DayChange]
) -> Sequence[TimerChange]:
    worked = [one.after.date for one in changed if one.counts]
    if not worked:
        return ()
    first, until = _moment(worked[0]), _moment(worked[-1] + timedelta(days=1))
    found = []
    for row in store.subscription.waiting_between(tx.db, first, until):
        opened = read_case(tx, row.case)
        counted = definitions.counted_in_working_days(opened.deployed.definition, opened.deployed.release.bundle)
        if row.element not in counted.timers or row.due_at is None:
            continue
        old = row.due_at.astimezone(BEIJING).date()
        # Days before the first change count as they did, so the counting may begin there whenever the date was set.
        start = worked[0] - timedelta(days=1)
        if row.opened_at is not None:
            start = max(start, row.opened_at.astimezone(BEIJING).date())
        new = calendar.recounted(before, after, start, old)
        if new != old:
            found.append(TimerChange(row.case, row, opened.case.number, old, new))
    return found


def _move_timer(opened: OpenCase, change: TimerChange) -> bool:
    """Set it to the new day, the hour kept; a variable of the case that holds the old day follows."""
    db, row = opened.tx.db, store.subscription.get(opened.tx.db, change.timer.id)
    if row is None or row.state not in ("waiting", "held") or row.due_at != change.timer.due_at:
        return False
    value = change.after.isoformat() + row.value[10:]
    store.subscription.move(db, row.id, value, moments.due_at(row.kind, value, opened.tx.now))
    counted = definitions.counted_in_working_days(opened.deployed.definition, opened.deployed.release.bundle)
    followed: Mapping[str, Value] = {
        name: change.after.isoformat()
        for name in counted.variables
        if opened.case.variables.get(name) == change.before.isoformat()
    }
    if followed:
        opened.update(variables={**opened.case.variables, **followed})
    node = opened.deployed.definition.nodes.get(row.element)
    public: dict[str, Value] = {
        "element": row.element, "name": node.name if node else "", "due": change.after.isoformat(),
        "due_before": change.before.isoformat(),
    }  # fmt: skip
    written: dict[str, Value] = {f"variables.{name}": day for name, day in followed.items()}
    opened.record_consequence("timer_moved", RULE, public, written, compartment=row.compartment)
    return True


def _moment(day: date) -> datetime:
    return datetime.combine(day, time.min, BEIJING)
