"""The gate over a process that calls another diagram twice: its scenarios run, and its nodes count like all others."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from jiecheng import definitions
from jiecheng.acceptance.gate import Ground, run_gate
from jiecheng.cases import deployment
from jiecheng.cases.gate import GateWork

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[3]
BUNDLES = {bundle.process: bundle for bundle in deployment.read_bundles(ROOT)}
STOP = BUNDLES["loan_stop"]
REGISTERS, _ = deployment.read_registers(ROOT)
OTHERS = [bundle for process, bundle in BUNDLES.items() if process != "loan_stop"]

STEP = "organization_department_supervises_order"  # in the drawing of the folder; here the first of two calls
INNER = {"supervision_begins", "department_supervises", "return_checked", "supervision_ends", "still_away"}
FLOWS = (
    ("supervision_begins", "department_supervises", ""),
    ("department_supervises", "return_checked", ""),
    ("return_checked", "still_away", 'supervised = "away"'),
    ("return_checked", "supervision_ends", ""),
)
SCENARIO = """
    @L4 @L5
    场景: 督办两次，第二次才归还
      假如 蒋春霖报告杨景行从2026年10月12日起被区审计局擅自借用
      而且 许书宁对“组织部责令归还”表示“责令归还”，日期是2026年12月4日
      当 到了2026年12月5日9时
      那么 “督办（首次督办）”由许书宁办理
      当 许书宁对“督办（首次督办）”表示“仍未归还”
      那么 “督办（再次督办）”由许书宁办理
      当 许书宁对“督办（再次督办）”表示“已归还”
      而且 顾秉文对“街镇确认到岗”表示“确认到岗”，日期是2026年12月7日
      那么 办件以“人员已到岗”办结
"""


def call(identity, name, before, after):
    return f"""<bpmn:callActivity id="{identity}" name="{name}" calledElement="supervision"><bpmn:extensionElements>
<jc:input source="=return_deadline" target="deadline"/><jc:output source="=supervised" target="{identity}_found"/>
</bpmn:extensionElements><bpmn:incoming>{before}</bpmn:incoming><bpmn:outgoing>{after}</bpmn:outgoing></bpmn:callActivity>"""


def main():
    """The folder's drawing with two calls, one behind the other, where the department supervises."""
    old, again = f"{STEP}_to_order_supervised", "once_more_to_order_supervised"
    calls = call(STEP, "首次督办", f"order_overdue_to_{STEP}", old) + call("once_more", "再次督办", old, again)
    text = re.sub(rf'<bpmn:userTask id="{STEP}".*?</bpmn:userTask>', calls, STOP.bpmn, flags=re.DOTALL)
    flow = f'<bpmn:sequenceFlow id="{old}" sourceRef="{STEP}" targetRef='
    more = f'<bpmn:sequenceFlow id="{again}" sourceRef="once_more" targetRef="order_supervised" />'
    text = text.replace(f'{flow}"order_supervised" />', f'{flow}"once_more" />{more}')
    text = text.replace(
        f"<bpmn:incoming>{old}</bpmn:incoming>\n    </bpmn:endEvent>",
        f"<bpmn:incoming>{again}</bpmn:incoming></bpmn:endEvent>",
    )
    lane = f"<bpmn:flowNodeRef>{STEP}</bpmn:flowNodeRef>"
    text = text.replace(lane, f"{lane}<bpmn:flowNodeRef>once_more</bpmn:flowNodeRef>")
    shapes = shape("once_more", 1, 900) + edge(again, 1, 900)
    return text.replace("</bpmndi:BPMNPlane>", f"{shapes}</bpmndi:BPMNPlane>")


def shape(element, column, y):
    return (
        f'<bpmndi:BPMNShape id="{element}_drawn" bpmnElement="{element}">'
        f'<dc:Bounds x="{column * 150}" y="{y}" width="100" height="80"/></bpmndi:BPMNShape>'
    )


def edge(flow, column, y):
    ends = f'<di:waypoint x="{column * 150 + 100}" y="{y + 40}"/><di:waypoint x="{column * 150 + 150}" y="{y + 40}"/>'
    return f'<bpmndi:BPMNEdge id="{flow}_drawn" bpmnElement="{flow}">{ends}</bpmndi:BPMNEdge>'


def called():
    flows, drawn = "", ""
    for column, (source, target, when) in enumerate(FLOWS):
        identity = f"{source}_to_{target}"
        inner = f"<bpmn:conditionExpression>{when}</bpmn:conditionExpression>" if when else ""
        name = {"still_away": ' name="否"', "supervision_ends": ' name="是"'}.get(target, "")
        flows += f'<bpmn:sequenceFlow id="{identity}"{name} sourceRef="{source}" targetRef="{target}">{inner}</bpmn:sequenceFlow>'
        drawn += edge(identity, column, 100)
    drawn += "".join(shape(name, column, 100) for column, name in enumerate(sorted(INNER)))
    head = re.search(r"<bpmn:definitions[^>]*>", STOP.bpmn)[0].replace("loan_stop", "supervision")
    return f"""<?xml version="1.0" encoding="UTF-8"?>
{head}<bpmn:process id="supervision" name="督办" isExecutable="true">
<bpmn:documentation>到期仍未归还的，由组织部督办，看人回来没有。</bpmn:documentation>
<bpmn:startEvent id="supervision_begins" name="开始督办"/>
<bpmn:userTask id="department_supervises" name="督办" jc:resultVariable="supervised" jc:clauses="L4">
<bpmn:documentation>写明督办情况。</bpmn:documentation><bpmn:extensionElements>
<jc:assignment resolver="post" organ="organization-department" post="干部科科长"/>
<jc:form name="order_supervision" default="edit"/><jc:outcome value="back" label="已归还"/>
<jc:outcome value="away" label="仍未归还" style="danger"/><jc:due workingDays="2" basis="X2"/></bpmn:extensionElements></bpmn:userTask>
<bpmn:exclusiveGateway id="return_checked" name="归还了吗？" default="return_checked_to_supervision_ends"/>
<bpmn:endEvent id="supervision_ends" name="已归还"/><bpmn:endEvent id="still_away" name="仍未归还"/>
{flows}</bpmn:process><bpmndi:BPMNDiagram id="supervision_diagram"><bpmndi:BPMNPlane id="supervision_plane" bpmnElement="supervision">
{drawn}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram></bpmn:definitions>"""


def bundle(scenario):
    """The folder's scenarios with `scenario` in the place of the one that supervises."""
    ((name, text),) = STOP.features.items()
    text = re.sub(r"\n    @L4 @L5\n.*?(?=\n  规则)", lambda _: scenario, text, flags=re.DOTALL)
    return replace(STOP, bpmn=main(), called={"supervision.bpmn": called()}, features={name: text})


def gate_of(found, url):
    return run_gate(GateWork(8, found, OTHERS, REGISTERS), Ground(url, ROOT / deployment.DISTRICT), lambda _: True)


def test_scenarios_walk_into_both_calls_and_every_node_of_the_called_diagram_counts(postgres_url):
    tried = bundle(SCENARIO)
    report = gate_of(tried, postgres_url)
    assert report["passed"], [one for one in report["scenarios"] if not one["passed"]] or report
    nodes = definitions.read_process(tried.bpmn, tried.called).nodes
    assert report["covered"] == len(nodes)
    assert set(nodes) >= INNER


def test_a_node_of_the_called_diagram_that_no_scenario_passes_is_named(postgres_url):
    once = SCENARIO.replace("“仍未归还”", "“已归还”")
    report = gate_of(bundle(once), postgres_url)
    assert not report["passed"]
    assert all(one["passed"] for one in report["scenarios"]), report["scenarios"]
    assert report["missing"] == [{"id": "still_away", "name": "仍未归还"}]
    assert "「仍未归还」" in report["sentence"]
