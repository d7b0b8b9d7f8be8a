"""Paths through called processes: what is handed over and taken back decides the way, and nothing leaks between."""

from __future__ import annotations

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
