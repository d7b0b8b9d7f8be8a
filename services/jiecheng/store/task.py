"""Rows of user tasks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    Text,
    bindparam,
    cast,
    delete,
    insert,
    literal,
    literal_column,
    or_,
    select,
    union,
    update,
)

from jiecheng.model.errors import NotFound
from jiecheng.model.ids import CaseId, ElementId, IdentityId, TaskId, Token
from jiecheng.model.task import Task, TaskState
from jiecheng.store.database import Question, Transaction
from jiecheng.store.statement import Statement
from jiecheng.store.tables import Moment, candidates, drafts, jobs, reminders, subscriptions, tasks, work_items

_GET = Statement(select(tasks).where(tasks.c.id == bindparam("task")))
_OF_CASE = Statement(select(tasks).where(tasks.c.case_id == bindparam("case")).order_by(tasks.c.id))
_LATEST_OF_CASE = Statement(
    select(tasks).where(tasks.c.case_id == bindparam("case")).order_by(tasks.c.id.desc()).limit(bindparam("most"))
)
_OPEN_OF_CASE = Statement(
    select(tasks).where(tasks.c.case_id == bindparam("case"), tasks.c.state == "open").order_by(tasks.c.id)
)


def _close_token() -> Statement:
    """All that a waiting token leaves behind when it moves on, in one statement: a step leaves at least one wait."""
    case: BindParameter[int] = bindparam("case")
    token: BindParameter[str] = bindparam("of")
    now = bindparam("now", type_=Moment)
    void = update(subscriptions).where(
        subscriptions.c.case_id == case, subscriptions.c.token == token, subscriptions.c.state == "waiting"
    )
    undone = update(jobs).where(
        jobs.c.case_id == case, jobs.c.token == token, or_(jobs.c.state == "open", jobs.c.state == "failed")
    )
    closed = (
        update(tasks)
        .where(tasks.c.case_id == case, tasks.c.token == token, tasks.c.state == "open")
        .values(state=bindparam("state"), closed_at=now, outcome="", cause=bindparam("cause"))
        .returning(tasks.c.id, tasks.c.name, tasks.c.instance_label, tasks.c.compartment)
        .cte("closed")
    )
    # Said this way the server looks by the task. Asked for state = 'waiting' it may go through the index of all that wait.
    silent = update(reminders).where(
        reminders.c.task_id == closed.c.id, reminders.c.state != "sent", reminders.c.state != "cancelled"
    )
    ended = (
        update(work_items)
        .where(work_items.c.task_id == closed.c.id, work_items.c.closed_at.is_(None))
        .values(state="closed", closed_at=now, cause=bindparam("item_cause"))
        .returning(work_items.c.id)
        .cte("ended")
    )
    unlisted = update(candidates).where(candidates.c.item_id == ended.c.id, candidates.c.open)
    forgotten = delete(drafts).where(
        work_items.c.task_id == closed.c.id, drafts.c.subject == literal("item:") + cast(work_items.c.id, Text)
    )
    return Statement(
        select(closed).add_cte(
            void.values(state="cancelled").cte("void"),
            undone.values(state="cancelled", closed_at=now).cte("undone"),
            silent.values(state="cancelled").cte("silent"),
            unlisted.values(open=False).cte("unlisted"),
            forgotten.cte("forgotten"),
        )
    )


_CLOSE_TOKEN = _close_token()
_COMPARTMENTS = Statement(
    union(
        *(
            select(table.c.compartment).where(
                table.c.case_id == bindparam("case"), table.c.compartment != literal_column("''")
            )
            for table in (tasks, jobs, subscriptions)
        )
    )
)


@dataclass(frozen=True, slots=True)
class ClosedTask:
    """What the record says of a task that is over; `label` tells its instance of a fan-out from the others."""

    id: TaskId
    name: str
    label: str
    compartment: str


def adding(values: Mapping[str, object]) -> Question:
    """A new task; it is sent with its items (`work_item.add_with_task`)."""
    given = {name: value for name, value in values.items() if value != []}  # an empty list is the column's default
    return _add(tuple(sorted(given))), given


@cache
def _add(columns: tuple[str, ...]) -> Statement:
    return Statement(insert(tasks).returning(tasks.c.id), *columns)


def get(tx: Transaction, task: TaskId) -> Task:
    row = tx.row(_GET, task=task)
    if row is None:
        raise NotFound("没有找到这个办理环节。")
    return to_task(row)


def of_case(tx: Transaction, case: CaseId) -> Sequence[Task]:
    """All tasks of a case, in the order they were opened."""
    return [to_task(row) for row in tx.rows(_OF_CASE, case=case)]


def latest_of_case(tx: Transaction, case: CaseId, most: int) -> Sequence[Task]:
    """The open tasks of a case and the last so many, in the order they were opened."""
    found = {row.id: to_task(row) for row in tx.rows(_LATEST_OF_CASE, case=case, most=most)}
    if len(found) == most:
        found |= {task.id: task for task in open_of_case(tx, case)}
    return [found[task] for task in sorted(found)]


def open_of_case(tx: Transaction, case: CaseId) -> Sequence[Task]:
    """Those that somebody still has to do, however many the case has behind it."""
    return [to_task(row) for row in tx.rows(_OPEN_OF_CASE, case=case)]


def close_token(
    tx: Transaction, case: CaseId, token: Token, state: TaskState, cause: str, known: Task | None = None
) -> ClosedTask | None:
    """The token does not wait any more: whatever would have woken it is void, and so is the work of its task.

    The task that closes with it. Its items that nobody decided end with the cause; drafts go. `known`: its open task, where
    the caller has read it under the case's lock; then nothing is waited for.
    """
    words = {"state": state, "cause": cause, "item_cause": cause or "本环节已办结"}
    if known is not None:
        tx.later(_CLOSE_TOKEN, case=case, of=token, now=tx.now, **words)
        return ClosedTask(known.id, known.name, known.instance_label, known.compartment)
    row = tx.row(_CLOSE_TOKEN, case=case, of=token, now=tx.now, **words)
    return None if row is None else ClosedTask(TaskId(row.id), row.name, row.instance_label, row.compartment)


def compartments(tx: Transaction, case: CaseId) -> Sequence[str]:
    """The organs that work on something in this case behind closed doors, or did."""
    return [row.compartment for row in tx.rows(_COMPARTMENTS, case=case)]


def vacant(tx: Transaction, limit: int = 200) -> Sequence[Task]:
    """Open tasks for which nobody was found."""
    rows = tx.connection.execute(
        select(tasks).where(tasks.c.vacant, tasks.c.state == TaskState.OPEN).order_by(tasks.c.id).limit(limit)
    )
    return [to_task(row) for row in rows]


def to_task(row: Any) -> Task:  # noqa: ANN401 - columns by name
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
        instance_key=row.instance_key,
        instance_label=row.instance_label,
        compartment=row.compartment,
        scope=row.scope,
        members=tuple(IdentityId(identity) for identity in row.members),
        way_back=row.way_back,
        returned=row.returned,
    )


def leave_vacant(tx: Transaction, task: TaskId) -> None:
    """Nobody is left to do it."""
    tx.connection.execute(update(tasks).where(tasks.c.id == task).values(vacant=True))


def set_return(tx: Transaction, task: TaskId, way_back: str, returned: str) -> None:
    """The case was sent back to this task: by whom and why, and whether it leads straight back."""
    values = {"way_back": way_back, "returned": returned}
    tx.connection.execute(update(tasks).where(tasks.c.id == task).values(values))


def set_members(tx: Transaction, task: TaskId, members: Sequence[IdentityId]) -> None:
    """Who decides it together, from now on."""
    tx.connection.execute(update(tasks).where(tasks.c.id == task).values(members=list(members)))


def fill_vacancy(tx: Transaction, task: TaskId, reason: str) -> None:
    """Somebody was found after all."""
    tx.connection.execute(update(tasks).where(tasks.c.id == task).values(vacant=False, reason=reason))
