# mypy: allow-untyped-calls
"""Return, withdraw, jump: cancel these tokens, put one at each target. A history is never rewound.

Guards: no join may be left that some but not all of its inputs can still reach, or that is owed more by one than by
another; while other tokens live, a target lies in the same parallel branch; what stands afterwards can stand together in
one round of the drawing; joins, boundary events, events behind an event gateway and event sub-processes are no targets.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin, BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.defaults import EventBasedGateway, InclusiveGateway, ParallelGateway
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.util.task import TaskState

from jiecheng.engine.balance import starving
from jiecheng.engine.beside import arrival, beside
from jiecheng.engine.commands import advance, opened
from jiecheng.engine.executable import SPLIT, Executable
from jiecheng.engine.scopes import Case, Scope
from jiecheng.engine.specs.gateways import MergeSpec, ParallelJoin
from jiecheng.engine.specs.node import NodeSpec, ScopeSpec
from jiecheng.engine.tree import SpiffTask
from jiecheng.engine.waits import live_task
from jiecheng.model.errors import Refused
from jiecheng.model.ids import ElementId, Token
from jiecheng.model.step import Decide, Step
from jiecheng.model.values import Variables

CAUSE = "move"  # what a wait that a move cancelled names as its cause


def move(
    executable: Executable,
    snapshot: Mapping[str, object],
    variables: Variables,
    tokens: Sequence[Token] | Literal["all"],
    targets: Sequence[ElementId],
    decide: Decide,
) -> Step:
    """Cancels `tokens` ("all": every token of the targets' scope) and places one token at each target element."""
    case, before = opened(executable, snapshot, variables, decide)
    scope, chosen = _chosen(case, tokens, targets)
    specs = [_target(scope, name) for name in targets]
    _require_same_branch(scope, chosen, targets)
    case.journal.cause = CAUSE
    _arm_again(scope, chosen)
    for task in chosen:
        _cancel(task)
    _require_one_round(scope, targets)
    for spec in specs:
        scope.place(spec)
    _require_living_joins(scope)
    return advance(case, before)


# ---------------------------------------------------------------------- what is moved, and whence


def _chosen(
    case: Case, tokens: Sequence[Token] | Literal["all"], targets: Sequence[ElementId]
) -> tuple[Scope, list[SpiffTask]]:
    if tokens == "all":
        for scope in case.scopes():
            if _holds(scope, targets):
                return scope, list(scope.live.values())
        raise _no_target(targets)
    named = [_carrier(live_task(case, token)) for token in tokens]
    found: Scope | None = named[0].workflow if named else None
    while found is not None and not _holds(found, targets):
        found = None if found.host is None else found.host.workflow  # leaving a sub-process cancels all of it
    if found is None:
        raise _no_target(targets)
    return found, list({task.id: task for task in (_within(found, task) for task in named)}.values())


def _holds(scope: Scope, targets: Iterable[str]) -> bool:
    return all(getattr(scope.spec.task_specs.get(name), "element", None) == name for name in targets)


def _within(scope: Scope, task: SpiffTask) -> SpiffTask:
    """The token of `scope` inside which a deeper token lives."""
    while task.workflow is not scope:
        host = task.workflow.host
        if host is None:
            raise Refused("选中的环节不在同一层里，不能一起退回；请分几次退回。", rule="move_same_scope")
        task = _carrier(host)
    return task


def _carrier(task: SpiffTask) -> SpiffTask:
    """The token that carries the activity: from an instance to its loop, from an armed boundary event to its activity."""
    task = task.activity()
    split = task.parent
    if split is not None and isinstance(split.task_spec, BoundaryEventSplit):
        return next(child for child in split.children if not isinstance(child.task_spec, BoundaryEvent))
    return task


def _cancel(task: SpiffTask) -> None:
    split = task.parent
    armed = split is not None and isinstance(split.task_spec, BoundaryEventSplit)
    for one in split.children if armed else [task]:
        if not one._state & TaskState.FINISHED_MASK:
            one.cancel()


# ---------------------------------------------------------------------- guards


def _target(scope: Scope, name: ElementId) -> NodeSpec:
    spec: NodeSpec = scope.spec.task_specs[name]
    if isinstance(spec, BoundaryEvent) or (isinstance(spec, MergeSpec) and len(spec._inputs) > 1):
        raise Refused(f"不能退到「{name}」：它是汇合网关或边界事件；请选择一个办理环节。", rule="move_target")
    if any(isinstance(before, EventBasedGateway) for before in spec.inputs):
        raise Refused(f"不能退到「{name}」：它接在事件网关后面；请选择那个事件网关。", rule="move_target")
    if name in scope.spec.event_subprocesses:
        raise Refused(f"不能退到「{name}」：它由事件触发；请选择一个办理环节。", rule="move_target")
    split: NodeSpec = scope.spec.task_specs.get(f"{name}{SPLIT}", spec)
    return split


def _require_same_branch(scope: Scope, chosen: list[SpiffTask], targets: Sequence[ElementId]) -> None:
    ids = {task.id for task in chosen}
    others = [task for task in scope.live.values() if task.id not in ids and _carrier(task).id not in ids]
    if others and not all(name in branch_of(scope.spec, task.task_spec.name) for task in chosen for name in targets):
        raise Refused(
            "还有别的并行环节在办，只能在同一条分支里退回；要退到分支之前，请选择全部环节一起退回。",
            rule="move_same_branch",
        )


def _require_one_round(scope: Scope, targets: Sequence[ElementId]) -> None:
    """Else a join would wait for ever or count somebody twice, or what comes after would be worked on twice."""
    staying = places(scope)
    starved = starving(scope.spec, [*staying, *targets])
    if starved is not None:
        raise _dead_join(*starved)
    for at, name in enumerate(targets):
        for place in [*staying, *targets[at + 1 :]]:
            if (name, place) not in beside(scope.spec):
                told = place.rpartition(" > ")[2]
                raise Refused(
                    f"「{name}」和「{told}」在同一轮里有先后，不能同时在办；请只选其中一个，或每条并行分支各选一个。",
                    rule="move_same_round",
                )


def places(scope: Scope) -> list[str]:
    """Where the tokens of a scope stand, as far as that is drawn: what an event started beside it stands nowhere."""
    return [place for task in scope.live.values() for place in _places(task)]


def _places(task: SpiffTask) -> list[str]:
    spec = task.task_spec
    if isinstance(spec, MergeSpec) and len(spec._inputs) > 1:
        return [arrival(source, spec.name) for source, count in spec.arrivals(task).items() for _ in range(count)]
    inner = spec.element is None or task.is_instance or isinstance(spec, BoundaryEvent)
    return [] if inner or spec.name in task.workflow.spec.event_subprocesses else [spec.name]


def _arm_again(scope: Scope, chosen: list[SpiffTask]) -> None:
    """Moving out of the event sub-process that had stopped everything else starts the scope anew."""
    started = [scope.spec.event_subprocesses.get(task.task_spec.name) for task in chosen]
    if any(found is not None and found.interrupting for found in started):
        scope.disarmed = []


def branch_of(scope: ScopeSpec, place: str) -> set[str]:
    """Elements connected with a token's place without crossing a parallel or inclusive gateway or leaving by a
    non-interrupting event."""
    seen: set[str] = set()
    todo = [place]
    while todo:
        spec = scope.task_specs[todo.pop()]
        if spec.name in seen or _is_wall(spec):
            continue
        seen.add(spec.name)
        if not (isinstance(spec, BoundaryEvent) and not spec.cancel_activity):
            todo += [*spec._inputs, *spec._outputs]
    return seen


def _is_wall(spec: NodeSpec) -> bool:
    if isinstance(spec, ParallelGateway | InclusiveGateway):
        return max(len(spec._inputs), len(spec._outputs)) > 1
    # The library's Start and End connect everything with everything.
    return spec.element is None and not isinstance(spec, BoundaryEventSplit)


def _require_living_joins(scope: Scope) -> None:
    for name, missing in dead_joins(scope).items():
        raise _dead_join(name, missing)


def dead_joins(scope: Scope) -> dict[str, list[str]]:
    """Joins that some but not all of their inputs can still reach, with the inputs that nothing comes from."""
    dead: dict[str, list[str]] = {}
    for spec in scope.spec.task_specs.values():
        if isinstance(spec, ParallelJoin) and len(spec._inputs) > 1:
            alive = _alive_inputs(scope, spec)
            missing = sorted(set(spec._inputs) - alive)
            if alive and missing:
                dead[spec.name] = missing
    return dead


def _alive_inputs(scope: Scope, join: ParallelJoin) -> set[str]:
    """The inputs of a join that have a token or can still get one without passing the join itself."""
    arrived: set[str] = set()
    seen: set[str] = set()
    todo: list[TaskSpec] = []
    for task in scope.live.values():
        if task.task_spec is join:
            arrived |= set(join.arrivals(task))
        else:
            todo.append(task.task_spec)
    while todo:
        spec = todo.pop()
        if spec.name not in seen and spec is not join:
            seen.add(spec.name)
            todo += [] if isinstance(spec, BoundaryEventJoin) else spec.outputs
    return {name for name in join._inputs if name in arrived or name in seen}


def _dead_join(name: str, missing: Sequence[str]) -> Refused:
    told = f"（等不到「{'」「'.join(missing)}」）" if missing else ""
    return Refused(
        f"退回后汇合网关「{name}」会永远等下去{told}；请同时退回它的全部分支，或退到分支之前。",
        rule="move_dead_join",
    )


def _no_target(targets: Sequence[ElementId]) -> Refused:
    return Refused(
        f"不能退到「{'」「'.join(targets)}」：它不在这些环节所在的流程里；请另选一个环节。", rule="move_target"
    )
