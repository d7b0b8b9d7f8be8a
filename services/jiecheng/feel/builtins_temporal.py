"""Functions that make and read dates, times and durations. `today` and `now` read what the caller gave, never a clock."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from jiecheng.feel.convert import from_json
from jiecheng.feel.errors import NoValue
from jiecheng.feel.limits import NUMBERS
from jiecheng.feel.registry import Family, integer, number, register, text, want
from jiecheng.feel.runtime import Run
from jiecheng.feel.temporal import (
    NANO,
    Date,
    DateTime,
    DaysDuration,
    Time,
    at_midnight,
    known_zone,
    make_date,
    make_time,
    month_length,
)
from jiecheng.feel.temporal_text import months_between, read_date, read_date_time, read_duration, read_time
from jiecheng.feel.values import FeelValue, chinese_kind

FAMILY: Family = {}
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def _one(value: FeelValue) -> FeelValue:
    return value[0] if isinstance(value, list) and len(value) == 1 else value


@register(FAMILY, "date", "from", "year, month, day")
def to_date(run: Run, *given: FeelValue) -> FeelValue:
    if len(given) == 3:
        year, month, day = (integer(part) for part in given)
        return make_date(year, month, day)
    source = _one(given[0])
    if isinstance(source, DateTime):
        return source.date
    return source if isinstance(source, Date) else read_date(text(source))


@register(FAMILY, "date and time", "from", "date, time", "year, month, day, hour, minute, second, offset?")
def to_date_time(run: Run, *given: FeelValue) -> FeelValue:
    if len(given) >= 6:
        return _date_time_of_parts(run, given)
    first = _one(given[0])
    if len(given) == 2:
        return _date_with(first, _one(given[1]))
    if isinstance(first, Date):
        return at_midnight(first, 0)
    return first if isinstance(first, DateTime) else read_date_time(text(first))


def _date_with(date: FeelValue, other: FeelValue) -> DateTime:
    """A date and a time make a date and time; a date and time and a zone name move it into that zone."""
    if isinstance(other, str):
        known_zone(other)
        moment = want(date, DateTime, "日期时间")
        time = moment.time
        return DateTime(moment.date, Time(time.hour, time.minute, time.second, time.nano, None, other))
    day = date.date if isinstance(date, DateTime) else want(date, Date, "日期")
    return DateTime(day, want(other, Time, "时间"))


def _date_time_of_parts(run: Run, given: tuple[FeelValue, ...]) -> DateTime:
    date = to_date(run, *given[:3])
    time = to_time(run, *given[3:])
    return DateTime(date, time)


@register(FAMILY, "time", "from", "hour, minute, second, offset?")
def to_time(run: Run, *given: FeelValue) -> FeelValue:
    if len(given) >= 3:
        return _time_of_parts(given)
    if len(given) != 1:
        raise NoValue("时间要有时、分、秒")
    source = _one(given[0])
    if isinstance(source, DateTime):
        return source.time
    if isinstance(source, Date):
        return Time(0, 0, 0, 0, 0)
    return source if isinstance(source, Time) else read_time(text(source))


def _time_of_parts(given: tuple[FeelValue, ...]) -> Time:
    offset = None
    if len(given) == 4 and given[3] is not None:
        offset = want(given[3], DaysDuration, "天时长").nanos // NANO
    nanos = int(NUMBERS.multiply(number(given[2]), Decimal(NANO)))
    second, nano = divmod(nanos, NANO)
    return make_time(integer(given[0]), integer(given[1]), second, nano, (offset, ""))


@register(FAMILY, "duration", "from")
def to_duration(run: Run, source: FeelValue) -> FeelValue:
    return read_duration(text(source))


@register(FAMILY, "years and months duration", "from, to")
def years_and_months_duration(run: Run, start: FeelValue, end: FeelValue) -> FeelValue:
    first, last = _one(start), _one(end)
    if not isinstance(first, (Date, DateTime)) or not isinstance(last, (Date, DateTime)):
        raise NoValue(f"这里应为日期，却是{chinese_kind(first)}与{chinese_kind(last)}")
    return months_between(_moment(first, last), _moment(last, first))


def _moment(value: Date | DateTime, other: Date | DateTime) -> DateTime:
    if isinstance(value, DateTime):
        return value
    offset = other.offset if isinstance(other, DateTime) else None
    return at_midnight(value, offset)


@register(FAMILY, "now", "")
def now(run: Run) -> FeelValue:
    return want(_given(run, "now", read_date_time), DateTime, "日期时间")


@register(FAMILY, "today", "")
def today(run: Run) -> FeelValue:
    return want(_given(run, "today", read_date), Date, "日期")


def _given(run: Run, name: str, read: Callable[[str], Any]) -> FeelValue:
    value = from_json(run.variables.get(name))
    if value is None:
        raise NoValue(f"没有给出“{name}”")
    return read(value) if isinstance(value, str) else value


def _date_of(value: FeelValue) -> Date:
    found = want(value, (Date, DateTime), "日期")
    return found if isinstance(found, Date) else want(found, DateTime, "日期").date


@register(FAMILY, "day of year", "date")
def day_of_year(run: Run, date: FeelValue) -> FeelValue:
    day = _date_of(date)
    return Decimal(day.ordinal - Date(day.year, 1, 1).ordinal + 1)


@register(FAMILY, "day of week", "date")
def day_of_week(run: Run, date: FeelValue) -> FeelValue:
    return WEEKDAYS[_date_of(date).weekday - 1]


@register(FAMILY, "month of year", "date")
def month_of_year(run: Run, date: FeelValue) -> FeelValue:
    return MONTHS[_date_of(date).month - 1]


@register(FAMILY, "week of year", "date")
def week_of_year(run: Run, date: FeelValue) -> FeelValue:
    """ISO 8601: the week that holds the year's first Thursday is week 1."""
    day = _date_of(date)
    thursday = day.ordinal - day.weekday + 4
    year = day.year
    if thursday < Date(year, 1, 1).ordinal:
        year -= 1
    elif thursday >= Date(year + 1, 1, 1).ordinal:
        year += 1
    return Decimal((thursday - Date(year, 1, 1).ordinal) // 7 + 1)


@register(FAMILY, "last day of month", "date")
def last_day_of_month(run: Run, date: FeelValue) -> FeelValue:
    day = _date_of(date)
    return Decimal(month_length(day.year, day.month))
