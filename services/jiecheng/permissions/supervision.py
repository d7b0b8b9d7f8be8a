"""Supervise (督办): who may open one on a case, and who takes its next step."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from jiecheng.model.actor import Actor
from jiecheng.model.case import CASE_LIFECYCLE, CHINESE_CASE_STATES, CaseState
from jiecheng.model.errors import NotFound, Refused
from jiecheng.model.ids import IdentityId
from jiecheng.model.supervision import (
    CHINESE_SUPERVISION_STATES,
    OWNERS_COMMANDS,
    SUPERVISION_LIFECYCLE,
    SupervisionState,
)
from jiecheng.permissions.actor import is_among, require_official, same_person
from jiecheng.permissions.facts import ReadFacts
from jiecheng.permissions.reading import NO_CASE, may_read_case

NO_SUPERVISION = "没有这件督办，或者您无权查看。请从「督办」页面重新打开。"


@dataclass(frozen=True, slots=True)
class SuperviseFacts:
    """A case somebody wants to supervise. `superiors`: of those who have it now; `inspectors`: who hold a 督查 post."""

    state: CaseState
    holders: Collection[IdentityId]
    superiors: Collection[IdentityId]
    inspectors: Collection[IdentityId]
    read: ReadFacts


@dataclass(frozen=True, slots=True)
class SupervisionFacts:
    """`deed`: what the command is called; `known`: whether he may read the case it is on."""

    state: SupervisionState
    owner: IdentityId
    handler: IdentityId | None
    deed: str
    known: bool


def require_supervise(actor: Actor, case: SuperviseFacts) -> None:
    """A superior of whoever has it, a 督查 post, the process administrator; while somebody has it, and not oneself."""
    require_official(actor)
    grant = may_read_case(actor, case.read)
    above = is_among(actor, case.superiors) or is_among(actor, case.inspectors)
    if not above and grant is None:
        raise NotFound(NO_CASE)
    if "supervise_case" not in CASE_LIFECYCLE[case.state]:
        raise Refused(f"这件办件{CHINESE_CASE_STATES[case.state]}，不能再立项督办。", rule="case_closed", conflict=True)
    if not case.holders:
        raise Refused("这件办件现在没有人在办，不能立项督办。", rule="supervise_nobody", conflict=True)
    if not above and (grant is None or grant.ground != "流程管理"):
        raise Refused("只有承办人的上级、督查岗位和流程管理员可以立项督办。可以先催办。", rule="supervise_superior")
    if all(same_person(actor, one) for one in case.holders):
        raise Refused("这件事现在就在您手上，不能督办自己。", rule="supervise_self")


def require_step(actor: Actor, command: str, facts: SupervisionFacts) -> None:
    """The owner assigns, sends back and closes; the handler receives and answers; each in the state that allows it."""
    require_official(actor)
    owners = command in OWNERS_COMMANDS
    taker = facts.owner if owners else facts.handler
    if not same_person(actor, taker):
        if not facts.known:
            raise NotFound(NO_SUPERVISION)
        who = "立项督办的人" if owners else "督办的承办人"
        raise Refused(f"只有{who}可以{facts.deed}。", rule="supervision_taker")
    if command not in SUPERVISION_LIFECYCLE[facts.state]:
        now = CHINESE_SUPERVISION_STATES[facts.state]
        raise Refused(f"这件督办现在是“{now}”，不能{facts.deed}。", rule="supervision_state", conflict=True)
