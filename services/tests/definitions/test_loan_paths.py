"""L2 and L3 over every feasible path: no loan begins, and none goes on, around the committee's consent or without its dates."""

from __future__ import annotations

from pathlib import Path

import pytest

from jiecheng import decisions, definitions
from jiecheng.definitions.answers import RowAnswer, row_answers
from jiecheng.definitions.feasible import reaches

ROOT = Path(__file__).parents[3] / "bpmn/staff_loan"
BPMN = (ROOT / "staff_loan.bpmn").read_text("utf-8")
LOAN = definitions.read_process(BPMN)
TABLES = decisions.combine([decisions.read_decisions(one.read_text("utf-8")) for one in ROOT.glob("*.dmn")])
LIMITS = row_answers(TABLES, "loan_limits")
BEGINS = "loan_in_force"
LETTER = "issue_loan_letter"
CONSENT = "party_committee_decides=agree"


def row(answer: RowAnswer) -> str:
    return f"row {answer.number}"


def findings(table: str) -> list[object]:
    logic = TABLES.decisions[table].logic
    assert isinstance(logic, decisions.DecisionTable)
    return [{"row": rule.number} for rule in logic.rules]


@pytest.mark.parametrize("limits", LIMITS, ids=row)
@pytest.mark.parametrize("guarded", [LETTER, BEGINS])
def test_no_loan_without_the_consent_of_the_committee(limits: RowAnswer, guarded: str) -> None:
    under = {"limits": limits.value}
    assert reaches(LOAN, guarded, under=under) is not None
    assert reaches(LOAN, guarded, avoiding=[CONSENT], under=under) is None


@pytest.mark.parametrize("limits", LIMITS, ids=row)
def test_filing_does_not_stand_in_for_consent(limits: RowAnswer) -> None:
    under = {"limits": limits.value}
    assert reaches(LOAN, "organization_department_files", avoiding=[CONSENT], under=under) is None


@pytest.mark.parametrize("finding", findings("loan_findings"))
@pytest.mark.parametrize("guarded", ["person_states_opinion", "party_committee_decides", LETTER, BEGINS])
def test_one_unmet_condition_stops_everything_behind_it(finding: object, guarded: str) -> None:
    assert reaches(LOAN, guarded, under={"findings": [finding]}) is None
    assert reaches(LOAN, "applicant_corrects", under={"findings": [finding]}) is not None


@pytest.mark.parametrize("check", ["check_eligibility", "check_before_effect"])
def test_no_path_skips_the_check_of_dates_and_register(check: str) -> None:
    assert reaches(LOAN, BEGINS, avoiding=[check]) is None


def test_after_a_correction_only_a_new_consent_counts() -> None:
    assert reaches(LOAN, BEGINS, after="applicant_corrects") is not None
    assert reaches(LOAN, BEGINS, after="applicant_corrects", avoiding=[CONSENT]) is None


def test_a_longer_loan_is_a_new_decision_of_the_same_body() -> None:
    extended = "loan_extended"
    assert reaches(LOAN, extended) is not None
    assert reaches(LOAN, extended, avoiding=["party_committee_decides_extension=agree"]) is None


def test_a_diagram_that_lets_a_refusal_through_is_found_out() -> None:
    line = next(one for one in BPMN.splitlines() if 'id="committee_opinion_to_loan_refused"' in one)
    led = line.replace('targetRef="loan_refused"', 'targetRef="organization_department_files"')
    sabotaged = definitions.read_process(BPMN.replace(line, led))
    assert reaches(sabotaged, LETTER, avoiding=[CONSENT]) is not None
