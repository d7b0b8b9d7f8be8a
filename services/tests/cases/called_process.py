"""A process of three diagrams for tests: the district has a plan reviewed by several 街镇, each by the same called process.

方案联审: 财政局 starts → per 街镇 a call of 街镇审查 (规则判定 → 审查, behind its own doors → 复函 → a call of 结果核对, where the
applicant checks the answer within five days) → 财政局 sums up.
"""

from __future__ import annotations

import json

from consult_process import NAMESPACES
from lxml import etree

from jiecheng.definitions import read_bundle
from jiecheng.model.release import Bundle

MAIN = """
<bpmn:process id="plan_review" name="方案联审" isExecutable="true" jc:title="=&quot;联审：&quot; + plan_name" jc:numberKind="联审">
  <bpmn:documentation>方案由有关街镇分别审查。</bpmn:documentation>
  <bpmn:extensionElements><jc:starters resolver="anyone" kind="政府部门 党委部门"/></bpmn:extensionElements>
  <bpmn:startEvent id="plan_sent" name="提出方案">
    <bpmn:extensionElements>
      <jc:form name="plan" default="edit"/>
      <jc:output source="=streets" target="streets"/>
      <jc:output source="=plan_name" target="plan_name"/>
    </bpmn:extensionElements>
  </bpmn:startEvent>
  <bpmn:sequenceFlow id="flow_sent" sourceRef="plan_sent" targetRef="streets_review"/>
  <bpmn:callActivity id="streets_review" name="街镇联审" calledElement="street_review">
    <bpmn:extensionElements>
      <jc:instance key="=street.id" label="=street.street_name"/>
      <jc:input source="=street" target="place"/>
      <jc:input source="=plan_name" target="subject_matter"/>
      <jc:output source="={street: place.street_name, verdict: verdict, checked: checked}" target="reply"/>
    </bpmn:extensionElements>
    <bpmn:multiInstanceLoopCharacteristics>
      <bpmn:loopDataInputRef>streets</bpmn:loopDataInputRef>
      <bpmn:loopDataOutputRef>replies</bpmn:loopDataOutputRef>
      <bpmn:inputDataItem id="street"/>
      <bpmn:outputDataItem id="reply"/>
    </bpmn:multiInstanceLoopCharacteristics>
  </bpmn:callActivity>
  <bpmn:sequenceFlow id="flow_reviewed" sourceRef="streets_review" targetRef="review_summed"/>
  <bpmn:userTask id="review_summed" name="汇总审查意见">
    <bpmn:documentation>逐一说明采纳情况。</bpmn:documentation>
    <bpmn:extensionElements>
      <jc:assignment resolver="initiator"/>
      <jc:form name="summary" default="edit"/>
      <jc:outcome value="done" label="完成汇总"/>
      <jc:output source="=count(replies[verdict = &quot;agree&quot;])" target="agreed"/>
    </bpmn:extensionElements>
  </bpmn:userTask>
  <bpmn:sequenceFlow id="flow_summed" sourceRef="review_summed" targetRef="plan_reviewed"/>
  <bpmn:endEvent id="plan_reviewed" name="联审完毕"/>
</bpmn:process>
"""

STREET = """
<bpmn:process id="street_review" name="街镇审查" isExecutable="true">
  <bpmn:documentation>一个街镇怎样审查。</bpmn:documentation>
  <bpmn:startEvent id="street_asked" name="收到方案"/>
  <bpmn:sequenceFlow id="flow_asked" sourceRef="street_asked" targetRef="limit_found"/>
  <bpmn:businessRuleTask id="limit_found" name="判定审查期限" jc:decision="review_limit" jc:resultVariable="limit">
    <bpmn:documentation>街道三天，镇五天。</bpmn:documentation>
  </bpmn:businessRuleTask>
  <bpmn:sequenceFlow id="flow_limit" sourceRef="limit_found" targetRef="street_studies"/>
  <bpmn:subProcess id="street_studies" name="街镇内部审查">
    <bpmn:documentation>内部审查，不对外显示。</bpmn:documentation>
    <bpmn:extensionElements><jc:compartment organ="=place.party_organ"/></bpmn:extensionElements>
    <bpmn:startEvent id="study_begins" name="开始审查"/>
    <bpmn:sequenceFlow id="flow_study" sourceRef="study_begins" targetRef="street_decides"/>
    <bpmn:userTask id="street_decides" name="街镇审查意见" jc:resultVariable="verdict" jc:clauses="C12">
      <bpmn:documentation>写出审查意见。</bpmn:documentation>
      <bpmn:extensionElements>
        <jc:assignment resolver="party_organ_post" street="=place.street" post="党政办公室主任"/>
        <jc:form name="review" default="edit"/>
        <jc:outcome value="agree" label="同意方案"/>
        <jc:outcome value="disagree" label="不同意方案" style="danger"/>
        <jc:due workingDays="=limit.days" basis="本区要求按期审查"/>
        <jc:holdable/>
      </bpmn:extensionElements>
    </bpmn:userTask>
    <bpmn:sequenceFlow id="flow_decided" sourceRef="street_decides" targetRef="study_ends"/>
    <bpmn:endEvent id="study_ends" name="审查完毕"/>
  </bpmn:subProcess>
  <bpmn:sequenceFlow id="flow_studied" sourceRef="street_studies" targetRef="reply_issued"/>
  <bpmn:serviceTask id="reply_issued" name="制发复函" jc:job="issue_document">
    <bpmn:documentation>按模板制发。</bpmn:documentation>
    <bpmn:extensionElements>
      <jc:document letter="reply_letter" numberKind="复函" issuer="=place.id" to="=initiator.organ"/>
    </bpmn:extensionElements>
  </bpmn:serviceTask>
  <bpmn:sequenceFlow id="flow_issued" sourceRef="reply_issued" targetRef="result_check"/>
  <bpmn:callActivity id="result_check" name="核对结果" calledElement="result_checked">
    <bpmn:extensionElements>
      <jc:input source="=place" target="answerer"/>
      <jc:input source="=subject_matter" target="subject_matter"/>
      <jc:output source="=remark" target="checked"/>
    </bpmn:extensionElements>
  </bpmn:callActivity>
  <bpmn:sequenceFlow id="flow_check" sourceRef="result_check" targetRef="street_done"/>
  <bpmn:endEvent id="street_done" name="本街镇审查完毕">
    <bpmn:extensionElements>
      <jc:registerEntry register="staff_loan" status="借调中" key="=place.id">
        <jc:column name="person_name" source="=subject_matter"/>
        <jc:column name="street_name" source="=place.street_name"/>
      </jc:registerEntry>
    </bpmn:extensionElements>
  </bpmn:endEvent>
</bpmn:process>
"""

CHECK = """
<bpmn:message id="message_checked" name="核对无误"/>
<bpmn:process id="result_checked" name="结果核对" isExecutable="true">
  <bpmn:documentation>提出方案的机关核对街镇的复函。</bpmn:documentation>
  <bpmn:startEvent id="check_begins" name="收到复函"/>
  <bpmn:sequenceFlow id="flow_told" sourceRef="check_begins" targetRef="applicant_told"/>
  <bpmn:sendTask id="applicant_told" name="通知核对">
    <bpmn:extensionElements>
      <jc:assignment resolver="initiator"/>
      <jc:notice text="=answerer.street_name + &quot;已复函：&quot; + subject_matter"/>
    </bpmn:extensionElements>
  </bpmn:sendTask>
  <bpmn:sequenceFlow id="flow_wait" sourceRef="applicant_told" targetRef="which_comes"/>
  <bpmn:eventBasedGateway id="which_comes" name="核对还是期满"/>
  <bpmn:sequenceFlow id="flow_message" sourceRef="which_comes" targetRef="answer_checked"/>
  <bpmn:intermediateCatchEvent id="answer_checked" name="核对无误">
    <bpmn:extensionElements>
      <jc:assignment resolver="initiator"/>
      <jc:form name="check" default="edit"/>
      <jc:output source="=check_words + &quot;（&quot; + answerer.street_name + &quot;）&quot;" target="remark"/>
    </bpmn:extensionElements>
    <bpmn:messageEventDefinition id="checked_event" messageRef="message_checked"/>
  </bpmn:intermediateCatchEvent>
  <bpmn:sequenceFlow id="flow_answered" sourceRef="answer_checked" targetRef="check_done"/>
  <bpmn:sequenceFlow id="flow_timer" sourceRef="which_comes" targetRef="check_over"/>
  <bpmn:intermediateCatchEvent id="check_over" name="五日未核对">
    <bpmn:timerEventDefinition id="over_timer"><bpmn:timeDate>=next_working_days[5]</bpmn:timeDate></bpmn:timerEventDefinition>
  </bpmn:intermediateCatchEvent>
  <bpmn:sequenceFlow id="flow_over" sourceRef="check_over" targetRef="check_done_silent"/>
  <bpmn:endEvent id="check_done" name="已核对"/>
  <bpmn:endEvent id="check_done_silent" name="视为核对"/>
</bpmn:process>
"""

DMN = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="review_rules" name="审查期限" namespace="urn:test">
  <decision id="review_limit" name="审查期限"><variable name="审查期限"/>
    <decisionTable id="review_limit_table" hitPolicy="FIRST">
      <input id="input_kind" label="街镇">
        <inputExpression id="expression_kind" typeRef="string"><text>place.kind</text></inputExpression></input>
      <output id="output_days" name="days" typeRef="number"/><output id="output_why" name="why" typeRef="string"/>
      <rule id="rule_all"><inputEntry id="any"><text>-</text></inputEntry>
        <outputEntry id="three"><text>3</text></outputEntry><outputEntry id="why"><text>"三天"</text></outputEntry></rule>
    </decisionTable></decision></definitions>
"""


def _form(*fields: dict[str, object]) -> str:
    return json.dumps({"type": "default", "schemaVersion": 19, "components": list(fields)}, ensure_ascii=False)


def _text(key: str, label: str, kind: str = "textarea") -> dict[str, object]:
    return {"type": kind, "id": key, "key": key, "label": label, "validate": {"required": True}}


FORMS = {
    "plan.form": _form(
        _text("plan_name", "方案名称", "textfield"),
        {
            "type": "taglist", "id": "streets", "key": "streets", "label": "由哪些街镇审查",
            "validate": {"required": True}, "properties": {"picker": "organ", "scope": "streets"},
        },
    ),
    "review.form": _form(_text("review_words", "审查意见")),
    "check.form": _form(_text("check_words", "核对情况")),
    "summary.form": _form(_text("summary_words", "汇总情况")),
    "reply_letter.letter": (
        'kind: 复函\nissuer: "{{ issuer.name }}"\ntitle: "关于{{ subject_matter }}的复函"\n'
        'addressee: "{{ initiator.organ_name }}"\nbody:\n  - "{{ place.street_name }}审查完毕。"\n'
    ),
}  # fmt: skip
FEATURE = "# language: zh-CN\n功能: 方案联审\n\n  @C12\n  场景: 联审\n    假如 有方案\n"
CLAUSES = {"C12": {"document": "本区规则", "words": "街镇内部研究不对外显示", "authority": "惯例", "profiles": []}}


def files(main: str = MAIN, street: str = STREET, check: str = CHECK) -> dict[str, str]:
    drawn_ones = {"plan_review": main, "street_review": street, "result_checked": check}
    return {**{f"{name}.bpmn": drawn(name, text) for name, text in drawn_ones.items() if text}, "review_limit.dmn": DMN}


def bundle(feature: str = FEATURE, **diagrams: str) -> Bundle:
    return read_bundle("plan_review", files(**diagrams), FORMS, {"review.feature": feature}, CLAUSES)


def drawn(name: str, process: str) -> str:
    """The process with a shape for every node and an edge for every flow, laid out in a row."""
    head = f'<bpmn:definitions {NAMESPACES} id="file" targetNamespace="t">'
    root = etree.fromstring(f"{head}{process}</bpmn:definitions>")
    shapes, middles = [], {}
    for order, element in enumerate(root.iter()):
        kind, identity = etree.QName(element).localname, element.get("id")
        if not identity or not kind.endswith(("Event", "Task", "subProcess", "callActivity", "Gateway")):
            continue
        width, height = (36, 36) if kind.endswith("Event") else (50, 50) if kind.endswith("Gateway") else (100, 80)
        x = 100 + 130 * order
        middles[identity] = (x + width // 2, 300 + height // 2)
        shapes.append(
            f'<bpmndi:BPMNShape id="{identity}_di" bpmnElement="{identity}">'
            f'<dc:Bounds x="{x}" y="300" width="{width}" height="{height}"/></bpmndi:BPMNShape>'
        )
    for flow in root.iter("{*}sequenceFlow"):
        points = "".join(
            f'<di:waypoint x="{x}" y="{y}"/>' for x, y in (middles[flow.get(end)] for end in ("sourceRef", "targetRef"))
        )
        edge = f'<bpmndi:BPMNEdge id="{flow.get("id")}_di" bpmnElement="{flow.get("id")}">{points}</bpmndi:BPMNEdge>'
        shapes.append(edge)
    plane = f'<bpmndi:BPMNPlane id="plane" bpmnElement="{name}">{"".join(shapes)}</bpmndi:BPMNPlane>'
    diagram = f'<bpmndi:BPMNDiagram id="diagram">{plane}</bpmndi:BPMNDiagram>'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{head}{process}{diagram}</bpmn:definitions>\n'
