"""Counts working days and says, day by day, why; never decides what happens when a limit passes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone, tzinfo

from jiecheng.calendar.days import WEEKDAYS, Calendar, Day, DayStatus
from jiecheng.model.errors import Invalid

# China has had one zone without summer time since 1991, so a fixed offset needs no zone files.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
CLOSING_TIME = time(17, 30)
MOST_WORKING_DAYS = 1000
LONGEST_WAY = 10_000  # calendar days

Step = tuple[date, bool, str]  # date, counted, why


@dataclass(frozen=True, slots=True)
class Pause:
    """Days on which a clock stands still (case held or returned), both ends included; `reason` is shown.

    A due date is counted once the pause has ended; until then there is none.
    """

    first: date
    last: date
    reason: str


@dataclass(frozen=True, slots=True)
class DueDate:
    """`provisional`: some day on the way is of a year not yet published, so the date may move once it is."""

    date: date
    provisional: bool
    steps: tuple[Step, ...]

    @property
    def sentence(self) -> str:
        counted = sum(step[1] for step in self.steps)
        shown = f"{self.date:%Y-%m-%d}（{WEEKDAYS[self.date.weekday()]}）"
        warning = "；途中有尚未公布放假安排的日子，此日期为暂定，公布后重算" if self.provisional else ""
        return f"自收到次日起第 {counted} 个工作日，即 {shown}{warning}。"


def add_working_days(calendar: Calendar, start: date, n: int, pauses: Collection[Pause] = ()) -> DueDate:
    """The n-th working day after `start`: the day after receipt is day 1. Invalid unless 1 ≤ n ≤ 1000."""
    if not 1 <= n <= MOST_WORKING_DAYS:
        raise Invalid(f"办理期限应当是 1 到 {MOST_WORKING_DAYS} 个工作日，实际是 {n}。")
    if pauses:
        return _count(calendar, start, n, pauses)
    # Every step with a limit that opens on a day asks the same few ways.
    return calendar.memo.of(("due", start, n), lambda: _count(calendar, start, n, ()))


def _count(calendar: Calendar, start: date, n: int, pauses: Collection[Pause]) -> DueDate:
    steps: list[Step] = []
    provisional = False
    counted, today = 0, start
    while counted < n:
        if len(steps) >= LONGEST_WAY:
            raise Invalid("计时暂停还没有结束日期，恢复办理之后才能算出到期日。")
        today += timedelta(days=1)
        day = calendar.day(today)
        pause = next((one for one in pauses if one.first <= today <= one.last), None)
        counted += day.working and pause is None
        provisional |= day.status is DayStatus.PROVISIONAL
        steps.append((today, day.working and pause is None, _why(day, pause, counted)))
    return DueDate(today, provisional, tuple(steps))


def working_days_between(calendar: Calendar, start: date, end: date) -> int:
    """Working days after `start` up to and with `end`; negative when `end` lies before `start`."""
    if end < start:
        return -working_days_between(calendar, end, start)
    return sum(calendar.day(start + timedelta(days=number)).working for number in range(1, (end - start).days + 1))


def end_of_day(on: date, tz: tzinfo = SHANGHAI) -> datetime:
    """The moment a limit passes on its last day: 17:30."""
    return datetime.combine(on, CLOSING_TIME, tzinfo=tz)


def _why(day: Day, pause: Pause | None, counted: int) -> str:
    weekday = WEEKDAYS[day.date.weekday()]
    name = f"{weekday}，{day.name}" if day.name else weekday
    if pause:
        return f"{name}，计时暂停（{pause.reason}），不计"
    provisional = "（暂定，该年放假安排尚未公布）" if day.status is DayStatus.PROVISIONAL else ""
    return f"{name}，第 {counted} 个工作日{provisional}" if day.working else f"{name}，不计{provisional}"
