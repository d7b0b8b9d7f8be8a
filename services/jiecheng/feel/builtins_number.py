"""Functions over numbers, and numbers over lists."""

from __future__ import annotations

from collections.abc import Callable
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
)
from functools import reduce

from jiecheng.feel.arithmetic import divide
from jiecheng.feel.errors import NoValue
from jiecheng.feel.limits import NUMBERS
from jiecheng.feel.registry import Family, integer, number, register, spread, want
from jiecheng.feel.runtime import Run
from jiecheng.feel.temporal import DaysDuration, MonthsDuration
from jiecheng.feel.values import FeelValue, chinese_kind

FAMILY: Family = {}
MAX_SCALE = 6176


def rounded(value: Decimal, scale: int, mode: str) -> Decimal:
    if not -MAX_SCALE < scale < MAX_SCALE:
        raise NoValue("小数位数超出范围")
    if value.is_zero() or -value.as_tuple().exponent <= scale:  # type: ignore[operator]
        return value
    # Rounding where the number has no digits left: quantize would need more than 34 of them.
    unit = Decimal(1).scaleb(-scale, NUMBERS)
    return NUMBERS.plus(value.quantize(unit, mode, context=WIDE))


WIDE = NUMBERS.copy()
WIDE.prec = 13_000


def _register_rounding(name: str, mode: str, scale_optional: bool) -> None:
    @register(FAMILY, name, "n, scale?" if scale_optional else "n, scale")
    def apply(run: Run, n: FeelValue, scale: FeelValue = None) -> FeelValue:
        digits = 0 if scale is None and scale_optional else integer(scale)
        return rounded(number(n), digits, mode)


for _name, _mode, _optional in (
    ("decimal", ROUND_HALF_EVEN, False),
    ("floor", ROUND_FLOOR, True),
    ("ceiling", ROUND_CEILING, True),
    ("round up", ROUND_UP, False),
    ("round down", ROUND_DOWN, False),
    ("round half up", ROUND_HALF_UP, False),
    ("round half down", ROUND_HALF_DOWN, False),
):
    _register_rounding(_name, _mode, _optional)


@register(FAMILY, "abs", "n")
def absolute(run: Run, n: FeelValue) -> FeelValue:
    value = want(n, (Decimal, DaysDuration, MonthsDuration), "数字或时长")
    if isinstance(value, DaysDuration):
        return DaysDuration(abs(value.nanos))
    if isinstance(value, MonthsDuration):
        return MonthsDuration(abs(value.months))
    return NUMBERS.abs(number(value))


@register(FAMILY, "modulo", "dividend, divisor")
def modulo(run: Run, dividend: FeelValue, divisor: FeelValue) -> FeelValue:
    a, b = number(dividend), number(divisor)
    if b == 0:
        raise NoValue("除数为零")
    rest = WIDE.remainder(a, b)
    return NUMBERS.plus(WIDE.add(rest, b) if rest and (rest < 0) != (b < 0) else rest)


@register(FAMILY, "sqrt", "number")
def square_root(run: Run, n: FeelValue) -> FeelValue:
    if number(n) < 0:
        raise NoValue("负数没有平方根")
    return NUMBERS.sqrt(number(n))


@register(FAMILY, "log", "number")
def logarithm(run: Run, n: FeelValue) -> FeelValue:
    if number(n) <= 0:
        raise NoValue("只有正数有对数")
    return NUMBERS.ln(number(n))


@register(FAMILY, "exp", "number")
def exponential(run: Run, n: FeelValue) -> FeelValue:
    return NUMBERS.exp(number(n))


@register(FAMILY, "even", "number")
def is_even(run: Run, n: FeelValue) -> FeelValue:
    return bool(NUMBERS.remainder(number(n), Decimal(2)) == 0) if number(n).adjusted() < 34 else True


@register(FAMILY, "odd", "number")
def is_odd(run: Run, n: FeelValue) -> FeelValue:
    return bool(abs(NUMBERS.remainder(number(n), Decimal(2))) == 1) if number(n).adjusted() < 34 else False


def _numbers(values: tuple[FeelValue, ...]) -> list[Decimal]:
    found = spread(values)
    for value in found:
        if not isinstance(value, Decimal):
            raise NoValue(f"清单里应全是数字，却有{chinese_kind(value)}")
    return found


def _total(values: list[Decimal]) -> Decimal:
    return reduce(NUMBERS.add, values)


def _register_statistic(name: str, calculate: Callable[[list[Decimal]], FeelValue]) -> None:
    @register(FAMILY, name, "list", "list...")
    def apply(run: Run, *values: FeelValue) -> FeelValue:
        found = _numbers(values)
        run.spend(len(found))
        if not found:
            raise NoValue("清单是空的")
        return calculate(found)


def _median(values: list[Decimal]) -> Decimal:
    ordered, middle = sorted(values), len(values) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return NUMBERS.divide(NUMBERS.add(ordered[middle - 1], ordered[middle]), Decimal(2))


def _deviation(values: list[Decimal]) -> Decimal:
    if len(values) < 2:
        raise NoValue("标准差至少要两个数")
    mean = divide(_total(values), Decimal(len(values)))
    squares = [NUMBERS.power(NUMBERS.subtract(value, mean), Decimal(2)) for value in values]
    return NUMBERS.sqrt(divide(_total(squares), Decimal(len(values) - 1)))


_register_statistic("sum", _total)
_register_statistic("mean", lambda values: divide(_total(values), Decimal(len(values))))
_register_statistic("product", lambda values: reduce(NUMBERS.multiply, values))
_register_statistic("median", _median)
_register_statistic("stddev", _deviation)


@register(FAMILY, "mode", "list", "list...")
def most_frequent(run: Run, *values: FeelValue) -> FeelValue:
    found = _numbers(values)
    run.spend(len(found))
    counts: dict[Decimal, int] = {}
    for value in found:
        counts[value] = counts.get(value, 0) + 1
    most = max(counts.values(), default=0)
    return sorted(value for value, count in counts.items() if count == most)
