"""Equality, order and membership with three truth values: None means "cannot be told"."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from jiecheng.feel.temporal import Date, DateTime, DaysDuration, MonthsDuration, Time
from jiecheng.feel.values import FeelValue, Range

ORDERED = frozenset({Decimal, str, Date, DaysDuration, MonthsDuration})
MAX_NESTING = 100


def equal(left: FeelValue, right: FeelValue, depth: int = 0) -> bool | None:
    """True, False, or None when the two are of different kinds. Null equals only null."""
    if left is None or right is None:
        return left is right
    if type(left) is not type(right) or depth > MAX_NESTING:
        return None
    if isinstance(left, list):
        return len(left) == len(right) and all(
            equal(one, other, depth + 1) is True for one, other in zip(left, right, strict=True)
        )
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(equal(left[key], right[key], depth + 1) is True for key in left)
    if isinstance(left, (DateTime, Time)):
        return _equal_moment(left, right)
    return bool(left == right)


def _equal_moment(left: Any, right: Any) -> bool | None:  # noqa: ANN401 - two of one kind
    left, right = _whole_seconds(left), _whole_seconds(right)
    if left.zone_key == right.zone_key:
        return bool(left == right)
    first, second = order_key(left), order_key(right)
    if first is None or second is None or _is_local(left) != _is_local(right):
        return False
    return bool(first == second)


def _whole_seconds(value: DateTime | Time) -> DateTime | Time:
    """Equality looks at the properties, and `second` is a whole number; order looks at the fraction, too."""
    if isinstance(value, DateTime):
        return DateTime(value.date, replace(value.time, nano=0)) if value.time.nano else value
    return replace(value, nano=0) if value.nano else value


def _is_local(value: DateTime | Time) -> bool:
    return value.time.is_local if isinstance(value, DateTime) else value.is_local


def order_key(value: FeelValue) -> Any:  # noqa: ANN401 - whatever Python can order
    """Something Python can order among values of the same kind, or None."""
    if type(value) in ORDERED:
        return value
    if isinstance(value, DateTime):
        return value.instant
    if isinstance(value, Time) and not value.zone:
        return value.nanos - (value.offset or 0) * 1_000_000_000
    return None


def comparable(left: FeelValue, right: FeelValue) -> bool:
    if type(left) is not type(right):
        return False
    if isinstance(left, (DateTime, Time)):
        return _is_local(left) == _is_local(right) and order_key(left) is not None and order_key(right) is not None
    return type(left) in ORDERED


def less(left: FeelValue, right: FeelValue) -> bool | None:
    if not comparable(left, right):
        return None
    return bool(order_key(left) < order_key(right))


def less_or_equal(left: FeelValue, right: FeelValue) -> bool | None:
    if not comparable(left, right):
        return None
    return bool(order_key(left) <= order_key(right))


def in_range(value: FeelValue, interval: Range) -> bool | None:
    """Whether the value lies in the interval; an open side (None) sets no bound."""
    if value is None or (not interval.operator and (interval.start is None or interval.end is None)):
        return None
    if interval.operator == "!=":
        same = equal(value, interval.start)
        return None if same is None else not same
    low: bool | None = True
    high: bool | None = True
    if interval.start is not None:
        low = less_or_equal(interval.start, value) if interval.start_closed else less(interval.start, value)
    if interval.end is not None:
        high = less_or_equal(value, interval.end) if interval.end_closed else less(value, interval.end)
    if low is None or high is None:
        return None
    return low and high


def member(value: FeelValue, test: FeelValue) -> bool | None:
    """`value in test`: equal to it, inside the interval, or one of the list's values or intervals."""
    if isinstance(test, Range) and not isinstance(value, Range):
        return in_range(value, test)
    if isinstance(test, list):
        same = equal(value, test) if isinstance(value, list) else False
        if same is True:
            return True
        return any(_fits(value, element) for element in test)
    return equal(value, test)


def _fits(value: FeelValue, element: FeelValue) -> bool:
    if isinstance(element, Range) and not isinstance(value, Range):
        return in_range(value, element) is True
    return equal(value, element) is True
