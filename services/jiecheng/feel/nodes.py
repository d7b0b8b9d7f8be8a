"""Closures for literals, names, operators and conditions: what a parsed expression becomes, ready to run."""

from __future__ import annotations

import operator as operators
from collections.abc import Callable
from decimal import Decimal

from jiecheng.feel.arithmetic import NUMBER_OPERATORS, calculate, negate
from jiecheng.feel.builtins import BUILTINS
from jiecheng.feel.comparison import equal, less, less_or_equal, member
from jiecheng.feel.convert import PLAIN
from jiecheng.feel.errors import NoValue
from jiecheng.feel.properties import read_property
from jiecheng.feel.ranges import make_range, range_of_comparison
from jiecheng.feel.runtime import MISSING, Frame, Node
from jiecheng.feel.types import FeelType, is_instance
from jiecheng.feel.values import FeelValue, Range, chinese_kind


def constant(value: FeelValue) -> Node:
    def run(frame: Frame) -> FeelValue:
        return value

    run.value = value  # type: ignore[attr-defined]  # lets the nodes around it be worked out once
    return run


def constant_of(node: Node) -> FeelValue:
    """The value of a constant node, MISSING for any other."""
    return getattr(node, "value", MISSING)


def outer_name(name: str) -> Node:
    """A name that nothing inside the expression can bind: one look-up in the caller's variables."""

    def read(frame: Frame) -> FeelValue:
        raw = frame.run.variables.get(name, MISSING)
        if type(raw) in PLAIN:
            return raw
        return frame.run.lift(name, raw) if raw is not MISSING else _unbound(frame, name)

    read.names = (name,)  # type: ignore[attr-defined]  # lets `path` make one step of "a.b.c"
    return read


def outer_path(names: tuple[str, ...]) -> Node:
    """`case.field.field` over the caller's variables: only what is asked for is converted, not the whole case."""
    first, steps = names[0], names[1:]

    def whole(frame: Frame) -> FeelValue:
        found = outer_name(first)
        for step in steps:
            found = _path(found, step)
        return found(frame)

    def read(frame: Frame) -> FeelValue:
        raw = frame.run.variables.get(first)
        for step in steps:
            if type(raw) is not dict or step not in raw:
                return whole(frame)
            raw = raw[step]
        return raw if type(raw) in PLAIN else frame.run.lift(names, raw)

    read.names = names  # type: ignore[attr-defined]  # lets `path` lengthen it
    return read


def bound_name(name: str) -> Node:
    def read(frame: Frame) -> FeelValue:
        value = frame.lookup(name)
        return value if value is not MISSING else _unbound(frame, name)

    return read


def _unbound(frame: Frame, name: str) -> FeelValue:
    builtin = BUILTINS.get(name)
    if builtin is None:
        frame.run.null(f"没有变量“{name}”")
    return builtin


def arithmetic(operator: str, left: Node, right: Node) -> Node:
    numbers = NUMBER_OPERATORS[operator]

    def run(frame: Frame) -> FeelValue:
        a, b = left(frame), right(frame)
        try:
            if type(a) is Decimal and type(b) is Decimal:
                return numbers(a, b)
            result = calculate(operator, a, b)
            frame.run.handle(result)
            return result
        except NoValue as no:
            frame.run.null(no.reason)
        except ArithmeticError:
            frame.run.null("计算结果超出数字的范围")
        return None

    return run


def negation(operand: Node) -> Node:
    known = constant_of(operand)
    if type(known) is Decimal:
        return constant(negate(known))

    def run(frame: Frame) -> FeelValue:
        try:
            return negate(operand(frame))
        except NoValue as no:
            frame.run.null(no.reason)
            return None

    return run


def compare(operator: str, left: Node, right: Node) -> Node:
    decide = COMPARISONS[operator]
    numbers = NUMBER_COMPARISONS[operator]

    def run(frame: Frame) -> FeelValue:
        a, b = left(frame), right(frame)
        if type(a) is Decimal and type(b) is Decimal:
            return numbers(a, b)
        frame.run.weigh(a)
        answer = decide(a, b)
        if answer is None:
            frame.run.null(_incomparable(a, b, operator))
        return answer

    return run


def _incomparable(left: FeelValue, right: FeelValue, operator: str) -> str:
    return f"{chinese_kind(left)}与{chinese_kind(right)}不能用“{operator}”比较"


def _unequal(left: FeelValue, right: FeelValue) -> bool | None:
    same = equal(left, right)
    return None if same is None else not same


COMPARISONS: dict[str, Callable[[FeelValue, FeelValue], bool | None]] = {
    "=": equal,
    "!=": _unequal,
    "<": less,
    "<=": less_or_equal,
    ">": lambda a, b: less(b, a),
    ">=": lambda a, b: less_or_equal(b, a),
}


NUMBER_COMPARISONS: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "=": operators.eq,
    "!=": operators.ne,
    "<": operators.lt,
    "<=": operators.le,
    ">": operators.gt,
    ">=": operators.ge,
}


def between(value: Node, low: Node, high: Node) -> Node:
    def run(frame: Frame) -> FeelValue:
        v, start, end = value(frame), low(frame), high(frame)
        above, below = less_or_equal(start, v), less_or_equal(v, end)
        if above is None or below is None:
            frame.run.null(_incomparable(v, start if above is None else end, "between"))
            return None
        return above and below

    return run


def junction(operands: tuple[Node, ...], decisive: bool) -> Node:
    """`or` is decided by one True, `and` by one False; what is neither true nor false leaves the answer unknown."""

    def run(frame: Frame) -> FeelValue:
        unknown = False
        for operand in operands:
            value = operand(frame)
            if value is decisive:
                return decisive
            if value is not True and value is not False:
                unknown = True
        return None if unknown else not decisive

    return run


def condition(test: Node, then: Node, otherwise: Node) -> Node:
    return lambda frame: then(frame) if test(frame) is True else otherwise(frame)


def instance_of(value: Node, wanted: FeelType) -> Node:
    def run(frame: Frame) -> FeelValue:
        found = value(frame)
        frame.run.weigh(found)
        return is_instance(found, wanted)

    return run


def path(value: Node, name: str) -> Node:
    names = getattr(value, "names", None)
    return _path(value, name) if names is None else outer_path((*names, name))


def _path(value: Node, name: str) -> Node:
    def run(frame: Frame) -> FeelValue:
        source = value(frame)
        if type(source) is dict and name in source:
            return source[name]
        if source is None:
            frame.run.null(f"空值没有“{name}”")
            return None
        frame.run.handle(source)
        try:
            return read_property(source, name)
        except NoValue as no:
            frame.run.null(no.reason)
            return None

    return run


def interval(start: Node, end: Node, start_closed: bool, end_closed: bool) -> Node:
    ends = constant_of(start), constant_of(end)
    if type(ends[0]) is type(ends[1]) in (Decimal, str):
        return constant(make_range(*ends, start_closed, end_closed))

    def run(frame: Frame) -> FeelValue:
        low, high = start(frame), end(frame)
        try:
            return make_range(low, high, start_closed, end_closed)
        except NoValue as no:
            frame.run.null(no.reason)
            return None

    return run


def half_range(operator: str, bound: Node) -> Node:
    """`< 5` as a value: an interval open to one side."""

    def run(frame: Frame) -> FeelValue:
        value = bound(frame)
        if value is None:
            frame.run.null("区间的端点是空值")
            return None
        return range_of_comparison(operator, value)

    return run


def inside(value: Node, tests_of: tuple[Node, ...]) -> Node:
    """`value in (test, test …)`; each test is a node that reads the value as "?"."""
    one_of = tests(tests_of)
    return lambda frame: one_of(Frame(frame.run, {"?": value(frame)}, frame))


def tests(one_of: tuple[Node, ...]) -> Node:
    if len(one_of) == 1:
        return one_of[0]

    def run(frame: Frame) -> FeelValue:
        unknown = False
        for test in one_of:
            answer = test(frame)
            if answer is True:
                return True
            unknown = unknown or answer is None
        return None if unknown else False

    return run


def negated_tests(one_of: tuple[Node, ...]) -> Node:
    any_of = tests(one_of)

    def run(frame: Frame) -> FeelValue:
        answer = any_of(frame)
        return not answer if isinstance(answer, bool) else None

    return run


def member_test(test: Node, uses_value: bool) -> Node:
    """One test of a list of tests. A test that speaks of "?" itself answers; any other one is looked into."""
    known = constant_of(test)
    quick = _quick_member(known)

    def run(frame: Frame) -> FeelValue:
        value = frame.names["?"]
        if quick is not None and type(value) is quick[0]:
            return quick[1](value)
        found = test(frame)
        if uses_value and (found is None or isinstance(found, bool)):
            return found
        frame.run.weigh(found)
        answer = member(value, found)
        # A cell that says just `true` is compared, so an input that is null does not fit it; a condition decides itself.
        if isinstance(found, bool) and not isinstance(value, bool) and not isinstance(known, bool):
            return found
        if answer is None:
            frame.run.null(_incomparable(value, found, "in"))
        return answer

    return run


def _quick_member(known: FeelValue) -> tuple[type, Callable[[FeelValue], bool]] | None:
    """The type of value for which the test is one comparison of Python, and that comparison."""
    if type(known) in (str, Decimal, bool):
        return type(known), known.__eq__
    if not isinstance(known, Range) or type(known.start) is not Decimal or type(known.end) is not Decimal:
        return None
    low, high = known.start, known.end
    below = less_or_equal if known.start_closed else less
    above = less_or_equal if known.end_closed else less
    if below is above is less_or_equal:
        return Decimal, lambda value: low <= value <= high
    return Decimal, lambda value: below(low, value) is True and above(value, high) is True


def operator_test(operator: str, bound: Node) -> Node:
    return compare(operator, lambda frame: frame.names["?"], bound)


def unreadable(text: str) -> Node:
    def run(frame: Frame) -> FeelValue:
        frame.run.null(f"“{text[:40]}”不是日期、时间或时长")

    return run
