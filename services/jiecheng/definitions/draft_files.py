"""The files of a draft: what they may be called, how large they may be, and the bundle they make. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from lxml import etree

from jiecheng.definitions.bundle import read_bundle
from jiecheng.definitions.safe_xml import BPMN, BPMNDI, DC, DI, JC, MAX_BYTES, local, parse_xml, text_of
from jiecheng.model.errors import Invalid
from jiecheng.model.release import Bundle
from jiecheng.model.writable import require_writable

MAX_FILES = 100
MAX_ALL_BYTES = 6 * 1024 * 1024
MAX_TEXT_BYTES = 256 * 1024  # forms, letters, features: none of ours has a tenth of it
_NAME = re.compile(
    r"^[a-z][a-z0-9_]{0,59}\.(bpmn|dmn|form|letter|feature)$|^[a-z][a-z0-9_]{0,59}@[a-z0-9-]{1,60}\.letter$"
)
# Attributes that say what BPMN and DMN take for granted.
_HOLDS_ANYWAY = {
    "cancelActivity": "true",
    "isInterrupting": "true",
    "triggeredByEvent": "false",
    "instantiate": "false",
    "hitPolicy": "UNIQUE",
}
_DIAGRAMS = (".bpmn", ".dmn")
_FORMS = (".form", ".letter")


def files_of(bundle: Bundle) -> dict[str, str]:
    """The bundle's files under their names. Clauses are no files of a process: they are the house's."""
    diagram = {f"{bundle.process}.bpmn": bundle.bpmn}
    return {**diagram, **bundle.called, **bundle.dmn, **bundle.forms, **bundle.letters, **bundle.features}


def bundle_of(process: str, files: Mapping[str, str], clauses: Mapping[str, Mapping[str, object]]) -> Bundle:
    """The bundle that these files make. Raises `Invalid` when the diagram is missing."""

    def those(*endings: str) -> dict[str, str]:
        return {name: text for name, text in files.items() if name.endswith(endings)}

    return read_bundle(process, those(*_DIAGRAMS), those(*_FORMS), those(".feature"), clauses)


def require_fit(process: str, files: Mapping[str, str]) -> None:
    """Raises `Invalid` for what must not even be kept: strange names, too much, XML that is not harmless, broken JSON.

    Whether the process is right is the linter's affair: a draft may be wrong for days.
    """
    require_writable(files)
    if len(files) > MAX_FILES:
        raise Invalid(f"一个流程最多 {MAX_FILES} 个文件，现在有 {len(files)} 个，请删去用不着的。")
    if sum(len(text.encode()) for text in files.values()) > MAX_ALL_BYTES:
        raise Invalid(f"全部文件合计超过 {MAX_ALL_BYTES // 2**20} MiB，没有保存。请删去用不着的内容。")
    for name, text in files.items():
        _require_fit_file(process, name, text)


def _require_fit_file(process: str, name: str, text: str) -> None:
    if not _NAME.match(name):
        raise Invalid(
            f"文件名「{name}」不能用。请用小写英文字母、数字和下划线，结尾是 .bpmn、.form、.dmn、.letter 或 .feature。"
        )
    most = MAX_BYTES if name.endswith(_DIAGRAMS) else MAX_TEXT_BYTES
    if len(text.encode()) > most:
        raise Invalid(f"文件「{name}」超过 {most // 1024} KiB，没有保存。请缩短。")
    if name.endswith(_DIAGRAMS):
        try:
            parse_xml(text)
        except Invalid as error:
            raise Invalid(f"文件「{name}」没有保存：{error.message}", findings=error.findings) from None
    elif name.endswith(".form"):
        _require_form(name, text)


def _require_form(name: str, text: str) -> None:
    try:
        schema = json.loads(text)
    except (ValueError, RecursionError):
        raise Invalid(f"表单「{name}」不是正确的 JSON，没有保存。请用表单编辑器修改。") from None
    require_writable(schema)  # JSON can name in escapes what no text can hold
    if not isinstance(schema, dict) or not isinstance(schema.get("components"), list):
        raise Invalid(f"表单「{name}」里没有字段列表（components），没有保存。请用表单编辑器修改。")


def means_the_same(name: str, old: str, new: str) -> bool:
    """Whether an editor only laid the text out anew: then the old text stays, and no revision is made of blanks."""
    if old == new:
        return True
    if name.endswith(_DIAGRAMS):
        return _shape(old) == _shape(new)
    if name.endswith(".form"):
        return bool(json.loads(old) == json.loads(new))
    return False


def _shape(xml: str) -> object:
    """The document without what editors lay out their own way: blanks, values that hold anyway, the order of drawing."""

    def of(element: etree._Element) -> Any:  # noqa: ANN401 - a tree of itself
        children = [of(child) for child in element]
        if local(element) == "BPMNPlane":
            children.sort(key=repr)
        attributes = {key: value for key, value in element.attrib.items() if _HOLDS_ANYWAY.get(str(key)) != value}
        return element.tag, attributes, "" if children else text_of(element), children

    return of(parse_xml(xml))


def new_diagram(process: str) -> str:
    """A called process to begin with: a start and an end."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="{BPMN}" xmlns:bpmndi="{BPMNDI}" xmlns:dc="{DC}" xmlns:di="{DI}" xmlns:jc="{JC}"
  id="{process}_file" targetNamespace="urn:jiecheng:process:{process}">
  <bpmn:process id="{process}" name="新的被调用流程" isExecutable="true">
    <bpmn:startEvent id="{process}_begins" name="开始" />
    <bpmn:sequenceFlow id="{process}_flow" sourceRef="{process}_begins" targetRef="{process}_ends" />
    <bpmn:endEvent id="{process}_ends" name="结束" />
  </bpmn:process>
  <bpmndi:BPMNDiagram id="{process}_diagram">
    <bpmndi:BPMNPlane id="{process}_plane" bpmnElement="{process}">
      <bpmndi:BPMNShape id="{process}_begins_di" bpmnElement="{process}_begins">
        <dc:Bounds x="160" y="120" width="36" height="36" />
      </bpmndi:BPMNShape>
      <bpmndi:BPMNShape id="{process}_ends_di" bpmnElement="{process}_ends">
        <dc:Bounds x="480" y="120" width="36" height="36" />
      </bpmndi:BPMNShape>
      <bpmndi:BPMNEdge id="{process}_flow_di" bpmnElement="{process}_flow">
        <di:waypoint x="196" y="138" />
        <di:waypoint x="480" y="138" />
      </bpmndi:BPMNEdge>
    </bpmndi:BPMNPlane>
  </bpmndi:BPMNDiagram>
</bpmn:definitions>
"""


def new_table(decision: str) -> str:
    """An empty decision table to begin with."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="{decision}_definitions" name="{decision}"
  namespace="urn:jiecheng:decision:{decision}">
  <decision id="{decision}" name="新的判定表">
    <decisionTable id="{decision}_table" hitPolicy="UNIQUE">
      <input id="{decision}_input" label="条件">
        <inputExpression id="{decision}_expression" typeRef="string">
          <text></text>
        </inputExpression>
      </input>
      <output id="{decision}_output" label="结果" name="result" typeRef="string" />
    </decisionTable>
  </decision>
</definitions>
"""
