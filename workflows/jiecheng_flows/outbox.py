"""The flow that delivers what we owe the outside: claim under a lease, deliver, and give back what failed."""

from __future__ import annotations

import asyncio

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from jiecheng_flows.desk import OWNER, desk
from jiecheng_flows.quiet import DeedFailed, deed

BATCH = 20
BATCHES = 50  # then the run ends and the next one begins: a run that lasts for hours cannot be read
LEASE_SECONDS = 30  # a killed worker's entries wait so long for the next one


@task(
    name="deliver",
    task_run_name="deliver-{entry}",
    retries=2,
    retry_delay_seconds=[0.5, 2],
    retry_jitter_factor=0.3,
    cache_policy=NO_CACHE,
    persist_result=False,
)
async def deliver(entry: int) -> None:
    await deed("deliver", entry, lambda: desk().deliver(entry, OWNER))


async def settle(entry: int) -> bool:
    """Deliver one entry, or give it back for later. True when it was delivered."""
    try:
        await deliver(entry)
    except DeedFailed as failure:
        words = str(failure)
        await asyncio.to_thread(desk().fail, entry, OWNER, words)
        return False
    return True


@flow(name="drain-outbox", persist_result=False, log_prints=False)
async def drain_outbox() -> int:
    """Deliver everything that is due now; how many were. Run twice or late it does no harm."""
    delivered = 0
    for _ in range(BATCHES):
        entries = await asyncio.to_thread(desk().claim_outbox, OWNER, BATCH, LEASE_SECONDS)
        if not entries:
            break
        delivered += sum(await asyncio.gather(*map(settle, entries)))
    return delivered
