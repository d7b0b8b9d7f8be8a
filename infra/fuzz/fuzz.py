"""`make fuzz`: random processes against the reference, moves, changed files, races. Bounded in minutes; fails if anything fails.

Each stage prints its seeds and counts. What fails is made smaller and kept: processes in services/tests/engine/regressions,
files in services/tests/safety/regressions; the ordinary tests run both from then on. JIECHENG_FIRST_SEED repeats a run,
JIECHENG_SEEDS ends a stage after so many seeds.

usage: fuzz.py [MINUTES] [STAGE …]      stages: processes moves files races pairs officials
"""

from __future__ import annotations

import itertools
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
TESTS = REPOSITORY / "services/tests"
# The generators and judges live with the tests: both run the same.
sys.path[:0] = [str(TESTS / "engine"), str(TESTS / "safety")]

import mutated  # noqa: E402
from engine_blocks import Drawn  # noqa: E402
from engine_random import MOVES, RandomProcess, judged  # noqa: E402
from engine_shrink import fails_with, keep, shrink  # noqa: E402

PAIRED, DANGEROUS = "10000", 21  # races of pairs of commands in all; how many pairs
RACES = "1000"  # in all; a batch is one run of the tests
BATCH = 100
MANY = "1000000000"  # seeds: in minutes' runs the time decides
MOST_KEPT = 5  # of one stage: the first faults say enough
OFFICIALS = "5000"  # examples in all
STEPS = 50  # of each
SHARES = {"processes": 0.2, "moves": 0.2, "files": 0.2, "races": 0.1, "pairs": 0.1, "officials": 0.2}


@dataclass
class Count:
    """`faults`: the same fault of many seeds is one line."""

    done: int = 0
    faults: Counter[str] = field(default_factory=Counter)

    def fault(self, told: str, save: Callable[[], object]) -> None:
        if told not in self.faults and len(self.faults) < MOST_KEPT:
            print(f"  {told}\n  kept: {save()}", flush=True)
        self.faults[told] += 1


def processes(first: int, until: float, count: Count) -> None:
    compared(first, until, count, 0.0)


def moves(first: int, until: float, count: Count) -> None:
    compared(first, until, count, MOVES)


def compared(first: int, until: float, count: Count, share: float) -> None:
    """Engine and reference side by side; `share`: how often tokens are moved, or the drawing is exchanged."""

    def judge(process: Drawn) -> str:
        told: str = judged(process, moves=share)
        return told

    for seed in seeds(first, until):
        process = RandomProcess(seed)
        told = judge(process)
        count.done += 1
        if told:
            word = told.partition(":")[0].partition(" ")[0]
            name, tree = f"seed_{seed}", process.tree
            kind = told.split(": ", 2)[-1][:60]
            count.fault(f"{word}: {kind}", lambda: keep(name, shrink(tree, fails_with(judge, word)), told))  # noqa: B023


def seeds(first: int, until: float) -> Iterator[int]:
    """Until the time is over, or JIECHENG_SEEDS are done."""
    for seed in itertools.islice(itertools.count(first), int(os.environ.get("JIECHENG_SEEDS", MANY))):
        if time.monotonic() > until:
            return
        yield seed


def files(first: int, until: float, count: Count) -> None:
    texts = mutated.seeds()
    kinds = sorted(texts)
    for seed in seeds(first, until):
        kind, chance = kinds[seed % len(kinds)], random.Random(seed)
        text = mutated.changed(kind, chance.choice(texts[kind]), chance)
        told = mutated.wrong(kind, text)
        count.done += 1
        if told:
            count.fault(f"{kind}: {told}", lambda: kept_file(kind, seed, text, told))  # noqa: B023


def kept_file(kind: str, seed: int, text: str, told: str) -> Path:
    folder = TESTS / "safety/regressions"
    folder.mkdir(exist_ok=True)
    path = folder / f"seed_{seed}.{kind}"
    path.write_text(mutated.least(text, lambda less: mutated.wrong(kind, less) == told))
    return path


def races(first: int, until: float, count: Count) -> None:
    """1,000 races in batches; the tests of the case service judge them."""
    wanted = int(os.environ.get("JIECHENG_RACES", RACES))
    batches("test_races.py", wanted, until, count, lambda batch: ({"JIECHENG_RACES": str(batch)}, []))


def pairs(first: int, until: float, count: Count) -> None:
    """10,000 races of the dangerous pairs of commands: one order or the other, never a mix."""
    wanted = int(os.environ.get("JIECHENG_PAIRED", PAIRED))

    def asked(batch: int) -> tuple[dict[str, str], list[str]]:
        # The tests are told how many of each pair, and are not hurried.
        return {"JIECHENG_DANGEROUS_RACES": str(max(1, batch // DANGEROUS)), "JIECHENG_RACE_SECONDS": "36000"}, []

    batches("test_dangerous_races.py", wanted, until, count, asked)


def officials(first: int, until: float, count: Count) -> None:
    """Officials at random over the commands, in batches with a seed each."""

    def asked(batch: int) -> tuple[dict[str, str], list[str]]:
        return {"JIECHENG_OFFICIALS": f"{batch}x{STEPS}"}, [f"--hypothesis-seed={first + count.done}"]

    batches("test_officials.py", int(os.environ.get("JIECHENG_SEEDS", OFFICIALS)), until, count, asked)


def batches(
    test: str, wanted: int, until: float, count: Count, asked: Callable[[int], tuple[dict[str, str], list[str]]]
) -> None:
    """Runs of the tests until the time is over or enough was done; the next begins only where it will end in time."""
    seconds = 0.0
    while count.done < wanted and (not count.done or time.monotonic() + seconds < until):
        began, batch = time.monotonic(), min(BATCH, wanted - count.done)
        environment, options = asked(batch)
        command = [sys.executable, "-m", "pytest", "-q", *options, str(TESTS / "cases" / test)]
        run = subprocess.run(
            command, env={**os.environ, **environment}, cwd=REPOSITORY, capture_output=True, text=True, check=False
        )
        seconds, count.done = time.monotonic() - began, count.done + batch
        if run.returncode:
            print(run.stdout[-4000:])
            count.fault(f"{test}: pytest ended with {run.returncode}", lambda: "see above")


STAGES: dict[str, Callable[[int, float, Count], None]] = {
    "processes": processes,
    "moves": moves,
    "files": files,
    "races": races,
    "pairs": pairs,
    "officials": officials,
}


def main(minutes: float, names: Sequence[str]) -> int:
    first = int(os.environ.get("JIECHENG_FIRST_SEED") or time.time())
    chosen = [name for name in STAGES if not names or name in names]
    whole, bad = sum(SHARES[name] for name in chosen), 0
    print(f"fuzz: {minutes:g} minutes, first seed {first} (again: JIECHENG_FIRST_SEED={first})", flush=True)
    for name in chosen:
        began, count = time.monotonic(), Count()
        STAGES[name](first, began + minutes * 60 * SHARES[name] / whole, count)
        seconds, faults = time.monotonic() - began, sum(count.faults.values())
        print(f"{name:10} {count.done:7} done in {seconds:4.0f} s, {faults} failed", flush=True)
        for told, times in count.faults.most_common():
            print(f"  {times} x {told}")
        bad += faults
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 10, sys.argv[2:]))
