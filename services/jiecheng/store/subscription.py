"""What a case waits for besides people: timers, messages. Due timers are found by index, never by looking at cases."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, or_, select, update

from jiecheng.model.ids import CaseId, ElementId, Token
from jiecheng.store.database import Transaction
from jiecheng.store.statement import Statement
from jiecheng.store.tables import subscriptions


@dataclass(frozen=True, slots=True)
class SubscriptionRow:
    id: int
    case: CaseId
    token: Token
    element: ElementId
    kind: str
    value: str
    due_at: datetime | None
    state: str
    attempts: int
    error: str
    instance_key: str = ""
    instance_label: str = ""
    compartment: str = ""
    opened_at: datetime | None = None


_ADD = Statement(
    insert(subscriptions).inline().values(state="waiting"),
    *("case_id", "token", "element", "kind", "value", "due_at", "opened_at"),
    *("instance_key", "instance_label", "compartment"),
)


def add(tx: Transaction, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        for row in rows:
            tx.run(_ADD, **row, opened_at=tx.now)
        due = [row["due_at"] for row in rows if row.get("due_at") is not None]
        if due:
            tx.ring_at(min(due))


_OPEN = (subscriptions.c.case_id == bindparam("case"), subscriptions.c.state == "waiting")
_NEXT_DUE = Statement(
    select(func.min(subscriptions.c.due_at).label("due")).where(
        subscriptions.c.state == "waiting", subscriptions.c.due_at.is_not(None)
    )
)
_WAITING = Statement(select(subscriptions).where(*_OPEN).order_by(subscriptions.c.id))


def waiting(tx: Transaction, case: CaseId) -> Sequence[SubscriptionRow]:
    return [_row(row) for row in tx.rows(_WAITING, case=case)]


def waiting_in(tx: Transaction, chosen: Collection[CaseId]) -> Sequence[SubscriptionRow]:
    """What these cases wait for."""
    statement = select(subscriptions).where(subscriptions.c.case_id.in_(chosen), subscriptions.c.state == "waiting")
    return [_row(row) for row in tx.connection.execute(statement.order_by(subscriptions.c.id))]


def get(tx: Transaction, subscription: int) -> SubscriptionRow | None:
    row = tx.connection.execute(select(subscriptions).where(subscriptions.c.id == subscription)).one_or_none()
    return None if row is None else _row(row)


def mark_fired(tx: Transaction, subscription: int) -> None:
    tx.connection.execute(update(subscriptions).where(subscriptions.c.id == subscription).values(state="fired"))


def mark_failed(tx: Transaction, subscription: int, error: str, retry_at: datetime | None) -> None:
    """Try again at `retry_at`; with None it stays failed until a person acts."""
    values: dict[str, Any] = {"attempts": subscriptions.c.attempts + 1, "error": error[:500]}
    values |= {"due_at": retry_at} if retry_at is not None else {"state": "failed"}
    tx.connection.execute(update(subscriptions).where(subscriptions.c.id == subscription).values(**values))


def revive(tx: Transaction, subscription: int) -> None:
    """A failed timer waits again, due at once."""
    tx.connection.execute(
        update(subscriptions)
        .where(subscriptions.c.id == subscription, subscriptions.c.state == "failed")
        .values(state="waiting", attempts=0, due_at=tx.now)
    )
    tx.ring()


@dataclass(frozen=True, slots=True)
class Counts:
    """Timers that wait, of these: due now, and tried before without success; and those that were given up."""

    waiting: int
    due: int
    retried: int
    failed: int


def counts(tx: Transaction) -> Counts:
    waiting = subscriptions.c.state == "waiting"
    row = tx.connection.execute(
        select(
            func.count().filter(waiting),
            func.count().filter(waiting, subscriptions.c.due_at <= tx.now),
            func.count().filter(waiting, subscriptions.c.attempts > 0),
            func.count().filter(subscriptions.c.state == "failed"),
        ).where(subscriptions.c.due_at.is_not(None))
    ).one()
    return Counts(*row)


def due(tx: Transaction, limit: int) -> Sequence[int]:
    rows = tx.connection.execute(
        select(subscriptions.c.id)
        .where(subscriptions.c.state == "waiting", subscriptions.c.due_at <= tx.now)
        .order_by(subscriptions.c.due_at, subscriptions.c.id)
        .limit(limit)
    )
    return [row.id for row in rows]


def next_due(tx: Transaction) -> datetime | None:
    found: datetime | None = tx.row(_NEXT_DUE).due
    return found


def _row(row: Any) -> SubscriptionRow:  # noqa: ANN401 - columns by name
    return SubscriptionRow(
        row.id, CaseId(row.case_id), Token(row.token), ElementId(row.element), row.kind, row.value,
        row.due_at, row.state, row.attempts, row.error, row.instance_key, row.instance_label, row.compartment,
        row.opened_at,
    )  # fmt: skip


def waiting_between(tx: Transaction, first: datetime, until: datetime) -> Sequence[SubscriptionRow]:
    """Timers set to a date before `until` that wait, in a held case too, for a moment from `first` on."""
    still = subscriptions.c.state.in_(("waiting", "held"))
    mine = (still, subscriptions.c.kind == "timeDate", subscriptions.c.due_at >= first)
    set_before = or_(subscriptions.c.opened_at.is_(None), subscriptions.c.opened_at < until)
    rows = tx.connection.execute(select(subscriptions).where(*mine, set_before).order_by(subscriptions.c.case_id))
    return [_row(row) for row in rows]


def move(tx: Transaction, subscription: int, value: str, due_at: datetime) -> None:
    tx.connection.execute(
        update(subscriptions).where(subscriptions.c.id == subscription).values(value=value, due_at=due_at)
    )
    tx.ring()
