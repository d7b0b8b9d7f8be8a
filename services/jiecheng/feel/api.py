"""Compiled expressions and unary tests: what other rooms hold."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from jiecheng.feel import closures, slips
from jiecheng.feel.builtins import BUILTINS
from jiecheng.feel.convert import from_json
from jiecheng.feel.errors import FeelError
from jiecheng.feel.names import Vocabulary
from jiecheng.feel.parse_tests import unary_tests
from jiecheng.feel.parser import Parser
from jiecheng.feel.runtime import Frame, Node, Run
from jiecheng.feel.values import FeelValue

FUNCTIONS = frozenset(BUILTINS)  # names that mean something wherever nothing else is called so
NOTHING_KNOWN = Vocabulary()
NONE: frozenset[str] = frozenset()
NO_NAMES: Mapping[str, FeelValue] = {}


class Compiled:
    """`names`: the variables the text certainly reads; `perhaps`: those that stand in filters and may be entries of the
    elements instead; `node`: the closure, for the room above."""

    __slots__ = ("names", "node", "perhaps", "source")

    def __init__(self, source: str, node: Node, names: frozenset[str], perhaps: frozenset[str]) -> None:
        self.source = source
        self.node = node
        self.names = names
        self.perhaps = perhaps

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.source!r})"


class Expression(Compiled):
    """One compiled expression."""

    __slots__ = ()

    def evaluate(self, variables: Mapping[str, Any]) -> FeelValue:
        return _run(self.node, Frame(Run(variables), NO_NAMES, None))

    def explain(self, variables: Mapping[str, Any]) -> tuple[FeelValue, list[str]]:
        """The value, and why something in it became null."""
        run = Run(variables)
        return _run(self.node, Frame(run, NO_NAMES, None)), run.reasons


class UnaryTests(Compiled):
    """The tests of one cell of a decision table, about the value called "?"."""

    __slots__ = ()

    def matches(self, value: object, variables: Mapping[str, Any]) -> bool | None:
        """True or False, None when it cannot be told (a null or another kind of value)."""
        answer = _run(self.node, Frame(Run(variables), {"?": from_json(value)}, None))
        return answer if isinstance(answer, bool) else None


def _run(node: Node, frame: Frame) -> FeelValue:
    try:
        return node(frame)
    except RecursionError as error:
        raise FeelError(slips.NESTED_VALUES) from error


def compile_expression(source: str, vocabulary: Vocabulary = NOTHING_KNOWN) -> Expression:
    """Reads FEEL; a leading "=" is dropped. Raises FeelError with line, column and hint."""
    return _compile_expression(source, vocabulary)


def compile_unary_tests(source: str, vocabulary: Vocabulary = NOTHING_KNOWN) -> UnaryTests:
    """Reads a cell of a decision table: "-", tests with commas, or not(tests)."""
    return _compile_unary_tests(source, vocabulary)


@lru_cache(maxsize=8192)
def _compile_expression(source: str, vocabulary: Vocabulary) -> Expression:
    stripped = source.lstrip()
    text = " " + stripped[1:] if stripped.startswith("=") else source
    parser = _parser(text, vocabulary)
    node = _parsed(parser, parser.expression)
    return Expression(source, node, *_names(parser))


@lru_cache(maxsize=8192)
def _compile_unary_tests(source: str, vocabulary: Vocabulary) -> UnaryTests:
    if source.strip() in ("", "-"):
        return UnaryTests(source, closures.constant(True), frozenset(), frozenset())
    parser = _parser(source, vocabulary)
    node = _parsed(parser, lambda: unary_tests(parser))
    return UnaryTests(source, node, *_names(parser))


def _names(parser: Parser[Node]) -> tuple[frozenset[str], frozenset[str]]:
    return frozenset(parser.free), frozenset(parser.perhaps_free - parser.free) if parser.perhaps_free else NONE


def _parser(source: str, vocabulary: Vocabulary) -> Parser[Node]:
    if not source.strip():
        raise FeelError(slips.EMPTY)
    return Parser(source, vocabulary, closures)


def _parsed(parser: Parser[Node], read: Any) -> Node:  # noqa: ANN401 - a bound method of the parser
    try:
        node: Node = read()
    except RecursionError as error:
        raise FeelError(slips.NESTED) from error
    parser.finish()
    return node
