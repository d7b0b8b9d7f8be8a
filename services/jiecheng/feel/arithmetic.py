"""The six arithmetic operators over numbers, texts, dates and durations. What has no meaning raises NoValue."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_EVEN, Decimal

from jiecheng.feel.errors import NoValue
from jiecheng.feel.limits import MAX_TEXT, MAX_YEAR, NUMBERS
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
    shift,
    time_from_nanos,
)
from jiecheng.feel.values import FeelValue, chinese_kind

MAX_NANOS = MAX_YEAR * 366 * DAY


def divide(left: Decimal, right: Decimal) -> Decimal:
    if right == 0:
        raise NoValue("除数为零")
    return NUMBERS.divide(left, right)


def power(left: Decimal, right: Decimal) -> Decimal:
    if left == 0 and right < 0:
        raise NoValue("零没有负次方")
    return NUMBERS.power(left, right)


NUMBER_OPERATORS: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": NUMBERS.add,
    "-": NUMBERS.subtract,
    "*": NUMBERS.multiply,
    "/": divide,
    "**": power,
}


def calculate(operator: str, left: FeelValue, right: FeelValue) -> FeelValue:
    """`left operator right` for operands that are not both numbers."""
    if left is None or right is None:
        raise NoValue(f"“{operator}”的一边是空值")
    rule = RULES.get((operator, type(left), type(right)))
    if rule is None:
        raise NoValue(f"{chinese_kind(left)}与{chinese_kind(right)}之间不能用“{operator}”")
    return rule(left, right)


def negate(value: FeelValue) -> FeelValue:
    if type(value) is Decimal:
        return NUMBERS.minus(value)
    if isinstance(value, DaysDuration):
        return DaysDuration(-value.nanos)
    if isinstance(value, MonthsDuration):
        return MonthsDuration(-value.months)
    raise NoValue(f"{chinese_kind(value)}不能取负")


def _join(left: str, right: str) -> str:
    if len(left) + len(right) > MAX_TEXT:
        raise NoValue(f"文字超过 {MAX_TEXT} 个字符")
    return left + right


def _days(nanos: int) -> DaysDuration:
    if abs(nanos) > MAX_NANOS:
        raise NoValue("时长超出范围")
    return DaysDuration(nanos)


def _months(months: int) -> MonthsDuration:
    if abs(months) > MAX_YEAR * 12:
        raise NoValue("时长超出范围")
    return MonthsDuration(months)


def _whole(number: Decimal) -> int:
    if abs(number.adjusted()) > 40 and number != 0:
        raise NoValue("数字超出范围")
    return int(number.to_integral_value(ROUND_HALF_EVEN))


def _difference(left: DateTime, right: DateTime) -> DaysDuration:
    if left.time.is_local != right.time.is_local:
        raise NoValue("有时区与没有时区的日期时间不能相减")
    return _days(left.instant - right.instant)


def _date_difference(left: Date | DateTime, right: Date | DateTime) -> DaysDuration:
    """A date counts as midnight in UTC, as the standard says."""
    return _difference(_moment(left), _moment(right))


def _moment(value: Date | DateTime) -> DateTime:
    return at_midnight(value, 0) if isinstance(value, Date) else value


def _time_difference(left: Time, right: Time) -> DaysDuration:
    if left.is_local != right.is_local:
        raise NoValue("有时区与没有时区的时间不能相减")
    return DaysDuration(left.nanos - right.nanos - ((left.offset or 0) - (right.offset or 0)) * NANO)


def _shift_date(date: Date, nanos: int) -> Date:
    return shift(at_midnight(date), nanos).date


def _shift_time(time: Time, nanos: int) -> Time:
    return time_from_nanos((time.nanos + nanos) % DAY, time.offset, time.zone)


def _ratio(left: int, right: int) -> Decimal:
    return divide(Decimal(left), Decimal(right))


def _scale_months(value: MonthsDuration, factor: Decimal) -> MonthsDuration:
    return _months(int(NUMBERS.multiply(Decimal(value.months), factor)))


def _scale_days(value: DaysDuration, factor: Decimal) -> DaysDuration:
    return _days(_whole(NUMBERS.multiply(Decimal(value.nanos), factor)))


def _shift_months(moment: DateTime, months: int) -> DateTime:
    return DateTime(add_months(moment.date, months), moment.time)


# (operator, left, right) -> rule. What is not in the table has no meaning.
RULES: dict[tuple[str, type, type], Callable[..., FeelValue]] = {
    ("+", str, str): _join,
    ("+", DaysDuration, DaysDuration): lambda a, b: _days(a.nanos + b.nanos),
    ("-", DaysDuration, DaysDuration): lambda a, b: _days(a.nanos - b.nanos),
    ("/", DaysDuration, DaysDuration): lambda a, b: _ratio(a.nanos, b.nanos),
    ("*", DaysDuration, Decimal): _scale_days,
    ("*", Decimal, DaysDuration): lambda a, b: _scale_days(b, a),
    ("/", DaysDuration, Decimal): lambda a, b: _days(_whole(divide(Decimal(a.nanos), b))),
    ("+", MonthsDuration, MonthsDuration): lambda a, b: _months(a.months + b.months),
    ("-", MonthsDuration, MonthsDuration): lambda a, b: _months(a.months - b.months),
    ("/", MonthsDuration, MonthsDuration): lambda a, b: _ratio(a.months, b.months),
    ("*", MonthsDuration, Decimal): _scale_months,
    ("*", Decimal, MonthsDuration): lambda a, b: _scale_months(b, a),
    ("/", MonthsDuration, Decimal): lambda a, b: _months(int(divide(Decimal(a.months), b))),
    ("+", Date, DaysDuration): lambda a, b: _shift_date(a, b.nanos),
    ("+", DaysDuration, Date): lambda a, b: _shift_date(b, a.nanos),
    ("-", Date, DaysDuration): lambda a, b: _shift_date(a, -b.nanos),
    ("+", Date, MonthsDuration): lambda a, b: add_months(a, b.months),
    ("+", MonthsDuration, Date): lambda a, b: add_months(b, a.months),
    ("-", Date, MonthsDuration): lambda a, b: add_months(a, -b.months),
    ("-", Date, Date): _date_difference,
    ("-", Date, DateTime): _date_difference,
    ("-", DateTime, Date): _date_difference,
    ("-", DateTime, DateTime): _difference,
    ("+", DateTime, DaysDuration): lambda a, b: shift(a, b.nanos),
    ("+", DaysDuration, DateTime): lambda a, b: shift(b, a.nanos),
    ("-", DateTime, DaysDuration): lambda a, b: shift(a, -b.nanos),
    ("+", DateTime, MonthsDuration): lambda a, b: _shift_months(a, b.months),
    ("+", MonthsDuration, DateTime): lambda a, b: _shift_months(b, a.months),
    ("-", DateTime, MonthsDuration): lambda a, b: _shift_months(a, -b.months),
    ("-", Time, Time): _time_difference,
    ("+", Time, DaysDuration): lambda a, b: _shift_time(a, b.nanos),
    ("+", DaysDuration, Time): lambda a, b: _shift_time(b, a.nanos),
    ("-", Time, DaysDuration): lambda a, b: _shift_time(a, -b.nanos),
}
