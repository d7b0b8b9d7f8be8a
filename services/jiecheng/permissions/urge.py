"""Urge (催办): whoever takes part in a running case may remind those who have it now."""

from __future__ import annotations

from collections.abc import Collection

from jiecheng.model.actor import Actor
from jiecheng.model.case import CASE_LIFECYCLE, CHINESE_CASE_STATES, CaseState
from jiecheng.model.errors import NotFound, Refused
from jiecheng.model.ids import IdentityId
from jiecheng.permissions.actor import is_among, require_official, same_person
from jiecheng.permissions.facts import ReadFacts
from jiecheng.permissions.reading import NO_CASE, may_read_case


def require_urge(actor: Actor, state: CaseState, holders: Collection[IdentityId], read: ReadFacts) -> None:
    require_official(actor)
    grant = may_read_case(actor, read)
    if grant is None:
        raise NotFound(NO_CASE)
    if not is_among(actor, (read.initiator, *read.participants)) and grant.ground != "流程管理":
        raise Refused("只有申请人、办理过的人和流程管理员可以催办。", rule="urge_participants")
    if "urge_case" not in CASE_LIFECYCLE[state]:
        raise Refused(f"这件办件{CHINESE_CASE_STATES[state]}，不需要催办。", rule="case_closed", conflict=True)
    if not holders:
        raise Refused("现在没有人在办，不能催办。环节空缺的，请联系流程管理员。", rule="urge_nobody")
    if all(same_person(actor, one) for one in holders):
        raise Refused("这件事现在就在您手上，请直接办理。", rule="urge_self")
