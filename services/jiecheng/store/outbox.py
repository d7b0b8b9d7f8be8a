"""What we owe the outside, written in the command's own transaction; claimed with a lease, delivered at least once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, BigInteger, Integer, Text, and_, bindparam, cast, exists, func, not_, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from jiecheng.model.ids import CaseId
from jiecheng.outbox import DISPATCH  # what leaves the house is claimed by itself, see `store.dispatch`
from jiecheng.store.database import Transaction
from jiecheng.store.statement import Statement
from jiecheng.store.tables import Moment, dump_json, outbox


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


def owe(
    tx: Transaction,
    *,
    key: str,
    kind: str,
    case: CaseId | None,
    payload: Mapping[str, object],
    due_at: datetime | None = None,
) -> None:
    """Owe this once: the same key twice is one debt. `due_at`: not before then."""
    due = due_at or tx.now
    tx.later(_OWE, key=key, kind=kind, case_id=case, payload=payload, due_at=due, created_at=tx.now)
    tx.ring_at(due)


@dataclass(frozen=True, slots=True)
class Claimed:
    """An entry under our lease. What is owed for one case goes out in the order in which it was owed."""

    id: int
    case: CaseId | None
    kind: str


# One claims at a time, a millisecond long, so that each sees what the one before has leased.
_CLAIMING = Statement(select(func.pg_advisory_xact_lock(6_202_601)))


def _claim() -> Statement:
    now, elsewhere = bindparam("now", type_=Moment), outbox.alias()
    # In other hands, and earlier: this one would overtake it.
    overtakes = exists().where(
        elsewhere.c.case_id == outbox.c.case_id,
        elsewhere.c.id < outbox.c.id,
        elsewhere.c.state == "leased",
        elsewhere.c.lease_until >= now,
    )
    ready = (
        select(outbox.c.id)
        .where(
            or_(outbox.c.state == "due", outbox.c.state == "leased"),
            outbox.c.kind != DISPATCH,
            or_(
                and_(outbox.c.state == "due", outbox.c.due_at <= now),
                and_(outbox.c.state == "leased", outbox.c.lease_until < now),
            ),
            not_(overtakes),
        )
        .order_by(outbox.c.due_at, outbox.c.id)
        .limit(bindparam("most", type_=Integer))
        .with_for_update(skip_locked=True)
    )
    return Statement(
        update(outbox)
        .where(outbox.c.id.in_(ready))
        .values(
            state="leased",
            lease_by=bindparam("owner"),
            lease_until=bindparam("until", type_=Moment),
            attempts=outbox.c.attempts + 1,
        )
        .returning(outbox.c.id, outbox.c.case_id, outbox.c.kind)
    )


_CLAIM = _claim()


def claim(tx: Transaction, owner: str, limit: int, lease: timedelta) -> Sequence[Claimed]:
    """Take due entries, and those whose holder let the lease run out, in the order in which they were owed."""
    tx.run(_CLAIMING)
    rows = tx.rows(_CLAIM, owner=owner, most=limit, now=tx.now, until=tx.now + lease)
    return [
        Claimed(row.id, None if row.case_id is None else CaseId(row.case_id), row.kind)
        for row in sorted(rows, key=lambda row: row.id)
    ]


_LOCK_NOTICES = Statement(
    select(outbox)
    .where(
        outbox.c.id.in_(
            select(func.json_array_elements_text(cast(bindparam("entries", type_=Text), JSON)).cast(BigInteger))
        ),
        outbox.c.kind == "notice", outbox.c.state == "leased", outbox.c.lease_by == bindparam("owner"),
    )
    .order_by(outbox.c.id)
    .with_for_update()
)  # fmt: skip


def lock_notices(tx: Transaction, entries: Sequence[int], owner: str) -> Sequence[OutboxRow]:
    """Those of these entries that are notices and still ours, locked."""
    return [to_row(row) for row in tx.rows(_LOCK_NOTICES, entries=dump_json(list(entries)), owner=owner)]


_FINISH_ALL = Statement(
    update(outbox)
    .where(
        outbox.c.id.in_(
            select(func.json_array_elements_text(cast(bindparam("entries", type_=Text), JSON)).cast(BigInteger))
        ),
        outbox.c.lease_by == bindparam("owner"), outbox.c.state == "leased",
    )
    .values(state="done", done_at=bindparam("at", type_=Moment), error="")
)  # fmt: skip


def finish_all(tx: Transaction, entries: Sequence[int], owner: str) -> None:
    tx.run(_FINISH_ALL, entries=dump_json(list(entries)), owner=owner, at=tx.now)


_LOCK = Statement(select(outbox).where(outbox.c.id == bindparam("entry")).with_for_update())
_FINISH = Statement(
    update(outbox)
    .where(
        outbox.c.id == bindparam("entry"), outbox.c.lease_by == bindparam("owner"), outbox.c.state == "leased"
    )
    .values(state="done", done_at=bindparam("at", type_=Moment), error="")
)  # fmt: skip


def lock(tx: Transaction, entry: int) -> OutboxRow | None:
    row = tx.row(_LOCK, entry=entry)
    return None if row is None else to_row(row)


def to_row(row: Any) -> OutboxRow:  # noqa: ANN401 - columns by name
    case = None if row.case_id is None else CaseId(row.case_id)
    return OutboxRow(row.id, row.key, row.kind, case, row.payload, row.state, row.attempts, row.created_at, row.error)


def finish(tx: Transaction, entry: int, owner: str) -> bool:
    """Done, if the lease is still ours."""
    return tx.run(_FINISH, entry=entry, owner=owner, at=tx.now) == 1


def postpone(tx: Transaction, entry: int, owner: str, error: str, retry_at: datetime | None) -> None:
    """Back off until `retry_at`; with None the entry is dead until a person acts."""
    values: dict[str, Any] = {"error": error[:500], "lease_by": None}
    values |= {"state": "due", "due_at": retry_at} if retry_at is not None else {"state": "dead"}
    tx.connection.execute(update(outbox).where(outbox.c.id == entry, outbox.c.lease_by == owner).values(**values))


_NEXT_DUE = Statement(
    select(
        func.least(
            func.min(outbox.c.due_at).filter(outbox.c.state == "due"),
            func.min(outbox.c.lease_until).filter(outbox.c.state == "leased"),
        ).label("due")
    ).where(or_(outbox.c.state == "due", outbox.c.state == "leased"), outbox.c.kind != DISPATCH)
)


def next_due(tx: Transaction) -> datetime | None:
    """When the next entry may be claimed: a due one, or a leased one at the end of its lease."""
    found: datetime | None = tx.row(_NEXT_DUE).due
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
    """How many entries are in each state; "late": due or leased for longer than five minutes.
    Of those that are due "retried": not for the first time, "later": not yet."""
    rows = tx.connection.execute(select(outbox.c.state, func.count()).group_by(outbox.c.state))
    found = {row[0]: int(row[1]) for row in rows}
    late = tx.connection.execute(
        select(func.count()).where(
            outbox.c.state.in_(("due", "leased")),
            outbox.c.kind != DISPATCH,
            outbox.c.created_at < tx.now - timedelta(minutes=5),
        )
    ).scalar_one()
    due = outbox.c.state == "due"
    retried, later = tx.connection.execute(
        select(
            func.count().filter(due, outbox.c.attempts > 0), func.count().filter(due, outbox.c.due_at > tx.now)
        ).where(due)
    ).one()
    return {**found, "late": int(late), "retried": retried, "later": later}
