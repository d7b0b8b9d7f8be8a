"""The flow that fires due timers. Due dates are the product's; Prefect schedules none of them."""

from __future__ import annotations

import asyncio

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from jiecheng_flows.desk import desk
from jiecheng_flows.noted import noted
from jiecheng_flows.quiet import RESULTS, DeedFailed, deed

BATCH = 100


@task(
    name="fire-timer",
    task_run_name="fire-timer-{timer}",
    retries=1,
    retry_delay_seconds=1,
    cache_policy=NO_CACHE,
    persist_result=False,
)
async def fire_timer(timer: int) -> None:
    await deed("fire_timer", timer, lambda: desk().fire_timer(timer))


@flow(name="fire-due-timers", persist_result=False, result_storage=RESULTS, log_prints=False)
@noted("fire-due-timers")
async def fire_due_timers() -> int:
    """Fire everything that is due now, in order of the due dates; how many fired.

    One after the other: two timers of one case would only wait for the same lock. A timer that fails does not hold up
    the ones behind it.
    """
    fired, tried = 0, set[int]()
    while True:
        due = [timer for timer in await asyncio.to_thread(desk().due_timer_ids, BATCH) if timer not in tried]
        if not due:
            return fired
        for timer in due:
            tried.add(timer)
            try:
                await fire_timer(timer)
            except DeedFailed:
                continue
            fired += 1
