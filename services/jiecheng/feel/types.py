"""FEEL types as values: what `instance of`, typed parameters and DMN's typeRef ask for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from jiecheng.feel.temporal import Date, DateTime, DaysDuration, MonthsDuration, Time
from jiecheng.feel.values import Builtin, FeelValue, Function, Range


@dataclass(frozen=True, slots=True)
class Simple:
    """A type by its FEEL name: number, string, date …, Any, Null."""

    name: str


@dataclass(frozen=True, slots=True)
class ListType:
    item: FeelType


@dataclass(frozen=True, slots=True)
class RangeType:
    item: FeelType


@dataclass(frozen=True, slots=True)
class ContextType:
    """`is_open`: there may be further entries that nobody has named."""

    entries: tuple[tuple[str, FeelType], ...]
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class FunctionType:
    parameters: tuple[FeelType, ...]
    result: FeelType


@dataclass(frozen=True, slots=True)
class Limited:
    """A type whose values must also pass tests: DMN's allowed values. `text` is how the author wrote them."""

    base: FeelType
    allows: Callable[[FeelValue], bool]
    text: str = ""


FeelType: TypeAlias = "Simple | ListType | RangeType | ContextType | FunctionType | Limited"

ANY = Simple("Any")
PYTHON_TYPES: dict[str, tuple[type, ...]] = {
    "number": (Decimal,),
    "string": (str,),
    "boolean": (bool,),
    "date": (Date,),
    "time": (Time,),
    "date and time": (DateTime,),
    "dateTime": (DateTime,),
    "days and time duration": (DaysDuration,),
    "dayTimeDuration": (DaysDuration,),
    "years and months duration": (MonthsDuration,),
    "yearMonthDuration": (MonthsDuration,),
    "duration": (DaysDuration, MonthsDuration),
    "list": (list,),
    "context": (dict,),
    "range": (Range,),
    "function": (Function, Builtin),
}
SIMPLE_TYPES = frozenset(PYTHON_TYPES) | {"Any", "Null"}


def conforms(value: FeelValue, wanted: FeelType) -> bool:
    """Whether a value may stand where the type is declared. Null may stand everywhere; allowed values count."""
    return value is None or is_instance(value, wanted, restricted=True)


def is_instance(value: FeelValue, wanted: FeelType, restricted: bool = False) -> bool:
    """`instance of`: null is an instance of Null and of nothing else; allowed values count only when `restricted`."""
    if isinstance(wanted, Simple):
        if value is None:
            return wanted.name == "Null"
        return wanted.name == "Any" or isinstance(value, PYTHON_TYPES.get(wanted.name, ()))
    if value is None:
        return False
    if isinstance(wanted, Limited):
        return is_instance(value, wanted.base, restricted) and (not restricted or wanted.allows(value))
    if isinstance(wanted, FunctionType):
        return _is_function(value, wanted)
    return _is_structure(value, wanted, restricted)


def _is_structure(value: FeelValue, wanted: ListType | RangeType | ContextType, restricted: bool) -> bool:
    if isinstance(wanted, ListType):
        return isinstance(value, list) and all(_holds(item, wanted.item, restricted) for item in value)
    if isinstance(wanted, RangeType):
        bounds = [bound for bound in (value.start, value.end) if bound is not None] if isinstance(value, Range) else []
        return bool(bounds) and all(is_instance(bound, wanted.item, restricted) for bound in bounds)
    return isinstance(value, dict) and all(
        name in value and _holds(value[name], entry, restricted) for name, entry in wanted.entries
    )


def _holds(value: FeelValue, wanted: FeelType, restricted: bool) -> bool:
    return value is None or is_instance(value, wanted, restricted)


def _is_function(value: FeelValue, wanted: FunctionType) -> bool:
    if isinstance(value, Builtin):
        return any(len(names) == len(wanted.parameters) for names in value.signatures)
    if not isinstance(value, Function) or len(value.parameters) != len(wanted.parameters):
        return False
    declared = zip(value.types, wanted.parameters, strict=True)
    if not all(own is None or accepts(own, asked) for own, asked in declared):
        return False
    return value.result is None or accepts(wanted.result, value.result)


def accepts(wider: FeelType, narrower: FeelType) -> bool:
    """Whether every value of `narrower` is one of `wider`."""
    if isinstance(narrower, Limited):
        return accepts(wider, narrower.base)
    if wider in (narrower, ANY) or narrower == Simple("Null"):
        return True
    if isinstance(wider, (ListType, RangeType)) and type(wider) is type(narrower):
        return accepts(wider.item, narrower.item)
    if isinstance(wider, ContextType) and isinstance(narrower, ContextType):
        has = dict(narrower.entries)
        return all(name in has and accepts(entry, has[name]) for name, entry in wider.entries)
    if isinstance(wider, FunctionType) and isinstance(narrower, FunctionType):
        return (
            len(wider.parameters) == len(narrower.parameters)
            and all(accepts(n, w) for w, n in zip(wider.parameters, narrower.parameters, strict=True))
            and accepts(wider.result, narrower.result)
        )
    return False
