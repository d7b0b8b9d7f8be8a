"""What waits at the end of the demo year: each entry names what there is, and each account that is printed has its work."""

from __future__ import annotations

import csv
import signal
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from jiecheng import cases, definitions, store
from jiecheng.acceptance.season import Season
from jiecheng.acceptance.season_desks import read_desks
from jiecheng.cases import inbox
from jiecheng.cases.supervisable import list_supervisable
from jiecheng.cli import demo, demo_year

ROOT = Path(__file__).parents[3]
DESKS = read_desks(ROOT / demo.DESKS)
PLAN = demo_year.Plan(date(2026, 3, 2), date(2026, 3, 13), 0)


def rows(name: str) -> list[dict[str, str]]:
    with (ROOT / "infra/demo/district" / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_each_entry_names_a_step_a_person_and_a_day_that_there_are():
    people = {row["id"] for row in rows("identities.csv")}
    for one in DESKS:
        folder = ROOT / "bpmn" / one.process
        process = definitions.read_process((folder / f"{one.process}.bpmn").read_text("utf-8"), {})
        assert one.who in people, one
        assert 0 < one.before < 15, one
        assert one.until in ("", *(node.name for node in process.nodes.values() if node.kind == "userTask")), one


@pytest.fixture
def stoppable() -> Iterator[None]:
    """As `jiecheng demo` is: whoever runs the tests in the background may have them ignore the signal."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("stoppable")
def test_who_is_printed_has_something_of_his_trade_to_do(district_url, monkeypatch):
    """All but those who look after the platform itself. The overdue ones are there for who supervises. Stopped on the day
    on which something is laid out, the year goes on without laying it out twice."""
    chosen = [one for one in DESKS if one.until in ("司法局审核", "本人意见", "酝酿沟通记录", "")]
    with monkeypatch.context() as stopped:
        stopped.setattr(Season, "live_day", lambda *_: signal.raise_signal(signal.SIGINT))
        with pytest.raises(KeyboardInterrupt):
            demo_year.live(ROOT, district_url, PLAN, lambda plan, seconds: None, chosen)
    left = demo_year.unfinished(district_url)
    tally = demo_year.live(ROOT, district_url, left, lambda plan, seconds: None, chosen)
    assert tally.refusals == {}
    house = cases.House(district_url, pool=1)
    try:
        with house.transaction() as tx:
            tx.db.now = tx.db.now.replace(year=2026, month=3, day=14)
            for who in ("songmingli", "yaoshenzhi", "fengguiyuan", "youyizhou"):
                assert inbox.counts(tx, cases.accounts.actor_of(tx, f"i-{who}")).open, who
            assert inbox.counts(tx, cases.accounts.actor_of(tx, "i-peijianzhou")).supervisions == 1
            laid_out = store.case.list_all(tx.db, limit=50)
            overdue = list_supervisable(tx, cases.accounts.actor_of(tx, "i-peijianzhou")).rows
    finally:
        house.close()
    assert len(laid_out) == len([one for one in chosen if one.until])
    assert {"司法局审核", "财政局审核"} <= {row.step for row in overdue if row.due_at.date() < date(2026, 3, 14)}
    printed = {row["account"] for row in rows("tour.csv")}
    assert {"songmingli", "yaoshenzhi", "fengguiyuan", "youyizhou"} <= printed
