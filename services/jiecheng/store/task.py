"""Rows of user tasks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, insert, select, update

from jiecheng.model.errors import NotFound
from jiecheng.model.ids import CaseId, ElementId, IdentityId, TaskId, Token
from jiecheng.model.task import Task, TaskState
from jiecheng.store.database import Transaction
from jiecheng.store.tables import tasks


def add(tx: Transaction, values: Mapping[str, object]) -> TaskId:
    return TaskId(tx.connection.execute(insert(tasks).values(**values).returning(tasks.c.id)).scalar_one())


def get(tx: Transaction, task: TaskId) -> Task:
    row = tx.connection.execute(select(tasks).where(tasks.c.id == task)).one_or_none()
    if row is None:
        raise NotFound("没有找到这个办理环节。")
    return _task(row)


def of_case(tx: Transaction, case: CaseId) -> Sequence[Task]:
    """All tasks of a case, in the order they were opened."""
    rows = tx.connection.execute(select(tasks).where(tasks.c.case_id == case).order_by(tasks.c.id))
    return [_task(row) for row in rows]


def open_at(tx: Transaction, case: CaseId, token: Token) -> Task | None:
    row = tx.connection.execute(
        select(tasks).where(tasks.c.case_id == case, tasks.c.token == token, tasks.c.state == TaskState.OPEN)
    ).one_or_none()
    return None if row is None else _task(row)


def close(tx: Transaction, task: TaskId, state: TaskState, *, outcome: str = "", cause: str = "") -> None:
    tx.connection.execute(
        update(tasks).where(tasks.c.id == task).values(state=state, closed_at=tx.now, outcome=outcome, cause=cause)
    )


def vacant(tx: Transaction, limit: int = 200) -> Sequence[Task]:
    """Open tasks for which nobody was found."""
    rows = tx.connection.execute(
        select(tasks).where(tasks.c.vacant, tasks.c.state == TaskState.OPEN).order_by(tasks.c.id).limit(limit)
    )
    return [_task(row) for row in rows]


def _task(row: Row[Any]) -> Task:
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
