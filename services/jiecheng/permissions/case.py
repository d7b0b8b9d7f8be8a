"""Cases: start and withdraw."""

from __future__ import annotations

from collections.abc import Collection

from jiecheng.model.actor import Actor
from jiecheng.model.case import CASE_LIFECYCLE, CHINESE_CASE_STATES
from jiecheng.model.errors import NotFound, Refused
from jiecheng.model.ids import IdentityId
from jiecheng.permissions.actor import is_among, require_official, same_person
from jiecheng.permissions.facts import CaseFacts
from jiecheng.permissions.reading import NO_CASE, may_read_case


def require_start(actor: Actor, allowed: Collection[IdentityId] | None) -> None:
    """Only one of `allowed` starts (None: every official). The acting identity counts, for it becomes the initiator
    and decides whose matter the case is; another post of the same person must be chosen first."""
    require_official(actor)
    if allowed is None or actor.identity in allowed:
        return
    post = f"「{actor.post}」" if actor.post else "当前身份"
    if is_among(actor, allowed):
        raise Refused(f"{post}不能发起这项流程，您的另一个身份可以。请先切换身份，再发起。", rule="starters")
    raise Refused(f"{post}不能发起这项流程。请由有权发起的单位和岗位办理。", rule="starters")


def require_withdraw(actor: Actor, case: CaseFacts) -> None:
    """Only the initiator withdraws a running case, while every open step allows it."""
    require_official(actor)
    if not same_person(actor, case.initiator):
        if case.read is None or may_read_case(actor, case.read) is None:
            raise NotFound(NO_CASE)
        raise Refused("只有发起人可以撤销办件。", rule="initiator_only")
    if "withdraw_case" not in CASE_LIFECYCLE[case.state]:
        raise Refused(f"这件办件{CHINESE_CASE_STATES[case.state]}，不能撤销。", rule="case_closed", conflict=True)
    if not case.all_open_withdrawable:
        where = "".join(f"「{label}」" for label in case.blocking)
        step = f"已进入{where}环节" if where else "已进入不可撤销的环节"
        raise Refused(f"办件{step}，不能撤销。如需终止，请联系承办人或流程管理员。", rule="not_withdrawable")
