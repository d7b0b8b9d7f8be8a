# mypy: allow-untyped-calls
"""Gateways: which way a token leaves, and when a join lets it on.

The library looks for arrivals in the tree's history: inside a rework loop an arrival of round 1 lets the join of
round 2 go on after one signature. Here one waiting token per join counts what has arrived.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from jiecheng.engine.specs.node import NodeSpec, called
from jiecheng.engine.tree import SpiffTask
from jiecheng.model.errors import Invalid

Arrivals = dict[str, int]  # spec name of the input -> tokens that wait there


class SplitSpec(NodeSpec):
    """A gateway whose outgoing flows have conditions; the one without a condition is the default."""

    cond_task_specs: list[tuple[Any, str]]

    def branch(self, my_task: Task) -> None:
        # Which children there are is known only when the conditions have been asked.
        return

    def conditions(self) -> list[tuple[str, Any]]:
        return [(name, condition) for condition, name in self.cond_task_specs if condition is not None]

    def leave(self, my_task: SpiffTask, matching: list[str]) -> None:
        names = matching or [name for condition, name in self.cond_task_specs if condition is None]
        if not names:
            raise Invalid(
                f"网关{called(self)}的出口条件没有一个成立，也没有画默认出口，流程走不下去；"
                "请检查所填数据，或在流程图上为它指定默认出口。"
            )
        follow(my_task, [self._wf_spec.task_specs[name] for name in names])


class ExclusiveSplit(SplitSpec):
    def _run_hook(self, my_task: SpiffTask) -> bool:
        first = next((name for name, condition in self.conditions() if condition._matches(my_task)), None)
        self.leave(my_task, [] if first is None else [first])
        return True


class MergeSpec(NodeSpec):
    """What both joins share: `internal_data["arrived"]` of the one waiting token."""

    def _update_hook(self, my_task: SpiffTask) -> bool:
        if len(self._inputs) < 2:
            return True
        if my_task._state == TaskState.WAITING:
            return self.is_enough(my_task, self.arrivals(my_task))
        waiting = self._waiting(my_task)
        arrived = dict(self.arrivals(waiting)) if waiting is not None else {}
        source = my_task.parent.task_spec.name
        arrived[source] = arrived.get(source, 0) + 1
        return self._receive(my_task, waiting, arrived)

    def _receive(self, my_task: SpiffTask, waiting: SpiffTask | None, arrived: Arrivals) -> bool:
        if waiting is not None:
            waiting.cancel()
        my_task.internal_data["arrived"] = arrived
        my_task._set_state(TaskState.WAITING)
        return False

    def _waiting(self, my_task: SpiffTask) -> SpiffTask | None:
        tokens = my_task.workflow.live.values()
        return next((token for token in tokens if token.task_spec is self and token._state == TaskState.WAITING), None)

    @staticmethod
    def arrivals(token: SpiffTask) -> Arrivals:
        arrived: Arrivals = token.internal_data["arrived"]
        return arrived

    def is_enough(self, my_task: SpiffTask, arrived: Arrivals) -> bool:
        raise NotImplementedError


class ParallelJoin(MergeSpec):
    """Goes on when every input has a token, and takes exactly one from each."""

    def is_enough(self, my_task: SpiffTask, arrived: Arrivals) -> bool:
        return all(name in arrived for name in self._inputs)

    def _receive(self, my_task: SpiffTask, waiting: SpiffTask | None, arrived: Arrivals) -> bool:
        if not self.is_enough(my_task, arrived):
            return super()._receive(my_task, waiting, arrived)
        rest = {name: count - 1 for name, count in arrived.items() if count > 1}
        if waiting is not None and rest:
            waiting.internal_data["arrived"] = rest
        elif waiting is not None:
            waiting.cancel()
        return True

    def _run_hook(self, my_task: SpiffTask) -> bool:
        return True


class InclusiveJoin(MergeSpec, SplitSpec):
    """BPMN's rule on the graph: wait while some token can still reach an empty input, unless it can also reach one
    that has a token; ways through the join itself do not count.
    """

    recheck = True  # decided again whenever another token has moved

    def freeze(self) -> None:
        super().freeze()
        self._upstream = {name: self._before(name) for name in self._inputs} if len(self._inputs) > 1 else {}

    def _before(self, name: str) -> frozenset[str]:
        seen: set[str] = set()
        todo = [name]
        while todo:
            current = todo.pop()
            if current not in seen and current != self.name:
                seen.add(current)
                todo += self._wf_spec.task_specs[current]._inputs
        return frozenset(seen)

    def is_enough(self, my_task: SpiffTask, arrived: Arrivals) -> bool:
        empty = [self._upstream[name] for name in self._inputs if name not in arrived]
        filled = [self._upstream[name] for name in arrived]
        for token in my_task.workflow.live.values():
            place = token.task_spec.name
            if (
                token.task_spec is not self
                and any(place in before for before in empty)
                and not any(place in before for before in filled)
            ):
                return False
        return True

    def _run_hook(self, my_task: SpiffTask) -> bool:
        matching = [name for name, condition in self.conditions() if condition._matches(my_task)]
        self.leave(my_task, matching)
        return True


class ScopeEnd(NodeSpec):
    """The inner end of a scope: reached when no other token lives in it."""

    recheck = True

    def _check_threshold_unstructured(self, my_task: SpiffTask) -> bool:
        return all(token is my_task or token.task_spec is self for token in my_task.workflow.live.values())

    def _run_hook(self, my_task: SpiffTask) -> bool:
        return True


class ActivityJoin(NodeSpec):
    """The library's inner join behind an activity with boundary events: it disarms them when the activity ends."""

    recheck = True


def follow(my_task: SpiffTask, specs: list[TaskSpec]) -> None:
    """Sends the token along these specs and no others."""
    my_task._sync_children(specs, TaskState.FUTURE)
