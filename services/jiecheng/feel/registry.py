"""How a family of built-in functions registers its members, and how members check what they are given."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeVar

from jiecheng.feel.errors import NoValue
from jiecheng.feel.limits import MAX_LIST, MAX_TEXT
from jiecheng.feel.values import Builtin, FeelValue, chinese_kind

T = TypeVar("T")
Family = dict[str, Builtin]


def register(family: Family, name: str, *signatures: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Each signature: "string, start position, length?"; "list..." takes all that is left. The run comes first."""
    split = tuple(tuple(part.strip() for part in signature.split(",") if part.strip()) for signature in signatures)

    def keep(function: Callable[..., Any]) -> Callable[..., Any]:
        family[name] = Builtin(name, split, function)
        return function

    return keep


def want(value: FeelValue, wanted: type[T] | tuple[type[T], ...], what: str) -> T:
    """The value, or the one element of a one-element list, when it is of the wanted kind."""
    if isinstance(value, list) and len(value) == 1 and wanted is not list:
        value = value[0]
    if not isinstance(value, wanted):
        raise NoValue(f"这里应为{what}，却是{chinese_kind(value)}")
    return value


def text(value: FeelValue) -> str:
    return want(value, str, "文字")


def number(value: FeelValue) -> Decimal:
    return want(value, Decimal, "数字")


def integer(value: FeelValue) -> int:
    exact = number(value)
    if exact != exact.to_integral_value() or abs(exact) > 10**18:
        raise NoValue(f"这里应为整数，却是 {exact}")
    return int(exact)


def elements(value: FeelValue) -> list[FeelValue]:
    """The value as a list; a single value counts as a list of one, null as no list."""
    if value is None:
        raise NoValue("这里应为清单，却是空值")
    return value if isinstance(value, list) else [value]


def spread(values: tuple[FeelValue, ...]) -> list[FeelValue]:
    """The list that is meant by `f(list)` or `f(a, b, c)`."""
    if len(values) == 1:
        return elements(values[0])
    return list(values)


def bounded(values: list[FeelValue]) -> list[FeelValue]:
    if len(values) > MAX_LIST:
        raise NoValue(f"清单超过 {MAX_LIST} 项")
    return values


def bounded_text(value: str) -> str:
    if len(value) > MAX_TEXT:
        raise NoValue(f"文字超过 {MAX_TEXT} 个字符")
    return value
