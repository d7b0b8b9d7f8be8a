"""The worker's rounds: what it runs, when it rests, and that it outlives whatever it needs."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from jiecheng_flows.worker import FIRST_PAUSE, LONGEST_PAUSE, SLOW_POLL, Round, beat

from .conftest import PaperDesk


class Recorder:
    """Stands in for the three flows; `down` while Prefect is not there."""

    def __init__(self, desk: PaperDesk) -> None:
        self.desk, self.runs, self.down = desk, list[str](), False

    async def fire(self) -> int:
        return await self.run("fire", self.desk.timers)

    async def drain(self) -> int:
        return await self.run("drain", self.desk.owed)

    async def remind(self) -> int:
        return await self.run("remind", self.desk.reminders)

    async def run(self, name: str, due: list[int]) -> int:
        if self.down:
            raise ConnectionError("All connection attempts failed")
        self.runs.append(name)
        done = len(due)
        due.clear()
        return done


@pytest.fixture
def desk() -> PaperDesk:
    return PaperDesk()


@pytest.fixture
def flows(desk: PaperDesk) -> Recorder:
    return Recorder(desk)


@pytest.fixture
def work(desk: PaperDesk, flows: Recorder) -> Round:
    return Round(desk, flows.fire, flows.drain, flows.remind)


def go(work: Round) -> float:
    return asyncio.run(work.go())


def test_no_flow_runs_when_nothing_is_due(work: Round, flows: Recorder) -> None:
    assert go(work) == SLOW_POLL
    assert flows.runs == []


def test_it_sleeps_until_the_next_thing_falls_due(
    work: Round, desk: PaperDesk, flows: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "next_due", lambda: datetime.now(UTC) + timedelta(seconds=12))
    assert 11 < go(work) <= 12
    assert flows.runs == []


def test_it_never_sleeps_past_the_slow_poll(work: Round, desk: PaperDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "next_due", lambda: datetime.now(UTC) + timedelta(days=90))
    assert go(work) == SLOW_POLL


def test_due_timers_are_fired_and_what_they_cause_goes_out_in_the_next_round(
    work: Round, desk: PaperDesk, flows: Recorder
) -> None:
    desk.timers, desk.reminders, desk.owed = [1], [3], [2]
    assert go(work) == 0
    assert go(work) == 0
    assert go(work) == 0
    assert flows.runs == ["fire", "remind", "drain"]
    assert go(work) == SLOW_POLL


def test_while_prefect_is_away_it_tries_again_ever_slower_and_loses_nothing(
    work: Round, desk: PaperDesk, flows: Recorder, caplog: pytest.LogCaptureFixture
) -> None:
    desk.owed, flows.down = [1, 2], True
    pauses = [go(work) for _ in range(6)]
    assert pauses[0] == FIRST_PAUSE
    assert pauses == sorted(pauses)
    assert pauses[-1] == LONGEST_PAUSE
    assert desk.owed == [1, 2]
    flows.down = False
    assert go(work) == 0
    assert desk.owed == []
    said = [record.message for record in caplog.records]
    assert len(said) == 2, "one line when it went, one when it came back"


def test_a_database_that_is_away_ends_nothing(work: Round, desk: PaperDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> datetime | None:
        raise OSError("server closed the connection unexpectedly")

    with monkeypatch.context() as gone:
        gone.setattr(desk, "next_due", away)
        assert go(work) == FIRST_PAUSE
    assert go(work) == SLOW_POLL


def test_what_others_hold_is_not_asked_for_in_circles(
    work: Round, desk: PaperDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "next_due", lambda: datetime.now(UTC))
    assert [go(work) for _ in range(3)] == [FIRST_PAUSE, 2 * FIRST_PAUSE, 4 * FIRST_PAUSE]


def test_it_signs_in_and_says_what_keeps_it_from_working(work: Round, desk: PaperDesk, flows: Recorder) -> None:
    async def a_moment() -> None:
        over = asyncio.Event()
        beating = asyncio.create_task(beat(desk, work, over))
        while not desk.beats:
            await asyncio.sleep(0.01)
        over.set()
        await beating

    flows.down, desk.owed = True, [1]
    go(work)
    asyncio.run(a_moment())
    assert len(desk.signed) == 1
    assert desk.beats == ["ConnectionError: All connection attempts failed"]

    flows.down = False
    go(work)
    desk.beats.clear()
    asyncio.run(a_moment())
    assert desk.beats == [""]
