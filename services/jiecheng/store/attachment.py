"""Attachments lie in the database, so that one transaction holds a decision and its papers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update

from jiecheng.model.errors import NotFound
from jiecheng.model.ids import AttachmentId, CaseId, TaskId
from jiecheng.store.database import Transaction
from jiecheng.store.statement import Statement
from jiecheng.store.tables import attachments

WAITING, CLEAN, BAD = "waiting", "clean", "bad"  # of the virus scan; "" where there is no scanner
_WITHOUT_CONTENT = [column for column in attachments.c if column.name != "content"]
_OF_CASE = Statement(
    select(*_WITHOUT_CONTENT)
    .where(attachments.c.case_id == bindparam("case"), attachments.c.removed_at.is_(None))
    .order_by(attachments.c.id)
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
    version: int = 1
    replaced_by: AttachmentId | None = None  # its next version
    task: TaskId | None = None  # the task it was handed in with
    scan: str = ""


def add(tx: Transaction, values: Mapping[str, object]) -> AttachmentId:
    statement = insert(attachments).values(**values, uploaded_at=tx.now).returning(attachments.c.id)
    return AttachmentId(tx.connection.execute(statement).scalar_one())


def of_case(tx: Transaction, case: CaseId) -> Sequence[AttachmentRow]:
    return [_row(row) for row in tx.rows(_OF_CASE, case=case)]


def get(tx: Transaction, attachment: AttachmentId) -> AttachmentRow:
    row = tx.connection.execute(
        select(*_WITHOUT_CONTENT).where(attachments.c.id == attachment, attachments.c.removed_at.is_(None))
    ).one_or_none()
    if row is None:
        raise NotFound("没有找到这个附件。")
    return _row(row)


def content(tx: Transaction, attachment: AttachmentId) -> bytes:
    return bytes(
        tx.connection.execute(select(attachments.c.content).where(attachments.c.id == attachment)).scalar_one()
    )


def replace(tx: Transaction, attachment: AttachmentId, by: AttachmentId) -> None:
    tx.connection.execute(update(attachments).where(attachments.c.id == attachment).values(replaced_by=by))


def remove(tx: Transaction, attachment: AttachmentId) -> None:
    """The content goes; that there was one, and its hash, stay. The version before it is the newest again."""
    tx.connection.execute(
        update(attachments).where(attachments.c.id == attachment).values(removed_at=tx.now, content=b"")
    )
    tx.connection.execute(update(attachments).where(attachments.c.replaced_by == attachment).values(replaced_by=None))


def set_scan(tx: Transaction, attachment: AttachmentId, verdict: str) -> None:
    tx.connection.execute(update(attachments).where(attachments.c.id == attachment).values(scan=verdict))


def _row(row: Row[Any]) -> AttachmentRow:
    return AttachmentRow(
        AttachmentId(row.id), CaseId(row.case_id), row.element, row.name, row.media_type, row.size, row.sha256,
        row.uploaded_by, row.uploaded_by_name, row.uploaded_at, row.compartment, row.version,
        None if row.replaced_by is None else AttachmentId(row.replaced_by),
        None if row.task_id is None else TaskId(row.task_id), row.scan,
    )  # fmt: skip
