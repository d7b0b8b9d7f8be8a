"""The nightly flow that tidies up: sessions that have expired."""

from __future__ import annotations

import asyncio
from datetime import time

from prefect import flow

from jiecheng_flows.desk import desk
from jiecheng_flows.noted import noted
from jiecheng_flows.quiet import RESULTS

NIGHTLY = time(18, 0)  # UTC: two in the morning in Beijing


@flow(name="clean-up", persist_result=False, result_storage=RESULTS, log_prints=False)
@noted("clean-up")
async def clean_up() -> int:
    """How many expired sessions went."""
    return await asyncio.to_thread(desk().clean_sessions)
