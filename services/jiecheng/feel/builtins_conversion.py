"""number, string, not, is: from one kind to another, and what kind it is."""

from __future__ import annotations

import re

from jiecheng.feel.comparison import equal
from jiecheng.feel.convert import to_text
from jiecheng.feel.errors import NoValue
from jiecheng.feel.limits import MAX_DIGITS, NUMBERS
from jiecheng.feel.registry import Family, bounded_text, register, text
from jiecheng.feel.runtime import Run
from jiecheng.feel.temporal import DateTime, Time
from jiecheng.feel.values import FeelValue

FAMILY: Family = {}
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
GROUPINGS = (None, " ", ",", ".")
DECIMAL_SIGNS = (None, ".", ",")


@register(FAMILY, "number", "from, grouping separator?, decimal separator?")
def to_number(run: Run, source: FeelValue, grouping: FeelValue = None, sign: FeelValue = None) -> FeelValue:
    if grouping not in GROUPINGS or sign not in DECIMAL_SIGNS or (sign is not None and grouping == sign):
        raise NoValue("分隔符只能是空格、逗号或点，并且两个不能相同")
    digits = text(source)
    if grouping:
        digits = digits.replace(grouping, "")
    if sign:
        digits = digits.replace(sign, ".")
    if len(digits) > MAX_DIGITS or not NUMBER.fullmatch(digits):
        raise NoValue(f"“{digits[:40]}”不是数字")
    return NUMBERS.create_decimal(digits)


@register(FAMILY, "string", "from")
def to_string(run: Run, source: FeelValue) -> FeelValue:
    run.weigh(source)
    return None if source is None else bounded_text(to_text(source))


@register(FAMILY, "not", "negand")
def negated(run: Run, negand: FeelValue) -> FeelValue:
    if isinstance(negand, list) and len(negand) == 1:
        negand = negand[0]
    return not negand if isinstance(negand, bool) else None


@register(FAMILY, "is", "value1, value2")
def is_same(run: Run, one: FeelValue, other: FeelValue) -> FeelValue:
    """Stricter than "=": values of different kinds or written in different zones are different, not unknown."""
    if isinstance(one, (Time, DateTime)) and isinstance(other, (Time, DateTime)):
        return one == other
    run.weigh(one)
    return equal(one, other) is True


@register(FAMILY, "is defined", "value")
def is_defined(run: Run, value: FeelValue) -> FeelValue:
    return value is not None
