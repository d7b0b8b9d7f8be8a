"""What built-in functions yield, and what some of them insist on, as far as it is the same for all calls."""

from __future__ import annotations

from jiecheng.feel.judged import BOOLEAN, DATE, MOMENT, MONTHS, NUMBER, TEXT, TIME, item_of, joined
from jiecheng.feel.types import ANY, FeelType, ListType, Simple

_TEXTS = ("string", "substring", "upper case", "lower case", "substring before", "substring after", "replace")
_TEXTS_OF_OTHERS = ("string join", "day of week", "month of year")
_ROUNDING = ("decimal", "floor", "ceiling", "round up", "round down", "round half up", "round half down")
_NUMBERS = ("number", "string length", "count", "sum", "mean", "product", "median", "stddev", "modulo", "sqrt")
_NUMBERS_OF_OTHERS = ("log", "exp", "day of year", "week of year", "last day of month")
_ANSWERS = ("not", "is", "is defined", "contains", "starts with", "ends with", "matches", "list contains", "all", "any")
_ANSWERS_ON_NUMBERS = ("even", "odd")
_RELATIONS = ("before", "after", "meets", "met by", "overlaps", "overlaps before", "overlaps after", "finishes")
_MORE_RELATIONS = ("finished by", "includes", "during", "starts", "started by", "coincides")
_SAME_LIST = frozenset({"sublist", "remove", "reverse", "distinct values", "sort"})

RESULTS: dict[str, FeelType] = {
    **dict.fromkeys((*_TEXTS, *_TEXTS_OF_OTHERS), TEXT),
    **dict.fromkeys((*_NUMBERS, *_NUMBERS_OF_OTHERS, *_ROUNDING), NUMBER),
    **dict.fromkeys((*_ANSWERS, *_ANSWERS_ON_NUMBERS, *_RELATIONS, *_MORE_RELATIONS), BOOLEAN),
    "date": DATE,
    "today": DATE,
    "date and time": MOMENT,
    "now": MOMENT,
    "time": TIME,
    "duration": Simple("duration"),
    "years and months duration": MONTHS,
    "split": ListType(TEXT),
    "index of": ListType(NUMBER),
    "mode": ListType(NUMBER),
    **dict.fromkeys(
        ("append", "concatenate", "insert before", "list replace", "union", "flatten", "partition", "get entries"),
        ListType(ANY),
    ),
}

# The kinds of the first arguments, where nothing else has a meaning.
ARGUMENTS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("string length", "upper case", "lower case"), ("string",)),
    **dict.fromkeys(("substring before", "substring after", "contains", "starts with", "ends with"), ("string",) * 2),
    "matches": ("string",) * 3,
    "replace": ("string",) * 4,
    "split": ("string",) * 2,
    "substring": ("string", "number", "number"),
    **dict.fromkeys((*_ROUNDING, "modulo"), ("number", "number")),
    **dict.fromkeys(("sqrt", "log", "exp", "even", "odd"), ("number",)),
    "not": ("boolean",),
}


def result_of(name: str, given: list[FeelType]) -> FeelType:
    """The type a call yields when it does not yield null."""
    if name in _SAME_LIST:
        return ListType(item_of(given[0]))
    if name == "abs":
        return given[0]
    if name in ("min", "max"):
        return item_of(given[0]) if len(given) == 1 else joined(given)
    return RESULTS.get(name, ANY)
