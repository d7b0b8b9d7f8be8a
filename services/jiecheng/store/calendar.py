"""Working days as rows: the published ones, the district's own over them, and the record of every change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from jiecheng.model.errors import NotFound
from jiecheng.model.task import Task
from jiecheng.store import setting
from jiecheng.store.database import Transaction
from jiecheng.store.tables import calendar_changes, calendar_days, cases, local_days, tasks
from jiecheng.store.task import to_task

DayRow = tuple[date, bool, str, str]  # day, working, 正式 | 暂定, name
LocalRow = tuple[date, bool, str]
_VERSION = "calendar_version"
LATEST = 50


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """`version`: of the calendar it was compared with; `moved`, `timers`, `settled`: what came of it."""

    id: int
    kind: str
    sentence: str
    days: Sequence[Mapping[str, Any]]
    version: int
    state: str
    made_by_name: str
    made_at: datetime
    done_at: datetime | None
    moved: int
    timers: int
    settled: int


def version(tx: Transaction) -> int:
    return int(setting.get(tx, _VERSION, "0"))


def lock(tx: Transaction) -> int:
    """The version, and nobody else changes the calendar before we commit."""
    tx.connection.execute(select(func.pg_advisory_xact_lock(6_202_613)))
    tx.settings = None
    return version(tx)


def load(tx: Transaction) -> list[DayRow]:
    rows = tx.connection.execute(select(calendar_days).order_by(calendar_days.c.day))
    return [(row.day, row.working, row.status, row.name) for row in rows]


def load_local(tx: Transaction) -> list[LocalRow]:
    rows = tx.connection.execute(select(local_days).order_by(local_days.c.day))
    return [(row.day, row.working, row.name) for row in rows]


def is_empty(tx: Transaction) -> bool:
    return int(tx.connection.execute(select(func.count()).select_from(calendar_days)).scalar_one()) == 0


def add(tx: Transaction, days: Iterable[DayRow]) -> None:
    rows = [{"day": day, "working": working, "status": status, "name": name} for day, working, status, name in days]
    if rows:
        tx.connection.execute(insert(calendar_days), rows)


def put(tx: Transaction, days: Iterable[DayRow]) -> None:
    """Published days; a row that is there already is written over."""
    rows = [{"day": day, "working": working, "status": status, "name": name} for day, working, status, name in days]
    statement = upsert(calendar_days)
    changed = {name: statement.excluded[name] for name in ("working", "status", "name")}
    tx.connection.execute(statement.on_conflict_do_update(index_elements=[calendar_days.c.day], set_=changed), rows)


def put_local(tx: Transaction, day: LocalRow) -> None:
    statement = upsert(local_days).values(day=day[0], working=day[1], name=day[2])
    changed = {name: statement.excluded[name] for name in ("working", "name")}
    tx.connection.execute(statement.on_conflict_do_update(index_elements=[local_days.c.day], set_=changed))


def drop_local(tx: Transaction, day: date) -> None:
    tx.connection.execute(delete(local_days).where(local_days.c.day == day))


def turn(tx: Transaction, change: int) -> None:
    """Every process reads the calendar anew. Named after the change and not counted: a change that is rolled back must
    not leave its calendar behind under a number that the next one takes."""
    setting.put(tx, _VERSION, str(change))


def add_change(tx: Transaction, values: Mapping[str, object]) -> int:
    statement = insert(calendar_changes).values(state="draft", made_at=tx.now, **values)
    return int(tx.connection.execute(statement.returning(calendar_changes.c.id)).scalar_one())


def get_change(tx: Transaction, change: int, *, lock: bool = False) -> ChangeRow:
    statement = select(calendar_changes).where(calendar_changes.c.id == change)
    row = tx.connection.execute(statement.with_for_update() if lock else statement).one_or_none()
    if row is None:
        raise NotFound("没有这条日历变更。")
    return _change(row)


def close_change(tx: Transaction, change: int, counts: Mapping[str, int]) -> None:
    tx.connection.execute(
        update(calendar_changes).where(calendar_changes.c.id == change).values(state="done", done_at=tx.now, **counts)
    )


def latest_changes(tx: Transaction) -> Sequence[ChangeRow]:
    """What was confirmed, the latest first."""
    done = select(calendar_changes).where(calendar_changes.c.state == "done")
    return [_change(row) for row in tx.connection.execute(done.order_by(calendar_changes.c.id.desc()).limit(LATEST))]


def limited_tasks(tx: Transaction, first: datetime, until: datetime) -> Sequence[tuple[Task, str]]:
    """Open tasks with a limit whose days may lie between: received before `until`, due from `first` on. With the
    number of the case, in the order in which cases are locked."""
    over = and_(tasks.c.state == "open", tasks.c.due_days.is_not(None))
    rows = tx.connection.execute(
        select(tasks, cases.c.number)
        .join(cases, cases.c.id == tasks.c.case_id)
        .where(over, tasks.c.due_at >= first, tasks.c.opened_at < until)
        .order_by(tasks.c.case_id, tasks.c.id)
    )
    return [(to_task(row), row.number) for row in rows]


def _change(row: Any) -> ChangeRow:  # noqa: ANN401 - columns by name
    return ChangeRow(
        row.id, row.kind, row.sentence, row.days, row.version, row.state, row.made_by_name, row.made_at,
        row.done_at, row.moved, row.timers, row.settled,
    )  # fmt: skip
