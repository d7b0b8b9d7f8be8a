"""All feasible paths: what no path can go around, what every branch must have done, and that nothing is guessed."""

from __future__ import annotations

from pathlib import Path

import pytest

from jiecheng import decisions, definitions
from jiecheng.definitions.answers import row_answers
from jiecheng.definitions.feasible import reachable, reaches
from jiecheng.definitions.known import OPEN, value_of
from jiecheng.model.definition import ProcessDefinition

ROOT = Path(__file__).parents[3]
LOAN = definitions.read_process((ROOT / "bpmn/staff_loan/staff_loan.bpmn").read_text("utf-8"))
HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:jc="urn:jiecheng:bpmn:1.0"><bpmn:process id="small" name="小流程">'
)


def drawn(*elements: str) -> ProcessDefinition:
    """A small diagram: "start s", "end e", "and g", "or g", "x g", "task t yes no" (outcomes into t_result),
    "s > t" and "g > t if condition"."""
    return definitions.read_process(HEAD + "".join(map(_element, elements)) + "</bpmn:process></bpmn:definitions>")


def _element(words: str) -> str:
    if ">" in words:
        ends, _, condition = words.partition(" if ")
        source, target = ends.split(" > ")
        inside = f"<bpmn:conditionExpression><![CDATA[{condition}]]></bpmn:conditionExpression>" if condition else ""
        return f'<bpmn:sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}">{inside}</bpmn:sequenceFlow>'
    kind, name, *outcomes = words.split()
    if kind == "task":
        said = "".join(f'<jc:outcome value="{one}" label="{one}"/>' for one in outcomes)
        return (
            f'<bpmn:userTask id="{name}" name="{name}" jc:resultVariable="{name}_result">'
            f"<bpmn:extensionElements>{said}</bpmn:extensionElements></bpmn:userTask>"
        )
    tags = {
        "start": "startEvent",
        "end": "endEvent",
        "and": "parallelGateway",
        "or": "inclusiveGateway",
        "x": "exclusiveGateway",
    }
    return f'<bpmn:{tags[kind]} id="{name}" name="{name}"/>'


def test_a_loan_in_force_has_the_committee_s_consent_and_the_filing() -> None:
    assert reaches(LOAN, "loan_in_force") is not None
    assert reaches(LOAN, "loan_in_force", avoiding=["party_committee_decides=agree"]) is None
    assert reaches(LOAN, "loan_in_force", avoiding=["organization_department_files=file"]) is None


def test_an_extension_needs_a_decision_of_its_own() -> None:
    agreed = "party_committee_decides_extension=agree"
    assert reaches(LOAN, "loan_extended", after="loan_in_force") is not None
    assert reaches(LOAN, "loan_extended", after="loan_in_force", avoiding=[agreed]) is None


def test_what_a_table_answers_closes_a_branch() -> None:
    assert reaches(LOAN, "section_states_opinion", under={"limits": {"section_opinion_required": False}}) is None
    assert reaches(LOAN, "section_states_opinion", under={"limits": {"section_opinion_required": True}}) is not None


def test_every_node_of_the_loan_is_on_some_path() -> None:
    assert reachable(LOAN) == set(LOAN.nodes)


SITTING = (
    "start s", "and fork", "task law yes no", "task money yes no", "and join", "x both", "end good", "end bad",
    "s > fork", "fork > law", "fork > money", "law > join", "money > join", "join > both",
    'both > good if law_result = "yes" and money_result = "yes"', "both > bad",
)  # fmt: skip


@pytest.mark.parametrize("needed", ["law=yes", "money=yes"])
def test_what_stands_in_the_other_branch_cannot_be_gone_around(needed: str) -> None:
    assert reaches(drawn(*SITTING), "good") is not None
    assert reaches(drawn(*SITTING), "good", avoiding=[needed]) is None


def test_one_no_is_enough_for_the_bad_end() -> None:
    assert reaches(drawn(*SITTING), "bad", avoiding=["money=no"]) is not None
    assert reaches(drawn(*SITTING), "bad", avoiding=["money=no", "law=no"]) is None


def test_a_join_that_does_not_wait_is_found_out() -> None:
    hasty = [one.replace("and join", "x join") for one in SITTING]
    assert reaches(drawn(*hasty), "bad", avoiding=["money=yes", "money=no"]) is not None


def test_an_inclusive_join_waits_for_whom_it_asked() -> None:
    asked = (
        "start s", "or fork", "task law yes", "task money yes", "or join", "end e", "s > fork",
        "fork > law", "fork > money if costs", "law > join", "money > join", "join > e",
    )  # fmt: skip
    asked = tuple(one.replace("fork > law", "fork > law if true") for one in asked)
    assert reaches(drawn(*asked), "e", avoiding=["money"], under={"costs": False}) is not None
    assert reaches(drawn(*asked), "e", avoiding=["money"], under={"costs": True}) is None


ROUNDS = (
    "start s", "task propose hand_in", "task consent yes no", "x agreed", "task act done change", "x changed", "end effect",
    "s > propose", "propose > consent", "consent > agreed", 'agreed > act if consent_result = "yes"', "agreed > propose",
    "act > changed", 'changed > propose if act_result = "change"', "changed > effect",
)  # fmt: skip


def test_after_a_change_the_old_consent_does_not_count() -> None:
    assert reaches(drawn(*ROUNDS), "effect", after="act=change") is not None
    assert reaches(drawn(*ROUNDS), "effect", after="act=change", avoiding=["consent=yes"]) is None


def test_a_shortcut_after_a_change_is_found_out() -> None:
    shortcut = [one.replace("changed > propose", "changed > act") for one in ROUNDS]
    found = reaches(drawn(*shortcut), "effect", after="act=change", avoiding=["consent=yes"])
    assert found is not None
    assert found.passed[-1] == "effect"


def test_an_element_that_is_not_there_is_no_proof() -> None:
    with pytest.raises(ValueError, match="no_such_element"):
        reaches(LOAN, "loan_in_force", avoiding=["no_such_element"])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('known = "a"', True),
        ('other = "a"', OPEN),
        ('known = "b" and other = "a"', False),
        ('known = "a" and other = "a"', OPEN),
        ('known = "a" or other = "a"', True),
        ('(known = "b" and other = "a") or known = "a"', True),
        ('if known = "a" then 1 else other', 1),
        ('if known = "b" then 1 else other', OPEN),
        ('if other = "a" then 1 else 1', OPEN),
        ("other between 1 and 5", OPEN),
        ('known = "x and y" or known = "a"', True),
        ("not a text at all (", OPEN),
    ],
)
def test_what_is_not_certain_is_open(text: str, value: object) -> None:
    assert value_of(text, {"known": "a"}) == value or value_of(text, {"known": "a"}) is value


def test_each_row_of_a_table_is_an_answer() -> None:
    text = (ROOT / "bpmn/staff_loan/loan_limits.dmn").read_text("utf-8")
    answers = row_answers(decisions.combine([decisions.read_decisions(text)]), "loan_limits")
    assert len(answers) == 11
    assert {one.value["direction"] for one in answers} == {"上级借用", "街镇之间", "其他"}
