"""For the check of decision tables: the literals a cell compares with, and values beside and between them."""

from __future__ import annotations

from decimal import Decimal

from jiecheng.feel.errors import FeelError, NoValue
from jiecheng.feel.lexer import Token, tokenize
from jiecheng.feel.temporal import (
    DAY,
    NANO,
    Date,
    DateTime,
    DaysDuration,
    MonthsDuration,
    Time,
    from_ordinal,
    shift,
    time_from_nanos,
)
from jiecheng.feel.temporal_text import read_date, read_date_time, read_duration, read_literal, read_time
from jiecheng.feel.values import FeelValue

PLAIN_WORDS = {"true": True, "false": False, "null": None}
READERS = {"date": read_date, "time": read_time, "date and time": read_date_time, "duration": read_duration}
CONNECTIVES = frozenset({"and", "or", "in", "between", "not", "?"})
HARMLESS = frozenset({"<", "<=", ">", ">=", "=", "!=", "(", ")", "[", "]", "..", ","})
ORDERING = frozenset({"<", "<=", ">", ">=", "..", "between"})


def literals_of(tests: str) -> list[FeelValue] | None:
    """The literals of a cell that only compares the value with literals; None when it does anything else."""
    if tests.strip() in ("", "-"):
        return []
    try:
        return _read(tokenize(tests)[:-1])
    except (FeelError, NoValue):
        return None


def _read(tokens: list[Token]) -> list[FeelValue] | None:
    found: list[FeelValue] = []
    at = 0
    while at < len(tokens):
        length = _literal_at(tokens, at, found)
        if not length:
            return None
        at += length
    orders = any(token.text in ORDERING and token.kind != "string" for token in tokens)
    return None if orders and any(isinstance(value, str) for value in found) else found


def _literal_at(tokens: list[Token], at: int, found: list[FeelValue]) -> int:
    """How many tokens the piece at `at` takes; 0 when it is neither a literal nor a comparison."""
    token, rest = tokens[at], tokens[at + 1 :]
    if token.kind in ("number", "string"):
        found.append(token.value)
        return 1
    if token.text == "-" and rest and rest[0].kind == "number" and isinstance(rest[0].value, Decimal):
        found.append(-rest[0].value)
        return 2
    if token.text == "@" and rest and rest[0].kind == "string":
        found.append(read_literal(str(rest[0].value)))
        return 2
    if token.kind == "keyword" and token.text in PLAIN_WORDS:
        found.append(PLAIN_WORDS[token.text])
        return 1
    called = _call_at(tokens, at, found)
    if called:
        return called
    return 1 if token.text in HARMLESS or token.text in CONNECTIVES else 0


def _call_at(tokens: list[Token], at: int, found: list[FeelValue]) -> int:
    """`date("2026-05-01")` and its relatives."""
    for name, read in READERS.items():
        size = len(name.split())
        words, call = tokens[at : at + size], tokens[at + size : at + size + 3]
        if " ".join(token.text for token in words) == name and [token.text for token in call[::2]] == ["(", ")"]:
            if call[1].kind != "string":
                return 0
            found.append(read(str(call[1].value)))
            return size + 3
    return 0


def between(low: FeelValue, high: FeelValue) -> FeelValue:
    """A value between two of one kind, None when there is none."""
    if isinstance(low, Decimal):
        return (low + high) / 2
    if isinstance(low, Date):
        return from_ordinal((low.ordinal + high.ordinal) // 2) if high.ordinal - low.ordinal > 1 else None
    if isinstance(low, DateTime):
        return shift(low, (high.instant - low.instant) // 2)
    if isinstance(low, Time):
        return time_from_nanos((low.nanos + high.nanos) // 2, low.offset, low.zone)
    if isinstance(low, DaysDuration):
        return DaysDuration((low.nanos + high.nanos) // 2)
    middle = MonthsDuration((low.months + high.months) // 2)
    return middle if middle != low else None


def beside(value: FeelValue, direction: int) -> FeelValue:
    """A value a little below (-1) or above (1); None at the end of the clock."""
    if isinstance(value, Decimal):
        return value + direction
    if isinstance(value, Date):
        return from_ordinal(value.ordinal + direction)
    if isinstance(value, DateTime):
        return shift(value, direction * DAY)
    if isinstance(value, Time):
        nanos = value.nanos + direction * NANO
        return time_from_nanos(nanos, value.offset, value.zone) if 0 <= nanos < DAY else None
    if isinstance(value, DaysDuration):
        return DaysDuration(value.nanos + direction * DAY)
    return MonthsDuration(value.months + direction)
