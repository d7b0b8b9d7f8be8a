"""Changes of the organisation with the day from which they hold, and whose open work is still to go over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ARRAY, Text, any_, bindparam, func, insert, literal, select, update
from sqlalchemy.dialects.postgresql import JSONB

from jiecheng.model.errors import NotFound
from jiecheng.model.ids import CaseId, IdentityId, WorkItemId
from jiecheng.model.work_item import WorkItemState
from jiecheng.store.database import Transaction
from jiecheng.store.statement import Statement
from jiecheng.store.tables import candidates, cases, directory_changes, handovers, tasks, work_items
from jiecheng.store.work_item import NEVER

LATEST = 200
LEFT = "left"  # in the body of an import: whom the tables do not name any more, by code
# Asked whenever the flows look what is to be done next.
_NEXT_DAY = Statement(
    select(func.min(directory_changes.c.first).label("first")).where(directory_changes.c.state == "planned")
)
_DUE_HANDOVERS = Statement(
    select(handovers).where(handovers.c.state == "due").order_by(handovers.c.change_id, handovers.c.identity)
)
_WITH_WORK = Statement(
    select(candidates.c.identity)
    .join(work_items, work_items.c.id == candidates.c.item_id)
    .where(
        candidates.c.identity == any_(bindparam("who", type_=ARRAY(Text))),
        candidates.c.open,
        work_items.c.closed_at.is_(None),
        work_items.c.state != WorkItemState.WAITING.value,
    )
    .distinct()
)
_LAPSING = Statement(select(func.pg_advisory_xact_lock(6_202_614)))


@dataclass(frozen=True, slots=True)
class ChangeRow:
    id: int
    kind: str
    body: Mapping[str, Any]
    organ: str
    sentence: str
    first: date
    state: str  # draft (of an import) | planned | done | cancelled | failed
    planned_by_name: str
    planned_at: datetime
    done_at: datetime | None
    moved: int
    error: str


@dataclass(frozen=True, slots=True)
class Handover:
    change: int
    identity: IdentityId
    successor: IdentityId | None


def add(tx: Transaction, values: Mapping[str, object], *, state: str = "planned") -> int:
    statement = insert(directory_changes).values(state=state, planned_at=tx.now, **values)
    found = tx.connection.execute(statement.returning(directory_changes.c.id)).scalar_one()
    tx.ring()
    return int(found)


def get(tx: Transaction, change: int, *, lock: bool = False) -> ChangeRow:
    statement = select(directory_changes).where(directory_changes.c.id == change)
    row = tx.connection.execute(statement.with_for_update() if lock else statement).one_or_none()
    if row is None:
        raise NotFound("没有这条组织调整。")
    return _row(row)


def latest(tx: Transaction) -> Sequence[ChangeRow]:
    rows = tx.connection.execute(select(directory_changes).order_by(directory_changes.c.id.desc()).limit(LATEST))
    return [_row(row) for row in rows]


def planned_of(tx: Transaction, organ: str) -> Sequence[ChangeRow]:
    """What is decided for an organ and does not hold yet, the nearest first."""
    mine = (directory_changes.c.organ == organ, directory_changes.c.state == "planned")
    rows = tx.connection.execute(
        select(directory_changes).where(*mine).order_by(directory_changes.c.first, directory_changes.c.id)
    )
    return [_row(row) for row in rows]


def due(tx: Transaction, today: date) -> Sequence[int]:
    rows = tx.connection.execute(
        select(directory_changes.c.id)
        .where(directory_changes.c.state == "planned", directory_changes.c.first <= today)
        .order_by(directory_changes.c.first, directory_changes.c.id)
    )
    return [int(row.id) for row in rows]


def next_day(tx: Transaction) -> date | None:
    found: date | None = tx.row(_NEXT_DAY).first
    return found


def close(tx: Transaction, change: int, state: str, error: str = "") -> None:
    tx.connection.execute(
        update(directory_changes)
        .where(directory_changes.c.id == change)
        .values(state=state, done_at=tx.now, error=error[:500])
    )


def keep_names(tx: Transaction, change: int, left: Mapping[IdentityId, str]) -> None:
    tx.connection.execute(
        update(directory_changes)
        .where(directory_changes.c.id == change)
        .values(body=directory_changes.c.body.op("||")(literal({LEFT: dict(left)}, JSONB)))
    )


def lock_lapses(tx: Transaction) -> None:
    """Nobody else puts down who left by the calendar before we commit."""
    tx.run(_LAPSING)


def owe_handovers(tx: Transaction, change: int, successors: Mapping[IdentityId, IdentityId | None]) -> None:
    rows = [{"identity": old, "successor": new, "change_id": change, "state": "due"} for old, new in successors.items()]
    if rows:
        tx.connection.execute(insert(handovers), rows)
        tx.ring()


def due_handovers(tx: Transaction) -> Sequence[Handover]:
    return [
        Handover(row.change_id, IdentityId(row.identity), IdentityId(row.successor) if row.successor else None)
        for row in tx.rows(_DUE_HANDOVERS)
    ]


def finish_handover(tx: Transaction, handover: Handover) -> None:
    tx.connection.execute(
        update(handovers)
        .where(handovers.c.identity == handover.identity, handovers.c.change_id == handover.change)
        .values(state="done")
    )


def count_moved(tx: Transaction, change: int, items: int) -> None:
    tx.connection.execute(
        update(directory_changes)
        .where(directory_changes.c.id == change)
        .values(moved=directory_changes.c.moved + items)
    )


def open_work(tx: Transaction, identity: IdentityId) -> Sequence[tuple[CaseId, WorkItemId]]:
    """Open items that name this identity, by case."""
    rows = tx.connection.execute(
        select(work_items.c.case_id, work_items.c.id)
        .join(candidates, candidates.c.item_id == work_items.c.id)
        .where(candidates.c.identity == identity, work_items.c.closed_at.is_(None))
        .order_by(work_items.c.case_id, work_items.c.id)
    )
    return [(CaseId(row.case_id), WorkItemId(row.id)) for row in rows]


def with_work(tx: Transaction, who: Sequence[IdentityId]) -> Sequence[IdentityId]:
    """Which of these have something to do now."""
    return sorted(IdentityId(row.identity) for row in tx.rows(_WITH_WORK, who=list(who))) if who else []


def handed_over_on(tx: Transaction, kind: str, day: date) -> frozenset[IdentityId]:
    """Whose work went over on a day for a reason of this kind."""
    of_kind = select(directory_changes.c.id).where(directory_changes.c.kind == kind, directory_changes.c.first == day)
    rows = tx.connection.execute(select(handovers.c.identity).where(handovers.c.change_id.in_(of_kind)))
    return frozenset(IdentityId(row.identity) for row in rows)


def work_by_step(tx: Transaction, identities: Sequence[IdentityId]) -> Sequence[tuple[str, str, int]]:
    """Process, step, how many open items these identities have: no titles, whoever looks may not see the business."""
    rows = tx.connection.execute(
        select(cases.c.process, tasks.c.name, func.count(work_items.c.id.distinct()))
        .join(tasks, tasks.c.id == work_items.c.task_id)
        .join(cases, cases.c.id == work_items.c.case_id)
        .join(candidates, candidates.c.item_id == work_items.c.id)
        .where(candidates.c.identity.in_(identities), work_items.c.closed_at.is_(None))
        .group_by(cases.c.process, tasks.c.name)
        .order_by(cases.c.process, tasks.c.name)
    )
    return [(str(row[0]), str(row[1]), int(row[2])) for row in rows]


def hand_over(tx: Transaction, item: WorkItemId, old: IdentityId, new: Sequence[IdentityId]) -> None:
    """`new` take the place of `old` among those the item names; with nobody it names whoever else it did."""
    row = tx.connection.execute(
        select(candidates).where(candidates.c.item_id == item, candidates.c.identity == old)
    ).one()
    tx.connection.execute(candidates.delete().where(candidates.c.item_id == item, candidates.c.identity == old))
    there = set(tx.connection.execute(select(candidates.c.identity).where(candidates.c.item_id == item)).scalars())
    fresh = [who for who in new if who not in there]
    if fresh:
        values = {"item_id": item, "case_id": row.case_id, "open": row.open, "due_at": row.due_at or NEVER}
        tx.connection.execute(insert(candidates), [{**values, "identity": who} for who in fresh])
    assignee = new[0] if len(new) == 1 else None
    mine = update(work_items).where(work_items.c.id == item, work_items.c.assignee == old)
    if assignee is not None:
        tx.connection.execute(mine.values(assignee=assignee))
        return
    given_back = tx.connection.execute(mine.values(assignee=None, state="offered")).rowcount
    if given_back:
        tx.connection.execute(update(candidates).where(candidates.c.item_id == item).values(open=True))


def _row(row: Any) -> ChangeRow:  # noqa: ANN401 - columns by name
    return ChangeRow(
        row.id, row.kind, row.body, row.organ, row.sentence, row.first, row.state, row.planned_by_name,
        row.planned_at, row.done_at, row.moved, row.error,
    )  # fmt: skip
