# mypy: allow-untyped-calls
"""A case between two commands: live tokens and the few tasks around them, as JSON. Its size does not know the history.

{"n": last id, "scopes": [[host or 0, name, disarmed, [[id, parent, spec, state, data?, triggered?] …], own?] …]}
`own`: the variables of a called process that has variables of its own.
Numbers that are no integers travel as {"$decimal": "1.50"}: JSON's own would come back as floats.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TypeAlias, cast

from SpiffWorkflow.exceptions import SpiffWorkflowException
from SpiffWorkflow.util.task import TaskState

from jiecheng.engine.environment import CaseScriptEngine
from jiecheng.engine.executable import Executable
from jiecheng.engine.scopes import Case, Scope, SubScope
from jiecheng.engine.tree import LIVE, SpiffTask
from jiecheng.model.errors import Invalid
from jiecheng.model.values import Value

Snapshot: TypeAlias = Mapping[str, object]
Row: TypeAlias = Sequence[object]
ScopeRow: TypeAlias = tuple[int, str, list[str], list[Row], *tuple[Value, ...]]

DECIMAL = "$decimal"
PLAIN = frozenset({str, int, bool})


def dump(case: Case) -> dict[str, object]:
    if case.is_completed():
        return {"n": case.last_id, "scopes": []}
    return {"n": case.last_id, "scopes": [_dump_scope(scope) for scope in case.scopes()]}


def _dump_scope(scope: Scope) -> list[object]:
    rows = [_dump_row(scope.tasks[identity], parent) for identity, parent in scope.kept().items()]
    own = [] if scope.own is None else [_to_json(scope.own)]
    return [scope.parent_task_id or 0, scope.spec.name, list(scope.disarmed), rows, *own]


def _dump_row(task: SpiffTask, parent: int | None) -> list[object]:
    row = [task.id, parent, task.task_spec.name, task._state]
    if (task.internal_data or task.triggered) and not task._state & TaskState.FINISHED_MASK:
        row += [_to_json(task.internal_data), int(task.triggered)]
    return row


def restore(executable: Executable, snapshot: Snapshot, engine: CaseScriptEngine) -> Case:
    """The case as it was; nothing runs, and nothing of `snapshot` is shared with it."""
    case = Case(executable.spec, executable.inner, engine)
    try:
        case.last_id = cast(int, snapshot["n"])
        case.completed = not snapshot["scopes"]
        for host, name, disarmed, rows, *own in cast(Sequence[ScopeRow], snapshot["scopes"]):
            scope = case if not host else _restore_scope(case, executable, host, name)
            scope.disarmed = list(disarmed)
            scope.own = cast("dict[str, Value]", _from_json(own[0])) if own else None
            _fill(scope, rows)
    except (KeyError, ValueError, TypeError, IndexError, SpiffWorkflowException) as error:
        raise Invalid(f"办件的流程状态和这个流程版本对不上（{error}）；请核对办件所用的版本。") from error
    return case


def _restore_scope(case: Case, executable: Executable, host: int, name: str) -> SubScope:
    task = case.get_task_from_id(host)
    scope = SubScope(executable.scope(name), host, case)
    case.subprocesses[host] = scope
    scope.completed_event.connect(task.task_spec._on_subworkflow_completed, task)
    return scope


def _fill(scope: Scope, rows: Sequence[Row]) -> None:
    for row in rows:  # ascending ids: parents come first
        task = _task(scope, row)
        scope.tasks[task.id] = task
        if task._state & LIVE:
            scope.live[task.id] = task
        if task._parent is not None:
            scope.tasks[task._parent]._children.append(task.id)
    scope.task_tree = scope.tasks[cast(int, rows[0][0])]


def _task(scope: Scope, row: Row) -> SpiffTask:
    # Without the constructor: it would announce the task to its parent as a new child.
    task = SpiffTask.__new__(SpiffTask)
    task.workflow, task._children = scope, []
    task.id, task._parent, task._state = cast(int, row[0]), cast("int | None", row[1]), cast(int, row[3])
    task.task_spec = scope.spec.task_specs[row[2]]
    task.data, task.thread_id, task.last_state_change = {}, 0, 0
    task.internal_data = cast("dict[str, Value]", _from_json(cast(Value, row[4]))) if len(row) > 4 else {}
    task.triggered = bool(row[5]) if len(row) > 4 else False
    return task


def _to_json(value: Value) -> Value:
    if value is None or type(value) in PLAIN:
        return value
    if isinstance(value, Decimal):
        return (
            int(value)
            if value == value.to_integral_value() and value.as_tuple().exponent == 0
            else {DECIMAL: str(value)}
        )
    if isinstance(value, Mapping):
        return {key: _to_json(inner) for key, inner in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_to_json(inner) for inner in value]
    return value


def _from_json(value: Value) -> Value:
    if value is None or type(value) in PLAIN:  # most of a snapshot, and quicker asked for than what it might be
        return value
    if isinstance(value, Mapping):
        if set(value) == {DECIMAL}:
            return Decimal(str(value[DECIMAL]))
        return {key: _from_json(inner) for key, inner in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_from_json(inner) for inner in value]
    return value
