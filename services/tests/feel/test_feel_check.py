"""The type check remarks on what cannot be right, names the place, and keeps silent where nobody knows."""

from __future__ import annotations

from decimal import Decimal

import pytest

from jiecheng import feel
from jiecheng.feel.builtins import BUILTINS
from jiecheng.feel.check_operators import PARTS
from jiecheng.feel.closures import Maker
from jiecheng.feel.properties import PROPERTIES
from jiecheng.feel.results import ARGUMENTS, RESULTS
from jiecheng.feel.values import KINDS

NUMBER, TEXT, BOOLEAN, DATE = (feel.Simple(name) for name in ("number", "string", "boolean", "date"))
PERSON = feel.ContextType((("person", TEXT), ("name", TEXT), ("organ_kind", TEXT)))
LOAN = feel.ContextType((("person", TEXT), ("months", NUMBER)))
KNOWN: dict[str, feel.FeelType] = {
    "borrowed": PERSON,
    "start_date": TEXT,
    "today": DATE,
    "months": NUMBER,
    "approved": BOOLEAN,
    "committee_outcome": TEXT,
    "loans": feel.ListType(LOAN),
    "rows": feel.ListType(feel.ContextType((("status", TEXT),), is_open=True)),
    "names": feel.ListType(TEXT),
    "limits": feel.ANY,
}


def remarks(source: str) -> list[feel.Remark]:
    return feel.check(source, KNOWN)


@pytest.mark.parametrize(
    "source",
    [
        'committee_outcome = "agree" and months <= limits.max_months and borrowed.organ_kind in ["街道", "镇"]',
        "limits.anything.at.all[whatever = 1][1].thing + 5",
        'rows[status = "借调中" and column_of_another_process > 3]',
        "loans[months > 3].person",
        "loans[person = borrowed.person][1].months + 1",
        'date(start_date) <= today + duration("P5D")',
        'years and months duration(date(start_date), today) / duration("P1M") + 1',
        "for loan in loans return loan.months * 2",
        "for i in 1..3 return i * months",
        'some name in names satisfies starts with(name, "张")',
        "count(loans) > 0 and sum(loans.months) < 12",
        'if approved then "是" else null',
        "months in [1..5] or months in (1, 3, 5) or months in (> 5, < 2)",
        "{a: months, b: a + 1}.b > 2",
        'start_date + "T00:00:00+08:00"',
        'today - today < duration("P10D")',
        "today.year + 1 > 2026",
        "sort(loans, function(a, b) a.months < b.months)[1].months > 3",
        "start_date = null and months != null",
        'names[1] = "张三" and names[-1] != "李四"',
        'list contains(names, "张三") and not(approved)',
        "months between 1 and 5",
        "min(months, 5) + max(loans.months)",
        "approved = true or approved",
        'date and time(today, time("09:00:00")) > now()',
        'context put(borrowed, "x", 1).x',
        "floor(months / 2) + modulo(months, 2)",
        "approved in [true, false]",
        "borrowed in [{a: 1}, borrowed] or loans[1] in loans",
    ],
)
def test_sound_expressions_are_not_remarked_on(source: str) -> None:
    assert remarks(source) == []


@pytest.mark.parametrize(
    ("source", "code", "place", "hint"),
    [
        ("borowed.name", "unknown_name", (1, 1), "borrowed"),
        ('months > 3 and\n borrowed.nmae = "张"', "unknown_entry", (2, 2), "name"),
        ('comittee_outcome = "agree"', "unknown_name", (1, 1), "committee_outcome"),
        ("loans[person = borrowed.persn]", "unknown_entry", (1, 16), "person"),
        ("loans[monhts > 3]", "unknown_name", (1, 7), "months"),
        ('months = "3"', "types", (1, 1), "number("),
        ("start_date < today", "types", (1, 1), "date("),
        ("today > start_date", "types", (1, 1), "date("),
        ("start_date + 5", "types", (1, 1), ""),
        ('start_date + duration("P1D")', "", (1, 1), ""),
        ("today + 5", "types", (1, 1), ""),
        ("start_date * 2", "types", (1, 1), ""),
        ("-committee_outcome", "types", (1, 2), ""),
        ('months in ["a", "b"]', "types", (1, 11), "number("),
        ("committee_outcome in [1..5]", "types", (1, 22), "number("),
        ('months between "a" and 5', "types", (1, 1), ""),
        ('names = "张三"', "types", (1, 1), "in"),
        ("borrowed < borrowed", "types", (1, 1), ""),
        ("strng length(start_date)", "arguments", (1, 1), "string length"),
        ("string length()", "arguments", (1, 1), "string length(string)"),
        ("string length(months)", "types", (1, 15), "string("),
        ("substring(start_date)", "arguments", (1, 1), "start position"),
        ('contains(string: start_date, pattern: "x")', "arguments", (1, 1), "match"),
        ("if months then 1 else 2", "not_boolean", (1, 4), ""),
        ("approved and committee_outcome", "not_boolean", (1, 14), ""),
        ("some l in loans satisfies l.months", "not_boolean", (1, 27), ""),
        ("loans[person]", "not_boolean", (1, 7), ""),
        ("today.yaer", "unknown_entry", (1, 1), "year"),
        ("months.name", "unknown_entry", (1, 1), ""),
        ('@"2026-13-40"', "types", (1, 1), "2026-05-01"),
        ("for loan in loans return loan.month", "unknown_entry", (1, 26), "months"),
        ("months(3)", "arguments", (1, 1), ""),
    ],
)
def test_what_cannot_be_right_is_named_with_its_place(
    source: str, code: str, place: tuple[int, int], hint: str
) -> None:
    found = remarks(source)
    if not code:
        assert found == []  # a duration that is computed may be of either kind
        return
    assert [(each.code, (each.line, each.column)) for each in found] == [(code, place)]
    assert hint in found[0].hint
    assert found[0].english.isascii()


def test_a_wrong_piece_is_remarked_on_once_however_deep_it_stands() -> None:
    assert len(remarks("if (borowed.name + 1) * 2 > 5 then 1 else 2")) == 1


def test_a_place_that_asks_for_a_condition_gets_one() -> None:
    assert [each.code for each in feel.check("months + 1", KNOWN, BOOLEAN)] == ["not_boolean"]
    assert feel.check("limits.yes", KNOWN, BOOLEAN) == []
    assert feel.check("months > 1", KNOWN, BOOLEAN) == []


def test_names_with_blanks_are_read_as_the_dictionary_knows_them() -> None:
    assert feel.check("loan and period + 1", {"loan and period": NUMBER}) == []
    assert feel.check('loan and period = "x"', {"loan and period": NUMBER})[0].code == "types"


def test_cells_are_checked_against_their_column() -> None:
    assert feel.check_tests('"街道", "镇"', {}, TEXT) == []
    assert feel.check_tests("[1..5], > 7, 3", {}, NUMBER) == []
    assert feel.check_tests("-", {}, NUMBER) == []
    assert feel.check_tests("? > limit", {"limit": NUMBER}, NUMBER) == []
    assert [each.code for each in feel.check_tests('"3"', {}, NUMBER)] == ["types"]
    assert [each.code for each in feel.check_tests("> 3", {}, TEXT)] == ["types"]
    assert [each.code for each in feel.check_tests('not("a", 3)', {}, TEXT)] == ["types"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("borrowed.name", TEXT),
        ("loans.months", feel.ListType(NUMBER)),
        ("loans[1].months * 2", NUMBER),
        ("if approved then loans else null", feel.ListType(LOAN)),
        ('if approved then 1 else "x"', feel.ANY),
        ("limits.x", feel.ANY),
        ("date(start_date)", DATE),
        ("[1, 2]", feel.ListType(NUMBER)),
        ("today - today", feel.Simple("days and time duration")),
    ],
)
def test_the_type_of_a_value_is_inferred(source: str, expected: feel.FeelType) -> None:
    assert feel.type_of(source, KNOWN) == expected


def test_tables_of_the_check_agree_with_what_runs() -> None:
    assert set(RESULTS) | set(ARGUMENTS) <= set(BUILTINS)
    for python, parts in PROPERTIES.items():
        assert set(PARTS[KINDS[python][0]]) == set(parts)


def test_check_and_run_have_a_closure_for_each_thing_the_grammar_knows() -> None:
    from jiecheng.feel import checking, closures

    asked = {name for name in vars(Maker) if not name.startswith("_")}
    assert asked == set(checking.__all__) == set(closures.__all__) - {"Maker"}


SAMPLES: dict[str, object] = {
    "borrowed": {"person": "p", "name": "n", "organ_kind": "镇"},
    "start_date": "2026-03-01",
    "months": Decimal(3),
    "approved": True,
    "committee_outcome": "agree",
    "loans": [{"person": "p", "months": Decimal(2)}],
    "names": ["张三"],
}


@pytest.mark.parametrize("name", sorted(RESULTS))
def test_results_of_functions_are_of_the_type_the_check_says(name: str) -> None:
    """Calls every function with values of many kinds: whatever is not null has the promised type."""
    from jiecheng.feel.types import is_instance

    values = [
        '"2026-03-01"',
        '"3"',
        '"P1D"',
        '"a"',
        "3",
        "2",
        "true",
        "[1, 2]",
        '["a"]',
        '@"2026-03-01"',
        "[1..3]",
        "{a: 1}",
    ]
    seen = 0
    for first in values:
        more = [f"{first}, {second}" for second in values] + [f'{first}, 1, "x"', f'{first}, "a", "x"']
        for arguments in (first, *more):
            source = f"{name}({arguments})"
            value = feel.compile_expression(source).evaluate({"today": None})
            if value is not None:
                seen += 1
                assert is_instance(value, feel.type_of(source, {})), (source, value)
    assert seen or name in ("now", "today")
