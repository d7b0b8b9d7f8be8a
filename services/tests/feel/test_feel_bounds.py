"""Hostile and silly input is answered in bounded time: refused with a sentence, or null with a reason."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Context, Decimal

import pytest

from jiecheng.feel import FeelError, compile_expression, compile_unary_tests, to_json
from jiecheng.feel.builtins import BUILTINS

WIDE = [{"a": number} for number in range(15_000)]


@contextmanager
def within(seconds: float) -> Iterator[None]:
    start = time.process_time()
    yield
    assert time.process_time() - start < seconds


def answer(source: str, **variables: object) -> object:
    """The value, or the word 拒绝 when the text or its cost was refused."""
    try:
        return compile_expression(source).evaluate(variables)
    except FeelError:
        return "拒绝"


@pytest.mark.parametrize(
    "source",
    [
        '"' + "a" * 10**6 + '"',
        "(" * 5000 + "1" + ")" * 5000,
        "[" * 5000 + "]" * 5000,
        "{a:" * 3000 + "1" + "}" * 3000,
        "-" * 10000 + "1",
        "not(" * 3000 + "true" + ")" * 3000,
        "if true then " * 1500 + "1",
        "1 in (" * 3000 + "1",
        "x in ((" * 2000 + "1..2",
        "1" * 5000,
        " " * 19000 + "§",
        "/*" * 9000,
        "`" * 9000,
        "a" * 19999 + "＞",
        "function(f) " * 1500 + "1",
        "]1..5[" * 3000,
        "x instance of " + "list<" * 3000 + "number" + ">" * 3000,
        "(function(g) g(g))(function(g) g(g))",
        "(function(g) [g(g), g(g)])(function(g) [g(g), g(g)])",
        "for a in 1..20000, b in 1..20000 return a * b",
        "some a in 1..20000, b in 1..20000, c in 1..20000 satisfies a = 0",
        "sort(for a in 1..20000 return a, function(x, y) count(for z in 1..100 return z) > 0)",
        "distinct values(for a in 1..20000 return a)",
        "for i in 1..20000 return long + long",
        "for i in 1..20000 return upper case(long)",
        "for i in 1..20000 return append(wide, 1)",
        "for i in 1..20000 return wide = wide",
        "for i in 1..20000 return wide.a",
        "for i in 1..20000 return list contains(wide, -1)",
        "for i in 1..20000 return case.wide = 1",
        "for i in 1..20000 return partial",
        'for i in 1..20000 return matches(long, "(a|b|ab)*c$")',
        'for i in 1..20000 return replace(long, "a", "bb")',
    ],
)
def test_too_much_is_refused_with_a_sentence_in_bounded_time(source: str) -> None:
    with within(3):
        assert answer(source, long="a" * 50_000, wide=WIDE, case={"wide": WIDE}) == "拒绝"


UNFOLDING = "{x0: [1, 1], " + ", ".join(f"x{at}: [x{at - 1}, x{at - 1}]" for at in range(1, 50)) + ", r: %s}.r"


@pytest.mark.parametrize(
    "use",
    [
        "string(x49)",
        "x49 = x48",
        "flatten(x49)",
        "x49 instance of list<list<list<number>>>",
        "list contains(x49, 1)",
        "distinct values(x49)",
        "1 in x49",
        "(function(a: list<list<number>>) 1)(x49)",
        "is(x49, x49)",
    ],
)
def test_shared_lists_that_would_unfold_without_end_are_refused(use: str) -> None:
    with within(2):
        assert answer(UNFOLDING % use) == "拒绝"


def test_a_result_that_would_unfold_without_end_is_refused_at_the_border() -> None:
    with within(2), pytest.raises(FeelError):
        to_json(compile_expression(UNFOLDING % "x49").evaluate({}))


@pytest.mark.parametrize(
    "source",
    [
        "9 ** 9 ** 9 ** 9 ** 9",
        "10 ** 10000000000",
        "-10 ** 6144 * 10",
        "1 / 0",
        "0 ** -1",
        "exp(100000)",
        "for i in 1..10**9 return i",
        "for i in 1..10**6000 return i",
        "[1, 2][10**30]",
        'substring("abc", 10**30)',
        "decimal(1, 10**9)",
        'duration("P999999999999Y")',
        'duration("P1D") * 10**30',
        'date("2026-01-01") + duration("P999999999999D")',
        'time("10:00:00@Not/AZone")',
        'time("10:00:00@../../etc/passwd")',
        'number("' + "9" * 5000 + '")',
    ],
)
def test_numbers_beyond_the_range_are_null_in_bounded_time(source: str) -> None:
    with within(1):
        assert answer(source) is None


@pytest.mark.parametrize(
    "pattern",
    ["(a+)+$", "(a|a)*$", "(a|aa)+$", "(.*a){12}$", "((a*)*)*$", "(a?){50}a{50}", "^(a|b|ab)*c$", r"(a*)*\1b"],
)
def test_catastrophic_patterns_are_answered_in_bounded_time(pattern: str) -> None:
    pattern = pattern.replace("\\", "\\\\")
    with within(3):
        assert answer(f'matches(x, "{pattern}")', x="a" * 3000 + "b") in (True, False, None)


def test_a_plain_pattern_is_answered_on_the_longest_text() -> None:
    assert answer('matches(x, "^b")', x="a" * 190_000) is False
    assert answer('matches(x, "b$")', x="a" * 60_000 + "b") is True


def test_repetitions_of_repetitions_do_not_blow_up_the_program() -> None:
    with within(1):
        assert answer('matches("a", "((a{99}){99}){99}")') is None
        assert answer('matches("a", "' + "(" * 200 + "a" + ")" * 200 + '")') is None


def test_texts_and_lists_do_not_grow_without_end() -> None:
    doubled = "{a: x + x, b: a + a, c: b + b, d: c + c, e: d + d, f: e + e, g: f + f, h: g + g, i: h + h}.i"
    with within(1):
        assert answer(doubled, x="a" * 1000) is None
        assert answer("concatenate(x, x)", x=list(range(15_000))) is None
        assert answer("x", x=list(range(30_000))) == "拒绝"


def test_deeply_nested_variables_are_refused() -> None:
    nested: object = 1
    for _ in range(5000):
        nested = [nested]
    with within(1):
        assert answer("x", x=nested) == "拒绝"


def test_a_list_that_is_made_of_itself_stays_finite() -> None:
    with within(1):
        found = answer("for i in 1..10 return partial")
        assert isinstance(found, list)
        assert found[:3] == [[], [[]], [[], [[]]]]


def test_a_long_chain_of_conditions_is_no_deep_nest() -> None:
    chain = " or ".join(f"x = {number}" for number in range(900))
    assert answer(chain, x=899) is True


PRECISE = Context(prec=34)
PIECES_TEXT = """
1 2.5 x 金额 + - * / ** ( ) [ ] { } , . .. : = != < <= > >= and or not in between if then else for return some every
satisfies function null true false ? @ "a" "2026-01-01" date duration count instance of list item
"""
PIECES = PIECES_TEXT.split()


def in_expression(source: str) -> object:
    return compile_expression(source).evaluate({"x": 3, "金额": [1, 2], "?": 1})


def in_cell(source: str) -> object:
    return compile_unary_tests(source).matches(3, {"x": 3, "金额": [1, 2]})


def test_random_texts_are_read_or_refused_never_a_crash() -> None:
    chance = random.Random(20260501)
    read = 0
    for _ in range(2500):
        source = " ".join(chance.choice(PIECES) for _ in range(chance.randint(1, 14)))
        for run_it in (in_expression, in_cell):
            try:
                run_it(source)
                read += 1
            except FeelError:
                pass
    assert read > 120


def random_number(chance: random.Random) -> str:
    return f"{'-' if chance.random() < 0.3 else ''}{chance.randint(0, 10 ** chance.randint(0, 12))}.{chance.randint(0, 999)}"


def test_arithmetic_agrees_with_decimal_and_order_with_python() -> None:
    chance = random.Random(7)
    for _ in range(300):
        a, b = random_number(chance), random_number(chance)
        assert answer(f"({a}) + ({b})") == PRECISE.add(Decimal(a), Decimal(b))
        assert answer(f"({a}) * ({b})") == PRECISE.multiply(Decimal(a), Decimal(b))
        assert answer(f"({a}) < ({b})") is (Decimal(a) < Decimal(b))
        assert answer(f"({a}) in [{min(Decimal(a), Decimal(b))}..{max(Decimal(a), Decimal(b))}]") is True


def test_dates_agree_with_python_over_random_days() -> None:
    from datetime import date, timedelta

    chance = random.Random(11)
    for _ in range(250):
        start = date.fromordinal(chance.randint(366, 3_600_000))
        days = chance.randint(-300, 300)
        end = start + timedelta(days=days)
        found = compile_expression("string(start + duration(span)) = string(end) and end - start = duration(span)")
        span = f"{'-' if days < 0 else ''}P{abs(days)}D"
        assert found.evaluate({"start": start, "end": end, "span": span}) is True
        week = compile_expression("week of year(start)").evaluate({"start": start})
        assert week == start.isocalendar().week
        assert compile_expression("start.weekday").evaluate({"start": start}) == start.isoweekday()


ODD_TEXT = """
null; true; 1; -3; 0.5; 10**6144; 10**-6143; 1/3; "a"; ""; "2026-05-01"; "P1D"; "[1..5]"; "(a+)"; []; [1, 2, 3]; [null];
[[1], [2]]; {}; {a: 1}; [{key: "k", value: 2}]; @"2026-05-01"; @"10:00:00"; @"10:00:00@Europe/Paris"; @"-999999999-01-01";
@"999999999-12-31T23:59:59"; @"2026-05-01T10:00:00+08:00"; @"P1D"; @"-P1Y"; [1..5]; (<5); function(a, b) a < b; count
"""
ODD = [piece.strip() for piece in ODD_TEXT.replace("\n", " ").split(";")]


def test_every_operator_and_function_survives_odd_arguments() -> None:
    chance = random.Random(9)
    patterns = ["({}) {op} ({})", "({})[{}]", "for i in {}..{} return i", "[({})..({})]", "({}) between ({}) and ({})"]
    patterns += [f"{name}({', '.join(['{}'] * count)})" for name in BUILTINS for count in range(4)]
    answered = 0
    for pattern in patterns:
        for _ in range(10):
            operator = chance.choice(("+", "-", "*", "/", "**", "=", "<", ">=", "and", "or", "in"))
            source = pattern.format(*(chance.choice(ODD) for _ in range(3)), op=operator)
            found = answer(source)
            answered += found is not None and found != "拒绝"
            to_json(found)
    assert answered > 150
