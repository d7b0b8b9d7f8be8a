"""Registers (台账): the durable outcome of cases. Written by processes only, one row per register and case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.dialects.postgresql import insert

from jiecheng.model.ids import CaseId
from jiecheng.store.database import Transaction
from jiecheng.store.statement import Statement
from jiecheng.store.tables import cases, register_entries, registers


@dataclass(frozen=True, slots=True)
class EntryRow:
    register: str
    case: CaseId
    number: str
    title: str
    status: str
    columns: dict[str, Any]
    version: int
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """`statuses`: any of them, all when empty; `equal`: columns that must have this value; `text`: in number, title, columns;
    `end_before` / `end_from`: bounds on the ISO date in column `end_date`."""

    statuses: tuple[str, ...] = ()
    equal: Mapping[str, str] | None = None
    text: str = ""
    end_from: str = ""
    end_before: str = ""


def _select() -> Any:  # noqa: ANN401 - SQLAlchemy's type of a joined select says nothing more
    return select(register_entries, cases.c.number, cases.c.title).join(cases, cases.c.id == register_entries.c.case_id)


_MAKE = Statement(insert(registers).on_conflict_do_nothing(), "name")
_LOCK = Statement(select(registers.c.name).where(registers.c.name == bindparam("this")).with_for_update())
_HERE = (register_entries.c.register == bindparam("here"), register_entries.c.case_id == bindparam("case"))
_ENTRY = Statement(_select().where(*_HERE))
_OF_CASE = Statement(_select().where(_HERE[1]))
_MATCHING = Statement(
    _select()
    .where(
        _HERE[0],
        register_entries.c.columns.contains(bindparam("like")),
        register_entries.c.case_id != bindparam("case"),
    )
    .order_by(register_entries.c.case_id)
)


def lock(tx: Transaction, register: str) -> None:
    """One at a time from here to the commit: a decision that counts a register's rows must not be overtaken."""
    tx.run(_MAKE, name=register)
    tx.run(_LOCK, this=register)


def write(tx: Transaction, register: str, case: CaseId, status: str, columns: Mapping[str, object]) -> EntryRow | None:
    """Insert or change the case's row: new columns are laid over the old ones. Returns the row as it was before."""
    lock(tx, register)
    before = entry(tx, register, case)
    merged = {**(before.columns if before else {}), **columns}
    version = before.version + 1 if before else 1
    statement = insert(register_entries).values(
        register=register, case_id=case, status=status, columns=merged, version=version, updated_at=tx.now
    )
    tx.connection.execute(
        statement.on_conflict_do_update(
            index_elements=[register_entries.c.register, register_entries.c.case_id],
            set_={name: statement.excluded[name] for name in ("status", "columns", "version", "updated_at")},
        )
    )
    return before


def entry(tx: Transaction, register: str, case: CaseId) -> EntryRow | None:
    row = tx.row(_ENTRY, here=register, case=case)
    return None if row is None else _row(row)


def of_case(tx: Transaction, case: CaseId) -> Sequence[EntryRow]:
    return [_row(row) for row in tx.rows(_OF_CASE, case=case)]


def matching(tx: Transaction, register: str, column: str, value: object, besides: CaseId | None) -> Sequence[EntryRow]:
    """Rows whose column has this value, oldest first; the asking case's own row is left out."""
    # No case has the id 0.
    return [_row(row) for row in tx.rows(_MATCHING, here=register, like={column: value}, case=besides or 0)]


def list_entries(
    tx: Transaction, register: str, filters: EntryFilter, before: int | None, limit: int
) -> Sequence[EntryRow]:
    """Latest case first; `before` is the case id to continue behind."""
    statement = _filtered(register, filters)
    if before is not None:
        statement = statement.where(register_entries.c.case_id < before)
    rows = tx.connection.execute(statement.order_by(register_entries.c.case_id.desc()).limit(limit))
    return [_row(row) for row in rows]


def _filtered(register: str, filters: EntryFilter) -> Any:  # noqa: ANN401
    statement = _select().where(register_entries.c.register == register)
    if filters.statuses:
        statement = statement.where(register_entries.c.status.in_(filters.statuses))
    for column, value in (filters.equal or {}).items():
        statement = statement.where(register_entries.c.columns.contains({column: value}))
    if filters.text:
        pattern = "%" + filters.text.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_") + "%"
        columns_text = register_entries.c.columns.cast(cases.c.title.type)
        statement = statement.where(
            or_(cases.c.title.ilike(pattern), cases.c.number.ilike(pattern), columns_text.ilike(pattern))
        )
    end = register_entries.c.columns["end_date"].astext
    if filters.end_from:
        statement = statement.where(end >= filters.end_from)
    if filters.end_before:
        statement = statement.where(end < filters.end_before)
    return statement


def _row(row: Any) -> EntryRow:  # noqa: ANN401 - columns by name
    return EntryRow(
        row.register, CaseId(row.case_id), row.number, row.title, row.status, row.columns, row.version, row.updated_at
    )


def count_entries(tx: Transaction, register: str, filters: EntryFilter) -> int:
    inner = _filtered(register, filters).subquery()
    return int(tx.connection.execute(select(func.count()).select_from(inner)).scalar_one())
