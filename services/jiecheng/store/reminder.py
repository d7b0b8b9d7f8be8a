"""Reminders of tasks: due rows, found by index."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import JSON, BigInteger, Text, bindparam, cast, column, func, insert, literal, select, update

from jiecheng.model.ids import CaseId, TaskId
from jiecheng.store.database import Transaction
from jiecheng.store.statement import Statement
from jiecheng.store.tables import Moment, dump_json, reminders


@dataclass(frozen=True, slots=True)
class ReminderRow:
    """Of a task, or of the answer that a supervision asks for."""

    id: int
    task: TaskId | None
    case: CaseId
    kind: str
    due_at: datetime
    state: str
    supervision: int | None = None


_MOMENTS = (
    func.json_to_recordset(cast(bindparam("moments", type_=Text), JSON))
    .table_valued(column("kind", Text), column("due_at", Moment))
    .render_derived(name="moments", with_types=True)
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
        rows = [{"kind": kind, "due_at": due.isoformat()} for kind, due in moments]
        tx.later(_ADD, task=task, case=case, moments=dump_json(rows))
        tx.ring_at(min(due for _, due in moments))


_GET = Statement(select(reminders).where(reminders.c.id == bindparam("reminder")))
_NEXT_DUE = Statement(select(func.min(reminders.c.due_at).label("due")).where(reminders.c.state == "waiting"))


def get(tx: Transaction, reminder: int) -> ReminderRow | None:
    row = tx.row(_GET, reminder=reminder)
    if row is None:
        return None
    task = None if row.task_id is None else TaskId(row.task_id)
    return ReminderRow(row.id, task, CaseId(row.case_id), row.kind, row.due_at, row.state, row.supervision_id)


def add_of_supervision(
    tx: Transaction, supervision: int, case: CaseId, moments: Sequence[tuple[str, datetime]]
) -> None:
    rows = [
        {"supervision_id": supervision, "case_id": case, "kind": kind, "due_at": due, "state": "waiting"}
        for kind, due in moments
    ]
    tx.connection.execute(insert(reminders), rows)
    tx.ring_at(min(due for _, due in moments))


def cancel_of_supervision(tx: Transaction, supervision: int) -> None:
    mine = (reminders.c.supervision_id == supervision, reminders.c.state == "waiting")
    tx.connection.execute(update(reminders).where(*mine).values(state="cancelled"))


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
    found: datetime | None = tx.row(_NEXT_DUE).due
    return found


def sent_of(tx: Transaction, task: TaskId) -> frozenset[str]:
    """The kinds that went out for this task already."""
    rows = tx.connection.execute(
        select(reminders.c.kind).where(reminders.c.task_id == task, reminders.c.state == "sent")
    )
    return frozenset(row.kind for row in rows)


def cancel_waiting(tx: Transaction, task: TaskId) -> None:
    tx.connection.execute(
        update(reminders).where(reminders.c.task_id == task, reminders.c.state == "waiting").values(state="cancelled")
    )
