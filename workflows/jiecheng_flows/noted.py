"""What became of a flow's last run, told to the product so that an administrator sees it without Prefect's own pages."""

from __future__ import annotations

import asyncio
import functools
import os
from collections.abc import Awaitable, Callable

from jiecheng_flows.desk import OWNER, desk
from jiecheng_flows.quiet import log

# The worker's name; what its scheduler starts as a process of its own runs under the same.
WORKER_VARIABLE = "JIECHENG_WORKER"


class Failed(Exception):
    """A run that ended with something an administrator must see. `told`: for him, with nothing of any case."""

    def __init__(self, told: str) -> None:
        super().__init__(told)
        self.told = told


def worker() -> str:
    return os.environ.get(WORKER_VARIABLE, OWNER)


def noted(name: str) -> Callable[[Callable[[], Awaitable[int]]], Callable[[], Awaitable[int]]]:
    """Notes when a run of this flow begins and how it ended; that it cannot be noted never stops the run."""

    def around(act: Callable[[], Awaitable[int]]) -> Callable[[], Awaitable[int]]:
        @functools.wraps(act)
        async def run() -> int:
            await _note(lambda: desk().run_begun(worker(), name))
            try:
                done = await act()
            except Exception as problem:
                error = problem.told if isinstance(problem, Failed) else type(problem).__name__
                await _note(lambda: desk().run_ended(worker(), name, 0, error))
                raise
            await _note(lambda: desk().run_ended(worker(), name, done, ""))
            return done

        return run

    return around


async def _note(tell: Callable[[], None]) -> None:
    try:
        await asyncio.to_thread(tell)
    except Exception as problem:
        log.warning("没有记下一次执行：%s", type(problem).__name__)
