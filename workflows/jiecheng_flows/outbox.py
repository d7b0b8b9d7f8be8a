"""The flow that delivers what we owe the outside: claim under a lease, deliver, and give back what failed.

A task run is for a lane of entries, not for each: what Prefect writes down about one costs ten times what a notice costs.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from jiecheng_flows.desk import OWNER, desk
from jiecheng_flows.noted import noted
from jiecheng_flows.quiet import RESULTS, DeedFailed

BATCH = 50
BATCHES = 50  # then the run ends and the next one begins: a run that lasts for hours cannot be read
LEASE_SECONDS = 30  # a killed worker's entries wait so long for the next one


class LaneFailed(DeedFailed):
    """Some of a lane failed; the others are delivered, and a second try leaves them alone."""

    def __init__(self, failed: Mapping[int, str]) -> None:
        super().__init__(", ".join(f"deliver {entry}: {kind}" for entry, kind in failed.items()))
        self.failed = failed


@task(
    name="deliver",
    task_run_name="deliver-{entries[0]}",
    retries=2,
    retry_delay_seconds=[0.5, 2],
    retry_jitter_factor=0.3,
    cache_policy=NO_CACHE,
    persist_result=False,
)
async def deliver(entries: Sequence[int]) -> None:
    failed = await asyncio.to_thread(desk().deliver_lane, entries, OWNER)
    if failed:
        raise LaneFailed(failed)


async def settle(entries: Sequence[int]) -> int:
    """Deliver a lane, and give back for later what failed in it. How many were delivered."""
    try:
        await deliver(entries)
    except LaneFailed as failure:
        for entry, kind in failure.failed.items():
            await asyncio.to_thread(desk().fail, entry, OWNER, f"deliver {entry}: {kind}")
        return len(entries) - len(failure.failed)
    return len(entries)


@flow(name="drain-outbox", persist_result=False, result_storage=RESULTS, log_prints=False)
@noted("drain-outbox")
async def drain_outbox() -> int:
    """Deliver everything that is due now; how many were. Run twice or late it does no harm."""
    delivered = 0
    for _ in range(BATCHES):
        lanes = await asyncio.to_thread(desk().claim_lanes, OWNER, BATCH, LEASE_SECONDS)
        if not lanes:
            break
        delivered += sum(await asyncio.gather(*map(settle, lanes)))
    return delivered
