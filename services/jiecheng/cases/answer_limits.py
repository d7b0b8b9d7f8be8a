"""What another calendar does to the answers that supervisions (督办) ask for: their limits are counted in working days too.

A part of `recount`; a limit that was given as a day stays on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from jiecheng import calendar, store
from jiecheng.cases import escalated
from jiecheng.cases.house import BEIJING, Tx
from jiecheng.cases.open_case import CLOSED_DOORS, OpenCase
from jiecheng.cases.readers import tell
from jiecheng.model.ids import CaseId
from jiecheng.model.supervision import OWING
from jiecheng.model.values import Value
from jiecheng.store.supervision import SupervisionRow

RULE = "工作日历"


@dataclass(frozen=True, slots=True)
class AnswerChange:
    """`start`: the day from which it counts, when it was assigned or asked for again; `title`: as the keeper may read it."""

    case: CaseId
    supervision: SupervisionRow
    number: str
    title: str
    start: date
    before: date
    after: calendar.DueDate


def moved(tx: Tx, known: calendar.Calendar, first: datetime, until: datetime) -> Sequence[AnswerChange]:
    """The answers that are owed and would be due on another day by this calendar."""
    found = store.supervision.limited(tx.db, first, until)
    return [change for row, start in found if (change := _change(known, row, start)) is not None]


def recount(opened: OpenCase, change: AnswerChange, key: str, why: str) -> AnswerChange | None:
    """Behind the case's lock: what is still owed and still differs gets its new day, new reminders, and both hear of it."""
    tx = opened.tx
    row = store.supervision.get(tx.db, change.supervision.id)
    now = _change(tx.working_days, row, change.start) if row.state in OWING else None
    if now is None or row.due_days is None or row.due_at != change.supervision.due_at:
        return None
    due = calendar.end_of_day(now.after.date)
    store.supervision.change(tx.db, row.id, {"due_at": due})
    escalated.arm(opened, row.id, row.due_days, due, now.start)
    public: dict[str, Value] = {
        "element": row.element, "name": row.name, "supervision": row.id, "due": now.after.date.isoformat(),
        "due_before": now.before.isoformat(), "why": why,
    }  # fmt: skip
    opened.record_consequence("limit_recounted", RULE, public, compartment=row.compartment)
    readers = [one for one in (row.handler, row.owner) if one is not None]
    text = f"「{row.name}」的督办的反馈期限由 {now.before.isoformat()} 改为 {now.after.date.isoformat()}：{why}"
    tell(opened, f"{key}:supervision:{row.id}", readers, text)
    return now


def _change(known: calendar.Calendar, row: SupervisionRow, start: date) -> AnswerChange | None:
    if row.due_at is None or row.due_days is None:
        return None
    due = calendar.add_working_days(known, start, row.due_days)
    before = row.due_at.astimezone(BEIJING).date()
    if due.date == before:
        return None
    title = CLOSED_DOORS if row.compartment else row.name
    return AnswerChange(row.case, row, row.number, f"{title}（督办的反馈）", start, before, due)
