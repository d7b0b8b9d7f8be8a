"""Functions over lists. Nothing is changed in place."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import cmp_to_key

from jiecheng.feel.calls import invoke
from jiecheng.feel.comparison import equal, less
from jiecheng.feel.errors import NoValue
from jiecheng.feel.registry import Family, bounded, elements, integer, register, spread
from jiecheng.feel.runtime import Run
from jiecheng.feel.values import Builtin, FeelValue, Function, chinese_kind

FAMILY: Family = {}
MAX_NESTING = 100


@register(FAMILY, "count", "list")
def count(run: Run, values: FeelValue) -> FeelValue:
    return Decimal(len(elements(values)))


@register(FAMILY, "list contains", "list, element")
def list_contains(run: Run, values: FeelValue, element: FeelValue) -> FeelValue:
    run.weigh(elements(values))
    return any(equal(value, element) is True for value in elements(values))


def _extreme(
    run: Run, values: tuple[FeelValue, ...], beats: Callable[[FeelValue, FeelValue], bool | None]
) -> FeelValue:
    found = spread(values)
    run.spend(len(found))
    if not found:
        raise NoValue("清单是空的")
    best = found[0]
    for value in found:
        wins = beats(value, best)
        if wins is None:
            raise NoValue(f"{chinese_kind(value)}与{chinese_kind(best)}不能比大小")
        best = value if wins else best
    return best


@register(FAMILY, "min", "list", "list...")
def minimum(run: Run, *values: FeelValue) -> FeelValue:
    return _extreme(run, values, less)


@register(FAMILY, "max", "list", "list...")
def maximum(run: Run, *values: FeelValue) -> FeelValue:
    return _extreme(run, values, lambda value, best: less(best, value))


def _decided(run: Run, values: tuple[FeelValue, ...], decisive: bool) -> FeelValue:
    found = spread(values)
    run.spend(len(found))
    if any(value is decisive for value in found):
        return decisive
    return None if any(not isinstance(value, bool) for value in found) else not decisive


@register(FAMILY, "all", "list", "list...")
def every(run: Run, *values: FeelValue) -> FeelValue:
    return _decided(run, values, decisive=False)


@register(FAMILY, "any", "list", "list...")
def some(run: Run, *values: FeelValue) -> FeelValue:
    return _decided(run, values, decisive=True)


@register(FAMILY, "sublist", "list, start position, length?")
def sublist(run: Run, values: FeelValue, start: FeelValue, length: FeelValue = None) -> FeelValue:
    whole, at = elements(values), integer(start)
    if at == 0 or abs(at) > len(whole):
        raise NoValue(f"清单没有第 {at} 项")
    first = at - 1 if at > 0 else len(whole) + at
    if length is None:
        return whole[first:]
    taken = integer(length)
    if taken < 1 or first + taken > len(whole):
        raise NoValue("长度超出清单")
    return whole[first : first + taken]


@register(FAMILY, "append", "list, item...")
def append(run: Run, values: FeelValue, *items: FeelValue) -> FeelValue:
    return bounded([*elements(values), *items])


@register(FAMILY, "concatenate", "list...")
def concatenate(run: Run, *lists: FeelValue) -> FeelValue:
    return _unique_or_all(run, [item for values in lists for item in elements(values)])


def _unique_or_all(run: Run, values: list[FeelValue]) -> list[FeelValue]:
    run.spend(len(values))
    return bounded(values)


def _position(whole: list[FeelValue], position: FeelValue) -> int:
    at = integer(position)
    if at == 0 or abs(at) > len(whole):
        raise NoValue(f"清单没有第 {at} 项")
    return at - 1 if at > 0 else len(whole) + at


@register(FAMILY, "insert before", "list, position, newItem")
def insert_before(run: Run, values: FeelValue, position: FeelValue, item: FeelValue) -> FeelValue:
    whole = elements(values)
    at = _position(whole, position)
    return bounded([*whole[:at], item, *whole[at:]])


@register(FAMILY, "remove", "list, position")
def remove(run: Run, values: FeelValue, position: FeelValue) -> FeelValue:
    whole = elements(values)
    at = _position(whole, position)
    return [*whole[:at], *whole[at + 1 :]]


@register(FAMILY, "list replace", "list, position, newItem", "list, match, newItem")
def list_replace(run: Run, values: FeelValue, where: FeelValue, item: FeelValue) -> FeelValue:
    whole = elements(values)
    if isinstance(where, (Function, Builtin)):
        return [item if _answer(run, where, (value, item)) is True else value for value in whole]
    at = _position(whole, where)
    return [*whole[:at], item, *whole[at + 1 :]]


def _answer(run: Run, function: Function | Builtin, values: tuple[FeelValue, ...]) -> bool:
    answer = invoke(run, function, values)
    if not isinstance(answer, bool):
        raise NoValue("判断函数应给出 true 或 false")
    return answer


@register(FAMILY, "reverse", "list")
def reverse(run: Run, values: FeelValue) -> FeelValue:
    return elements(values)[::-1]


@register(FAMILY, "index of", "list, match")
def index_of(run: Run, values: FeelValue, match: FeelValue) -> FeelValue:
    run.weigh(elements(values))
    return [Decimal(at) for at, value in enumerate(elements(values), start=1) if equal(value, match) is True]


def _distinct(run: Run, values: list[FeelValue]) -> list[FeelValue]:
    kept: list[FeelValue] = []
    for value in values:
        run.spend(1 + len(kept) // 4)
        run.weigh(value)
        if not any(equal(value, other) is True for other in kept):
            kept.append(value)
    return kept


@register(FAMILY, "union", "list...")
def union(run: Run, *lists: FeelValue) -> FeelValue:
    return _distinct(run, [item for values in lists for item in elements(values)])


@register(FAMILY, "distinct values", "list")
def distinct_values(run: Run, values: FeelValue) -> FeelValue:
    return _distinct(run, elements(values))


@register(FAMILY, "flatten", "list")
def flatten(run: Run, values: FeelValue) -> FeelValue:
    flat: list[FeelValue] = []
    _flatten_into(run, elements(values), flat, 0)
    return bounded(flat)


def _flatten_into(run: Run, values: list[FeelValue], flat: list[FeelValue], depth: int) -> None:
    if depth > MAX_NESTING:
        raise NoValue("清单嵌套过深")
    for value in values:
        run.spend()
        if isinstance(value, list):
            _flatten_into(run, value, flat, depth + 1)
        else:
            flat.append(value)


@register(FAMILY, "sort", "list, precedes?")
def sort(run: Run, values: FeelValue, precedes: FeelValue = None) -> FeelValue:
    whole = elements(values)

    def order(left: FeelValue, right: FeelValue) -> int:
        run.spend()
        if precedes is None:
            before = less(left, right)
            if before is None:
                raise NoValue(f"{chinese_kind(left)}与{chinese_kind(right)}不能排序")
            return -1 if before else int(less(right, left) or False)
        if not isinstance(precedes, (Function, Builtin)):
            raise NoValue("排序的依据应为函数")
        if _answer(run, precedes, (left, right)):
            return -1
        return int(_answer(run, precedes, (right, left)))

    return sorted(whole, key=cmp_to_key(order))


@register(FAMILY, "partition", "list, size")
def partition(run: Run, values: FeelValue, size: FeelValue) -> FeelValue:
    whole, step = elements(values), integer(size)
    if step < 1:
        raise NoValue("每份至少一项")
    return [whole[at : at + step] for at in range(0, len(whole), step)]
