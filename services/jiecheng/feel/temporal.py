"""Dates, times and durations as FEEL has them: years up to ±999,999,999, nanoseconds, offsets and zones. Never a clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from jiecheng.feel.errors import NoValue
from jiecheng.feel.limits import MAX_YEAR

NANO = 1_000_000_000
DAY = 86_400 * NANO
MONTH_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
ORDINAL_1970 = 719_163


def is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def month_length(year: int, month: int) -> int:
    return 29 if month == 2 and is_leap(year) else MONTH_LENGTHS[month - 1]


@dataclass(frozen=True, slots=True, order=True)
class Date:
    year: int
    month: int
    day: int

    @property
    def ordinal(self) -> int:
        """Days in the proleptic Gregorian calendar; 1 is 0001-01-01, as in Python."""
        before = self.year - 1
        days = before * 365 + before // 4 - before // 100 + before // 400
        days += sum(MONTH_LENGTHS[: self.month - 1]) + self.day
        return days + 1 if self.month > 2 and is_leap(self.year) else days

    @property
    def weekday(self) -> int:
        """1 is Monday, 7 Sunday."""
        return (self.ordinal - 1) % 7 + 1

    def __str__(self) -> str:
        sign = "-" if self.year < 0 else ""
        return f"{sign}{abs(self.year):04d}-{self.month:02d}-{self.day:02d}"


@dataclass(frozen=True, slots=True)
class Time:
    """`offset`: seconds east of UTC, None for local time. `zone`: IANA name, "" without one."""

    hour: int
    minute: int
    second: int
    nano: int = 0
    offset: int | None = None
    zone: str = ""

    @property
    def nanos(self) -> int:
        return ((self.hour * 60 + self.minute) * 60 + self.second) * NANO + self.nano

    @property
    def is_local(self) -> bool:
        return self.offset is None and not self.zone

    @property
    def zone_key(self) -> tuple[int | None, str]:
        return self.offset, self.zone

    def __str__(self) -> str:
        fraction = f".{self.nano:09d}".rstrip("0") if self.nano else ""
        return f"{self.hour:02d}:{self.minute:02d}:{self.second:02d}{fraction}{self._zone_text()}"

    def _zone_text(self) -> str:
        if self.zone:
            return f"@{self.zone}"
        if self.offset is None:
            return ""
        return offset_text(self.offset)


@dataclass(frozen=True, slots=True)
class DateTime:
    date: Date
    time: Time

    @property
    def local_nanos(self) -> int:
        return self.date.ordinal * DAY + self.time.nanos

    @property
    def offset(self) -> int | None:
        if self.time.zone:
            return zone_offset(self.time.zone, self.date, self.time.hour, self.time.minute)
        return self.time.offset

    @property
    def zone_key(self) -> tuple[int | None, str]:
        return self.time.zone_key

    @property
    def instant(self) -> int:
        """Nanoseconds on the line of UTC; local times as if they were UTC."""
        return self.local_nanos - (self.offset or 0) * NANO

    def __str__(self) -> str:
        return f"{self.date}T{self.time}"


@dataclass(frozen=True, slots=True, order=True)
class DaysDuration:
    """Days and time duration, in nanoseconds."""

    nanos: int

    def __str__(self) -> str:
        if not self.nanos:
            return "PT0S"
        rest = abs(self.nanos)
        days, rest = divmod(rest, DAY)
        hours, rest = divmod(rest, 3600 * NANO)
        minutes, rest = divmod(rest, 60 * NANO)
        seconds, nano = divmod(rest, NANO)
        fraction = f".{nano:09d}".rstrip("0") if nano else ""
        clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
        clock += f"{seconds}{fraction}S" if seconds or nano else ""
        sign = "-" if self.nanos < 0 else ""
        return f"{sign}P{f'{days}D' if days else ''}{f'T{clock}' if clock else ''}"


@dataclass(frozen=True, slots=True, order=True)
class MonthsDuration:
    """Years and months duration, in months."""

    months: int

    def __str__(self) -> str:
        if not self.months:
            return "P0M"
        years, months = divmod(abs(self.months), 12)
        sign = "-" if self.months < 0 else ""
        return f"{sign}P{f'{years}Y' if years else ''}{f'{months}M' if months else ''}"


def offset_text(offset: int) -> str:
    if offset == 0:
        return "Z"
    hours, rest = divmod(abs(offset), 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{'-' if offset < 0 else '+'}{hours:02d}:{minutes:02d}" + (f":{seconds:02d}" if seconds else "")


@lru_cache(maxsize=256)
def known_zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError) as error:
        raise NoValue(f"没有时区“{name}”") from error


def zone_offset(name: str, date: Date, hour: int, minute: int) -> int:
    # Zones repeat every 400 years, so years that Python cannot hold are moved into its range.
    year = date.year if 1 < date.year < 9999 else 2000 + date.year % 400
    moment = datetime(year, date.month, date.day, hour, minute, tzinfo=known_zone(name))
    offset = moment.utcoffset()
    return int(offset.total_seconds()) if offset is not None else 0


def make_date(year: int, month: int, day: int) -> Date:
    if not (abs(year) <= MAX_YEAR and 1 <= month <= 12 and 1 <= day <= month_length(year, month)):
        raise NoValue(f"没有日期 {year}-{month}-{day}")
    return Date(year, month, day)


def make_time(hour: int, minute: int, second: int, nano: int = 0, zone: tuple[int | None, str] = (None, "")) -> Time:
    offset, name = zone
    if not (0 <= hour <= 23 and 0 <= minute <= 59 and 0 <= second <= 59):
        raise NoValue(f"没有时间 {hour}:{minute}:{second}")
    if offset is not None and abs(offset) > 14 * 3600:
        raise NoValue("时区偏移最多 14 小时")
    if name:
        known_zone(name)
    return Time(hour, minute, second, nano, offset, name)


def from_ordinal(ordinal: int) -> Date:
    cycles, day = divmod(ordinal - 1, 146_097)
    centuries = min(day // 36_524, 3)
    day -= centuries * 36_524
    fours, day = divmod(day, 1_461)
    years = min(day // 365, 3)
    day -= years * 365
    year = cycles * 400 + centuries * 100 + fours * 4 + years + 1
    if abs(year) > MAX_YEAR:
        raise NoValue("日期超出可表示的范围")
    month = 1
    while day >= month_length(year, month):
        day -= month_length(year, month)
        month += 1
    return Date(year, month, day + 1)


def time_from_nanos(nanos: int, offset: int | None, zone: str) -> Time:
    seconds, nano = divmod(nanos, NANO)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    return Time(hour, minute, second, nano, offset, zone)


def add_months(date: Date, months: int) -> Date:
    year, month = divmod(date.year * 12 + date.month - 1 + months, 12)
    if abs(year) > MAX_YEAR:
        raise NoValue("日期超出可表示的范围")
    return Date(year, month + 1, min(date.day, month_length(year, month + 1)))


def shift(moment: DateTime, nanos: int) -> DateTime:
    days, rest = divmod(moment.local_nanos + nanos, DAY)
    return DateTime(from_ordinal(days), time_from_nanos(rest, moment.time.offset, moment.time.zone))


def at_midnight(date: Date, offset: int | None = None) -> DateTime:
    return DateTime(date, Time(0, 0, 0, 0, offset))
