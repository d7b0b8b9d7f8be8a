"""Every two commands on one case in the same second: one order or the other, never a mix (races of `race_deeds`)."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from race_deeds import pairs
from race_judge import Pair, mixed
from race_world import World

RACES = int(os.environ.get("JIECHENG_PAIR_RACES", "10"))  # of each pair, where the time allows
ALL = list(pairs())
SECONDS = float(os.environ.get("JIECHENG_RACE_SECONDS", "20")) / len(ALL)


@pytest.fixture(scope="module")
def world(module_district_url: str) -> Iterator[World]:
    opened = World(module_district_url)
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("stage", "one", "other"), [pytest.param(*one, id=f"{one[0].__name__}-{one[1]}-{one[2]}") for one in ALL]
)
def test_two_at_once_are_one_after_the_other(world, stage, one, other):
    pair = Pair(world, stage, one, other)
    orders = pair.orders()
    assert mixed(pair.many_races(RACES, SECONDS), orders) == []
