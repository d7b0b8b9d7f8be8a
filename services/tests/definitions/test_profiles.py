"""What differs between two cities is found in the tables and the clauses, and nothing else is reported."""

from __future__ import annotations

from pathlib import Path

import pytest

from jiecheng.cases import deployment, profile
from jiecheng.definitions import profiles
from jiecheng.model.errors import Invalid

ROOT = Path(__file__).parents[3]
BUNDLES = [one for one in deployment.read_bundles(ROOT) if one.process == "staff_loan"]


def _changes(first: str, second: str) -> dict[str, tuple[str, str]]:
    found = profiles.table_differences(BUNDLES, first, second)
    return {column: (one, other) for row in found for column, one, other in row.changes}


def test_a_shorter_loan_in_one_city_is_named_with_both_values() -> None:
    assert _changes("嘉兴", "福山")["一次最长（月）"] == ("6", "3")


def test_the_other_way_round_the_values_change_sides() -> None:
    assert _changes("福山", "嘉兴")["一次最长（月）"] == ("3", "6")


@pytest.mark.parametrize("city", profiles.PROFILES)
def test_a_city_does_not_differ_from_itself(city: str) -> None:
    found = profile.compare(BUNDLES, city, city)
    assert (found.tables, found.clauses) == ([], [])


def test_a_document_in_one_city_and_custom_in_the_other_is_a_difference() -> None:
    found = {one.rule: one.sentence("静安", "福山") for one in profile.compare(BUNDLES, "静安", "福山").clauses}
    assert "静安——文件" in found["L2"]
    assert "福山——惯例" in found["L2"]


def test_the_difference_says_under_which_condition_it_holds() -> None:
    said = [one.sentence("嘉兴", "福山") for one in profiles.table_differences(BUNDLES, "嘉兴", "福山")]
    assert any("借用方向：上级借用" in one for one in said)


def test_an_unknown_city_is_refused_with_the_five_there_are() -> None:
    with pytest.raises(Invalid, match="静安、西安、嘉兴、上海、福山"):
        profile.compare(BUNDLES, "嘉兴", "南京")
