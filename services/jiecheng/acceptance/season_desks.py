"""What lies on the desks at the end of the demo year: for each account that is printed, something of its own trade.

infra/demo/desks.yaml says who begins what, so many working days before the end, and at which step it waits. Everything up to
there is done by the real commands; from then on the year leaves the case alone, so some of it is overdue.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml

from jiecheng import cases, store
from jiecheng.acceptance import deeds
from jiecheng.acceptance.world import World, open_items
from jiecheng.cases.draft import open_draft
from jiecheng.model.actor import Actor
from jiecheng.model.ids import CaseId, IdentityId, ProcessId

SETTING = "demo_desks"  # the cases that the year leaves alone
_BETWEEN = timedelta(minutes=13)  # one decision and the next
_LONGEST_WAY = 60


@dataclass(frozen=True, slots=True)
class Waiting:
    """`before`: working days before the end; `until`: the step at which it waits, "" for a draft of the process itself;
    `fields`: as in a recipe."""

    before: int
    who: IdentityId
    process: ProcessId
    until: str
    fields: Mapping[str, Any] = field(default_factory=dict)


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
        )
        for one in yaml.safe_load(file.read_text("utf-8"))
    ]


def left_alone(tx: cases.Tx) -> Collection[CaseId]:
    return {CaseId(int(one)) for one in store.setting.get(tx.db, SETTING, "").split()}


def set_out(world: World, wanted: Waiting, fill: Fill, say: Say, opinion: str) -> str:
    """Begin it and bring it to its step. Why it did not come there, "" when it did."""
    if not wanted.until:
        world.attempt(lambda tx: open_draft(tx, cases.accounts.actor_of(tx, wanted.who), wanted.process))
        refusal, world.refusal = world.refusal, None
        return refusal.message if refusal else ""

    def deed(tx: cases.Tx) -> CaseId:
        who = cases.accounts.actor_of(tx, wanted.who)
        case = cases.start_case(tx, cases.StartCase(who, wanted.process, fill(tx, who, wanted))).case
        kept = store.setting.get(tx.db, SETTING, "")
        store.setting.put(tx.db, SETTING, f"{kept} {case}".strip())
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
    return _came_to(world, wanted, case)


def _came_to(world: World, wanted: Waiting, case: CaseId | None) -> str:
    refusal, world.refusal = world.refusal, None
    if refusal is not None:
        return f"{wanted.until}：{refusal.message}"
    assert case is not None
    with world.transaction() as tx:
        reached = [task.name for task, _ in open_items(tx, case)]
    return "" if wanted.until in reached else f"没有办到“{wanted.until}”，而是到了{reached}"
