"""The nightly flow that tidies up: sessions that have expired."""

from __future__ import annotations

import asyncio

from prefect import flow

from jiecheng_flows.desk import desk
from jiecheng_flows.quiet import RESULTS

NIGHTLY = "0 18 * * *"  # UTC: two in the morning in Beijing


@flow(name="clean-up", persist_result=False, result_storage=RESULTS, log_prints=False)
async def clean_up() -> int:
    """How many expired sessions went."""
    return await asyncio.to_thread(desk().clean_sessions)
