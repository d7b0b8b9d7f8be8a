"""Reads ISO 8601 texts into dates, times and durations. A text that names no such thing is no value, never a guess."""

from __future__ import annotations

import re

from jiecheng.feel.errors import NoValue
from jiecheng.feel.limits import MAX_YEAR
from jiecheng.feel.temporal import (
    DAY,
    NANO,
    Date,
    DateTime,
    DaysDuration,
    MonthsDuration,
    Time,
    add_months,
    at_midnight,
    from_ordinal,
    make_date,
    make_time,
)

DATE = re.compile(r"(-?)(\d{4}|[1-9]\d{4,8})-(\d\d)-(\d\d)", re.ASCII)
CLOCK = re.compile(
    r"(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9})\d{0,20})?(?:(Z|z)|([+-])(\d\d):(\d\d)(?::(\d\d))?|@([A-Za-z0-9_+/-]{1,60}))?",
    re.ASCII,
)
MONTHS = re.compile(r"(-?)P(?:(\d{1,12})Y)?(?:(\d{1,12})M)?", re.ASCII)
DAYS = re.compile(
    r"(-?)P(?:(\d{1,18})D)?(?:T(?:(\d{1,18})H)?(?:(\d{1,18})M)?(?:(\d{1,18})(?:\.(\d{1,9})\d{0,20})?S)?)?", re.ASCII
)


def read_date(text: str) -> Date:
    found = DATE.fullmatch(text)
    if not found:
        raise NoValue(f"“{text[:40]}”不是日期，应写成 2026-05-01")
    sign, year, month, day = found.groups()
    return make_date(-int(year) if sign else int(year), int(month), int(day))


def read_time(text: str) -> Time:
    found = CLOCK.fullmatch(text)
    if not found:
        raise NoValue(f"“{text[:40]}”不是时间，应写成 09:30:00")
    hour, minute, second, fraction, utc, sign, off_hour, off_minute, off_second, zone = found.groups()
    offset: int | None = 0 if utc else None
    if sign:
        if int(off_minute) > 59 or int(off_second or 0) > 59:
            raise NoValue(f"“{text[:40]}”的时区偏移不对")
        offset = int(off_hour) * 3600 + int(off_minute) * 60 + int(off_second or 0)
        offset = -offset if sign == "-" else offset
    nano = int((fraction or "").ljust(9, "0"))
    return make_time(int(hour), int(minute), int(second), nano, (offset, zone or ""))


def read_date_time(text: str) -> DateTime:
    day, middle, clock = text.partition("T")
    if not middle:
        return at_midnight(read_date(day))
    date = read_date(day)
    if clock.startswith("24:00:00"):
        # ISO 8601 calls the end of a day 24:00:00; it is the next day's midnight.
        return DateTime(from_ordinal(date.ordinal + 1), read_time("00" + clock[2:]))
    return DateTime(date, read_time(clock))


def read_duration(text: str) -> DaysDuration | MonthsDuration:
    found = MONTHS.fullmatch(text)
    if found and (found[2] or found[3]):
        months = int(found[2] or 0) * 12 + int(found[3] or 0)
        if months > MAX_YEAR * 12:
            raise NoValue("年月时长超出范围")
        return MonthsDuration(-months if found[1] else months)
    found = DAYS.fullmatch(text)
    if not found or not any(found.groups()[1:]) or text.endswith("T"):
        raise NoValue(f"“{text[:40]}”不是时长，应写成 P5D、PT8H 或 P1Y2M")
    sign, days, hours, minutes, seconds, fraction = found.groups()
    total = int(days or 0) * DAY + (int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)) * NANO
    total += int((fraction or "").ljust(9, "0"))
    return DaysDuration(-total if sign else total)


def read_literal(text: str) -> Date | Time | DateTime | DaysDuration | MonthsDuration:
    """Whatever temporal value the text of an @"…" literal names."""
    if text.startswith(("P", "-P")):
        return read_duration(text)
    if "T" in text.partition("@")[0]:
        return read_date_time(text)
    return read_time(text) if ":" in text[:3] else read_date(text)


def months_between(start: DateTime, end: DateTime) -> MonthsDuration:
    """Whole months from `start` to `end`; negative when `end` is earlier."""
    sign = 1
    if end.instant < start.instant:
        start, end, sign = end, start, -1
    months = (end.date.year - start.date.year) * 12 + end.date.month - start.date.month
    reached = DateTime(add_months(start.date, months), start.time)
    day_reached = start.date.day <= end.date.day if reached.date.day != start.date.day else True
    if (reached.instant > end.instant or not day_reached) and months:
        months -= 1
    return MonthsDuration(sign * months)
