"""Papers (收文): documents in the hands of the organs they were sent to."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Text, any_, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import ARRAY, insert

from jiecheng.model.errors import NotFound
from jiecheng.model.ids import CaseId, IdentityId
from jiecheng.store.database import Transaction
from jiecheng.store.statement import Statement
from jiecheng.store.tables import cases, documents, jobs, papers

_COUNT_UNSIGNED = Statement(
    select(func.count()).where(
        papers.c.organ == any_(bindparam("organs", type_=ARRAY(Text))), papers.c.received_at.is_(None)
    )
)


@dataclass(frozen=True, slots=True)
class PaperRow:
    """`organ` has it, `issuer` sent it; `received_by_name` signed for it, "" while nobody has."""

    id: int
    document: int
    case: CaseId
    organ: str
    issuer: str
    number: str
    title: str
    case_number: str
    size: int
    sent_at: datetime
    received_at: datetime | None
    received_by_name: str
    voided_at: datetime | None = None


def send(tx: Transaction, document: int, organs: Collection[str]) -> None:
    """An organ gets a document once."""
    for organ in organs:
        statement = insert(papers).values(document_id=document, organ=organ, sent_at=tx.now)
        tx.connection.execute(statement.on_conflict_do_nothing())


def get(tx: Transaction, paper: int, *, locked: bool = False) -> PaperRow:
    statement = _select().where(papers.c.id == paper)
    row = tx.connection.execute(statement.with_for_update(of=papers) if locked else statement).one_or_none()
    if row is None:
        raise NotFound("没有找到这份收文。请从「收文」页面重新打开。")
    return _row(row)


def sign(tx: Transaction, paper: int, identity: IdentityId, name: str) -> None:
    tx.connection.execute(
        update(papers)
        .where(papers.c.id == paper)
        .values(received_at=tx.now, received_by=identity, received_by_name=name)
    )


def of_document(tx: Transaction, document: int) -> Sequence[PaperRow]:
    """Who has the document."""
    rows = tx.connection.execute(_select().where(papers.c.document_id == document).order_by(papers.c.id))
    return [_row(row) for row in rows]


def of_case(tx: Transaction, case: CaseId) -> Sequence[PaperRow]:
    rows = tx.connection.execute(_select().where(documents.c.case_id == case).order_by(papers.c.id))
    return [_row(row) for row in rows]


def list_received(
    tx: Transaction, organs: Collection[str], *, text: str, before: int | None, limit: int, unsigned: bool = False
) -> Sequence[PaperRow]:
    """What these organs were sent, latest first; `unsigned`: of it what nobody has signed for."""
    statement = _select().where(papers.c.organ.in_(organs))
    if unsigned:
        statement = statement.where(papers.c.received_at.is_(None))
    if text:
        statement = statement.where(
            documents.c.title.contains(text, autoescape=True) | documents.c.number.contains(text, autoescape=True)
        )
    if before is not None:
        statement = statement.where(papers.c.id < before)
    return [_row(row) for row in tx.connection.execute(statement.order_by(papers.c.id.desc()).limit(limit))]


def count_unsigned(tx: Transaction, organs: Collection[str]) -> int:
    rows = tx.rows(_COUNT_UNSIGNED, organs=list(organs))
    return int(rows[0][0]) if rows else 0


def _select() -> Any:  # noqa: ANN401 - SQLAlchemy's type of a joined select says nothing more
    return (
        select(
            papers, documents.c.case_id, documents.c.number, documents.c.title, documents.c.size, jobs.c.issuer,
            documents.c.voided_at,
            cases.c.number.label("case_number"),
        )
        .join(documents, documents.c.id == papers.c.document_id)
        .join(jobs, jobs.c.id == documents.c.job_id)
        .join(cases, cases.c.id == documents.c.case_id)
    )  # fmt: skip


def _row(row: Any) -> PaperRow:  # noqa: ANN401 - columns by name
    return PaperRow(
        row.id, row.document_id, CaseId(row.case_id), row.organ, row.issuer, row.number, row.title, row.case_number,
        row.size, row.sent_at, row.received_at, row.received_by_name, row.voided_at,
    )  # fmt: skip
