"""沟通: questions about a case and their answers, beside the formal record."""

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
from jiecheng.store.tables import cases, questions


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """`name`: the step it was asked at; `answered_at` None: still open."""

    id: int
    case: CaseId
    element: ElementId
    name: str
    compartment: str
    asker: IdentityId
    asked: IdentityId
    question: str
    asked_at: datetime
    answer: str
    answered_at: datetime | None
    number: str = ""
    title: str = ""


def add(tx: Transaction, values: Mapping[str, object], asked: Sequence[IdentityId]) -> Sequence[int]:
    """A row for each who is asked."""
    rows = [{**values, "asked": one, "asked_at": tx.now} for one in asked]
    return tuple(tx.connection.execute(insert(questions).values(rows).returning(questions.c.id)).scalars())


def get(tx: Transaction, question: int) -> QuestionRow:
    row = tx.connection.execute(select(questions).where(questions.c.id == question)).one_or_none()
    if row is None:
        raise NotFound("没有这个问题，或者不是问您的。请从「待答复」页面重新打开。")
    return _row(row)


def of_case(tx: Transaction, case: CaseId) -> Sequence[QuestionRow]:
    return [_row(row) for row in tx.rows(_OF_CASE, case=case)]


_OF_CASE = Statement(select(questions).where(questions.c.case_id == bindparam("case")).order_by(questions.c.id))
_COUNT_OPEN = Statement(
    select(func.count()).select_from(
        select(questions.c.id)
        .where(questions.c.asked == any_(bindparam("asked", type_=ARRAY(Text))), questions.c.answered_at.is_(None))
        .limit(bindparam("most", type_=Integer))
        .subquery()
    )
)


def list_open(tx: Transaction, asked: Collection[IdentityId], before: int | None, limit: int) -> Sequence[QuestionRow]:
    """What these people have still to answer, latest first."""
    statement = (
        select(questions, cases.c.number, cases.c.title)
        .join(cases, cases.c.id == questions.c.case_id)
        .where(*_open(asked))
    )
    if before is not None:
        statement = statement.where(questions.c.id < before)
    rows = tx.connection.execute(statement.order_by(questions.c.id.desc()).limit(limit))
    return [_row(row, row.number, row.title) for row in rows]


def count_open(tx: Transaction, asked: Collection[IdentityId], at_most: int) -> int:
    rows = tx.rows(_COUNT_OPEN, asked=list(asked), most=at_most)
    return int(rows[0][0]) if rows else 0


def give_answer(tx: Transaction, question: int, words: str) -> None:
    done = update(questions).where(questions.c.id == question)
    tx.connection.execute(done.values(answer=words, answered_at=tx.now))


def _open(asked: Collection[IdentityId]) -> tuple[ColumnElement[bool], ...]:
    return questions.c.asked.in_(asked), questions.c.answered_at.is_(None)


def _row(row: Row[Any], number: str = "", title: str = "") -> QuestionRow:
    return QuestionRow(
        row.id, CaseId(row.case_id), ElementId(row.element), row.name, row.compartment, IdentityId(row.asker),
        IdentityId(row.asked), row.question, row.asked_at, row.answer, row.answered_at, number, title,
    )  # fmt: skip
