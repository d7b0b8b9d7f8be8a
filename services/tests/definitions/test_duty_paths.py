"""事务下沉准入: what no feasible path goes around, whichever row the deciding tables answer with (D1, D2, D3, D10)."""

from __future__ import annotations

import functools
import itertools
import json
from pathlib import Path
from typing import Any

import pytest

from jiecheng import decisions, definitions
from jiecheng.decisions import DecisionModel
from jiecheng.definitions import feasible
from jiecheng.definitions.answers import RowAnswer, row_answers

FOLDER = Path(__file__).parents[3] / "bpmn/duty_admission"
ADMISSION = definitions.read_process((FOLDER / "duty_admission.bpmn").read_text("utf-8"))
LISTS = {"duty_list", "street_duty_list"}
# Everything that puts a row on the lists, and what makes a row say 已生效.
WRITERS = sorted(
    node.id for node in ADMISSION.nodes.values() if LISTS & {entry.register for entry in node.register_entries}
)
IN_FORCE = sorted(
    node.id
    for node in ADMISSION.nodes.values()
    if any(entry.register in LISTS and entry.status == "已生效" for entry in node.register_entries)
)


def reachable(under: dict[str, Any] | None = None, avoiding: str = "") -> frozenset[str]:
    """Walked once for each question, however many rows of a table ask it."""
    return _walked(json.dumps(under or {}, sort_keys=True), avoiding)


@functools.cache
def _walked(under: str, avoiding: str) -> frozenset[str]:
    return feasible.reachable(ADMISSION, json.loads(under), avoiding=[avoiding] if avoiding else [])


def table(name: str) -> DecisionModel:
    return decisions.read_decisions((FOLDER / f"{name}.dmn").read_text("utf-8"))


def answer(name: str, **facts: Any) -> Any:  # noqa: ANN401 - FEEL values
    return decisions.evaluate(table(name), name, facts).value


DECISIONS = row_answers(table("admission_decision"), "admission_decision")
GAPS = row_answers(table("arrival_gaps"), "arrival_gaps_rows")


def test_there_are_writers_and_every_one_can_be_reached() -> None:
    assert {"issue_approval", "tell_street_of_duty", "duty_in_force", "row_renewed", "row_lapsed"} <= set(WRITERS)
    assert set(WRITERS) <= reachable()


@pytest.mark.parametrize("guard", ["party_committee_decides", "government_decides"])
@pytest.mark.parametrize("row", DECISIONS, ids=lambda row: f"row{row.number}")
def test_d1_d10_no_row_of_the_decision_reaches_the_lists_without_both_bodies(row: RowAnswer, guard: str) -> None:
    assert not reachable({"decision": row.value}, avoiding=guard) & set(WRITERS)


@pytest.mark.parametrize(
    "row", [one for one in DECISIONS if one.value != "admitted"], ids=lambda row: f"row{row.number}"
)
def test_d10_what_is_not_admitted_changes_no_list(row: RowAnswer) -> None:
    assert not reachable({"decision": row.value}) & set(WRITERS)


def test_d1_d10_admitted_is_answered_only_when_both_agree() -> None:
    outcomes = ("agree", "disagree", "return", None)
    admitted = {
        (party, government)
        for party, government, refusable in itertools.product(outcomes, outcomes, (True, False))
        if answer(
            "admission_decision", party_outcome=party, government_outcome=government, route={"may_refuse": refusable}
        )
        == "admitted"
    }
    assert admitted == {("agree", "agree")}


@pytest.mark.parametrize("check", ["check_matching", "check_reviews"])
def test_d2_both_checks_of_power_people_and_money_lie_on_every_way(check: str) -> None:
    assert not reachable(avoiding=check) & {"party_committee_decides", "government_decides", *WRITERS}


@pytest.mark.parametrize("missing", ["缺权", "缺人", "缺费"])
def test_d2_what_is_missing_stops_before_anybody_decides(missing: str) -> None:
    passed = reachable({"findings": [{"rule": "D2", "message": missing}]})
    assert "applicant_corrects" in passed
    assert not passed & {"office_reviews_form", "street_states_view", "party_committee_decides", *WRITERS}


@pytest.mark.parametrize(
    ("review", "said"), [(f"{who}_outcome", "unmatched") for who in ("legality", "funds", "posts", "staff")]
)
def test_d2_one_department_that_finds_it_unmatched_is_a_finding(review: str, said: str) -> None:
    matched = {f"{who}_outcome": "matched" for who in ("legality", "funds", "posts", "staff")}
    assert answer("admission_reviews", profile="静安", **matched) == []
    assert [one["rule"] for one in answer("admission_reviews", profile="静安", **(matched | {review: said}))] == ["D2"]


def test_d2_the_short_way_of_what_the_city_requires_has_the_same_checks() -> None:
    route = {"deliberation": False, "may_refuse": False, "two_levels": False, "way": "上级要求落实", "question": ""}
    passed = reachable({"route": route})
    assert "duty_in_force" in passed
    assert "joint_meeting_deliberates" not in passed
    for guard in ("check_matching", "check_reviews", "street_confirms_arrival"):
        assert "duty_in_force" not in reachable({"route": route}, avoiding=guard)


@pytest.mark.parametrize("row", GAPS, ids=lambda row: f"row{row.number}")
def test_d3_under_no_row_of_gaps_does_the_duty_come_into_force(row: RowAnswer) -> None:
    passed = reachable({"arrival_gaps": [row.value]})
    assert "department_delivers" in passed
    assert "duty_in_force" not in passed


def test_d3_nothing_says_in_force_before_a_street_confirmed() -> None:
    assert {"duty_in_force", "row_renewed", "catalogue_in_force"} == set(IN_FORCE)
    for gaps in ([], [GAPS[0].value]):
        assert "duty_in_force" not in reachable({"arrival_gaps": gaps}, avoiding="street_confirms_arrival")


def test_d3_streets_in_force_are_those_that_confirmed() -> None:
    """What the arrival collects is written by the confirmation alone; an empty list reaches nothing in force."""
    writing = [node.id for node in ADMISSION.nodes.values() if "arrived_street" in {one.target for one in node.outputs}]
    assert writing == ["street_confirms_arrival"]
    assert answer("streets_in_force", arrivals=[None, {"id": "a"}, None]) == [{"id": "a"}]
    assert not reachable({"in_force_streets": []}) & {"row_renewed", "catalogue_in_force"}


def test_d3_the_gaps_are_empty_only_when_all_three_arrived_and_the_street_says_so() -> None:
    ticks = (True, False, None)
    complete = {
        (powers, people, money, said)
        for powers, people, money in itertools.product(ticks, ticks, ticks)
        for said in ("arrived", "not_arrived")
        if answer(
            "arrival_gaps", powers_arrived=powers, people_arrived=people, money_arrived=money, arrival_outcome=said
        )
        == []
    }
    assert complete == {(True, True, True, "arrived")}
