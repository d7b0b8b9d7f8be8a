"""Undo a finished case (撤销已办结): only a case that took effect, and once at a time. Who may start, the process says."""

from __future__ import annotations

from jiecheng.model.actor import Actor
from jiecheng.model.case import CHINESE_CASE_STATES, CaseState
from jiecheng.model.errors import Refused
from jiecheng.permissions.actor import require_official
from jiecheng.permissions.facts import ReversalFacts
from jiecheng.permissions.reading import AUDIT, require_case_read, require_working_reader


def require_reversal(actor: Actor, case: ReversalFacts) -> None:
    require_official(actor)
    grant = require_case_read(actor, case.read)
    require_working_reader(grant)
    if grant.ground == AUDIT:
        raise Refused("业务审计只查阅，不改变办件的结果。需要撤销的，请告诉发起人。", rule="audit_reads")
    if case.state in (CaseState.RUNNING, CaseState.HELD):
        raise Refused(
            f"这件办件{CHINESE_CASE_STATES[case.state]}，没有办结，不用撤销已办结。申请人可以撤回修改或者撤销，承办人可以退回。",
            rule="reverse_running",
            conflict=True,
        )
    if case.state is not CaseState.ENDED:
        raise Refused(
            f"这件办件{CHINESE_CASE_STATES[case.state]}，没有生效的结果需要撤销。", rule="case_closed", conflict=True
        )
    if not case.process:
        raise Refused(
            "这个流程没有写明用哪个流程撤销已办结的办件，不能从这里撤销。请与流程负责人联系，写明以后再办；"
            "办件本身不会删除。",
            rule="reverse_process",
        )
    if case.under_way:
        raise Refused(f"正在用 {case.under_way} 撤销这件办件，请等它办结。", rule="reverse_once", conflict=True)
