"""What a FEEL expression may yield, and the words for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

from jiecheng.feel.temporal import Date, DateTime, DaysDuration, MonthsDuration, Time

if TYPE_CHECKING:
    from jiecheng.feel.runtime import Frame

# Lists are Python lists and contexts dicts that nobody changes after they were made.
FeelValue: TypeAlias = Any


@dataclass(frozen=True, slots=True)
class Range:
    """An interval; `*_closed`: the bound belongs to it.

    `operator`: "" for one written with both ends; "<", "<=", ">", ">=", "=" or "!=" for one written as a comparison,
    whose missing end sets no bound. A null end of an interval with both ends makes every question about it unknown.
    """

    start: FeelValue
    end: FeelValue
    start_closed: bool = True
    end_closed: bool = True
    operator: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A function somebody defined. `types` are the declared types of the parameters, None where none was said."""

    parameters: tuple[str, ...]
    types: tuple[Any, ...]
    body: Callable[[Frame], FeelValue]
    frame: Frame | None = None
    result: Any = None


@dataclass(frozen=True, slots=True, eq=False)
class Builtin:
    """`signatures`: the parameter names, "?" behind an optional one, "..." behind one that takes the rest."""

    name: str
    signatures: tuple[tuple[str, ...], ...]
    call: Callable[..., FeelValue]


# The name of each type as the standard writes it, and as a sentence for people says it.
KINDS: dict[type, tuple[str, str]] = {
    Decimal: ("number", "数字"),
    str: ("string", "文字"),
    bool: ("boolean", "是否"),
    Date: ("date", "日期"),
    Time: ("time", "时间"),
    DateTime: ("date and time", "日期时间"),
    DaysDuration: ("days and time duration", "天时长"),
    MonthsDuration: ("years and months duration", "年月时长"),
    list: ("list", "清单"),
    dict: ("context", "结构"),
    Range: ("range", "区间"),
    Function: ("function", "函数"),
    Builtin: ("function", "函数"),
    type(None): ("Null", "空值"),
}


def weigh(value: FeelValue, limit: int) -> int:
    """How many values there are inside, shared ones counted each time; stops counting beyond the limit.

    A list may hold the same list twice, and that one again: forty lines of it would unfold to 2**40 values. Whoever
    walks through a whole value weighs it first.
    """
    waiting = [value]
    weight = 1
    while waiting and weight <= limit:
        item = waiting.pop()
        if isinstance(item, str):
            weight += len(item) >> 6
        elif isinstance(item, (list, dict)):
            weight += len(item)
            waiting.extend(item.values() if isinstance(item, dict) else item)
    return weight


def kind(value: FeelValue) -> str:
    return KINDS.get(type(value), ("Any", ""))[0]


def chinese_kind(value: FeelValue) -> str:
    return KINDS.get(type(value), ("", "未知"))[1]
