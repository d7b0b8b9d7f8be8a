"""Rows of work items: made, claimed, decided, closed, counted. What an official's lists show of them: work_list.py."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Select,
    Text,
    and_,
    any_,
    bindparam,
    cast,
    exists,
    func,
    insert,
    literal_column,
    or_,
    select,
    true,
    update,
)  # fmt: skip
from sqlalchemy.dialects.postgresql import ARRAY

from jiecheng.model.errors import NotFound
from jiecheng.model.ids import CaseId, ElementId, IdentityId, ReleaseHash, TaskId, WorkItemId
from jiecheng.model.task import Task
from jiecheng.model.work_item import WorkItem, WorkItemState
from jiecheng.store.database import Question, Transaction
from jiecheng.store.statement import Statement
from jiecheng.store.substitution import HOLDS, lent_of, read_lent
from jiecheng.store.tables import candidates, cases, dump_json, stand_ins, substitutions, tasks, work_items
from jiecheng.store.task import adding, to_task

# No limit sorts last; PostgreSQL's 'infinity' has no Python value, so the far end of our calendar stands for it.
NEVER = datetime(9999, 1, 1, tzinfo=UTC)


# In somebody's hands; an item that waits for added signers, or one whose turn has not come, is open and is not.
_TO_DO = and_(work_items.c.closed_at.is_(None), work_items.c.state != WorkItemState.WAITING.value)

_TASK_ROW: Any = namedtuple("_TASK_ROW", [column.name for column in tasks.c])  # type: ignore[misc]


def _with_candidates() -> Select[Any]:
    who = (
        select(func.array_agg(candidates.c.identity))
        .where(candidates.c.item_id == work_items.c.id)
        .correlate(work_items)
        .scalar_subquery()
    )
    return select(work_items, who.label("who"), lent_of(work_items).label("lent"))


def _with_its_task() -> Select[Any]:
    its = [one.label(f"its_{one.name}") for one in tasks.c]
    return _with_candidates().add_columns(*its).join(tasks, tasks.c.id == work_items.c.task_id)


def _add(**fixed: ColumnElement[Any]) -> Statement:
    """The item and its candidates."""
    columns = ("task_id", "case_id", "state", "assignee", "opened_at")
    item = (
        insert(work_items)
        .values({name: bindparam(name, type_=work_items.c[name].type) for name in columns} | fixed)
        .returning(work_items.c.id, work_items.c.case_id)
        .cte("item")
    )
    # Lists go as JSON text: the driver takes longer to write an array than the server to insert what is in it.
    found = func.json_array_elements_text(cast(bindparam("identities", type_=Text), JSON))
    who = found.table_valued("identity").render_derived(name="who")
    rows = select(
        item.c.id, who.c.identity, item.c.case_id, true(), bindparam("due_at", type_=candidates.c.due_at.type)
    )
    listed = insert(candidates).from_select(["item_id", "identity", "case_id", "open", "due_at"], rows)
    return Statement(select(item.c.id).add_cte(listed.cte("listed")))


_ADD = _add()
# Of the task that was added just before, in the same breath: its number is not known here yet.
_ADD_TO_NEWEST = _add(task_id=func.currval(literal_column("'tasks_id_seq'")))
_CASE_OF = Statement(select(work_items.c.case_id).where(work_items.c.id == bindparam("item")), lasts=True)
_GET = Statement(_with_candidates().where(work_items.c.id == bindparam("item")))
_WITH_TASK = Statement(_with_its_task().where(work_items.c.id == bindparam("item")))
_WAITING = Statement(
    _with_candidates()
    .add_columns(tasks.c.name, tasks.c.element, tasks.c.instance_label, tasks.c.compartment)
    .join(tasks, tasks.c.id == work_items.c.task_id)
    .where(tasks.c.case_id == bindparam("case"), tasks.c.state == "open", _TO_DO)
    .order_by(tasks.c.id, work_items.c.id)
)
_STEP = Statement(
    select(cases.c.release_hash, tasks.c.element)
    .select_from(work_items.join(tasks, tasks.c.id == work_items.c.task_id).join(cases, cases.c.id == tasks.c.case_id))
    .where(work_items.c.id == bindparam("item"))
)
_OF_CASE = Statement(_with_candidates().where(work_items.c.case_id == bindparam("case")).order_by(work_items.c.id))
_OF_TASKS = Statement(
    _with_candidates()
    .where(
        work_items.c.task_id.in_(
            select(func.json_array_elements_text(cast(bindparam("tasks", type_=Text), JSON)).cast(BigInteger))
        )
    )
    .order_by(work_items.c.id)
)
_HAD = or_(
    work_items.c.decided_by == bindparam("who"),
    exists().where(candidates.c.item_id == work_items.c.id, candidates.c.identity == bindparam("who")),
    exists().where(
        stand_ins.c.item_id == work_items.c.id,
        stand_ins.c.identity == bindparam("who"),
        or_(stand_ins.c.listed, stand_ins.c.acted),
    ),
)
_OWN_ELEMENTS = Statement(
    select(tasks.c.element)
    .join(work_items, work_items.c.task_id == tasks.c.id)
    .where(work_items.c.case_id == bindparam("case"), _HAD)
    .distinct()
)
# The same with whom it was assigned to, behind closed doors, for all identities of a person at once.
_PEOPLE = any_(bindparam("people", type_=ARRAY(Text)))
_OWN_INSIDE = Statement(
    select(tasks.c.id, tasks.c.element, tasks.c.instance_key)
    .where(
        tasks.c.case_id == bindparam("case"),
        tasks.c.compartment != literal_column("''"),
        exists().where(
            work_items.c.task_id == tasks.c.id,
            or_(
                work_items.c.assignee == _PEOPLE,
                work_items.c.decided_by == _PEOPLE,
                exists().where(candidates.c.item_id == work_items.c.id, candidates.c.identity == _PEOPLE),
                exists().where(
                    stand_ins.c.item_id == work_items.c.id,
                    stand_ins.c.identity == _PEOPLE,
                    or_(stand_ins.c.listed, stand_ins.c.acted),
                ),
            ),
        ),
    )
    .order_by(tasks.c.id)
)
# From the newest back to the first that fits, by the index: a long case costs no more than a short one.
_NEWEST_OF = Statement(
    _with_its_task()
    .where(work_items.c.case_id == bindparam("case"), or_(work_items.c.assignee == bindparam("who"), _HAD))
    .order_by(work_items.c.id.desc())
    .limit(literal_column("1"))
)
_OF_TASK = Statement(_with_candidates().where(work_items.c.task_id == bindparam("task")).order_by(work_items.c.id))


def _taking_part(wanted: Callable[[ColumnElement[Any]], ColumnElement[bool]], *columns: str) -> CompoundSelect[Any]:
    listed = select(*(candidates.c[one] for one in columns)).where(wanted(candidates.c.case_id))
    standing_in = (
        select(*(stand_ins.c[one] for one in columns))
        .join(substitutions, substitutions.c.id == stand_ins.c.substitution_id)
        .where(wanted(stand_ins.c.case_id), or_(stand_ins.c.acted, and_(stand_ins.c.listed, HOLDS)))
    )
    return listed.union(standing_in)


_PARTICIPANTS = Statement(_taking_part(lambda case: case == bindparam("case"), "identity"))


def add(
    tx: Transaction, *, task: TaskId, case: CaseId, identities: Sequence[IdentityId], due_at: datetime | None
) -> WorkItemId:
    """A new item: assigned when there is one candidate, offered to all when there are several."""
    return WorkItemId(tx.row(_ADD, task_id=task, **_new(tx, case, identities, due_at)).id)


def add_with_task(
    tx: Transaction, values: Mapping[str, Any], asked: Sequence[Sequence[IdentityId]], due_at: datetime | None
) -> tuple[TaskId, tuple[WorkItemId, ...]]:
    """A new task with an item for each of these groups, in one breath."""
    items = [(_ADD_TO_NEWEST, _new(tx, values["case_id"], identities, due_at)) for identities in asked]
    task, *found = tx.each(adding(values), *items)
    return TaskId(task[0].id), tuple(WorkItemId(rows[0].id) for rows in found)


def _new(tx: Transaction, case: CaseId, identities: Sequence[IdentityId], due_at: datetime | None) -> dict[str, object]:
    alone = len(identities) == 1
    return {
        "case_id": case,
        "state": WorkItemState.ASSIGNED if alone else WorkItemState.OFFERED,
        "assignee": identities[0] if alone else None,
        "opened_at": tx.now,
        "identities": dump_json(list(identities)),
        "due_at": due_at or NEVER,
    }


def case_of(tx: Transaction, item: WorkItemId) -> CaseId:
    """Whose item this is, for ever: asked before the case is locked, and the item itself only after it."""
    row = tx.row(_CASE_OF, item=item)
    if row is None:
        raise NotFound("没有这件待办，或者您无权查看。请从「待办」页面重新打开。")
    return CaseId(row.case_id)


def get(tx: Transaction, item: WorkItemId) -> WorkItem:
    row = tx.row(_GET, item=item)
    if row is None:
        raise NotFound("没有这件待办，或者您无权查看。请从「待办」页面重新打开。")
    return _item(row)


def with_task(tx: Transaction, item: WorkItemId) -> tuple[WorkItem, Task]:
    """The item and the task it is for, in one look."""
    row = tx.row(_WITH_TASK, item=item)
    if row is None:
        raise NotFound("没有这件待办，或者您无权查看。请从「待办」页面重新打开。")
    return _and_task(row)


def newest_of(tx: Transaction, case: CaseId, identities: Collection[IdentityId]) -> tuple[WorkItem, Task] | None:
    """What one of these identities works on or worked on last, and the task it is for."""
    found = [row for who in identities for row in tx.rows(_NEWEST_OF, case=case, who=who)]
    return _and_task(max(found, key=lambda row: row.id)) if found else None


def step_of(tx: Transaction, item: WorkItemId) -> tuple[ReleaseHash, ElementId]:
    """Which step of which release this item is for. Locks nothing."""
    row = tx.row(_STEP, item=item)
    if row is None:
        raise NotFound("没有这件待办，或者您无权查看。请从「待办」页面重新打开。")
    return ReleaseHash(row.release_hash), ElementId(row.element)


@dataclass(frozen=True, slots=True)
class StepRow:
    """The step an item is for; `label`: its instance of a fan-out, `compartment`: behind whose doors it is."""

    element: ElementId
    name: str
    label: str
    compartment: str


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A step that is open, since when and until when, and whose it is."""

    case: CaseId
    step: StepRow
    opened_at: datetime
    due_at: datetime | None
    holders: tuple[IdentityId, ...]
    stand_ins: tuple[IdentityId, ...] = ()  # who may do it in the place of one of them now (代理)


def waiting(tx: Transaction, case: CaseId) -> Sequence[tuple[StepRow, WorkItem]]:
    """The open items of a case, each with the step it is for, in the order of their tasks."""
    return [
        (StepRow(ElementId(row.element), row.name, row.instance_label, row.compartment), _item(row))
        for row in tx.rows(_WAITING, case=case)
    ]


def waiting_in(tx: Transaction, chosen: Collection[CaseId]) -> Sequence[WaitingRow]:
    """Where these cases stand now: their open tasks, with whoever may decide each of them."""
    who = select(func.array_agg(candidates.c.identity)).where(
        candidates.c.item_id == work_items.c.id, candidates.c.open
    )
    columns = (
        tasks.c.case_id, tasks.c.element, tasks.c.name, tasks.c.instance_label, tasks.c.compartment, tasks.c.opened_at,
        tasks.c.due_at, work_items.c.assignee, who.correlate(work_items).scalar_subquery().label("who"),
        lent_of(work_items).label("lent"),
    )  # fmt: skip
    statement = (
        select(*columns)
        .outerjoin(work_items, and_(work_items.c.task_id == tasks.c.id, _TO_DO))
        .where(tasks.c.case_id.in_(chosen), tasks.c.state == "open")
        .order_by(tasks.c.id, work_items.c.id)
    )
    return [
        WaitingRow(
            CaseId(row.case_id),
            StepRow(ElementId(row.element), row.name, row.instance_label, row.compartment),
            row.opened_at,
            row.due_at,
            (IdentityId(row.assignee),) if row.assignee else tuple(sorted(IdentityId(one) for one in row.who or ())),
            tuple(one.identity for one in read_lent(row.lent) if one.holds_at(tx.now)),
        )
        for row in tx.connection.execute(statement)
    ]


def of_case(tx: Transaction, case: CaseId) -> Sequence[WorkItem]:
    return [_item(row) for row in tx.rows(_OF_CASE, case=case)]


def of_tasks(tx: Transaction, chosen: Collection[TaskId]) -> Sequence[WorkItem]:
    return [_item(row) for row in tx.rows(_OF_TASKS, tasks=dump_json(sorted(chosen)))]


def own_elements(tx: Transaction, case: CaseId, identities: Collection[IdentityId]) -> frozenset[ElementId]:
    """The steps of a case that one of these identities has or had an item of."""
    found = (row for who in identities for row in tx.rows(_OWN_ELEMENTS, case=case, who=who))
    return frozenset(ElementId(row.element) for row in found)


def own_inside(
    tx: Transaction, case: CaseId, identities: Collection[IdentityId]
) -> Sequence[tuple[TaskId, ElementId, str]]:
    """The tasks behind closed doors that one of these works or worked on, in whosever place: task, step, instance."""
    rows = tx.rows(_OWN_INSIDE, case=case, people=sorted(identities))
    return [(TaskId(row.id), ElementId(row.element), row.instance_key) for row in rows]


def asks_with_task(item: WorkItemId) -> Question:
    """The question of `with_task`, for who foresees it; so with the others that begin like this."""
    return _WITH_TASK, {"item": item}


def asks_waiting(case: CaseId) -> Question:
    return _WAITING, {"case": case}


def asks_step(item: WorkItemId) -> Question:
    return _STEP, {"item": item}


def asks_case(item: WorkItemId) -> Question:
    return _CASE_OF, {"item": item}


def participants(tx: Transaction, case: CaseId) -> tuple[IdentityId, ...]:
    """Whoever has or had an item in the case; who stands in for one of them while he does, and where he acted for ever."""
    return tuple(sorted(IdentityId(row.identity) for row in tx.rows(_PARTICIPANTS, case=case, now=tx.now)))


def participants_in(tx: Transaction, chosen: Collection[CaseId]) -> Mapping[CaseId, Sequence[IdentityId]]:
    found: dict[CaseId, list[IdentityId]] = {one: [] for one in chosen}
    statement = _taking_part(lambda case: case.in_(chosen), "case_id", "identity")
    for row in tx.connection.execute(statement, {"now": tx.now}):
        found[CaseId(row.case_id)].append(IdentityId(row.identity))
    return found


def of_task(tx: Transaction, task: TaskId) -> Sequence[WorkItem]:
    return [_item(row) for row in tx.rows(_OF_TASK, task=task)]


def all_open(tx: Transaction) -> Sequence[tuple[WorkItem, Task]]:
    """Every open item of the district with its task, the oldest first. For what looks after all of them, not for pages."""
    statement = _with_candidates().add_columns(*tasks.c).join(tasks, tasks.c.id == work_items.c.task_id)
    rows = tx.connection.execute(statement.where(_TO_DO).order_by(work_items.c.id))
    return [(_item(row), to_task(_TASK_ROW._make(row[-len(_TASK_ROW._fields) :]))) for row in rows]


def claim(tx: Transaction, item: WorkItemId, identity: IdentityId) -> None:
    _set(tx, item, state=WorkItemState.ASSIGNED, assignee=identity)
    tx.connection.execute(
        update(candidates).where(candidates.c.item_id == item).values(open=candidates.c.identity == identity)
    )


def close_open(tx: Transaction, task: TaskId, cause: str) -> Sequence[tuple[WorkItemId, IdentityId | None]]:
    """End every item of the task that nobody decided; which they were, and whose."""
    ended = tx.connection.execute(
        update(work_items)
        .where(work_items.c.task_id == task, work_items.c.closed_at.is_(None))
        .values(state=WorkItemState.CLOSED, closed_at=tx.now, cause=cause)
        .returning(work_items.c.id, work_items.c.assignee)
    ).all()
    mine = [row.id for row in ended]
    tx.connection.execute(
        update(candidates).where(candidates.c.item_id.in_(mine), candidates.c.open).values(open=False)
    )
    # In the order of the items, whatever order the rows lie in: the record names them.
    ended = sorted(ended, key=lambda row: int(row.id))
    return [(WorkItemId(row.id), None if row.assignee is None else IdentityId(row.assignee)) for row in ended]


def release(tx: Transaction, item: WorkItemId) -> None:
    _set(tx, item, state=WorkItemState.OFFERED, assignee=None)
    tx.connection.execute(update(candidates).where(candidates.c.item_id == item).values(open=True))


def decide(tx: Transaction, item: WorkItemId, values: Mapping[str, object]) -> None:
    changes = {**values, "state": WorkItemState.DECIDED, "closed_at": tx.now}
    tx.later(_end(tuple(sorted(changes))), this=item, **changes)


def offer(
    tx: Transaction, item: WorkItemId, case: CaseId, identities: Sequence[IdentityId], due_at: datetime | None
) -> None:
    """Give an item that nobody had to these identities."""
    alone = len(identities) == 1
    _set(
        tx,
        item,
        state=WorkItemState.ASSIGNED if alone else WorkItemState.OFFERED,
        assignee=identities[0] if alone else None,
    )
    rows = [
        {"item_id": item, "identity": who, "case_id": case, "open": True, "due_at": due_at or NEVER}
        for who in identities
    ]
    tx.connection.execute(insert(candidates), rows)


def open_counts(tx: Transaction) -> Sequence[tuple[IdentityId, int, int]]:
    """Identity, open items, overdue ones: for the morning's digest."""
    rows = tx.connection.execute(
        select(candidates.c.identity, func.count(), func.count().filter(candidates.c.due_at < tx.now))
        .where(candidates.c.open)
        .group_by(candidates.c.identity)
        .order_by(candidates.c.identity)
    )
    return [(IdentityId(row[0]), int(row[1]), int(row[2])) for row in rows]


def takes_part(tx: Transaction, case: CaseId, identities: Collection[IdentityId]) -> bool:
    """Whether one of these identities has or had an item in the case."""
    return (
        tx.connection.execute(
            select(1).where(candidates.c.case_id == case, candidates.c.identity.in_(identities)).limit(1)
        ).first()
        is not None
    )


def _set(tx: Transaction, item: WorkItemId, **values: object) -> None:
    tx.run(_change(tuple(sorted(values))), this=item, **values)


@cache
def _change(columns: tuple[str, ...]) -> Statement:
    return Statement(update(work_items).where(work_items.c.id == bindparam("this")), *columns)


@cache
def _end(columns: tuple[str, ...]) -> Statement:
    """The item changes and leaves everybody's list."""
    unlisted = update(candidates).where(candidates.c.item_id == bindparam("this"), candidates.c.open)
    values = {name: bindparam(name, type_=work_items.c[name].type) for name in columns}
    ended = update(work_items).where(work_items.c.id == bindparam("this")).values(values)
    return Statement(ended.add_cte(unlisted.values(open=False).cte("unlisted")))


def _and_task(row: Any) -> tuple[WorkItem, Task]:  # noqa: ANN401 - a row of _with_its_task
    return _item(row), to_task(_TASK_ROW._make(row[-len(_TASK_ROW._fields) :]))


def _item(row: Any) -> WorkItem:  # noqa: ANN401 - columns by name
    return WorkItem(
        id=WorkItemId(row.id),
        task=TaskId(row.task_id),
        case=CaseId(row.case_id),
        state=WorkItemState(row.state),
        assignee=None if row.assignee is None else IdentityId(row.assignee),
        candidates=tuple(sorted(IdentityId(who) for who in row.who or ())),
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        decided_by=None if row.decided_by is None else IdentityId(row.decided_by),
        decided_by_name=row.decided_by_name,
        outcome=row.outcome,
        outcome_label=row.outcome_label,
        opinion=row.opinion,
        cause=row.cause,
        asked_by=None if row.asked_by is None else IdentityId(row.asked_by),
        decided_for=None if row.decided_for is None else IdentityId(row.decided_for),
        stand_ins=read_lent(row.lent),
        under=None if row.under is None else WorkItemId(row.under),
        way=row.way,
        added_by=None if row.added_by is None else IdentityId(row.added_by),
        added_why=row.added_why,
        has_signers=row.has_signers,
    )
