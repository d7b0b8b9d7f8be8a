"""From BPMN text to `ProcessDefinition`, once per release. Judges only what cannot be read at all; `lint` judges the rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from lxml import etree

from jiecheng.definitions import extensions as ext
from jiecheng.definitions import safe_xml as sx
from jiecheng.definitions.vocabulary import FLOW_NODES, SUB_PROCESSES, check_words
from jiecheng.model.definition import CalledProcess, FlowNode, ProcessDefinition, SequenceFlow, Turns
from jiecheng.model.errors import Finding, Invalid
from jiecheng.model.ids import ElementId, ProcessId
from jiecheng.model.voting import MeetingRule, Mode, VotingRule


def read_process(bpmn: str, called: Mapping[str, str] = MappingProxyType({})) -> ProcessDefinition:
    """The process of a diagram with all it calls; raises `Invalid` with one finding per unreadable place or unknown jc: word.

    `called`: the further diagrams of the release, file name -> text.
    """
    definition, findings = read(sx.parse_xml(bpmn))
    for _, diagram in sorted(called.items()):
        inner, unread = read(sx.parse_xml(diagram))
        findings += [*unread, *shared_ids(definition, inner)]
        definition = with_called(definition, inner)
    if findings:
        more = f"（共 {len(findings)} 处）" if len(findings) > 1 else ""
        raise Invalid(f"流程图需要修改{more}：{findings[0].message}", findings=findings)
    return definition


def with_called(definition: ProcessDefinition, inner: ProcessDefinition) -> ProcessDefinition:
    """The definition with the nodes and flows of a process it calls."""
    nodes = {key: replace(node, process=inner.id) for key, node in inner.nodes.items()}
    about = CalledProcess(inner.id, inner.name, inner.documentation, inner.start)
    return replace(
        definition,
        nodes={**definition.nodes, **nodes},
        flows={**definition.flows, **inner.flows},
        decisions=tuple(dict.fromkeys((*definition.decisions, *inner.decisions))),
        called={**definition.called, inner.id: about},
    )


def shared_ids(definition: ProcessDefinition, inner: ProcessDefinition) -> Iterator[Finding]:
    """Cases keep by its id what stands at an element: two diagrams of a release must not share one."""
    known = {*definition.nodes, *definition.flows, definition.id, *definition.called}
    for identifier in (inner.id, *inner.nodes, *inner.flows):
        if identifier in known:
            sentence = f"标识 {identifier} 在本流程的两张图里都用了，请在其中一张图里改成不同的标识。"
            yield Finding("duplicate_id", identifier, sentence)


def read(root: etree._Element) -> tuple[ProcessDefinition, list[Finding]]:
    """The definition as far as it can be read, and what could not be; raises `Invalid` when there is no process."""
    process = the_process(root)
    reader = _Reader(root, process)
    reader.read_scope(process, None)
    reader.check_flows()
    start = reader.start()
    findings = [*_duplicate_ids(root), *check_words(root), *reader.findings]
    decisions = dict.fromkeys(node.decision for node in reader.nodes.values() if node.decision)
    definition = ProcessDefinition(
        id=ProcessId(str(process.get("id", ""))),
        name=str(process.get("name", "")),
        documentation=_documentation(process),
        title=ext.attribute(process, "title"),
        number_kind=ext.attribute(process, "numberKind"),
        nodes=reader.nodes,
        flows=reader.flows,
        start=start,
        starters=ext.assignment(process, "starters"),
        reversed_by=ProcessId(ext.attribute(process, "reversedBy")),
        alike=ext.attribute(process, "alike"),
        decisions=tuple(decisions),
    )
    return definition, findings


def the_process(root: etree._Element) -> etree._Element:
    """The one process with flow nodes; black-box pools beside it are only drawn."""
    if root.tag != sx.bpmn("definitions"):
        raise _unreadable("bpmn_root", "这不是 BPMN 2.0 流程图，根元素应当是 bpmn:definitions。")
    filled = [each for each in root.findall(sx.bpmn("process")) if next(_flow_nodes(each), None) is not None]
    if len(filled) != 1:
        raise _unreadable("bpmn_process", f"一个文件里应当正好有一个流程，现在有 {len(filled)} 个，请分成几个文件。")
    return filled[0]


def _unreadable(code: str, sentence: str) -> Invalid:
    return Invalid(sentence, findings=[Finding(code, "文件", sentence)])


def _flow_nodes(scope: etree._Element) -> Iterator[etree._Element]:
    for child in scope:
        if sx.namespace(child) == sx.BPMN and sx.local(child) in FLOW_NODES:
            yield child


def _documentation(element: etree._Element) -> str:
    return "\n".join(sx.text_of(each) for each in element.findall(sx.bpmn("documentation")))


def _duplicate_ids(root: etree._Element) -> Iterator[Finding]:
    seen: set[str] = set()
    for element in root.iter():
        identifier = element.get("id")
        if identifier and identifier in seen:
            sentence = f"第 {sx.line_of(element)} 行：标识 {identifier} 用了两次，请改成不同的标识。"
            yield Finding("duplicate_id", identifier, sentence)
        seen.add(identifier or "")


def local_name(reference: str) -> str:
    """A reference without its prefix: "tns:message" -> "message"."""
    return reference.strip().rpartition(":")[2]


@dataclass(slots=True)
class _Reader:
    root: etree._Element
    process: etree._Element
    nodes: dict[ElementId, FlowNode] = field(default_factory=dict)
    flows: dict[str, SequenceFlow] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    lanes: dict[str, str] = field(default_factory=dict)
    messages: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for lane in self.process.iter(sx.bpmn("lane")):  # document order: an inner lane overwrites the lane around it
            for reference in lane.findall(sx.bpmn("flowNodeRef")):
                self.lanes[sx.text_of(reference)] = str(lane.get("name", ""))
        self.messages = {
            str(each.get("id", "")): str(each.get("name", "")) for each in self.root.findall(sx.bpmn("message"))
        }

    def read_scope(self, scope: etree._Element, owner: ElementId | None) -> None:
        for element in _flow_nodes(scope):
            identifier = element.get("id")
            if not identifier:
                self._finding("missing_id", element, f"<{sx.local(element)}> 没有标识（id），请补上")
                continue
            node = self._node(element, ElementId(identifier), owner)
            self.nodes[node.id] = node
            if node.kind in SUB_PROCESSES:
                self.read_scope(element, node.id)
        for element in scope.findall(sx.bpmn("sequenceFlow")):
            self._read_flow(element)

    def _read_flow(self, element: etree._Element) -> None:
        identifier, source, target = (str(element.get(key, "")) for key in ("id", "sourceRef", "targetRef"))
        if not (identifier and source and target):
            self._finding("broken_flow", element, "连线缺少标识、起点或终点，请重新连接")
            return
        condition = sx.text_of(element.find(sx.bpmn("conditionExpression"))).removeprefix("=").strip()
        name = str(element.get("name", ""))
        self.flows[identifier] = SequenceFlow(identifier, ElementId(source), ElementId(target), name, condition)

    def check_flows(self) -> None:
        for flow in self.flows.values():
            for end in (flow.source, flow.target):
                if end not in self.nodes:
                    self.findings.append(
                        Finding("broken_flow", flow.id, f"连线 {flow.id} 指向不存在的节点 {end}，请重新连接。")
                    )

    def start(self) -> ElementId:
        starts = [node for node in self.nodes.values() if node.kind == "startEvent" and node.scope is None]
        if len(starts) != 1:
            sentence = f"流程应当正好有一个开始事件，现在有 {len(starts)} 个，请改成一个。"
            self.findings.append(Finding("start_event", str(self.process.get("id", "")), sentence))
        return starts[0].id if starts else ElementId("")

    def _node(self, element: etree._Element, identifier: ElementId, owner: ElementId | None) -> FlowNode:
        kind = sx.local(element)
        meeting, voting = self._meeting(element), self._voting(element)
        inherited = self.nodes[owner].lane if owner else ""
        return FlowNode(
            id=identifier,
            kind=kind,
            name=str(element.get("name", "")).strip(),
            documentation=_documentation(element),
            lane=self.lanes.get(identifier, inherited),
            scope=owner,
            clauses=ext.clauses(element),
            event=_event_kind(element) if kind.endswith("Event") else "",
            attached_to=ElementId(str(element.get("attachedToRef"))) if element.get("attachedToRef") else None,
            interrupting="false" not in (element.get("cancelActivity"), element.get("isInterrupting")),
            assignment=ext.assignment(element),
            forms=ext.forms(element),
            mode=Mode.MEETING if meeting else voting.mode if voting else Mode.SINGLE,
            meeting=meeting,
            voting=voting,
            veto=ext.veto(element),
            result_variable=ext.attribute(element, "resultVariable"),
            outcomes=ext.outcomes(element),
            inputs=ext.inputs(element),
            outputs=ext.outputs(element),
            due=ext.due(element),
            withdrawable=ext.withdrawable(element),
            returns=ext.returns(element),
            transferable=ext.transferable(element),
            retractable=ext.retractable(element),
            add_signer=ext.add_signer(element),
            holdable=ext.holdable(element),
            decision=ext.attribute(element, "decision"),
            facts=ext.facts(element),
            message=self._message(element),
            notice=ext.notice(element),
            job=ext.attribute(element, "job"),
            document=ext.document(element),
            circulate=ext.circulate(element),
            publication=ext.publication(element),
            register_entries=ext.register_entries(element),
            several=element.find(sx.bpmn("multiInstanceLoopCharacteristics")) is not None,
            turns=_turns(element),
            instance=ext.instance(element),
            calls=ProcessId(local_name(str(element.get("calledElement", ""))))
            if kind == "callActivity"
            else ProcessId(""),
            compartment=ext.compartment(element),
        )

    def _meeting(self, element: etree._Element) -> MeetingRule | None:
        try:
            return ext.meeting(element)
        except ValueError as error:
            self._finding("meeting_share", element, str(error))
            return None

    def _voting(self, element: etree._Element) -> VotingRule | None:
        try:
            return ext.voting(element)
        except ValueError as error:
            self._finding("voting_share", element, str(error))
            return None

    def _message(self, element: etree._Element) -> str:
        event = element.find(sx.bpmn("messageEventDefinition"))
        reference = (element if event is None else event).get("messageRef")
        if not reference:
            return ""
        name = self.messages.get(local_name(reference), "")
        if not name:
            self._finding("message_name", element, f"引用的消息 {reference} 不存在或没有名称，请给消息起一个名称")
        return name

    def _finding(self, code: str, element: etree._Element, sentence: str) -> None:
        place = str(element.get("id") or self.process.get("id", ""))
        self.findings.append(Finding(code, place, f"第 {sx.line_of(element)} 行：{sentence}。"))


def event_definitions(element: etree._Element) -> list[etree._Element]:
    """The timer, message, … definitions inside an event."""
    return [child for child in element if sx.local(child).endswith("EventDefinition")]


def _event_kind(element: etree._Element) -> str:
    kinds = [sx.local(each).removesuffix("EventDefinition") for each in event_definitions(element)]
    if len(kinds) > 1:
        return "multiple"
    return kinds[0] if kinds else "none"


def _turns(element: etree._Element) -> Turns | None:
    """The list that a sequential multi-instance activity goes through, None for any other."""
    loop = element.find(sx.bpmn("multiInstanceLoopCharacteristics"))
    if loop is None or loop.get("isSequential") != "true":
        return None
    item = loop.find(sx.bpmn("inputDataItem"))
    collection = sx.text_of(loop.find(sx.bpmn("loopDataInputRef")))
    return Turns(collection, item.get("id", "")) if collection and item is not None else None
