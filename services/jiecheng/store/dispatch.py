"""What is to leave the house, as rows of the outbox of a kind of their own: claimed apart from the rest, because a slow
mail server must not hold up what goes to people's pages."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, or_, select, update

from jiecheng.model.ids import CaseId, IdentityId
from jiecheng.outbox import DISPATCH
from jiecheng.store.database import Transaction
from jiecheng.store.outbox import OutboxRow, to_row
from jiecheng.store.tables import cases, notices, outbox

_MINE = outbox.c.kind == DISPATCH
_CHANNEL = outbox.c.payload["channel"].astext
_NO_TRIAL = outbox.c.payload["trial"].astext.is_(None)  # a trial is not tried again


def claim(tx: Transaction, owner: str, limit: int, lease: timedelta) -> Sequence[int]:
    ready = (
        select(outbox.c.id)
        .where(
            _MINE,
            or_(
                and_(outbox.c.state == "due", outbox.c.due_at <= tx.now),
                and_(outbox.c.state == "leased", outbox.c.lease_until < tx.now),
            ),
        )
        .order_by(outbox.c.due_at, outbox.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    taken = {"state": "leased", "lease_by": owner, "lease_until": tx.now + lease, "attempts": outbox.c.attempts + 1}
    rows = tx.connection.execute(update(outbox).where(outbox.c.id.in_(ready)).values(**taken).returning(outbox.c.id))
    return sorted(row.id for row in rows)


def keep(tx: Transaction, entry: int, owner: str, lease: timedelta) -> bool:
    """Whether it is still ours; then for so long more."""
    held = (outbox.c.id == entry, outbox.c.lease_by == owner, outbox.c.state == "leased")
    return tx.connection.execute(update(outbox).where(*held).values(lease_until=tx.now + lease)).rowcount == 1


def drop(tx: Transaction, entry: int, owner: str, why: str) -> None:
    """Over without having been sent: nobody wants it any more."""
    held = (outbox.c.id == entry, outbox.c.lease_by == owner, outbox.c.state == "leased")
    tx.connection.execute(update(outbox).where(*held).values(state="done", done_at=tx.now, error=why[:500]))


def next_due(tx: Transaction) -> datetime | None:
    when = func.least(
        func.min(outbox.c.due_at).filter(outbox.c.state == "due"),
        func.min(outbox.c.lease_until).filter(outbox.c.state == "leased"),
    )
    found: datetime | None = tx.connection.execute(
        select(when).where(outbox.c.state.in_(("due", "leased")), _MINE)
    ).scalar_one()
    return found


def latest(tx: Transaction, channel: str, limit: int = 20) -> Sequence[tuple[OutboxRow, datetime | None, datetime]]:
    """The row, when it went out, and when it is or was due; the latest first."""
    rows: Any = tx.connection.execute(
        select(outbox).where(_MINE, channel == _CHANNEL).order_by(outbox.c.id.desc()).limit(limit)
    )
    return [(to_row(row), row.done_at, row.due_at) for row in rows]


def dead_of(tx: Transaction, channel: str) -> int:
    mine = (_MINE, outbox.c.state == "dead", channel == _CHANNEL)
    return int(tx.connection.execute(select(func.count()).select_from(outbox).where(*mine)).scalar_one())


def revive(tx: Transaction, channel: str) -> int:
    """Dead ones of this channel are due again."""
    mine = (_MINE, outbox.c.state == "dead", channel == _CHANNEL)
    values = {"state": "due", "attempts": 0, "due_at": tx.now, "lease_by": None}
    tx.ring()
    return tx.connection.execute(update(outbox).where(*mine).values(**values)).rowcount


def numbers_of(tx: Transaction, chosen: Collection[CaseId]) -> Mapping[CaseId, str]:
    """The number of each of these cases."""
    rows = tx.connection.execute(select(cases.c.id, cases.c.number).where(cases.c.id.in_(chosen)))
    return {CaseId(row.id): row.number for row in rows}


def unread_since(tx: Transaction, since: datetime) -> Mapping[IdentityId, int]:
    """How many notices of this time each identity has not read."""
    mine = (notices.c.created_at >= since, notices.c.read_at.is_(None), notices.c.case_id.is_not(None))
    rows = tx.connection.execute(select(notices.c.identity, func.count()).where(*mine).group_by(notices.c.identity))
    return {IdentityId(row[0]): int(row[1]) for row in rows}
