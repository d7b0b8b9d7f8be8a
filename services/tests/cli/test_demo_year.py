"""The demo year: stopped half way it says how far it is, and goes on from there, with more than one process too."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from jiecheng import cases, store
from jiecheng.acceptance.season import Share
from jiecheng.cli import demo, demo_year

ROOT = Path(__file__).parents[3]
PLAN = demo_year.Plan(date(2026, 3, 2), date(2026, 3, 13), 6)


def stop_after(days):
    def told(plan, seconds):
        assert seconds >= 0
        heard.append(plan)
        if len(heard) == days:
            raise KeyboardInterrupt

    heard: list[demo_year.Plan] = []
    return told


def test_a_year_that_was_stopped_goes_on_with_several_processes(district_url, monkeypatch):
    with pytest.raises(KeyboardInterrupt):
        demo_year.live(ROOT, district_url, PLAN, stop_after(4))
    left = demo_year.unfinished(district_url)
    assert (left.done, left.begun) == (date(2026, 3, 5), 2)
    assert left.words == "造到2026年3月5日，2/6 件"
    assert demo.has_cases(district_url)

    monkeypatch.setattr(demo_year, "TOGETHER", 1)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})
    rest = demo_year.live(ROOT, district_url, left, lambda plan, seconds: None)
    assert demo_year.unfinished(district_url) is None
    assert rest.begun == 4
    assert rest.decided > 4
    house = cases.House(district_url, pool=1)
    try:
        assert cases.clockwork.Desk(house).verify_all().faults == []
        with house.transaction() as tx:
            found = store.case.list_all(tx.db, limit=50)
    finally:
        house.close()
    assert len(found) == 6
    assert all(PLAN.first <= one.started_at.date() <= PLAN.last for one in found)


@pytest.mark.parametrize("of", [1, 2, 3, 4])
def test_every_case_is_in_one_share(of):
    shares = [Share(number, of) for number in range(of)]
    for case in range(1, 60):
        assert sum(one.has(case) for one in shares) == 1
