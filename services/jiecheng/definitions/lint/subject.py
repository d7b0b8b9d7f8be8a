"""What a lint rule may look at: the bundle, its tree, its definition, and indexes that several rules need."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from jiecheng.definitions import safe_xml as sx
from jiecheng.definitions.process import read
from jiecheng.model.definition import FlowNode, ProcessDefinition, SequenceFlow
from jiecheng.model.errors import Finding, Invalid
from jiecheng.model.ids import ElementId
from jiecheng.model.register import Register
from jiecheng.model.release import Bundle


@dataclass(frozen=True, slots=True)
class Subject:
    """`forms`: name -> schema for the readable ones; `tables`: DMN decision id -> file name."""

    bundle: Bundle
    root: etree._Element
    definition: ProcessDefinition
    elements: Mapping[str, etree._Element]
    forms: Mapping[str, Mapping[str, object]]
    tables: Mapping[str, str]
    incoming: Mapping[ElementId, tuple[SequenceFlow, ...]]
    outgoing: Mapping[ElementId, tuple[SequenceFlow, ...]]
    findings: tuple[Finding, ...] = ()  # what reading itself found
    resolvers: Collection[str] = field(default_factory=frozenset)
    registers: Mapping[str, Register] | None = None

    @property
    def nodes(self) -> Collection[FlowNode]:
        return self.definition.nodes.values()

    def leaving(self, node: ElementId) -> tuple[SequenceFlow, ...]:
        return self.outgoing.get(node, ())

    def entering(self, node: ElementId) -> tuple[SequenceFlow, ...]:
        return self.incoming.get(node, ())

    def default_flow(self, node: ElementId) -> str:
        return str(self.elements[node].get("default", ""))


def look_at(bundle: Bundle, resolvers: Collection[str], registers: Mapping[str, Register] | None = None) -> Subject:
    """Reads the files of the bundle; raises `Invalid` when the diagram is no diagram."""
    root = sx.parse_xml(bundle.bpmn)
    definition, findings = read(root)
    findings += list(_wrong_process_id(bundle, definition))
    forms: dict[str, Mapping[str, object]] = {}
    for file, text in bundle.forms.items():
        try:
            forms[file.removesuffix(".form")] = _schema(file, text)
        except Invalid as error:
            findings += error.findings
    tables: dict[str, str] = {}
    for file, text in bundle.dmn.items():
        tables.update(dict.fromkeys(_decision_ids(text), file))
    return Subject(
        bundle=bundle,
        root=root,
        definition=definition,
        elements={str(each.get("id")): each for each in root.iter() if each.get("id")},
        forms=forms,
        tables=tables,
        incoming=_by_end(definition, "target"),
        outgoing=_by_end(definition, "source"),
        findings=tuple(findings),
        resolvers=resolvers,
        registers=registers,
    )


def _wrong_process_id(bundle: Bundle, definition: ProcessDefinition) -> Iterator[Finding]:
    if definition.id != bundle.process:
        sentence = f"流程标识 {definition.id} 与文件夹名 {bundle.process} 不同，请改成一致。"
        yield Finding("process_id", str(definition.id), sentence)


def _by_end(definition: ProcessDefinition, end: str) -> dict[ElementId, tuple[SequenceFlow, ...]]:
    index: dict[ElementId, tuple[SequenceFlow, ...]] = {}
    for flow in definition.flows.values():
        node = flow.source if end == "source" else flow.target
        index[node] = (*index.get(node, ()), flow)
    return index


def _schema(file: str, text: str) -> Mapping[str, object]:
    place = f"{file}"
    try:
        schema = json.loads(text)
    except json.JSONDecodeError as error:
        sentence = f"表单 {file} 第 {error.lineno} 行第 {error.colno} 列不是正确的 JSON，请用表单设计器重新保存。"
        place = f"{file}:{error.lineno}:{error.colno}"
        raise Invalid(sentence, findings=[Finding("form_json", place, sentence)]) from None
    if not isinstance(schema, dict) or not isinstance(schema.get("components"), list):
        sentence = f"表单 {file} 里没有组件（components），请用表单设计器重新保存。"
        raise Invalid(sentence, findings=[Finding("form_json", place, sentence)])
    return schema


def _decision_ids(text: str) -> Iterator[str]:
    try:
        root = sx.parse_xml(text)
    except Invalid:
        return  # the rule on tables reads the file again and reports it
    for element in root.iter():
        if sx.local(element) == "decision" and element.get("id"):
            yield str(element.get("id"))


def components(schema: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    """All components of a form, those inside groups and lists too."""
    inner = schema.get("components")
    for component in inner if isinstance(inner, list) else ():
        if isinstance(component, dict):
            yield component
            yield from components(component)


def field_keys(schema: Mapping[str, object]) -> set[str]:
    """Keys (and paths of lists and groups) that a jc:field may name."""
    return {str(component[key]) for component in components(schema) for key in ("key", "path") if component.get(key)}


def called(node: FlowNode) -> str:
    """A node as a sentence names it."""
    return f"「{node.name}」" if node.name else f"节点 {node.id}"
