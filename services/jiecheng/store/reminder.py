"""Reminders of tasks: due rows, found by index."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, Text, bindparam, func, insert, literal, select, update
from sqlalchemy.dialects.postgresql import ARRAY

from jiecheng.model.ids import CaseId, TaskId
from jiecheng.store.database import Transaction
from jiecheng.store.statement import Statement
from jiecheng.store.tables import Moment, reminders


@dataclass(frozen=True, slots=True)
class ReminderRow:
    id: int
    task: TaskId
    case: CaseId
    kind: str
    due_at: datetime
    state: str


_MOMENTS = (
    func.unnest(bindparam("kinds", type_=ARRAY(Text)), bindparam("due", type_=ARRAY(Moment)))
    .table_valued("kind", "due_at")
    .render_derived(name="moments")
)
_ADD = Statement(
    insert(reminders).from_select(
        ["task_id", "case_id", "kind", "due_at", "state"],
        select(
            bindparam("task", type_=BigInteger), bindparam("case", type_=BigInteger),
            _MOMENTS.c.kind, _MOMENTS.c.due_at, literal("waiting"),
        ),
    )
)  # fmt: skip


def add(tx: Transaction, task: TaskId, case: CaseId, moments: Sequence[tuple[str, datetime]]) -> None:
    if moments:
        tx.run(_ADD, task=task, case=case, kinds=[kind for kind, _ in moments], due=[due for _, due in moments])
        tx.ring_at(min(due for _, due in moments))


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
