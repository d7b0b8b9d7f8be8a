"""传阅: rows of what was passed to whom, who has read it when, and what he said. Read marks need no lock of the case."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, Row, Text, any_, bindparam, func, insert, select, update
from sqlalchemy.dialects.postgresql import ARRAY

from jiecheng.model.errors import NotFound
from jiecheng.model.ids import CaseId, ElementId, IdentityId
from jiecheng.store.database import Transaction
from jiecheng.store.statement import Statement
from jiecheng.store.tables import cases, circulations


@dataclass(frozen=True, slots=True)
class CirculationRow:
    """`name`: the step it was passed on from; `rule`: where the diagram did it; `view`: what the reader said, "" so far."""

    id: int
    case: CaseId
    element: ElementId
    name: str
    instance_key: str
    compartment: str
    sender: IdentityId
    rule: str
    reader: IdentityId
    words: str
    sent_at: datetime
    read_at: datetime | None
    withdrawn_at: datetime | None
    view: str
    viewed_at: datetime | None
    number: str = ""
    title: str = ""


def add(tx: Transaction, values: Mapping[str, object], readers: Sequence[IdentityId]) -> Sequence[int]:
    """A row for each reader."""
    rows = [{**values, "reader": reader, "sent_at": tx.now} for reader in readers]
    return tuple(tx.connection.execute(insert(circulations).values(rows).returning(circulations.c.id)).scalars())


def get(tx: Transaction, circulation: int) -> CirculationRow:
    row = tx.connection.execute(select(circulations).where(circulations.c.id == circulation)).one_or_none()
    if row is None:
        raise NotFound("没有这份传阅，或者它已经撤回。请从「待阅」页面重新打开。")
    return _row(row)


def of_case(tx: Transaction, case: CaseId) -> Sequence[CirculationRow]:
    return [_row(row) for row in tx.rows(_OF_CASE, case=case)]


_OF_CASE = Statement(
    select(circulations).where(circulations.c.case_id == bindparam("case")).order_by(circulations.c.id)
)
_COUNT_UNREAD = Statement(
    select(func.count()).select_from(
        select(circulations.c.id)
        .where(
            circulations.c.reader == any_(bindparam("readers", type_=ARRAY(Text))),
            circulations.c.read_at.is_(None),
            circulations.c.withdrawn_at.is_(None),
        )
        .limit(bindparam("most", type_=Integer))
        .subquery()
    )
)


def list_unread(
    tx: Transaction, readers: Collection[IdentityId], before: int | None, limit: int
) -> Sequence[CirculationRow]:
    """What these readers have still to read, latest first."""
    statement = (
        select(circulations, cases.c.number, cases.c.title)
        .join(cases, cases.c.id == circulations.c.case_id)
        .where(*_unread(readers))
    )
    if before is not None:
        statement = statement.where(circulations.c.id < before)
    rows = tx.connection.execute(statement.order_by(circulations.c.id.desc()).limit(limit))
    return [_row(row, row.number, row.title) for row in rows]


def count_unread(tx: Transaction, readers: Collection[IdentityId], at_most: int) -> int:
    rows = tx.rows(_COUNT_UNREAD, readers=list(readers), most=at_most)
    return int(rows[0][0]) if rows else 0


def mark_read(
    tx: Transaction, readers: Collection[IdentityId], chosen: Collection[int] | None = None, until: int | None = None
) -> int:
    """Those of `chosen` (None: all, up to number `until`) that are still unread. How many there were."""
    some = () if chosen is None else (circulations.c.id.in_(chosen),)
    seen = () if until is None else (circulations.c.id <= until,)
    done = update(circulations).where(*_unread(readers), *some, *seen).values(read_at=tx.now)
    return int(tx.connection.execute(done).rowcount)


def mark_opened(tx: Transaction, case: CaseId, readers: Collection[IdentityId]) -> None:
    """Whoever opens the case has read what was passed to him of it."""
    opened = update(circulations).where(*_unread(readers), circulations.c.case_id == case)
    tx.connection.execute(opened.values(read_at=tx.now))


def withdraw(tx: Transaction, circulation: int) -> bool:
    """Take it back, unless it was read meanwhile."""
    unread = (circulations.c.read_at.is_(None), circulations.c.withdrawn_at.is_(None))
    done = update(circulations).where(circulations.c.id == circulation, *unread).values(withdrawn_at=tx.now)
    return bool(tx.connection.execute(done).rowcount)


def give_view(tx: Transaction, circulation: int, words: str) -> None:
    moment = func.coalesce(circulations.c.read_at, tx.now)
    done = update(circulations).where(circulations.c.id == circulation)
    tx.connection.execute(done.values(view=words, viewed_at=tx.now, read_at=moment))


def _unread(readers: Collection[IdentityId]) -> tuple[ColumnElement[bool], ...]:
    return (
        circulations.c.reader.in_(readers), circulations.c.read_at.is_(None), circulations.c.withdrawn_at.is_(None),
    )  # fmt: skip


def _row(row: Row[Any], number: str = "", title: str = "") -> CirculationRow:
    return CirculationRow(
        row.id, CaseId(row.case_id), ElementId(row.element), row.name, row.instance_key, row.compartment,
        IdentityId(row.sender), row.rule, IdentityId(row.reader), row.words, row.sent_at, row.read_at,
        row.withdrawn_at, row.view, row.viewed_at, number, title,
    )  # fmt: skip
