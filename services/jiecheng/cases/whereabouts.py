"""Where cases are now, for lists: the open step, who has it, since when and until when. Doors stay closed here too."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from jiecheng import store
from jiecheng.cases import people
from jiecheng.cases.house import Tx
from jiecheng.cases.open_case import CLOSED_DOORS
from jiecheng.cases.search import inside_of
from jiecheng.model.actor import Actor
from jiecheng.model.case import Case, CaseState
from jiecheng.model.ids import CaseId, ElementId, ReleaseHash
from jiecheng.model.task import titled
from jiecheng.store.subscription import SubscriptionRow
from jiecheng.store.work_item import WaitingRow


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """One open step, or something the case waits for. `people` in words; empty where it waits for no person."""

    step: str
    people: tuple[str, ...] = ()
    since: datetime | None = None
    due_at: datetime | None = None


def where_now(tx: Tx, actor: Actor, cases: Collection[Case]) -> Mapping[CaseId, Sequence[Whereabouts]]:
    """Each running case of these, with where it stands; a few questions for all of them together."""
    running = {one.id: one for one in cases if one.state in (CaseState.RUNNING, CaseState.HELD)}
    found: dict[CaseId, list[Whereabouts]] = {case: [] for case in running}
    inside: frozenset[str] = inside_of(tx, actor) if running else frozenset()
    for row in store.work_item.waiting_in(tx.db, running):
        shown = _open_step(tx, actor, running[row.case].release, row, inside)
        if shown not in found[row.case]:
            found[row.case].append(shown)
    idle = [case for case, steps in found.items() if not steps]
    for waiting in store.subscription.waiting_in(tx.db, idle) if idle else ():
        if not waiting.compartment or waiting.compartment in inside:
            found[waiting.case].append(_wait(tx, running[waiting.case].release, waiting))
    return found


def where_of(tx: Tx, actor: Actor, cases: Collection[CaseId]) -> Mapping[CaseId, Sequence[Whereabouts]]:
    """The same for cases by their ids."""
    return where_now(tx, actor, store.case.of_ids(tx.db, cases).values() if cases else ())


def _open_step(tx: Tx, actor: Actor, release: ReleaseHash, row: WaitingRow, inside: Collection[str]) -> Whereabouts:
    step = row.step
    mine = any(who in actor.identities for who in (*row.holders, *row.stand_ins))
    if step.compartment and step.compartment not in inside and not mine:
        wall = tx.release(release).definition.walls_around(step.element)
        return Whereabouts(titled(wall.name if wall else CLOSED_DOORS, step.label), (CLOSED_DOORS,), row.opened_at)
    names = people.labels(tx, row.holders) or ("暂无人选，已报流程管理员",)
    if row.stand_ins:
        lent = "、".join(one.partition("（")[0] for one in people.labels(tx, row.stand_ins))
        names = (*names[:-1], f"{names[-1]}，由{lent}代办")
    return Whereabouts(titled(step.name, step.label), names, row.opened_at, row.due_at)


def _wait(tx: Tx, release: ReleaseHash, row: SubscriptionRow) -> Whereabouts:
    node = tx.release(release).definition.nodes.get(ElementId(row.element))
    return Whereabouts(f"等待：{titled(node.name if node else row.element, row.instance_label)}", (), None, row.due_at)
