"""Undo a finished case (撤销已办结): by a case of the process its diagram names, with the finished one as its subject.

The finished case stays as it is. The link stands on both; the record of both says when it was begun and by whom.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from jiecheng import permissions, store
from jiecheng.cases.case import StartCase, read_facts, start_linked, starters
from jiecheng.cases.deployed import Deployed
from jiecheng.cases.house import BEIJING, Tx
from jiecheng.cases.once import Answer, once
from jiecheng.cases.open_case import OpenCase, open_case
from jiecheng.model.actor import Actor
from jiecheng.model.case import CHINESE_CASE_STATES, CaseState
from jiecheng.model.errors import Refused
from jiecheng.model.ids import CaseId
from jiecheng.model.values import Value

SUBJECT = "reversed_case"  # what expressions of the reversing process call the finished case


@dataclass(frozen=True, slots=True)
class ReverseCase:
    """`data`: what was typed into the start form of the reversing process; `confirmed`: as of any start."""

    actor: Actor
    case: CaseId
    data: Mapping[str, object] = field(default_factory=dict)
    operation: str = ""
    confirmed: str | None = None


def reverse_case(tx: Tx, command: ReverseCase) -> Answer:
    content = {"reverse": command.case, "identity": command.actor.identity, "data": command.data}
    return once(tx, command.actor, command.operation, content, lambda: _reverse(tx, command))


def require_reversal(opened: OpenCase, actor: Actor) -> Deployed:
    """The process that undoes it, as it is published now."""
    tx, named = opened.tx, opened.deployed.definition.reversed_by
    running = [
        one.number
        for one in store.reversal.undoing(tx.db, opened.id)
        if one.state in (CaseState.RUNNING, CaseState.HELD)
    ]
    permissions.require_reversal(
        actor,
        permissions.ReversalFacts(opened.case.state, named, running[0] if running else "", read_facts(opened)),
    )
    newest = tx.latest_releases().get(named)
    if newest is None:
        raise Refused("撤销已办结办件用的流程还没有发布。请与流程负责人联系。", rule="reverse_process")
    deployed = tx.release(newest)
    permissions.require_start(actor, starters(tx, deployed, actor))
    return deployed


def _reverse(tx: Tx, command: ReverseCase) -> Answer:
    # The finished case first: two may press at once. Nobody holds the new one, so no two commands wait for each other.
    opened = open_case(tx, command.case)
    deployed = require_reversal(opened, command.actor)
    start = StartCase(command.actor, deployed.release.process, command.data, confirmed=command.confirmed)
    started = start_linked(tx, start, {SUBJECT: _told(opened)}, lambda new: _link(opened, new, command.actor))
    opened.close()
    return started


def _link(opened: OpenCase, new: OpenCase, actor: Actor) -> None:
    """Both records name the other case."""
    store.reversal.add(opened.tx.db, new.id, opened.id)
    told: dict[str, Value] = {"words": f"由 {new.case.number} 撤销"}
    opened.record("reversal_begun", actor, {"number": new.case.number, "case": new.id}, told)
    told = {"words": f"撤销 {opened.case.number}「{opened.case.title}」"}
    new.record("reversal_begun", actor, {"number": opened.case.number, "case": opened.id}, told)


def _told(opened: OpenCase) -> dict[str, Value]:
    case = opened.case
    ended = case.ended_at.astimezone(BEIJING).date().isoformat() if case.ended_at else ""
    state = case.outcome or CHINESE_CASE_STATES[case.state]
    return {"number": case.number, "title": case.title, "process": case.process, "outcome": state, "ended_on": ended}
