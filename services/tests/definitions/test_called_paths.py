"""Paths through called processes: what is handed over and taken back decides the way, and nothing leaks between."""

from __future__ import annotations

import pytest

from jiecheng import definitions
from jiecheng.definitions.feasible import reachable, reaches

HEAD = '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:jc="urn:jiecheng:bpmn:1.0" id="d">'
INNER = """<bpmn:process id="review" name="审查"><bpmn:startEvent id="begins"/>
<bpmn:sequenceFlow id="g1" sourceRef="begins" targetRef="reviewed"/>
<bpmn:userTask id="reviewed" jc:resultVariable="verdict"><bpmn:extensionElements>
<jc:outcome value="agree" label="同意"/><jc:outcome value="refuse" label="不同意"/></bpmn:extensionElements></bpmn:userTask>
<bpmn:sequenceFlow id="g2" sourceRef="reviewed" targetRef="heavy"/>
<bpmn:exclusiveGateway id="heavy" default="g4"/>
<bpmn:sequenceFlow id="g3" sourceRef="heavy" targetRef="meeting"><bpmn:conditionExpression>size = "large"</bpmn:conditionExpression>
</bpmn:sequenceFlow><bpmn:userTask id="meeting"/><bpmn:sequenceFlow id="g5" sourceRef="meeting" targetRef="done"/>
<bpmn:sequenceFlow id="g4" sourceRef="heavy" targetRef="done"/><bpmn:endEvent id="done"/></bpmn:process>"""
SMALL, LARGE = "=&quot;small&quot;", "=&quot;large&quot;"


def process(handed: str, *, several: str = ""):
    main = f"""<bpmn:process id="p"><bpmn:startEvent id="s"/><bpmn:sequenceFlow id="f1" sourceRef="s" targetRef="call"/>
<bpmn:callActivity id="call" calledElement="review"><bpmn:extensionElements><jc:input source="{handed}" target="size"/>
<jc:output source="=verdict" target="found"/></bpmn:extensionElements>{several}</bpmn:callActivity>
<bpmn:sequenceFlow id="f2" sourceRef="call" targetRef="which"/><bpmn:exclusiveGateway id="which" default="f4"/>
<bpmn:sequenceFlow id="f3" sourceRef="which" targetRef="granted"><bpmn:conditionExpression>found = "agree"</bpmn:conditionExpression>
</bpmn:sequenceFlow><bpmn:sequenceFlow id="f4" sourceRef="which" targetRef="denied"/>
<bpmn:endEvent id="granted"/><bpmn:endEvent id="denied"/></bpmn:process>"""
    end = "</bpmn:definitions>"
    return definitions.read_process(HEAD + main + end, {"review.bpmn": HEAD + INNER + end})


def test_the_way_behind_a_call_follows_what_it_took_back():
    found = process(LARGE)
    assert reaches(found, "granted", avoiding=["reviewed=agree"]) is None
    way = str(reaches(found, "granted"))
    assert way.startswith("s → begins → reviewed=agree → heavy → meeting → done"), way
    assert reaches(found, "denied", avoiding=["reviewed=refuse"]) is None


def test_what_is_handed_over_decides_the_way_inside():
    assert reaches(process(SMALL), "meeting") is None
    assert reaches(process(LARGE), "done", avoiding=["meeting"]) is None
    assert "meeting" in reachable(process("=size_of_the_case"))


def test_several_calls_at_once_give_back_what_nobody_knows():
    found = process(SMALL, several="<bpmn:multiInstanceLoopCharacteristics/>")
    assert reaches(found, "granted", avoiding=["reviewed=agree"]) is not None
    assert {"granted", "denied", "reviewed", "done"} <= reachable(found)


# -------------------------------------------------------------------- several calls of one process, and of several


def call(identity: str, size: str, into: str, *, of: str = "review", several: str = "") -> str:
    return f"""<bpmn:callActivity id="{identity}" calledElement="{of}"><bpmn:extensionElements>
<jc:input source="{size}" target="size"/><jc:output source="=verdict" target="{into}"/></bpmn:extensionElements>{several}
</bpmn:callActivity>"""


def flows(*pairs: str) -> str:
    ends = [pair.split(">") for pair in pairs]
    return "".join(f'<bpmn:sequenceFlow id="{one}_{two}" sourceRef="{one}" targetRef="{two}"/>' for one, two in ends)


SEQUENCE = flows("s>first", "first>second", "second>which")
PARALLEL = (
    flows("s>fork", "fork>first", "fork>second", "first>join", "second>join", "join>which")
    + '<bpmn:parallelGateway id="fork"/><bpmn:parallelGateway id="join"/>'
)


def twice(order: str, *, first: str, second: str, **called: str):
    """Granted when the second review agreed and the first one did not refuse."""
    main = f"""<bpmn:process id="p"><bpmn:startEvent id="s"/>{order}{first}{second}
<bpmn:exclusiveGateway id="which" default="no"/><bpmn:sequenceFlow id="no" sourceRef="which" targetRef="denied"/>
<bpmn:sequenceFlow id="yes" sourceRef="which" targetRef="granted"><bpmn:conditionExpression>
one != "refuse" and two = "agree"</bpmn:conditionExpression></bpmn:sequenceFlow>
<bpmn:endEvent id="granted"/><bpmn:endEvent id="denied"/></bpmn:process>"""
    end = "</bpmn:definitions>"
    drawn = {f"{name}.bpmn": HEAD + text + end for name, text in ({"review": INNER} | called).items()}
    return definitions.read_process(HEAD + main + end, drawn)


@pytest.mark.parametrize("order", [SEQUENCE, PARALLEL])
def test_two_calls_of_one_process_have_each_their_own_variables(order):
    found = twice(order, first=call("first", SMALL, "one"), second=call("second", LARGE, "two"))
    assert {"begins", "meeting", "granted", "denied"} <= reachable(found)
    assert reaches(found, "granted", avoiding=["meeting"]) is None  # the second one is large whatever the first was
    assert reaches(found, "first", avoiding=["second", "meeting"]) is not None
    assert reaches(found, "granted", avoiding=["reviewed=agree"]) is None
    assert reaches(found, "denied", avoiding=["reviewed=refuse"]) is None
    assert reaches(found, "granted", after="reviewed=refuse") is None
    assert reaches(found, "denied", after="reviewed=agree") is not None


def test_the_second_call_begins_where_the_first_one_has_ended():
    found = twice(SEQUENCE, first=call("first", SMALL, "one"), second=call("second", LARGE, "two"))
    assert reaches(found, "meeting", avoiding=["first"]) is None
    way = str(reaches(found, "meeting"))
    inside = "begins → reviewed=agree → heavy → "
    assert way == f"s → {inside}done → first → {inside}meeting", way


def test_calls_of_different_processes_do_not_know_each_other():
    other = INNER.replace('"review"', '"check"')
    for name in ("begins", "reviewed", "heavy", "meeting", "done", "g1", "g2", "g3", "g4", "g5"):
        other = other.replace(f'"{name}"', f'"c_{name}"')
    for order in (SEQUENCE, PARALLEL):
        checked = call("second", LARGE, "two", of="check")
        found = twice(order, first=call("first", SMALL, "one"), second=checked, check=other)
        assert {"done", "c_meeting", "c_done"} <= reachable(found)
        assert "meeting" not in reachable(found)
        assert reaches(found, "granted", avoiding=["c_meeting"]) is None
        assert reaches(found, "granted", avoiding=["c_reviewed=agree"]) is None


def test_calls_within_calls_are_walked_each_by_its_own_way():
    ways = flows("os>inner", "inner>oe")
    outer = f"""<bpmn:process id="outer"><bpmn:startEvent id="os"/>{ways}<bpmn:endEvent id="oe"/>
<bpmn:callActivity id="inner" calledElement="review"><bpmn:extensionElements><jc:input source="=size" target="size"/>
<jc:output source="=verdict" target="verdict"/></bpmn:extensionElements></bpmn:callActivity></bpmn:process>"""
    for order in (SEQUENCE, PARALLEL):
        first, second = call("first", SMALL, "one", of="outer"), call("second", LARGE, "two", of="outer")
        found = twice(order, first=first, second=second, outer=outer)
        assert reaches(found, "granted", avoiding=["meeting"]) is None
        assert reaches(found, "granted", after="reviewed=refuse") is None
        assert reaches(found, "first", avoiding=["meeting"]) is not None


def test_a_call_that_runs_several_times_beside_a_single_one_keeps_to_itself():
    many = "<bpmn:multiInstanceLoopCharacteristics/>"
    found = twice(SEQUENCE, first=call("first", SMALL, "one", several=many), second=call("second", LARGE, "two"))
    assert reaches(found, "granted", avoiding=["meeting"]) is None
    assert reaches(found, "granted", after="reviewed=refuse") is not None  # what several gave back nobody knows
