"""Where tokens go: nothing unreachable, no dead end, every choice decided, everything drawn."""

from __future__ import annotations

from collections.abc import Iterator

from jiecheng.definitions import safe_xml as sx
from jiecheng.definitions.lint.subject import Subject, called
from jiecheng.definitions.vocabulary import SUB_PROCESSES
from jiecheng.model.definition import FlowNode
from jiecheng.model.errors import Finding
from jiecheng.model.ids import ElementId


def unreachable(subject: Subject) -> Iterator[Finding]:
    reached = _reached(subject)
    for node in subject.nodes:
        if node.id not in reached:
            yield Finding("unreachable", node.id, f"{called(node)}从开始事件走不到，请连上或删去。")


def _reached(subject: Subject) -> set[ElementId]:
    inside: dict[ElementId, list[ElementId]] = {}
    attached: dict[ElementId, list[ElementId]] = {}
    for node in subject.nodes:
        if node.scope and _is_entry(subject, node):
            inside.setdefault(node.scope, []).append(node.id)
        if node.attached_to:
            attached.setdefault(node.attached_to, []).append(node.id)
    waiting = [node.id for node in subject.nodes if node.scope is None and _is_entry(subject, node)]
    reached: set[ElementId] = set()
    while waiting:
        current = waiting.pop()
        if current in reached or current not in subject.definition.nodes:
            continue
        reached.add(current)
        waiting += [flow.target for flow in subject.leaving(current)]
        waiting += inside.get(current, [])
        waiting += attached.get(current, [])
    return reached


def _is_entry(subject: Subject, node: FlowNode) -> bool:
    """A token may appear here without a flow: start events, event sub-processes, link targets."""
    if node.kind in SUB_PROCESSES and subject.elements[node.id].get("triggeredByEvent") == "true":
        return True
    return node.kind == "startEvent" or (node.kind == "intermediateCatchEvent" and node.event == "link")


def dead_ends(subject: Subject) -> Iterator[Finding]:
    for node in subject.nodes:
        ends = node.kind == "endEvent" or (node.kind == "intermediateThrowEvent" and node.event == "link")
        stands_alone = node.kind in SUB_PROCESSES and _is_entry(subject, node)
        if not ends and not stands_alone and not subject.leaving(node.id):
            yield Finding("dead_end", node.id, f"{called(node)}之后没有去路，请连到下一步或结束事件。")


def scope_ends(subject: Subject) -> Iterator[Finding]:
    scopes: list[tuple[ElementId | None, str, str]] = [(None, subject.definition.id, "流程")]
    scopes += [(node.id, node.id, f"子流程{called(node)}") for node in subject.nodes if node.kind in SUB_PROCESSES]
    for scope, place, name in scopes:
        kinds = [node.kind for node in subject.nodes if node.scope == scope]
        if "endEvent" not in kinds:
            yield Finding("end_missing", place, f"{name}没有结束事件，请补上。")
        if scope is not None and kinds.count("startEvent") != 1:
            yield Finding(
                "start_event", place, f"{name}里应当正好有一个开始事件，现在有 {kinds.count('startEvent')} 个。"
            )


def choices_decided(subject: Subject) -> Iterator[Finding]:
    """Every flow out of an asking gateway has a condition, but the default one has none."""
    for node in subject.nodes:
        flows = subject.leaving(node.id)
        if node.kind not in ("exclusiveGateway", "inclusiveGateway") or len(flows) < 2:
            continue
        default = subject.default_flow(node.id)
        for flow in flows:
            label = f"「{flow.name}」" if flow.name else flow.id
            if flow.id == default and flow.condition:
                sentence = f"网关{called(node)}的缺省去路{label}不应再写条件，请删去条件。"
                yield Finding("condition_on_default", flow.id, sentence)
            if flow.id != default and not flow.condition:
                sentence = f"网关{called(node)}的去路{label}没有条件，请写上条件或设为缺省去路。"
                yield Finding("condition_missing", flow.id, sentence)


def conditions_elsewhere(subject: Subject) -> Iterator[Finding]:
    """A condition behind a parallel or event-based gateway would never be asked."""
    silent = ("parallelGateway", "eventBasedGateway")
    for node in subject.nodes:
        for flow in subject.leaving(node.id) if node.kind in silent else ():
            if flow.condition:
                yield Finding("condition_unused", flow.id, f"{called(node)}的去路不看条件，请删去 {flow.id} 的条件。")


def drawn(subject: Subject) -> Iterator[Finding]:
    """A node or flow without a shape is in force but invisible."""
    shapes = {str(each.get("bpmnElement", "")) for each in subject.root.iter(f"{{{sx.BPMNDI}}}BPMNShape")}
    edges = {str(each.get("bpmnElement", "")) for each in subject.root.iter(f"{{{sx.BPMNDI}}}BPMNEdge")}
    for node in subject.nodes:
        if node.id not in shapes:
            yield Finding("not_drawn", node.id, f"{called(node)}没有画在图上，请在流程设计器里补画。")
    for flow in subject.definition.flows.values():
        if flow.id not in edges:
            yield Finding("not_drawn", flow.id, f"连线 {flow.name or flow.id} 没有画在图上，请在流程设计器里补画。")
