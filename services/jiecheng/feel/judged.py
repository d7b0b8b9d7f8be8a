"""What the type check works with: kinds and their words, what is visible where, and the remarks that come of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from jiecheng.feel.lexer import position
from jiecheng.feel.types import (
    ANY,
    ContextType,
    FeelType,
    FunctionType,
    Limited,
    ListType,
    RangeType,
    Simple,
)
from jiecheng.feel.values import KINDS

NUMBER, TEXT, BOOLEAN, NULL = Simple("number"), Simple("string"), Simple("boolean"), Simple("Null")
DATE, TIME, MOMENT = Simple("date"), Simple("time"), Simple("date and time")
DAYS, MONTHS = Simple("days and time duration"), Simple("years and months duration")

CHINESE = dict(KINDS.values())
OTHER_NAMES = {"dateTime": "date and time", "dayTimeDuration": DAYS.name, "yearMonthDuration": MONTHS.name}
SCALARS = frozenset(each.name for each in (NUMBER, TEXT, BOOLEAN, DATE, TIME, MOMENT, DAYS, MONTHS))


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing that cannot be right. `code`: unknown_name | unknown_entry | types | arguments | not_boolean; line and column from 1."""

    code: str
    line: int
    column: int
    sentence: str
    english: str
    hint: str = ""


class View:
    """Names visible at one place and their types. `is_open`: any other name may be bound here too, nobody knows."""

    __slots__ = ("is_open", "names", "parent", "remarks", "source")

    def __init__(self, source: str, names: Mapping[str, FeelType], parent: View | None = None) -> None:
        self.source = source
        self.names = names
        self.parent = parent
        self.is_open = False
        self.remarks: list[Remark] = [] if parent is None else parent.remarks

    def inner(self, names: Mapping[str, FeelType], is_open: bool = False) -> View:
        view = View(self.source, names, self)
        view.is_open = is_open
        return view

    def lookup(self, name: str) -> FeelType | None:
        view: View | None = self
        while view is not None:
            if name in view.names:
                return view.names[name]
            if view.is_open:
                return ANY
            view = view.parent
        return None

    def known(self) -> Iterable[str]:
        view: View | None = self
        while view is not None:
            yield from view.names
            view = view.parent

    def remark(self, code: str, at: int, chinese: str, english: str, hint: str = "") -> FeelType:
        """Keeps the remark; whatever is built on the doubtful value is not doubted again."""
        found = Remark(code, *position(self.source, at), chinese, english, hint)
        if found not in self.remarks:
            self.remarks.append(found)
        return ANY


class Judged:
    """A piece of the expression: where it stands, and a closure that yields its type."""

    __slots__ = ("infer", "start")

    def __init__(self, infer: Callable[[View, int], FeelType], start: int = 0) -> None:
        self.infer = infer
        self.start = start

    def type_in(self, view: View) -> FeelType:
        return self.infer(view, self.start)


def kind_of(some: FeelType) -> str:
    """The kind that decides what may be done with a value; "" when it is not known."""
    if isinstance(some, Limited):
        return kind_of(some.base)
    if isinstance(some, Simple):
        name = OTHER_NAMES.get(some.name, some.name)
        return "" if name in ("Any", "Null", "duration") else name
    if isinstance(some, ListType):
        return "list"
    if isinstance(some, RangeType):
        return "range"
    return "function" if isinstance(some, FunctionType) else "context"


def spoken(kind: str) -> str:
    return CHINESE.get(kind, kind)


def bare(some: FeelType) -> FeelType:
    """The type without the limits on its values."""
    return bare(some.base) if isinstance(some, Limited) else some


def item_of(some: FeelType) -> FeelType:
    """What one element is; a single value counts as a list of one."""
    plain = bare(some)
    if isinstance(plain, ListType):
        return plain.item
    return ANY if kind_of(plain) in ("list", "range", "") else plain


def joined(several: Iterable[FeelType]) -> FeelType:
    """What is known of a value that is one of these."""
    kinds = list(dict.fromkeys(bare(each) for each in several if each != NULL))
    if len(kinds) < 2:
        return kinds[0] if kinds else ANY
    if all(isinstance(each, ListType) for each in kinds):
        return ListType(joined(item_of(each) for each in kinds))
    if all(isinstance(each, ContextType) for each in kinds):
        return _joined_contexts([each for each in kinds if isinstance(each, ContextType)])
    return ANY


def _joined_contexts(several: list[ContextType]) -> FeelType:
    entries = [dict(each.entries) for each in several]
    names = dict.fromkeys(name for each in entries for name in each)
    return ContextType(tuple((name, joined(each.get(name, ANY) for each in entries)) for name in names), is_open=True)


def nearest(name: str, known: Iterable[str]) -> str:
    """A hint with the known name that looks most like this one; "" when none does."""
    by_fold = {each.casefold(): each for each in known}
    found = get_close_matches(name.casefold(), list(by_fold), n=1, cutoff=0.6)
    return f"您是不是想写 {by_fold[found[0]]}？" if found else ""
