"""Hold and resume (挂起、恢复): who holds a step that the diagram lets him hold, and the process administrator."""

from __future__ import annotations

from jiecheng.model.actor import Actor, Role
from jiecheng.model.case import CASE_LIFECYCLE, CHINESE_CASE_STATES, CaseState
from jiecheng.model.errors import NotFound, Refused
from jiecheng.permissions.actor import is_among, require_official
from jiecheng.permissions.facts import HoldFacts
from jiecheng.permissions.reading import NO_CASE, may_read_case


def require_hold(actor: Actor, case: HoldFacts) -> None:
    _require_known(actor, case)
    if not _administers(actor, case) and not is_among(actor, case.holdable):
        if is_among(actor, case.holders):
            raise Refused("这个环节不能由承办人挂起。确有需要，请联系流程管理员。", rule="hold_step")
        raise Refused("只有现在的承办人和流程管理员可以挂起办件。", rule="hold_holders")
    if "hold_case" not in CASE_LIFECYCLE[case.state]:
        raise Refused(f"这件办件{CHINESE_CASE_STATES[case.state]}，不能挂起。", rule="case_closed", conflict=True)
    if case.job:
        raise Refused(
            f"系统正在办理「{case.job}」，通常几秒内完成。请稍后再挂起；长时间没有完成请看“空缺与异常”。",
            rule="hold_job",
            conflict=True,
        )


def require_resume(actor: Actor, case: HoldFacts) -> None:
    _require_known(actor, case)
    if not _administers(actor, case) and not is_among(actor, case.holdable):
        raise Refused("只有现在的承办人和流程管理员可以恢复办件。", rule="hold_holders")
    if case.state is not CaseState.HELD:
        raise Refused("这件办件没有挂起，不需要恢复。", rule="not_held", conflict=True)


def _require_known(actor: Actor, case: HoldFacts) -> None:
    require_official(actor)
    if is_among(actor, case.holders):
        return
    if case.read is None or may_read_case(actor, case.read) is None:
        raise NotFound(NO_CASE)


def _administers(actor: Actor, case: HoldFacts) -> bool:
    named = case.read.administrators if case.read is not None else None
    return Role.PROCESS_ADMINISTRATOR in actor.roles and (named is None or is_among(actor, named))
