"""What lets a decision be taken back: who opened an item first, and the state each such decision found."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, any_, bindparam, delete, func, literal, select, update
from sqlalchemy.dialects.postgresql import ARRAY, insert

from jiecheng.model.ids import CaseId, IdentityId, TaskId, Token, WorkItemId
from jiecheng.model.work_item import WorkItemState
from jiecheng.store.database import Question, Transaction
from jiecheng.store.statement import Statement
from jiecheng.store.tables import (
    candidates,
    dump_sorted,
    item_reads,
    reminders,
    subscriptions,
    tasks,
    undo_points,
    work_items,
)

_MARK_READ = Statement(insert(item_reads).on_conflict_do_nothing(), "item_id", "read_by", "read_at")
_READS_OF = Statement(
    select(item_reads).where(item_reads.c.item_id == any_(bindparam("items", type_=ARRAY(BigInteger))))
)
_REMEMBER = Statement(insert(undo_points).inline(), "item_id", "case_id", "snapshot", "variables", "after_digest")
_POINT = Statement(select(undo_points).where(undo_points.c.item_id == bindparam("item")))
_FORGET = Statement(delete(undo_points).where(undo_points.c.case_id == bindparam("case")))
RETRACTED = "（已撤回）"  # behind the label of a decision that was taken back


@dataclass(frozen=True, slots=True)
class ReadMark:
    by: IdentityId
    at: datetime


@dataclass(frozen=True, slots=True)
class UndoPoint:
    snapshot: Mapping[str, Any]
    variables: Mapping[str, Any]
    after_digest: str


def digest(snapshot: Mapping[str, Any]) -> str:
    """The same for the same tokens, whatever order the database gives their keys in."""
    return hashlib.sha256(dump_sorted(snapshot).encode()).hexdigest()


def mark_read(tx: Transaction, item: WorkItemId, who: IdentityId) -> None:
    """Note the first time one of its holders opens the item."""
    tx.later(_MARK_READ, item_id=item, read_by=who, read_at=tx.now)


def reads_of(tx: Transaction, items: Collection[WorkItemId]) -> Mapping[WorkItemId, ReadMark]:
    rows = tx.rows(_READS_OF, items=sorted(items)) if items else ()
    return {WorkItemId(row.item_id): ReadMark(IdentityId(row.read_by), row.read_at) for row in rows}


def asks_reads(item: WorkItemId) -> Question:
    """The question of `reads_of` for one item, for who foresees it."""
    return _READS_OF, {"items": [item]}


def remember(tx: Transaction, item: WorkItemId, case: CaseId, point: UndoPoint) -> None:
    values = {"snapshot": point.snapshot, "variables": point.variables, "after_digest": point.after_digest}
    tx.later(_REMEMBER, item_id=item, case_id=case, **values)


def point(tx: Transaction, item: WorkItemId) -> UndoPoint | None:
    row = tx.row(_POINT, item=item)
    return None if row is None else UndoPoint(row.snapshot, row.variables, row.after_digest)


def forget(tx: Transaction, case: CaseId) -> None:
    """The case is over: there is nothing to go back to."""
    tx.later(_FORGET, case=case)


def retract(tx: Transaction, item: WorkItemId, cause: str) -> None:
    """The decision stays as a row that says it was taken back; it counts no more."""
    label = work_items.c.outcome_label + literal(RETRACTED)
    values = {"state": WorkItemState.CLOSED, "cause": cause, "outcome_label": label}
    tx.connection.execute(update(work_items).where(work_items.c.id == item).values(values))
    tx.connection.execute(delete(undo_points).where(undo_points.c.item_id == item))


def close_item(tx: Transaction, item: WorkItemId, cause: str) -> None:
    """End one open item, and leave the others of its task."""
    values = {"state": WorkItemState.CLOSED, "closed_at": tx.now, "cause": cause}
    tx.connection.execute(update(work_items).where(work_items.c.id == item).values(values))
    tx.connection.execute(update(candidates).where(candidates.c.item_id == item, candidates.c.open).values(open=False))


def reopen_task(tx: Transaction, task: TaskId) -> None:
    """The engine waits for it again, with the limit it had."""
    tx.connection.execute(update(tasks).where(tasks.c.id == task).values(state="open", closed_at=None, cause=""))


def rearm(tx: Transaction, case: CaseId, tokens: Collection[Token]) -> None:
    """What these tokens waited for is waited for again, at the moments it was due."""
    latest = (
        select(func.max(subscriptions.c.id))
        .where(subscriptions.c.case_id == case, subscriptions.c.token.in_(tokens))
        .group_by(subscriptions.c.token, subscriptions.c.element)
    )
    back = update(subscriptions).where(subscriptions.c.id.in_(latest), subscriptions.c.state == "cancelled")
    tx.connection.execute(back.values(state="waiting"))
    tx.ring()


def silence_sent(tx: Transaction, task: TaskId) -> None:
    """Who was reminded once is not reminded of the same again because a decision was taken back."""
    mine = reminders.c.task_id == task
    sent = select(reminders.c.kind).where(mine, reminders.c.state == "sent")
    again = update(reminders).where(mine, reminders.c.state == "waiting", reminders.c.kind.in_(sent))
    tx.connection.execute(again.values(state="cancelled"))
