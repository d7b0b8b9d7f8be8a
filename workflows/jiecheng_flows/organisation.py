"""The flow that makes planned changes of the organisation hold on their day, and hands open work over to the successors."""

from __future__ import annotations

import asyncio

from prefect import flow

from jiecheng_flows.desk import desk
from jiecheng_flows.noted import noted
from jiecheng_flows.quiet import RESULTS


@flow(name="change-organisation", persist_result=False, result_storage=RESULTS, log_prints=False)
@noted("change-organisation")
async def change_organisation() -> int:
    """How much was done. Cut off in the middle it goes on where it stopped: what went over is not found a second time."""
    return await asyncio.to_thread(desk().change_organisation)
