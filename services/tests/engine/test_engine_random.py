"""Random processes, random walks, random moves: the engine and the reference interpreter must agree after every step.

JIECHENG_SEEDS and JIECHENG_FIRST_SEED widen the search (`make fuzz`); a difference names its seed.
"""

import os
import random
from collections import Counter

import pytest
from engine_blocks import Drawn
from engine_drawing import Case
from engine_random import (
    MOVES,
    RandomProcess,
    both_migrate,
    both_move,
    drawn_variables,
    judged,
    open_names,
    scopes_of,
)
from engine_reference_moves import Mover
from engine_shrink import fails_with, kept, shrink

from jiecheng import engine
from jiecheng.engine import moves
from jiecheng.engine.specs.gateways import ParallelJoin

FIRST = int(os.environ.get("JIECHENG_FIRST_SEED", "0"))
SEEDS = range(FIRST, FIRST + int(os.environ.get("JIECHENG_SEEDS", "300")))
NODES = {"userTask", "subProcess", "callActivity", "exclusiveGateway", "parallelGateway", "inclusiveGateway"}
NODES |= {"eventBasedGateway", "intermediateCatchEvent", "intermediateThrowEvent", "receiveTask", "boundaryEvent"}
EVENTS = {"message", "signal", "timer", "conditional", "error", "escalation"}


@pytest.mark.parametrize("seed", SEEDS)
def test_a_random_process_runs_as_the_reference_says(seed):
    assert judged(RandomProcess(seed)) == "", f"seed {seed}"


@pytest.mark.parametrize("seed", SEEDS)
def test_after_random_moves_and_migrations_it_runs_as_the_reference_says(seed):
    assert judged(RandomProcess(seed), walks=1, moves=MOVES) == "", f"seed {seed}"


@pytest.mark.parametrize("name", kept())
def test_what_once_failed_runs_as_the_reference_says(name):
    assert judged(Drawn(kept()[name]), walks=10) == ""
    assert judged(Drawn(kept()[name]), walks=10, moves=MOVES) == ""


def test_random_processes_are_made_of_everything_that_is_executed():
    drawings = [one for seed in range(60) for one in scopes_of(RandomProcess(seed).drawing)]
    nodes = [(kind, told, inner) for drawing in drawings for kind, told, inner in drawing.nodes.values()]
    assert {kind for kind, _, _ in nodes} >= NODES
    for start in ("startEvent", "boundaryEvent"):
        inners = "".join(inner for kind, _, inner in nodes if kind == start)
        assert {event for event in EVENTS if f"{event}EventDefinition" in inners} >= EVENTS - {"escalation"}, start
    assert any(told.get("triggeredByEvent") for _, told, _ in nodes)
    assert all(any(getattr(one, what) for one in drawings) for what in ("repeated", "loops", "links", "mapped"))


def test_random_moves_and_migrations_are_neither_all_refused_nor_all_allowed():
    told = Counter()
    for seed in range(80):
        process, chance = RandomProcess(seed), random.Random(seed)
        variables = drawn_variables(process, chance, False)
        case, judge = Case(engine.load([process.xml()], "p"), variables), Mover(process.drawing, variables)
        for _ in range(8):
            if open_names(case):
                what = both_move(process, case, judge, chance)
                told["move", what.partition(" ")[0] == "refused"] += 1
        if open_names(case):
            _, what = both_migrate(process, case, judge, chance)
            told["migration", what.partition(" ")[0] == "refused"] += 1
    assert all(told["move", refused] > 60 for refused in (True, False)), told
    assert told["migration", False] > 20, told


def test_a_join_that_goes_on_after_one_signature_is_noticed_and_shrunk(monkeypatch):
    monkeypatch.setattr(ParallelJoin, "is_enough", lambda self, my_task, arrived: True)
    process = next(process for process in map(RandomProcess, range(100)) if judged(process).startswith("walk"))
    least = shrink(process.tree, fails_with(judged, "walk"))
    assert Drawn(least).count <= 8, least


@pytest.mark.parametrize("guard", ["_require_one_round", "_arm_again", "starving"])
def test_a_move_without_one_of_its_rules_is_noticed(monkeypatch, guard):
    monkeypatch.setattr(moves, guard, lambda *_: None)
    assert any(judged(RandomProcess(seed), walks=2, moves=0.3) for seed in range(400))
