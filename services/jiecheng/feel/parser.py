"""Pratt parser: FEEL text to closures. Knows scopes, so that names with blanks and signs are found where they are bound."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NoReturn

from jiecheng.feel import calls, loops, nodes
from jiecheng.feel.builtins import BUILTINS
from jiecheng.feel.errors import FeelError, NoValue
from jiecheng.feel.lexer import Token, name_parts, position, tokenize
from jiecheng.feel.limits import MAX_DEPTH
from jiecheng.feel.parse_types import parse_type
from jiecheng.feel.runtime import Node
from jiecheng.feel.temporal_text import read_literal
from jiecheng.feel.types import FeelType

# Built-in functions whose names hold a keyword: they are names only in front of "(".
KEYWORD_NAMES = tuple(name for name in BUILTINS if " and " in name)
RANGE_ENDS = {")": False, "[": False, "]": True}
CANNOT_START = frozenset({")", ",", "]", "}", "=", "!=", ".", "..", ":"})
# How tightly operators bind. Negation, `instance of`, dots, filters and calls bind tighter than all of them.
BINDING = {"or": 0, "and": 1, "between": 2, "in": 2, "=": 2, "!=": 2, "<": 2, "<=": 2, ">": 2, ">=": 2}
BINDING |= {"+": 3, "-": 3, "*": 4, "/": 4, "**": 5}
SUM = 3
SPOKEN = {"end": "结尾", "number": "数字", "string": "文字", "name": "名称", "keyword": "关键字", "quoted": "名称"}


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """What an author may speak of: names that exist (blanks and signs allowed) and types by name. Compared by identity."""

    names: frozenset[str] = frozenset()
    types: Mapping[str, FeelType] = field(default_factory=dict)


@dataclass(slots=True)
class Scope:
    """Names bound by the expression itself. In a filter any name may be an entry of the element."""

    names: frozenset[str]
    is_filter: bool = False


class Parser:
    def __init__(self, source: str, vocabulary: Vocabulary) -> None:
        self.source = source
        self.vocabulary = vocabulary
        self.tokens = tokenize(source)
        self.at = 0
        self.depth = 0
        self.scopes: list[Scope] = []
        self.known: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for name in vocabulary.names:
            self._learn(name)
        self.free: set[str] = set()
        self.perhaps_free: set[str] = set()
        self.in_endpoint = False

    # -- tokens

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    def looks(self, text: str, ahead: int = 0) -> bool:
        token = self.tokens[min(self.at + ahead, len(self.tokens) - 1)]
        return token.text == text and token.kind in ("op", "keyword", "name")

    def advance(self) -> Token:
        token = self.tokens[self.at]
        if token.kind != "end":
            self.at += 1
        return token

    def take(self, text: str) -> bool:
        if not self.looks(text):
            return False
        self.advance()
        return True

    def expect(self, text: str, hint: str = "") -> None:
        if not self.take(text):
            self.fail(f"这里应为“{text}”，却是{self.spoken()}", hint)

    def spoken(self) -> str:
        token = self.token
        return SPOKEN["end"] if token.kind == "end" else f"{SPOKEN.get(token.kind, '符号')}“{token.text[:30]}”"

    def fail(self, message: str, hint: str = "") -> NoReturn:
        raise FeelError(message, *position(self.source, self.token.start), hint)

    def finish(self) -> None:
        if self.token.kind != "end":
            self.fail(f"表达式到这里应已结束，却还有{self.spoken()}", "请检查是否少写了运算符或括号")

    # -- names

    def _learn(self, name: str) -> None:
        parts = name_parts(name)
        if len(parts) > 1:
            ways = self.known.setdefault(parts[0], [])
            if (parts, name) not in ways:
                ways.append((parts, name))
                ways.sort(key=lambda way: -len(way[0]))

    def name_ahead(self) -> tuple[str, int] | None:
        """The longest name that starts here and how many tokens it takes: a known one, or a run of plain words."""
        first = self.token
        if first.kind == "quoted":
            return str(first.value), 1
        if first.kind not in ("name", "keyword"):
            return None
        run = self._run_length()
        for parts, name in self.known.get(first.text, ()):
            if len(parts) >= run and self._stands_here(parts):
                return name, len(parts)
        for name in KEYWORD_NAMES:
            parts = name_parts(name)
            if first.text == parts[0] and self._stands_here(parts) and self.looks("(", len(parts)):
                return name, len(parts)
        if not run:
            return None
        return " ".join(token.text for token in self.tokens[self.at : self.at + run]), run

    def _stands_here(self, parts: tuple[str, ...]) -> bool:
        here = self.tokens[self.at : self.at + len(parts)]
        return len(here) == len(parts) and all(
            token.text == part and token.kind != "string" for token, part in zip(here, parts, strict=True)
        )

    def _run_length(self) -> int:
        length = 0
        if self.token.text == "?":
            return 1
        while True:
            token = self.tokens[self.at + length]
            is_word = token.kind == "name" and token.text != "?"
            is_number = length > 0 and token.kind == "number" and token.text.isdigit()
            if not (is_word or is_number):
                return length
            if length and token.text == "instance" and self.looks("of", length + 1):
                return length
            length += 1

    def name(self, what: str) -> str:
        found = self.name_ahead()
        if found is None:
            self.fail(f"这里应为{what}，却是{self.spoken()}")
        name, length = found
        self.at += length
        return name

    def bind(self, names: frozenset[str], is_filter: bool = False) -> None:
        for name in names:
            self._learn(name)
        self.scopes.append(Scope(names, is_filter))

    def read_name(self, name: str) -> Node:
        for scope in reversed(self.scopes):
            if name in scope.names:
                return nodes.bound_name(name)
        if any(scope.is_filter for scope in self.scopes):
            self.perhaps_free.add(name)
            return nodes.bound_name(name)
        if name not in BUILTINS:
            self.free.add(name)
        is_bindable = bool(self.scopes) or name in self.vocabulary.names
        return nodes.bound_name(name) if is_bindable else nodes.outer_name(name)

    # -- expressions, loosest first

    def expression(self) -> Node:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.fail(f"嵌套超过 {MAX_DEPTH} 层", "请拆成几个判定或变量")
        try:
            return self.operators(0)
        finally:
            self.depth -= 1

    def operators(self, least: int) -> Node:
        """Everything that binds at least as tightly as `least`: the Pratt loop. All operators group to the left."""
        left = self._unary()
        while True:
            token = self.token
            strength = BINDING.get(token.text, -1) if token.kind in ("op", "keyword") else -1
            if strength < least:
                return left
            left = self._operation(left, token.text, strength)

    def _operation(self, left: Node, operator: str, strength: int) -> Node:
        if operator in ("and", "or"):
            return self._chain(left, operator, strength)
        self.advance()
        if operator in nodes.COMPARISONS:
            return nodes.compare(operator, left, self.operators(strength + 1))
        if operator == "between":
            low = self.operators(strength + 1)
            self.expect("and", "写法：x between 1 and 10")
            return nodes.between(left, low, self.operators(strength + 1))
        if operator == "in":
            return nodes.inside(left, self._in_tests())
        return nodes.arithmetic(operator, left, self.operators(strength + 1))

    def _chain(self, left: Node, operator: str, strength: int) -> Node:
        # One node for the whole chain, so that a long list of conditions is no deep nest.
        operands = [left]
        while self.take(operator):
            operands.append(self.operators(strength + 1))
        return nodes.junction(tuple(operands), decisive=operator == "or")

    def _unary(self) -> Node:
        signs = 0
        while self.take("-"):
            signs += 1
            if signs > MAX_DEPTH:
                self.fail("负号过多")
        value = self._postfix()
        while self.looks("instance") and self.looks("of", 1):
            self.at += 2
            value = nodes.instance_of(value, parse_type(self))
        for _ in range(signs):
            value = nodes.negation(value)
        return value

    def _postfix(self) -> Node:
        value = self._primary()
        while self.token.kind == "op":
            if self.take("."):
                value = nodes.path(value, self._property())
            elif self.looks("[") and not self._closes_range():
                self.advance()
                value = self._filter(value)
            elif self.looks("("):
                value = calls.call_value(value, self._arguments())
            else:
                return value
        return value

    def _property(self) -> str:
        if self.name_ahead() is None and self.token.kind == "keyword":
            return self.advance().text
        return self.name("点号后的名称")

    def _closes_range(self) -> bool:
        """In `]1..5[` the last bracket closes the interval; it opens a filter only when an expression follows."""
        after = self.tokens[self.at + 1]
        return self.in_endpoint and (
            after.kind == "end"
            or after.text in CANNOT_START
            or (after.kind == "keyword" and after.text in OPERATOR_WORDS)
        )

    def _filter(self, source: Node) -> Node:
        endpoint, self.in_endpoint = self.in_endpoint, False
        self.bind(frozenset({"item"}), is_filter=True)
        test = self.expression()
        self.scopes.pop()
        self.in_endpoint = endpoint
        self.expect("]")
        return loops.filtered(source, test)

    # -- what an expression can begin with

    def _primary(self) -> Node:
        found = self.name_ahead()
        if found is not None:
            name, length = found
            self.at += length
            return self._called(name) if self.looks("(") else self.read_name(name)
        token = self.token
        if token.kind in ("number", "string"):
            return nodes.constant(self.advance().value)
        if token.kind == "keyword" and token.text in self.WORDS:
            self.advance()
            return self.WORDS[token.text](self)
        if token.kind == "op" and token.text in self.BRACKETS:
            self.advance()
            return self.BRACKETS[token.text](self)
        self.fail(f"这里应为一个值，却是{self.spoken()}")

    def _called(self, name: str) -> Node:
        local = any(name in scope.names or scope.is_filter for scope in self.scopes)
        if not local and name not in BUILTINS:
            self.free.add(name)
        return calls.call_named(name, self._arguments(), local or name in self.vocabulary.names)

    def _arguments(self) -> calls.Arguments:
        self.expect("(")
        endpoint, self.in_endpoint = self.in_endpoint, False
        arguments: list[tuple[str | None, Node]] = []
        while not self.looks(")"):
            arguments.append((self._argument_name(), self.expression()))
            if not self.take(","):
                break
        self.expect(")", "请检查括号和逗号")
        self.in_endpoint = endpoint
        if len({key is None for key, _ in arguments}) > 1:
            self.fail("参数要么全部写名称，要么全部不写")
        return tuple(arguments)

    def _argument_name(self) -> str | None:
        found = self.name_ahead()
        if found is None:
            return None
        name, length = found
        if not self.looks(":", length):
            return None
        self.at += length + 1
        return name

    def _null(self) -> Node:
        return nodes.constant(None)

    def _true(self) -> Node:
        return nodes.constant(True)

    def _false(self) -> Node:
        return nodes.constant(False)

    def _if(self) -> Node:
        test = self.expression()
        self.expect("then", "写法：if 条件 then 甲 else 乙")
        then = self.expression()
        self.expect("else", "if 一定要有 else")
        return nodes.condition(test, then, self.expression())

    def _for(self) -> Node:
        iterations = self._iterations()
        self.expect("return", "写法：for x in 清单 return x * 2")
        self.bind(frozenset({"partial"}))
        body = self.expression()
        self._unbind(len(iterations) + 1)
        return loops.loop(iterations, body)

    def _some(self) -> Node:
        return self._quantified(decisive=True)

    def _every(self) -> Node:
        return self._quantified(decisive=False)

    def _quantified(self, decisive: bool) -> Node:
        iterations = self._iterations()
        self.expect("satisfies", "写法：some x in 清单 satisfies x > 5")
        test = self.expression()
        self._unbind(len(iterations))
        return loops.quantified(iterations, test, decisive)

    def _iterations(self) -> tuple[loops.Iteration, ...]:
        iterations: list[loops.Iteration] = []
        while True:
            name = self.name("循环的名称")
            self.expect("in")
            source = self.expression()
            end = self.expression() if self.take("..") else None
            iterations.append((name, source, end))
            self.bind(frozenset({name}))
            if not self.take(","):
                return tuple(iterations)

    def _unbind(self, count: int) -> None:
        del self.scopes[len(self.scopes) - count :]

    def _function(self) -> Node:
        self.expect("(")
        parameters: list[str] = []
        types: list[FeelType | None] = []
        while not self.looks(")"):
            parameters.append(self.name("参数名"))
            types.append(parse_type(self) if self.take(":") else None)
            if not self.take(","):
                break
        self.expect(")")
        if self.looks("external"):
            self.advance()
            self.expression()
            # Code outside FEEL is never run; calling such a function gives null.
            return calls.define(tuple(parameters), tuple(types), nodes.constant(None))
        self.bind(frozenset(parameters))
        body = self.expression()
        self.scopes.pop()
        return calls.define(tuple(parameters), tuple(types), body)

    def _at_literal(self) -> Node:
        token = self.advance()
        if token.kind != "string":
            self.at -= 1
            self.fail('“@”后面应为双引号中的日期、时间或时长，如 @"2026-05-01"')
        try:
            return nodes.constant(read_literal(str(token.value)))
        except NoValue:
            return nodes.unreadable(str(token.value))

    # -- brackets

    def _parenthesis(self) -> Node:
        if self.token.kind == "op" and self.token.text in nodes.COMPARISONS:
            value = self._half_range()
            self.expect(")")
            return value
        endpoint, self.in_endpoint = self.in_endpoint, False
        first = self.expression()
        self.in_endpoint = endpoint
        if self.looks(".."):
            return self._range(first, closed=False)
        self.expect(")", "括号没有配对")
        return first

    def _half_range(self) -> Node:
        operator = self.advance().text
        return nodes.half_range(operator, self.operators(SUM))

    def _square(self) -> Node:
        endpoint, self.in_endpoint = self.in_endpoint, False
        items: list[Node] = []
        while not self.looks("]"):
            items.append(self._list_item())
            if len(items) == 1 and self.looks(".."):
                self.in_endpoint = endpoint
                return self._range(items[0], closed=True)
            if not self.take(","):
                break
        self.expect("]", "方括号没有配对")
        self.in_endpoint = endpoint
        return loops.make_list(tuple(items))

    def _list_item(self) -> Node:
        if self.token.kind == "op" and self.token.text in ("<", "<=", ">", ">="):
            return self._half_range()
        return self.expression()

    def _open_range(self) -> Node:
        return self._range(self.operators(SUM), closed=False)

    def _range(self, start: Node, closed: bool) -> Node:
        self.expect("..")
        endpoint, self.in_endpoint = self.in_endpoint, True
        end = self.operators(SUM)
        self.in_endpoint = endpoint
        if self.token.kind != "op" or self.token.text not in RANGE_ENDS:
            self.fail(f"区间应以“]”或“)”结束，却是{self.spoken()}")
        return nodes.interval(start, end, closed, RANGE_ENDS[self.advance().text])

    def _context(self) -> Node:
        endpoint, self.in_endpoint = self.in_endpoint, False
        entries: list[tuple[str, Node]] = []
        while not self.looks("}"):
            key = self._key()
            if any(key == name for name, _ in entries):
                self.fail(f"“{key}”写了两次")
            entries.append((key, self.expression()))
            self.bind(frozenset({key}))
            if not self.take(","):
                break
        self._unbind(len(entries))
        self.expect("}", "花括号没有配对")
        self.in_endpoint = endpoint
        return loops.make_context(tuple(entries))

    def _key(self) -> str:
        if self.token.kind == "string":
            key = str(self.advance().value)
        else:
            start = self.at
            while not self.looks(":") and self.token.kind in ("name", "keyword", "number", "op", "quoted"):
                self.advance()
            if self.at == start or not self.looks(":"):
                self.fail("这里应为“名称: 值”")
            text = self.source[self.tokens[start].start : self.tokens[self.at - 1].end]
            key = " ".join(text.strip("`").split())
        self.expect(":")
        return key

    # -- tests of a value

    def _in_tests(self) -> tuple[Node, ...]:
        self.bind(frozenset({"?"}))
        try:
            if self.take("("):
                return self._bracketed_tests()
            if self.token.kind == "op" and self.token.text in nodes.COMPARISONS:
                return (self.test(),)
            start = self.at
            return (self._member_test(start, self.operators(SUM)),)
        finally:
            self.scopes.pop()

    def _bracketed_tests(self) -> tuple[Node, ...]:
        """What stands behind `in (`: tests with commas, or an interval whose start is open."""
        tests: list[Node] = []
        if self.token.kind != "op" or self.token.text not in nodes.COMPARISONS:
            start = self.at
            first = self.expression()
            if self.looks(".."):
                return (self._member_test(start, self._range(first, closed=False)),)
            tests.append(self._member_test(start, first))
        else:
            tests.append(self.test())
        while self.take(","):
            tests.append(self.test())
        self.expect(")", "括号没有配对")
        return tuple(tests)

    def test(self) -> Node:
        """One test: an operator with a bound, or an expression that is compared, looked into or decides itself."""
        if self.token.kind == "op" and self.token.text in nodes.COMPARISONS:
            operator = self.advance().text
            return nodes.operator_test(operator, self.operators(SUM))
        start = self.at
        return self._member_test(start, self.expression())

    def unary_tests(self) -> Node:
        """A whole cell: tests with commas, or not(…) around them."""
        if self.looks("not") and self.looks("(", 1):
            start = self.at
            self.at += 2
            excluded = self._bracketed_tests()
            if self.token.kind == "end":
                return nodes.negated_tests(excluded)
            self.at = start
        tests = [self.test()]
        while self.take(","):
            tests.append(self.test())
        return nodes.tests(tuple(tests))

    def _member_test(self, start: int, value: Node) -> Node:
        uses_value = any(token.text == "?" and token.kind == "name" for token in self.tokens[start : self.at])
        return nodes.member_test(value, uses_value)

    WORDS = {
        "null": _null,
        "true": _true,
        "false": _false,
        "if": _if,
        "for": _for,
        "some": _some,
        "every": _every,
        "function": _function,
    }
    BRACKETS = {"(": _parenthesis, "[": _square, "]": _open_range, "{": _context, "@": _at_literal}


OPERATOR_WORDS = frozenset({"and", "or", "then", "else", "return", "satisfies", "in", "between"})
