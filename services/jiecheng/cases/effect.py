"""A decision that holds: counted where several decide, and told to the engine, once, when the step is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from jiecheng import engine, store
from jiecheng.cases import facts, joint, submission
from jiecheng.cases.advance import advance, decider
from jiecheng.cases.open_case import foresee_close
from jiecheng.cases.open_item import OpenItem
from jiecheng.cases.place import Place
from jiecheng.cases.way_back import straight_back
from jiecheng.model.case import CaseState
from jiecheng.model.values import Value
from jiecheng.model.voting import VotingOutcome
from jiecheng.store.undo import UndoPoint


@dataclass(frozen=True, slots=True)
class Decided:
    """What the holder of an item said. `by`: his name."""

    outcome: str
    label: str
    opinion: str
    by: str


def take_effect(
    at: OpenItem, decided: Decided, handed_in: submission.Submission, place: Place
) -> VotingOutcome | None:  # fmt: skip
    """The item is decided, and its row says so. What the votes come to with it, None where it ends the step by itself
    (one person decides, or the outcome is no vote: 退回 …)."""
    opened, counted = at.opened, None
    if at.node.voting is not None and decided.outcome in joint.VOTES:
        items = store.work_item.of_task(opened.tx.db, at.task.id)
        counted = joint.count(opened, at.task, items)
        joint.record_count(opened, at.task, counted)
        if counted.passed is None:
            # Nothing for the engine yet: the others, or the next, still have to decide.
            joint.go_on(opened, at.task, counted, items)
            return counted
    if at.node.voting is not None:
        why = counted.unvoted if counted is not None else f"本环节已由{decided.by}办理：{decided.label}"
        joint.close_rest(opened, at.task, why)
    outcome = joint.outcome_of(counted) if counted is not None else decided.outcome
    extra: dict[str, Value] = {"outcome": outcome, "opinion": decided.opinion}
    complete_task(at, submission.outputs(opened, at.node, handed_in, extra, place))
    return counted


def complete_task(at: OpenItem, written: Mapping[str, Value]) -> None:
    """The step is decided: the engine goes on, once."""
    before = at.opened.case
    step = engine.complete(
        at.opened.deployed.executable,
        at.opened.case.snapshot,
        facts.case_facts(at.opened),
        at.task.token,
        written,
        decider(at.opened),
    )
    step = straight_back(at.opened, at.task, step, decider(at.opened))
    foresee_close(at.opened)  # most steps open one more, and are over with it
    at.opened.tx.db.foresee(store.work_item.asks_waiting(at.opened.id))
    advance(at.opened, step, cause=at.node.id, compartment=at.task.compartment)
    if not at.node.retractable or at.node.voting is not None or at.item.has_signers:
        return  # what others signed too is not one person's to take back
    if at.opened.case.state is CaseState.RUNNING:
        point = UndoPoint(before.snapshot, before.variables, store.undo.digest(at.opened.case.snapshot))
        store.undo.remember(at.opened.tx.db, at.item.id, at.opened.id, point)
