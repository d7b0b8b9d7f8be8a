"""A small process of its own (用印审批) for the tests of this room, with its DI laid out by a few lines of code."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import pytest
from lxml import etree

from jiecheng.definitions import read_bundle
from jiecheng.model.release import Bundle

NAMESPACES = (
    'xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" '
    'xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI" '
    'xmlns:jc="urn:jiecheng:bpmn:1.0"'
)

PROCESS = """
<bpmn:message id="message_recall" name="收回申请"/>
<bpmn:process id="seal_use" name="用印审批" isExecutable="true" jc:title="=&quot;用印：&quot; + purpose" jc:numberKind="用印"
    jc:clauses="Z1">
  <bpmn:documentation>单位用印须经负责人同意。</bpmn:documentation>
  <bpmn:extensionElements><jc:starters resolver="organ_members" organ="office"/></bpmn:extensionElements>
  <bpmn:laneSet id="lanes">
    <bpmn:lane id="lane_applicant" name="申请人"><bpmn:flowNodeRef>seal_requested</bpmn:flowNodeRef></bpmn:lane>
    <bpmn:lane id="lane_head" name="负责人"><bpmn:flowNodeRef>head_approves</bpmn:flowNodeRef>
      <bpmn:flowNodeRef>sealing</bpmn:flowNodeRef></bpmn:lane>
  </bpmn:laneSet>
  <bpmn:startEvent id="seal_requested" name="提出用印">
    <bpmn:extensionElements>
      <jc:form name="application" default="edit"><jc:field key="purpose" right="required"/></jc:form>
      <jc:output source="=purpose" target="purpose"/>
      <jc:output source="=copies" target="copies"/>
      <jc:output source="=initiator" target="subject"/>
    </bpmn:extensionElements>
  </bpmn:startEvent>
  <bpmn:sequenceFlow id="flow_requested" sourceRef="seal_requested" targetRef="check_level"/>
  <bpmn:businessRuleTask id="check_level" name="判定审批层级" jc:decision="seal_level" jc:resultVariable="level">
    <bpmn:documentation>份数多的由班子集体研究。</bpmn:documentation>
    <bpmn:extensionElements>
      <jc:facts register="seal_use" where="organ" equals="=initiator.organ" target="earlier_uses"/>
    </bpmn:extensionElements>
  </bpmn:businessRuleTask>
  <bpmn:sequenceFlow id="flow_checked" sourceRef="check_level" targetRef="head_approves"/>
  <bpmn:userTask id="head_approves" name="负责人审批" jc:clauses="Z1 Z2" jc:resultVariable="head_outcome">
    <bpmn:documentation>请核对用途和份数。</bpmn:documentation>
    <bpmn:extensionElements>
      <jc:assignment resolver="post" organ="=initiator.organ" post="主任" exclude="initiator subject"/>
      <jc:form name="application" default="read"/>
      <jc:form name="opinion" default="edit"><jc:field key="remark" right="hidden"/></jc:form>
      <jc:outcome value="agree" label="同意"/>
      <jc:outcome value="disagree" label="不同意" opinion="required" style="danger"/>
      <jc:output source="=if outcome = &quot;agree&quot; then copies else 0" target="granted"/>
      <jc:due workingDays="=if level = &quot;集体&quot; then 5 else 2" basis="Z2"/>
      <jc:meeting quorum="1/2" majority=">=2/3"/>
      <jc:withdrawable/>
    </bpmn:extensionElements>
  </bpmn:userTask>
  <bpmn:boundaryEvent id="head_is_late" name="两日未办" attachedToRef="head_approves" cancelActivity="false">
    <bpmn:timerEventDefinition id="late_timer"><bpmn:timeDate>=today + duration("P2D")</bpmn:timeDate></bpmn:timerEventDefinition>
  </bpmn:boundaryEvent>
  <bpmn:sequenceFlow id="flow_late" sourceRef="head_is_late" targetRef="remind_head"/>
  <bpmn:sendTask id="remind_head" name="提醒负责人">
    <bpmn:extensionElements>
      <jc:assignment resolver="post" organ="=initiator.organ" post="主任"/>
      <jc:notice text="=&quot;请尽快办理：&quot; + purpose"/>
    </bpmn:extensionElements>
  </bpmn:sendTask>
  <bpmn:sequenceFlow id="flow_reminded" sourceRef="remind_head" targetRef="reminder_sent"/>
  <bpmn:endEvent id="reminder_sent" name="已提醒"/>
  <bpmn:sequenceFlow id="flow_decided" sourceRef="head_approves" targetRef="head_agrees"/>
  <bpmn:exclusiveGateway id="head_agrees" name="是否同意？" default="flow_no"/>
  <bpmn:sequenceFlow id="flow_yes" name="同意" sourceRef="head_agrees" targetRef="sealing">
    <bpmn:conditionExpression>= head_outcome = "agree"</bpmn:conditionExpression>
  </bpmn:sequenceFlow>
  <bpmn:sequenceFlow id="flow_no" name="不同意" sourceRef="head_agrees" targetRef="request_refused"/>
  <bpmn:endEvent id="request_refused" name="未同意"/>
  <bpmn:subProcess id="sealing" name="盖章">
    <bpmn:documentation>现场盖章。</bpmn:documentation>
    <bpmn:startEvent id="sealing_begins" name="开始盖章"/>
    <bpmn:sequenceFlow id="flow_begin" sourceRef="sealing_begins" targetRef="seal_recalled"/>
    <bpmn:intermediateCatchEvent id="seal_recalled" name="等待收回">
      <bpmn:extensionElements>
        <jc:assignment resolver="initiator"/>
        <jc:form name="application" default="read"/>
        <jc:output source="收回" target="ending"/>
      </bpmn:extensionElements>
      <bpmn:messageEventDefinition id="recall_event" messageRef="message_recall"/>
    </bpmn:intermediateCatchEvent>
    <bpmn:sequenceFlow id="flow_recalled" sourceRef="seal_recalled" targetRef="sealing_ends"/>
    <bpmn:endEvent id="sealing_ends" name="盖章完毕"/>
  </bpmn:subProcess>
  <bpmn:sequenceFlow id="flow_sealed" sourceRef="sealing" targetRef="seal_used"/>
  <bpmn:endEvent id="seal_used" name="用印办结">
    <bpmn:extensionElements>
      <jc:registerEntry register="seal_use" status="已用印">
        <jc:column name="organ" source="=initiator.organ"/><jc:column name="copies" source="=granted"/>
      </jc:registerEntry>
    </bpmn:extensionElements>
  </bpmn:endEvent>
</bpmn:process>
"""

PLACES = {
    "seal_requested": (170, 122), "check_level": (260, 100), "head_approves": (420, 100), "head_is_late": (452, 162),
    "remind_head": (560, 230), "reminder_sent": (720, 252), "head_agrees": (585, 115), "request_refused": (592, 22),
    "sealing": (700, 60), "sealing_begins": (720, 122), "seal_recalled": (800, 122), "sealing_ends": (880, 122),
    "seal_used": (1010, 122),
}  # fmt: skip

DMN = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="seal_rules" name="用印" namespace="urn:test">
  <decision id="seal_level" name="审批层级"><variable name="审批层级" typeRef="string"/>
    <decisionTable id="seal_level_table" hitPolicy="UNIQUE">
      <input id="input_copies" label="份数">
        <inputExpression id="expression_copies" typeRef="number"><text>copies</text></inputExpression></input>
      <output id="output_level" name="level" typeRef="string"/>
      <rule id="rule_few"><inputEntry id="few"><text>&lt;= 10</text></inputEntry>
        <outputEntry id="single"><text>"单人"</text></outputEntry></rule>
      <rule id="rule_many"><inputEntry id="many"><text>&gt; 10</text></inputEntry>
        <outputEntry id="joint"><text>"集体"</text></outputEntry></rule>
    </decisionTable></decision></definitions>
"""

APPLICATION = """{"type": "default", "schemaVersion": 19, "components": [
 {"type": "textfield", "key": "purpose", "id": "Field_1", "label": "用途"},
 {"type": "group", "id": "Group_1", "components": [{"type": "number", "key": "copies", "id": "Field_2", "label": "份数"}]}]}
"""
OPINION = """{"type": "default", "schemaVersion": 19, "components": [
 {"type": "textarea", "key": "remark", "id": "Field_3", "label": "备注", "conditional": {"hide": "=copies = 1"}},
 {"type": "number", "key": "copies", "id": "Field_4", "label": "份数"}]}
"""

FEATURE = """# language: zh-CN
@Z1
功能: 用印须经同意

  场景: 负责人同意后才能盖章
    假如 张三提出用印
    当 负责人同意
    那么 可以盖章

  规则: 期限看份数
    @Z2
    场景: 份数多的办理期限长
      假如 张三提出用印
      那么 期限是 5 个工作日
"""

CLAUSES: dict[str, dict[str, object]] = {
    "Z1": {
        "document": "本区用印规则",
        "words": "用印须经负责人同意",
        "authority": "惯例",
        "profiles": ["静安", "西安"],
    },
    "Z1-嘉兴": {"document": "某办法", "words": "用印应当审批", "authority": "文件", "profiles": ["嘉兴"]},
    "Z2": {"document": "本区用印规则", "words": "按份数确定期限", "authority": "惯例", "profiles": ["静安"]},
    "Z9": {"document": "别的规则", "words": "与本流程无关", "authority": "惯例", "profiles": []},
}


def drawn(process: str, places: Mapping[str, tuple[int, int]] = PLACES) -> str:
    """A whole BPMN file: the process, and DI for every node (given or in a row) and every flow (straight)."""
    root = etree.fromstring(
        f'<bpmn:definitions {NAMESPACES} id="file" targetNamespace="urn:test">{process}</bpmn:definitions>'
    )
    kinds = ("Event", "Task", "task", "Gateway", "subProcess", "callActivity")
    shapes, middles = [], {}
    for order, element in enumerate(root.iter()):
        name = etree.QName(element).localname
        if not name.endswith(kinds) or not element.get("id"):
            continue
        x, y = places.get(element.get("id", ""), (100 + 130 * order, 300))
        width, height = (36, 36) if name.endswith("Event") else (50, 50) if name.endswith("Gateway") else (100, 80)
        if name == "subProcess":
            width, height = 240, 160
        middles[element.get("id")] = (x + width // 2, y + height // 2)
        shapes.append(
            f'<bpmndi:BPMNShape id="{element.get("id")}_di" bpmnElement="{element.get("id")}">'
            f'<dc:Bounds x="{x}" y="{y}" width="{width}" height="{height}"/></bpmndi:BPMNShape>'
        )
    for flow in root.iter("{*}sequenceFlow"):
        ends = [middles.get(flow.get(key), (0, 0)) for key in ("sourceRef", "targetRef")]
        points = "".join(f'<di:waypoint x="{x}" y="{y}"/>' for x, y in ends)
        shapes.append(
            f'<bpmndi:BPMNEdge id="{flow.get("id")}_di" bpmnElement="{flow.get("id")}">{points}</bpmndi:BPMNEdge>'
        )
    plane = f'<bpmndi:BPMNPlane id="plane" bpmnElement="seal_use">{"".join(shapes)}</bpmndi:BPMNPlane>'
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<bpmn:definitions {NAMESPACES} id="file" targetNamespace="urn:test">'
        f'{process}<bpmndi:BPMNDiagram id="diagram">{plane}</bpmndi:BPMNDiagram></bpmn:definitions>\n'
    )


@dataclass(frozen=True)
class Files:
    """The files of the small process; every method gives changed ones."""

    process: str = PROCESS
    dmn: Mapping[str, str] = field(default_factory=lambda: {"seal_level.dmn": DMN})
    forms: Mapping[str, str] = field(default_factory=lambda: {"application.form": APPLICATION, "opinion.form": OPINION})
    features: Mapping[str, str] = field(default_factory=lambda: {"approval.feature": FEATURE})
    letters: Mapping[str, str] = field(default_factory=dict)
    clauses: Mapping[str, Mapping[str, object]] = field(default_factory=lambda: dict(CLAUSES))

    @property
    def bpmn(self) -> str:
        return drawn(self.process)

    def with_text(self, old: str, new: str) -> Files:
        """The diagram with one text exchanged; fails when the text is not there."""
        assert old in self.process, f"the test's diagram has no {old!r}"
        return replace(self, process=self.process.replace(old, new))

    def without(self, pattern: str) -> Files:
        changed, count = re.subn(pattern, "", self.process, count=1, flags=re.DOTALL)
        assert count == 1, f"the test's diagram has no {pattern!r}"
        return replace(self, process=changed)

    def but(self, **changes: object) -> Files:
        return replace(self, **changes)  # type: ignore[arg-type]

    def bundle(self) -> Bundle:
        diagrams, forms = {"seal_use.bpmn": self.bpmn, **self.dmn}, {**self.forms, **self.letters}
        return read_bundle("seal_use", diagrams, forms, self.features, self.clauses)

    def tree(self) -> dict[str, str]:
        """The same files as paths of a checkout."""
        import yaml

        return {
            "bpmn/clauses.yaml": yaml.safe_dump(dict(self.clauses), allow_unicode=True),
            "bpmn/README.md": "说明",
            "bpmn/seal_use/seal_use.bpmn": self.bpmn,
            **{f"bpmn/seal_use/{name}": text for name, text in self.dmn.items()},
            **{f"forms/seal_use/{name}": text for name, text in {**self.forms, **self.letters}.items()},
            **{f"features/seal_use/{name}": text for name, text in self.features.items()},
        }


@pytest.fixture
def files() -> Files:
    return Files()


@pytest.fixture
def draw_di() -> Callable[[str], str]:
    """Any process text -> a BPMN file with DI."""
    return drawn
