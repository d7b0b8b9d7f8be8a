# mypy: allow-untyped-calls
"""The library's parser with our spec classes, handed in at its own extension points. Reads trees that were found sound."""

from __future__ import annotations

from typing import Any, cast

from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.parser.event_parsers import (
    ERROR_EVENT_XPATH,
    ESCALATION_EVENT_XPATH,
    SIGNAL_EVENT_XPATH,
    EndEventParser,
    EventBasedGatewayParser,
    StartEventParser,
)
from SpiffWorkflow.bpmn.parser.ProcessParser import ProcessParser
from SpiffWorkflow.bpmn.parser.task_parsers import CallActivityParser
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.specs import control, defaults
from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.simple import NoneEventDefinition
from SpiffWorkflow.specs.base import TaskSpec

from jiecheng.engine.names import Element, own, own_words, q, tag, text
from jiecheng.engine.specs.events import Choice, Conditional, Timer
from jiecheng.engine.specs.kinds import ours
from jiecheng.engine.specs.node import Caught, EventSubprocess, NodeSpec, ScopeSpec, kind_of
from jiecheng.engine.specs.tasks import CallSpec, DecisionTask
from jiecheng.engine.times import ISO


class NodeParser(TaskParser):
    """Mixed in before each of the library's task parsers."""

    PARALLEL_MI_CLASS = cast(Any, ours(defaults.ParallelMultiInstanceTask))
    SEQUENTIAL_MI_CLASS = cast(Any, ours(defaults.SequentialMultiInstanceTask))
    STANDARD_LOOP_CLASS = cast(Any, ours(defaults.StandardLoopTask))
    EVENT_SUBPROCESS_CLASS = cast(Any, ours(defaults.EventSubprocess))

    def _add_boundary_event(self, children: list[Element]) -> TaskSpec:
        split = ours(control.BoundaryEventSplit)(self.spec, f"{self.bpmn_id}.BoundaryEventSplit")
        join = ours(control.BoundaryEventJoin)(
            self.spec, f"{self.bpmn_id}.BoundaryEventJoin", split_task=split.name, cancel=True
        )
        split.connect(self.task)
        self.task.connect(join)
        for node in children:
            event = self.process_parser.parse_node(node)
            split.connect(event)
            # A non-interrupting event goes its own way: connected to the join it would leave a token there each time.
            if event.cancel_activity:
                event.connect(join)
        return split

    def parse_timer_event(self, event: Element) -> Timer:
        node = next(child for child in event if tag(child) in ISO)
        return Timer(tag(node), text(node))

    def parse_conditional_event(self, event: Element) -> Conditional:
        return Conditional(text(event.find(q("condition"))))


class DecisionParser(TaskParser):
    def create_task(self) -> TaskSpec:
        spec: DecisionTask = super().create_task()
        spec.result_variable = own(self.node, "resultVariable")
        return spec


class CallParser(CallActivityParser):
    def create_task(self) -> TaskSpec:
        spec: CallSpec = super().create_task()
        spec.given, spec.returned = (
            {str(one.get("target")): str(one.get("source")) for one in own_words(self.node, word)}
            for word in ("input", "output")
        )
        return spec


class OpenStartParser(StartEventParser):
    """A start event passes at once: whoever starts the case or the event sub-process has seen its event already."""

    def get_event_definition(self, xpaths: list[str]) -> EventDefinition:
        more = [ERROR_EVENT_XPATH, ESCALATION_EVENT_XPATH]  # of event sub-processes; the library reads four kinds only
        definition: EventDefinition = super().get_event_definition([*xpaths, *more])
        return definition

    def create_task(self) -> TaskSpec:
        spec: NodeSpec = super().create_task()
        spec.awaited, spec.event_definition = spec.event_definition, NoneEventDefinition()
        return spec


class SignalEndParser(EndEventParser):
    def get_event_definition(self, xpaths: list[str]) -> EventDefinition:
        definition: EventDefinition = super().get_event_definition([*xpaths, SIGNAL_EVENT_XPATH])
        return definition


class ChoiceParser(EventBasedGatewayParser):
    def create_task(self) -> TaskSpec:
        spec: TaskSpec = self._create_task(Choice())
        return spec


REPLACED: dict[type[TaskParser], type[TaskParser]] = {
    StartEventParser: OpenStartParser,
    EndEventParser: SignalEndParser,
    EventBasedGatewayParser: ChoiceParser,
    CallActivityParser: CallParser,
}


def _parser(library_class: type[TaskParser]) -> type[TaskParser]:
    base = REPLACED.get(library_class, library_class)
    return type(f"Our{base.__name__}", (NodeParser, base), {})


class ScopeParser(ProcessParser):
    spec: Any  # a ScopeSpec, once it is made

    def create_spec(self) -> ScopeSpec:
        spec = ScopeSpec(name=self.bpmn_id, description=self.get_name())
        for inner in spec.task_specs.values():  # the library's Start, EndJoin and End of this very object
            inner.__class__ = ours(cast(Any, type(inner)))
        return spec

    def add_tasks(self) -> None:
        for start in self.node.findall(q("startEvent")):
            self.parse_node(start)
        # Not connected to the start: a token is placed there when the event comes.
        for node in self.node.findall(q("subProcess")):
            if node.get("triggeredByEvent") == "true":
                self._add_event_subprocess(node)

    def _add_event_subprocess(self, node: Element) -> None:
        spec: NodeSpec = self.parse_node(node)
        spec.connect(self.spec.end)
        start = self.parser.process_parsers[spec.spec].get_spec().bpmn_start_events[0]
        drawn = node.find(q("startEvent"))
        interrupting = drawn is None or drawn.get("isInterrupting", "true") == "true"
        self.spec.event_subprocesses[spec.name] = EventSubprocess(
            spec, caught_by(start.awaited, start.bpmn_id), interrupting
        )


class EngineParser(BpmnParser):
    PROCESS_PARSER_CLASS = ScopeParser
    OVERRIDE_PARSER_CLASSES = {  # noqa: RUF012  # the library reads it as a class attribute
        **{name: (_parser(parser), ours(spec)) for name, (parser, spec) in BpmnParser.PARSER_CLASSES.items()},
        full_tag("businessRuleTask"): (_parser(DecisionParser), ours(DecisionTask)),
    }


def caught_by(definition: EventDefinition, element: str) -> Caught:
    value = getattr(definition, "expression", None) or getattr(definition, "code", None) or definition.name or ""
    return Caught(kind_of(definition), element, value, definition)
