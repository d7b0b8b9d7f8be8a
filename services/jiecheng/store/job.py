"""Jobs of service tasks, and the papers they issue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update

from jiecheng.model.errors import NotFound
from jiecheng.model.ids import CaseId, ElementId, Token
from jiecheng.store.database import Transaction
from jiecheng.store.statement import Statement
from jiecheng.store.tables import documents, jobs

_WITHOUT_CONTENT = [column for column in documents.c if column.name != "content"]
_GET = Statement(select(jobs).where(jobs.c.id == bindparam("job")))
_OF_CASE = Statement(select(jobs).where(jobs.c.case_id == bindparam("case")).order_by(jobs.c.id))
_DOCUMENTS_OF = Statement(
    select(*_WITHOUT_CONTENT).where(documents.c.case_id == bindparam("case")).order_by(documents.c.id)
)


@dataclass(frozen=True, slots=True)
class JobRow:
    id: int
    case: CaseId
    token: Token
    element: ElementId
    name: str
    topic: str
    number: str
    issuer: str
    state: str
    error: str
    opened_at: datetime
    closed_at: datetime | None
    instance_key: str = ""
    instance_label: str = ""
    compartment: str = ""
    recipients: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentRow:
    id: int
    case: CaseId
    title: str
    number: str
    sha256: str
    size: int
    issued_at: datetime
    compartment: str = ""
    voided_at: datetime | None = None


def add(tx: Transaction, values: Mapping[str, object]) -> int:
    statement = insert(jobs).values(**values, state="open", opened_at=tx.now).returning(jobs.c.id)
    return int(tx.connection.execute(statement).scalar_one())


def get(tx: Transaction, job: int) -> JobRow:
    row = tx.row(_GET, job=job)
    if row is None:
        raise NotFound("没有找到这项系统作业。")
    return _row(row)


def of_case(tx: Transaction, case: CaseId) -> Sequence[JobRow]:
    return [_row(row) for row in tx.rows(_OF_CASE, case=case)]


def close(tx: Transaction, job: int, state: str) -> None:
    tx.connection.execute(update(jobs).where(jobs.c.id == job).values(state=state, closed_at=tx.now))


def latest_at(tx: Transaction, case: CaseId, token: Token) -> JobRow | None:
    """The last job that this token waited for."""
    statement = select(jobs).where(jobs.c.case_id == case, jobs.c.token == token).order_by(jobs.c.id.desc())
    row = tx.connection.execute(statement.limit(1)).one_or_none()
    return _row(row) if row is not None else None


def mark(tx: Transaction, job: int, state: str, error: str) -> None:
    tx.connection.execute(update(jobs).where(jobs.c.id == job).values(state=state, error=error[:500]))


def add_document(tx: Transaction, values: Mapping[str, object]) -> int:
    statement = insert(documents).values(**values, issued_at=tx.now).returning(documents.c.id)
    return int(tx.connection.execute(statement).scalar_one())


def documents_of(tx: Transaction, case: CaseId) -> Sequence[DocumentRow]:
    return [_document(row) for row in tx.rows(_DOCUMENTS_OF, case=case)]


def document(tx: Transaction, document_id: int) -> tuple[DocumentRow, bytes]:
    row = tx.connection.execute(select(documents).where(documents.c.id == document_id)).one_or_none()
    if row is None:
        raise NotFound("没有找到这份文书。")
    return _document(row), bytes(row.content)


def _row(row: Row[Any]) -> JobRow:
    return JobRow(
        row.id, CaseId(row.case_id), Token(row.token), ElementId(row.element), row.name, row.topic, row.number,
        row.issuer, row.state, row.error, row.opened_at, row.closed_at, row.instance_key, row.instance_label,
        row.compartment, tuple(row.recipients),
    )  # fmt: skip


def _document(row: Row[Any]) -> DocumentRow:
    return DocumentRow(
        row.id, CaseId(row.case_id), row.title, row.number, row.sha256, row.size, row.issued_at,
        row.compartment, row.voided_at,
    )  # fmt: skip
