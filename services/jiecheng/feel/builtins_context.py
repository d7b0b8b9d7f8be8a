"""Functions over contexts. Nothing is changed in place."""

from __future__ import annotations

from jiecheng.feel.errors import NoValue
from jiecheng.feel.registry import Family, elements, register, text, want
from jiecheng.feel.runtime import Run
from jiecheng.feel.values import FeelValue

FAMILY: Family = {}


def _context(value: FeelValue) -> dict[str, FeelValue]:
    return want(value, dict, "结构")


@register(FAMILY, "get value", "m, key")
def get_value(run: Run, context: FeelValue, key: FeelValue) -> FeelValue:
    found = _context(context)
    if isinstance(key, list):
        return _walk(found, [text(step) for step in key])
    return found.get(text(key))


def _walk(value: FeelValue, steps: list[str]) -> FeelValue:
    if not steps:
        raise NoValue("路径是空的")
    for step in steps:
        if not isinstance(value, dict) or step not in value:
            raise NoValue(f"结构里没有“{step}”")
        value = value[step]
    return value


@register(FAMILY, "get entries", "m")
def get_entries(run: Run, context: FeelValue) -> FeelValue:
    return [{"key": key, "value": value} for key, value in _context(context).items()]


@register(FAMILY, "context", "entries")
def context_of(run: Run, entries: FeelValue) -> FeelValue:
    result: dict[str, FeelValue] = {}
    for entry in elements(entries):
        pair = _context(entry)
        if "key" not in pair or "value" not in pair:
            raise NoValue("每一项要有 key 和 value")
        key = text(pair["key"])
        if key in result:
            raise NoValue(f"“{key}”出现两次")
        result[key] = pair["value"]
    return result


@register(FAMILY, "context put", "context, key, value", "context, keys, value")
def context_put(run: Run, context: FeelValue, key: FeelValue, value: FeelValue) -> FeelValue:
    steps = [text(step) for step in key] if isinstance(key, list) else [text(key)]
    if not steps:
        raise NoValue("路径是空的")
    run.spend(len(steps))
    return _put(_context(context), steps, value)


def _put(context: dict[str, FeelValue], steps: list[str], value: FeelValue) -> dict[str, FeelValue]:
    first, rest = steps[0], steps[1:]
    if not rest:
        return {**context, first: value}
    inner = context.get(first)
    if not isinstance(inner, dict):
        raise NoValue(f"“{first}”不是结构")
    return {**context, first: _put(inner, rest, value)}


@register(FAMILY, "context merge", "contexts")
def context_merge(run: Run, contexts: FeelValue) -> FeelValue:
    result: dict[str, FeelValue] = {}
    for context in elements(contexts):
        result.update(_context(context))
    return result
