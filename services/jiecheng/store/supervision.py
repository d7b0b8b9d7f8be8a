"""督办: rows of supervisions and of the steps taken on each."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Row,
    Text,
    and_,
    any_,
    bindparam,
    func,
    insert,
    literal,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY

from jiecheng.model.errors import NotFound
from jiecheng.model.ids import CaseId, ElementId, IdentityId
from jiecheng.model.supervision import OWING, OWNERS_TURN, SupervisionState
from jiecheng.store.database import Question, Transaction
from jiecheng.store.statement import Statement
from jiecheng.store.tables import cases, supervision_steps, supervisions


@dataclass(frozen=True, slots=True)
class SupervisionRow:
    """`name`: the step it is about; `handler` answers to `owner`; `due_days`: working days from the assignment."""

    id: int
    case: CaseId
    element: ElementId
    name: str
    instance_key: str
    compartment: str
    owner: IdentityId
    handler: IdentityId | None
    state: SupervisionState
    demand: str
    due_days: int | None
    due_at: datetime | None
    basis: str
    opened_at: datetime
    closed_at: datetime | None
    number: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class StepRow:
    supervision: int
    command: str
    state: SupervisionState
    by: IdentityId
    words: str
    at: datetime


# From these the working days of an answer are counted.
_BEGINNING = ("assign_supervision", "return_supervision")
_OF_CASE = Statement(
    select(supervisions).where(supervisions.c.case_id == bindparam("case")).order_by(supervisions.c.id)
)
_STEPS_OF = Statement(
    select(supervision_steps)
    .where(supervision_steps.c.supervision_id == any_(bindparam("chosen", type_=ARRAY(BigInteger))))
    .order_by(supervision_steps.c.id)
)


def add(tx: Transaction, values: Mapping[str, object]) -> int:
    row = {**values, "state": SupervisionState.FILED, "opened_at": tx.now}
    return int(tx.connection.execute(insert(supervisions).values(row).returning(supervisions.c.id)).scalar_one())


def get(tx: Transaction, supervision: int) -> SupervisionRow:
    row = tx.connection.execute(select(supervisions).where(supervisions.c.id == supervision)).one_or_none()
    if row is None:
        raise NotFound("没有这件督办，或者您无权查看。请从「督办」页面重新打开。")
    return _row(row)


def change(tx: Transaction, supervision: int, values: Mapping[str, object]) -> None:
    tx.connection.execute(update(supervisions).where(supervisions.c.id == supervision).values(**values))


def add_step(
    tx: Transaction, supervision: int, command: str, state: SupervisionState, by: IdentityId, words: str
) -> None:
    row = {
        "supervision_id": supervision, "command": command, "state": state, "by": by, "words": words, "at": tx.now,
    }  # fmt: skip
    tx.connection.execute(insert(supervision_steps).values(row))


def steps_of(tx: Transaction, chosen: Collection[int]) -> Mapping[int, Sequence[StepRow]]:
    """The chain of each, in the order in which it was taken."""
    found: dict[int, list[StepRow]] = {}
    for row in tx.rows(_STEPS_OF, chosen=sorted(chosen)) if chosen else ():
        step = StepRow(
            row.supervision_id, row.command, SupervisionState(row.state), IdentityId(row.by), row.words, row.at
        )
        found.setdefault(row.supervision_id, []).append(step)
    return found


def of_case(tx: Transaction, case: CaseId) -> Sequence[SupervisionRow]:
    return [_row(row) for row in tx.rows(_OF_CASE, case=case)]


def limited(tx: Transaction, first: datetime, until: datetime) -> Sequence[tuple[SupervisionRow, date]]:
    """Answers that are owed within so many working days, some of which may lie between: asked for before `until`, due from
    `first` on. With the number of the case, and the day in the district on which the counting began."""
    begun = (
        select(func.max(supervision_steps.c.at))
        .where(supervision_steps.c.supervision_id == supervisions.c.id, supervision_steps.c.command.in_(_BEGINNING))
        .scalar_subquery()
    )
    rows = tx.connection.execute(
        select(supervisions, cases.c.number, cases.c.title, begun.label("begun"))
        .join(cases, cases.c.id == supervisions.c.case_id)
        .where(supervisions.c.state.in_(OWING), supervisions.c.due_days.is_not(None), supervisions.c.due_at >= first)
        .where(begun < until)
        .order_by(supervisions.c.case_id, supervisions.c.id)
    )
    return [(_row(row, row.number, row.title), row.begun.astimezone(first.tzinfo).date()) for row in rows]


def list_of(
    tx: Transaction, people: Collection[IdentityId], *, only: str = "", before: int | None, limit: int
) -> Sequence[SupervisionRow]:
    """Those in which one of these people supervises or answers, latest first. `only`: "overdue", an answer is owed and
    late; "turn", it is theirs to do the next step."""
    near = or_(supervisions.c.owner.in_(people), supervisions.c.handler.in_(people))
    statement = (
        select(supervisions, cases.c.number, cases.c.title)
        .join(cases, cases.c.id == supervisions.c.case_id)
        .where(near)
    )
    if only == "turn":
        statement = statement.where(_turn(literal(list(people), ARRAY(Text))))
    if only == "overdue":
        statement = statement.where(supervisions.c.state.in_(OWING), supervisions.c.due_at < tx.now)
    if before is not None:
        statement = statement.where(supervisions.c.id < before)
    rows = tx.connection.execute(statement.order_by(supervisions.c.id.desc()).limit(limit))
    return [_row(row, row.number, row.title) for row in rows]


def duties(tx: Transaction, people: Collection[IdentityId], limit: int) -> Sequence[SupervisionRow]:
    """Those in which it is one of these people's turn: to receive and answer, or to assign and close; nearest limit first."""
    rows = tx.rows(_DUTIES, people=list(people), most=limit)
    return [_row(row, row.number, row.title) for row in rows]


def asks_duties(people: Collection[IdentityId], at_most: int) -> Question:
    """The question of `count_duties`, for who foresees it."""
    return _COUNT_DUTIES, {"people": list(people), "most": at_most}


def count_duties(tx: Transaction, people: Collection[IdentityId], at_most: int) -> int:
    rows = tx.rows(_COUNT_DUTIES, people=list(people), most=at_most)
    return int(rows[0][0]) if rows else 0


def _turn(them: ColumnElement[Any]) -> ColumnElement[bool]:
    return or_(
        and_(supervisions.c.handler == any_(them), _in_state(OWING)),
        and_(supervisions.c.owner == any_(them), _in_state(OWNERS_TURN)),
    )


def _in_state(states: Sequence[SupervisionState]) -> ColumnElement[bool]:
    # Written out: a list of parameters would be another statement for every length of it.
    return or_(*[supervisions.c.state == literal_column(f"'{one.value}'") for one in states])


_THEM = bindparam("people", type_=ARRAY(Text))
_COUNT_DUTIES = Statement(
    select(func.count()).select_from(
        select(supervisions.c.id).where(_turn(_THEM)).limit(bindparam("most", type_=Integer)).subquery()
    )
)
_DUTIES = Statement(
    select(supervisions, cases.c.number, cases.c.title)
    .join(cases, cases.c.id == supervisions.c.case_id)
    .where(_turn(_THEM))
    .order_by(supervisions.c.due_at, supervisions.c.id)
    .limit(bindparam("most", type_=Integer))
)


def _row(row: Row[Any], number: str = "", title: str = "") -> SupervisionRow:
    return SupervisionRow(
        row.id, CaseId(row.case_id), ElementId(row.element), row.name, row.instance_key, row.compartment,
        IdentityId(row.owner), None if row.handler is None else IdentityId(row.handler), SupervisionState(row.state),
        row.demand, row.due_days, row.due_at, row.basis, row.opened_at, row.closed_at, number, title,
    )  # fmt: skip
