"""Who may read: a case, a release, a register."""

from __future__ import annotations

from collections.abc import Collection

from jiecheng.model.actor import Actor, Role
from jiecheng.model.errors import NotFound, Refused
from jiecheng.model.ids import IdentityId
from jiecheng.permissions.actor import is_among, is_separated, require_official, same_person
from jiecheng.permissions.facts import ReadFacts, ReadGrant, RegisterFacts

AUDIT = "业务审计"
NO_CASE = "没有这件办件，或者您无权查看。请从「待办」或「我的办件」重新打开。"


def may_read_case(actor: Actor, facts: ReadFacts) -> ReadGrant | None:
    """The widest ground on which the actor may read the case, or None when he may not even know of it.

    A process administrator and an auditor read everything, and each reading is recorded (invariant 10); behind closed
    doors (内部办理) only the auditor and the organ's own people. Whoever takes part reads as a participant and not as an
    auditor: nobody audits his own case.
    """
    if actor.is_system:
        return ReadGrant("系统", compartments=None)
    if is_separated(actor):
        return None
    mine = frozenset(name for name, people in facts.compartments.items() if is_among(actor, people))
    if _administers(actor, facts):
        return ReadGrant("流程管理", recorded=True, compartments=mine)
    if is_among(actor, (facts.initiator, *facts.participants)):
        return ReadGrant("参与办理", compartments=mine)
    if Role.AUDITOR in actor.roles:
        return ReadGrant(AUDIT, recorded=True, compartments=None)
    return _as_guest(actor, facts, mine)


def require_working_reader(grant: ReadGrant) -> None:
    """Whoever was shown a case reads it; what it is made of is for those who work on it."""
    if grant.guest:
        raise Refused(
            f"您是以“{grant.ground}”查看这件办件的，只能看，不能改动。需要补充材料，请告诉承办人。", rule="guest_reads"
        )


def require_case_read(actor: Actor, facts: ReadFacts) -> ReadGrant:
    """The grant, or `NotFound` in the words of a case that does not exist."""
    grant = may_read_case(actor, facts)
    if grant is None:
        raise NotFound(NO_CASE)
    return grant


def may_see_inside(actor: Actor, grant: ReadGrant, compartment: str, own: Collection[IdentityId] = ()) -> bool:
    """Whether what happens behind these doors ("": none) may be shown: to those inside, to auditors, and of a step to
    the people (`own`) who work on it."""
    return grant.opens(compartment) or is_among(actor, own)


def require_inside(actor: Actor, grant: ReadGrant, compartment: str) -> None:
    """`NotFound`, in the words of a thing that does not exist, for what lies behind doors that are closed to him."""
    if not may_see_inside(actor, grant, compartment):
        raise NotFound("没有找到，或者您无权查看。请从「待办」或「我的办件」重新打开。")


def require_item_read(actor: Actor, grant: ReadGrant, compartment: str, own: Collection[IdentityId | None]) -> None:
    """A work item behind closed doors is there for those inside and for those (`own`) who work on it."""
    if not may_see_inside(actor, grant, compartment, [one for one in own if one is not None]):
        raise NotFound("没有这件待办，或者您无权查看。请从「待办」页面重新打开。")


def require_paper(actor: Actor, *, mine: bool, signed: str) -> None:
    """Only the people of the organ a paper was sent to sign for it, and once. `signed`: who has already, in words."""
    require_official(actor)
    if not mine:
        raise NotFound("没有这份收文，或者它不是发给您单位的。请从「收文」页面重新打开。")
    if signed:
        raise Refused(f"这份文书已由{signed}签收，不需要再签收。", rule="paper_received", conflict=True)


def require_release_read(actor: Actor) -> ReadGrant:
    """Diagrams, tables, forms and gate reports: owners, auditors and process administrators; no case data in them."""
    for role, ground in _RELEASE_GROUNDS:
        if role in actor.roles and not is_separated(actor):
            return ReadGrant(ground, compartments=None)
    if actor.is_system:
        return ReadGrant("系统", compartments=None)
    raise Refused(
        "只有流程负责人、流程管理员和业务审计员可以查看流程版本。需要查看请联系流程负责人。", rule="release_read"
    )


def may_read_register(actor: Actor, register: RegisterFacts) -> ReadGrant | None:
    """The named readers, process administrators, owners and auditors (both kinds recorded); everybody when public."""
    if actor.is_system:
        return ReadGrant("系统", compartments=None)
    if register.public:
        return ReadGrant("公开台账")
    if not is_separated(actor):
        if is_among(actor, register.readers):
            return ReadGrant("台账查阅", compartments=None)
        for role, ground in _RELEASE_GROUNDS:
            if role in actor.roles:
                return ReadGrant(ground, recorded=True, compartments=None)
    return None


def require_register_read(actor: Actor, register: RegisterFacts) -> ReadGrant:
    """The grant of `may_read_register`, or a refusal that says whom to ask."""
    grant = may_read_register(actor, register)
    if grant is not None:
        return grant
    raise Refused(f"您没有查阅「{register.name}」的权限。需要查阅请联系流程管理员。", rule="register_read")


_RELEASE_GROUNDS = (
    (Role.PROCESS_OWNER, "流程负责"),
    (Role.PROCESS_ADMINISTRATOR, "流程管理"),
    (Role.AUDITOR, "业务审计"),
)


def _as_guest(actor: Actor, facts: ReadFacts, mine: frozenset[str]) -> ReadGrant | None:
    """Behind a door only whom it was passed on to from behind it, and while he belongs there himself."""
    passed = [one for one in facts.guests if same_person(actor, one.identity)]
    if not passed:
        return None
    return ReadGrant(passed[0].ground, compartments=mine & {one.compartment for one in passed}, guest=True)


def _administers(actor: Actor, facts: ReadFacts) -> bool:
    if Role.PROCESS_ADMINISTRATOR not in actor.roles:
        return False
    return facts.administrators is None or is_among(actor, facts.administrators)
