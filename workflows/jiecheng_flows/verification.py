"""The nightly flow that verifies the history of every case."""

from __future__ import annotations

import asyncio

from prefect import flow

from jiecheng_flows.desk import desk
from jiecheng_flows.quiet import RESULTS, log

NIGHTLY = "30 18 * * *"  # UTC: half past two in Beijing


class HistoryDamaged(Exception):
    """Entries do not fit their chain; which ones stands in the worker's log and in `jiecheng verify --all`."""


@flow(name="verify-ledger", persist_result=False, result_storage=RESULTS, log_prints=False)
async def verify_ledger() -> None:
    """Raises HistoryDamaged, with the number of faults only, so that the run shows as failed."""
    faults = await asyncio.to_thread(desk().verify_all)
    for fault in faults:
        log.error("核验不通过：%s", fault)
    if faults:
        raise HistoryDamaged(f"{len(faults)} 处")
