"""The lists an official lives in: what is open for him, what he decided. Keyset pages, never offsets."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    Integer,
    Row,
    Select,
    Subquery,
    Text,
    and_,
    any_,
    bindparam,
    cast,
    func,
    literal_column,
    null,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy.dialects.postgresql import ARRAY

from jiecheng.model.ids import CaseId, ElementId, IdentityId, ReleaseHash, WorkItemId
from jiecheng.model.number import as_written
from jiecheng.model.signing import ADVISING
from jiecheng.model.task import titled
from jiecheng.store.database import Transaction
from jiecheng.store.pattern import containing
from jiecheng.store.statement import Statement
from jiecheng.store.substitution import HOLDS
from jiecheng.store.tables import (
    Moment,
    candidates,
    cases,
    dump_json,
    stand_ins,
    substitutions,
    tasks,
    work_items,
)


@dataclass(frozen=True, slots=True)
class ListFilter:
    """What narrows a list. `due`: "" | today | overdue | week; `text` is looked for in title and number.

    `day_ends`: when the day is over that is today; without it a day is 24 hours from now.
    """

    process: str = ""
    due: str = ""
    text: str = ""
    day_ends: datetime | None = None
    whom: str = ""  # in whose place, of what is done for others (代理)


@dataclass(frozen=True, slots=True)
class ListRow:
    """One line of a list. `key` continues the list behind this line."""

    item: WorkItemId
    case: CaseId
    number: str
    title: str
    process: str
    element_name: str
    initiator_name: str
    state: str
    opened_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
    outcome_label: str
    assignee: str
    vacant: bool
    case_state: str
    element: ElementId
    release: ReleaseHash
    case_outcome: str
    signs: bool  # an added signer's (加签): he gives his opinion only
    decided_by_name: str = ""
    for_whom: IdentityId | None = None  # in whose place (代理): of open work, whose it is; of decided, whose it was


def list_open(
    tx: Transaction,
    identities: Collection[IdentityId],
    filters: ListFilter,
    after: tuple[datetime, int] | None,
    limit: int,
) -> Sequence[ListRow]:
    """Open items of these identities: nearest limit first, then oldest."""
    if not (filters.process or filters.text):
        return _list_nearest(tx, identities, filters, after, limit)
    statement = _list().join(candidates, candidates.c.item_id == work_items.c.id)
    statement = statement.where(candidates.c.identity.in_(identities), candidates.c.open)
    # By the list's own index: what is due is found without a look at the tasks.
    statement = _narrow(statement, filters, tx.now, candidates.c.due_at)
    if after is not None:
        statement = statement.where(tuple_(candidates.c.due_at, candidates.c.item_id) > after)
    statement = statement.order_by(candidates.c.due_at, candidates.c.item_id).limit(limit)
    return [_list_row(row) for row in tx.connection.execute(statement)]


def _list_nearest(
    tx: Transaction,
    identities: Collection[IdentityId],
    filters: ListFilter,
    after: tuple[datetime, int] | None,
    limit: int,
) -> Sequence[ListRow]:
    """By limits alone: so many steps along the index, however long the list is."""
    since, until = _bounds(filters, tx.now)
    after = max(after or _FIRST, (since, 0))
    rows = tx.rows(
        _NEAREST, identities=dump_json(sorted(identities)), after=after[0], item=after[1], until=until, most=limit
    )
    return [_list_row(row) for row in rows]


def open_rows(tx: Transaction, identities: Collection[IdentityId], items: Collection[WorkItemId]) -> Sequence[ListRow]:
    """Those of the items that are open and these identities', nearest limit first."""
    statement = _list().join(candidates, candidates.c.item_id == work_items.c.id)
    mine = (candidates.c.identity.in_(identities), candidates.c.open, candidates.c.item_id.in_(items))
    rows = tx.connection.execute(statement.where(*mine).order_by(candidates.c.due_at, candidates.c.item_id))
    return list({row.id: _list_row(row) for row in rows}.values())


def list_lent(
    tx: Transaction,
    identities: Collection[IdentityId],
    filters: ListFilter,
    after: tuple[datetime, int] | None,
    limit: int,
) -> Sequence[ListRow]:
    """Open items of others for whom these identities stand in now (代理): nearest limit first."""
    statement = _narrow(_lent(stand_ins.c.identity.in_(identities)), filters, tx.now, candidates.c.due_at)
    if filters.whom:
        statement = statement.where(stand_ins.c.principal == filters.whom)
    if after is not None:
        statement = statement.where(tuple_(candidates.c.due_at, candidates.c.item_id) > after)
    statement = statement.order_by(candidates.c.due_at, candidates.c.item_id).limit(limit)
    return [_list_row(row) for row in tx.connection.execute(statement, {"now": tx.now})]


def lent_rows(tx: Transaction, identities: Collection[IdentityId], items: Collection[WorkItemId]) -> Sequence[ListRow]:
    """Those of the items that these identities may decide in another's place now."""
    statement = _lent(stand_ins.c.identity.in_(identities)).where(stand_ins.c.item_id.in_(items))
    ordered = statement.order_by(candidates.c.due_at, candidates.c.item_id)
    return list({row.id: _list_row(row) for row in tx.connection.execute(ordered, {"now": tx.now})}.values())


def count_lent(tx: Transaction, identities: Collection[IdentityId], at_most: int = 1000) -> int:
    rows = tx.rows(_COUNT_LENT, identities=list(identities), now=tx.now, most=at_most)
    return int(rows[0][0]) if rows else 0


def _lent(mine: ColumnElement[bool]) -> Select[Any]:
    """What an item's holder has in his list is in the list of who stands in for him; nothing of it is copied."""
    holder = and_(
        candidates.c.item_id == stand_ins.c.item_id, candidates.c.identity == stand_ins.c.principal, candidates.c.open
    )
    return (
        _list(stand_ins.c.principal)
        .join(stand_ins, stand_ins.c.item_id == work_items.c.id)
        .join(substitutions, substitutions.c.id == stand_ins.c.substitution_id)
        .join(candidates, holder)
        .where(mine, stand_ins.c.listed, HOLDS)
    )


def list_waiting(tx: Transaction, identities: Collection[IdentityId], limit: int) -> Sequence[ListRow]:
    """What these identities wait with until the signers they added have signed (加签): the oldest first."""
    return [_list_row(row) for row in tx.rows(_WAITING, identities=list(identities), most=limit)]


def list_decided(
    tx: Transaction,
    identities: Collection[IdentityId],
    filters: ListFilter,
    before: tuple[datetime, int] | None,
    limit: int,
) -> Sequence[ListRow]:
    """Items these identities decided, or another in their place (代理): latest first."""
    found: list[ListRow] = []
    # Each by its own index; an OR over both would sort all of either. What waits for those who sign afterwards (加签) is
    # decided, and not yet done.
    for whose in (work_items.c.decided_by, work_items.c.decided_for):
        done = (whose.in_(identities), work_items.c.closed_at.is_not(None))
        statement = _narrow(_list(work_items.c.decided_for).where(*done), filters, tx.now)
        if before is not None:
            statement = statement.where(tuple_(work_items.c.closed_at, work_items.c.id) < before)
        statement = statement.order_by(work_items.c.closed_at.desc(), work_items.c.id.desc()).limit(limit)
        found += [_list_row(row) for row in tx.connection.execute(statement)]
    return sorted(found, key=lambda row: (row.closed_at or tx.now, row.item), reverse=True)[:limit]


def count_open(
    tx: Transaction, identities: Collection[IdentityId], day_ends: datetime, at_most: int = 1000
) -> tuple[int, int, int]:
    """How many open items, how many of them are overdue, and how many still fall due today; all stop at the bound."""
    who = dump_json(sorted(identities))
    rows = tx.rows(_COUNT_OPEN, identities=who, now=tx.now, day_ends=day_ends, most=at_most)
    return next(((int(row[0]), int(row[1]), int(row[2])) for row in rows), (0, 0, 0))


def _each_of(name: str) -> Subquery:
    """Identity by identity, so that each is a walk along its own index, and no further than the bound."""
    listed = func.json_array_elements_text(cast(bindparam(name, type_=Text), JSON))
    return select(listed.label("identity")).subquery("each")


def _count_open() -> Statement:
    each = _each_of("identities")
    inner = (
        select(candidates.c.due_at)
        .where(candidates.c.identity == each.c.identity, candidates.c.open)
        .order_by(candidates.c.due_at)
        .limit(bindparam("most", type_=Integer))
        .lateral("inner_")
    )
    nearest = select(inner.c.due_at).select_from(each.join(inner, true())).order_by(inner.c.due_at)
    found = nearest.limit(bindparam("most", type_=Integer)).subquery()
    now, ends = bindparam("now", type_=Moment), bindparam("day_ends", type_=Moment)
    late, today = found.c.due_at < now, and_(found.c.due_at >= now, found.c.due_at < ends)
    return Statement(select(func.count(), func.count().filter(late), func.count().filter(today)).select_from(found))


_COUNT_OPEN = _count_open()


def _list(for_whom: ColumnElement[Any] | None = None) -> Select[Any]:
    return (
        select(
            work_items.c.id, work_items.c.case_id, work_items.c.state, work_items.c.opened_at, work_items.c.closed_at,
            work_items.c.outcome_label, work_items.c.assignee, work_items.c.way, cases.c.number, cases.c.title, cases.c.process,
            cases.c.initiator_name, cases.c.state.label("case_state"), tasks.c.name, tasks.c.due_at, tasks.c.vacant,
            tasks.c.instance_label, tasks.c.element, cases.c.release_hash, cases.c.outcome.label("case_outcome"),
            work_items.c.decided_by_name, (null() if for_whom is None else for_whom).label("for_whom"),
        )
        .join(cases, cases.c.id == work_items.c.case_id)
        .join(tasks, tasks.c.id == work_items.c.task_id)
    )  # fmt: skip


_COUNT_LENT = Statement(
    select(func.count()).select_from(
        _lent(stand_ins.c.identity == any_(bindparam("identities", type_=ARRAY(Text))))
        .with_only_columns(work_items.c.id)
        .limit(bindparam("most", type_=Integer))
        .subquery()
    )
)
_WAITING = Statement(
    _list()
    .where(
        work_items.c.assignee == any_(bindparam("identities", type_=ARRAY(Text))),
        work_items.c.state == literal_column("'waiting'"),
        work_items.c.under.is_(None),
    )
    .order_by(work_items.c.id)
    .limit(bindparam("most", type_=Integer))
)


def _nearest() -> Statement:
    each = _each_of("identities")
    after = tuple_(bindparam("after", type_=Moment), bindparam("item", type_=BigInteger))
    inner = (
        select(candidates.c.due_at, candidates.c.item_id)
        .where(candidates.c.identity == each.c.identity, candidates.c.open)
        .where(tuple_(candidates.c.due_at, candidates.c.item_id) > after)
        .where(candidates.c.due_at < bindparam("until", type_=Moment))
        .order_by(candidates.c.due_at, candidates.c.item_id)
        .limit(bindparam("most", type_=Integer))
        .lateral("inner_")
    )
    # One person may find an item under two of his posts: it is one line.
    mine = select(inner.c.due_at, inner.c.item_id).select_from(each.join(inner, true())).distinct()
    chosen = mine.order_by(inner.c.due_at, inner.c.item_id).limit(bindparam("most", type_=Integer)).subquery("chosen")
    listed = _list().join(chosen, chosen.c.item_id == work_items.c.id)
    return Statement(listed.order_by(chosen.c.due_at, chosen.c.item_id))


_NEAREST = _nearest()
_FIRST, _LAST = (datetime.min.replace(tzinfo=UTC), 0), datetime.max.replace(tzinfo=UTC)


def _bounds(filters: ListFilter, now: datetime) -> tuple[datetime, datetime]:
    """From when, and until just before when, a limit falls into what is asked for."""
    since, until = _FIRST[0], _LAST
    if filters.due == "overdue":
        until = now
    elif filters.due in ("today", "week"):
        day_ends = filters.day_ends or now + timedelta(days=1)
        since, until = now, day_ends if filters.due == "today" else day_ends + timedelta(days=6)
    return since, until


def _narrow(
    statement: Select[Any], filters: ListFilter, now: datetime, due_at: ColumnElement[datetime | None] = tasks.c.due_at
) -> Select[Any]:
    if filters.process:
        statement = statement.where(cases.c.process == filters.process)
    if filters.text:
        pattern = containing(filters.text)
        named = cases.c.number == as_written(filters.text)  # whatever brackets were typed
        statement = statement.where(or_(cases.c.title.ilike(pattern), cases.c.number.ilike(pattern), named))
    if filters.due:
        since, until = _bounds(filters, now)
        statement = statement.where(and_(due_at >= since, due_at < until))
    return statement


def _list_row(row: Row[Any]) -> ListRow:
    return ListRow(
        item=WorkItemId(row.id),
        case=CaseId(row.case_id),
        number=row.number,
        title=row.title,
        process=row.process,
        element_name=titled(row.name, row.instance_label) + ("（加签）" if row.way in ADVISING else ""),
        initiator_name=row.initiator_name,
        state=row.state,
        opened_at=row.opened_at,
        due_at=row.due_at,
        closed_at=row.closed_at,
        outcome_label=row.outcome_label,
        assignee=row.assignee or "",
        vacant=row.vacant,
        case_state=row.case_state,
        element=ElementId(row.element),
        release=ReleaseHash(row.release_hash),
        case_outcome=row.case_outcome,
        for_whom=None if row.for_whom is None else IdentityId(row.for_whom),
        decided_by_name=row.decided_by_name,
        signs=row.way in ADVISING,
    )
