"""Substitution (代理): who may arrange it and for whom, and which item a substitute may hold in the giver's place."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from jiecheng.model.actor import Actor
from jiecheng.model.errors import NotFound, Refused
from jiecheng.model.ids import IdentityId
from jiecheng.permissions.actor import is_separated, require_official, same_person
from jiecheng.permissions.organisation import may_change_directory

WITHIN = {"organ": "本机关（含内设机构，同一街镇算一家）", "street": "本街镇", "district": "本区"}


@dataclass(frozen=True, slots=True)
class ArrangementFacts:
    """`clerks`: who keeps the posts of the giver's organ; `held_back`: the name of a role that sees no business."""

    giver: IdentityId
    giver_name: str
    giver_in_office: bool
    substitute: IdentityId
    substitute_name: str
    substitute_in_office: bool
    one_person: bool
    held_back: str = ""
    clerks: Collection[IdentityId] = ()


@dataclass(frozen=True, slots=True)
class StandInFacts:
    """Somebody who shall hold an item in the place of one of its holders. `within`: how far the work may go.

    `has_it`: he works on this step already, himself or in another's place; `asked_for_it`: he asked for it himself (委派).
    """

    name: str
    giver_name: str
    within: str
    in_office: bool
    is_applicant: bool
    is_subject: bool
    giver_is_subject: bool
    recused: bool
    has_it: bool
    asked_for_it: bool
    in_reach: bool
    inside: bool


def may_arrange(actor: Actor, giver: IdentityId, clerks: Collection[IdentityId]) -> bool:
    """The official himself; for one who is ill the clerk of his organ, and the system administrator."""
    own = same_person(actor, giver) and not is_separated(actor) and not actor.is_system
    return own or may_change_directory(actor, clerks)


def require_known(
    actor: Actor, facts: Collection[IdentityId], giver: IdentityId, clerks: Collection[IdentityId]
) -> None:
    """A substitution is known to both of its people (`facts`) and to whoever may arrange it."""
    if not any(same_person(actor, one) for one in facts) and not may_arrange(actor, giver, clerks):
        raise NotFound("没有这条代理，或者您无权查看。请从「请人代办」页面重新打开。")


def require_arrangement(actor: Actor, facts: ArrangementFacts) -> None:
    if not may_arrange(actor, facts.giver, facts.clerks):
        require_official(actor)
        raise Refused(
            f"{facts.giver_name}的代理由本人安排；本人不能安排时，由本机关的办公室负责人或系统管理员安排。",
            rule="substitution_arrange",
        )
    if not facts.giver_in_office:
        raise Refused(f"{facts.giver_name}现在不在任，不需要安排代理。", rule="substitution_office")
    if not facts.substitute_in_office:
        raise Refused(f"{facts.substitute_name}现在不在任，不能代办。请另选一位。", rule="substitution_office")
    if facts.one_person:
        raise Refused("不能请自己代办。请另选一位。", rule="substitution_self")
    if facts.held_back:
        raise Refused(
            f"{facts.substitute_name}是{facts.held_back}，不办理业务，不能代办。请另选一位。", rule="separated_roles"
        )
    if not same_person(actor, facts.giver) and same_person(actor, facts.substitute):
        raise Refused("不能替别人安排由您自己代办。请另选一位，或由系统管理员安排。", rule="substitution_conflict")


def require_declining(actor: Actor, substitute: IdentityId, name: str) -> None:
    """Only who was named says that he cannot; who arranged it ends it instead."""
    if not same_person(actor, substitute):
        raise Refused(f"“不能代办”由{name}本人说。安排代理的人可以取消，或者提前结束。", rule="substitution_decliner")


def why_not_stand_in(facts: StandInFacts) -> str:
    """Why he may not hold this item in the giver's place; "" when he may. The item then stays with the giver alone."""
    name, giver = facts.name, facts.giver_name
    told = (
        (not facts.in_office, f"{name}不在任"),
        (facts.giver_is_subject, f"这件事要{giver}本人表态，不能由别人代办"),
        (facts.is_applicant, f"{name}是这件办件的申请人，不能办理自己的事"),
        (facts.is_subject, f"这件办件办的是{name}本人的事"),
        (facts.recused, f"{name}在这件事上须回避"),
        (facts.has_it, f"{name}本来就在办这个环节，一个人不能办两份"),
        (facts.asked_for_it, f"这件事是{name}委派{giver}协办的"),
        (not facts.in_reach, f"{name}不属于{WITHIN[facts.within]}，这个环节只能在这个范围内交办"),
        (not facts.inside, f"这是内部办理的环节，{name}不是这个机关的人"),
    )
    return next((words for wrong, words in told if wrong), "")
