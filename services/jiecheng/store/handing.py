"""Hand-overs of work items: 转办, which stays, and 委派, which comes back with an answer. Rows are never changed back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from jiecheng.model.ids import IdentityId, WorkItemId
from jiecheng.model.work_item import WorkItem, WorkItemState
from jiecheng.store.database import Transaction
from jiecheng.store.statement import Statement
from jiecheng.store.tables import candidates, handings, work_items
from jiecheng.store.work_item import NEVER

_OF_ITEM = Statement(select(handings).where(handings.c.item_id == bindparam("item")).order_by(handings.c.id))


class HandingKind(StrEnum):
    TRANSFER = "transfer"
    DELEGATION = "delegation"


@dataclass(frozen=True, slots=True)
class HandingRow:
    """`ended_at` None: the one who was asked has not answered yet."""

    id: int
    kind: HandingKind
    giver: IdentityId
    receiver: IdentityId
    note: str
    answer: str
    given_at: datetime
    ended_at: datetime | None


def add(tx: Transaction, item: WorkItem, kind: HandingKind, whom: tuple[IdentityId, IdentityId], note: str) -> None:
    giver, receiver = whom
    tx.connection.execute(
        insert(handings).values(
            item_id=item.id, case_id=item.case, kind=kind, giver=giver, receiver=receiver, note=note,
            given_at=tx.now, ended_at=tx.now if kind is HandingKind.TRANSFER else None,
        )
    )  # fmt: skip


def of_item(tx: Transaction, item: WorkItemId) -> Sequence[HandingRow]:
    rows = tx.rows(_OF_ITEM, item=item)
    return [
        HandingRow(
            row.id, HandingKind(row.kind), IdentityId(row.giver), IdentityId(row.receiver), row.note, row.answer,
            row.given_at, row.ended_at,
        )
        for row in rows
    ]  # fmt: skip


def end(tx: Transaction, handing: int, answer: str) -> None:
    tx.connection.execute(update(handings).where(handings.c.id == handing).values(answer=answer, ended_at=tx.now))


def follow(tx: Transaction, item: WorkItemId, old: IdentityId, new: IdentityId) -> None:
    """In what is not answered yet `new` stands in the place of `old`, who left."""
    mine = (handings.c.item_id == item, handings.c.ended_at.is_(None))
    for column in (handings.c.giver, handings.c.receiver):
        tx.connection.execute(update(handings).where(*mine, column == old).values({column.name: new}))
    asked = update(work_items).where(work_items.c.id == item, work_items.c.asked_by == old)
    tx.connection.execute(asked.values(asked_by=new))


def vacate(tx: Transaction, item: WorkItemId) -> None:
    """Nobody has it, nor had it."""
    tx.connection.execute(candidates.delete().where(candidates.c.item_id == item))
    empty = {"assignee": None, "asked_by": None, "state": WorkItemState.OFFERED}
    tx.connection.execute(update(work_items).where(work_items.c.id == item).values(empty))


def give(
    tx: Transaction, item: WorkItem, to: IdentityId, due_at: datetime | None, asked_by: IdentityId | None = None
) -> None:
    """The item is in the hands of `to`; whoever had it keeps reading the case, and has it in his list no longer."""
    tx.connection.execute(
        update(work_items)
        .where(work_items.c.id == item.id)
        .values(assignee=to, state=WorkItemState.ASSIGNED, asked_by=asked_by)
    )
    tx.connection.execute(update(candidates).where(candidates.c.item_id == item.id).values(open=False))
    values = {"item_id": item.id, "identity": to, "case_id": item.case, "open": True, "due_at": due_at or NEVER}
    row = upsert(candidates).values(values)
    tx.connection.execute(row.on_conflict_do_update(index_elements=["item_id", "identity"], set_={"open": True}))
