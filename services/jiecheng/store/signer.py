"""Rows of added signers (加签): items under another one, and what becomes of that one while they have not signed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, update
from sqlalchemy.dialects.postgresql import insert as upsert

from jiecheng.model.ids import IdentityId, WorkItemId
from jiecheng.model.work_item import WorkItem, WorkItemState
from jiecheng.store.database import Transaction
from jiecheng.store.tables import candidates, work_items
from jiecheng.store.work_item import NEVER

_UNDECIDED = {
    "decided_by": None,
    "decided_for": None,
    "decided_by_name": "",
    "outcome": "",
    "outcome_label": "",
    "opinion": "",
}


@dataclass(frozen=True, slots=True)
class Added:
    """Somebody to be added. `way`: a word of SignWay."""

    who: IdentityId
    way: str
    by: IdentityId
    why: str


def add(tx: Transaction, under: WorkItem, added: Added) -> WorkItemId:
    """An item whose turn has not come; nobody has it in his list."""
    values = {
        "task_id": under.task, "case_id": under.case, "state": WorkItemState.WAITING, "assignee": added.who,
        "opened_at": tx.now, "under": under.id, "way": added.way, "added_by": added.by, "added_why": added.why,
    }  # fmt: skip
    made = tx.connection.execute(insert(work_items).values(values).returning(work_items.c.id)).scalar_one()
    tx.connection.execute(update(work_items).where(work_items.c.id == under.id).values(has_signers=True))
    return WorkItemId(made)


def ask(tx: Transaction, signer: WorkItem, due_at: datetime | None) -> None:
    """It is his turn: he has it in his list, and reads the case from now on."""
    _set(tx, signer.id, {"state": WorkItemState.ASSIGNED, "opened_at": tx.now})
    _list(tx, signer, due_at)


def end(tx: Transaction, signer: WorkItemId, cause: str) -> None:
    """Ended without his word; the row keeps why."""
    _set(tx, signer, {"state": WorkItemState.CLOSED, "closed_at": tx.now, "cause": cause})
    _unlist(tx, signer)


def lapse(tx: Transaction, signers: Collection[WorkItemId], cause: str) -> None:
    """What they signed was for a decision that does not stand: the words stay, with this note."""
    if signers:
        tx.connection.execute(update(work_items).where(work_items.c.id.in_(signers)).values(cause=cause))


def suspend(tx: Transaction, item: WorkItemId) -> None:
    """Its holder waits for others and has nothing to do with it now."""
    _set(tx, item, {"state": WorkItemState.WAITING})
    _unlist(tx, item)


def pend(tx: Transaction, item: WorkItemId, values: Mapping[str, object]) -> None:
    """Its holder has decided, and the decision does not hold yet."""
    _set(tx, item, {**values, "state": WorkItemState.WAITING})
    _unlist(tx, item)


def hand_back(tx: Transaction, item: WorkItem, due_at: datetime | None) -> None:
    """It is its holder's to decide, or to decide again."""
    _set(tx, item.id, {**_UNDECIDED, "state": WorkItemState.ASSIGNED})
    _list(tx, item, due_at)


def hold_good(tx: Transaction, item: WorkItemId) -> None:
    """The decision holds from now."""
    _set(tx, item, {"state": WorkItemState.DECIDED, "closed_at": tx.now})


def _set(tx: Transaction, item: WorkItemId, values: Mapping[str, object]) -> None:
    tx.connection.execute(update(work_items).where(work_items.c.id == item).values(dict(values)))


def _list(tx: Transaction, item: WorkItem, due_at: datetime | None) -> None:
    values = {
        "item_id": item.id, "identity": item.assignee, "case_id": item.case, "open": True, "due_at": due_at or NEVER,
    }  # fmt: skip
    row = upsert(candidates).values(values)
    changed = {"open": True, "due_at": due_at or NEVER}
    tx.connection.execute(row.on_conflict_do_update(index_elements=["item_id", "identity"], set_=changed))


def _unlist(tx: Transaction, item: WorkItemId) -> None:
    tx.connection.execute(update(candidates).where(candidates.c.item_id == item).values(open=False))
