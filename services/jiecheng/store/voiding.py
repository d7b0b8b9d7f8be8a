"""Requests to void a case (作废), and what is marked when it is voided. Rows are settled once and never changed back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from jiecheng.model.ids import CaseId, IdentityId
from jiecheng.store.database import Transaction
from jiecheng.store.tables import cases, documents, void_requests

OPEN, CONFIRMED, DECLINED = "open", "confirmed", "declined"


@dataclass(frozen=True, slots=True)
class VoidRow:
    """`settled_by_name`: who confirmed or declined it, `note`: what he said."""

    id: int
    case: CaseId
    reason: str
    requested_by: IdentityId
    requested_by_name: str
    requested_at: datetime
    state: str
    settled_by_name: str
    settled_at: datetime | None
    note: str


@dataclass(frozen=True, slots=True)
class WaitingVoid:
    request: VoidRow
    number: str
    title: str


def add(tx: Transaction, case: CaseId, by: tuple[IdentityId, str], reason: str) -> None:
    who, name = by
    values = {"requested_by": who, "requested_by_name": name, "requested_at": tx.now, "state": OPEN}
    tx.connection.execute(insert(void_requests).values(case_id=case, reason=reason, **values))


def latest(tx: Transaction, case: CaseId) -> VoidRow | None:
    """The last request of a case, open or settled."""
    statement = select(void_requests).where(void_requests.c.case_id == case).order_by(void_requests.c.id.desc())
    row = tx.connection.execute(statement.limit(1)).one_or_none()
    return None if row is None else _row(row)


def waiting(tx: Transaction, limit: int = 200) -> Sequence[WaitingVoid]:
    """Requests that wait for a second person, the oldest first."""
    statement = (
        select(void_requests, cases.c.number, cases.c.title)
        .join(cases, cases.c.id == void_requests.c.case_id)
        .where(void_requests.c.state == OPEN)
        .order_by(void_requests.c.id)
        .limit(limit)
    )
    return [WaitingVoid(_row(row), row.number, row.title) for row in tx.connection.execute(statement)]


def settle(tx: Transaction, request: int, state: str, by: tuple[IdentityId, str], note: str = "") -> None:
    who, name = by
    values = {"state": state, "settled_by": who, "settled_by_name": name, "settled_at": tx.now, "note": note}
    tx.connection.execute(update(void_requests).where(void_requests.c.id == request).values(**values))


def mark_documents(tx: Transaction, case: CaseId) -> None:
    """The papers of the case keep their bytes and their numbers, and are void."""
    mine = update(documents).where(documents.c.case_id == case, documents.c.voided_at.is_(None))
    tx.connection.execute(mine.values(voided_at=tx.now))


def _row(row: Any) -> VoidRow:  # noqa: ANN401 - columns by name
    return VoidRow(
        row.id, CaseId(row.case_id), row.reason, IdentityId(row.requested_by), row.requested_by_name,
        row.requested_at, row.state, row.settled_by_name, row.settled_at, row.note,
    )  # fmt: skip
