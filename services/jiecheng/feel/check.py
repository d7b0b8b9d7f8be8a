"""The type check: the same grammar as ever, with closures that yield types. Says what cannot be right, never runs anything.

What is not known is `Any` and never remarked on: a remark is always true.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

from jiecheng.feel import checking, slips
from jiecheng.feel.check_operators import refuse_condition
from jiecheng.feel.errors import FeelError
from jiecheng.feel.judged import Judged, Remark, View, kind_of, spoken
from jiecheng.feel.names import Vocabulary
from jiecheng.feel.parse_tests import unary_tests
from jiecheng.feel.parser import Parser
from jiecheng.feel.types import ANY, FeelType

Dictionary = Mapping[str, FeelType]
NOTHING_KNOWN = Vocabulary()


class LocatedParser(Parser[Judged]):
    """Remembers where each value begins."""

    __slots__ = ()

    def _primary(self) -> Judged:
        start = self.start_of(self.at)
        judged = super()._primary()
        judged.start = start
        return judged


def check(
    source: str, dictionary: Dictionary, wanted: FeelType = ANY, vocabulary: Vocabulary = NOTHING_KNOWN
) -> list[Remark]:
    """What cannot be right in an expression over these names; `wanted`: the type its place asks for. Raises FeelError."""
    view, found = _judge(source, dictionary, vocabulary)
    what, asked = kind_of(found), kind_of(wanted)
    if "list" in (what, asked) or (what, asked) == ("date", "date and time"):
        return view.remarks  # these are converted where a type is declared
    if what and asked == "boolean" != what:
        refuse_condition(view, 0, what)
    elif what and asked and what != asked:
        view.remark(
            "types", 0, f"这里要{spoken(asked)}，却是{spoken(what)}", f"expected a {asked}, but this is a {what}"
        )
    return view.remarks


def check_tests(
    source: str, dictionary: Dictionary, value: FeelType, vocabulary: Vocabulary = NOTHING_KNOWN
) -> list[Remark]:
    """The same for a cell of a decision table, about a value of this type. Raises FeelError."""
    if source.strip() in ("", "-"):
        return []
    view = View(source, {**dictionary, "?": value})
    _tests(source, _names_with_blanks(dictionary), vocabulary).type_in(view)
    return view.remarks


def type_of(source: str, dictionary: Dictionary, vocabulary: Vocabulary = NOTHING_KNOWN) -> FeelType:
    """The type of an expression's value when it is not null; Any when nobody can tell. Raises FeelError."""
    return _judge(source, dictionary, vocabulary)[1]


def _judge(source: str, dictionary: Dictionary, vocabulary: Vocabulary) -> tuple[View, FeelType]:
    stripped = source.lstrip()
    text = " " + stripped[1:] if stripped.startswith("=") else source
    view = View(text, dictionary)
    return view, _expression(text, _names_with_blanks(dictionary), vocabulary).type_in(view)


def _names_with_blanks(dictionary: Dictionary) -> frozenset[str]:
    return frozenset(name for name in dictionary if not name.isidentifier())


@lru_cache(maxsize=2048)
def _expression(text: str, names: frozenset[str], vocabulary: Vocabulary) -> Judged:
    parser = _parser(text, names, vocabulary)
    return _read(parser, parser.expression)


@lru_cache(maxsize=2048)
def _tests(text: str, names: frozenset[str], vocabulary: Vocabulary) -> Judged:
    parser = _parser(text, names, vocabulary)
    return _read(parser, lambda: unary_tests(parser))


def _parser(text: str, names: frozenset[str], vocabulary: Vocabulary) -> LocatedParser:
    return LocatedParser(text, Vocabulary(names | vocabulary.names, vocabulary.types, vocabulary.is_open), checking)


def _read(parser: LocatedParser, read: Callable[[], Judged]) -> Judged:
    try:
        judged = read()
    except RecursionError as error:
        raise FeelError(slips.NESTED) from error
    parser.finish()
    return judged
