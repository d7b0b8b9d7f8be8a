"""Substitutions (代理): the arrangements, their log, and which items each of them reaches (stand-ins)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ScalarSelect, Table, Text, and_, any_, bindparam, case, delete, func, insert, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by
from sqlalchemy.dialects.postgresql import insert as upsert

from jiecheng.model.errors import NotFound
from jiecheng.model.ids import CaseId, IdentityId, WorkItemId
from jiecheng.model.substitution import Substitution, SubstitutionState
from jiecheng.model.work_item import StandIn
from jiecheng.store import form
from jiecheng.store.database import Transaction
from jiecheng.store.statement import Statement
from jiecheng.store.tables import (
    Moment,
    candidates,
    cases,
    drafts,
    stand_ins,
    substitution_log,
    substitutions,
    work_items,
)

_UNFINISHED = or_(substitutions.c.state == "planned", substitutions.c.state == "active")
_NOW: Any = bindparam("now", type_=Moment)
HOLDS = and_(substitutions.c.state != "cancelled", substitutions.c.starts_at <= _NOW, substitutions.c.ends_at > _NOW)
# One arranges at a time: two who name each other in the same second would both be let through.
_ARRANGING = Statement(select(func.pg_advisory_xact_lock(6_202_611)))
_CONCERNS = Statement(
    select(1)
    .where(stand_ins.c.case_id == bindparam("case"), stand_ins.c.listed)
    .union_all(
        select(1)
        .select_from(candidates.join(substitutions, substitutions.c.giver == candidates.c.identity))
        .where(candidates.c.case_id == bindparam("case"), candidates.c.open, HOLDS)
    )
    .limit(1)
)
_WHO: Any = any_(bindparam("identities", type_=ARRAY(Text)))
_HOLDING = Statement(
    select(substitutions)
    .where(HOLDS, or_(substitutions.c.giver == _WHO, substitutions.c.substitute == _WHO))
    .order_by(substitutions.c.id)
)
_NEXT = Statement(
    select(
        func.min(
            case((substitutions.c.state == "planned", substitutions.c.starts_at), else_=substitutions.c.ends_at)
        ).label("due")
    ).where(_UNFINISHED)
)


@dataclass(frozen=True, slots=True)
class LogRow:
    at: datetime
    person_name: str
    identity: IdentityId
    words: str


def lock_arranging(tx: Transaction) -> None:
    tx.run(_ARRANGING)


def add(tx: Transaction, values: Mapping[str, object]) -> int:
    statement = insert(substitutions).values(state="planned", arranged_at=tx.now, **values)
    return int(tx.connection.execute(statement.returning(substitutions.c.id)).scalar_one())


def change(tx: Transaction, substitution: int, values: Mapping[str, object]) -> None:
    tx.connection.execute(update(substitutions).where(substitutions.c.id == substitution).values(**values))


def get(tx: Transaction, substitution: int, *, lock: bool = False) -> Substitution:
    statement = select(substitutions).where(substitutions.c.id == substitution)
    row = tx.connection.execute(statement.with_for_update() if lock else statement).one_or_none()
    if row is None:
        raise NotFound("没有这条代理，或者您无权查看。请从「请人代办」页面重新打开。")
    return _row(row)


def log(tx: Transaction, substitution: int, who: tuple[str, IdentityId], words: str) -> None:
    values = {"substitution_id": substitution, "at": tx.now, "person_name": who[0], "identity": who[1], "words": words}
    tx.connection.execute(insert(substitution_log).values(values))


def log_of(tx: Transaction, substitution: int) -> Sequence[LogRow]:
    rows = tx.connection.execute(
        select(substitution_log)
        .where(substitution_log.c.substitution_id == substitution)
        .order_by(substitution_log.c.id)
    )
    return [LogRow(row.at, row.person_name, IdentityId(row.identity), row.words) for row in rows]


def meeting(
    tx: Transaction, identities: Collection[IdentityId], start: datetime, end: datetime
) -> Sequence[Substitution]:
    """Those in which one of these gives or stands in, at some moment from start to end."""
    whose = or_(substitutions.c.giver.in_(identities), substitutions.c.substitute.in_(identities))
    when = and_(substitutions.c.starts_at < end, substitutions.c.ends_at > start)
    rows = tx.connection.execute(select(substitutions).where(_UNFINISHED, whose, when).order_by(substitutions.c.id))
    return [_row(row) for row in rows]


def of_identities(tx: Transaction, identities: Collection[IdentityId], limit: int = 200) -> Sequence[Substitution]:
    """What these gave or stand in for, the latest first."""
    whose = or_(substitutions.c.giver.in_(identities), substitutions.c.substitute.in_(identities))
    statement = select(substitutions).where(whose).order_by(substitutions.c.starts_at.desc(), substitutions.c.id.desc())
    return [_row(row) for row in tx.connection.execute(statement.limit(limit))]


def holding(tx: Transaction, identities: Collection[IdentityId]) -> Sequence[Substitution]:
    """Those that hold now and in which one of these gives or stands in."""
    return [_row(row) for row in tx.rows(_HOLDING, identities=sorted(identities), now=tx.now)]


def unfinished(tx: Transaction) -> Sequence[Substitution]:
    return [_row(row) for row in tx.connection.execute(select(substitutions).where(_UNFINISHED))]


def due(tx: Transaction) -> Sequence[int]:
    """Those whose beginning or end has come and was not carried out yet."""
    began = and_(substitutions.c.state == "planned", substitutions.c.starts_at <= tx.now)
    statement = select(substitutions.c.id).where(_UNFINISHED, or_(began, substitutions.c.ends_at <= tx.now))
    rows = tx.connection.execute(statement.order_by(substitutions.c.ends_at, substitutions.c.id))
    return [int(row.id) for row in rows]


def next_due(tx: Transaction) -> datetime | None:
    found: datetime | None = tx.row(_NEXT).due
    return found


def tallies(tx: Transaction, chosen: Collection[int]) -> Mapping[int, tuple[int, int]]:
    """Substitution -> how many items it reaches now, how many were decided under it."""
    decided = and_(
        stand_ins.c.acted, work_items.c.decided_by.is_not(None), work_items.c.decided_for == stand_ins.c.principal
    )
    rows = tx.connection.execute(
        select(stand_ins.c.substitution_id, func.count().filter(stand_ins.c.listed), func.count().filter(decided))
        .join(work_items, work_items.c.id == stand_ins.c.item_id)
        .where(stand_ins.c.substitution_id.in_(chosen))
        .group_by(stand_ins.c.substitution_id)
    )
    return {int(row[0]): (int(row[1]), int(row[2])) for row in rows}


def concerns(tx: Transaction, case: CaseId) -> bool:
    """Whether a substitution reaches, or might reach, an open item of the case now."""
    return tx.row(_CONCERNS, case=case, now=tx.now) is not None


def cases_of_giver(tx: Transaction, giver: IdentityId) -> Sequence[CaseId]:
    """Where he has open work."""
    statement = select(candidates.c.case_id).where(candidates.c.identity == giver, candidates.c.open)
    rows = tx.connection.execute(statement.distinct().order_by(candidates.c.case_id))
    return [CaseId(row.case_id) for row in rows]


def cases_reached(tx: Transaction, substitution: int) -> Sequence[CaseId]:
    """Where it has a stand-in on an open item."""
    mine = (stand_ins.c.substitution_id == substitution, stand_ins.c.listed)
    rows = tx.connection.execute(select(stand_ins.c.case_id).where(*mine).distinct().order_by(stand_ins.c.case_id))
    return [CaseId(row.case_id) for row in rows]


def items_of(tx: Transaction, giver: IdentityId, limit: int) -> Sequence[WorkItemId]:
    """His open items, nearest limit first."""
    mine = (candidates.c.identity == giver, candidates.c.open)
    rows = tx.connection.execute(
        select(candidates.c.item_id).where(*mine).order_by(candidates.c.due_at, candidates.c.item_id).limit(limit)
    )
    return [WorkItemId(row.item_id) for row in rows]


def listed(tx: Transaction, case: CaseId) -> Sequence[WorkItemId]:
    """The items of the case on which somebody stands in."""
    rows = tx.connection.execute(
        select(stand_ins.c.item_id).where(stand_ins.c.case_id == case, stand_ins.c.listed).distinct()
    )
    return sorted(WorkItemId(row.item_id) for row in rows)


def lend(tx: Transaction, item: tuple[CaseId, WorkItemId], identity: IdentityId, found: tuple[IdentityId, int]) -> None:
    """`found`: the holder in whose place he stands, and by which substitution."""
    case_id, item_id = item
    values = {"principal": found[0], "substitution_id": found[1], "listed": True}
    row = upsert(stand_ins).values(item_id=item_id, identity=identity, case_id=case_id, **values)
    tx.connection.execute(row.on_conflict_do_update(index_elements=["item_id", "identity"], set_=values))


def take_back(tx: Transaction, item: WorkItemId, identity: IdentityId) -> None:
    mine = (stand_ins.c.item_id == item, stand_ins.c.identity == identity)
    tx.connection.execute(update(stand_ins).where(*mine).values(listed=False))


def mark_acted(tx: Transaction, item: WorkItemId, identity: IdentityId) -> bool:
    """Whether what he does may count: nobody has ended the substitution since it was asked whether he may.

    Its row is locked until the commit: who ends or declines it in the same second waits, or was first.
    """
    mine = (stand_ins.c.item_id == item, stand_ins.c.identity == identity)
    by = tx.connection.execute(
        update(stand_ins).where(*mine).values(acted=True).returning(stand_ins.c.substitution_id)
    ).scalar_one_or_none()
    if by is None:
        return True
    untouched = (substitutions.c.id == by, substitutions.c.state != "cancelled", substitutions.c.cause == "")
    return bool(tx.connection.execute(update(substitutions).where(*untouched).values(acted=True)).rowcount)


def give_draft_back(tx: Transaction, item: WorkItemId, mine: Collection[IdentityId], to: IdentityId) -> None:
    """What was typed goes to `to`; what he has typed himself already stays as he typed it."""
    subject = f"item:{item}"
    rows = tx.connection.execute(
        delete(drafts).where(drafts.c.subject == subject, drafts.c.identity.in_(mine)).returning(drafts.c.data)
    ).all()
    own = form.draft(tx, to, subject)
    typed = {name: value for row in rows for name, value in row.data.items()}
    if typed:
        kept = {name: value for name, value in (own[0] if own else {}).items() if value not in ("", None, [], {})}
        form.save_draft(tx, to, subject, {**typed, **kept})


def open_counts(tx: Transaction) -> Mapping[IdentityId, int]:
    """How many open items each stands in for: for the morning's digest."""
    rows = tx.connection.execute(
        select(stand_ins.c.identity, func.count())
        .join(substitutions, substitutions.c.id == stand_ins.c.substitution_id)
        .join(cases, cases.c.id == stand_ins.c.case_id)
        .where(stand_ins.c.listed, HOLDS)
        .group_by(stand_ins.c.identity),
        {"now": tx.now},
    )
    return {IdentityId(row[0]): int(row[1]) for row in rows}


def lent_of(items: Table) -> ScalarSelect[Any]:
    """Who stands in on an item or did, as a JSON list; `read_lent` reads it."""
    held, by = stand_ins.c, substitutions.c
    one = func.json_build_array(
        held.identity, held.principal, held.substitution_id, by.starts_at, by.ends_at, held.listed, held.acted
    )
    return (
        select(func.json_agg(aggregate_order_by(one, held.identity)))
        .select_from(stand_ins.join(substitutions, by.id == held.substitution_id))
        .where(held.item_id == items.c.id)
        .correlate(items)
        .scalar_subquery()
    )


def read_lent(lent: Sequence[Sequence[Any]] | None) -> tuple[StandIn, ...]:
    return tuple(
        StandIn(
            identity=IdentityId(who),
            principal=IdentityId(principal),
            substitution=by,
            starts_at=datetime.fromisoformat(start),
            ends_at=datetime.fromisoformat(end),
            listed=listed,
            acted=acted,
        )
        for who, principal, by, start, end, listed, acted in lent or ()
    )


def _row(row: Any) -> Substitution:  # noqa: ANN401 - columns by name
    return Substitution(
        id=int(row.id),
        giver=IdentityId(row.giver),
        substitute=IdentityId(row.substitute),
        first=row.first,
        last=row.last,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        scope=tuple(row.scope),
        arriving=row.arriving,
        reason=row.reason,
        state=SubstitutionState(row.state),
        arranged_by=IdentityId(row.arranged_by),
        arranged_by_name=row.arranged_by_name,
        arranged_at=row.arranged_at,
        cause=row.cause,
        acted=row.acted,
    )
