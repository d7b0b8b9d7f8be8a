"""运行情况: what an administrator needs to know of the flows, from the product's own rows.

No business in it, so the system administrator sees it too. Nothing is decided by it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from jiecheng import store
from jiecheng.cases import organisation, substitution_due
from jiecheng.cases.house import Tx
from jiecheng.cases.inbox import MOST_COUNTED
from jiecheng.model.actor import Actor, Role
from jiecheng.model.errors import Refused
from jiecheng.model.flow import DeclaredFlow, FlowRun, Worker

SILENT = timedelta(seconds=100)  # three beats missed


@dataclass(frozen=True, slots=True)
class FlowView:
    """`last`: its last run, on whichever worker; None before the first. `cut_off`: that run's worker is gone."""

    declared: DeclaredFlow
    last: FlowRun | None
    cut_off: bool
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class MachineryView:
    """`alive`: the workers that were heard of a moment ago. `last_seen`: when any was, None for never."""

    alive: Sequence[Worker]
    last_seen: datetime | None
    flows: Sequence[FlowView]
    outbox: Mapping[str, int]
    timers: store.subscription.Counts
    incidents: int


def show_machinery(tx: Tx, actor: Actor) -> MachineryView:
    if not actor.roles & {Role.SYSTEM_ADMINISTRATOR, Role.PROCESS_ADMINISTRATOR}:
        raise Refused("只有系统管理员和流程管理员可以查看运行情况。", rule="machinery_read")
    workers = store.worker.all_workers(tx.db)
    alive = [one for one in workers if one.seen_at >= tx.now - SILENT]
    return MachineryView(
        alive=alive,
        last_seen=workers[0].seen_at if workers else None,
        flows=_flows(tx, workers, {one.name for one in alive}),
        outbox=store.outbox.counts(tx.db),
        timers=store.subscription.counts(tx.db),
        incidents=store.incident.count_open(tx.db, MOST_COUNTED),
    )


def _flows(tx: Tx, workers: Sequence[Worker], alive: set[str]) -> Sequence[FlowView]:
    runs = store.worker.all_runs(tx.db)
    # As the worker declares them that was heard of last: another may be of the version before.
    declared = [one.declared for one in runs if workers and one.worker == workers[0].name]
    found = []
    for flow in declared:
        begun = [one for one in runs if one.declared.name == flow.name and one.begun_at is not None]
        last = max(begun, key=lambda one: one.begun_at or tx.now, default=None)
        cut_off = last is not None and last.state == "running" and last.worker not in alive
        found.append(FlowView(flow, last, cut_off, _next(tx, flow)))
    return found


def _next(tx: Tx, flow: DeclaredFlow) -> datetime | None:
    """When it runs next, None when nothing is there for it to do."""
    if flow.daily_at is None:
        due = _DUE.get(flow.name)
        return due(tx) if due else None
    now = tx.now.astimezone(UTC)
    today = datetime.combine(now.date(), flow.daily_at, UTC)
    return today if today > now else today + timedelta(days=1)


def _organisation_due(tx: Tx) -> datetime | None:
    moments = (organisation.next_due(tx), substitution_due.next_due(tx))
    return min((one for one in moments if one is not None), default=None)


_DUE: Mapping[str, Callable[[Tx], datetime | None]] = {
    "fire-due-timers": lambda tx: store.subscription.next_due(tx.db),
    "send-due-reminders": lambda tx: store.reminder.next_due(tx.db),
    "drain-outbox": lambda tx: store.outbox.next_due(tx.db),
    "send-dispatches": lambda tx: store.dispatch.next_due(tx.db),
    "change-organisation": _organisation_due,
    "run-gates": lambda tx: tx.now if store.gate.is_due(tx.db) else None,
}
