"""Makes intervals, from two ends or from a comparison."""

from __future__ import annotations

from jiecheng.feel.comparison import less_or_equal
from jiecheng.feel.errors import NoValue
from jiecheng.feel.values import FeelValue, Range, chinese_kind


def make_range(low: FeelValue, high: FeelValue, start_closed: bool, end_closed: bool) -> Range:
    if low is None and high is None:
        raise NoValue("区间的两端都是空值")
    if low is not None and high is not None and less_or_equal(low, high) is None:
        raise NoValue(f"{chinese_kind(low)}与{chinese_kind(high)}不能组成区间")
    return Range(low, high, start_closed, end_closed)


def range_of_comparison(operator: str, bound: FeelValue) -> Range:
    if operator in ("=", "!="):
        return Range(bound, bound, operator == "=", operator == "=", operator)
    if operator in ("<", "<="):
        return Range(None, bound, False, operator == "<=", operator)
    return Range(bound, None, operator == ">=", False, operator)
