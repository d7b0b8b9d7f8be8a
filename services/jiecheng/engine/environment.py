# mypy: allow-untyped-calls
"""Where the library asks for the value of an expression: FEEL only, over the variables handed in for one command.

Never evaluates Python, never runs a script, never calls a service; what is assigned is collected in `writes`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from SpiffWorkflow.bpmn.script_engine.python_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.script_engine.python_environment import BasePythonScriptEngineEnvironment

from jiecheng import feel
from jiecheng.model.errors import Invalid
from jiecheng.model.ids import ElementId
from jiecheng.model.step import Decide, Inside, Kept, Seen
from jiecheng.model.values import Value, Variables

if TYPE_CHECKING:
    from jiecheng.engine.tree import SpiffTask

# What every process may look at, called ones too.
EVERYWHERE = ("initiator", "profile", "today", "all_streets", "next_working_days", "reversed_case")


def source_of(expression: str) -> str:
    """FEEL without the leading "=" that some modelers write."""
    return expression.strip().removeprefix("=").strip()


def plain(value: object) -> Value:
    """What is written: JSON of the house; FEEL's dates and durations become ISO text."""
    if value is None or isinstance(value, bool | int | str | Decimal):
        return value
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, Sequence):
        return [plain(inner) for inner in value]
    written: Value = feel.to_json(feel.from_json(value))
    return written


class FeelEnvironment(BasePythonScriptEngineEnvironment):
    def evaluate(
        self, expression: str, context: Mapping[str, Value], external_context: Mapping[str, Value] | None = None
    ) -> Value:
        return plain(feel.compile_expression(source_of(expression)).evaluate(context))

    def execute(self, script: str, context: object, external_context: object = None) -> None:
        raise Invalid("流程图里不能执行脚本；请改用规则任务（DMN）或输出映射。")

    def call_service(self, context: object, **kwargs: object) -> None:
        raise Invalid("引擎不直接调用服务；服务任务由外部作业办理。")


class CaseScriptEngine(PythonScriptEngine):
    """One per command. `variables` is the caller's mapping and never changed."""

    def __init__(self, variables: Variables, decide: Decide) -> None:
        super().__init__(FeelEnvironment())
        self.variables = variables
        self.writes: dict[str, Value] = {}
        self.kept: list[Kept] = []
        self._decide = decide

    def evaluate(self, task: SpiffTask, expression: str, external_context: object = None) -> Value:
        return self.evaluate_in(task, expression, self.scope(task))

    def evaluate_in(self, task: SpiffTask, expression: str, context: Mapping[str, Value]) -> Value:
        try:
            value: Value = self.environment.evaluate(expression, context)
        except feel.FeelError as error:
            spec = task.task_spec
            raise Invalid(
                f"「{spec.bpmn_name or spec.bpmn_id}」（{spec.bpmn_id}）的表达式「{expression.strip()}」算不出来：{error}。"
                "请检查表达式和它用到的变量。"
            ) from None
        return value

    def is_true(self, task: SpiffTask, expression: str) -> bool:
        """FEEL's null, a number or a text is not true."""
        return self.evaluate(task, expression) is True

    def decide(self, task: SpiffTask) -> Value:
        element = ElementId(task.task_spec.bpmn_id)
        return plain(self._decide(element, self.seen(task)))

    def write(self, task: SpiffTask, name: str, value: Value) -> None:
        self._keep(task, {name: plain(value)})

    def assign(self, task: SpiffTask, outputs: Variables) -> None:
        """What a completed task brings: the output item is what its instance gives back, the rest stays in the instance,
        or in the called process it lives in, or is the case's."""
        rest = {name: plain(value) for name, value in outputs.items()}
        for frame in self._frames(task):
            item = frame.parent.task_spec.output_name if frame.is_instance else None
            if item is not None and item in rest:
                frame.internal_data["result"] = rest.pop(item)
        self._keep(task, rest)

    def value(self, task: SpiffTask, source: str, context: Mapping[str, Value]) -> Value:
        """FEEL when it begins with "=", else the text itself."""
        return self.evaluate_in(task, source, context) if source.startswith("=") else source

    def scope(self, task: SpiffTask) -> dict[str, Value]:
        """The variables of the case (or of the called process), then loop variables from the outermost loop inwards."""
        own = self._own(task)
        context = {**self.variables, **self.writes} if own is None else self.own_scope(own)
        for frame in reversed(list(self._frames(task))):
            loop = frame.activity()
            context.update(loop.task_spec.loop_variables(loop, frame if frame.is_instance else None))
        return context

    def inside(self, task: SpiffTask) -> Inside | None:
        """What surrounds a task that is not in the case itself: all it sees, and the instances it is in."""
        frames = list(self._frames(task))
        around = tuple(
            (ElementId(frame.parent.task_spec.bpmn_id), int(frame.internal_data["instance"]))
            for frame in reversed(list(self._instances(task)))
        )
        return Inside(self.seen(task), around) if frames or self._own(task) is not None else None

    def seen(self, task: SpiffTask) -> Seen:
        """What a task sees, and what the call activities around it see."""
        calls = []
        current: SpiffTask | None = task
        while current is not None:
            own, current = current.workflow.own, current.workflow.host
            if own is not None and current is not None:
                calls.append((ElementId(current.task_spec.bpmn_id), self.scope(current)))
        return Seen(self.scope(task), calls)

    def own_scope(self, own: Mapping[str, Value]) -> dict[str, Value]:
        """What a called process sees: what it was handed, what it wrote, and what everybody may look at."""
        return {name: self.variables[name] for name in EVERYWHERE if name in self.variables} | dict(own)

    def _keep(self, task: SpiffTask, values: Mapping[str, Value]) -> None:
        written = self._written(task)
        written.update(values)
        if written is not self.writes and values and (inside := self.inside(task)) is not None and inside.instances:
            self.kept.append(Kept(ElementId(task.task_spec.bpmn_id), dict(values), inside))

    def _written(self, task: SpiffTask) -> dict[str, Value]:
        """Where a task's variables go: the nearest instance or called process around it, else the case."""
        current: SpiffTask | None = task
        while current is not None:
            if current.is_instance and current.parent.task_spec.keeps_own:
                own: dict[str, Value] = current.internal_data.setdefault("own", {})
                return own
            if current.workflow.own is not None:
                return current.workflow.own
            current = current.workflow.host
        return self.writes

    @staticmethod
    def _instances(task: SpiffTask) -> Iterator[SpiffTask]:
        """The instances a task lies in, innermost first, also beyond the called process it lives in."""
        current: SpiffTask | None = task
        while current is not None:
            if current.is_instance and current.parent.task_spec.keeps_own:
                yield current
            current = current.workflow.host

    @staticmethod
    def _own(task: SpiffTask) -> dict[str, Value] | None:
        """The variables of the called process a task lives in, None where the case's are meant."""
        current: SpiffTask | None = task
        while current is not None:
            if current.workflow.own is not None:
                return current.workflow.own
            current = current.workflow.host
        return None

    @staticmethod
    def _frames(task: SpiffTask) -> Iterator[SpiffTask]:
        """The loops around a task within its process, innermost first: its instance, else the loop's own token."""
        current: SpiffTask | None = task
        while current is not None:
            if current.is_instance or "instances" in current.internal_data:
                yield current
            current = current.workflow.host if current.workflow.own is None else None
