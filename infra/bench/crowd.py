"""Fifty officials at once: inbox, task page, decision, again. A minute at a person's pace, half of one without a pause."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench import loans
from bench.figure import Figure
from bench.meter import percentile
from bench.stage import ROOT, Stage
from jiecheng.model.ids import IdentityId

NAME = "crowd"
OFFICIALS = 50
SECONDS, BUSY_SECONDS = 60.0, 30.0
EACH = 60  # cases that wait for each of them
PACE = 1.0  # seconds between two clicks, on average
AIM_P95_MS = 1000.0


# Colleagues of those the demo district has: the same post, a name and an account of their own, the same password.
COLLEAGUES = """
WITH known AS (
    SELECT i.*, p.name, p.account, row_number() OVER (ORDER BY i.id) AS place
    FROM identities i JOIN persons p ON p.id = i.person JOIN posts ON posts.id = i.post
    JOIN organs o ON o.id = posts.organ
    WHERE i.main AND p.account <> '' AND o.street <> '' AND o.kind = '内设机构'
), chosen AS (
    SELECT * FROM known WHERE place <= %s - (SELECT count(DISTINCT person) FROM known)
), people AS (
    INSERT INTO persons (id, name, account) SELECT person || '-2', name || '乙', account || '2' FROM chosen
), doors AS (
    INSERT INTO accounts SELECT a.account || '2', a.person || '-2', a.password_hash
    FROM accounts a JOIN chosen c ON c.account = a.account
)
INSERT INTO identities (id, person, post, main, acting, valid_from, valid_to)
SELECT id || '-2', person || '-2', post, main, acting, valid_from, valid_to FROM chosen
"""


def measure(stage: Stage) -> Iterator[Figure]:
    wanted = stage.sized(OFFICIALS, 5)
    with stage.sql() as connection:
        connection.execute(COLLEAGUES, (wanted,))
    officials = lendable(stage)[:wanted]
    assert len(officials) == wanted, f"expected {wanted} officials of streets, but found {len(officials)}"
    each = stage.sized(EACH, 6)
    waiting = {account: loans.waiting_for_opinion(stage.house, each, identity) for identity, account in officials}
    spenders = stage.spenders()
    floor = stage.floor()
    floor.run(50)
    for name, pace, most in (("每人每秒点一次", PACE, SECONDS), ("不停地点", 0.0, BUSY_SECONDS)):
        seconds = max(5.0, most * min(1.0, stage.scale))
        before = spenders.spent()
        result = load(stage, waiting, seconds, pace)
        waiting = result["left"]
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


def load(stage: Stage, waiting: Mapping[str, Sequence[int]], seconds: float, pace: float) -> dict[str, Any]:
    """The load generator, in a process of its own: its own work must not slow down what it measures more than it must."""
    asked = {"port": stage.settings.port, "waiting": waiting, "seconds": seconds, "pace": pace}
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("crowd_load.py"))],
        input=json.dumps(asked), cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    result: dict[str, Any] = json.loads(done.stdout)
    return result
