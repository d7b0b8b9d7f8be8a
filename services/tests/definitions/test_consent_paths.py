"""C1 and C10 over every feasible path: under each answer of the deciding table, effect is not reached around the consent."""

from __future__ import annotations

from pathlib import Path

import pytest

from jiecheng import decisions, definitions
from jiecheng.definitions.answers import RowAnswer, row_answers
from jiecheng.definitions.feasible import reachable, reaches
from jiecheng.model.definition import ProcessDefinition

ROOT = Path(__file__).parents[3] / "bpmn/appointment_consent"
BPMN = (ROOT / "appointment_consent.bpmn").read_text("utf-8")
PROCESS = definitions.read_process(BPMN)
TABLE = decisions.combine([decisions.read_decisions((ROOT / "consent_say.dmn").read_text("utf-8"))])
ANSWERS = row_answers(TABLE, "consent_say")
BINDING = [one for one in ANSWERS if one.value["binding"]]
ASKED = [one for one in ANSWERS if one.value["route"] == "opinion"]
COPIED = [one for one in ANSWERS if one.value["route"] == "copy"]
EFFECT = "appointment_in_force"
CONSENT = "street_decides=agree"


def row(answer: RowAnswer) -> str:
    return f"row {answer.number}"


def without(flow: str, instead: str) -> ProcessDefinition:
    """The diagram with one flow led elsewhere."""
    before = f'<bpmn:sequenceFlow id="{flow}"'
    line = next(one for one in BPMN.splitlines() if before in one)
    target = line.partition('targetRef="')[2].partition('"')[0]
    return definitions.read_process(BPMN.replace(line, line.replace(f'targetRef="{target}"', f'targetRef="{instead}"')))


def test_every_row_goes_one_of_the_three_ways() -> None:
    assert len(BINDING) + len(ASKED) + len(COPIED) == len(ANSWERS) == 13


def test_the_organ_that_answers_is_the_one_whose_meeting_decides() -> None:
    """X7: two organs, each with a meeting of its own; the diagram asks the table for both."""
    meetings = {"党(工)委": "党(工)委会议", "镇(街道)": "主任(镇长)办公会议"}
    assert {answer.value["organ"] for answer in ANSWERS} == set(meetings)
    assert all(answer.value["body"] == meetings[answer.value["organ"]] for answer in ANSWERS)
    asked = PROCESS.nodes["street_decides"].assignment.parameters
    assert (asked["organ"], asked["body"]) == ("=answer_organ", "=say.body")


@pytest.mark.parametrize("answer", BINDING, ids=row)
@pytest.mark.parametrize("passed", [CONSENT, "issue_reply", "talk_recorded"])
def test_where_consent_is_needed_no_path_leads_around_it(answer: RowAnswer, passed: str) -> None:
    under = {"say": answer.value}
    assert reaches(PROCESS, EFFECT, under=under) is not None
    assert reaches(PROCESS, EFFECT, avoiding=[passed], under=under) is None


@pytest.mark.parametrize("answer", BINDING, ids=row)
def test_coordination_and_supervision_cannot_stand_in_for_consent(answer: RowAnswer) -> None:
    under = {"say": answer.value}
    assert reaches(PROCESS, "organization_coordinates", under=under) is not None
    assert reaches(PROCESS, EFFECT, after="organization_coordinates", avoiding=["consent_on_file"], under=under) is None
    assert reaches(PROCESS, "organization_supervises", under=under) is not None
    assert reaches(PROCESS, EFFECT, avoiding=["consent_on_file"], under=under) is None


@pytest.mark.parametrize("answer", ASKED, ids=row)
def test_where_views_are_heard_a_refusal_is_answered_before_the_act(answer: RowAnswer) -> None:
    under = {"say": answer.value}
    assert reaches(PROCESS, EFFECT, avoiding=[CONSENT], under=under) is not None
    assert reaches(PROCESS, EFFECT, avoiding=[CONSENT, "issue_answer"], under=under) is None


@pytest.mark.parametrize("answer", COPIED, ids=row)
def test_staff_are_copied_to_the_street_and_never_asked_for(answer: RowAnswer) -> None:
    under = {"say": answer.value}
    assert reaches(PROCESS, "issue_inquiry", under=under) is None
    assert reaches(PROCESS, EFFECT, under=under) is None
    assert reaches(PROCESS, "staff_adjustment_copied", avoiding=["talk_recorded"], under=under) is None
    assert reaches(PROCESS, "staff_adjustment_copied", avoiding=["street_confirms_copy"], under=under) is None


@pytest.mark.parametrize("answer", BINDING, ids=row)
@pytest.mark.parametrize("change", ["proposal_changed", "consent_void", "proposal_revised"])
def test_after_a_change_only_a_new_consent_counts(answer: RowAnswer, change: str) -> None:
    under = {"say": answer.value}
    for passed in (CONSENT, "issue_inquiry"):
        assert reaches(PROCESS, EFFECT, after=change, avoiding=[passed], under=under) is None


def test_no_path_skips_the_check_before_effect() -> None:
    assert reaches(PROCESS, EFFECT, avoiding=["binding_checked"]) is None


def test_every_node_is_on_some_path() -> None:
    assert reachable(PROCESS) == set(PROCESS.nodes)


@pytest.mark.parametrize(
    ("flow", "instead"),
    [
        ("organization_coordinates_to_department_responds", "act_recorded"),
        ("consent_required_to_department_responds", "act_recorded"),
        ("organization_supervises_to_supervision_done", "act_recorded"),
        ("proposal_revised_to_say_determined", "act_recorded"),
    ],
)
def test_a_diagram_with_a_way_around_is_found_out(flow: str, instead: str) -> None:
    changed = without(flow, instead)
    assert any(reaches(changed, EFFECT, avoiding=["consent_on_file"], under={"say": one.value}) for one in BINDING)
