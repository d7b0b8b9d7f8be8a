# mypy: allow-untyped-calls
"""What every task spec of ours has beside the library's: its place in the drawing and what it waits for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.task import Task

from jiecheng.engine.rewrites import BRANCH, CHOICE
from jiecheng.model.step import WaitKind


@dataclass(frozen=True, slots=True)
class Caught:
    """One event that a waiting spec can catch. `value`: a name, an ISO text, or FEEL when it begins with "="."""

    kind: str
    element: str
    value: str
    definition: EventDefinition


class NodeSpec(BpmnTaskSpec):
    """Mixed in before one of the library's classes.

    `element`: id in the drawing, "" for what a rewrite inserted, None for the library's inner specs.
    `flow_to`: outgoing spec name -> sequence flow id. `recheck`: while WAITING it may become ready through others.
    """

    element: str | None = None
    flow_to: Mapping[str, str] = MappingProxyType({})
    wait: tuple[int, WaitKind] | None = None  # (library state, kind) in which somebody outside must act
    caught: tuple[Caught, ...] = ()
    recheck: bool = False
    counts_instances: bool = False  # the token of a multi-instance or loop activity, not one of its runs
    keeps_own: bool = False  # what its instances write stays in them
    spec: str  # of an activity with an inside: the name of the inner scope
    event_definition: Any  # of events
    awaited: EventDefinition  # of start events: what starts them
    _following: list[TaskSpec] | None = None
    _preceding: list[TaskSpec] | None = None

    def freeze(self) -> None:
        """Looks neighbours up once: the specs are shared by all cases and never change again."""
        self._following, self._preceding = self.outputs, self.inputs

    @property
    def outputs(self) -> list[TaskSpec]:
        if self._following is not None:
            return self._following
        return [self._wf_spec.task_specs[name] for name in self._outputs]

    @outputs.setter
    def outputs(self, specs: list[TaskSpec]) -> None:
        self._outputs = [spec.name for spec in specs]

    @property
    def inputs(self) -> list[TaskSpec]:
        if self._preceding is not None:
            return self._preceding
        return [self._wf_spec.task_specs[name] for name in self._inputs]

    @inputs.setter
    def inputs(self, specs: list[TaskSpec]) -> None:
        self._inputs = [spec.name for spec in specs]

    def _predict(self, my_task: Task, seen: object = None, looked_ahead: int = 0, mask: int = 0) -> None:
        # The library draws the whole way ahead of every token: twelve parallel blocks in a row make 4,096 futures.
        # Here a task gets its children when it runs, and never before.
        return

    def branch(self, my_task: Task) -> None:
        """Makes the children of a task that is about to run."""
        self._predict_hook(my_task)

    def cut_off(self, my_task: Task) -> None:
        """An interrupting event is about to cancel this activity."""

    def _on_ready(self, my_task: Task) -> None:
        # The library tests the spec for every task; ours were tested when they were read.
        self._on_ready_hook(my_task)


@dataclass(frozen=True, slots=True)
class EventSubprocess:
    """A sub-process that an event starts beside its scope."""

    spec: NodeSpec
    caught: Caught
    interrupting: bool


class ScopeSpec(BpmnProcessSpec):
    """A process or embedded sub-process; `event_subprocesses` are keyed by element id."""

    def __init__(self, name: str, description: str | None = None, filename: str | None = None) -> None:
        super().__init__(name=name, description=description, filename=filename)
        self.event_subprocesses: dict[str, EventSubprocess] = {}
        self.beside: frozenset[tuple[str, str]] | None = None  # places of tokens side by side, once somebody asked
        self.weights: dict[str, dict[str, Fraction]] | None = None  # what joins are owed, once somebody asked


def called(spec: BpmnTaskSpec) -> str:
    """How a sentence names a spec."""
    identity = (spec.bpmn_id or spec.name).removesuffix(CHOICE).removesuffix(BRANCH)
    name = (spec.bpmn_name or "").strip()
    return f"「{name}」（{identity}）" if name else f"「{identity}」"


def kind_of(definition: EventDefinition) -> str:
    """message | signal | error | escalation | conditional | a timer's kind."""
    kind = type(definition).__name__.removesuffix("EventDefinition").lower()
    return str(definition.name) if kind == "timer" else kind
