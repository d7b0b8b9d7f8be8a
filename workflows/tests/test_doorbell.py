"""The doorbell on a real PostgreSQL: it hears, it comes back after the server was away, it lets go."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from jiecheng.cli import database, postgres
from jiecheng_flows import doorbell
from jiecheng_flows.doorbell import Doorbell


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    data = Path(tempfile.mkdtemp(prefix="jc-"))
    with database.embedded(data, postgres.FAST_AND_LOOSE) as found:
        yield found
    shutil.rmtree(data, ignore_errors=True)


def notify(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("NOTIFY work")


async def seconds_until_ring(bell: Doorbell, patience: float) -> float:
    began = time.monotonic()
    await bell.wait(patience)
    return time.monotonic() - began


def test_a_committed_notify_rings_at_once(url: str) -> None:
    async def story() -> float:
        bell = Doorbell(url, "work")
        await bell.wait(10)  # the ring that says: from now on I hear
        asyncio.get_running_loop().call_later(0.2, lambda: notify(url))
        waited = await seconds_until_ring(bell, 10)
        bell.close()
        return waited

    assert 0.1 < asyncio.run(story()) < 2


def test_without_a_ring_the_wait_ends_by_itself(url: str) -> None:
    async def story() -> float:
        bell = Doorbell(url, "work")
        await bell.wait(10)
        waited = await seconds_until_ring(bell, 0.3)
        bell.close()
        return waited

    assert 0.25 < asyncio.run(story()) < 2


def test_it_listens_again_after_its_connection_was_cut(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doorbell, "DEAF_PAUSE", 0.1)

    async def story() -> float:
        bell = Doorbell(url, "work")
        await bell.wait(10)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'")
        await bell.wait(10)  # it rings when it hears again: something may have been missed
        asyncio.get_running_loop().call_later(0.2, lambda: notify(url))
        waited = await seconds_until_ring(bell, 10)
        bell.close()
        return waited

    assert asyncio.run(story()) < 2
