"""Hears the database's NOTIFY, so that what a person has just caused goes out at once.

Hearing nothing is no harm: a slow poll stands behind it.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from typing import Any

from jiecheng.store.database import connect
from jiecheng_flows.quiet import log

LISTEN_SECONDS = 1.0  # how long the end of the process waits for this thread
DEAF_PAUSE = 2.0


class Doorbell:
    """A thread on a connection of its own that sets an event of the loop. Reconnects for ever."""

    def __init__(self, url: str, channel: str) -> None:
        self._url, self._channel = url, channel
        self._loop = asyncio.get_running_loop()
        self._rung = asyncio.Event()
        self._over = threading.Event()
        threading.Thread(target=self._hear, name="doorbell", daemon=True).start()

    async def wait(self, seconds: float) -> None:
        """Until it rings, `seconds` at most. Rings from before the call count."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._rung.wait(), seconds)
        self._rung.clear()

    def ring(self) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has closed before us
            self._loop.call_soon_threadsafe(self._rung.set)

    def close(self) -> None:
        self._over.set()
        self._rung.set()

    def _hear(self) -> None:
        engine = connect(self._url, pool=1)
        deaf = False
        while not self._over.is_set():
            try:
                borrowed = engine.raw_connection()
                connection: Any = borrowed.driver_connection  # psycopg's own: SQLAlchemy knows no LISTEN
                borrowed.detach()
                with connection:
                    self._listen(connection)
            except Exception as problem:  # whatever the driver raises, the answer is to listen again
                if not deaf:
                    log.warning("听不到数据库的通知，改为定时查看：%s", type(problem).__name__)
                deaf = True
                time.sleep(DEAF_PAUSE)
            else:
                deaf = False
        engine.dispose()

    def _listen(self, connection: Any) -> None:  # noqa: ANN401 - the driver stays behind the store's door
        connection.autocommit = True
        connection.execute(f"LISTEN {self._channel}")
        self.ring()  # something may have rung while nobody listened
        while not self._over.is_set():
            for _ in connection.notifies(timeout=LISTEN_SECONDS):
                self.ring()
