"""Who urged which item in which half of a day (催办). Beside the formal record: no event is sealed for it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import func, insert, select

from jiecheng.model.ids import IdentityId, WorkItemId
from jiecheng.store.database import Transaction
from jiecheng.store.tables import urges


def add(tx: Transaction, items: Collection[WorkItemId], half: str, by: IdentityId) -> None:
    rows = [{"item_id": item, "half": half, "urged_by": by, "urged_at": tx.now} for item in items]
    tx.connection.execute(insert(urges), rows)


def urged_in(tx: Transaction, items: Collection[WorkItemId], half: str) -> frozenset[WorkItemId]:
    """Those of the items that were urged in this half of the day already, by whomever."""
    rows = tx.connection.execute(select(urges.c.item_id).where(urges.c.item_id.in_(items), urges.c.half == half))
    return frozenset(WorkItemId(row.item_id) for row in rows)


def counts(tx: Transaction, items: Collection[WorkItemId]) -> Mapping[WorkItemId, int]:
    """How often each item was urged."""
    rows = tx.connection.execute(
        select(urges.c.item_id, func.count()).where(urges.c.item_id.in_(items)).group_by(urges.c.item_id)
    )
    return {WorkItemId(row[0]): int(row[1]) for row in rows}
