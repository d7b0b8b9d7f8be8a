"""Who reads a case without working on it (旁阅): shown it, asked about it, supervising it. Never decides what he may see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, Column, ColumnElement, Select, bindparam, literal, select, union_all

from jiecheng.model.ids import CaseId, ElementId, IdentityId
from jiecheng.store.database import Transaction
from jiecheng.store.statement import Statement
from jiecheng.store.tables import circulations, questions, supervisions


@dataclass(frozen=True, slots=True)
class GuestRow:
    """`ground`: 传阅 | 沟通 | 督办; `element`, `instance_key`, `compartment`: the step that was passed on to him."""

    identity: IdentityId
    ground: str
    element: ElementId
    instance_key: str
    compartment: str


def guests(case: BindParameter[int]) -> Select[Any]:
    """The one list of them; the search reads it too."""
    return _guests(lambda of: of == case)


def _guests(wanted: Callable[[Column[int]], ColumnElement[bool]]) -> Select[Any]:
    """A circulation taken back makes nobody a guest."""
    parts = [
        (circulations, circulations.c.reader, "传阅", circulations.c.withdrawn_at.is_(None)),
        (questions, questions.c.asked, "沟通", questions.c.asked.is_not(None)),
        (supervisions, supervisions.c.owner, "督办", supervisions.c.owner.is_not(None)),
        (supervisions, supervisions.c.handler, "督办", supervisions.c.handler.is_not(None)),
    ]
    found = [
        select(
            who.label("identity"), literal(ground).label("ground"), table.c.element, table.c.instance_key,
            table.c.compartment, table.c.case_id,
        ).where(wanted(table.c.case_id), there)
        for table, who, ground, there in parts
    ]  # fmt: skip
    return select(union_all(*found).subquery("guests"))


_OF_CASE = Statement(guests(bindparam("case", type_=circulations.c.case_id.type)))


def of_case(tx: Transaction, case: CaseId) -> Sequence[GuestRow]:
    return [_guest(row) for row in tx.rows(_OF_CASE, case=case)]


def of_cases(tx: Transaction, chosen: Collection[CaseId]) -> Mapping[CaseId, Sequence[GuestRow]]:
    found: dict[CaseId, list[GuestRow]] = defaultdict(list)
    for row in tx.connection.execute(_guests(lambda of: of.in_(chosen))):
        found[CaseId(row.case_id)].append(_guest(row))
    return found


def _guest(row: Any) -> GuestRow:  # noqa: ANN401 - columns by name
    return GuestRow(IdentityId(row.identity), row.ground, ElementId(row.element), row.instance_key, row.compartment)
