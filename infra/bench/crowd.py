"""Fifty officials at once: inbox, task page, decision, again. Half a minute at a person's pace, half without a pause."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench import loans
from bench.figure import Figure
from bench.meter import percentile
from bench.stage import ROOT, Stage
from jiecheng.model.ids import IdentityId

NAME = "crowd"
OFFICIALS = 50
SECONDS = 60.0
EACH = 60  # cases that wait for each of them
PACE = 1.0  # seconds between two clicks, on average
AIM_P95_MS = 1000.0


def measure(stage: Stage) -> Iterator[Figure]:
    officials = lendable(stage)[: stage.sized(OFFICIALS, 5)]
    assert officials, "expected officials of streets in the demo district"
    each = stage.sized(EACH, 6)
    for identity, _ in officials:
        loans.waiting_for_opinion(stage.house, each, identity)
    spenders = stage.spenders()
    floor = stage.floor()
    floor.run(50)
    for name, pace in (("每人每秒点一次", PACE), ("不停地点", 0.0)):
        seconds = max(5.0, SECONDS * min(1.0, stage.scale) / 2)
        before = spenders.spent()
        result = load(stage, [account for _, account in officials], seconds, pace)
        after = spenders.spent()
        floor.run(50)
        kinds: dict[str, list[float]] = result["seconds"]
        every = [one for taken in kinds.values() for one in taken]
        asked = len(every)
        cpu = {who: (after[who] - before[who]) * 1000 / max(1, asked) for who in ("web", "database")}
        who = f"{len(officials)} 人{name}"
        bare = floor.sample
        yield Figure(NAME, f"{who}：每秒请求", asked / result["elapsed"], "/s", detail=cpu)
        yield Figure(NAME, f"{who}：p95", percentile(every, 95) * 1000, "ms", AIM_P95_MS if pace else None, bare.ms(95))
        for kind, taken in kinds.items():
            detail = {"n": len(taken), "p50": percentile(taken, 50) * 1000}
            yield Figure(
                NAME, f"{who}，{kind}：p95", percentile(taken, 95) * 1000, "ms", None, bare.ms(95), detail=detail
            )
        yield Figure(NAME, f"{who}：错误", len(result["errors"]), "", 0, detail={"first": result["errors"][:5]})


def lendable(stage: Stage) -> Sequence[tuple[IdentityId, str]]:
    """People of streets that a bureau may borrow, each with his account; one identity a person."""
    with stage.house.transaction() as tx:
        known = tx.organisation.directory
        found = {}
        for one in known.identities.values():
            organ = known.organs[known.posts[one.post].organ]
            person = known.persons[one.person]
            if one.main and person.account and organ.street and organ.kind.value == "内设机构":
                found.setdefault(person.id, (one.id, person.account))
    return list(found.values())


def load(stage: Stage, accounts: Sequence[str], seconds: float, pace: float) -> dict[str, object]:
    """The load generator, in a process of its own: its own work must not slow down what it measures more than it must."""
    asked = {"port": stage.settings.port, "accounts": list(accounts), "seconds": seconds, "pace": pace}
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("crowd_load.py")), json.dumps(asked)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    result: dict[str, object] = json.loads(done.stdout)
    return result
