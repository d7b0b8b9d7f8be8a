"""Rows of user tasks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from jiecheng.model.errors import NotFound
from jiecheng.model.ids import CaseId, ElementId, IdentityId, TaskId, Token
from jiecheng.model.task import Task, TaskState
from jiecheng.store.database import Transaction
from jiecheng.store.statement import Statement
from jiecheng.store.tables import tasks

_GET = Statement(select(tasks).where(tasks.c.id == bindparam("task")))
_OF_CASE = Statement(select(tasks).where(tasks.c.case_id == bindparam("case")).order_by(tasks.c.id))
_OPEN_OF_CASE = Statement(
    select(tasks).where(tasks.c.case_id == bindparam("case"), tasks.c.state == "open").order_by(tasks.c.id)
)
_OPEN_AT = Statement(
    select(tasks).where(tasks.c.case_id == bindparam("case"), tasks.c.token == bindparam("at"), tasks.c.state == "open")
)
_CLOSE = Statement(update(tasks).where(tasks.c.id == bindparam("task")), "state", "closed_at", "outcome", "cause")


def add(tx: Transaction, values: Mapping[str, object]) -> TaskId:
    return TaskId(tx.row(_add(tuple(sorted(values))), **values).id)


@cache
def _add(columns: tuple[str, ...]) -> Statement:
    return Statement(insert(tasks).returning(tasks.c.id), *columns)


def get(tx: Transaction, task: TaskId) -> Task:
    row = tx.row(_GET, task=task)
    if row is None:
        raise NotFound("没有找到这个办理环节。")
    return _task(row)


def of_case(tx: Transaction, case: CaseId) -> Sequence[Task]:
    """All tasks of a case, in the order they were opened."""
    return [_task(row) for row in tx.rows(_OF_CASE, case=case)]


def open_of_case(tx: Transaction, case: CaseId) -> Sequence[Task]:
    """Those that somebody still has to do, however many the case has behind it."""
    return [_task(row) for row in tx.rows(_OPEN_OF_CASE, case=case)]


def open_at(tx: Transaction, case: CaseId, token: Token) -> Task | None:
    row = tx.row(_OPEN_AT, case=case, at=token)
    return None if row is None else _task(row)


def close(tx: Transaction, task: TaskId, state: TaskState, *, outcome: str = "", cause: str = "") -> None:
    tx.run(_CLOSE, task=task, state=state, closed_at=tx.now, outcome=outcome, cause=cause)


def vacant(tx: Transaction, limit: int = 200) -> Sequence[Task]:
    """Open tasks for which nobody was found."""
    rows = tx.connection.execute(
        select(tasks).where(tasks.c.vacant, tasks.c.state == TaskState.OPEN).order_by(tasks.c.id).limit(limit)
    )
    return [_task(row) for row in rows]


def _task(row: Any) -> Task:  # noqa: ANN401 - columns by name
    return Task(
        id=TaskId(row.id),
        case=CaseId(row.case_id),
        token=Token(row.token),
        element=ElementId(row.element),
        name=row.name,
        state=TaskState(row.state),
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        due_at=row.due_at,
        due_provisional=row.due_provisional,
        due_days=row.due_days,
        due_basis=row.due_basis,
        reason=row.reason,
        vacant=row.vacant,
        body=row.body,
        recused=tuple(IdentityId(identity) for identity in row.recused),
        outcome=row.outcome,
        cause=row.cause,
    )


def fill_vacancy(tx: Transaction, task: TaskId, reason: str) -> None:
    """Somebody was found after all."""
    tx.connection.execute(update(tasks).where(tasks.c.id == task).values(vacant=False, reason=reason))
