"""The flows that remind people: of tasks whose limit nears or has passed, and once a morning of all they have."""

from __future__ import annotations

import asyncio
from datetime import time

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from jiecheng_flows.desk import desk
from jiecheng_flows.noted import noted
from jiecheng_flows.quiet import RESULTS, DeedFailed, deed

BATCH = 100
MORNING = time(0, 30)  # UTC: half past eight in Beijing; on a day off the product sends none


@task(
    name="send-reminder",
    task_run_name="send-reminder-{reminder}",
    retries=1,
    retry_delay_seconds=1,
    cache_policy=NO_CACHE,
    persist_result=False,
)
async def send_reminder(reminder: int) -> None:
    await deed("send_reminder", reminder, lambda: desk().send_reminder(reminder))


@flow(name="send-due-reminders", persist_result=False, result_storage=RESULTS, log_prints=False)
@noted("send-due-reminders")
async def send_due_reminders() -> int:
    """Send every reminder that is due now; how many went out. One that fails does not hold up the ones behind it."""
    sent, tried = 0, set[int]()
    while True:
        due = [one for one in await asyncio.to_thread(desk().due_reminder_ids, BATCH) if one not in tried]
        if not due:
            return sent
        for reminder in due:
            tried.add(reminder)
            try:
                await send_reminder(reminder)
            except DeedFailed:
                continue
            sent += 1


@flow(name="send-digest", persist_result=False, result_storage=RESULTS, log_prints=False)
@noted("send-digest")
async def send_digest() -> int:
    """One notice per person with open work. Run twice on a morning it sends nothing new."""
    return await asyncio.to_thread(desk().send_digest)
