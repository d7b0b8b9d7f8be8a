"""Powers handed down: no feasible path goes around the three tests, the guarantees or the publication (P1, P3, P4).

Two halves of one proof. The paths: under each answer of the deciding table, is the guarded element reached? The tables: for
each combination of what people enter, is the answer the one that the paths were walked under?
"""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from jiecheng import decisions
from jiecheng.definitions import read_process
from jiecheng.definitions.answers import row_answers
from jiecheng.definitions.feasible import reaches

FOLDER = Path(__file__).parents[3] / "bpmn" / "power_devolution"
POWER = read_process((FOLDER / "power_devolution.bpmn").read_text("utf-8"))
TABLES = decisions.combine([decisions.read_decisions(one.read_text("utf-8")) for one in FOLDER.glob("*.dmn")])
IN_FORCE = "power_in_force"
GUARANTEES = ("people", "technology", "money", "network")


def answers(table: str) -> list[object]:
    found = [one.value for one in row_answers(TABLES, table)]
    assert found
    return found


def findings(table: str) -> list[object]:
    """One finding for each row: what its sentence says does not lead anywhere, that it is there does."""
    logic = TABLES.decisions[table].logic
    assert isinstance(logic, decisions.DecisionTable)
    return [{"row": rule.number} for rule in logic.rules]


def test_there_is_a_way_to_a_power_in_force() -> None:
    assert reaches(POWER, IN_FORCE) is not None


# P1


@pytest.mark.parametrize("review", ["justice_reviews=pass", "need_reviewed=pass", "feasibility_reviewed=pass"])
def test_no_power_takes_effect_without_each_of_the_three_reviews(review: str) -> None:
    element = review.partition("=")[0]
    assert reaches(POWER, IN_FORCE, avoiding=[element]) is None
    assert reaches(POWER, IN_FORCE, avoiding=["judge_tests"]) is None


@pytest.mark.parametrize("failed", findings("test_findings"))
@pytest.mark.parametrize("guarded", ["capacity_assessment", "government_decides", "publish_list", IN_FORCE])
def test_one_failed_test_stops_everything_behind_it(failed: object, guarded: str) -> None:
    assert reaches(POWER, guarded, under={"failed_tests": [failed]}) is None
    assert reaches(POWER, "proposal_refused", under={"failed_tests": [failed]}) is not None


@pytest.mark.parametrize("views", list(product(["pass", "fail", None], repeat=3)))
def test_the_table_lets_through_three_passes_and_nothing_else(views: tuple[str | None, ...]) -> None:
    facts = dict(zip(("lawful", "needed", "feasible"), views, strict=True))
    failed = decisions.evaluate(
        TABLES, "three_tests", {**facts, "lawful_view": "", "needed_view": "", "feasible_view": ""}
    )
    assert len(failed.value) == views.count("fail")  # type: ignore[arg-type]


def test_a_street_that_did_not_say_yes_is_not_among_the_receivers() -> None:
    answered = [None, {"able": False, "street": {"id": "a"}}, {"able": True, "street": {"id": "b"}}]
    assert decisions.evaluate(TABLES, "able_receivers", {"capacity_answers": answered}).value == [{"id": "b"}]
    assert reaches(POWER, "department_plans_support", under={"able_receivers": []}) is None


# P3


@pytest.mark.parametrize(
    "guard", ["department_plans_support", "check_support", "check_guarantees", "street_confirms=confirm"]
)
def test_no_power_takes_effect_without_plan_and_confirmation(guard: str) -> None:
    assert reaches(POWER, IN_FORCE, avoiding=[guard]) is None


@pytest.mark.parametrize("gap", findings("support_findings"))
def test_a_guarantee_without_source_never_comes_before_the_government(gap: object) -> None:
    assert reaches(POWER, "check_support", under={"support_gaps": [gap]}) is not None
    assert reaches(POWER, "government_decides", under={"support_gaps": [gap]}) is None


@pytest.mark.parametrize("gap", findings("arrival_findings"))
def test_a_guarantee_that_has_not_arrived_keeps_the_power_out_of_force(gap: object) -> None:
    assert reaches(POWER, "check_guarantees", under={"arrival_gaps": [gap]}) is not None
    assert reaches(POWER, IN_FORCE, under={"arrival_gaps": [gap]}) is None


@pytest.mark.parametrize(
    ("table", "prefix", "good"), [("support_check", "plan", "已落实"), ("guarantee_check", "arrived", "已到位")]
)
@pytest.mark.parametrize("enforcement", [True, False])
def test_the_tables_name_every_guarantee_that_is_missing(table: str, prefix: str, good: str, enforcement: bool) -> None:
    for present in product([good, "没有", None], repeat=5):
        facts = {f"{prefix}_{key}": one for key, one in zip((*GUARANTEES, "resources"), present, strict=True)}
        counted = present if enforcement else present[:4]
        found = decisions.evaluate(TABLES, table, {**facts, "enforcement": enforcement}).value
        assert len(found) == sum(one != good for one in counted)  # type: ignore[arg-type]


# P4, and what a superior must approve


@pytest.mark.parametrize("superior", answers("superior_step"))
@pytest.mark.parametrize("published", ["list_entries", "publish_list", "issue_announcement", "effective_day"])
def test_no_enforcement_power_takes_effect_before_it_is_published(superior: object, published: str) -> None:
    under = {"superior": superior, "enforcement": True}
    assert reaches(POWER, IN_FORCE, under=under) is not None
    assert reaches(POWER, IN_FORCE, under=under, avoiding=[published]) is None


@pytest.mark.parametrize("superior", [one for one in answers("superior_step") if one["step"] == "批准"])  # type: ignore[index]
def test_what_a_superior_must_approve_is_not_published_without_it(superior: object) -> None:
    assert reaches(POWER, "publish_list", under={"superior": superior}, avoiding=["superior_approves=approved"]) is None


def test_what_ends_is_published_too() -> None:
    assert reaches(POWER, "power_ended_here") is not None
    assert reaches(POWER, "power_ended_here", avoiding=["publish_end"]) is None


def test_taking_back_is_a_decision_of_the_government() -> None:
    assert reaches(POWER, "power_taken_back", avoiding=["government_decides_change=take_back"]) is None
    assert reaches(POWER, "mandate_renewed", avoiding=["government_decides_renewal=agree"]) is None
