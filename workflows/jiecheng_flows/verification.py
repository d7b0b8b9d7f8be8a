"""The nightly flow that verifies the history of every case."""

from __future__ import annotations

import asyncio
from datetime import time

from prefect import flow

from jiecheng_flows.desk import desk
from jiecheng_flows.noted import Failed, noted
from jiecheng_flows.quiet import RESULTS, log

NIGHTLY = time(18, 30)  # UTC: half past two in Beijing


class HistoryDamaged(Failed):
    """Entries do not fit their chain; which ones stands in the worker's log and in `jiecheng verify --all`."""


@flow(name="verify-ledger", persist_result=False, result_storage=RESULTS, log_prints=False)
@noted("verify-ledger")
async def verify_ledger() -> int:
    """How many cases were verified. Raises HistoryDamaged, with the number of faults only, so that the run shows as failed."""
    verified = await asyncio.to_thread(desk().verify_all)
    for fault in verified.faults:
        log.error("核验不通过：%s", fault)
    if verified.faults:
        raise HistoryDamaged(
            f"{len(verified.faults)} 件的历史校验不通过，见执行进程的日志；先不要改动数据库，请告诉安全保密管理员"
        )
    return verified.cases
