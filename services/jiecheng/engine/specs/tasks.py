# mypy: allow-untyped-calls
"""Activities: jobs wait for outsiders, decisions are asked for and passed, sub-processes share the case's variables."""

from __future__ import annotations

from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.util.task import TaskState

from jiecheng.engine.scopes import SubScope
from jiecheng.engine.specs.node import NodeSpec
from jiecheng.engine.tree import SpiffTask


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
            my_task._set_state(TaskState.READY)


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
