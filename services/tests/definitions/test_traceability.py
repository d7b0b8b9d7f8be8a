"""From a rule to what obeys it, and which rules nobody has proven."""

from __future__ import annotations

from pathlib import Path

import pytest

from jiecheng import definitions
from jiecheng.cases import deployment
from jiecheng.definitions import Proof
from jiecheng.model.errors import Invalid

ROOT = Path(__file__).parents[3]
RULES = definitions.read_rules((ROOT / "bpmn" / "rules.yaml").read_text("utf-8"))
CLAUSES, _ = definitions.read_clauses((ROOT / "bpmn" / "clauses.yaml").read_text("utf-8"))
LOAN = [one for one in deployment.read_bundles(ROOT) if one.process == "staff_loan"]


def _traced(outcomes: dict[str, dict[str, bool]]) -> dict[str, definitions.Trace]:
    return {one.rule.id: one for one in definitions.trace(RULES, LOAN, CLAUSES, outcomes)}


def _all_passed() -> dict[str, bool]:
    names = {name.partition("：")[2] for one in _traced({}).values() for name in one.scenarios}
    files = LOAN[0].features
    return {f"{file}: {name}": True for file in files for name in names}


def test_a_rule_leads_to_its_clauses_its_elements_and_its_scenarios() -> None:
    consent = _traced({"staff_loan": _all_passed()})["L2"]
    assert consent.rule.hard
    assert "L2（文件）" in consent.clauses
    assert any("党(工)委集体研究" in one for one in consent.elements)
    assert len(consent.scenarios) > 3
    assert consent.proof is Proof.PASSED


def test_one_failed_scenario_is_enough_to_leave_a_rule_unproven() -> None:
    outcomes = _all_passed()
    consent = _traced({"staff_loan": outcomes})["L2"].scenarios[0].partition("：")[2]
    for name in outcomes:
        if name.endswith(consent):
            outcomes[name] = False
    assert _traced({"staff_loan": outcomes})["L2"].proof is Proof.FAILED


def test_scenarios_that_did_not_run_prove_nothing() -> None:
    assert _traced({})["L2"].proof is Proof.NOT_RUN


def test_a_rule_of_a_process_that_does_not_exist_is_open_not_broken() -> None:
    found = _traced({"staff_loan": _all_passed()})
    assert found["G2"].proof is Proof.OPEN
    assert found["G2"].kept


def test_a_rule_of_a_built_process_without_a_scenario_is_not_kept() -> None:
    rules = [*RULES, definitions.PolicyRule("L99", "staff_loan", "没有人证明的规则")]
    found = definitions.trace(rules, LOAN, CLAUSES, {"staff_loan": _all_passed()})[-1]
    assert found.proof is Proof.UNPROVEN
    assert not found.kept


def test_an_entry_that_is_no_rule_is_named() -> None:
    with pytest.raises(Invalid, match="L1"):
        definitions.read_rules("L1: 借调")
