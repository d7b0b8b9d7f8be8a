"""The check of tables: which inputs have no row, which rows meet."""

from __future__ import annotations

import random

import pytest

from jiecheng.decisions import DecisionModel, evaluate, holes, overlaps, read_decisions
from jiecheng.model.errors import Finding


def table(columns: list[tuple[str, str, str]], rows: list[tuple[str, ...]], policy: str = "UNIQUE") -> DecisionModel:
    """`columns`: name, type, allowed values. The output of a row is its number."""

    def safe(text: str) -> str:
        return text.replace("<", "&lt;")

    inputs = "".join(
        f'<input label="{name}"><inputExpression typeRef="{kind}"><text>{name}</text></inputExpression>'
        + (f"<inputValues><text>{safe(allowed)}</text></inputValues>" if allowed else "")
        + "</input>"
        for name, kind, allowed in columns
    )
    cells = "".join(
        "<rule>" + "".join(f"<inputEntry><text>{safe(cell)}</text></inputEntry>" for cell in row)
        + f"<outputEntry><text>{number}</text></outputEntry></rule>"
        for number, row in enumerate(rows, start=1)
    )  # fmt: skip
    return read_decisions(
        '<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" namespace="urn:test" name="试">'
        f'<decision id="d" name="d"><decisionTable hitPolicy="{policy}">{inputs}<output name="r"/>{cells}'
        "</decisionTable></decision></definitions>"
    )


AMOUNT = ("金额", "number", "")
KIND = ("类别", "string", '"甲","乙"')
URGENT = ("加急", "boolean", "")


def situations(findings: list[Finding]) -> list[str]:
    return [finding.message.partition("适用于：")[2].partition("。")[0] for finding in findings]


@pytest.mark.parametrize(
    ("columns", "rows", "expected"),
    [
        ([AMOUNT], [("< 10",), (">= 10",)], []),
        ([AMOUNT], [("< 10",), ("> 10",)], ["金额等于 10"]),
        ([AMOUNT], [("[0..10]",), ("[11..20]",)], ["金额小于 0", "金额大于 10 且小于 11", "金额大于 20"]),
        ([AMOUNT], [("> 10",)], ["金额不大于 10"]),
        ([("金额", "number", "[0..20]")], [("[0..10]",), ("(10..20]",)], []),
        ([KIND], [('"甲"',)], ["类别为“乙”"]),
        ([KIND], [('"甲"',), ('not("甲")',)], []),
        ([("类别", "string", "")], [('"甲"',)], ["类别为其他值"]),
        ([URGENT], [("true",)], ["加急为“否”"]),
        ([URGENT], [("true",), ("-",)], []),
        ([AMOUNT, KIND], [("< 10", "-"), (">= 10", '"甲"')], ["金额不小于 10，类别为“乙”"]),
        ([AMOUNT, URGENT], [("-", "true"), ("-", "false")], []),
        ([("日期", "date", "")], [('< date("2026-01-01")',), ('> @"2026-01-01"',)], ["日期等于 2026-01-01"]),
        ([AMOUNT], [], ["任何输入"]),
    ],
)
def test_hole_is_said_in_words(
    columns: list[tuple[str, str, str]], rows: list[tuple[str, ...]], expected: list[str]
) -> None:
    assert situations(holes(table(columns, rows), "d")) == expected


def test_catch_all_row_fills_every_hole() -> None:
    assert holes(table([AMOUNT, KIND], [("< 10", '"甲"'), ("-", "-")], "FIRST"), "d") == []


def test_policies_that_may_answer_with_nothing_have_no_holes() -> None:
    assert holes(table([AMOUNT], [("< 10",)], "COLLECT"), "d") == []


def test_a_cell_that_speaks_of_other_variables_is_a_warning_not_an_error() -> None:
    (finding,) = holes(table([AMOUNT], [("< 限额",), (">= 限额",)]), "d")
    assert (finding.severity, finding.code) == ("warning", "decision_unchecked")
    assert "金额" in finding.message


@pytest.mark.parametrize(
    ("columns", "rows", "expected"),
    [
        ([AMOUNT], [("< 10",), (">= 10",)], []),
        ([AMOUNT], [("<= 10",), (">= 10",)], ["第 1 行与第 2 行"]),
        ([AMOUNT, KIND], [("<= 10", '"甲"'), (">= 10", '"乙"')], []),
        ([AMOUNT, KIND], [("<= 10", "-"), (">= 10", '"乙"'), ("20", '"乙"')], ["第 1 行与第 2 行", "第 2 行与第 3 行"]),
        ([KIND], [('"甲"',), ('not("乙")',)], ["第 1 行与第 2 行"]),
        ([AMOUNT, AMOUNT], [("< 限额", "1"), ("> 限额", "1")], []),
    ],
)
def test_rows_that_meet_are_named(
    columns: list[tuple[str, str, str]], rows: list[tuple[str, ...]], expected: list[str]
) -> None:
    found = overlaps(table(columns, rows), "d")
    assert [finding.message.partition("”")[2].partition("会")[0] for finding in found] == expected


def test_only_unique_tables_must_not_overlap() -> None:
    assert overlaps(table([AMOUNT], [("<= 10",), (">= 10",)], "FIRST"), "d") == []


CELLS = ("< 5", "<= 5", "> 5", ">= 5", "[2..5)", "(5..8]", "5", "not(5)", "-", "2, 7", "!= 2", "[8..9]")


@pytest.mark.parametrize("seed", range(25))
def test_holes_and_overlaps_agree_with_trying_every_value(seed: int) -> None:
    chance = random.Random(seed)
    rows = [(chance.choice(CELLS), chance.choice(("true", "false", "-"))) for _ in range(chance.randint(1, 6))]
    rows = [row for row in rows if row != ("-", "-")] or [("5", "true")]
    model = table([AMOUNT, URGENT], rows, "UNIQUE")
    tried = [
        evaluate(model, "d", {"金额": half / 2, "加急": urgent}).explanations[0].rows
        for half in range(-2, 24)
        for urgent in (True, False)
    ]
    assert bool(holes(model, "d")) is any(not hit for hit in tried)
    assert bool(overlaps(model, "d")) is any(len(hit) > 1 for hit in tried)


def test_a_large_table_is_checked_in_bounded_time() -> None:
    rows = [(f"[{10 * n}..{10 * n + 10})", '"甲"' if n % 2 else "-", "true") for n in range(200)]
    model = table([AMOUNT, KIND, URGENT], rows)
    found = holes(model, "d")
    assert len(found) == 21
    assert "还有更多" in found[-1].message
    assert overlaps(model, "d") == []
