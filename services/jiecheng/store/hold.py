"""Holds of a case (挂起), and the clocks that stand still meanwhile: reminders, timers, the limits of open tasks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, insert, null, select, update

from jiecheng.model.ids import CaseId, IdentityId, TaskId
from jiecheng.store.database import Transaction
from jiecheng.store.statement import Statement
from jiecheng.store.tables import candidates, holds, reminders, subscriptions, tasks, work_items
from jiecheng.store.work_item import NEVER


@dataclass(frozen=True, slots=True)
class HoldRow:
    """`resumed_at` None: the case is held by this one now."""

    id: int
    reason: str
    basis: str
    held_by_name: str
    held_at: datetime
    resumed_at: datetime | None


_OF_CASE = Statement(select(holds).where(holds.c.case_id == bindparam("case")).order_by(holds.c.id))


def add(tx: Transaction, case: CaseId, by: tuple[IdentityId, str], reason: str, basis: str) -> None:
    who, name = by
    tx.connection.execute(
        insert(holds).values(
            case_id=case, reason=reason, basis=basis, held_by=who, held_by_name=name, held_at=tx.now, resumed_at=None
        )
    )


def of_case(tx: Transaction, case: CaseId) -> Sequence[HoldRow]:
    """Every hold of the case, in order."""
    return [
        HoldRow(row.id, row.reason, row.basis, row.held_by_name, row.held_at, row.resumed_at)
        for row in tx.rows(_OF_CASE, case=case)
    ]


def end(tx: Transaction, case: CaseId) -> None:
    tx.connection.execute(
        update(holds).where(holds.c.case_id == case, holds.c.resumed_at.is_(None)).values(resumed_at=tx.now)
    )


def stop_clocks(tx: Transaction, case: CaseId) -> None:
    """Nothing of the case falls due any more: its limits are empty, its reminders and timers wait for the resumption."""
    mine = {"state": "held"}
    tx.connection.execute(
        update(reminders)
        # A supervision is the superior's own duty: its clock goes on.
        .where(reminders.c.case_id == case, reminders.c.state == "waiting", reminders.c.supervision_id.is_(None))
        .values(mine)
    )
    timed = (subscriptions.c.case_id == case, subscriptions.c.state == "waiting", subscriptions.c.due_at.is_not(None))
    tx.connection.execute(update(subscriptions).where(*timed).values(mine))
    tx.connection.execute(
        update(tasks)
        .where(tasks.c.case_id == case, tasks.c.state == "open")
        .values(due_at=null(), due_provisional=False)
    )
    tx.connection.execute(
        update(candidates).where(candidates.c.case_id == case, candidates.c.open).values(due_at=NEVER)
    )


def start_clocks(tx: Transaction, case: CaseId, held_at: datetime) -> None:
    """Timers go on: a duration stood still as long as the case did, a date stays the date it is. Old reminders are void."""
    tx.connection.execute(
        update(reminders).where(reminders.c.case_id == case, reminders.c.state == "held").values(state="cancelled")
    )
    held = (subscriptions.c.case_id == case, subscriptions.c.state == "held")
    tx.connection.execute(
        update(subscriptions)
        .where(*held, subscriptions.c.kind != "timeDate")
        .values(due_at=subscriptions.c.due_at + (tx.now - held_at))
    )
    tx.connection.execute(update(subscriptions).where(*held).values(state="waiting"))
    tx.ring()


def set_due(tx: Transaction, task: TaskId, due_at: datetime, *, provisional: bool) -> None:
    """A new limit for an open task, also where its people sort by it."""
    tx.connection.execute(update(tasks).where(tasks.c.id == task).values(due_at=due_at, due_provisional=provisional))
    mine = select(work_items.c.id).where(work_items.c.task_id == task)
    tx.connection.execute(
        update(candidates).where(candidates.c.item_id.in_(mine), candidates.c.open).values(due_at=due_at)
    )
