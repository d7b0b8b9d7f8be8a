"""`range("[1..5]")`: an interval from a text of literals."""

from __future__ import annotations

from jiecheng.feel.errors import FeelError, NoValue
from jiecheng.feel.values import Range

MAX_RANGE_TEXT = 200


def read_range(source: str) -> Range:
    from jiecheng.feel.api import compile_expression

    if len(source) > MAX_RANGE_TEXT or ".." not in source and not source.startswith("("):
        raise NoValue(f"“{source[:40]}”不是区间")
    try:
        expression = compile_expression(source)
    except FeelError as error:
        raise NoValue(f"“{source[:40]}”不是区间") from error
    value = None if expression.names else expression.evaluate({})
    if not isinstance(value, Range):
        raise NoValue(f"“{source[:40]}”不是区间")
    return value
