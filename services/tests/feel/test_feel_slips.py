"""What an author reads when a text is no FEEL: the place, what is wrong and what to write instead, in both languages."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from jiecheng.feel import FeelError, check, compile_expression, compile_unary_tests, slips
from jiecheng.feel.errors import Slip

GOOD = (
    'if 金额 > 50000 and list contains(街镇, street) then "区级" else "街镇级"',
    "for 人 in 人员, n in 1..3 return {姓名: 人.姓名, 次数: n}",
    "some x in [1, 2, 3] satisfies x between 1 and (2 + 1)",
    'function(a: number, b: list<string>) a * 2 + date("2026-05-01").year',
    '人员[年龄 >= 35 and 性别 != "男"].姓名\n  instance of context<甲: list<number>>',
    'x in ([1..5), > 10, "a") // 说明\n or @"P3D" < 时长',
    "substring(string: a, start position: 2) /* 截取 */ = null",
)
SIGNS = (
    "（",
    "；",
    "＞",
    "§",
    '"',
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "..",
    "if",
    "then",
    "1" * 500,
    "9e99999",
    "/*",
    "@",
    ":",
)
SIGNS += ("instance of 没有", "instance of list<", "-" * 70, "(" * 70)


def broken(count: int) -> list[str]:
    """Good texts with a piece taken out, put in or exchanged."""
    chance, texts = random.Random(20261122), []
    for _ in range(count):
        text = chance.choice(GOOD)
        start = chance.randrange(len(text))
        end = min(len(text), start + chance.choice((0, 0, 1, 2, 5)))
        texts.append(text[:start] + chance.choice(("", *SIGNS)) + text[end:])
    return texts


def errors(source: str) -> list[FeelError]:
    """Of a text read as an expression, as a cell, and by the type check."""
    found = []
    for read in (compile_expression, compile_unary_tests, lambda text: check(text, {})):
        try:
            read(source)
        except FeelError as error:
            found.append(error)
    return found


def test_every_broken_text_is_answered_with_place_and_hint_in_both_languages() -> None:
    told: Counter[str] = Counter()
    for source in broken(3000):
        for error in errors(source):
            slip, lines = error.slip, source.split("\n")
            assert 1 <= error.line <= len(lines)
            assert 1 <= error.column <= len(lines[error.line - 1]) + 1
            assert all((slip.sentence, slip.english, slip.hint, slip.english_hint))
            assert error.message == (
                f"第 {error.line} 行第 {error.column} 列：{slip.sentence}。{slip.hint}"
                f"（line {error.line}, column {error.column}: {slip.english}; {slip.english_hint}）"
            )
            told[slip.hint] += 1
    assert len(told) >= 20, told  # the texts are broken in many ways, not in one


@pytest.mark.parametrize(
    ("source", "english", "hint"),
    [
        ("1 +", "expected a value, found the end", "write a value"),
        ("(1", 'expected ")", found the end', "a bracket is not closed"),
        ("金额＞5", 'the full-width sign "＞" is not known', 'write the half-width ">"'),
        ("if a then b", 'expected "else", found the end', "an if always has an else"),
        ("1 2", 'expected the end of the expression, found the number "2"', "operator or a bracket"),
        ("f(a: 1, 2)", "either all arguments carry names, or none", "f(1, 2)"),
        ("x between 1 or 2", 'expected "and", found the keyword "or"', "x between 1 and 10"),
    ],
)
def test_an_english_reader_learns_the_same(source: str, english: str, hint: str) -> None:
    with pytest.raises(FeelError) as caught:
        compile_expression(source)
    assert caught.value.slip.english == english
    assert hint in caught.value.slip.english_hint


def test_no_slip_mixes_the_languages() -> None:
    for slip in [each for each in vars(slips).values() if isinstance(each, Slip)]:
        assert (slip.english + slip.english_hint).replace("…", "").isascii(), slip
        assert not slip.sentence.isascii(), slip
        assert not slip.hint.isascii(), slip
