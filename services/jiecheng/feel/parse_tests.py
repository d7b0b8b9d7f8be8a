"""Reads tests of a value: what stands behind `in`, and the cells of decision tables. The value is called "?"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jiecheng.feel import nodes
from jiecheng.feel.parse_brackets import SUM, interval
from jiecheng.feel.runtime import Node

if TYPE_CHECKING:
    from jiecheng.feel.parser import Parser

VALUE = frozenset({"?"})


def in_tests(parser: Parser) -> tuple[Node, ...]:
    parser.bind(VALUE)
    if parser.take("("):
        tests = _bracketed(parser)
    elif parser.token.mark in nodes.COMPARISONS:
        tests = (_test(parser),)
    else:
        start = parser.at
        tests = (_member(parser, start, parser.operators(SUM)),)
    parser.unbind()
    return tests


def unary_tests(parser: Parser) -> Node:
    """A whole cell: tests with commas, or not(…) around them."""
    parser.bind(VALUE)
    if parser.token.mark == "not" and parser.looks("(", 1):
        start = parser.at
        parser.skip(2)
        excluded = _bracketed(parser)
        if parser.token.kind == "end":
            return nodes.negated_tests(excluded)
        parser.back_to(start)
    tests = [_test(parser)]
    while parser.take(","):
        tests.append(_test(parser))
    return nodes.tests(tuple(tests))


def _bracketed(parser: Parser) -> tuple[Node, ...]:
    """What stands behind the bracket of `in (`: tests with commas, or an interval whose start is open."""
    tests: list[Node] = []
    if parser.token.mark in nodes.COMPARISONS:
        tests.append(_test(parser))
    else:
        start = parser.at
        first = parser.expression()
        if parser.token.mark == "..":
            return (_member(parser, start, interval(parser, first, closed=False)),)
        tests.append(_member(parser, start, first))
    while parser.take(","):
        tests.append(_test(parser))
    parser.expect(")", "括号没有配对")
    return tuple(tests)


def _test(parser: Parser) -> Node:
    """One test: an operator with a bound, or an expression that is compared, looked into or decides itself."""
    if parser.token.mark in nodes.COMPARISONS:
        operator = parser.advance().text
        return nodes.operator_test(operator, parser.operators(SUM))
    start = parser.at
    return _member(parser, start, parser.expression())


def _member(parser: Parser, start: int, value: Node) -> Node:
    uses_value = any(token.mark == "?" for token in parser.tokens[start : parser.at])
    return nodes.member_test(value, uses_value)
