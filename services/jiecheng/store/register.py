"""Registers (台账): the durable outcome of cases. Written by processes only: one row per register, case and key."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, bindparam, func, or_, select
from sqlalchemy.dialects.postgresql import insert

from jiecheng.model.ids import CaseId
from jiecheng.store.database import Transaction
from jiecheng.store.pattern import containing
from jiecheng.store.statement import Statement
from jiecheng.store.tables import cases, register_definitions, register_entries, registers

Position = tuple[CaseId, str]


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
    key: str = ""


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """`statuses`: any of them, all when empty; `equal`: columns that must have this value; `text`: in number, title, columns;
    `before`: a date column and the ISO date it must lie before; `in_force_on`: effective_from..effective_to holds the day."""

    statuses: tuple[str, ...] = ()
    equal: Mapping[str, str] | None = None
    text: str = ""
    before: tuple[str, str] | None = None
    in_force_on: date | None = None


def _select() -> Any:  # noqa: ANN401 - SQLAlchemy's type of a joined select says nothing more
    return select(register_entries, cases.c.number, cases.c.title).join(cases, cases.c.id == register_entries.c.case_id)


_MAKE = Statement(insert(registers).on_conflict_do_nothing(), "name")
_LOCK = Statement(select(registers.c.name).where(registers.c.name == bindparam("this")).with_for_update())
_HERE = (register_entries.c.register == bindparam("here"), register_entries.c.case_id == bindparam("case"))
_ENTRY = Statement(_select().where(*_HERE, register_entries.c.key == bindparam("of")))
_OF_CASE = Statement(_select().where(_HERE[1]).order_by(register_entries.c.register, register_entries.c.key))
_MATCHING = Statement(
    _select()
    .where(
        _HERE[0],
        register_entries.c.columns.contains(bindparam("like")),
        register_entries.c.case_id != bindparam("case"),
    )
    .order_by(register_entries.c.case_id, register_entries.c.key)
)
_DEFINITIONS = Statement(
    select(register_definitions.c.name, register_definitions.c.content, register_definitions.c.revision).order_by(
        register_definitions.c.name, register_definitions.c.revision
    )
)
_REVISIONS = Statement(select(func.count().label("number")).select_from(register_definitions))


def revisions(tx: Transaction) -> int:
    """How often a description has been written; grows with every change, so equal numbers mean equal descriptions."""
    return int(tx.row(_REVISIONS).number)


def definitions(tx: Transaction) -> Mapping[str, Mapping[str, Any]]:
    """How every register is described now."""
    return {row.name: json.loads(row.content) for row in tx.rows(_DEFINITIONS)}


def define(tx: Transaction, name: str, content: Mapping[str, object], source: str) -> None:
    """Describe a register anew; the descriptions before stay."""
    lock(tx, name)
    last = select(func.coalesce(func.max(register_definitions.c.revision), 0) + 1).where(
        register_definitions.c.name == name
    )
    tx.connection.execute(
        insert(register_definitions).values(
            name=name,
            revision=last.scalar_subquery(),
            content=json.dumps(content, ensure_ascii=False),
            deployed_at=tx.now,
            source=source,
        )
    )


def lock(tx: Transaction, names: Sequence[str]) -> None:
    """To the commit, one after the other in the order given: it is the same for everybody."""
    for name in names:
        tx.later(_MAKE, name=name)
        tx.run(_LOCK, this=name)


def write(
    tx: Transaction, register: str, case: CaseId, status: str, columns: Mapping[str, object], *, key: str = ""
) -> EntryRow | None:
    """Insert or change the case's row: new columns are laid over the old ones. Returns the row as it was before.

    The caller holds the register's lock.
    """
    before = entry(tx, register, case, key)
    merged = {**(before.columns if before else {}), **columns}
    version = before.version + 1 if before else 1
    statement = insert(register_entries).values(
        register=register, case_id=case, key=key, status=status, columns=merged, version=version, updated_at=tx.now
    )
    tx.connection.execute(
        statement.on_conflict_do_update(
            index_elements=[register_entries.c.register, register_entries.c.case_id, register_entries.c.key],
            set_={name: statement.excluded[name] for name in ("status", "columns", "version", "updated_at")},
        )
    )
    return before


def entry(tx: Transaction, register: str, case: CaseId, key: str = "") -> EntryRow | None:
    row = tx.row(_ENTRY, here=register, case=case, of=key)
    return None if row is None else _row(row)


def of_case(tx: Transaction, case: CaseId) -> Sequence[EntryRow]:
    return [_row(row) for row in tx.rows(_OF_CASE, case=case)]


def matching(tx: Transaction, register: str, column: str, value: object, besides: CaseId | None) -> Sequence[EntryRow]:
    """Rows whose column has this value, oldest first; the asking case's own rows are left out."""
    # No case has the id 0.
    return [_row(row) for row in tx.rows(_MATCHING, here=register, like={column: value}, case=besides or 0)]


def list_entries(
    tx: Transaction, register: str, filters: EntryFilter, after: Position | None, limit: int
) -> Sequence[EntryRow]:
    """Latest case first, the rows of one case by key; `after` is the row to continue behind."""
    case_id, key = register_entries.c.case_id, register_entries.c.key
    statement = _filtered(register, filters)
    if after is not None:
        statement = statement.where(or_(case_id < after[0], and_(case_id == after[0], key > after[1])))
    rows = tx.connection.execute(statement.order_by(case_id.desc(), key).limit(limit))
    return [_row(row) for row in rows]


def count_entries(tx: Transaction, register: str, filters: EntryFilter) -> int:
    inner = _filtered(register, filters).subquery()
    return int(tx.connection.execute(select(func.count()).select_from(inner)).scalar_one())


def count_by(tx: Transaction, register: str, filters: EntryFilter, column: str, subject: str) -> Mapping[str, int]:
    """Value of the column -> how many different `subject`s have it; rows, where there is no subject column."""
    inner = _filtered(register, filters).subquery()
    value = func.coalesce(inner.c.columns[column].astext, "")
    what = func.count(inner.c.columns[subject].astext.distinct()) if subject else func.count()
    rows = tx.connection.execute(select(value.label("value"), what.label("number")).group_by(value).order_by(value))
    return {row.value: int(row.number) for row in rows}


def values_of(tx: Transaction, register: str, column: str, limit: int = 200) -> Sequence[str]:
    """The different values of a column, for a choice."""
    value = register_entries.c.columns[column].astext
    statement = select(value.label("value")).distinct().where(register_entries.c.register == register, value != "")
    return [row.value for row in tx.connection.execute(statement.order_by("value").limit(limit))]


def _filtered(register: str, filters: EntryFilter) -> Any:  # noqa: ANN401
    columns = register_entries.c.columns
    statement = _select().where(register_entries.c.register == register)
    if filters.statuses:
        statement = statement.where(register_entries.c.status.in_(filters.statuses))
    for column, value in (filters.equal or {}).items():
        statement = statement.where(columns.contains({column: value}))
    if filters.text:
        pattern = containing(filters.text)
        written = columns.cast(cases.c.title.type)
        statement = statement.where(
            or_(cases.c.title.ilike(pattern), cases.c.number.ilike(pattern), written.ilike(pattern))
        )
    if filters.before is not None:
        column, day = filters.before
        statement = statement.where(columns[column].astext < day)
    if filters.in_force_on is not None:
        on, until = filters.in_force_on.isoformat(), columns["effective_to"].astext
        # Dates are ISO texts, so their order is that of the days.
        statement = statement.where(columns["effective_from"].astext <= on)
        statement = statement.where(or_(until.is_(None), until == "", until >= on))
    return statement


def _row(row: Any) -> EntryRow:  # noqa: ANN401 - columns by name
    return EntryRow(
        row.register, CaseId(row.case_id), row.number, row.title, row.status, row.columns, row.version,
        row.updated_at, row.key,
    )  # fmt: skip
