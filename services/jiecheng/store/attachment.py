"""Attachments lie in the database, so that one transaction holds a decision and its papers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, insert, select

from jiecheng.model.errors import NotFound
from jiecheng.model.ids import AttachmentId, CaseId
from jiecheng.store.database import Transaction
from jiecheng.store.statement import Statement
from jiecheng.store.tables import attachments

_WITHOUT_CONTENT = [column for column in attachments.c if column.name != "content"]
_OF_CASE = Statement(
    select(*_WITHOUT_CONTENT).where(attachments.c.case_id == bindparam("case")).order_by(attachments.c.id)
)


@dataclass(frozen=True, slots=True)
class AttachmentRow:
    id: AttachmentId
    case: CaseId
    element: str
    name: str
    media_type: str
    size: int
    sha256: str
    uploaded_by: str
    uploaded_by_name: str
    uploaded_at: datetime
    compartment: str = ""


def add(tx: Transaction, values: Mapping[str, object]) -> AttachmentId:
    statement = insert(attachments).values(**values, uploaded_at=tx.now).returning(attachments.c.id)
    return AttachmentId(tx.connection.execute(statement).scalar_one())


def of_case(tx: Transaction, case: CaseId) -> Sequence[AttachmentRow]:
    return [_row(row) for row in tx.rows(_OF_CASE, case=case)]


def get(tx: Transaction, attachment: AttachmentId) -> AttachmentRow:
    row = tx.connection.execute(select(*_WITHOUT_CONTENT).where(attachments.c.id == attachment)).one_or_none()
    if row is None:
        raise NotFound("没有找到这个附件。")
    return _row(row)


def content(tx: Transaction, attachment: AttachmentId) -> bytes:
    return bytes(
        tx.connection.execute(select(attachments.c.content).where(attachments.c.id == attachment)).scalar_one()
    )


def _row(row: Row[Any]) -> AttachmentRow:
    return AttachmentRow(
        AttachmentId(row.id), CaseId(row.case_id), row.element, row.name, row.media_type, row.size, row.sha256,
        row.uploaded_by, row.uploaded_by_name, row.uploaded_at, row.compartment,
    )  # fmt: skip
