"""What an outcome leads to: said beside the buttons only where the diagram alone is certain."""

from __future__ import annotations

from pathlib import Path

import pytest

from jiecheng.definitions import read_process
from jiecheng.definitions.onward import goes_back, in_order, leads_to

BPMN = Path(__file__).parents[3] / "bpmn"


@pytest.mark.parametrize(
    ("process", "step", "outcome", "back"),
    [
        ("staff_loan", "party_committee_decides", "return", "申请人补正"),
        ("staff_loan", "party_committee_decides", "agree", ""),
        ("duty_admission", "office_reviews_form", "correct", "申请人补正"),
        ("duty_admission", "legality_reviewed", "return", "申请人补正"),  # out of a part of the case, by an error
    ],
)
def test_an_outcome_that_goes_back_names_the_step(process, step, outcome, back):
    definition = read_process((BPMN / process / f"{process}.bpmn").read_text("utf-8"))
    node = definition.nodes[step]
    option = next(one for one in node.outcomes if one.value == outcome)
    found = goes_back(definition, node, option)
    assert (found.name if found else "") == back


def test_a_way_that_stands_before_and_hangs_on_more_than_the_outcome_is_not_passed_over():
    """The engine takes the first way that holds."""
    text = (BPMN / "staff_loan/staff_loan.bpmn").read_text("utf-8")
    for first, said in (('committee_outcome = "return"', "组织部备案"), ('term = "long"', "")):
        definition = read_process(text.replace('committee_outcome = "return"', first))
        found = leads_to(definition, definition.nodes["party_committee_decides"], "agree")
        assert (found.name if found else "") == said


@pytest.mark.parametrize(
    "process", sorted(one.parent.name for one in BPMN.glob("*/*.bpmn") if one.stem == one.parent.name)
)
def test_what_comes_later_in_the_process_stands_later(process):
    definition = read_process((BPMN / process / f"{process}.bpmn").read_text("utf-8"))
    order = [node.id for node in in_order(definition)]
    assert len(order) == len(set(order)) == len(definition.nodes)
    at = {element: place for place, element in enumerate(order)}
    back = [flow for flow in definition.flows.values() if at[flow.source] > at[flow.target]]
    assert len(back) <= len(definition.flows) / 8  # only what closes a loop


def test_the_section_speaks_before_the_committee():
    definition = read_process((BPMN / "staff_loan/staff_loan.bpmn").read_text("utf-8"))
    names = [node.name for node in in_order(definition) if node.kind == "userTask"]
    assert (
        names.index("本人意见")
        < names.index("所在科室意见")
        < names.index("党(工)委集体研究")
        < names.index("组织部备案")
    )
