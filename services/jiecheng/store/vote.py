"""Votes of a meeting, as its secretary entered them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import JSON, BigInteger, Text, bindparam, cast, func, insert, select

from jiecheng.model.ids import TaskId, WorkItemId
from jiecheng.store.database import Transaction
from jiecheng.store.statement import Statement
from jiecheng.store.tables import dump_json, votes, work_items

_TASKS = select(func.json_array_elements_text(cast(bindparam("tasks", type_=Text), JSON)).cast(BigInteger))
_OF_TASKS = Statement(
    select(votes)
    .join(work_items, work_items.c.id == votes.c.item_id)
    .where(work_items.c.task_id.in_(_TASKS))
    .order_by(votes.c.item_id, votes.c.member)
)


def add(tx: Transaction, item: WorkItemId, rows: Sequence[Mapping[str, str]]) -> None:
    tx.connection.execute(insert(votes), [{"item_id": item, **row} for row in rows])


def of_tasks(tx: Transaction, chosen: Collection[TaskId]) -> Mapping[WorkItemId, Sequence[Mapping[str, str]]]:
    """Votes per item of these tasks: member, member_name, vote, reason."""
    found: dict[WorkItemId, list[Mapping[str, str]]] = {}
    for row in tx.rows(_OF_TASKS, tasks=dump_json(sorted(chosen))):
        found.setdefault(WorkItemId(row.item_id), []).append(row._asdict())
    return found
