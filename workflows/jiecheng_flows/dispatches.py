"""The flow that sends what leaves the house: e-mail, chat groups. Apart from the rest, because a slow mail server must not
hold up what goes to people's pages."""

from __future__ import annotations

import asyncio
from datetime import datetime

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from jiecheng_flows.desk import OWNER, Desk, clock, desk
from jiecheng_flows.doorbell import Doorbell
from jiecheng_flows.noted import noted
from jiecheng_flows.quiet import RESULTS, log

BATCH = 20
SLOW_POLL = 60.0
FRUITLESS_PAUSE = 2.0
FAILED_PAUSE = 5.0


@task(name="send-dispatches", cache_policy=NO_CACHE, persist_result=False)
async def send_batch() -> int:
    """How many were looked at. One that fails is given back with its words; the lease brings back what we leave."""
    return await asyncio.to_thread(desk().send_dispatches, OWNER, BATCH)


@flow(name="send-dispatches", persist_result=False, result_storage=RESULTS, log_prints=False)
@noted("send-dispatches")
async def send_dispatches() -> int:
    """Send everything that is due now."""
    sent = 0
    while done := await send_batch():
        sent += done
    return sent


def rest_until(due: datetime | None) -> float:
    """Seconds until something is due, 0 when it is."""
    return SLOW_POLL if due is None else max(0.0, min(SLOW_POLL, (due - clock()()).total_seconds()))


async def watch_dispatches(opened: Desk, bell: Doorbell, over: asyncio.Event) -> None:
    """Look at every ring and when the next is due; no error ends it."""
    while not over.is_set():
        try:
            rest = rest_until(await asyncio.to_thread(opened.next_dispatch))
            if not rest:
                # Due and nothing taken: others have it.
                rest = 0.0 if await send_dispatches() else FRUITLESS_PAUSE
        except Exception:
            log.exception("外发提醒暂时不能发送")
            rest = FAILED_PAUSE
        if rest:
            await bell.wait(rest)
