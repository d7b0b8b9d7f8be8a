"""The real worker with Prefect's server up: from one commit to its notice, and ten thousand owed at once: how fast, none
lost, none twice, and what Prefect writes down about it."""

from __future__ import annotations

import time
from collections.abc import Iterator

from bench import loans
from bench.figure import Figure
from bench.meter import Sample
from bench.stage import Stage
from jiecheng.cli import programs

NAME = "relay"
ENTRIES = 10_000
PATIENCE = 1800.0
WARM = 20
SINGLE, PAUSE = 40, 0.3
AIM_MS = 500.0
OWE = """
INSERT INTO outbox (key, kind, payload, state, due_at, created_at)
SELECT 'bench:' || n, 'notice', jsonb_build_object('identities', jsonb_build_array(%(who)s::text), 'text', '第' || n || '条'),
       'due', now(), now()
FROM generate_series(%(first)s::int, %(last)s::int) AS n
"""


def measure(stage: Stage) -> Iterator[Figure]:
    wanted = programs.programs(stage.settings, stage.url)
    stage.start(wanted.prefect)
    worker = stage.start(wanted.worker)
    count = stage.sized(ENTRIES, 50)
    floor = stage.floor()
    floor.run(50)
    owe(stage, 1, WARM)
    ready = wait(stage, WARM)
    alone = one_by_one(stage, stage.sized(SINGLE, 10))
    floor.run(50)
    began = time.monotonic()
    owe(stage, WARM + 1, WARM + count)
    wait(stage, WARM + count + alone.count)
    seconds = time.monotonic() - began
    floor.run(50)
    assert worker.alive
    with stage.sql() as connection:
        row = connection.execute(
            "SELECT count(*), count(DISTINCT key) FROM notices WHERE key ~ '^bench:[0-9]'"
        ).fetchone()
    assert row is not None
    delivered, distinct = int(str(row[0])), int(str(row[1]))
    per_second = count / seconds
    single = floor.sample.ms(50)
    yield Figure(NAME, "一条：提交到送达，p50", alone.ms(50), "ms", AIM_MS, single, detail={"n": alone.count})
    yield Figure(NAME, "一条：提交到送达，p95", alone.ms(95), "ms", floor=floor.sample.ms(95))
    bare = 1 / floor.sample.ms(50) * 1000
    yield Figure(NAME, "投递到第一条送达（含 Prefect 启动）", ready, "s")
    yield Figure(NAME, f"{count:,} 条通知：每秒送达", per_second, "/s", floor=bare)
    yield Figure(NAME, "丢失", WARM + count - distinct, "条", 0)
    yield Figure(NAME, "重复", delivered - distinct, "条", 0)


def one_by_one(stage: Stage, times: int) -> Sample:
    """Each owed while nothing else is: from the commit until its reader has it."""
    sample = Sample()
    with stage.sql() as connection:
        for number in range(times):
            connection.execute(OWE, {"who": loans.OTHER, "first": -number - 1, "last": -number - 1})
            began = time.perf_counter()
            connection.execute("NOTIFY jiecheng_work")
            found = None
            while found is None:
                assert time.perf_counter() - began < PATIENCE, "expected the notice to arrive"
                time.sleep(0.005)
                found = connection.execute(
                    "SELECT 1 FROM notices WHERE key = %s", (f"bench:{-number - 1}:{loans.OTHER}",)
                ).fetchone()
            sample.seconds.append(time.perf_counter() - began)
            time.sleep(PAUSE)
    return sample


def owe(stage: Stage, first: int, last: int) -> None:
    with stage.sql() as connection, connection.transaction():
        connection.execute(OWE, {"who": loans.LENT, "first": first, "last": last})
        connection.execute("NOTIFY jiecheng_work")


def wait(stage: Stage, done: int) -> float:
    """Until so many are delivered; the seconds it took."""
    began = time.monotonic()
    with stage.sql() as connection:
        while time.monotonic() - began < PATIENCE:
            row = connection.execute("SELECT count(*) FROM outbox WHERE state = 'done'").fetchone()
            if row and int(str(row[0])) >= done:
                return time.monotonic() - began
            time.sleep(0.2)
    raise RuntimeError(f"expected {done} entries delivered within {PATIENCE:.0f} s")
