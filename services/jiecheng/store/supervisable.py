"""The open steps of which whoever supervises picks one: nearest limit first, so the overdue ones lead."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, or_, select, tuple_

from jiecheng.model.case import CaseState
from jiecheng.model.ids import CaseId, ElementId, IdentityId, OrganId, ProcessId, ReleaseHash, TaskId
from jiecheng.model.supervision import SupervisionState
from jiecheng.store.database import Transaction
from jiecheng.store.pattern import containing
from jiecheng.store.tables import candidates, cases, supervisions, tasks, work_items
from jiecheng.store.work_item import NEVER


@dataclass(frozen=True, slots=True)
class Wanted:
    """`below`: of whose steps, None: of anybody's; `mine`: steps that only these have are left out. `inside`: whose doors
    are open. Of `text` its `number` as kept, and the `processes`, `organs` (of the applicant) and `people` it names."""

    mine: Collection[IdentityId]
    below: Collection[IdentityId] | None = None
    inside: Collection[str] = ()
    text: str = ""
    number: str = ""
    processes: Collection[ProcessId] = ()
    organs: Collection[OrganId] = ()
    people: Collection[IdentityId] = ()


@dataclass(frozen=True, slots=True)
class OpenStep:
    """`supervised`: somebody supervises this step already, and it is not closed."""

    task: TaskId
    case: CaseId
    number: str
    process: ProcessId
    release: ReleaseHash
    organ: OrganId
    element: ElementId
    name: str
    label: str
    compartment: str
    since: datetime
    due_at: datetime | None
    holders: tuple[IdentityId, ...]
    supervised: bool


def list_open(tx: Transaction, wanted: Wanted, after: tuple[datetime, int] | None, limit: int) -> Sequence[OpenStep]:
    due = func.coalesce(tasks.c.due_at, NEVER)
    statement = (
        select(
            tasks, cases.c.number, cases.c.process, cases.c.release_hash, cases.c.initiator_organ,
            _who().label("who"), _supervised().label("supervised"),
        )
        .join(cases, cases.c.id == tasks.c.case_id)
        .where(tasks.c.state == "open", cases.c.state.in_([CaseState.RUNNING, CaseState.HELD]))
        .where(_held(candidates.c.identity.not_in(wanted.mine)))
    )  # fmt: skip
    if wanted.below is not None:
        statement = statement.where(_held(candidates.c.identity.in_(wanted.below)))
    if wanted.text:
        statement = statement.where(_named(wanted))
    if after is not None:
        statement = statement.where(tuple_(due, tasks.c.id) > after)
    return [_step(row) for row in tx.connection.execute(statement.order_by(due, tasks.c.id).limit(limit))]


def _held(whose: ColumnElement[bool]) -> ColumnElement[bool]:
    mine = and_(work_items.c.task_id == tasks.c.id, candidates.c.open, whose)
    return (
        select(1).select_from(candidates.join(work_items, candidates.c.item_id == work_items.c.id)).where(mine).exists()
    )


def _who() -> ColumnElement[Any]:
    pairs = candidates.join(work_items, candidates.c.item_id == work_items.c.id)
    of_task = and_(work_items.c.task_id == tasks.c.id, candidates.c.open)
    return select(func.array_agg(candidates.c.identity)).select_from(pairs).where(of_task).scalar_subquery()


def _supervised() -> ColumnElement[bool]:
    of_step = and_(
        supervisions.c.case_id == tasks.c.case_id, supervisions.c.element == tasks.c.element,
        supervisions.c.instance_key == tasks.c.instance_key, supervisions.c.state != SupervisionState.CLOSED,
    )  # fmt: skip
    return select(1).select_from(supervisions).where(of_step).exists()


def _named(wanted: Wanted) -> ColumnElement[bool]:
    """What is behind closed doors is not found by the name of the step or of who has it."""
    pattern = containing(wanted.text)
    outside = tasks.c.compartment.in_(["", *wanted.inside])
    return or_(
        cases.c.number == wanted.number,
        cases.c.number.ilike(pattern),
        cases.c.process.in_(wanted.processes),
        cases.c.initiator_organ.in_(wanted.organs),
        and_(outside, or_(tasks.c.name.ilike(pattern), _held(candidates.c.identity.in_(wanted.people)))),
    )


def _step(row: Row[Any]) -> OpenStep:
    return OpenStep(
        task=TaskId(row.id),
        case=CaseId(row.case_id),
        number=row.number,
        process=ProcessId(row.process),
        release=ReleaseHash(row.release_hash),
        organ=OrganId(row.initiator_organ),
        element=ElementId(row.element),
        name=row.name,
        label=row.instance_label,
        compartment=row.compartment,
        since=row.opened_at,
        due_at=row.due_at,
        holders=tuple(sorted({IdentityId(one) for one in row.who or ()})),
        supervised=row.supervised,
    )
