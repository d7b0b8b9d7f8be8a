"""退回 in the diagrams: straight back (直达) never leads around a body's decision, nor past people whom a changed
application concerns; what may be handed on (转办) is no decision of a body and no applicant's own step."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from jiecheng import definitions
from jiecheng.acceptance import sample
from jiecheng.definitions import lint
from jiecheng.definitions.lint.returns import steps_between
from jiecheng.model.definition import FlowNode, ProcessDefinition

ROOT = Path(__file__).parents[3] / "bpmn"
PROCESSES = {one.parent.name: definitions.read_process(one.read_text("utf-8")) for one in ROOT.glob("*/*.bpmn")}
EVERY = [
    pytest.param(process, node, id=f"{process.id}.{node.id}")
    for process in PROCESSES.values()
    for node in process.nodes.values()
    if node.kind == "userTask"
]
BUNDLE = sample.bundle()
SIGNS = '<jc:voting mode="all"/><jc:return to="initiator previous" back="step direct"/>'


def codes(bpmn: str) -> list[str]:
    return [one.code for one in lint(replace(BUNDLE, bpmn=bpmn)) if one.severity == "error"]


def test_a_meeting_on_the_way_forbids_the_way_straight_back() -> None:
    meeting = BUNDLE.bpmn.replace(SIGNS, SIGNS.replace('<jc:voting mode="all"/>', "<jc:meeting/>"), 1)
    assert "return_over_meeting" not in codes(BUNDLE.bpmn)
    assert "return_over_meeting" in codes(meeting)
    head = '<jc:return to="initiator previous preliminary_review" back="step direct"/>'
    assert "return_over_meeting" not in codes(meeting.replace(head, head.replace(" direct", "")))


@pytest.mark.parametrize(("process", "node"), EVERY)
def test_straight_back_passes_over_no_decision_of_a_body_and_no_new_application(
    process: ProcessDefinition, node: FlowNode
) -> None:
    if node.returns is None:
        return
    assert "initiator" not in node.returns.to, "the applicant would change what others agreed to"
    for word in node.returns.to:
        if word == "previous" or "direct" not in node.returns.back:
            continue
        target = process.nodes[word]  # type: ignore[index]
        passed = steps_between(process, target.id, node.id)
        assert not [one.id for one in passed if one.meeting is not None]
        started = {use.form for use in process.nodes[process.start].forms}
        assert not [use.form for use in target.forms if use.form in started and use.default == "edit"]


@pytest.mark.parametrize(("process", "node"), EVERY)
def test_decisions_of_a_body_and_the_applicants_own_steps_are_not_handed_on(
    process: ProcessDefinition, node: FlowNode
) -> None:
    resolver = node.assignment.resolver if node.assignment else ""
    if node.meeting is not None or resolver in ("initiator", "identity"):
        assert not node.transferable
        assert node.add_signer is None
    assert node.transferable in ("", "organ"), "out of the organ is out of its responsibility"
    asked_back = [one for one in node.outcomes if one.value in ("return", "correct")]
    if asked_back and node.returns is not None:
        assert not {one.id for one in process.initiator_steps} & set(node.returns.to), "two buttons for one thing"


@pytest.mark.parametrize("process", PROCESSES.values(), ids=str)
def test_every_process_lets_officials_hand_on_something(process: ProcessDefinition) -> None:
    assert [one for one in process.nodes.values() if one.transferable]
