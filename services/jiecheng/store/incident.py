"""Incidents: what went wrong by itself and waits for the process administrator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Row, bindparam, func, insert, select, update

from jiecheng.model.errors import NotFound
from jiecheng.model.ids import CaseId
from jiecheng.store.database import Question, Transaction
from jiecheng.store.statement import Statement
from jiecheng.store.tables import cases, incidents


@dataclass(frozen=True, slots=True)
class IncidentRow:
    """`kind`: outbox | timer | vacant | ledger …; `subject`: the id of the outbox entry, subscription, task or case."""

    id: int
    case: CaseId | None
    number: str
    kind: str
    subject: int
    element: str
    message: str
    raised_at: datetime
    resolved_at: datetime | None
    resolution: str


@dataclass(frozen=True, slots=True)
class Trouble:
    kind: str
    subject: int
    element: str
    message: str


def add(tx: Transaction, case: CaseId | None, trouble: Trouble) -> int:
    statement = insert(incidents).values(
        case_id=case, kind=trouble.kind, subject=trouble.subject, element=trouble.element,
        message=trouble.message[:1000], raised_at=tx.now,
    )  # fmt: skip
    return int(tx.connection.execute(statement.returning(incidents.c.id)).scalar_one())


def get(tx: Transaction, incident: int) -> IncidentRow:
    row = tx.connection.execute(_select().where(incidents.c.id == incident)).one_or_none()
    if row is None:
        raise NotFound("没有找到这条异常。")
    return _row(row)


def list_open(tx: Transaction, limit: int = 200) -> Sequence[IncidentRow]:
    rows = tx.connection.execute(
        _select().where(incidents.c.resolved_at.is_(None)).order_by(incidents.c.id.desc()).limit(limit)
    )
    return [_row(row) for row in rows]


def asks_open(at_most: int) -> Question:
    """The question of `count_open`, for who foresees it."""
    return _COUNT_OPEN, {"most": at_most}


def count_open(tx: Transaction, at_most: int) -> int:
    rows = tx.rows(_COUNT_OPEN, most=at_most)
    return int(rows[0][0]) if rows else 0


def open_subjects(tx: Transaction, kind: str) -> frozenset[int]:
    """What of this kind went wrong and is not resolved."""
    rows = tx.connection.execute(
        select(incidents.c.subject).where(incidents.c.kind == kind, incidents.c.resolved_at.is_(None))
    )
    return frozenset(rows.scalars())


def resolve(tx: Transaction, incident: int, by: str, resolution: str) -> None:
    tx.connection.execute(
        update(incidents)
        .where(incidents.c.id == incident)
        .values(resolved_at=tx.now, resolved_by=by, resolution=resolution[:1000])
    )


def resolve_subject(tx: Transaction, kind: str, subject: int, resolution: str) -> None:
    """What went wrong has come right by itself."""
    tx.connection.execute(
        update(incidents)
        .where(incidents.c.kind == kind, incidents.c.subject == subject, incidents.c.resolved_at.is_(None))
        .values(resolved_at=tx.now, resolved_by="系统", resolution=resolution)
    )


_COUNT_OPEN = Statement(
    select(func.count()).select_from(
        select(incidents.c.id)
        .where(incidents.c.resolved_at.is_(None))
        .limit(bindparam("most", type_=Integer))
        .subquery()
    )
)


def _select() -> Any:  # noqa: ANN401 - SQLAlchemy's type of a joined select says nothing more
    return select(incidents, cases.c.number).outerjoin(cases, cases.c.id == incidents.c.case_id)


def _row(row: Row[Any]) -> IncidentRow:
    return IncidentRow(
        row.id, None if row.case_id is None else CaseId(row.case_id), row.number or "", row.kind, row.subject,
        row.element, row.message, row.raised_at, row.resolved_at, row.resolution,
    )  # fmt: skip
