"""Published versions of registers: written once, never changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, insert, select

from jiecheng.model.ids import CaseId
from jiecheng.store.database import Transaction
from jiecheng.store.tables import cases, register_versions

_HEAD = [column for column in register_versions.c if column.name != "content"]


@dataclass(frozen=True, slots=True)
class VersionRow:
    """`content`: the canonical JSON that `sha256` is the digest of; "" in lists. `difference`: sentences."""

    register: str
    version: int
    case: CaseId
    case_number: str
    effective_on: date
    published_at: datetime
    row_count: int
    sha256: str
    difference: Sequence[str]
    content: str = ""


def add(tx: Transaction, values: Mapping[str, object]) -> None:
    tx.connection.execute(insert(register_versions).values(**values, published_at=tx.now))


def last(tx: Transaction, register: str) -> VersionRow | None:
    statement = _select(*register_versions.c).where(register_versions.c.register == register)
    row = tx.connection.execute(statement.order_by(register_versions.c.version.desc()).limit(1)).one_or_none()
    return None if row is None else _version(row)


def get(tx: Transaction, register: str, version: int) -> VersionRow | None:
    statement = _select(*register_versions.c).where(
        register_versions.c.register == register, register_versions.c.version == version
    )
    row = tx.connection.execute(statement).one_or_none()
    return None if row is None else _version(row)


def of_register(tx: Transaction, register: str, limit: int) -> Sequence[VersionRow]:
    """The latest versions without their content."""
    statement = _select(*_HEAD).where(register_versions.c.register == register)
    rows = tx.connection.execute(statement.order_by(register_versions.c.version.desc()).limit(limit))
    return [_version(row) for row in rows]


def _select(*columns: Any) -> Any:  # noqa: ANN401 - SQLAlchemy's type of a joined select says nothing more
    return select(*columns, cases.c.number.label("case_number")).join(cases, cases.c.id == register_versions.c.case_id)


def _version(row: Row[Any]) -> VersionRow:
    return VersionRow(
        row.register, row.version, CaseId(row.case_id), row.case_number, row.effective_on, row.published_at,
        row.row_count, row.sha256, row.difference, getattr(row, "content", ""),
    )  # fmt: skip
