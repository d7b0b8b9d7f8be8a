"""Pratt parser: FEEL text to whatever `make` makes of it. Brackets and tests have their own files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from jiecheng.feel import slips
from jiecheng.feel.builtins import BUILTINS
from jiecheng.feel.closures import Maker
from jiecheng.feel.errors import NoValue
from jiecheng.feel.limits import MAX_DEPTH
from jiecheng.feel.names import NameReader, Vocabulary
from jiecheng.feel.parse_brackets import BRACKETS, CANNOT_START, COMPARISONS
from jiecheng.feel.parse_tests import in_tests
from jiecheng.feel.parse_types import parse_type
from jiecheng.feel.temporal_text import read_literal
from jiecheng.feel.types import FeelType

N = TypeVar("N")

# How tightly operators bind. Negation, `instance of`, dots, filters and calls bind tighter than all of them.
BINDING = {"or": 0, "and": 1, "between": 2, "in": 2, "=": 2, "!=": 2, "<": 2, "<=": 2, ">": 2, ">=": 2}
BINDING |= {"+": 3, "-": 3, "*": 4, "/": 4, "**": 5}
LITERALS = frozenset({"number", "string"})
SUFFIXES = frozenset({".", "[", "("})


class Parser(NameReader[N]):
    """`in_endpoint`: reading the end of an interval, where "[" may close it."""

    __slots__ = ("depth", "in_endpoint")

    def __init__(self, source: str, vocabulary: Vocabulary, make: Maker[N]) -> None:
        super().__init__(source, vocabulary, make)
        self.depth = 0
        self.in_endpoint = False

    # -- operators, loosest first

    def expression(self) -> N:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.fail(slips.TOO_DEEP)
        node = self.operators(0)
        self.depth -= 1
        return node

    def inner(self, read: Callable[[], N]) -> N:
        """Reads inside brackets, where the surrounding interval does not matter."""
        endpoint, self.in_endpoint = self.in_endpoint, False
        node = read()
        self.in_endpoint = endpoint
        return node

    def operators(self, least: int) -> N:
        """Everything that binds at least as tightly as `least`: the Pratt loop. All operators group to the left."""
        left = self._negated() if self.token.mark == "-" else self._postfix()
        if self.token.mark == "instance":
            left = self._typed(left)
        while (strength := BINDING.get(operator := self.token.mark, -1)) >= least:
            left = self._operation(left, operator, strength)
        return left

    def _operation(self, left: N, operator: str, strength: int) -> N:
        if strength < 2:
            return self._chain(left, operator, strength)
        self.advance()
        if operator in COMPARISONS:
            return self.make.compare(operator, left, self.operators(3))
        if operator == "between":
            low = self.operators(strength + 1)
            self.expect("and", slips.BETWEEN)
            return self.make.between(left, low, self.operators(strength + 1))
        if operator == "in":
            return self.make.inside(left, in_tests(self))
        return self.make.arithmetic(operator, left, self.operators(strength + 1))

    def _chain(self, left: N, operator: str, strength: int) -> N:
        # One node for the whole chain, so that a long list of conditions is no deep nest.
        operands = [left]
        while self.take(operator):
            operands.append(self.operators(strength + 1))
        return self.make.junction(tuple(operands), operator == "or")

    def _negated(self) -> N:
        signs = 0
        while self.token.mark == "-":
            self.advance()
            signs += 1
            if signs > MAX_DEPTH:
                self.fail(slips.MANY_MINUSES)
        value = self._typed(self._postfix())
        for _ in range(signs):
            value = self.make.negation(value)
        return value

    def _typed(self, value: N) -> N:
        while self.token.mark == "instance" and self.looks("of", 1):
            self.skip(2)
            value = self.make.instance_of(value, parse_type(self))
        return value

    # -- dots, filters, calls

    def _postfix(self) -> N:
        value = self._primary()
        while (sign := self.token.mark) in SUFFIXES:
            if sign == ".":
                self.advance()
                value = self.make.path(value, self._property())
            elif sign == "(":
                value = self.make.call_value(value, self._arguments())
            elif self._closes_range():
                break
            else:
                self.advance()
                value = self._filter(value)
        return value

    def _property(self) -> str:
        if self.token.kind == "keyword" and self.name_ahead() is None:
            return self.advance().text
        return self.name(slips.PROPERTY)

    def _closes_range(self) -> bool:
        """In `]1..5[` the last bracket closes the interval; it opens a filter only when an expression follows."""
        if not self.in_endpoint:
            return False
        after = self.tokens[self.at + 1]
        return after.kind == "end" or after.mark in CANNOT_START

    def _filter(self, source: N) -> N:
        self.bind(frozenset({"item"}), is_filter=True)
        test = self.inner(self.expression)
        self.unbind()
        self.expect("]", slips.SQUARE)
        return self.make.filtered(source, test)

    def _arguments(self) -> tuple[tuple[str | None, N], ...]:
        self.expect("(", slips.BRACKET)
        arguments: list[tuple[str | None, N]] = []
        while self.token.mark != ")":
            arguments.append((self._argument_name(), self.inner(self.expression)))
            if not self.take(","):
                break
        self.expect(")", slips.ARGUMENTS)
        if len({key is None for key, _ in arguments}) > 1:
            self.fail(slips.MIXED_ARGUMENTS)
        return tuple(arguments)

    def _argument_name(self) -> str | None:
        found = self.name_ahead()
        if found is None or not self.looks(":", found[1]):
            return None
        self.skip(found[1] + 1)
        return found[0]

    # -- what an expression can begin with

    def _primary(self) -> N:
        token = self.token
        if token.kind in LITERALS:
            self.advance()
            return self.make.constant(token.value)
        found = self.name_ahead()
        if found is not None:
            name, length = found
            self.skip(length)
            return self._called(name) if self.token.mark == "(" else self.read_name(name)
        if token.mark in WORDS:
            self.advance()
            word: N = WORDS[token.mark](self)
            return word
        if token.mark in BRACKETS:
            self.advance()
            bracket: N = BRACKETS[token.mark](self)
            return bracket
        self.fail(slips.no_value(self.spoken()))

    def _called(self, name: str) -> N:
        is_bound = self.is_bound(name)
        if name not in BUILTINS and not any(scope.is_filter or name in scope.names for scope in self.scopes):
            self.free.add(name)
        return self.make.call_named(name, BUILTINS.get(name), self._arguments(), is_bound)

    def condition(self) -> N:
        test = self.expression()
        self.expect("then", slips.IF)
        then = self.expression()
        self.expect("else", slips.ELSE)
        return self.make.condition(test, then, self.expression())

    def loop(self) -> N:
        iterations = self._iterations()
        self.expect("return", slips.FOR)
        self.bind(frozenset({"partial"}))
        body = self.expression()
        self.unbind(len(iterations) + 1)
        return self.make.loop(iterations, body)

    def quantified(self, decisive: bool) -> N:
        iterations = self._iterations()
        self.expect("satisfies", slips.SATISFIES)
        test = self.expression()
        self.unbind(len(iterations))
        return self.make.quantified(iterations, test, decisive)

    def _iterations(self) -> tuple[tuple[str, N, N | None], ...]:
        iterations: list[tuple[str, N, N | None]] = []
        while True:
            name = self.name(slips.LOOP_NAME)
            self.expect("in", slips.FOR)
            source = self.expression()
            end = self.expression() if self.take("..") else None
            iterations.append((name, source, end))
            self.bind(frozenset({name}))
            if not self.take(","):
                return tuple(iterations)

    def function(self) -> N:
        self.expect("(", slips.FUNCTION)
        parameters: list[str] = []
        types: list[FeelType | None] = []
        while self.token.mark != ")":
            parameters.append(self.name(slips.PARAMETER))
            types.append(parse_type(self) if self.take(":") else None)
            if not self.take(","):
                break
        self.expect(")", slips.FUNCTION)
        is_external = self.take("external")
        self.bind(frozenset(parameters))
        body = self.expression()
        self.unbind()
        # Code outside FEEL is never run; calling such a function gives null.
        return self.make.define(tuple(parameters), tuple(types), self.make.constant(None) if is_external else body)

    def at_literal(self) -> N:
        if self.token.kind != "string":
            self.fail(slips.NO_LITERAL)
        text = str(self.advance().value)
        try:
            return self.make.constant(read_literal(text))
        except NoValue:
            return self.make.unreadable(text)


WORDS: dict[str, Callable[[Parser[Any]], Any]] = {
    "null": lambda parser: parser.make.constant(None),
    "true": lambda parser: parser.make.constant(True),
    "false": lambda parser: parser.make.constant(False),
    "if": Parser.condition,
    "for": Parser.loop,
    "some": lambda parser: parser.quantified(decisive=True),
    "every": lambda parser: parser.quantified(decisive=False),
    "function": Parser.function,
    "@": Parser.at_literal,
}
