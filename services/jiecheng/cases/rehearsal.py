"""What would come of an application before it is handed in: a dry run of the engine over what was filled in.

Draws no number, stores nothing, locks nothing. An application that would lie with its applicant again at once, or end at
once, is warned of with what the tables found; he may hand it in all the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from jiecheng import engine, feel
from jiecheng.cases import facts, submission
from jiecheng.cases.alike import Alike, key_of, open_ones
from jiecheng.cases.came_back import Reason, is_correction, reasons_of
from jiecheng.cases.deployed import Deployed
from jiecheng.cases.forecast import ending_words
from jiecheng.cases.house import Tx
from jiecheng.cases.open_case import OpenCase
from jiecheng.cases.place import Place
from jiecheng.model.actor import Actor
from jiecheng.model.case import Case, CaseState
from jiecheng.model.errors import JiechengError, Refused
from jiecheng.model.ids import CaseId, ElementId
from jiecheng.model.step import Decide, Step, WaitKind
from jiecheng.model.values import Value, Variables

_NOBODYS = CaseId(0)
_MOST_STEPS = 12  # of notices and jobs before the first person


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """`step`: the correction it would come back to; `ending`: the end it would reach at once; both "" where it goes on.
    `key`: what it is about; `alike`: open cases about the same."""

    step: str = ""
    ending: str = ""
    reasons: tuple[Reason, ...] = ()
    key: str = ""
    alike: tuple[Alike, ...] = ()

    @property
    def warns(self) -> bool:
        return bool(self.step or self.ending or self.alike)

    @property
    def mark(self) -> str:
        """What the applicant has read when he says “hand it in all the same”: another warning has another mark."""
        said = [self.step, self.ending, *(one.message for one in self.reasons)]
        said += [one.sentence for one in self.alike]
        return hashlib.sha256("\n".join(said).encode()).hexdigest()[:32]


class Forewarned(Refused):
    """Not handed in yet: the applicant reads the warning first. Nothing was stored and no number drawn."""

    def __init__(self, rehearsal: Rehearsal) -> None:
        super().__init__("申请还没有提交，请先看提醒。", rule="start_forewarned", conflict=True)
        self.rehearsal = rehearsal


def rehearse(
    tx: Tx,
    actor: Actor,
    deployed: Deployed,
    initiator: Mapping[str, object],
    data: Mapping[str, object],
    given: Mapping[str, Value] = MappingProxyType({}),
) -> Rehearsal:
    """Raises Invalid where the form itself is not filled in right; a way that cannot be foreseen warns of nothing.
    `given`: variables it begins with because of another case (撤销已办结)."""
    opened = OpenCase(tx, _imagined(tx, actor, deployed, initiator), deployed)
    opened.update(variables={**opened.case.variables, **given})
    start = deployed.node(deployed.definition.start)
    place = Place(facts.case_facts(opened))
    handed_in = submission.accept(opened, start.forms, data, {}, place)
    try:
        written = submission.outputs(opened, start, handed_in, {}, place)
        opened.update(variables={**opened.case.variables, **written})
        found = replace(_walked(opened), key=key_of(opened))
        return replace(found, alike=open_ones(tx, actor, deployed.release.process, found.key))
    except (JiechengError, feel.FeelError):
        return Rehearsal()


def _imagined(tx: Tx, actor: Actor, deployed: Deployed, initiator: Mapping[str, object]) -> Case:
    variables: dict[str, Any] = {"initiator": initiator, "profile": tx.profile}
    return Case(
        id=_NOBODYS, number="", process=deployed.release.process, release=deployed.release.hash,
        state=CaseState.RUNNING, title=deployed.definition.name, initiator=actor.identity, initiator_name=actor.name,
        initiator_organ=str(initiator["organ"]), snapshot={}, variables=variables, outcome="", started_at=tx.now,
        ended_at=None, seq=0, head_sha256="", head_sm3="",
    )  # fmt: skip


def _walked(opened: OpenCase) -> Rehearsal:
    """To the first people on the way, past what the system does by itself; a job may do anything, so it ends there."""
    found: list[Reason] = []
    decide = _listening(opened, found)
    nodes, executable = opened.deployed.definition.nodes, opened.deployed.executable
    step = engine.start(executable, facts.case_facts(opened), decide)
    for _ in range(_MOST_STEPS):
        opened.update(variables={**opened.case.variables, **step.writes}, snapshot=dict(step.snapshot))
        told = [one for one in step.opened if one.kind is WaitKind.JOB and nodes[one.element].kind == "sendTask"]
        if not told:
            break
        step = engine.complete(executable, step.snapshot, facts.case_facts(opened), told[0].token, {}, decide)
    return _judged(opened, step, tuple(dict.fromkeys(found)))


def _judged(opened: OpenCase, step: Step, found: tuple[Reason, ...]) -> Rehearsal:
    if step.done:
        return Rehearsal(ending=ending_words(opened, step), reasons=found)
    nodes = opened.deployed.definition.nodes
    back = [nodes[one.element] for one in step.opened if one.kind is WaitKind.USER]
    if back and len(back) == len(step.opened) and all(is_correction(opened.deployed, one) for one in back):
        return Rehearsal(step=back[0].name, reasons=found)
    return Rehearsal()


def _listening(opened: OpenCase, found: list[Reason]) -> Decide:
    """A business rule answered as it would be now; what it finds is kept for the warning."""

    def answer(element: ElementId, variables: Variables) -> Value:
        value = facts.with_quotations(opened, facts.look_up(opened, element, variables).value)
        found.extend(reasons_of(value))
        return value

    return answer
