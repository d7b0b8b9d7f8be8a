"""A small process for tests: the district asks several 街镇 at once; each studies it behind its own doors and replies.

征求街镇意见: 财政局 starts → per 街镇 (内部研究: 拟稿 → 党工委会议) → 复函 with a paper → 财政局 sums up; ten days for all.
"""

from __future__ import annotations

import json

from lxml import etree

from jiecheng.definitions import read_bundle
from jiecheng.model.release import Bundle

NAMESPACES = (
    'xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" '
    'xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI" '
    'xmlns:jc="urn:jiecheng:bpmn:1.0"'
)

PROCESS = """
<bpmn:process id="plan_consult" name="方案征求街镇意见" isExecutable="true" jc:title="=&quot;征求意见：&quot; + plan_name"
    jc:numberKind="征询">
  <bpmn:documentation>方案出台前征求有关街镇意见。</bpmn:documentation>
  <bpmn:extensionElements><jc:starters resolver="anyone" kind="政府部门 党委部门"/></bpmn:extensionElements>
  <bpmn:startEvent id="plan_sent" name="提出方案">
    <bpmn:extensionElements>
      <jc:form name="plan" default="edit"/>
      <jc:output source="=streets" target="streets"/>
      <jc:output source="=plan_name" target="plan_name"/>
    </bpmn:extensionElements>
  </bpmn:startEvent>
  <bpmn:sequenceFlow id="flow_sent" sourceRef="plan_sent" targetRef="streets_consulted"/>
  <bpmn:subProcess id="streets_consulted" name="征求街镇意见">
    <bpmn:documentation>各街镇分头研究、分别答复。</bpmn:documentation>
    <bpmn:extensionElements><jc:instance key="=street.id" label="=street.street_name"/></bpmn:extensionElements>
    <bpmn:startEvent id="street_asked" name="收到征求意见"/>
    <bpmn:sequenceFlow id="flow_asked" sourceRef="street_asked" targetRef="street_studies"/>
    <bpmn:subProcess id="street_studies" name="街镇内部研究">
      <bpmn:documentation>街镇内部研究，不对外显示。</bpmn:documentation>
      <bpmn:extensionElements><jc:compartment organ="=street.party_organ"/></bpmn:extensionElements>
      <bpmn:startEvent id="study_begins" name="开始研究"/>
      <bpmn:sequenceFlow id="flow_study" sourceRef="study_begins" targetRef="office_drafts"/>
      <bpmn:userTask id="office_drafts" name="党政办拟稿">
        <bpmn:documentation>写出内部意见。</bpmn:documentation>
        <bpmn:extensionElements>
          <jc:assignment resolver="party_organ_post" street="=street.street" post="党政办公室主任"/>
          <jc:form name="inner_opinion" default="edit"/>
          <jc:outcome value="submit" label="提交会议"/>
          <jc:addSigner ways="before after parallel" within="district"/>
          <jc:due workingDays="3" basis="本区要求三个工作日拟稿"/>
        </bpmn:extensionElements>
      </bpmn:userTask>
      <bpmn:sequenceFlow id="flow_drafted" sourceRef="office_drafts" targetRef="meeting_studies"/>
      <bpmn:userTask id="meeting_studies" name="党工委会议研究" jc:resultVariable="position">
        <bpmn:documentation>集体研究。</bpmn:documentation>
        <bpmn:extensionElements>
          <jc:assignment resolver="meeting_secretary" street="=street.street"/>
          <jc:form name="inner_opinion" default="read"/>
          <jc:outcome value="agree" label="同意方案"/>
          <jc:outcome value="disagree" label="不同意方案" style="danger"/>
          <jc:meeting/>
        </bpmn:extensionElements>
      </bpmn:userTask>
      <bpmn:sequenceFlow id="flow_met" sourceRef="meeting_studies" targetRef="study_ends"/>
      <bpmn:endEvent id="study_ends" name="研究完毕"/>
    </bpmn:subProcess>
    <bpmn:sequenceFlow id="flow_studied" sourceRef="street_studies" targetRef="street_replies"/>
    <bpmn:userTask id="street_replies" name="街镇答复">
      <bpmn:documentation>写对外的答复。</bpmn:documentation>
      <bpmn:extensionElements>
        <jc:assignment resolver="party_organ_post" street="=street.street" post="党政办公室主任"/>
        <jc:form name="plan" default="read"/>
        <jc:form name="reply" default="edit"/>
        <jc:outcome value="reply" label="答复"/>
        <jc:output source="={street: street.street_name, position: position, words: reply_words}" target="reply"/>
        <jc:due workingDays="5" basis="本区要求五个工作日答复"/>
      </bpmn:extensionElements>
    </bpmn:userTask>
    <bpmn:sequenceFlow id="flow_replied" sourceRef="street_replies" targetRef="reply_issued"/>
    <bpmn:serviceTask id="reply_issued" name="制发复函" jc:job="issue_document">
      <bpmn:documentation>按模板制发。</bpmn:documentation>
      <bpmn:extensionElements>
        <jc:document letter="reply_letter" numberKind="复函" issuer="=street.id" to="=initiator.organ"/>
      </bpmn:extensionElements>
    </bpmn:serviceTask>
    <bpmn:sequenceFlow id="flow_issued" sourceRef="reply_issued" targetRef="street_done"/>
    <bpmn:endEvent id="street_done" name="本街镇答复完毕"/>
    <bpmn:multiInstanceLoopCharacteristics>
      <bpmn:loopDataInputRef>streets</bpmn:loopDataInputRef>
      <bpmn:loopDataOutputRef>replies</bpmn:loopDataOutputRef>
      <bpmn:inputDataItem id="street"/>
      <bpmn:outputDataItem id="reply"/>
    </bpmn:multiInstanceLoopCharacteristics>
  </bpmn:subProcess>
  <bpmn:boundaryEvent id="time_is_over" name="征求意见期满" attachedToRef="streets_consulted">
    <bpmn:timerEventDefinition id="over_timer"><bpmn:timeDuration>P10D</bpmn:timeDuration></bpmn:timerEventDefinition>
  </bpmn:boundaryEvent>
  <bpmn:sequenceFlow id="flow_over" sourceRef="time_is_over" targetRef="opinions_summed"/>
  <bpmn:sequenceFlow id="flow_consulted" sourceRef="streets_consulted" targetRef="opinions_summed"/>
  <bpmn:userTask id="opinions_summed" name="汇总意见">
    <bpmn:documentation>逐一说明采纳情况。</bpmn:documentation>
    <bpmn:extensionElements>
      <jc:assignment resolver="initiator"/>
      <jc:form name="reply" default="read"/>
      <jc:form name="summary" default="edit"/>
      <jc:outcome value="done" label="完成汇总"/>
      <jc:output source="=count(replies[item = null])" target="silent"/>
    </bpmn:extensionElements>
  </bpmn:userTask>
  <bpmn:sequenceFlow id="flow_summed" sourceRef="opinions_summed" targetRef="plan_consulted"/>
  <bpmn:endEvent id="plan_consulted" name="征求意见结束"/>
</bpmn:process>
"""

_INSIDE = """
      <bpmn:sequenceFlow id="flow_drafted" sourceRef="office_drafts" targetRef="meeting_studies"/>
"""
_MORE_INSIDE = """
      <bpmn:sequenceFlow id="flow_drafted" sourceRef="office_drafts" targetRef="tell_colleagues"/>
      <bpmn:sendTask id="tell_colleagues" name="告知本街镇同事">
        <bpmn:documentation>只告知本街镇的人。</bpmn:documentation>
        <bpmn:extensionElements>
          <jc:assignment resolver="meeting_secretary" street="=street.street"/>
          <jc:notice text="=&quot;内部通知：&quot; + inner_words_seen"/>
        </bpmn:extensionElements>
      </bpmn:sendTask>
      <bpmn:sequenceFlow id="flow_told" sourceRef="tell_colleagues" targetRef="inner_paper_issued"/>
      <bpmn:serviceTask id="inner_paper_issued" name="制发内部请示" jc:job="issue_document">
        <bpmn:documentation>内部用。</bpmn:documentation>
        <bpmn:extensionElements>
          <jc:document letter="inner_paper" numberKind="内部" issuer="=street.id"/>
        </bpmn:extensionElements>
      </bpmn:serviceTask>
      <bpmn:sequenceFlow id="flow_paper" sourceRef="inner_paper_issued" targetRef="meeting_studies"/>
"""
_CLOCK = """
    <bpmn:boundaryEvent id="organ_time_is_over" name="本街镇期满" attachedToRef="street_studies">
      <bpmn:timerEventDefinition id="organ_timer"><bpmn:timeDuration>P4D</bpmn:timeDuration></bpmn:timerEventDefinition>
    </bpmn:boundaryEvent>
    <bpmn:sequenceFlow id="flow_late" sourceRef="organ_time_is_over" targetRef="street_late"/>
    <bpmn:endEvent id="street_late" name="本街镇没有答复"/>
"""
_INNER_CLOCK = """
      <bpmn:boundaryEvent id="draft_is_slow" name="拟稿两天未成" attachedToRef="office_drafts" cancelActivity="false">
        <bpmn:timerEventDefinition id="slow_timer"><bpmn:timeDuration>P2D</bpmn:timeDuration></bpmn:timerEventDefinition>
      </bpmn:boundaryEvent>
      <bpmn:sequenceFlow id="flow_slow" sourceRef="draft_is_slow" targetRef="slowness_noted"/>
      <bpmn:endEvent id="slowness_noted" name="已记下拟稿较慢"/>
"""
_MESSAGE = """
    <bpmn:boundaryEvent id="street_steps_out" name="停用" attachedToRef="street_replies">
      <bpmn:extensionElements>
        <jc:assignment resolver="party_organ_post" street="=street.street" post="党政办公室主任"/>
        <jc:form name="stop" default="edit"/>
        <jc:output source="={street: street.street_name, position: &quot;stop&quot;, words: stop_words}" target="reply"/>
      </bpmn:extensionElements>
      <bpmn:messageEventDefinition id="stop_message" messageRef="message_stop"/>
    </bpmn:boundaryEvent>
    <bpmn:sequenceFlow id="flow_stop" sourceRef="street_steps_out" targetRef="street_stopped"/>
    <bpmn:endEvent id="street_stopped" name="本街镇停用"/>
"""


def fuller() -> str:
    """The process with a notice, a paper and a clock behind the doors, a clock for each 街镇, and a message each may send."""
    inner = 'label="提交会议"/>\n'
    wanted = PROCESS.replace(_INSIDE, _MORE_INSIDE).replace(
        inner, inner + '          <jc:output source="=inner_words" target="inner_words_seen"/>\n'
    )
    end = '    <bpmn:endEvent id="street_done"'
    found = wanted.replace(end, _CLOCK + _MESSAGE + end)
    inner_end = '      <bpmn:endEvent id="study_ends"'
    found = found.replace(inner_end, _INNER_CLOCK + inner_end)
    assert found.count("draft_is_slow") > 1
    assert found.count("inner_paper") > 2
    assert found.count("street_steps_out") > 1
    return found


def _form(*fields: dict[str, object]) -> str:
    return json.dumps({"type": "default", "schemaVersion": 19, "components": list(fields)}, ensure_ascii=False)


def _text(key: str, label: str, kind: str = "textarea") -> dict[str, object]:
    return {"type": kind, "id": key, "key": key, "label": label, "validate": {"required": True}}


FORMS = {
    "plan.form": _form(
        _text("plan_name", "方案名称", "textfield"),
        {
            "type": "taglist", "id": "streets", "key": "streets", "label": "征求哪些街镇的意见",
            "validate": {"required": True}, "properties": {"picker": "organ", "scope": "streets"},
        },
    ),
    "inner_opinion.form": _form(_text("inner_words", "内部意见")),
    "reply.form": _form(_text("reply_words", "答复内容")),
    "stop.form": _form(_text("stop_words", "停用理由")),
    "summary.form": _form(_text("summary_words", "汇总情况")),
    "inner_paper.letter": (
        'kind: 函\nissuer: "{{ issuer.name }}"\ntitle: "内部请示：{{ inner_words }}"\naddressee: "本街镇领导"\n'
        'body:\n  - "{{ inner_words }}"\n'
    ),
    "reply_letter.letter": (
        'kind: 复函\nissuer: "{{ issuer.name }}"\ntitle: "关于{{ plan_name }}的复函"\naddressee: "{{ initiator.organ_name }}"\n'
        'body:\n  - "{{ reply_words }}"\n'
    ),
    "reply_letter@pengxi-office.letter": (
        'kind: 复函\nissuer: "{{ issuer.name }}"\ntitle: "彭溪街道关于{{ plan_name }}的意见"\n'
        'addressee: "{{ initiator.organ_name }}"\nbody:\n  - "{{ reply_words }}"\n'
    ),
}  # fmt: skip
FEATURE = "# language: zh-CN\n功能: 征求意见\n\n  @C12\n  场景: 征求\n    假如 有方案\n"
CLAUSES = {"C12": {"document": "本区规则", "words": "街镇内部研究不对外显示", "authority": "惯例", "profiles": []}}


def bundle(process: str = PROCESS) -> Bundle:
    files = {"plan_consult.bpmn": drawn(process)}
    used = {file: text for file, text in FORMS.items() if f'"{file.partition(".")[0].partition("@")[0]}"' in process}
    return read_bundle("plan_consult", files, used, {"consult.feature": FEATURE}, CLAUSES)


def drawn(process: str) -> str:
    """The process with a shape for every node and an edge for every flow."""
    root = etree.fromstring(
        f'<bpmn:definitions {NAMESPACES} id="file" targetNamespace="t">{process}</bpmn:definitions>'
    )
    shapes, middles = [], {}
    for order, element in enumerate(root.iter()):
        name = etree.QName(element).localname
        if not element.get("id") or not name.endswith(("Event", "Task", "subProcess")):
            continue
        x, y = 100 + 130 * order, 300
        width, height = (36, 36) if name.endswith("Event") else (100, 80)
        middles[element.get("id")] = (x + width // 2, y + height // 2)
        shapes.append(
            f'<bpmndi:BPMNShape id="{element.get("id")}_di" bpmnElement="{element.get("id")}">'
            f'<dc:Bounds x="{x}" y="{y}" width="{width}" height="{height}"/></bpmndi:BPMNShape>'
        )
    for flow in root.iter("{*}sequenceFlow"):
        ends = [middles[flow.get(key)] for key in ("sourceRef", "targetRef")]
        points = "".join(f'<di:waypoint x="{x}" y="{y}"/>' for x, y in ends)
        shapes.append(
            f'<bpmndi:BPMNEdge id="{flow.get("id")}_di" bpmnElement="{flow.get("id")}">{points}</bpmndi:BPMNEdge>'
        )
    plane = f'<bpmndi:BPMNPlane id="plane" bpmnElement="plan_consult">{"".join(shapes)}</bpmndi:BPMNPlane>'
    message = '<bpmn:message id="message_stop" name="停用"/>' if "messageRef" in process else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<bpmn:definitions {NAMESPACES} id="file" targetNamespace="t">'
        f'{message}{process}<bpmndi:BPMNDiagram id="diagram">{plane}</bpmndi:BPMNDiagram></bpmn:definitions>\n'
    )
