"""`range("[1..5]")`: an interval from a text. The ends are literals or function calls over literals; a missing end is open."""

from __future__ import annotations

import re

from jiecheng.feel.comparison import less_or_equal
from jiecheng.feel.errors import NoValue
from jiecheng.feel.points import literals_of
from jiecheng.feel.ranges import make_range, range_of_comparison
from jiecheng.feel.values import FeelValue, Range

MAX_RANGE_TEXT = 400
SHAPE = re.compile(r"\s*([\[(\]])(.*?)\.\.(.*)([\])\[])\s*", re.S)


def read_range(source: str) -> Range:
    found = SHAPE.fullmatch(source) if len(source) <= MAX_RANGE_TEXT else None
    if found is None:
        raise _no_range(source)
    left, low, high, right = found.groups()
    start, end = _bound(low, source), _bound(high, source)
    if start is None and end is None:
        raise _no_range(source)
    if start is None or end is None:
        return _half(source, (left == "[", start), (right == "]", end))
    made = make_range(start, end, left == "[", right == "]")
    return made if _is_ordered(made) else _fail(source)


def _half(source: str, low: tuple[bool, FeelValue], high: tuple[bool, FeelValue]) -> Range:
    if low[1] is None:
        return _fail(source) if low[0] else range_of_comparison("<=" if high[0] else "<", high[1])
    return _fail(source) if high[0] else range_of_comparison(">=" if low[0] else ">", low[1])


def _is_ordered(made: Range) -> bool:
    return less_or_equal(made.start, made.end) is True


def _bound(text: str, source: str) -> FeelValue:
    if not text.strip():
        return None
    literals = literals_of(text)
    if literals is None or len(literals) != 1 or literals[0] is None:
        raise _no_range(source)
    return literals[0]


def _no_range(source: str) -> NoValue:
    return NoValue(f"“{source[:40]}”不是区间")


def _fail(source: str) -> Range:
    raise _no_range(source)
