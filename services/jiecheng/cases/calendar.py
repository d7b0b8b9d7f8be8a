"""The district's working days as people keep them: propose a change, look at what it does to open work, confirm it.

A proposal is a row; confirming it changes the calendar and recounts every limit and timer concerned in one transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from jiecheng import calendar, permissions, store
from jiecheng.cases import recount
from jiecheng.cases.house import Tx
from jiecheng.model.actor import Actor
from jiecheng.model.errors import Invalid, Refused
from jiecheng.store.calendar import ChangeRow

YEAR, LOCAL, REVOKED = "year", "local", "revoked"
FIRST_YEAR = 2020
_LONGEST_NAME = 40
_FARTHEST = 2  # years ahead


@dataclass(frozen=True, slots=True)
class ProposeYear:
    """`file`: name and content; None to take what the maintained library knows."""

    actor: Actor
    year: int
    file: tuple[str, bytes] | None = None


@dataclass(frozen=True, slots=True)
class ProposeDay:
    """`working` None: the day is again what was published."""

    actor: Actor
    day: date
    working: bool | None
    name: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """What stands in it and what it would do; `doubts`: what looks odd."""

    id: int
    sentence: str
    changed: Sequence[calendar.DayChange]
    effect: recount.Effect
    doubts: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class YearView:
    """`months`: the weeks of each month, Monday first, None outside it; `local`: days of the district's own."""

    year: int
    months: Sequence[Sequence[Sequence[calendar.Day | None]]]
    special: Sequence[calendar.Day]
    local: frozenset[date]
    provisional: bool
    in_library: bool
    may_change: bool
    changes: Sequence[ChangeRow]

    @property
    def working_days(self) -> int:
        return sum(day.working for month in self.months for week in month for day in week if day)


def show_year(tx: Tx, actor: Actor, year: int) -> YearView:
    """Everybody may look: limits are counted by it."""
    _require_year(tx, year)
    known, own = tx.working_days, {row[0] for row in store.calendar.load_local(tx.db)}
    days = [known.day(day) for day in _days_of(year)]
    may_change = permissions.may_change_calendar(actor)
    return YearView(
        year=year,
        months=[_weeks([day for day in days if day.date.month == month]) for month in range(1, 13)],
        special=[day for day in days if day.name],
        local=frozenset(own),
        provisional=any(day.status is calendar.DayStatus.PROVISIONAL for day in days),
        in_library=calendar.is_published(year),
        may_change=may_change,
        changes=store.calendar.latest_changes(tx.db) if may_change else (),
    )


def propose_year(tx: Tx, command: ProposeYear) -> Proposal:
    """A published year, all its days 正式; the district's own days stay over it."""
    permissions.require_calendar_change(command.actor)
    _require_year(tx, command.year)
    if command.file is not None:
        days = calendar.read_published(*command.file, command.year)
    elif calendar.is_published(command.year):
        days = calendar.official_days(command.year)
    else:
        raise Invalid(f"节假日库里还没有 {command.year} 年，请上传公布的放假安排（CSV 或 ICS 文件）。")
    return _propose(tx, command.actor, YEAR, f"{command.year} 年放假安排公布", days, calendar.doubts(days))


def propose_days(tx: Tx, actor: Actor, year: int, special: Sequence[calendar.Day]) -> Proposal:
    """The same with the special days handed in as values."""
    permissions.require_calendar_change(actor)
    _require_year(tx, year)
    days = calendar.whole_year(year, special)
    return _propose(tx, actor, YEAR, f"{year} 年放假安排公布", days, calendar.doubts(days))


def propose_day(tx: Tx, command: ProposeDay) -> Proposal:
    """A day of the district's own, or that day given back to the published calendar."""
    permissions.require_calendar_change(command.actor)
    _require_year(tx, command.day.year)
    name, said = command.name.strip(), command.day.isoformat()
    if command.working is None:
        if command.day not in {row[0] for row in store.calendar.load_local(tx.db)}:
            raise Invalid(f"{said} 不是本区另定的日子，没有可以取消的。")
        published = {row[0]: row for row in store.calendar.load(tx.db)}.get(command.day)
        day = _published(published) if published else calendar.Calendar().day(command.day)
        return _propose(tx, command.actor, REVOKED, f"取消本区对 {said} 的另定", [day])
    if not name:
        raise Invalid("请写明原因，例如“防汛停工”。查看期限怎样算出的人会看到它。", fields={"name": ["请写明原因。"]})
    if len(name) > _LONGEST_NAME:
        raise Invalid(f"原因不超过 {_LONGEST_NAME} 个字。", fields={"name": ["太长了。"]})
    words = "上班" if command.working else "放假"
    own = calendar.Day(command.day, command.working, name=f"本区{words}：{name}")
    return _propose(tx, command.actor, LOCAL, f"本区 {said} {words}（{name}）", [own])


def show_proposal(tx: Tx, actor: Actor, change: int) -> Proposal:
    permissions.require_calendar_change(actor)
    row = store.calendar.get_change(tx.db, change)
    return _proposal(tx, row, _days(row))


def confirm_change(tx: Tx, actor: Actor, change: int) -> str:
    """Make the proposal hold and recount all it concerns. Pressed twice it is done once."""
    permissions.require_calendar_change(actor)
    version = store.calendar.lock(tx.db)
    row = store.calendar.get_change(tx.db, change, lock=True)
    if row.state == "done":
        return _said(row)
    if row.version != version:
        raise Refused(
            "刚才核对以后，工作日历又有变化，看到的影响已经不准。请重新核对这项变更。",
            rule="calendar_changed",
            conflict=True,
        )
    proposal = _proposal(tx, row, _days(row))
    _write(tx, row)
    store.calendar.turn(tx.db, row.id)
    done = recount.recount(tx, proposal.effect, f"calendar:{row.id}", f"{row.sentence}。")
    counts = {"moved": len(done.moved), "timers": len(done.timers), "settled": len(done.settled)}
    store.calendar.close_change(tx.db, row.id, counts)
    return _said(store.calendar.get_change(tx.db, row.id))


def _propose(
    tx: Tx, actor: Actor, kind: str, sentence: str, days: Sequence[calendar.Day], doubts: Sequence[str] = ()
) -> Proposal:
    if not _changed(tx, kind, days)[1]:
        raise Invalid("和现在的日历完全一样，没有需要改的。")
    made = store.calendar.add_change(
        tx.db,
        {
            "kind": kind, "sentence": sentence, "version": store.calendar.version(tx.db), "made_by": actor.identity,
            "made_by_name": actor.name,
            "days": [[day.date.isoformat(), day.working, day.status.value, day.name] for day in days],
        },
    )  # fmt: skip
    return _proposal(tx, store.calendar.get_change(tx.db, made), days, doubts)


def _proposal(tx: Tx, row: ChangeRow, days: Sequence[calendar.Day], doubts: Sequence[str] = ()) -> Proposal:
    after, changed = _changed(tx, row.kind, days)
    return Proposal(row.id, row.sentence, changed, recount.effect_of(tx, tx.working_days, after, changed), doubts)


def _changed(tx: Tx, kind: str, days: Sequence[calendar.Day]) -> tuple[calendar.Calendar, Sequence[calendar.DayChange]]:
    """The calendar with these days, and where it differs. The district's own days stay over what is published."""
    before, local = tx.working_days, {row[0] for row in store.calendar.load_local(tx.db)}
    laid = [day for day in days if kind != YEAR or day.date not in local]
    after = calendar.with_days(before, laid)
    return after, calendar.changed_days(before, after, [day.date for day in laid])


def _write(tx: Tx, row: ChangeRow) -> None:
    days = _days(row)
    if row.kind == YEAR:
        store.calendar.put(tx.db, [(day.date, day.working, day.status.value, day.name) for day in days])
    elif row.kind == LOCAL:
        store.calendar.put_local(tx.db, (days[0].date, days[0].working, days[0].name))
    else:
        store.calendar.drop_local(tx.db, days[0].date)


def _days(row: ChangeRow) -> Sequence[calendar.Day]:
    return [
        calendar.Day(date.fromisoformat(day), bool(working), calendar.DayStatus(status), name)
        for day, working, status, name in row.days
    ]


def _published(row: store.calendar.DayRow) -> calendar.Day:
    return calendar.Day(row[0], row[1], calendar.DayStatus(row[2]), row[3])


def _said(row: ChangeRow) -> str:
    return (
        f"已生效：{row.sentence}。{row.moved} 件待办、督办的期限改了日子，{row.settled} 件由暂定转为正式，"
        f"{row.timers} 个定时改了日子。"
    )


def _days_of(year: int) -> Iterable[date]:
    first = date(year, 1, 1)
    return (first + timedelta(days=number) for number in range((date(year + 1, 1, 1) - first).days))


def _weeks(days: Sequence[calendar.Day]) -> Sequence[Sequence[calendar.Day | None]]:
    cells = [*[None] * days[0].date.weekday(), *days]
    cells += [None] * (-len(cells) % 7)
    return [cells[start : start + 7] for start in range(0, len(cells), 7)]


def _require_year(tx: Tx, year: int) -> None:
    if not FIRST_YEAR <= year <= tx.today.year + _FARTHEST:
        raise Invalid(f"日历从 {FIRST_YEAR} 年到 {tx.today.year + _FARTHEST} 年，没有 {year} 年。")
