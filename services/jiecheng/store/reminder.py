"""Reminders of tasks: due rows, found by index."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, insert, select, update

from jiecheng.model.ids import CaseId, TaskId
from jiecheng.store.database import Transaction
from jiecheng.store.statement import Statement
from jiecheng.store.tables import reminders


@dataclass(frozen=True, slots=True)
class ReminderRow:
    id: int
    task: TaskId
    case: CaseId
    kind: str
    due_at: datetime
    state: str


_ADD = Statement(insert(reminders).inline().values(state="waiting"), "task_id", "case_id", "kind", "due_at")
_CANCEL = Statement(
    update(reminders)
    .where(reminders.c.task_id == bindparam("task"), reminders.c.state == "waiting")
    .values(state="cancelled")
)


def add(tx: Transaction, task: TaskId, case: CaseId, moments: Sequence[tuple[str, datetime]]) -> None:
    for kind, due in moments:
        tx.run(_ADD, task_id=task, case_id=case, kind=kind, due_at=due)
    if moments:
        tx.ring()


def cancel(tx: Transaction, task: TaskId) -> None:
    """The task is over: nobody is reminded of it any more."""
    tx.run(_CANCEL, task=task)


def get(tx: Transaction, reminder: int) -> ReminderRow | None:
    row = tx.connection.execute(select(reminders).where(reminders.c.id == reminder)).one_or_none()
    if row is None:
        return None
    return ReminderRow(row.id, TaskId(row.task_id), CaseId(row.case_id), row.kind, row.due_at, row.state)


def mark_sent(tx: Transaction, reminder: int) -> None:
    tx.connection.execute(update(reminders).where(reminders.c.id == reminder).values(state="sent"))


def due(tx: Transaction, limit: int) -> Sequence[int]:
    rows = tx.connection.execute(
        select(reminders.c.id)
        .where(reminders.c.state == "waiting", reminders.c.due_at <= tx.now)
        .order_by(reminders.c.due_at, reminders.c.id)
        .limit(limit)
    )
    return [row.id for row in rows]


def next_due(tx: Transaction) -> datetime | None:
    found: datetime | None = tx.connection.execute(
        select(func.min(reminders.c.due_at)).where(reminders.c.state == "waiting")
    ).scalar_one()
    return found
