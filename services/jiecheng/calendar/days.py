"""Days of a district's calendar as rows, 正式 or 暂定; knows nothing of cases or limits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from chinese_calendar.constants import holidays, workdays

from jiecheng.model.memo import Memo

# The library's words for the reasons it gives.
_NAMES: Mapping[str, str] = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "National Day": "国庆节",
    "Mid-autumn Festival": "中秋节",
    "Anti-Fascist 70th Day": "抗战胜利纪念日",
}
WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")


class DayStatus(StrEnum):
    OFFICIAL = "正式"
    PROVISIONAL = "暂定"  # the State Council has not published that year yet


@dataclass(frozen=True, slots=True)
class Day:
    """`name`: why a day is not as its weekday says (国庆节, 国庆节调休上班, a local reason), "" for ordinary days."""

    date: date
    working: bool
    status: DayStatus = DayStatus.OFFICIAL
    name: str = ""


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days by date. A day without a row counts by its weekday and is 暂定, so no limit ever fails for want of rows."""

    days: Mapping[date, Day] = field(default_factory=dict)
    memo: Memo = field(default_factory=Memo, init=False, compare=False, repr=False)

    def day(self, on: date) -> Day:
        return self.days.get(on) or _by_weekday(on)


def calendar_of(*layers: Iterable[Day]) -> Calendar:
    """A calendar of rows; a later layer (local days of the district) goes over an earlier one."""
    return Calendar({day.date: day for layer in layers for day in layer})


def official_days(year: int) -> tuple[Day, ...]:
    """All days of a year: 正式 where the maintained library knows the year, else by weekday and 暂定."""
    first = date(year, 1, 1)
    every = (first + timedelta(days=number) for number in range((date(year + 1, 1, 1) - first).days))
    published = year in _published_years()
    return tuple(_published(day) if published else _by_weekday(day) for day in every)


def is_published(year: int) -> bool:
    """Whether the maintained library knows this year's holidays."""
    return year in _published_years()


def _published_years() -> range:
    return range(min(holidays).year, max(holidays).year + 1)


def _published(on: date) -> Day:
    # The library's own words: `holidays` also lists the days that were moved, `workdays` the weekends worked for them.
    if on in workdays:
        return Day(on, True, name=f"{_NAMES.get(workdays[on], '')}调休上班")
    if on in holidays:
        return Day(on, False, name=f"{_NAMES.get(holidays[on], '')}放假")
    return Day(on, on.weekday() < 5)


def _by_weekday(on: date) -> Day:
    return Day(on, on.weekday() < 5, DayStatus.PROVISIONAL)
