"""Reminders of open tasks: before the limit, at the limit (also to the superior), and after it (督办). Never a decision.

How many working days before and after is a setting of the deployment (惯例), none of it is law.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from jiecheng import calendar, directory, outbox, store
from jiecheng.cases import dispatch, escalated, people, standing
from jiecheng.cases.accounts import administrators
from jiecheng.cases.doors import outside_title
from jiecheng.cases.house import BEIJING, Tx
from jiecheng.cases.open_case import CLOSED_DOORS, OpenCase, open_case
from jiecheng.model.errors import Invalid
from jiecheng.model.ids import IdentityId, OrganId, PersonId, TaskId
from jiecheng.model.task import Task, TaskState
from jiecheng.model.values import Value
from jiecheng.model.work_item import OPEN_ITEM_STATES

# Setting names with what holds until a district decides otherwise.
REMIND_BEFORE = ("remind_working_days_before", "1")
SUPERVISE_AFTER = ("supervise_working_days_after", "2")
_MORNING = time(9, 0)


@dataclass(frozen=True, slots=True)
class Stage:
    event: str  # recorded in the case's history, "" for a mere reminder
    words: str
    own: str = ""  # to whoever has it, where he is told something else than those above him


STAGES = {
    "before_due": Stage("", "即将到期"),
    "overdue": Stage("task_overdue", "已超期"),
    "supervise": Stage("task_overdue", "超期未办，请督办", "超期后仍未办理，已报上级，请尽快办理"),
}


def arm(
    opened: OpenCase,
    task: TaskId,
    due: calendar.DueDate,
    working_days: int,
    *,
    received: date | None = None,
    pauses: Sequence[calendar.Pause] = (),
) -> None:
    """Set the reminders of a task with a limit. `received`: the day it was opened, today when left out."""
    moments = _moments(opened.tx, due, working_days, received or opened.tx.today, pauses)
    store.reminder.add(opened.tx.db, task, opened.id, moments)


def rearm(opened: OpenCase, task: Task, due: calendar.DueDate, pauses: Sequence[calendar.Pause]) -> None:
    """The same for a task whose limit is another day now. What has passed and was said once is not said again."""
    tx, received = opened.tx, task.opened_at.astimezone(BEIJING).date()
    assert task.due_days is not None, "only what has a limit is counted again"
    sent = store.reminder.sent_of(tx.db, task.id)
    store.reminder.cancel_waiting(tx.db, task.id)
    moments = _moments(tx, due, task.due_days, received, pauses)
    fresh = [(kind, at) for kind, at in moments if at > tx.now or kind not in sent]
    store.reminder.add(tx.db, task.id, opened.id, fresh)


def _moments(
    tx: Tx, due: calendar.DueDate, working_days: int, received: date, pauses: Sequence[calendar.Pause]
) -> list[tuple[str, datetime]]:
    before, after = _days(tx, REMIND_BEFORE), _days(tx, SUPERVISE_AFTER)
    moments: list[tuple[str, datetime]] = [("overdue", calendar.end_of_day(due.date))]
    if 0 < before < working_days:
        day = calendar.add_working_days(tx.working_days, received, working_days - before, pauses).date
        moments.append(("before_due", datetime.combine(day, _MORNING, BEIJING)))
    if after > 0:
        day = calendar.add_working_days(tx.working_days, due.date, after).date
        moments.append(("supervise", datetime.combine(day, _MORNING, BEIJING)))
    return moments


def send_reminder(tx: Tx, reminder: int) -> bool:
    """Owe the notices of one due reminder. A task that is over, or a reminder already sent, is left alone."""
    row = store.reminder.get(tx.db, reminder)
    if row is None:
        return False
    opened = open_case(tx, row.case)
    row = store.reminder.get(tx.db, reminder)
    if row is not None and row.supervision is not None:
        return row.state == "waiting" and row.due_at <= tx.now and escalated.remind(opened, row)
    task = store.task.get(tx.db, row.task) if row and row.task is not None else None
    if row is None or row.state != "waiting" or row.due_at > tx.now or task is None or task.state is not TaskState.OPEN:
        return False
    store.reminder.mark_sent(tx.db, row.id)
    stage = STAGES[row.kind]
    having = holders(tx, task)
    readers = (*_readers(tx, row.kind, having), *(one for one in _stand_ins(tx, task) if one not in having))
    title, due = f"{opened.case.number}「{task.title}」", people.moment(task.due_at)
    whose = "、".join(people.labels(tx, having)) or "尚无承办人"
    text = f"{title}{stage.words}，期限 {due}，承办人：{whose}。"
    own = [one for one in readers if one in (*having, *_stand_ins(tx, task))]
    _owe(opened, f"reminder:{row.id}:own", own, f"{title}{stage.own or stage.words}，期限 {due}，承办人：{whose}。")
    inside = [one for one in readers if one not in own and (not task.compartment or one in _inside(tx, task))]
    _owe(opened, f"reminder:{row.id}", inside, text)
    outside = [one for one in readers if one not in (*own, *inside)]
    # Superiors and administrators elsewhere learn that an organ is late, not with what.
    door = f"{opened.case.number}「{outside_title(opened, task)}」里有一个环节{stage.words}（{CLOSED_DOORS}）。"
    _owe(opened, f"reminder:{row.id}:outside", outside, door)
    if stage.event:
        public: dict[str, Value] = {"element": task.element, "name": task.title, "task": task.id, "stage": row.kind}
        told: dict[str, Value] = {"notice.text": text, "notice.identities": list(readers)}
        opened.record_consequence(stage.event, "X3", public, told, compartment=task.compartment)
        if row.kind == "supervise":
            escalated.open_by_itself(opened, task, having, administrators(tx))
        opened.close()
    return True


def send_digest(tx: Tx) -> int:
    """One notice per person and working morning instead of a rain of them, and one word outside for whoever wants it.
    Sent twice on a day it is sent once."""
    if not tx.working_days.day(tx.today).working:
        return 0
    at_work, lent = dispatch.people_with_work(tx), _lent(tx)
    for person in {**at_work, **lent}:
        identities, items, overdue = at_work.get(person, ((), 0, 0))
        first, others = lent.get(person, ((), 0))
        late = f"，其中超期 {overdue} 件，请先办理" if overdue else ""
        more = f"；另有代别人办理的 {others} 件" if others else ""
        key, text = f"digest:{tx.today.isoformat()}", f"今日待办 {items} 件{late}{more}。"
        store.notice.add(tx.db, key=key, identity=[*identities, *first][0], case=None, text=text)
    told = {person: (items, overdue) for person, (_, items, overdue) in at_work.items()}
    for person, (_, others) in lent.items():
        own, overdue = told.get(person, (0, 0))
        told[person] = (own + others, overdue)
    dispatch.tell_digest(tx, told)
    return len(told)


def _lent(tx: Tx) -> dict[PersonId, tuple[Sequence[IdentityId], int]]:
    """Person -> identities in which he stands in for others now (代理), and on how many open items."""
    found: dict[PersonId, tuple[Sequence[IdentityId], int]] = {}
    for identity, count in store.substitution.open_counts(tx.db).items():
        person = tx.organisation.identity(identity).person
        before = found.get(person, ((), 0))
        found[person] = ((*before[0], identity), before[1] + count)
    return found


def _owe(opened: OpenCase, key: str, readers: Sequence[IdentityId], text: str) -> None:
    if readers:
        payload = {"identities": list(readers), "text": text}
        store.outbox.owe(opened.tx.db, key=key, kind=outbox.NOTICE, case=opened.id, payload=payload)


def _inside(tx: Tx, task: Task) -> Sequence[IdentityId]:
    return directory.people_within(tx.organisation, OrganId(task.compartment), tx.today)


def holders(tx: Tx, task: Task) -> tuple[IdentityId, ...]:
    return tuple(
        one for item in store.work_item.of_task(tx.db, task.id) if item.state in OPEN_ITEM_STATES for one in item.having
    )


def _stand_ins(tx: Tx, task: Task) -> tuple[IdentityId, ...]:
    """Who stands in for one of them now (代理)."""
    waiting = (item for item in store.work_item.of_task(tx.db, task.id) if item.state in OPEN_ITEM_STATES)
    return tuple(one for item in waiting for one in standing.current(tx, item))


def _readers(tx: Tx, kind: str, holders: Sequence[IdentityId]) -> tuple[IdentityId, ...]:
    found = dict.fromkeys(holders)
    if kind != "before_due":
        found |= dict.fromkeys(one for holder in holders for one in _superiors(tx, holder))
    if kind == "supervise" or not holders:
        found |= dict.fromkeys(administrators(tx))
    return tuple(found)


def _superiors(tx: Tx, holder: IdentityId) -> tuple[IdentityId, ...]:
    try:
        return directory.resolve(tx.organisation, "superior", {"of": holder}, on=tx.today, initiator=None).identities
    except Invalid:
        return ()  # the holder has left in the meantime; the administrators hear of it at the next stage


def _days(tx: Tx, setting: tuple[str, str]) -> int:
    return int(store.setting.get(tx.db, *setting))
