"""The process that runs flows: `python -m jiecheng_flows.worker`.

Invariants. 1 Nothing is due, no flow runs: the database is asked by one indexed query, at a ring of the doorbell, when
the next thing falls due, and now and then. 2 What is due stands in the product's database and nowhere else; when
Prefect cannot be reached it waits there, and goes out when Prefect is back. 3 No error ends this process: it waits a
little longer each time, and says so once.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable

from jiecheng import settings
from jiecheng_flows import noted
from jiecheng_flows.declared import FLOWS
from jiecheng_flows.desk import OWNER, Desk, clock, database_url, desk
from jiecheng_flows.dispatches import watch_dispatches
from jiecheng_flows.doorbell import Doorbell
from jiecheng_flows.gates import watch_gates
from jiecheng_flows.organisation import change_organisation
from jiecheng_flows.outbox import drain_outbox
from jiecheng_flows.quiet import log
from jiecheng_flows.reminders import send_digest, send_due_reminders
from jiecheng_flows.timers import fire_due_timers
from jiecheng_flows.upkeep import clean_up
from jiecheng_flows.verification import verify_ledger

SLOW_POLL = 30.0
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 2.0
RUNNER_PAUSE = 5.0
PARTING_SECONDS = 3.0
BEAT_SECONDS = 30.0

# What runs by the clock rather than by a due row. Missed or run twice, none of them does harm.
SCHEDULED = (send_digest, clean_up, verify_ledger)
DAILY = {one.name: f"{one.daily_at.minute} {one.daily_at.hour} * * *" for one in FLOWS if one.daily_at}

Flow = Callable[[], Awaitable[int]]


class Round:
    """One look at what is due, and the flow for it; remembers how often in a row nothing came of it."""

    def __init__(
        self,
        desk: Desk,
        fire: Flow = fire_due_timers,
        drain: Flow = drain_outbox,
        remind: Flow = send_due_reminders,
        reorganise: Flow = change_organisation,
    ) -> None:
        self._desk, self._fire, self._drain, self._remind = desk, fire, drain, remind
        self._reorganise = reorganise
        self._fruitless = 0
        self.trouble = ""  # why nothing can be run, "" when it can

    async def go(self) -> float:
        """Seconds until the next look, unless the doorbell rings before."""
        try:
            rest = await self._seconds_until_due()
            if rest > 0:
                self._fruitless = 0
                return min(SLOW_POLL, rest)
            done = await self._act()
        except Exception as problem:
            return self._failed(problem)
        if self.trouble:
            log.warning("流程已恢复。")
            self.trouble = ""
        # Due, and nothing came of it: it failed, or others hold it. Rest a little instead of turning in circles.
        return 0.0 if done else self._pause()

    async def _act(self) -> int:
        if await asyncio.to_thread(self._desk.due_timer_ids, 1):
            return await self._fire()
        if await asyncio.to_thread(self._desk.due_reminder_ids, 1):
            return await self._remind()
        if await asyncio.to_thread(self._desk.organisation_due):
            return await self._reorganise()
        return await self._drain()

    async def _seconds_until_due(self) -> float:
        due = await asyncio.to_thread(self._desk.next_due)
        return SLOW_POLL if due is None else (due - clock()()).total_seconds()

    def _failed(self, problem: Exception) -> float:
        if not self.trouble:
            log.warning("流程暂时不能执行，恢复后会自动补上；人的办理不受影响。原因：%s", plain(problem))
        self.trouble = plain(problem)
        return self._pause()

    def _pause(self) -> float:
        self._fruitless += 1
        return float(min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(self._fruitless - 1, 10)))


def plain(problem: BaseException) -> str:
    return f"{type(problem).__name__}: {str(problem).splitlines()[0][:200] if str(problem) else ''}"


async def rounds(work: Round, bell: Doorbell, over: asyncio.Event) -> None:
    async with one_client():
        while not over.is_set():
            await bell.wait(await work.go())


@contextlib.asynccontextmanager
async def one_client() -> AsyncIterator[None]:
    """Runs in here speak with Prefect's server over connections that stay: to open one takes longer than all that a
    run says over it."""
    from prefect.context import AsyncClientContext, SyncClientContext

    async with contextlib.AsyncExitStack() as opened:
        with contextlib.suppress(Exception):  # without them each run opens its own
            opened.enter_context(SyncClientContext())
            await opened.enter_async_context(AsyncClientContext())
        yield


async def schedule(over: asyncio.Event) -> None:
    """Serve the scheduled flows. Prefect's runner gives up some minutes after its server went: make a new one."""
    from prefect.runner import Runner
    from prefect.types.entrypoint import EntrypointType

    while not over.is_set():
        with contextlib.suppress(Exception, BaseExceptionGroup):
            runner = Runner(name="jiecheng", pause_on_shutdown=False, limit=1)
            for scheduled in SCHEDULED:
                await runner.aadd_flow(
                    scheduled,
                    name="scheduled",
                    cron=DAILY[scheduled.name],
                    entrypoint_type=EntrypointType.MODULE_PATH,
                )
            await runner.start()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(over.wait(), RUNNER_PAUSE)


async def beat(opened: Desk, work: Round, over: asyncio.Event) -> None:
    """Sign in, and say now and then that we are there: an administrator sees who is, and since when somebody is not."""
    known = False
    while not over.is_set():
        with contextlib.suppress(Exception):  # no database: nobody could read it either
            if not known:
                await asyncio.to_thread(opened.sign_in, OWNER, FLOWS)
            known = await asyncio.to_thread(opened.beat, OWNER, work.trouble)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(over.wait(), BEAT_SECONDS if known else RUNNER_PAUSE)


async def work(farewell: threading.Event) -> None:
    over = asyncio.Event()
    opened = desk()
    bell = Doorbell(database_url(), opened.listen_channel)
    os.environ[noted.WORKER_VARIABLE] = OWNER
    turns = Round(opened)
    deeds = asyncio.create_task(rounds(turns, bell, over))
    pulse = asyncio.create_task(beat(opened, turns, over))
    clock = asyncio.create_task(schedule(over))
    # Beside the rounds and behind a bell of its own: a gate takes minutes, and no timer waits for it.
    gate_bell = Doorbell(database_url(), opened.listen_channel)
    gates = asyncio.create_task(watch_gates(opened, gate_bell, over))
    dispatch_bell = Doorbell(database_url(), opened.listen_channel)
    dispatches = asyncio.create_task(watch_dispatches(opened, dispatch_bell, over))
    await asyncio.to_thread(farewell.wait)
    over.set()
    for one in (bell, gate_bell, dispatch_bell):
        one.close()
    for task in (clock, gates, dispatches, pulse):
        task.cancel()
    # The batch in hand may finish; what is cut off comes back when its lease runs out.
    await asyncio.wait([deeds], timeout=PARTING_SECONDS)
    # No farewell to Prefect's threads: they may be waiting for a server that has gone before us.
    logging.shutdown()
    os._exit(0)


def main() -> int:
    """The flows run beside the main thread: in it, Prefect would take SIGTERM for itself and cut the batch in hand."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    offset = settings.read().clock_offset_file
    if offset:
        log.warning(settings.clock_warning(offset))
    farewell = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: farewell.set())
    working = threading.Thread(target=lambda: asyncio.run(work(farewell)), name="flows")
    working.start()
    working.join()
    return 1  # it ends by itself only when it is broken; whoever watches us starts us again


if __name__ == "__main__":
    sys.exit(main())
