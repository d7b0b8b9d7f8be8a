"""Random processes, random walks: the engine and the reference interpreter must agree after every step.

JIECHENG_SEEDS and JIECHENG_FIRST_SEED widen the search (`make fuzz`); a difference names its seed.
"""

import os
import random

import pytest
from engine_blocks import Drawn
from engine_drawing import Case
from engine_random import RandomProcess, act, calm, judged, open_names, pick
from engine_shrink import fails_with, kept, shrink

from jiecheng import engine
from jiecheng.engine.specs.gateways import ParallelJoin
from jiecheng.model.errors import Refused

FIRST = int(os.environ.get("JIECHENG_FIRST_SEED", "0"))
SEEDS = range(FIRST, FIRST + int(os.environ.get("JIECHENG_SEEDS", "300")))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_random_process_runs_as_the_reference_says(seed):
    assert judged(RandomProcess(seed)) == "", f"seed {seed}"


@pytest.mark.parametrize("name", kept())
def test_what_once_failed_runs_as_the_reference_says(name):
    assert judged(Drawn(kept()[name]), walks=10) == ""


def test_a_join_that_goes_on_after_one_signature_is_noticed_and_shrunk(monkeypatch):
    monkeypatch.setattr(ParallelJoin, "is_enough", lambda self, my_task, arrived: True)
    process = next(process for process in map(RandomProcess, range(100)) if judged(process).startswith("walk"))
    least = shrink(process.tree, fails_with(judged, "walk"))
    assert Drawn(least).count <= 8, least


@pytest.mark.parametrize("seed", SEEDS[: len(SEEDS) // 4])
def test_after_random_moves_every_case_can_still_end(seed):
    process, chance = RandomProcess(seed), random.Random(seed)
    executable = engine.load([process.xml()], "p")
    case, targets = Case(executable, {}), list(_tasks(process.drawing))
    for number in range(400):
        if case.done:
            return
        names = open_names(case)
        assert names, f"seed {seed}: nothing to wait for, yet not done"
        if targets and number < 30 and chance.random() < 0.3:
            _try_move(case, chance, names, targets)
        else:
            # Conditions are true only while moves are made: after that every loop is left.
            turn = {one: number < 30 and chance.random() < 0.5 for one in process.conditions}
            act(case, pick(chance, names) if number < 30 else calm(names), turn)
    raise AssertionError(f"seed {seed}: does not end, open {case.open}")


def _try_move(case, chance, names, targets):
    before = case.snapshot
    try:
        case.move("all" if chance.random() < 0.3 else chance.choice(names), chance.choice(targets))
    except Refused:
        assert case.snapshot is before


def _tasks(drawing):
    yield from (
        name for name, (kind, *_) in drawing.nodes.items() if kind in ("userTask", "subProcess", "callActivity")
    )
    for inner in drawing.embedded.values():
        yield from _tasks(inner)
