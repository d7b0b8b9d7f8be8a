"""Reads tests of a value: what stands behind `in`, and the cells of decision tables. The value is called "?"."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from jiecheng.feel import slips
from jiecheng.feel.parse_brackets import COMPARISONS, SUM, interval

if TYPE_CHECKING:
    from jiecheng.feel.parser import Parser

N = TypeVar("N")

VALUE = frozenset({"?"})


def in_tests(parser: Parser[N]) -> tuple[N, ...]:
    parser.bind(VALUE)
    if parser.take("("):
        tests = _bracketed(parser)
    elif parser.token.mark in COMPARISONS:
        tests = (_test(parser),)
    else:
        start = parser.at
        tests = (_member(parser, start, parser.operators(SUM)),)
    parser.unbind()
    return tests


def unary_tests(parser: Parser[N]) -> N:
    """A whole cell: tests with commas, or not(…) around them."""
    parser.bind(VALUE)
    if parser.token.mark == "not" and parser.looks("(", 1):
        start = parser.at
        parser.skip(2)
        excluded = _bracketed(parser)
        if parser.token.kind == "end":
            return parser.make.negated_tests(excluded)
        parser.back_to(start)
    tests = [_test(parser)]
    while parser.take(","):
        tests.append(_test(parser))
    return parser.make.tests(tuple(tests))


def _bracketed(parser: Parser[N]) -> tuple[N, ...]:
    """What stands behind the bracket of `in (`: tests with commas, or an interval whose start is open."""
    tests: list[N] = []
    if parser.token.mark in COMPARISONS:
        tests.append(_test(parser))
    else:
        start = parser.at
        first = parser.expression()
        if parser.token.mark == "..":
            return (_member(parser, start, interval(parser, first, closed=False)),)
        tests.append(_member(parser, start, first))
    while parser.take(","):
        tests.append(_test(parser))
    parser.expect(")", slips.BRACKET)
    return tuple(tests)


def _test(parser: Parser[N]) -> N:
    """One test: an operator with a bound, or an expression that is compared, looked into or decides itself."""
    if parser.token.mark in COMPARISONS:
        operator = parser.advance().text
        return parser.make.operator_test(operator, parser.operators(SUM))
    start = parser.at
    return _member(parser, start, parser.expression())


def _member(parser: Parser[N], start: int, value: N) -> N:
    asks = "?" in parser.source  # mostly not: then there is no need to look at the tokens
    uses_value = asks and any(token.mark == "?" for token in parser.tokens[start : parser.at])
    return parser.make.member_test(value, uses_value)
