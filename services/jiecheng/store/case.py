"""Rows of cases. Whoever changes a case locks its row first; that one lock orders all commands on a case."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, insert, literal_column, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from jiecheng.model.case import Case, CaseState
from jiecheng.model.errors import NotFound
from jiecheng.model.ids import CaseId, IdentityId, OrganId, ProcessId, ReleaseHash, WorkItemId
from jiecheng.model.number import as_written
from jiecheng.store.database import Question, Transaction
from jiecheng.store.pattern import containing
from jiecheng.store.statement import Statement
from jiecheng.store.tables import cases, numbers, work_items

_GET = Statement(select(cases).where(cases.c.id == bindparam("case")))
_LOCK = Statement(select(cases).where(cases.c.id == bindparam("case")).with_for_update())
_ITS_CASE = select(work_items.c.case_id).where(work_items.c.id == bindparam("item")).scalar_subquery()
_GET_OF_ITEM = Statement(select(cases).where(cases.c.id == _ITS_CASE))
_NEXT_NUMBER = Statement(
    upsert(numbers)
    .values(last=1)
    .on_conflict_do_update(index_elements=[numbers.c.kind, numbers.c.year], set_={"last": numbers.c.last + 1})
    .returning(numbers.c.last),
    "kind",
    "year",
)
_BESIDE = Statement(
    select(cases.c.id)
    .where(cases.c.process == bindparam("process"), cases.c.alike == bindparam("key"), cases.c.alike != "")
    .where(
        cases.c.id != bindparam("case"),
        or_(*(cases.c.state == one.value for one in (CaseState.RUNNING, CaseState.HELD))),
    )
    .order_by(cases.c.id.desc())
    .limit(literal_column("5"))
)


def add(tx: Transaction, values: Mapping[str, object]) -> CaseId:
    return CaseId(tx.connection.execute(insert(cases).values(**values).returning(cases.c.id)).scalar_one())


def lock(tx: Transaction, case: CaseId) -> Case:
    """The case, its row locked until the transaction ends."""
    return _read(tx, case, locked=True)


def get_of_item(tx: Transaction, item: WorkItemId) -> Case:
    """The case of this item, for looking at it only."""
    row = tx.row(_GET_OF_ITEM, item=item)
    if row is None:
        raise NotFound("没有这件待办，或者您无权查看。请从「待办」页面重新打开。")
    return to_case(row)


def asks_of_item(item: WorkItemId) -> Question:
    """The question of `get_of_item`, for who foresees it."""
    return _GET_OF_ITEM, {"item": item}


def asks(case: CaseId) -> Question:
    return _GET, {"case": case}


def get(tx: Transaction, case: CaseId) -> Case:
    return _read(tx, case, locked=False)


def numbered(tx: Transaction, number: str) -> CaseId:
    found = tx.connection.execute(select(cases.c.id).where(cases.c.number == number)).scalar_one_or_none()
    if found is None:
        raise NotFound("没有这件办件，或者您无权查看。请从「待办」或「我的办件」重新打开。")
    return CaseId(found)


def save(tx: Transaction, case: CaseId, values: Mapping[str, object]) -> None:
    tx.run(_save(tuple(sorted(values))), this=case, **values)


def next_number(tx: Transaction, kind: str, year: int) -> int:
    """The next number of its kind and year, from a locked row: no number twice, and none lost unless the command fails."""
    return int(tx.row(_NEXT_NUMBER, kind=kind, year=year).last)


def _read(tx: Transaction, case: CaseId, *, locked: bool) -> Case:
    row = tx.row(_LOCK if locked else _GET, case=case)
    if row is None:
        raise NotFound("没有这件办件，或者您无权查看。请从「待办」或「我的办件」重新打开。")
    return to_case(row)


@cache
def _save(columns: tuple[str, ...]) -> Statement:
    return Statement(update(cases).where(cases.c.id == bindparam("this")), *columns)


def to_case(row: Any) -> Case:  # noqa: ANN401 - a row of either kind, columns by name
    return Case(
        id=CaseId(row.id),
        number=row.number,
        process=ProcessId(row.process),
        release=ReleaseHash(row.release_hash),
        state=CaseState(row.state),
        title=row.title,
        initiator=IdentityId(row.initiator),
        initiator_name=row.initiator_name,
        initiator_organ=row.initiator_organ,
        snapshot=row.snapshot,
        variables=dict(row.variables),
        outcome=row.outcome,
        started_at=row.started_at,
        ended_at=row.ended_at,
        seq=row.last_seq,
        head_sha256=row.head_sha256,
        head_sm3=row.head_sm3,
        alike=row.alike,
    )


def of_ids(tx: Transaction, chosen: Collection[CaseId]) -> Mapping[CaseId, Case]:
    rows = tx.connection.execute(select(cases).where(cases.c.id.in_(chosen)))
    return {CaseId(row.id): to_case(row) for row in rows}


def open_alike(tx: Transaction, process: ProcessId, key: str, limit: int) -> Sequence[CaseId]:
    """Cases of the process that are under way and about the same, latest first."""
    lively = cases.c.state.in_([CaseState.RUNNING, CaseState.HELD])
    same = select(cases.c.id).where(cases.c.process == process, cases.c.alike == key, cases.c.alike != "", lively)
    return [CaseId(one) for one in tx.connection.execute(same.order_by(cases.c.id.desc()).limit(limit)).scalars()]


def beside(tx: Transaction, case: CaseId, process: ProcessId, key: str) -> Sequence[CaseId]:
    """Others that are under way and about the same as this one."""
    return [CaseId(row.id) for row in tx.rows(_BESIDE, case=case, process=process, key=key)] if key else []


def list_started(
    tx: Transaction, identities: Collection[IdentityId], *, text: str, before: int | None, limit: int
) -> Sequence[Case]:
    """Cases these identities started, latest first."""
    return _list(tx, select(cases).where(cases.c.initiator.in_(identities)), text=text, before=before, limit=limit)


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """`since` (inclusive) and `until` (exclusive): of its end; `organs`: of the applicant, empty for any."""

    state: str = ""
    process: str = ""
    text: str = ""
    since: datetime | None = None
    until: datetime | None = None
    organs: frozenset[OrganId] = frozenset()
    outcome: str = ""


def list_all(
    tx: Transaction, wanted: CaseFilter | None = None, *, before: int | None = None, limit: int
) -> Sequence[Case]:
    """Latest first."""
    asked = wanted or CaseFilter()
    conditions = [
        *([cases.c.state == asked.state] if asked.state else []),
        *([cases.c.process == asked.process] if asked.process else []),
        *([cases.c.ended_at >= asked.since] if asked.since else []),
        *([cases.c.ended_at < asked.until] if asked.until else []),
        *([cases.c.initiator_organ.in_(asked.organs)] if asked.organs else []),
        *([cases.c.outcome == asked.outcome] if asked.outcome else []),
    ]
    return _list(tx, select(cases).where(*conditions), text=asked.text, before=before, limit=limit)


def on_other_releases(tx: Transaction, process: ProcessId, release: ReleaseHash, limit: int) -> Sequence[Case]:
    """Running cases of a process that are not on this release, the oldest first."""
    statement = select(cases).where(*_elsewhere(process, release)).order_by(cases.c.id).limit(limit)
    return [to_case(row) for row in tx.connection.execute(statement)]


def count_on_other_releases(tx: Transaction, process: ProcessId, release: ReleaseHash) -> int:
    statement = select(func.count()).select_from(cases).where(*_elsewhere(process, release))
    return int(tx.connection.execute(statement).scalar_one())


def _elsewhere(process: ProcessId, release: ReleaseHash) -> tuple[ColumnElement[bool], ...]:
    running = cases.c.state.in_([CaseState.RUNNING, CaseState.HELD])
    return (cases.c.process == process, running, cases.c.release_hash != release)


def _list(tx: Transaction, statement: Select[Any], *, text: str, before: int | None, limit: int) -> Sequence[Case]:
    if text:
        pattern = containing(text)
        named = cases.c.number == as_written(text)  # whatever brackets were typed
        statement = statement.where(or_(cases.c.title.ilike(pattern), cases.c.number.ilike(pattern), named))
    if before is not None:
        statement = statement.where(cases.c.id < before)
    return [to_case(row) for row in tx.connection.execute(statement.order_by(cases.c.id.desc()).limit(limit))]
