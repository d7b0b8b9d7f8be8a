# mypy: allow-untyped-calls
"""The library's task tree with an index of live tokens and a journal. The tree holds control flow only, never a variable.

Invariants: 1 ids are counters, never chance. 2 `Scope.live` holds exactly the READY, WAITING and STARTED tasks.
3 Nothing reads a clock. 4 What a command did is in its journal, in order.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import ThrowingEvent
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from jiecheng.model.errors import Invalid
from jiecheng.model.ids import ElementId
from jiecheng.model.step import Closing, Inside, Passed, Thrown

if TYPE_CHECKING:
    from jiecheng.engine.scopes import Scope

LIVE = TaskState.READY | TaskState.WAITING | TaskState.STARTED
MAX_STEPS = 2_000
MAX_INSTANCES = 500


@dataclass(slots=True)
class Journal:
    """What happened during one command, in order; `cause` is the element that acts at the moment."""

    passed: list[str] = field(default_factory=list)
    worked: list[Passed] = field(default_factory=list)
    closed: dict[int, tuple[str, Closing, str]] = field(default_factory=dict)  # id -> (element, how, cause)
    thrown: list[Thrown] = field(default_factory=list)
    started: set[str] = field(default_factory=set)  # event sub-processes, by the token that stood for them
    cause: str = ""
    steps: int = 0
    instances: int = 0

    def step(self) -> None:
        self.steps += 1
        if self.steps > MAX_STEPS:
            raise Invalid(
                f"流程一次自动走了 {MAX_STEPS} 步还没有停在任何人的环节；"
                f"请在「{self.cause}」所在的回路里加一个用户任务或等待事件。"
            )

    def instance(self, spec_label: str) -> None:
        self.instances += 1
        if self.instances > MAX_INSTANCES:
            raise Invalid(f"{spec_label}一次要开 {MAX_INSTANCES} 个以上的会签实例；请分批办理。")


class SpiffTask(Task):
    """Stands where the library would put its Task: the root is one, and children are made here."""

    workflow: Scope
    task_spec: Any  # a NodeSpec with what the library's class behind it brings
    internal_data: dict[str, Any]  # JSON of our own making; it travels in the snapshot
    id: int  # type: ignore[assignment]
    _parent: int | None  # type: ignore[assignment]
    _children: list[int]
    _around: Inside | None = None

    if TYPE_CHECKING:

        @property  # type: ignore[misc]
        def parent(self) -> SpiffTask: ...

        @property  # type: ignore[misc]
        def children(self) -> list[SpiffTask]: ...  # type: ignore[override]

    def __init__(
        self,
        workflow: Scope,
        task_spec: TaskSpec,
        parent: SpiffTask | None = None,
        state: int = TaskState.MAYBE,
        id: int | None = None,
    ) -> None:
        number: Any = id or workflow.top_workflow.new_id()  # where the library would take a chance id
        super().__init__(workflow, task_spec, parent, state, number)
        if state & LIVE:
            workflow.live[self.id] = self

    def _add_child(self, task_spec: TaskSpec, state: int = TaskState.MAYBE) -> SpiffTask:
        child = SpiffTask(self.workflow, task_spec, self, state)
        if state == TaskState.READY:
            child._ready()
        return child

    def _inherit_data(self) -> None:
        # Variables live in the case: parallel branches cannot overwrite each other with stale copies.
        return

    def _set_state(self, value: int) -> None:
        if value == self._state:
            return
        if value & LIVE:
            self.workflow.live[self.id] = self
        elif self.workflow.live.pop(self.id, None) is not None:
            self.workflow.top_workflow.close(self, Closing.COMPLETED if value == TaskState.COMPLETED else None)
        self._state = value

    def run(self) -> bool | None:
        journal = self.workflow.top_workflow.journal
        journal.cause = self.task_spec.element or journal.cause
        if isinstance(self.task_spec, ThrowingEvent):
            # What it throws may take away all that is around it.
            self._around = self.workflow.top_workflow.engine.inside(self)
        self.task_spec.branch(self)
        return super().run()

    def complete(self) -> None:
        self._note_passed()
        # An event that this very task threw may have cancelled it: then it leads nowhere any more.
        if not self._state & TaskState.FINISHED_MASK:
            super().complete()

    def _note_passed(self) -> None:
        spec = self.task_spec
        self._note_worked()
        if spec.element is None:
            return
        passed = self.workflow.top_workflow.journal.passed
        if spec.element:
            passed.append(spec.element)
        for child in self._children:
            flow = spec.flow_to.get(self.workflow.tasks[child].task_spec.name)
            if flow is not None:
                passed.append(flow)

    def _note_worked(self) -> None:
        """An activity of several instances did its work in each of them; its own token only counts them."""
        spec, case = self.task_spec, self.workflow.top_workflow
        element = spec.bpmn_id if self.is_instance else spec.element
        if element and not spec.counts_instances:
            case.journal.worked.append(Passed(ElementId(element), self._around or case.engine.inside(self)))

    @property
    def is_instance(self) -> bool:
        """One run of a multi-instance or loop activity; its parent is the activity's own token."""
        return "instance" in self.internal_data

    def activity(self) -> SpiffTask:
        """The token that carries the activity: from an instance to its loop."""
        return self.parent if self.is_instance else self

    def boundary(self) -> list[SpiffTask]:
        """The boundary events armed around this activity."""
        split = self.activity().parent
        if split is None or not isinstance(split.task_spec, BoundaryEventSplit):
            return []
        return [
            child
            for child in split.children
            if isinstance(child.task_spec, BoundaryEvent) and child._state == TaskState.WAITING
        ]


def element_id(task: SpiffTask) -> ElementId:
    return ElementId(task.task_spec.bpmn_id or task.task_spec.name)
