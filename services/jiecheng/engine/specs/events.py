# mypy: allow-untyped-calls
"""Catching events. Entering one is reported as a wait; only a command completes it. No clock, no polling.

The library lets a non-interrupting event fire once; here it stays armed, under the same token, until its activity ends.
"""

from __future__ import annotations

from SpiffWorkflow.bpmn.specs.event_definitions.conditional import ConditionalEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.multiple import MultipleEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from jiecheng.engine.specs.gateways import follow
from jiecheng.engine.specs.node import Caught, NodeSpec
from jiecheng.engine.tree import SpiffTask

ONCE = frozenset({"timeDate", "timeDuration"})  # kinds that are over when they have fired


class Timer(TimerEventDefinition):
    """A point in time, a duration or a cycle, as it was drawn. `name` is its kind."""

    def has_fired(self, my_task: SpiffTask) -> bool:
        return bool(my_task.internal_data.get("event_fired"))

    def __eq__(self, other: object) -> bool:
        return self is other

    __hash__ = object.__hash__


class Conditional(ConditionalEventDefinition):
    """Asked by the case when nothing else can move any more, never on the way: the order of branches must not decide."""

    def has_fired(self, my_task: SpiffTask) -> bool:
        return bool(my_task.internal_data.get("event_fired"))


class Choice(MultipleEventDefinition):
    """The events behind an event-based gateway; `internal_data["chosen"]` is the index of the one that came first."""

    def has_fired(self, my_task: SpiffTask) -> bool:
        return "chosen" in my_task.internal_data

    def reset(self, my_task: SpiffTask) -> None:
        return


class CatchSpec(NodeSpec):
    def wake(self, my_task: SpiffTask, caught: Caught) -> None:
        """The event has come."""
        my_task.workflow.top_workflow.journal.cause = caught.element
        my_task.internal_data["event_fired"] = True
        self._update(my_task)


class BoundarySpec(CatchSpec):
    cancel_activity: bool

    def wake(self, my_task: SpiffTask, caught: Caught) -> None:
        if not self.cancel_activity:
            if caught.kind not in ONCE:
                my_task = self._twin(my_task)
            super().wake(my_task, caught)
            return
        super().wake(my_task, caught)
        # At once, not when the token has left: whoever threw the event must not go on meanwhile.
        for sibling in my_task.parent.children:
            if sibling is not my_task and not sibling._state & TaskState.FINISHED_MASK:
                sibling.task_spec.cut_off(sibling)
                sibling.cancel()

    def _twin(self, my_task: SpiffTask) -> SpiffTask:
        """A second token that goes its way while the first stays armed."""
        twin = my_task.parent._add_child(self, TaskState.MAYBE)
        twin._set_state(TaskState.WAITING)
        return twin


class EventGateway(CatchSpec):
    def branch(self, my_task: Task) -> None:
        return

    def wake(self, my_task: SpiffTask, caught: Caught) -> None:
        my_task.workflow.top_workflow.journal.cause = caught.element
        my_task.internal_data["chosen"] = self.caught.index(caught)
        self._update(my_task)

    def _run_hook(self, my_task: SpiffTask) -> bool:
        chosen = my_task.internal_data["chosen"]
        follow(my_task, [self.outputs[chosen]])
        return True
