"""Take one's own case back to change it (撤回修改): it returns to the applicant's step with its number, nothing is lost."""

from __future__ import annotations

from dataclasses import dataclass

from jiecheng import engine, permissions, store
from jiecheng.cases import facts
from jiecheng.cases.advance import advance, decider
from jiecheng.cases.case import answer, withdraw_facts
from jiecheng.cases.house import Tx
from jiecheng.cases.once import Answer, once
from jiecheng.cases.open_case import OpenCase, open_case
from jiecheng.cases.typed import words_of
from jiecheng.model.actor import Actor
from jiecheng.model.definition import FlowNode
from jiecheng.model.errors import Refused
from jiecheng.model.ids import CaseId


@dataclass(frozen=True, slots=True)
class RecallCase:
    actor: Actor
    case: CaseId
    reason: str
    operation: str = ""


def recall_case(tx: Tx, command: RecallCase) -> Answer:
    content = {"recall": command.case, "reason": command.reason}
    return once(tx, command.actor, command.operation, content, lambda: _recall(tx, command))


def require_recall(opened: OpenCase, actor: Actor) -> FlowNode:
    """The step it goes back to; refused where the applicant could not withdraw the case either, or has it already."""
    permissions.require_withdraw(actor, withdraw_facts(opened))
    steps = opened.deployed.definition.initiator_steps
    if len(steps) != 1:
        raise Refused(
            "这个流程没有由申请人修改的环节，不能撤回修改。需要改的，可以撤销后重新发起。", rule="recall_step"
        )
    if any(task.element == steps[0].id for task in store.task.open_of_case(opened.tx.db, opened.id)):
        raise Refused("这件办件已经在您手上，请直接修改后提交。", rule="recall_here", conflict=True)
    return steps[0]


def _recall(tx: Tx, command: RecallCase) -> Answer:
    opened = open_case(tx, command.case)
    step_to = require_recall(opened, command.actor)
    reason = words_of(command.reason, "reason", "请写明撤回修改的原因。")
    known, decide = facts.case_facts(opened), decider(opened)
    step = engine.move(opened.deployed.executable, opened.case.snapshot, known, "all", [step_to.id], decide)
    public = {"element": step_to.id, "name": step_to.name}
    opened.record("case_recalled", command.actor, public, {"reason": reason, "words": reason})
    advance(opened, step, cause=step_to.id, why="申请人撤回修改")
    opened.close()
    return answer(opened, f"{opened.case.number} 已撤回，编号不变。请修改后重新提交。", command.actor)
