"""Reads what stands in brackets: parentheses, lists, intervals and contexts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from jiecheng.feel import slips

if TYPE_CHECKING:
    from jiecheng.feel.parser import Parser

N = TypeVar("N")

COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})
SUM = 3  # bounds of intervals and of comparisons bind at least as tightly as "+"
RANGE_ENDS = {")": False, "[": False, "]": True}
# What cannot begin an expression: an opening bracket in front of it closes an interval.
CANNOT_START = frozenset({")", ",", "]", "}", "=", "!=", ".", "..", ":"})
CANNOT_START |= {"and", "or", "then", "else", "return", "satisfies", "in", "between"}


def parenthesis(parser: Parser[N]) -> N:
    if parser.token.mark in COMPARISONS:
        value = half_range(parser)
        parser.expect(")", slips.BRACKET)
        return value
    first = parser.inner(parser.expression)
    if parser.token.mark == "..":
        return interval(parser, first, closed=False)
    parser.expect(")", slips.BRACKET)
    return first


def half_range(parser: Parser[N]) -> N:
    operator = parser.advance().text
    return parser.make.half_range(operator, parser.operators(SUM))


def square(parser: Parser[N]) -> N:
    """A list, or an interval with a closed start."""
    items: list[N] = []
    while parser.token.mark != "]":
        items.append(parser.inner(lambda: _list_item(parser)))
        if len(items) == 1 and parser.token.mark == "..":
            return interval(parser, items[0], closed=True)
        if not parser.take(","):
            break
    parser.expect("]", slips.SQUARE)
    return parser.make.make_list(tuple(items))


def _list_item(parser: Parser[N]) -> N:
    if parser.token.mark in ("<", "<=", ">", ">="):
        return half_range(parser)
    return parser.expression()


def open_range(parser: Parser[N]) -> N:
    return interval(parser, parser.operators(SUM), closed=False)


def interval(parser: Parser[N], start: N, closed: bool) -> N:
    """The rest of an interval whose start has been read."""
    parser.expect("..", slips.RANGE)
    outer, parser.in_endpoint = parser.in_endpoint, True
    end = parser.operators(SUM)
    parser.in_endpoint = outer
    if parser.token.mark not in RANGE_ENDS:
        parser.fail(slips.open_interval(parser.spoken()))
    return parser.make.interval(start, end, closed, RANGE_ENDS[parser.advance().text])


def context(parser: Parser[N]) -> N:
    entries: dict[str, N] = {}
    while parser.token.mark != "}":
        start = parser.at
        key = _key(parser)
        if key in entries:
            parser.back_to(start)
            parser.fail(slips.twice(key))
        entries[key] = parser.inner(parser.expression)
        parser.bind(frozenset({key}))
        if not parser.take(","):
            break
    parser.unbind(len(entries))
    parser.expect("}", slips.BRACE)
    return parser.make.make_context(tuple(entries.items()))


def _key(parser: Parser[N]) -> str:
    if parser.token.kind == "string":
        key = str(parser.advance().value)
    else:
        start = parser.at
        while parser.token.mark not in (":", ",", "{", "}") and parser.token.kind not in ("end", "string"):
            parser.advance()
        if parser.at == start or parser.token.mark != ":":
            parser.fail(slips.NO_ENTRY)
        key = " ".join(_written(parser, start).split())
    parser.expect(":", slips.ENTRY)
    return key


def _written(parser: Parser[N], start: int) -> str:
    """What stands from there to here, as it was typed."""
    last = parser.tokens[parser.at - 1].text
    if parser.at == start + 1:
        return last
    return parser.source[parser.start_of(start) : parser.start_of(parser.at - 1) + len(last)].strip("`")


BRACKETS: dict[str, Callable[[Parser[Any]], Any]] = {
    "(": parenthesis,
    "[": square,
    "]": open_range,
    "{": context,
}
