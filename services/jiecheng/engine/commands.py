# mypy: allow-untyped-calls
"""One command in, one `Step` out: restore the snapshot, act, let tokens run until they wait, dump.

Nothing is left behind when a command raises. Persons, forms, time and rows are the caller's.
"""

from __future__ import annotations

from collections.abc import Mapping

from SpiffWorkflow.util.task import TaskState

from jiecheng.engine import snapshot as snapshots
from jiecheng.engine.environment import CaseScriptEngine
from jiecheng.engine.executable import Executable
from jiecheng.engine.scopes import Case, Scope
from jiecheng.engine.tree import element_id
from jiecheng.engine.waits import gone, live_task, open_tokens
from jiecheng.engine.waits import waits as waits_of
from jiecheng.model.errors import Invalid
from jiecheng.model.ids import ElementId, Token
from jiecheng.model.step import Closed, Closing, Decide, Seen, Step, Wait, WaitKind
from jiecheng.model.values import Value, Variables

TAKEN_BACK = "take_back"  # what a wait that was taken back names as its cause


def start(executable: Executable, variables: Variables, decide: Decide) -> Step:
    """A new case; its start event has happened."""
    case = Case(executable.spec, executable.inner, CaseScriptEngine(variables, decide))
    case.grow()
    return advance(case, frozenset())


def complete(
    executable: Executable,
    snapshot: Mapping[str, object],
    variables: Variables,
    token: Token,
    outputs: Variables,
    decide: Decide,
) -> Step:
    """A user task or a job is done; `outputs` are written before anything goes on."""
    case, before = opened(executable, snapshot, variables, decide)
    task = live_task(case, token)
    wait = task.task_spec.wait
    if wait is None or task._state != wait[0] or wait[1] == WaitKind.EVENT:
        raise gone(token)
    case.engine.assign(task, outputs)
    if task._state == TaskState.STARTED:
        case.journal.cause = task.task_spec.element or task.task_spec.bpmn_id
        task.task_spec.branch(task)
        task.complete()
    else:
        task.run()
    return advance(case, before)


def fire(  # the signature of the house: who fires what, with which data
    executable: Executable,
    snapshot: Mapping[str, object],
    variables: Variables,
    token: Token,
    element: ElementId,
    payload: Variables,
    decide: Decide,
) -> Step:
    """An event the caller found in its subscriptions has come; `element` is the catching event (it picks the branch
    behind an event-based gateway). Non-interrupting messages, signals and cycles stay open under the same token.
    """
    case, before = opened(executable, snapshot, variables, decide)
    if ":" in token:
        scope, name = _armed(case, token)
        case.engine.assign(scope.task_tree, payload)
        scope.start_event_subprocess(name)
        return advance(case, before)
    task = live_task(case, token)
    caught = next((one for one in task.task_spec.caught if one.element == element), None)
    if task._state != TaskState.WAITING or not task.task_spec.caught:
        raise gone(token)
    if caught is None:
        raise Invalid(f"等待中的「{task.task_spec.bpmn_id}」不接收「{element}」；请核对事件的 id。")
    case.engine.assign(task, payload)
    task.task_spec.wake(task, caught)
    return advance(case, before)


def recheck(executable: Executable, snapshot: Mapping[str, object], variables: Variables, decide: Decide) -> Step:
    """Variables were changed from outside: conditional events may come true."""
    case, before = opened(executable, snapshot, variables, decide)
    return advance(case, before)


def end(executable: Executable, snapshot: Mapping[str, object]) -> Step:
    """Cancels every live token: the case is over, whatever it was waiting for."""
    case, before = opened(executable, snapshot, {}, _nobody_decides)
    for scope in case.scopes():
        scope.cancel()
    return _step(case, before)


def take_back(
    executable: Executable, before: Mapping[str, object], now: Mapping[str, object], variables: Variables
) -> Step:
    """The case stands as it stood `before` its last step; tokens that came since are cancelled, and no number of theirs
    is given again. The caller knows that nothing else has moved."""
    current, since = opened(executable, now, variables, _nobody_decides)
    case, standing = opened(executable, before, variables, _nobody_decides)
    case.last_id = current.last_id
    return Step(
        snapshot=snapshots.dump(case),
        writes={},
        opened=waits_of(case, since),
        closed=tuple(
            Closed(token, _element_of(current, token), Closing.CANCELLED, TAKEN_BACK)
            for token in sorted(since - standing, key=_order)
        ),
        passed=(),
        thrown=(),
        done=False,
    )


def waits(executable: Executable, snapshot: Mapping[str, object], variables: Variables) -> tuple[Wait, ...]:
    """What is open now, with timer values as of these variables."""
    case, _ = opened(executable, snapshot, variables, _nobody_decides)
    return waits_of(case)


def visible(executable: Executable, snapshot: Mapping[str, object], variables: Variables, token: Token) -> Seen:
    """What the expressions of a waiting step see: the case's variables or those of the called process, and loop items."""
    case, _ = opened(executable, snapshot, variables, _nobody_decides)
    return case.engine.seen(_armed(case, token)[0].task_tree if ":" in token else live_task(case, token))


# ---------------------------------------------------------------------- shared with moves


def opened(
    executable: Executable, snapshot: Mapping[str, object], variables: Variables, decide: Decide
) -> tuple[Case, frozenset[Token]]:
    """The case of a snapshot and the tokens of its open waits."""
    case = snapshots.restore(executable, snapshot, CaseScriptEngine(variables, decide))
    return case, frozenset(open_tokens(case))


def advance(case: Case, before: frozenset[Token]) -> Step:
    case.settle()
    return _step(case, before)


def _step(case: Case, before: frozenset[Token]) -> Step:
    done = case.is_completed()
    after = set() if done else open_tokens(case)
    return Step(
        snapshot=snapshots.dump(case),
        writes=case.engine.writes,
        opened=() if done else waits_of(case, before),
        closed=tuple(_closed(case, token) for token in sorted(before - after, key=_order)),
        passed=tuple(case.journal.passed),
        thrown=tuple(case.journal.thrown),
        done=done,
        worked=tuple(case.journal.worked),
        kept=tuple(case.engine.kept),
    )


def _closed(case: Case, token: Token) -> Closed:
    if ":" in token:
        element = ElementId(token.partition(":")[2])
        if token in case.journal.started:
            return Closed(token, element, Closing.COMPLETED)
        return Closed(token, element, Closing.CANCELLED, case.journal.cause)
    name, closing, cause = case.journal.closed[int(token)]
    return Closed(token, ElementId(name), closing, cause)


def _element_of(case: Case, token: Token) -> ElementId:
    return ElementId(token.partition(":")[2]) if ":" in token else element_id(live_task(case, token))


def _order(token: Token) -> tuple[int, str]:
    head, _, tail = token.partition(":")
    return int(head), tail


def _armed(case: Case, token: Token) -> tuple[Scope, str]:
    host, _, element = token.partition(":")
    for scope in case.scopes():
        known = element in scope.spec.event_subprocesses and element not in scope.disarmed
        if str(scope.parent_task_id or 0) == host and known:
            return scope, element
    raise gone(token)


def _nobody_decides(element: ElementId, variables: Variables) -> Value:
    raise AssertionError(f"expected no decision while nothing runs, but {element} asked for one")
