"""Which finished case a case undoes (撤销已办结). A link is made once, with the case that undoes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import insert, select

from jiecheng.model.case import CaseState
from jiecheng.model.ids import CaseId
from jiecheng.store.database import Transaction
from jiecheng.store.tables import cases, reversals


@dataclass(frozen=True, slots=True)
class LinkedCase:
    """The other case of a link, as it stands now."""

    case: CaseId
    number: str
    title: str
    state: CaseState
    outcome: str


def add(tx: Transaction, case: CaseId, reverses: CaseId) -> None:
    tx.connection.execute(insert(reversals).values(case_id=case, reverses=reverses))


def undoing(tx: Transaction, case: CaseId) -> Sequence[LinkedCase]:
    """The cases that undo this one, in the order they were started."""
    statement = select(cases).join(reversals, reversals.c.case_id == cases.c.id).where(reversals.c.reverses == case)
    return [_linked(row) for row in tx.connection.execute(statement.order_by(cases.c.id))]


def undone(tx: Transaction, case: CaseId) -> LinkedCase | None:
    """The case that this one undoes."""
    statement = select(cases).join(reversals, reversals.c.reverses == cases.c.id).where(reversals.c.case_id == case)
    row = tx.connection.execute(statement).one_or_none()
    return None if row is None else _linked(row)


def _linked(row: object) -> LinkedCase:
    return LinkedCase(CaseId(row.id), row.number, row.title, CaseState(row.state), row.outcome)  # type: ignore[attr-defined]
