"""Reads the type behind `instance of` and behind parameters: names, list<T>, range<T>, context<a: T>, function<T> -> T."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jiecheng.feel import slips
from jiecheng.feel.types import ANY, SIMPLE_TYPES, ContextType, FeelType, FunctionType, ListType, RangeType, Simple

if TYPE_CHECKING:
    from jiecheng.feel.parser import Parser

KEYWORD_TYPES = (("date", "and", "time"), ("days", "and", "time", "duration"), ("years", "and", "months", "duration"))
MAX_TYPE_DEPTH = 20


def parse_type(parser: Parser[Any], depth: int = 0) -> FeelType:
    if depth > MAX_TYPE_DEPTH:
        parser.fail(slips.NESTED_TYPE)
    for words in KEYWORD_TYPES:
        if all(parser.looks(word, ahead) for ahead, word in enumerate(words)):
            parser.skip(len(words))
            return Simple(" ".join(words))
    word = parser.token.text
    if parser.looks("<", 1) and word in GENERIC:
        parser.advance()
        return GENERIC[word](parser, depth + 1)
    if word in ("function", "null"):
        parser.advance()
        return Simple("function" if word == "function" else "Null")
    return _named(parser)


def _named(parser: Parser[Any]) -> FeelType:
    start = parser.at
    name = parser.name(slips.TYPE_NAME)
    while parser.looks(".") and parser.tokens[parser.at + 1].kind == "name":
        parser.advance()
        name = f"{name}.{parser.name(slips.TYPE_NAME)}"
    if name in parser.vocabulary.types:
        return parser.vocabulary.types[name]
    if name in SIMPLE_TYPES:
        return Simple(name)
    parser.back_to(start)
    parser.fail(slips.no_type(name))


def _list(parser: Parser[Any], depth: int) -> FeelType:
    parser.expect("<", slips.TYPE)
    item = parse_type(parser, depth)
    parser.expect(">", slips.TYPE)
    return ListType(item)


def _range(parser: Parser[Any], depth: int) -> FeelType:
    parser.expect("<", slips.TYPE)
    item = parse_type(parser, depth)
    parser.expect(">", slips.TYPE)
    return RangeType(item)


def _context(parser: Parser[Any], depth: int) -> FeelType:
    parser.expect("<", slips.TYPE)
    entries: list[tuple[str, FeelType]] = []
    while not parser.looks(">"):
        name = parser.name(slips.ENTRY_NAME)
        parser.expect(":", slips.TYPE)
        entries.append((name, parse_type(parser, depth)))
        if not parser.take(","):
            break
    parser.expect(">", slips.TYPE)
    return ContextType(tuple(entries))


def _function(parser: Parser[Any], depth: int) -> FeelType:
    parser.expect("<", slips.TYPE)
    parameters: list[FeelType] = []
    while not parser.looks(">"):
        parameters.append(parse_type(parser, depth))
        if not parser.take(","):
            break
    parser.expect(">", slips.TYPE)
    return FunctionType(tuple(parameters), parse_type(parser, depth) if parser.take("->") else ANY)


GENERIC = {"list": _list, "range": _range, "context": _context, "function": _function}
