# mypy: allow-untyped-calls
"""A process that can run: read once per release, frozen, shared by all its cases and all threads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.bpmn.specs.event_definitions.simple import NoneEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.util.task import TaskState

from jiecheng.engine import documents as xml
from jiecheng.engine import refusals
from jiecheng.engine.names import Element, q
from jiecheng.engine.parser import EngineParser, caught_by
from jiecheng.engine.rewrites import BRANCH, CHOICE, rewrite
from jiecheng.engine.specs.instances import RepeatedSpec
from jiecheng.engine.specs.node import NodeSpec, ScopeSpec
from jiecheng.engine.specs.tasks import JobSpec
from jiecheng.model.errors import Finding, Invalid
from jiecheng.model.ids import ProcessId
from jiecheng.model.step import WaitKind

SPLIT = ".BoundaryEventSplit"  # the library's name for what stands before an activity with boundary events
INSTANCE = " [child]"  # and for the inside of a multi-instance activity
Flows = Mapping[tuple[str, str], str]  # (source, target) -> id of the sequence flow


@dataclass(frozen=True, slots=True)
class Executable:
    """`inner`: the embedded sub-processes and called processes, by id."""

    process: ProcessId
    spec: ScopeSpec
    inner: Mapping[str, ScopeSpec]

    def scope(self, name: str) -> ScopeSpec:
        return self.spec if name == self.spec.name else self.inner[name]


def findings(documents: Sequence[bytes | Element]) -> list[Finding]:
    """Everything the engine refuses to run, in the order of the documents."""
    try:
        return refusals.findings(xml.read(documents))
    except Invalid as error:
        return list(error.findings)


def load(documents: Sequence[bytes | Element], process: ProcessId) -> Executable:
    """Reads a process with everything it calls; raises `Invalid` with one finding per thing that cannot run."""
    roots = xml.read(documents)
    found = refusals.findings(roots)
    if not any(node.get("id") == process for root in roots for node in root.iter(q("process"))):
        found.append(Finding("no-process", process, f"文件里没有 id 为「{process}」的流程；请检查流程的 id。"))
    if found:
        raise Invalid(f"流程图有 {len(found)} 处不能执行：{found[0].message}", findings=found)
    flows = _drawn_flows(roots)
    spec, inner = _parse(roots, process)
    for scope in {spec.name: spec, **inner}.values():
        _finish(scope, flows)
    return Executable(process, spec, MappingProxyType(inner))


def _parse(roots: list[Element], process: ProcessId) -> tuple[ScopeSpec, dict[str, ScopeSpec]]:
    parser = EngineParser()
    try:
        for root in roots:
            rewrite(root)
            parser.add_bpmn_xml(root)
        return parser.get_spec(process), parser.get_subprocess_specs(process)
    except ValidationException as error:
        place = str(getattr(error, "id", "") or process)
        message = f"「{place}」读不出来（{str(error).splitlines()[0]}）；请用流程设计器重新画这一处。"
        raise Invalid(message, findings=(Finding("unreadable", place, message),)) from error


def _drawn_flows(roots: list[Element]) -> Flows:
    return {
        (flow.get("sourceRef", ""), flow.get("targetRef", "")): flow.get("id", "")
        for root in roots
        for flow in root.iter(q("sequenceFlow"))
    }


def _finish(scope: ScopeSpec, flows: Flows) -> None:
    for spec in scope.task_specs.values():
        spec.freeze()
        _annotate(spec, flows)
        if isinstance(spec, RepeatedSpec):
            # The library connects this when the first instance is made: too late for an instance from a snapshot.
            child = scope.task_specs[spec.task_spec]
            child.completed_event.connect(spec.merge_child)


def _annotate(spec: NodeSpec, flows: Flows) -> None:
    if spec.bpmn_id is not None and not spec.name.endswith(INSTANCE):
        spec.element = "" if spec.name.endswith((BRANCH, CHOICE)) else spec.bpmn_id
    source = spec.name.removesuffix(BRANCH).removesuffix(CHOICE)
    drawn = {name: flows.get((source, name.removesuffix(SPLIT))) for name in spec._outputs}
    spec.flow_to = {name: flow for name, flow in drawn.items() if flow is not None}
    if isinstance(spec, CatchingEvent) and not isinstance(spec.event_definition, NoneEventDefinition):
        _annotate_event(spec)
    elif isinstance(spec, JobSpec):
        spec.wait = (TaskState.STARTED, WaitKind.JOB)
    elif spec.manual:
        spec.wait = (TaskState.READY, WaitKind.USER)


def _annotate_event(spec: NodeSpec) -> None:
    spec.wait = (TaskState.WAITING, WaitKind.EVENT)
    if isinstance(spec, defaults.EventBasedGateway):
        definitions = spec.event_definition.event_definitions
        spec.caught = tuple(
            caught_by(definition, name) for definition, name in zip(definitions, spec._outputs, strict=True)
        )
    else:
        spec.caught = (caught_by(spec.event_definition, spec.element or spec.name),)
