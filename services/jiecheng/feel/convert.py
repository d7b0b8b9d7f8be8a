"""The border between the house's JSON-like values and FEEL's. Floats come in only as what they print."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from jiecheng.feel import slips
from jiecheng.feel.errors import FeelError
from jiecheng.feel.limits import MAX_LIST, MAX_RESULT, NUMBERS
from jiecheng.feel.temporal import DAY, NANO, Date, DateTime, DaysDuration, MonthsDuration, Time
from jiecheng.feel.values import Builtin, FeelValue, Function, Range, weigh
from jiecheng.model.values import Value

# Types that are the same on both sides, so that a variable costs one look-up. Decimal is not: it may be NaN.
PLAIN = frozenset({str, bool, type(None), Date, Time, DateTime, DaysDuration, MonthsDuration})
PASSED = (Range, Function, Builtin)
MAX_NESTING = 100
LITERALS = {None: "null", True: "true", False: "false"}
SAFE_INT = 10**34  # exact in 34 digits


def from_json(value: object, depth: int = 0) -> FeelValue:
    """A value of the house as FEEL sees it. Text stays text, also when it looks like a date."""
    if type(value) in PLAIN or isinstance(value, PASSED):
        return value
    if type(value) is int and -SAFE_INT < value < SAFE_INT:
        return Decimal(value)
    if depth > MAX_NESTING:
        raise FeelError(slips.NESTED_VARIABLE)
    if isinstance(value, Mapping):
        return {str(key): from_json(item, depth + 1) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        if len(value) > MAX_LIST:
            raise FeelError(slips.LONG_LIST)
        return [from_json(item, depth + 1) for item in value]
    return _scalar(value)


def _scalar(value: object) -> FeelValue:
    if isinstance(value, str):
        return str.__str__(value)  # enums of the house are texts
    if isinstance(value, (int, Decimal, float)):
        return number_from(value)
    if isinstance(value, date):
        day = Date(value.year, value.month, value.day)
        return DateTime(day, _clock(value)) if isinstance(value, datetime) else day
    if isinstance(value, time):
        return _time(value)
    if isinstance(value, timedelta):
        return DaysDuration(value.days * DAY + value.seconds * NANO + value.microseconds * 1000)
    return None


def number_from(value: float | Decimal) -> Decimal | None:
    try:
        number = NUMBERS.create_decimal(repr(value) if isinstance(value, float) else value)
    except (InvalidOperation, ArithmeticError):
        return None
    return number if number.is_finite() else None


def _time(value: time) -> Time:
    offset = value.utcoffset()
    seconds = None if offset is None else int(offset.total_seconds())
    return Time(value.hour, value.minute, value.second, value.microsecond * 1000, seconds)


def _clock(value: datetime) -> Time:
    zone = getattr(value.tzinfo, "key", "")
    if zone:
        return Time(value.hour, value.minute, value.second, value.microsecond * 1000, None, zone)
    offset = value.utcoffset()
    return replace(_time(value.time()), offset=None if offset is None else int(offset.total_seconds()))


def to_json(value: FeelValue) -> Value:
    """A FEEL value as the house keeps it: numbers stay Decimal, dates, durations and ranges become text."""
    if isinstance(value, (list, dict)) and weigh(value, MAX_RESULT) > MAX_RESULT:
        raise FeelError(slips.BIG_RESULT)
    return _to_json(value)


def _to_json(value: FeelValue) -> Value:
    if value is None or isinstance(value, (bool, str, Decimal)):
        return value
    if isinstance(value, list):
        return [_to_json(item) for item in value]
    if isinstance(value, dict):
        return {key: _to_json(item) for key, item in value.items()}
    return to_text(value)


def number_text(value: Decimal) -> str:
    if value == 0:
        return "0"
    if not -50 < value.adjusted() < 50:
        return str(value.normalize(NUMBERS))
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def to_text(value: FeelValue, nested: bool = False) -> str:
    """What `string()` says of a value; texts inside lists and contexts keep their quotes."""
    if value is None or isinstance(value, bool):
        return LITERALS[value]
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"' if nested else value
    if isinstance(value, Decimal):
        return number_text(value)
    return _structure_text(value)


def _structure_text(value: Any) -> str:  # noqa: ANN401 - any FEEL value that is no scalar
    if isinstance(value, list):
        return "[" + ", ".join(to_text(item, nested=True) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {to_text(item, nested=True)}" for key, item in value.items()) + "}"
    if isinstance(value, Range):
        return _range_text(value)
    if isinstance(value, Function):
        return f"function({', '.join(value.parameters)})"
    if isinstance(value, Builtin):
        return f"function {value.name}"
    return str(value)


def _range_text(value: Range) -> str:
    left, right = "[" if value.start_closed else "(", "]" if value.end_closed else ")"
    start = "" if value.start is None else to_text(value.start, nested=True)
    end = "" if value.end is None else to_text(value.end, nested=True)
    return f"{left}{start}..{end}{right}"
