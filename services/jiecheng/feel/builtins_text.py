"""Functions over texts. Positions count characters from 1, from the end when negative."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TypeVar

from jiecheng.feel.errors import NoValue
from jiecheng.feel.regex import Budget, compile_pattern
from jiecheng.feel.registry import Family, bounded, bounded_text, elements, integer, register, text
from jiecheng.feel.runtime import Run
from jiecheng.feel.values import FeelValue

FAMILY: Family = {}
T = TypeVar("T")


@register(FAMILY, "substring", "string, start position, length?")
def substring(run: Run, string: FeelValue, start: FeelValue, length: FeelValue = None) -> FeelValue:
    whole, at = text(string), integer(start)
    if at == 0 or abs(at) > len(whole):
        raise NoValue(f"文字没有第 {at} 个字符")
    first = at - 1 if at > 0 else len(whole) + at
    if length is None:
        return whole[first:]
    count = integer(length)
    if count < 1:
        raise NoValue("长度至少为 1")
    return whole[first : first + count]


@register(FAMILY, "string length", "string")
def string_length(run: Run, string: FeelValue) -> FeelValue:
    return Decimal(len(text(string)))


@register(FAMILY, "upper case", "string")
def upper_case(run: Run, string: FeelValue) -> FeelValue:
    return text(string).upper()


@register(FAMILY, "lower case", "string")
def lower_case(run: Run, string: FeelValue) -> FeelValue:
    return text(string).lower()


@register(FAMILY, "substring before", "string, match")
def substring_before(run: Run, string: FeelValue, match: FeelValue) -> FeelValue:
    before, found, _ = text(string).partition(text(match)) if text(match) else ("", "", "")
    return before if found else ""


@register(FAMILY, "substring after", "string, match")
def substring_after(run: Run, string: FeelValue, match: FeelValue) -> FeelValue:
    whole, sought = text(string), text(match)
    return whole.partition(sought)[2] if sought else whole


@register(FAMILY, "contains", "string, match")
def contains(run: Run, string: FeelValue, match: FeelValue) -> FeelValue:
    return text(match) in text(string)


@register(FAMILY, "starts with", "string, match")
def starts_with(run: Run, string: FeelValue, match: FeelValue) -> FeelValue:
    return text(string).startswith(text(match))


@register(FAMILY, "ends with", "string, match")
def ends_with(run: Run, string: FeelValue, match: FeelValue) -> FeelValue:
    return text(string).endswith(text(match))


@register(FAMILY, "matches", "input, pattern, flags?")
def matches(run: Run, string: FeelValue, pattern: FeelValue, flags: FeelValue = None) -> FeelValue:
    whole = text(string)
    compiled = compile_pattern(text(pattern), _flags(flags))
    return _paid(run, lambda budget: compiled.search(whole, 0, budget) is not None)


@register(FAMILY, "replace", "input, pattern, replacement, flags?")
def replace(run: Run, string: FeelValue, pattern: FeelValue, new: FeelValue, flags: FeelValue = None) -> FeelValue:
    whole, replacement = text(string), text(new)
    compiled = compile_pattern(text(pattern), _flags(flags))
    return bounded_text(_paid(run, lambda budget: compiled.replace(whole, replacement, budget)))


@register(FAMILY, "split", "string, delimiter")
def split(run: Run, string: FeelValue, delimiter: FeelValue) -> FeelValue:
    whole, compiled = text(string), compile_pattern(text(delimiter), "")
    return bounded(_paid(run, lambda budget: list(compiled.split(whole, budget))))


def _paid(run: Run, work: Callable[[Budget], T]) -> T:
    budget = Budget()
    try:
        return work(budget)
    finally:
        run.spend(budget.used >> 2)


def _flags(flags: FeelValue) -> str:
    return "" if flags is None else text(flags)


@register(FAMILY, "string join", "list, delimiter?")
def string_join(run: Run, values: FeelValue, delimiter: FeelValue = None) -> FeelValue:
    between = "" if delimiter is None else text(delimiter)
    parts = [text(value) for value in elements(values) if value is not None]
    bounded_text("x" * min(sum(map(len, parts)) + len(between) * len(parts), 10**6))
    return between.join(parts)
