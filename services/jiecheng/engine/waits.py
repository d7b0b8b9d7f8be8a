# mypy: allow-untyped-calls
"""What a case stands still for, read off its live tokens. Timer values are computed here, when the wait is reported."""

from __future__ import annotations

from collections.abc import Iterable

from jiecheng.engine.scopes import Case, Scope
from jiecheng.engine.specs.node import Caught
from jiecheng.engine.times import ISO, is_endless
from jiecheng.engine.tree import SpiffTask, element_id
from jiecheng.model.errors import Invalid, Refused
from jiecheng.model.ids import ElementId, Token
from jiecheng.model.step import Subscription, Wait, WaitKind
from jiecheng.model.values import Value


def scope_token(scope: Scope) -> Token:
    return Token(str(scope.parent_task_id or 0))


def open_tokens(case: Case) -> set[Token]:
    """The tokens of all waits, without computing anything."""
    found = {Token(str(task.id)) for scope in case.scopes() for task in _standing(scope)}
    return found | {token for scope in case.scopes() for token in _armed(scope)}


def waits(case: Case, but: Iterable[Token] = ()) -> tuple[Wait, ...]:
    """The open waits without those of `but`, in the order of their tokens within each scope."""
    known, found = frozenset(but), []
    for scope in case.scopes():
        for task in sorted(_standing(scope), key=lambda task: int(task.id)):
            if str(task.id) not in known:
                found.append(_wait(case, task))
        for token, element in _armed(scope).items():
            if token not in known:
                caught = scope.spec.event_subprocesses[element].caught
                subscriptions = (_subscription(case, scope.task_tree, caught),)
                inside = case.engine.inside(scope.task_tree)
                found.append(
                    Wait(token, WaitKind.EVENT, ElementId(element), scope_token(scope), subscriptions, inside=inside)
                )
    return tuple(found)


def _standing(scope: Scope) -> list[SpiffTask]:
    return [
        task
        for task in scope.live.values()
        if task.task_spec.wait is not None and task._state == task.task_spec.wait[0]
    ]


def _armed(scope: Scope) -> dict[Token, str]:
    """Event sub-processes have no token of their own before they start: the scope's and the element's name stand for it."""
    return {
        Token(f"{scope_token(scope)}:{element}"): element
        for element in scope.spec.event_subprocesses
        if element not in scope.disarmed
    }


def _wait(case: Case, task: SpiffTask) -> Wait:
    assert task.task_spec.wait is not None
    instance: int | None = None
    item: Value = None
    if task.is_instance and "items" in task.parent.internal_data:
        instance = int(task.internal_data["instance"])
        item = task.parent.internal_data["items"][instance]
    return Wait(
        token=Token(str(task.id)),
        kind=task.task_spec.wait[1],
        element=element_id(task),
        scope=scope_token(task.workflow),
        subscriptions=tuple(_subscription(case, task, caught) for caught in task.task_spec.caught),
        instance=instance,
        item=item,
        inside=case.engine.inside(task),
    )


def _subscription(case: Case, task: SpiffTask, caught: Caught) -> Subscription:
    value = caught.value
    if caught.kind in ISO:
        computed = case.engine.evaluate(task, value) if value.startswith("=") else value
        if not isinstance(computed, str) or not ISO[caught.kind].match(computed) or is_endless(caught.kind, computed):
            raise Invalid(
                f"定时事件「{caught.element}」的时间算出来是「{'空' if computed is None else computed}」，"
                "不是 ISO 8601 的日期、时长或周期；请检查它用到的变量。"
            )
        value = computed
    return Subscription(caught.kind, ElementId(caught.element), value)


def live_task(case: Case, token: Token) -> SpiffTask:
    """The task of a live token; a token that has gone on is a conflict: somebody was quicker."""
    for scope in case.scopes():
        task = scope.live.get(int(token)) if token.isascii() and token.isdigit() else None
        if task is not None:
            return task
    raise gone(token)


def gone(token: Token) -> Refused:
    return Refused(
        f"这个环节（{token}）已经办结、取消或改派，不能再办；请刷新页面看最新进度。",
        rule="token_is_live",
        conflict=True,
    )
