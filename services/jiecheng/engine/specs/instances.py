# mypy: allow-untyped-calls
"""Multi-instance and loop activities: collection, cardinality and conditions come from the case's variables.

`internal_data` of the loop's token: instances, done, items, results ([index, value]); of an instance: instance, result,
own (the variables written inside it, which end with it).
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from SpiffWorkflow.util.task import TaskState

from jiecheng.engine.scopes import Case
from jiecheng.engine.specs.node import NodeSpec, called
from jiecheng.engine.tree import MAX_INSTANCES, SpiffTask
from jiecheng.model.errors import Invalid
from jiecheng.model.values import Value


class RepeatedSpec(NodeSpec):
    task_spec: str  # name of the spec of one instance
    condition: str | None
    output_name: str | None = None
    counts_instances = True

    def create_child(self, my_task: SpiffTask, index: int) -> None:
        my_task.workflow.top_workflow.journal.instance(called(self))
        child = my_task._add_child(self._wf_spec.task_specs[self.task_spec], TaskState.WAITING)
        child.triggered = True
        child.internal_data["instance"] = index
        child.task_spec._update(child)

    def loop_variables(self, loop: SpiffTask, instance: SpiffTask | None) -> dict[str, Value]:
        raise NotImplementedError

    def merge_child(self, workflow: Case, child: SpiffTask) -> None:
        raise NotImplementedError


class MultiInstance(RepeatedSpec):
    cardinality: str
    data_input: Any
    data_output: Any
    input_item: Any
    output_item: Any
    parallel = True
    keeps_own = True

    def freeze(self) -> None:
        super().freeze()
        self.output_name = None if self.output_item is None else self.output_item.bpmn_id

    def _update_hook(self, my_task: SpiffTask) -> bool:
        items = self._items(my_task)
        my_task.internal_data.update(instances=len(items), done=0, items=items, results=[])
        if not items:
            self._publish(my_task)
            return True
        my_task._set_state(TaskState.STARTED)
        for index in range(len(items) if self.parallel else 1):
            self.create_child(my_task, index)
        return False

    def _items(self, my_task: SpiffTask) -> list[Value]:
        engine = my_task.workflow.top_workflow.engine
        if self.data_input is None:
            count = engine.evaluate(my_task, self.cardinality)
            if isinstance(count, bool) or not isinstance(count, int | Decimal) or count != int(count):
                raise Invalid(f"{called(self)}的会签份数「{self.cardinality.strip()}」不是整数；请检查它用到的变量。")
            items: list[Value] = list(range(min(int(count), MAX_INSTANCES + 1)))
        else:
            found = engine.evaluate(my_task, self.data_input.bpmn_id)
            if not isinstance(found, Sequence) or isinstance(found, str):
                raise Invalid(
                    f"{called(self)}的会签名单「{self.data_input.bpmn_id}」不是列表；请在前面的环节里先填好它。"
                )
            items = list(found)
        if len(items) > MAX_INSTANCES:
            raise Invalid(f"{called(self)}一次要开 {MAX_INSTANCES} 个以上的会签实例；请分批办理。")
        return items

    def _running(self, loop: SpiffTask) -> list[SpiffTask]:
        return [child for child in loop.children if child.is_instance and not child._state & TaskState.FINISHED_MASK]

    def loop_variables(self, loop: SpiffTask, instance: SpiffTask | None) -> dict[str, Value]:
        own = loop.internal_data
        found: dict[str, Value] = {
            "nrOfInstances": own["instances"],
            "nrOfCompletedInstances": own["done"],
            "nrOfActiveInstances": len(self._running(loop)),
        }
        if self.data_output is not None:
            found[self.data_output.bpmn_id] = self._results(loop)
        if instance is not None:
            index: int = instance.internal_data["instance"]
            found["loopCounter"] = index + 1
            if self.input_item is not None:
                found[self.input_item.bpmn_id] = own["items"][index]
            if self.output_name is not None:
                found[self.output_name] = instance.internal_data.get("result")
            found.update(instance.internal_data.get("own", {}))
        return found

    def merge_child(self, workflow: Case, child: SpiffTask) -> None:
        loop = child.parent
        own = loop.internal_data
        own["done"] += 1
        if self.output_name is not None:
            own["results"].append([child.internal_data["instance"], child.internal_data.get("result")])
        if own["done"] >= own["instances"] or self._is_settled(loop, child):
            for other in self._running(loop):
                other.cancel()
            self._publish(loop)
            loop._set_state(TaskState.READY)
        elif not self.parallel:
            self.create_child(loop, child.internal_data["instance"] + 1)

    def _is_settled(self, loop: SpiffTask, child: SpiffTask) -> bool:
        if not self.condition:
            return False
        engine = loop.workflow.top_workflow.engine
        context = {**engine.scope(loop), **self.loop_variables(loop, child)}
        return engine.evaluate_in(loop, self.condition, context) is True

    def _results(self, loop: SpiffTask) -> list[Value]:
        pairs: list[tuple[int, Value]] = loop.internal_data["results"]
        return [value for _, value in sorted(pairs, key=lambda pair: pair[0])]

    def cut_off(self, my_task: SpiffTask) -> None:  # type: ignore[override]
        """Who had not answered when the time was over is null in the list; silence is no answer."""
        if "items" in my_task.internal_data:
            self._publish(my_task)

    def _publish(self, loop: SpiffTask) -> None:
        """One value for each item of the input, in its order; null where an instance was cancelled."""
        if self.data_output is not None:
            given = dict(loop.internal_data["results"])
            whole = [given.get(index) for index in range(loop.internal_data["instances"])]
            loop.workflow.top_workflow.engine.write(loop, self.data_output.bpmn_id, whole)


class SequentialInstances(MultiInstance):
    parallel = False


class Loop(RepeatedSpec):
    """BPMN's standard loop: goes on while the condition is true, at most `maximum` times."""

    maximum: int | None
    test_before: bool

    def _update_hook(self, my_task: SpiffTask) -> bool:
        my_task.internal_data["instances"] = 0
        if self.test_before and self._is_over(my_task):
            return True
        my_task._set_state(TaskState.STARTED)
        self.create_child(my_task, 0)
        return False

    def loop_variables(self, loop: SpiffTask, instance: SpiffTask | None) -> dict[str, Value]:
        rounds: int = loop.internal_data["instances"]
        return {"loopCounter": rounds + 1}

    def merge_child(self, workflow: Case, child: SpiffTask) -> None:
        loop = child.parent
        loop.internal_data["instances"] += 1
        if self._is_over(loop):
            loop._set_state(TaskState.READY)
        else:
            self.create_child(loop, child.internal_data["instance"] + 1)

    def _is_over(self, loop: SpiffTask) -> bool:
        rounds: int = loop.internal_data["instances"]
        if self.maximum is not None and rounds >= self.maximum:
            return True
        return self.condition is not None and not loop.workflow.top_workflow.engine.is_true(loop, self.condition)
