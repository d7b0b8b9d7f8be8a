"""What a lint rule may look at: the bundle, its tree, its definition, and indexes that several rules need."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lxml import etree

from jiecheng.definitions import safe_xml as sx
from jiecheng.definitions.process import read, shared_ids, with_called
from jiecheng.feel import FeelType
from jiecheng.model.definition import FlowNode, ProcessDefinition, SequenceFlow
from jiecheng.model.errors import Finding, Invalid
from jiecheng.model.ids import ElementId
from jiecheng.model.register import Register
from jiecheng.model.release import Bundle

DIAGRAM = ".bpmn"


@dataclass(frozen=True, slots=True)
class Subject:
    """One diagram of the release. `definition`: of this diagram alone; `whole`: with all that is called.

    `forms`: name -> schema for the readable ones that this diagram uses; `tables`: DMN decision id -> file name; `given`:
    what a called process is handed; `diagrams`: all diagrams by process id, filled while they are looked at.
    """

    bundle: Bundle
    file: str
    root: etree._Element
    definition: ProcessDefinition
    whole: ProcessDefinition
    elements: Mapping[str, etree._Element]
    forms: Mapping[str, Mapping[str, object]]
    tables: Mapping[str, str]
    incoming: Mapping[ElementId, tuple[SequenceFlow, ...]]
    outgoing: Mapping[ElementId, tuple[SequenceFlow, ...]]
    findings: tuple[Finding, ...] = ()  # what reading itself found
    resolvers: Collection[str] = field(default_factory=frozenset)
    registers: Mapping[str, Register] | None = None
    given: Mapping[str, FeelType] = field(default_factory=dict)
    diagrams: Mapping[str, Subject] = field(default_factory=dict, repr=False, compare=False)

    @property
    def is_called(self) -> bool:
        return bool(self.file)

    @property
    def all_nodes(self) -> Collection[FlowNode]:
        """The nodes of all diagrams of the release."""
        return self.whole.nodes.values()

    @property
    def taken_back(self) -> Sequence[str]:
        """What its callers read of its variables at its end."""
        return [one.source for call in self.whole.callers(self.definition.id) for one in call.outputs]

    @property
    def nodes(self) -> Collection[FlowNode]:
        return self.definition.nodes.values()

    def leaving(self, node: ElementId) -> tuple[SequenceFlow, ...]:
        return self.outgoing.get(node, ())

    def entering(self, node: ElementId) -> tuple[SequenceFlow, ...]:
        return self.incoming.get(node, ())

    def default_flow(self, node: ElementId) -> str:
        return str(self.elements[node].get("default", ""))


def look_at(
    bundle: Bundle, resolvers: Collection[str], registers: Mapping[str, Register] | None = None
) -> list[Subject]:
    """Reads the files of the bundle: the process's own diagram first, then those it calls, callers before called.

    Raises `Invalid` when a diagram is no diagram.
    """
    read_in = {file: _read_file(file, text) for file, text in {"": bundle.bpmn, **bundle.called}.items()}
    whole = read_in[""][1]
    forms, tables, findings = _beside(bundle)
    for file in sorted(bundle.called):
        findings += shared_ids(whole, read_in[file][1])
        whole = with_called(whole, read_in[file][1])
    subjects = []
    for file in ["", *_in_order(whole, read_in)]:
        root, definition, own = read_in[file]
        expected = file.removesuffix(DIAGRAM) if file else str(bundle.process)
        subjects.append(
            Subject(
                bundle=bundle,
                file=file,
                root=root,
                definition=definition,
                whole=whole,
                elements={str(each.get("id")): each for each in root.iter() if each.get("id")},
                forms=_used_forms(definition, whole, forms, is_called=bool(file)),
                tables=tables,
                incoming=_by_end(definition, "target"),
                outgoing=_by_end(definition, "source"),
                findings=(*own, *_wrong_process_id(file, expected, definition), *(() if file else findings)),
                resolvers=resolvers,
                registers=registers,
            )
        )
    return subjects


def _read_file(file: str, text: str) -> tuple[etree._Element, ProcessDefinition, list[Finding]]:
    try:
        root = sx.parse_xml(text)
        return root, *read(root)
    except Invalid as error:
        if not file:
            raise
        message = f"{file}：{error.message}"
        raise Invalid(message, findings=[Finding("unreadable", file, message)]) from None


def _beside(bundle: Bundle) -> tuple[dict[str, Mapping[str, object]], dict[str, str], list[Finding]]:
    """The forms, the tables by decision id, and what is wrong with the forms."""
    findings: list[Finding] = []
    forms: dict[str, Mapping[str, object]] = {}
    for file, text in bundle.forms.items():
        try:
            forms[file.removesuffix(".form")] = _schema(file, text)
        except Invalid as error:
            findings += error.findings
    tables: dict[str, str] = {}
    for file, text in bundle.dmn.items():
        tables.update(dict.fromkeys(_decision_ids(text), file))
    return forms, tables, findings


def _in_order(
    whole: ProcessDefinition, read_in: Mapping[str, tuple[etree._Element, ProcessDefinition, object]]
) -> list[str]:
    """The called diagrams, each behind those that call it; those in a circle, and those nobody calls, last."""
    left = {file: read_in[file][1].id for file in sorted(read_in) if file}
    ordered: list[str] = []
    while left:
        waiting = set(left.values())
        free = [f for f, one in left.items() if not {call.process for call in whole.callers(one)} & (waiting - {one})]
        chosen = free[0] if free else next(iter(left))
        ordered.append(chosen)
        del left[chosen]
    return ordered


def _used_forms(
    definition: ProcessDefinition,
    whole: ProcessDefinition,
    forms: Mapping[str, Mapping[str, object]],
    *,
    is_called: bool,
) -> dict[str, Mapping[str, object]]:
    """A form is judged by what is known in the diagrams that use it; one that nobody uses, in the process's own."""
    here = {use.form for node in definition.nodes.values() for use in node.forms}
    anywhere = {use.form for node in whole.nodes.values() for use in node.forms}
    return {name: one for name, one in forms.items() if name in here or (not is_called and name not in anywhere)}


def _wrong_process_id(file: str, expected: str, definition: ProcessDefinition) -> Iterator[Finding]:
    if definition.id != expected:
        what = f"{file} 的文件名" if file else f"文件夹名 {expected} "
        sentence = f"流程标识 {definition.id} 与{what}不同，请改成一致。"
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
