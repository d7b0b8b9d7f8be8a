"""The type check's closures for literals, names, operators and tests: they mirror `nodes`, one for one."""

from __future__ import annotations

from jiecheng.feel.arithmetic import RULES
from jiecheng.feel.builtins import BUILTINS
from jiecheng.feel.judged import (
    BOOLEAN,
    DATE,
    DAYS,
    MOMENT,
    MONTHS,
    NUMBER,
    TEXT,
    TIME,
    Judged,
    View,
    bare,
    item_of,
    joined,
    kind_of,
    nearest,
    spoken,
)
from jiecheng.feel.types import ANY, ContextType, FeelType, ListType, RangeType, Simple
from jiecheng.feel.values import KINDS, FeelValue, kind

POINTS = frozenset({DATE.name, TIME.name, MOMENT.name})
DURATIONS = frozenset({DAYS.name, MONTHS.name})
ORDERING = frozenset({"<", "<=", ">", ">=", "between", ".."})
UNORDERED = frozenset({"boolean", "list", "context", "function"})
ALLOWED = {(sign, KINDS[left][0], KINDS[right][0]) for sign, left, right in RULES}
ALLOWED |= {(sign, "number", "number") for sign in ("+", "-", "*", "/", "**")}
# Kinds that stand on some side of an operator; any other operand is wrong whatever stands beside it.
LEFT = {(sign, left) for sign, left, _ in ALLOWED}
RIGHT = {(sign, right) for sign, _, right in ALLOWED}

DAY_PARTS = {"year": NUMBER, "month": NUMBER, "day": NUMBER, "weekday": NUMBER}
CLOCK_PARTS = {"hour": NUMBER, "minute": NUMBER, "second": NUMBER, "time offset": DAYS, "timezone": TEXT}
PARTS: dict[str, dict[str, FeelType]] = {
    "date": {**DAY_PARTS},
    "time": {**CLOCK_PARTS},
    "date and time": {**DAY_PARTS, **CLOCK_PARTS},
    DAYS.name: {"days": NUMBER, "hours": NUMBER, "minutes": NUMBER, "seconds": NUMBER},
    MONTHS.name: {"years": NUMBER, "months": NUMBER},
    "range": {"start": ANY, "end": ANY, "start included": BOOLEAN, "end included": BOOLEAN},
    "string": {},
    "number": {},
    "boolean": {},
}


def constant(value: FeelValue) -> Judged:
    return Judged(lambda view, at: _type_of(value))


def _type_of(value: FeelValue) -> FeelType:
    # The nodes make constants of intervals between two literals.
    return RangeType(Simple(kind(value.start))) if kind(value) == "range" else Simple(kind(value))


def unreadable(text: str) -> Judged:
    def infer(view: View, at: int) -> FeelType:
        return view.remark(
            "types",
            at,
            f"“{text[:40]}”不是日期、时间或时长",
            f'"{text[:40]}" is no date, time or duration',
            '请写成 @"2026-05-01"、@"09:30:00" 或 @"P5D"',
        )

    return Judged(infer)


def bound_name(name: str) -> Judged:
    def infer(view: View, at: int) -> FeelType:
        found = view.lookup(name)
        if found is not None or name in BUILTINS:
            return found or ANY
        return view.remark(
            "unknown_name", at, f"没有名称 {name}", f"there is no name {name}", nearest(name, view.known())
        )

    return Judged(infer)


outer_name = bound_name


def path(value: Judged, name: str) -> Judged:
    def infer(view: View, at: int) -> FeelType:
        whole = bare(value.type_in(view))
        if isinstance(whole, ListType):
            return ListType(_entry(view, at, bare(whole.item), name))
        return _entry(view, at, whole, name)

    return Judged(infer, value.start)


def _entry(view: View, at: int, whole: FeelType, name: str) -> FeelType:
    if isinstance(whole, ContextType):
        entries = dict(whole.entries)
        if name in entries or whole.is_open:
            return entries.get(name, ANY)
        return view.remark(
            "unknown_entry", at, f"结构里没有 {name}", f"the context has no entry {name}", nearest(name, entries)
        )
    parts = PARTS.get(kind_of(whole))
    if parts is None or name in parts:
        return ANY if parts is None else parts[name]
    what = spoken(kind_of(whole))
    return view.remark(
        "unknown_entry", at, f"{what}没有 {name} 这一部分", f"a {kind_of(whole)} has no {name}", nearest(name, parts)
    )


# ---------------------------------------------------------------------- arithmetic and comparison


def arithmetic(operator: str, left: Judged, right: Judged) -> Judged:
    def infer(view: View, at: int) -> FeelType:
        one, other = left.type_in(view), right.type_in(view)
        a, b = kind_of(one), kind_of(other)
        if a and b and (operator, a, b) in ALLOWED:
            return _result(operator, one, other)
        wrong = (a and b) or (a and (operator, a) not in LEFT) or (b and (operator, b) not in RIGHT)
        if not wrong:
            return _probable(operator, one, other)
        what = f"{spoken(a)}与{spoken(b)}之间" if a and b else f"{spoken(a or b)}"
        return view.remark(
            "types",
            at,
            f"{what}不能用“{operator}”",
            f'"{operator}" has no meaning for {a or "anything"} and {b or "anything"}',
            conversion(a, b),
        )

    return Judged(infer, left.start)


def _result(operator: str, left: FeelType, right: FeelType) -> FeelType:
    a, b = kind_of(left), kind_of(right)
    if operator == "/" and a == b:
        return NUMBER
    if operator == "-" and a in POINTS and b in POINTS:
        return DAYS
    return right if b in POINTS or (operator == "*" and b in DURATIONS) else left


def _probable(operator: str, left: FeelType, right: FeelType) -> FeelType:
    """What comes out when it is not null, one side being unknown."""
    sides = {kind_of(left), kind_of(right)}
    if operator == "+":
        return TEXT if "string" in sides else NUMBER if "number" in sides else ANY
    return NUMBER if operator in ("-", "**") and "number" in sides else ANY


def negation(operand: Judged) -> Judged:
    def infer(view: View, at: int) -> FeelType:
        found = operand.type_in(view)
        what = kind_of(found)
        if what in ("", "number") or what in DURATIONS:
            return found
        return view.remark("types", at, f"{spoken(what)}不能取负", f"a {what} cannot be negated", conversion(what, ""))

    return Judged(infer, operand.start)


def conversion(one: str, other: str) -> str:
    """What to do about two kinds that do not go together."""
    kinds = {one, other}
    if "string" in kinds and kinds & {"date", "date and time", *DURATIONS}:
        return "日期存在变量里是文字，请先用 date(…) 转成日期"
    if kinds == {"string", "number"}:
        return "请让两边一样：都写成数字，或者都写成带英文引号的文字；也可以用 number(…)、string(…) 转换"
    if kinds == {"string"}:
        return "请先用 number(…) 转成数字，日期用 date(…)"
    if kinds == {"date", "date and time"}:
        return "请用 date(…) 去掉时刻"
    return "一边是清单：请用 in、list contains(…) 或取其中一项" if "list" in kinds else ""


def compared(view: View, at: int, operator: str, one: FeelType, other: FeelType) -> FeelType:
    """The answer of a comparison, with a remark when the two can never be compared."""
    a, b = kind_of(one), kind_of(other)
    if a and b and a != b:
        view.remark(
            "types",
            at,
            f"{spoken(a)}与{spoken(b)}不能用“{operator}”比较，结果总是空值",
            f'a {a} and a {b} cannot be compared with "{operator}": the answer is always null',
            conversion(a, b),
        )
    elif a in UNORDERED and operator in ORDERING:
        view.remark("types", at, f"{spoken(a)}不能比大小", f"a {a} has no order")
    return BOOLEAN


def compare(operator: str, left: Judged, right: Judged) -> Judged:
    return Judged(
        lambda view, at: compared(view, at, operator, left.type_in(view), right.type_in(view)),
        left.start,
    )


def between(value: Judged, low: Judged, high: Judged) -> Judged:
    def infer(view: View, at: int) -> FeelType:
        found = value.type_in(view)
        for bound in (low, high):
            compared(view, at, "between", found, bound.type_in(view))
        return BOOLEAN

    return Judged(infer, value.start)


# ---------------------------------------------------------------------- conditions


def asked(view: View, test: Judged) -> None:
    """Remarks on a condition that is no yes or no."""
    what = kind_of(test.type_in(view))
    if what not in ("", "boolean"):
        refuse_condition(view, test.start, what)


def refuse_condition(view: View, at: int, what: str) -> None:
    view.remark(
        "not_boolean",
        at,
        f"条件应为是或否，却是{spoken(what)}",
        f"a condition must be true or false, but this is a {what}",
        '请写成比较，例如 x = "agree"',
    )


def junction(operands: tuple[Judged, ...], decisive: bool) -> Judged:
    def infer(view: View, at: int) -> FeelType:
        for operand in operands:
            asked(view, operand)
        return BOOLEAN

    return Judged(infer, operands[0].start)


def condition(test: Judged, then: Judged, otherwise: Judged) -> Judged:
    def infer(view: View, at: int) -> FeelType:
        asked(view, test)
        return joined([then.type_in(view), otherwise.type_in(view)])

    return Judged(infer)


def instance_of(value: Judged, wanted: FeelType) -> Judged:
    def infer(view: View, at: int) -> FeelType:
        value.type_in(view)
        return BOOLEAN

    return Judged(infer, value.start)


# ---------------------------------------------------------------------- intervals and tests


def interval(start: Judged, end: Judged, start_closed: bool, end_closed: bool) -> Judged:
    def infer(view: View, at: int) -> FeelType:
        low, high = start.type_in(view), end.type_in(view)
        compared(view, at, "..", low, high)
        return RangeType(joined([low, high]))

    return Judged(infer, start.start)


def half_range(operator: str, bound: Judged) -> Judged:
    return Judged(lambda view, at: RangeType(bound.type_in(view)), bound.start)


def inside(value: Judged, tests_of: tuple[Judged, ...]) -> Judged:
    def infer(view: View, at: int) -> FeelType:
        inner = view.inner({"?": value.type_in(view)})
        for test in tests_of:
            test.type_in(inner)
        return BOOLEAN

    return Judged(infer, value.start)


def tests(one_of: tuple[Judged, ...]) -> Judged:
    def infer(view: View, at: int) -> FeelType:
        for test in one_of:
            test.type_in(view)
        return BOOLEAN

    return Judged(infer, one_of[0].start)


negated_tests = tests


def member_test(test: Judged, uses_value: bool) -> Judged:
    def infer(view: View, at: int) -> FeelType:
        value, found = view.lookup("?") or ANY, bare(test.type_in(view))
        # A condition decides by itself; a value that is a list may be meant as a whole or by its elements.
        if kind_of(found) == "boolean" or kind_of(value) in ("list", "range"):
            return BOOLEAN
        wanted = found.item if isinstance(found, RangeType) else item_of(found)
        wanted = wanted.item if isinstance(wanted, RangeType) else wanted
        return compared(view, at, "in" if isinstance(found, ListType) else "=", value, wanted)

    return Judged(infer, test.start)


def operator_test(operator: str, bound: Judged) -> Judged:
    return Judged(
        lambda view, at: compared(view, at, operator, view.lookup("?") or ANY, bound.type_in(view)),
        bound.start,
    )
