"""The flows, run by Prefect against a desk of paper."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from types import SimpleNamespace

import pytest
from prefect import Flow
from prefect.client.orchestration import get_client

from jiecheng_flows import dispatches, gates, organisation, outbox, reminders, timers, upkeep, verification
from jiecheng_flows.declared import FLOWS
from jiecheng_flows.outbox import BATCH, deliver, drain_outbox
from jiecheng_flows.reminders import send_digest, send_due_reminders, send_reminder
from jiecheng_flows.timers import fire_due_timers, fire_timer
from jiecheng_flows.upkeep import clean_up
from jiecheng_flows.verification import HistoryDamaged, verify_ledger

from .conftest import PaperDesk

pytestmark = pytest.mark.usefixtures("prefect_server")


@pytest.fixture(autouse=True)
def quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    for task in (deliver, fire_timer, send_reminder):
        monkeypatch.setattr(task, "retry_delay_seconds", 0)


def test_everything_owed_goes_out_once(paper: PaperDesk) -> None:
    paper.owed = list(range(1, 2 * BATCH + 4))
    assert asyncio.run(drain_outbox()) == 2 * BATCH + 3
    assert sorted(paper.delivered) == list(range(1, 2 * BATCH + 4))
    assert paper.failed == []


def test_what_fails_is_given_back_and_holds_nothing_up(paper: PaperDesk) -> None:
    paper.owed, paper.bad = [1, 2, 3], {2}
    assert asyncio.run(drain_outbox()) == 2
    assert sorted(paper.delivered) == [1, 3]
    assert paper.failed == [(2, "deliver 2: ValueError")]


def test_every_due_timer_fires_in_order_and_a_bad_one_holds_nothing_up(paper: PaperDesk) -> None:
    paper.timers, paper.bad = [1, 2, 3, 4], {2}
    assert asyncio.run(fire_due_timers()) == 3
    assert paper.fired == [1, 3, 4]


def test_every_due_reminder_goes_out_and_a_bad_one_holds_nothing_up(paper: PaperDesk) -> None:
    paper.reminders, paper.bad = [1, 2, 3], {2}
    assert asyncio.run(send_due_reminders()) == 2
    assert paper.reminded == [1, 3]


def test_what_leaves_the_house_goes_out_batch_by_batch_until_nothing_is_due(paper: PaperDesk) -> None:
    paper.outside = list(range(1, 2 * dispatches.BATCH + 4))
    assert asyncio.run(dispatches.send_dispatches()) == 2 * dispatches.BATCH + 3
    assert paper.sent == list(range(1, 2 * dispatches.BATCH + 4))


def test_the_watch_rests_until_the_next_is_due() -> None:
    now = dispatches.clock()()
    assert dispatches.rest_until(None) == dispatches.SLOW_POLL
    assert dispatches.rest_until(now - timedelta(seconds=5)) == 0
    assert 8 < dispatches.rest_until(now + timedelta(seconds=10)) <= 10
    assert dispatches.rest_until(now + timedelta(days=1)) == dispatches.SLOW_POLL


def test_the_morning_and_the_night_do_their_one_thing(paper: PaperDesk) -> None:
    assert asyncio.run(send_digest()) == 1
    assert asyncio.run(clean_up()) == 0
    assert paper.digests == 1


def test_damaged_history_makes_the_nightly_run_fail(paper: PaperDesk) -> None:
    assert asyncio.run(verify_ledger()) == 7
    paper.faults = ["借调〔2026〕1号：第 3 条被改动"]
    with pytest.raises(HistoryDamaged, match="1 件"):
        asyncio.run(verify_ledger())


def test_the_product_is_told_how_each_run_ended(paper: PaperDesk) -> None:
    paper.owed, paper.faults = [1, 2], ["借调〔2026〕1号：第 3 条被改动"]
    asyncio.run(drain_outbox())
    with pytest.raises(HistoryDamaged) as damaged:
        asyncio.run(verify_ledger())
    assert paper.noted == [
        "drain-outbox 开始",
        "drain-outbox 2",
        "verify-ledger 开始",
        f"verify-ledger {damaged.value.told}",
    ]
    assert "借调" not in damaged.value.told


def test_a_run_goes_on_though_nobody_can_be_told(paper: PaperDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(*_: object) -> None:
        raise ConnectionError

    monkeypatch.setattr(paper, "run_begun", nobody)
    monkeypatch.setattr(paper, "run_ended", nobody)
    paper.owed = [1]
    assert asyncio.run(drain_outbox()) == 1


def test_every_flow_is_declared_and_says_how_often_it_tries_again() -> None:
    declared = {one.name: one for one in FLOWS}
    known = {
        value.name
        for module in (dispatches, gates, organisation, outbox, reminders, timers, upkeep, verification)
        for value in vars(module).values()
        if isinstance(value, Flow)
    }
    assert known == set(declared)
    for name, task in (
        ("drain-outbox", deliver),
        ("fire-due-timers", fire_timer),
        ("send-due-reminders", send_reminder),
    ):
        assert f"再试 {task.retries} 次" in declared[name].retries


def test_prefects_records_hold_ids_and_no_words_of_a_case(paper: PaperDesk) -> None:
    paper.owed, paper.timers, paper.bad = [7], [8], {7, 8}
    paper.faults = ["借调〔2026〕1号：第 3 条被改动"]
    asyncio.run(drain_outbox())
    asyncio.run(fire_due_timers())
    with pytest.raises(HistoryDamaged):
        asyncio.run(verify_ledger())
    records = asyncio.run(everything_prefect_knows())
    assert "ValueError" in records
    assert "王秀兰" not in records
    assert "借调" not in records


async def everything_prefect_knows() -> str:
    async with get_client() as client:
        # Task runs reach the server by events, a moment later.
        for _ in range(50):
            tasks = await client.read_task_runs(limit=200)
            if any(run.name == "fire-timer-8" for run in tasks):
                break
            await asyncio.sleep(0.1)
        flows = await client.read_flow_runs(limit=200)
        states = [state for run in flows for state in await client.read_flow_run_states(run.id)]
        return json.dumps([one.model_dump(mode="json") for one in (*tasks, *flows, *states)], ensure_ascii=False)


# gates


class GatePaper:
    """Gates in a list; `reports` is what came of them."""

    def __init__(self, *runs: int) -> None:
        self.waiting = list(runs)
        self.reports: list[tuple[int, object]] = []

    def claim_gate(self, owner: str) -> object:
        return SimpleNamespace(run=self.waiting.pop(0)) if self.waiting else None

    def note_gate(self, run: int, owner: str, progress: object) -> bool:
        return True

    def finish_gate(self, run: int, owner: str, report: object) -> None:
        self.reports.append((run, report))


def test_every_gate_that_waits_is_run_and_a_broken_one_holds_nothing_up(
    monkeypatch: pytest.MonkeyPatch, paper: PaperDesk
) -> None:
    asked = GatePaper(1, 2, 3)

    def run(work: SimpleNamespace, ground: object, tell: object) -> dict[str, object]:
        if work.run == 2:
            raise OSError("no such server")
        return {"passed": True}

    monkeypatch.setattr(gates, "desk", lambda: asked)
    monkeypatch.setattr(gates, "run_gate", run)
    monkeypatch.setattr(gates, "ground", lambda: None)
    assert asyncio.run(gates.run_gates()) == 2
    assert asked.reports == [(1, {"passed": True}), (3, {"passed": True})]
    assert paper.noted == ["run-gates 开始", "run-gates 2"]
