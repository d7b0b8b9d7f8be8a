"""What stands behind a dot: entries of contexts, and the fixed properties of dates, times, durations and intervals."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from jiecheng.feel.errors import NoValue
from jiecheng.feel.temporal import DAY, NANO, Date, DateTime, DaysDuration, MonthsDuration, Time, zone_offset
from jiecheng.feel.values import FeelValue, Range, chinese_kind


def _offset(time: Time, date: Date | None = None) -> FeelValue:
    offset = time.offset
    if time.zone:
        offset = zone_offset(time.zone, date or Date(1970, 1, 1), time.hour, time.minute)
    return None if offset is None else DaysDuration(offset * NANO)


def _part(nanos: int, unit: int, size: int) -> Decimal:
    """The part of a duration, with the sign of the whole."""
    part = abs(nanos) // unit % size
    return Decimal(-part if nanos < 0 else part)


def _months_part(months: int, years: bool) -> Decimal:
    part = abs(months) // 12 if years else abs(months) % 12
    return Decimal(-part if months < 0 else part)


PROPERTIES: dict[type, dict[str, Callable[..., FeelValue]]] = {
    Date: {
        "year": lambda d: Decimal(d.year),
        "month": lambda d: Decimal(d.month),
        "day": lambda d: Decimal(d.day),
        "weekday": lambda d: Decimal(d.weekday),
    },
    Time: {
        "hour": lambda t: Decimal(t.hour),
        "minute": lambda t: Decimal(t.minute),
        "second": lambda t: Decimal(t.second),
        "time offset": _offset,
        "timezone": lambda t: t.zone or None,
    },
    DaysDuration: {
        "days": lambda d: _part(d.nanos, DAY, 1 << 80),
        "hours": lambda d: _part(d.nanos, 3600 * NANO, 24),
        "minutes": lambda d: _part(d.nanos, 60 * NANO, 60),
        "seconds": lambda d: _part(d.nanos, NANO, 60),
    },
    MonthsDuration: {
        "years": lambda d: _months_part(d.months, years=True),
        "months": lambda d: _months_part(d.months, years=False),
    },
    Range: {
        "start": lambda r: r.start,
        "end": lambda r: r.end,
        "start included": lambda r: r.start_closed,
        "end included": lambda r: r.end_closed,
    },
}
PROPERTIES[DateTime] = {
    **{name: (lambda m, of=of: of(m.date)) for name, of in PROPERTIES[Date].items()},
    **{name: (lambda m, of=of: of(m.time)) for name, of in PROPERTIES[Time].items()},
    "time offset": lambda m: _offset(m.time, m.date),
}


def read_property(value: FeelValue, name: str) -> FeelValue:
    """`value.name`; over a list, the list of that property of each element."""
    if isinstance(value, dict):
        if name not in value:
            raise NoValue(f"结构里没有“{name}”")
        return value[name]
    if isinstance(value, list):
        return [_property_or_null(element, name) for element in value]
    reader = PROPERTIES.get(type(value), {}).get(name)
    if reader is None:
        raise NoValue(f"{chinese_kind(value)}没有“{name}”")
    return reader(value)


def _property_or_null(value: FeelValue, name: str) -> FeelValue:
    try:
        return read_property(value, name)
    except NoValue:
        return None
