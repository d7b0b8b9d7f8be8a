# mypy: allow-untyped-calls
"""The case and its sub-processes while one command runs: live tokens, the engine's loop, thrown events.

Everything is made for one command and thrown away after it; only the snapshot survives.
"""

from __future__ import annotations

from collections.abc import Mapping

from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.item_aware_event import CodeEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.simple import NoneEventDefinition, TerminateEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.util.event import BpmnEvent, EventManager
from SpiffWorkflow.bpmn.util.subworkflow import BpmnBaseWorkflow, BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from jiecheng.engine.environment import CaseScriptEngine
from jiecheng.engine.specs.node import Caught, NodeSpec, ScopeSpec, kind_of
from jiecheng.engine.tree import Journal, SpiffTask
from jiecheng.model.ids import ElementId
from jiecheng.model.step import Closing, Thrown
from jiecheng.model.values import Value


class Scope(BpmnBaseWorkflow):
    """What the case and each running sub-process have in common."""

    spec: ScopeSpec
    tasks: dict[int, SpiffTask]
    task_tree: SpiffTask
    top_workflow: Case
    parent_task_id: int | None
    live: dict[int, SpiffTask]
    disarmed: list[str]  # event sub-processes that can no longer start
    own: dict[str, Value] | None = None  # of a called process with a mapping: all the variables it has

    def grow(self) -> None:
        """The first tokens of a new scope."""
        self.task_tree = SpiffTask(self, self.spec.task_specs["Start"], state=TaskState.FUTURE)
        self.task_tree._ready()

    @property
    def host(self) -> SpiffTask | None:
        """The token of the activity whose inside this scope is."""
        return None if self.parent_task_id is None else self.top_workflow.get_task_from_id(self.parent_task_id)

    def runnable(self) -> list[SpiffTask]:
        return [task for task in self.live.values() if task._state == TaskState.READY and not task.task_spec.manual]

    def update_waiting_tasks(self) -> None:
        for task in list(self.live.values()):
            if task._state == TaskState.WAITING and task.task_spec.recheck:
                task.task_spec._update(task)

    def true_events(self) -> list[tuple[SpiffTask, Caught]]:
        """Waiting events whose condition is true now."""
        waiting = [task for task in self.live.values() if task._state == TaskState.WAITING]
        caught = [(task, one) for task in waiting for one in task.task_spec.caught if one.kind == "conditional"]
        return [(task, one) for task, one in caught if self._is_true(task, one)]

    def true_event_subprocesses(self) -> list[str]:
        """Event sub-processes that may start and whose condition is true now."""
        armed = [(element, one.caught) for element, one in self.spec.event_subprocesses.items()]
        asked = [(element, one) for element, one in armed if one.kind == "conditional" and element not in self.disarmed]
        return [element for element, one in asked if self._is_true(self.task_tree, one)]

    def _is_true(self, task: SpiffTask, caught: Caught) -> bool:
        return self.top_workflow.engine.is_true(task, caught.value)

    def catching(self, definition: CodeEventDefinition, thrower: str) -> str | None:
        """The event sub-process that catches an error or escalation; one that names the code before one for all."""
        armed = self.spec.event_subprocesses.items()
        found = [
            (getattr(one.caught.definition, "code", None) is None, element)
            for element, one in armed
            if element not in (*self.disarmed, thrower) and one.caught.definition == definition
        ]
        return min(found)[1] if found else None

    def is_completed(self) -> bool:
        return bool(self.completed) or not self.live

    def _mark_complete(self, task: Task) -> None:
        self.completed = True

    def cancel(self, success: bool = False) -> list[Task]:
        self.success, self.completed = success, True
        cancelled: list[Task] = list(self.live.values())
        for task in cancelled:
            task.cancel()
        return cancelled

    def _remove_task(self, task_id: int) -> None:  # type: ignore[override]  # ids are counters
        task = self.tasks[task_id]
        if self.live.pop(task_id, None) is not None:
            self.top_workflow.close(task, None)
        self.top_workflow.drop_inside(task_id)
        super()._remove_task(task_id)  # type: ignore[arg-type]

    def place(self, spec: NodeSpec) -> SpiffTask:
        """Puts a token at a spec, directly under the root of this scope."""
        child = self.task_tree._add_child(spec, TaskState.FUTURE)
        child.triggered = True
        spec._update(child)
        return child

    def start_event_subprocess(self, element: str) -> None:
        found = self.spec.event_subprocesses[element]
        journal = self.top_workflow.journal
        journal.cause = found.caught.element
        journal.started.add(f"{self.parent_task_id or 0}:{element}")
        if found.interrupting:
            for task in list(self.live.values()):
                task.cancel()
            self.disarmed = sorted(self.spec.event_subprocesses)
        elif found.caught.kind in ("timeDate", "timeDuration"):
            self.disarmed = sorted({*self.disarmed, element})
        self.place(found.spec)

    def kept(self) -> dict[int, int | None]:
        """What a snapshot needs: the root, live tasks and their parents. id -> id of the nearest kept parent, ascending."""
        keep = {self.task_tree.id, *self.live}
        keep.update(task._parent for task in self.live.values() if task._parent is not None)
        return {identity: self._kept_parent(self.tasks[identity], keep) for identity in sorted(keep)}

    def _kept_parent(self, task: SpiffTask, keep: set[int]) -> int | None:
        parent: int | None = task._parent
        while parent is not None and (
            parent not in keep
            # Only its own children hang under a split: a later token there would be taken for the activity.
            or (parent != task._parent and isinstance(self.tasks[parent].task_spec, BoundaryEventSplit))
        ):
            parent = self.tasks[parent]._parent
        return parent


class SubScope(Scope, BpmnSubWorkflow):
    """The inside of a sub-process or call activity."""

    def __init__(self, spec: ScopeSpec, parent_task_id: int, top_workflow: Case) -> None:
        self.live, self.disarmed = {}, []
        super().__init__(spec, parent_task_id, top_workflow, deserializing=True)


class LiveEvents(EventManager):
    """The waiting catchers, derived from the live tokens: nothing that could be forgotten to be removed."""

    def __init__(self, workflow: Case) -> None:
        self.workflow = workflow

    @property
    def tasks(self) -> dict[int, SpiffTask]:  # type: ignore[override]
        return {
            task.id: task
            for scope in self.workflow.scopes()
            for task in scope.live.values()
            if task._state == TaskState.WAITING and isinstance(task.task_spec, CatchingEvent)
        }

    def add_task(self, my_task: SpiffTask) -> None:
        return

    def remove_task(self, my_task: SpiffTask) -> None:
        return


class Case(Scope, BpmnWorkflow):
    """The outermost scope: owns ids, journal and the loop."""

    subprocesses: dict[int, SubScope]

    def __init__(self, spec: ScopeSpec, inner: Mapping[str, ScopeSpec], engine: CaseScriptEngine) -> None:
        self.live, self.disarmed = {}, []
        self.last_id, self.journal = 0, Journal()
        super().__init__(spec, dict(inner), engine, deserializing=True)
        self.event_manager = LiveEvents(self)

    @property
    def engine(self) -> CaseScriptEngine:
        engine: CaseScriptEngine = self.script_engine
        return engine

    def new_id(self) -> int:
        self.last_id += 1
        return self.last_id

    def scopes(self) -> list[Scope]:
        return [scope for scope in (self, *self.subprocesses.values()) if not scope.completed]

    def create_subprocess(self, my_task: SpiffTask, spec_name: str) -> SubScope:
        scope = SubScope(self.subprocess_specs[spec_name], my_task.id, self)
        self.subprocesses[my_task.id] = scope
        scope.own = my_task.task_spec.handed(my_task)
        scope.grow()
        return scope

    def drop_inside(self, host: int) -> None:
        """The library leaves the inside of a removed activity running, and what is inside of that without a host."""
        inside = self.subprocesses.pop(host, None)
        if inside is None:
            return
        if not inside.completed:
            inside.cancel()
        for task_id in list(inside.tasks):
            self.drop_inside(task_id)

    def close(self, task: SpiffTask, closing: Closing | None) -> None:
        how = closing or Closing.CANCELLED
        element = task.task_spec.bpmn_id or task.task_spec.name
        self.journal.closed[task.id] = (element, how, "" if how == Closing.COMPLETED else self.journal.cause)

    # ------------------------------------------------------------------ the loop

    def settle(self) -> None:
        """Runs until only people, jobs and events are left to wait for."""
        while True:
            while self._run_once():
                pass
            for scope in self.scopes():
                scope.update_waiting_tasks()
            if not any(scope.runnable() for scope in self.scopes()) and not self._ask_conditions():
                break
        self.subprocesses = {host: scope for host, scope in self.subprocesses.items() if not scope.completed}

    def _ask_conditions(self) -> bool:
        """Those of the same moment come together, as far as one does not end what another waits in."""
        starting = [(scope, element) for scope in self.scopes() for element in scope.true_event_subprocesses()]
        waking = [pair for scope in self.scopes() for pair in scope.true_events()]
        for scope, element in starting:
            if element not in scope.disarmed and not scope.is_completed():
                scope.start_event_subprocess(element)
        for task, caught in waking:
            if task._state == TaskState.WAITING:
                task.task_spec.wake(task, caught)
        return bool(starting or waking)

    def _run_once(self) -> bool:
        """One round in the library's order: the deepest sub-process first, the case itself last."""
        moved = False
        for scope in sorted(self.subprocesses.values(), key=lambda scope: -int(scope.depth)):
            while not scope.completed and self._run_ready(scope):
                moved = True
            host = scope.host if scope.parent_task_id in self.subprocesses else None
            if host is not None and not host._state & TaskState.FINISHED_MASK:
                host.task_spec._update(host)
        return self._run_ready(self) or moved

    def _run_ready(self, scope: Scope) -> bool:
        ready = scope.runnable()
        for task in ready:
            if task._state == TaskState.READY:
                self.journal.step()
                task.run()
        return bool(ready)

    # ------------------------------------------------------------------ thrown events

    def catch(self, event: BpmnEvent) -> None:
        """Takes an event that a throwing spec throws: reports it, and wakes whoever waits for it inside the case."""
        definition = event.event_definition
        if isinstance(definition, NoneEventDefinition | TerminateEventDefinition):
            return
        kind = kind_of(definition)
        name = getattr(definition, "code", None) or definition.name or ""
        self.journal.thrown.append(Thrown(kind, name, ElementId(self.journal.cause)))
        if isinstance(definition, CodeEventDefinition):
            self._climb(definition, event.target)
        else:
            self._broadcast(definition)

    def _broadcast(self, definition: EventDefinition) -> None:
        cause = self.journal.cause
        for scope in self.scopes():
            for element, found in scope.spec.event_subprocesses.items():
                # One that has just stopped everything around may have ended this scope.
                is_armed = element not in scope.disarmed and not scope.is_completed()
                if is_armed and found.caught.definition == definition:
                    scope.start_event_subprocess(element)
                    self.journal.cause = cause
        for task in sorted(self.event_manager.tasks.values(), key=lambda task: int(task.id)):
            for caught in task.task_spec.caught:
                if task._state == TaskState.WAITING and caught.definition == definition:
                    task.task_spec.wake(task, caught)

    def _climb(self, definition: CodeEventDefinition, scope: Scope) -> None:
        """An error or escalation is caught by the nearest scope around the thrower, or activity, never by a neighbour."""
        thrower = ""  # the activity of the scope below: an event sub-process does not catch what it throws itself
        while True:
            element = scope.catching(definition, thrower)
            if element is not None:
                scope.start_event_subprocess(element)
                return
            host = scope.host
            if host is None:
                return
            matching = [task for task in host.boundary() if task.task_spec.caught[0].definition == definition]
            if matching:
                # A boundary event that names the code is more exact than one that catches every code.
                matching.sort(key=lambda task: (task.task_spec.caught[0].definition.code is None, task.id))
                matching[0].task_spec.wake(matching[0], matching[0].task_spec.caught[0])
                return
            scope, thrower = host.workflow, host.task_spec.name
