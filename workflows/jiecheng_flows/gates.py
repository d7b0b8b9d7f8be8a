"""The flow that runs the gates of drafts: one after the other, each in a process of its own, under a lease."""

from __future__ import annotations

import asyncio

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from jiecheng import settings
from jiecheng.acceptance.gate import Ground, run_gate
from jiecheng.cases.deployment import DISTRICT
from jiecheng.cases.gate import GateWork
from jiecheng_flows.desk import OWNER, Desk, database_url, desk
from jiecheng_flows.doorbell import Doorbell
from jiecheng_flows.noted import noted
from jiecheng_flows.quiet import RESULTS, DeedFailed, deed, log

SLOW_POLL = 60.0
FAILED_PAUSE = 5.0


@task(name="run-gate", task_run_name="run-gate-{run}", cache_policy=NO_CACHE, persist_result=False)
async def run_one(run: int) -> None:
    """Retried by its lease, not by Prefect: whoever finds it left behind begins anew."""
    await deed("run_gate", run, lambda: settle(_CLAIMED.pop(run)))


@flow(name="run-gates", persist_result=False, result_storage=RESULTS, log_prints=False)
@noted("run-gates")
async def run_gates() -> int:
    """Run every gate that waits; how many were done."""
    done = 0
    while True:
        work = await asyncio.to_thread(desk().claim_gate, OWNER)
        if work is None:
            return done
        # A flow's parameters are ids; what belongs to the id waits here.
        _CLAIMED[work.run] = work
        try:
            await run_one(work.run)
        except DeedFailed:
            continue
        done += 1


def settle(work: GateWork) -> None:
    """Run one gate and keep its report."""
    report = run_gate(work, ground(), lambda progress: desk().note_gate(work.run, OWNER, progress))
    desk().finish_gate(work.run, OWNER, report)


def ground() -> Ground:
    found = settings.read()
    return Ground(found.scratch_url or database_url(), found.root / DISTRICT)


async def watch_gates(opened: Desk, bell: Doorbell, over: asyncio.Event) -> None:
    """Look at every ring, and now and then; no error ends it."""
    while not over.is_set():
        try:
            if await asyncio.to_thread(opened.has_due_gate):
                await run_gates()
        except Exception:
            log.exception("发布检查暂时不能运行")
            await asyncio.sleep(FAILED_PAUSE)
        await bell.wait(SLOW_POLL)


_CLAIMED: dict[int, GateWork] = {}
