"""What lies on the desks at the end of the demo year: for each account that is printed, something of its own trade.

infra/demo/desks.yaml says who begins what, so many working days before the end, and at which step it waits. Everything up to
there is done by the real commands; from then on the year leaves the case alone, so some of it is overdue. What was begun
before a stop is gone on with and not begun again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml

from jiecheng import cases, store
from jiecheng.acceptance import deeds
from jiecheng.acceptance.world import World, open_items
from jiecheng.cases import people
from jiecheng.cases.draft import open_draft
from jiecheng.cases.supervision import (
    AnswerSupervision,
    ReceiveSupervision,
    SuperviseCase,
    answer_supervision,
    receive_supervision,
    supervise_case,
)
from jiecheng.model.actor import Actor
from jiecheng.model.ids import CaseId, IdentityId, ProcessId

SETTING = "demo_desks"  # which entry began which case; the year leaves these alone
_BETWEEN = timedelta(minutes=13)  # one decision and the next
_LONGEST_WAY = 60


@dataclass(frozen=True, slots=True)
class Supervised:
    """督办 of the step it waits at: `answer` is what the handler says of it, "" where he has not answered yet."""

    by: IdentityId
    demand: str
    days: int
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """`before`: working days before the end; `until`: the step at which it waits, "" for a draft of the process itself;
    `fields`: as in a recipe."""

    before: int
    who: IdentityId
    process: ProcessId
    until: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    supervised: Supervised | None = None

    @property
    def key(self) -> str:
        return f"{self.before} {self.who} {self.process} {self.until}"


Fill = Callable[[cases.Tx, Actor, Waiting], dict[str, object]]
Say = Callable[[str, str], Mapping[str, str]]  # process, step -> what is written on the form


def read_desks(file: Path) -> Sequence[Waiting]:
    if not file.is_file():
        return ()
    return [
        Waiting(
            int(one["before"]),
            IdentityId(one["who"]),
            ProcessId(one["process"]),
            one.get("until", ""),
            one.get("fields", {}),
            Supervised(**one["supervised"]) if "supervised" in one else None,
        )
        for one in yaml.safe_load(file.read_text("utf-8"))
    ]


def left_alone(tx: cases.Tx) -> Collection[CaseId]:
    return _begun(tx).values()


def _begun(tx: cases.Tx) -> dict[str, CaseId]:
    kept = store.setting.get(tx.db, SETTING, "")
    return {key: CaseId(case) for key, case in json.loads(kept).items()} if kept else {}


def set_out(world: World, wanted: Waiting, fill: Fill, say: Say, opinion: str) -> str:
    """Begin it and bring it to its step. Why it did not come there, "" when it did."""
    if not wanted.until:
        return _set_out_draft(world, wanted)

    def deed(tx: cases.Tx) -> CaseId:
        if wanted.key in (begun := _begun(tx)):
            return begun[wanted.key]
        who = cases.accounts.actor_of(tx, wanted.who)
        case = cases.start_case(tx, cases.StartCase(who, wanted.process, fill(tx, who, wanted))).case
        _keep(tx, wanted, case)
        return case

    case = world.attempt(deed)
    for _ in range(_LONGEST_WAY if case is not None else 0):
        assert case is not None
        with world.transaction() as tx:
            waiting = open_items(tx, case)
        if not waiting or any(task.name == wanted.until for task, _ in waiting):
            break
        world.clock.now += _BETWEEN
        task, item = waiting[0]
        deeds.take(world, task, item, opinion=opinion, said=say(wanted.process, task.name))
        if world.refusal is not None:
            break
    found = _came_to(world, wanted, case)
    if found:
        world.attempt(lambda tx: _keep(tx, wanted, None))
    elif wanted.supervised is not None and case is not None:
        _supervise(world, case, wanted.until, wanted.supervised)
    return found


def _set_out_draft(world: World, wanted: Waiting) -> str:
    def deed(tx: cases.Tx) -> None:
        if wanted.key not in _begun(tx):
            open_draft(tx, cases.accounts.actor_of(tx, wanted.who), wanted.process)
            _keep(tx, wanted, CaseId(0))

    world.attempt(deed)
    refusal, world.refusal = world.refusal, None
    return refusal.message if refusal else ""


def _keep(tx: cases.Tx, wanted: Waiting, case: CaseId | None) -> None:
    """Which case it began; None: the one it began goes its way like any other."""
    others = {key: one for key, one in _begun(tx).items() if key != wanted.key}
    store.setting.put(tx.db, SETTING, json.dumps(others if case is None else {**others, wanted.key: case}))


def _supervise(world: World, case: CaseId, step: str, wish: Supervised) -> None:
    """立项 and 交办 in one, to whoever has the step; then 签收 and 反馈 by him, where he answers."""
    with world.transaction() as tx:
        if store.supervision.of_case(tx.db, case):
            return  # before a stop
        task, item = open_items(tx, case, step)[0]
        holder, boss = item.candidates[0], cases.accounts.actor_of(tx, wish.by)
        handler, name = cases.accounts.actor_of(tx, holder), people.label(tx, holder)
    world.clock.now += _BETWEEN
    wanted = SuperviseCase(boss, case, wish.demand, days=wish.days, task=task.id, to=name)
    world.attempt(lambda tx: supervise_case(tx, wanted))
    world.expect_no_refusal()
    if not wish.answer:
        return
    with world.transaction() as tx:
        opened = store.supervision.of_case(tx.db, case)[-1].id
    world.clock.now += _BETWEEN
    world.attempt(lambda tx: receive_supervision(tx, ReceiveSupervision(handler, opened)))
    world.clock.now += _BETWEEN
    world.attempt(lambda tx: answer_supervision(tx, AnswerSupervision(handler, opened, wish.answer)))
    world.expect_no_refusal()


def _came_to(world: World, wanted: Waiting, case: CaseId | None) -> str:
    refusal, world.refusal = world.refusal, None
    if refusal is not None:
        return f"{wanted.until}：{refusal.message}"
    assert case is not None
    with world.transaction() as tx:
        reached = [task.name for task, _ in open_items(tx, case)]
    return "" if wanted.until in reached else f"没有办到“{wanted.until}”，而是到了{reached}"
