"""Take a decision back (撤回): only who made it, only where the diagram lets him. What happened since, `cases` looks at."""

from __future__ import annotations

from jiecheng.model.actor import Actor
from jiecheng.model.case import CASE_LIFECYCLE, CHINESE_CASE_STATES, CaseState
from jiecheng.model.errors import NotFound, Refused
from jiecheng.model.work_item import WORK_ITEM_LIFECYCLE
from jiecheng.permissions.actor import require_official, same_person
from jiecheng.permissions.facts import RetractFacts
from jiecheng.permissions.item import HELD
from jiecheng.permissions.reading import NO_CASE, may_read_case


def require_retract(actor: Actor, facts: RetractFacts) -> None:
    require_official(actor)
    mine = same_person(actor, facts.decided_by)
    grant = may_read_case(actor, facts.read)
    if not mine and (grant is None or not grant.opens(facts.compartment)):
        raise NotFound(NO_CASE)
    if not mine:
        raise Refused("只有办理的人本人可以撤回自己的办理。", rule="retract_own")
    if "retract_decision" not in WORK_ITEM_LIFECYCLE[facts.item]:
        raise Refused("这件待办没有办结，或者已经撤回，不需要撤回。", rule="retract_state", conflict=True)
    _require_running(facts.case_state)
    if not facts.until:
        raise Refused("这个环节办完以后不能撤回。办错了的，请与下一环节的承办人联系，由对方退回。", rule="retract_step")
    if not facts.normal:
        raise Refused("退回不能撤回。请与退回到的承办人联系，由对方办理后再回来。", rule="retract_return")
    if facts.signed:
        raise Refused(
            "这件办理有加签的人签过，不是一个人的决定，不能撤回。请与下一环节的承办人联系，由对方退回。",
            rule="retract_signed",
        )
    if facts.settled:
        raise Refused(
            "几个人的意见已经形成结果，不能再撤回其中一个人的意见。请与下一环节的承办人联系，由对方退回。",
            rule="retract_settled",
            conflict=True,
        )


def _require_running(state: CaseState) -> None:
    if state is CaseState.HELD:
        raise Refused(HELD, rule="case_held", conflict=True)
    if "retract_decision" not in CASE_LIFECYCLE[state]:
        sentence = f"这件办件{CHINESE_CASE_STATES[state]}，不能撤回。"
        undone = "已经生效的结果有错的，请从办件页面走“撤销已办结”。" if state is CaseState.ENDED else ""
        raise Refused(sentence + undone, rule="case_closed", conflict=True)
