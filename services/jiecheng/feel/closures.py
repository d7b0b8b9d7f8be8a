"""What a parser makes of what it reads. One grammar, two makings: closures that yield values, and those of the type check."""

from __future__ import annotations

from typing import Protocol, TypeVar

from jiecheng.feel.calls import call_named, call_value, define
from jiecheng.feel.loops import filtered, loop, make_context, make_list, quantified
from jiecheng.feel.nodes import (
    arithmetic,
    between,
    bound_name,
    compare,
    condition,
    constant,
    half_range,
    inside,
    instance_of,
    interval,
    junction,
    member_test,
    negated_tests,
    negation,
    operator_test,
    outer_name,
    path,
    tests,
    unreadable,
)
from jiecheng.feel.types import FeelType
from jiecheng.feel.values import Builtin, FeelValue

__all__ = [
    "Maker",
    "arithmetic",
    "between",
    "bound_name",
    "call_named",
    "call_value",
    "compare",
    "condition",
    "constant",
    "define",
    "filtered",
    "half_range",
    "inside",
    "instance_of",
    "interval",
    "junction",
    "loop",
    "make_context",
    "make_list",
    "member_test",
    "negated_tests",
    "negation",
    "operator_test",
    "outer_name",
    "path",
    "quantified",
    "tests",
    "unreadable",
]

N = TypeVar("N")


class Maker(Protocol[N]):
    """One function for each thing the grammar knows. This module is the maker of closures that yield values."""

    def constant(self, value: FeelValue, /) -> N: ...
    def outer_name(self, name: str, /) -> N: ...
    def bound_name(self, name: str, /) -> N: ...
    def unreadable(self, text: str, /) -> N: ...
    def arithmetic(self, operator: str, left: N, right: N, /) -> N: ...
    def negation(self, operand: N, /) -> N: ...
    def compare(self, operator: str, left: N, right: N, /) -> N: ...
    def between(self, value: N, low: N, high: N, /) -> N: ...
    def junction(self, operands: tuple[N, ...], decisive: bool, /) -> N: ...
    def condition(self, test: N, then: N, otherwise: N, /) -> N: ...
    def instance_of(self, value: N, wanted: FeelType, /) -> N: ...
    def path(self, value: N, name: str, /) -> N: ...
    def interval(self, start: N, end: N, start_closed: bool, end_closed: bool, /) -> N: ...
    def half_range(self, operator: str, bound: N, /) -> N: ...
    def inside(self, value: N, tests_of: tuple[N, ...], /) -> N: ...
    def tests(self, one_of: tuple[N, ...], /) -> N: ...
    def negated_tests(self, one_of: tuple[N, ...], /) -> N: ...
    def member_test(self, test: N, uses_value: bool, /) -> N: ...
    def operator_test(self, operator: str, bound: N, /) -> N: ...
    def make_list(self, items: tuple[N, ...], /) -> N: ...
    def make_context(self, entries: tuple[tuple[str, N], ...], /) -> N: ...
    def filtered(self, source: N, test: N, /) -> N: ...
    def loop(self, iterations: tuple[tuple[str, N, N | None], ...], body: N, /) -> N: ...
    def quantified(self, iterations: tuple[tuple[str, N, N | None], ...], test: N, decisive: bool, /) -> N: ...
    def define(self, parameters: tuple[str, ...], types: tuple[FeelType | None, ...], body: N, /) -> N: ...
    def call_named(
        self, name: str, builtin: Builtin | None, arguments: tuple[tuple[str | None, N], ...], local: bool, /
    ) -> N: ...
    def call_value(self, callee: N, arguments: tuple[tuple[str | None, N], ...], /) -> N: ...
