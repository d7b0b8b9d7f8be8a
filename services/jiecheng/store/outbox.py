"""What we owe the outside, written in the command's own transaction; claimed with a lease, delivered at least once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from jiecheng.model.ids import CaseId
from jiecheng.store.database import Transaction
from jiecheng.store.statement import Statement
from jiecheng.store.tables import outbox


@dataclass(frozen=True, slots=True)
class OutboxRow:
    id: int
    key: str
    kind: str
    case: CaseId | None
    payload: dict[str, Any]
    state: str
    attempts: int
    created_at: datetime
    error: str


_OWE = Statement(
    insert(outbox).inline().values(state="due").on_conflict_do_nothing(index_elements=[outbox.c.key]),
    *("key", "kind", "case_id", "payload", "due_at", "created_at"),
)


def owe(tx: Transaction, *, key: str, kind: str, case: CaseId, payload: Mapping[str, object]) -> None:
    """Owe this once: the same key twice is one debt."""
    tx.run(_OWE, key=key, kind=kind, case_id=case, payload=payload, due_at=tx.now, created_at=tx.now)
    tx.ring()


def claim(tx: Transaction, owner: str, limit: int, lease: timedelta) -> Sequence[int]:
    """Take due entries, and those whose holder let the lease run out. Others skip what is locked."""
    ready = (
        select(outbox.c.id)
        .where(
            or_(
                and_(outbox.c.state == "due", outbox.c.due_at <= tx.now),
                and_(outbox.c.state == "leased", outbox.c.lease_until < tx.now),
            )
        )
        .order_by(outbox.c.due_at, outbox.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = tx.connection.execute(
        update(outbox)
        .where(outbox.c.id.in_(ready))
        .values(state="leased", lease_by=owner, lease_until=tx.now + lease, attempts=outbox.c.attempts + 1)
        .returning(outbox.c.id)
    )
    return sorted(row.id for row in rows)


def lock(tx: Transaction, entry: int) -> OutboxRow | None:
    row = tx.connection.execute(select(outbox).where(outbox.c.id == entry).with_for_update()).one_or_none()
    if row is None:
        return None
    case = None if row.case_id is None else CaseId(row.case_id)
    return OutboxRow(row.id, row.key, row.kind, case, row.payload, row.state, row.attempts, row.created_at, row.error)


def finish(tx: Transaction, entry: int, owner: str) -> bool:
    """Done, if the lease is still ours."""
    done = tx.connection.execute(
        update(outbox)
        .where(outbox.c.id == entry, outbox.c.lease_by == owner, outbox.c.state == "leased")
        .values(state="done", done_at=tx.now, error="")
    )
    return done.rowcount == 1


def postpone(tx: Transaction, entry: int, owner: str, error: str, retry_at: datetime | None) -> None:
    """Back off until `retry_at`; with None the entry is dead until a person acts."""
    values: dict[str, Any] = {"error": error[:500], "lease_by": None}
    values |= {"state": "due", "due_at": retry_at} if retry_at is not None else {"state": "dead"}
    tx.connection.execute(update(outbox).where(outbox.c.id == entry, outbox.c.lease_by == owner).values(**values))


def next_due(tx: Transaction) -> datetime | None:
    """When the next entry may be claimed: a due one, or a leased one at the end of its lease."""
    when = func.least(
        func.min(outbox.c.due_at).filter(outbox.c.state == "due"),
        func.min(outbox.c.lease_until).filter(outbox.c.state == "leased"),
    )
    found: datetime | None = tx.connection.execute(
        select(when).where(outbox.c.state.in_(("due", "leased")))
    ).scalar_one()
    return found


def note_error(tx: Transaction, entry: int, error: str) -> None:
    """Keep the words of the last failure beside the entry; only they say to an administrator what is wrong."""
    tx.connection.execute(update(outbox).where(outbox.c.id == entry).values(error=error[:500]))


def revive(tx: Transaction, entry: int) -> None:
    """A dead entry is due again, with all its attempts before it."""
    tx.connection.execute(
        update(outbox)
        .where(outbox.c.id == entry, outbox.c.state == "dead")
        .values(state="due", attempts=0, due_at=tx.now, lease_by=None)
    )
    tx.ring()


def counts(tx: Transaction) -> Mapping[str, int]:
    """How many entries are in each state, and "late": due or leased for longer than five minutes."""
    rows = tx.connection.execute(select(outbox.c.state, func.count()).group_by(outbox.c.state))
    found = {row[0]: int(row[1]) for row in rows}
    late = tx.connection.execute(
        select(func.count()).where(
            outbox.c.state.in_(("due", "leased")), outbox.c.created_at < tx.now - timedelta(minutes=5)
        )
    ).scalar_one()
    return {**found, "late": int(late)}
