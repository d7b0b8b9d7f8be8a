# mypy: allow-untyped-calls
"""Activities: jobs wait for outsiders, decisions are asked for and passed, called processes have variables of their own."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.util.task import TaskState

from jiecheng.engine.environment import plain
from jiecheng.engine.scopes import SubScope
from jiecheng.engine.specs.node import NodeSpec
from jiecheng.engine.tree import SpiffTask
from jiecheng.model.values import Value


class JobSpec(NodeSpec):
    """A service task: STARTED until `complete`."""

    def _run_hook(self, my_task: SpiffTask) -> None:
        return None


class InsideSpec(NodeSpec):
    """A sub-process or call activity."""

    def copy_data(self, my_task: SpiffTask, subworkflow: SubScope) -> None:
        return

    def update_data(self, my_task: SpiffTask, subworkflow: SubScope) -> None:
        return

    def _on_subworkflow_completed(self, subworkflow: SubScope, my_task: SpiffTask) -> None:
        # An error thrown by the last token inside has already cancelled the activity: it must not end normally too.
        if not my_task._state & TaskState.FINISHED_MASK:
            self.take_back(subworkflow, my_task)
            my_task._set_state(TaskState.READY)

    def handed(self, my_task: SpiffTask) -> dict[str, Value] | None:
        """The variables the inside starts with; None: it shares those around it."""
        return None

    def take_back(self, subworkflow: SubScope, my_task: SpiffTask) -> None:
        """What of the inside's variables outlives it."""


class CallSpec(InsideSpec):
    """A call activity. With a mapping the called process sees its inputs only, and gives back its outputs only.

    One without any shares all variables; such a diagram passes no lint, for two processes that write each other's
    variables by chance are a trap.
    """

    given: Mapping[str, str] = MappingProxyType({})  # variable of the called process -> source over the caller's
    returned: Mapping[str, str] = MappingProxyType({})  # variable of the caller -> source over the called process's

    def handed(self, my_task: SpiffTask) -> dict[str, Value] | None:
        if not self.given and not self.returned:
            return None
        engine = my_task.workflow.top_workflow.engine
        around = engine.scope(my_task)
        return {name: plain(engine.value(my_task, source, around)) for name, source in self.given.items()}

    def take_back(self, subworkflow: SubScope, my_task: SpiffTask) -> None:
        if subworkflow.own is None:
            return
        engine = my_task.workflow.top_workflow.engine
        inside = engine.own_scope(subworkflow.own)
        engine.assign(my_task, {name: engine.value(my_task, source, inside) for name, source in self.returned.items()})


class DecisionTask(defaults.NoneTask):
    """A business rule task: the caller decides, the engine writes the result and goes on."""

    result_variable = ""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.manual = False

    def _run_hook(self, my_task: SpiffTask) -> bool:
        engine = my_task.workflow.top_workflow.engine
        engine.assign(my_task, {self.result_variable: engine.decide(my_task)})
        return True
