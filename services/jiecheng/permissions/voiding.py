"""Void a case (作废): a process administrator asks for it, a second one confirms or declines; neither of them the applicant."""

from __future__ import annotations

from jiecheng.model.actor import Actor, Role
from jiecheng.model.case import CASE_LIFECYCLE, CHINESE_CASE_STATES, CaseState
from jiecheng.model.errors import NotFound, Refused
from jiecheng.permissions.actor import is_among, require_official, same_person
from jiecheng.permissions.facts import VoidFacts
from jiecheng.permissions.reading import NO_CASE, may_read_case


def require_voiding(actor: Actor, case: VoidFacts) -> None:
    """Whoever asks for it."""
    _require_administrator(actor, case)
    if case.requested_by is not None:
        raise Refused("这件办件已经有人提请作废，正等候第二人确认。", rule="void_requested", conflict=True)


def require_void_settlement(actor: Actor, case: VoidFacts) -> None:
    """The second person, in none of his posts the first."""
    _require_administrator(actor, case)
    if case.requested_by is None:
        raise Refused("没有人提请作废这件办件，或者已经处理。请刷新页面。", rule="void_not_requested", conflict=True)
    if same_person(actor, case.requested_by):
        raise Refused("作废由您提请，须由另一位流程管理员确认，换一个身份也不行。", rule="void_second_person")


def _require_administrator(actor: Actor, case: VoidFacts) -> None:
    require_official(actor)
    if may_read_case(actor, case.read) is None:
        raise NotFound(NO_CASE)
    named = case.read.administrators
    if Role.PROCESS_ADMINISTRATOR not in actor.roles or not (named is None or is_among(actor, named)):
        raise Refused(
            "只有流程管理员可以作废办件，并由另一位流程管理员确认。请联系流程管理员。", rule="void_administrator"
        )
    if same_person(actor, case.read.initiator):
        raise Refused("这是您自己申请的办件，不能由您作废或确认。不再需要的，请用“撤销”。", rule="void_own")
    if "void_case" not in CASE_LIFECYCLE[case.state]:
        finished = "已办结的办件不作废，请用“撤销已办结”，按相反的流程办理。" if case.state is CaseState.ENDED else ""
        sentence = f"这件办件{CHINESE_CASE_STATES[case.state]}，不能作废。{finished}"
        raise Refused(sentence, rule="case_closed", conflict=True)
