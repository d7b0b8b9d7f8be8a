"""How small Prefect's tables stay: cheap flow runs on the server as it is set, made older than it keeps them, and its vacuum.

All settings are the product's own but one: the vacuum comes every two seconds instead of every hour.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg

from jiecheng import settings
from jiecheng.cli import child, programs
from jiecheng.cli.programs import PrefectServer
from jiecheng.cli.serve import answers
from scale import server

TABLES = ("flow_run", "flow_run_state", "task_run", "task_run_state", "log", "events", "event_resources", "artifact")
AT_ONCE = 8
YOUNG = 10  # runs that are not old yet, and must stay
PATIENCE = 120.0
YOUNGEST = "SELECT id FROM flow_run ORDER BY end_time DESC LIMIT %s"
OF_YOUNG = {
    "flow_run": "id IN (young)",
    "flow_run_state": "flow_run_id IN (young)",
    "task_run": "flow_run_id IN (young)",
    "task_run_state": "task_run_id IN (SELECT id FROM task_run WHERE flow_run_id IN (young))",
}
REAL_MINUTES = 10.0
# Cheap flows of one task each, as the worker runs them: async, nothing kept. A run that the server was too busy for is
# told and another is made. When the time is over, what is missing is put down through the server's own API as a run that
# is completed, with its task: the same tables, though with one state each where a lived run has three.
RUNS = """
import asyncio, json, sys, time
from prefect import flow, get_client, task
from prefect.cache_policies import NO_CACHE
from prefect.states import Completed

@task(cache_policy=NO_CACHE, persist_result=False)
async def deed(): return None

@flow(persist_result=False, log_prints=False)
async def cheap(): await deed()

class Runs:
    def __init__(self, count, end): self.left, self.end, self.lived, self.told, self.refused = count, end, 0, 0, 0

    async def live(self):
        while self.left > 0 and time.monotonic() < self.end:
            self.left -= 1
            try: await cheap()
            except Exception as problem:
                self.refused, self.left = self.refused + 1, self.left + 1
                print(type(problem).__name__, str(problem)[:200], file=sys.stderr)
                await asyncio.sleep(1)
            else: self.lived += 1

    async def tell(self, client):
        while self.left > 0:
            self.left -= 1
            run = await client.create_flow_run(cheap, state=Completed())
            await client.create_task_run(deed, flow_run_id=run.id, dynamic_key="0", state=Completed())
            self.told += 1

async def main(count, lanes, minutes):
    runs = Runs(count, time.monotonic() + 60 * minutes)
    await asyncio.gather(*(runs.live() for _ in range(lanes)))
    async with get_client() as client:
        await asyncio.gather(*(runs.tell(client) for _ in range(lanes)))
    print(json.dumps({"lived": runs.lived, "put down by the API": runs.told, "refused by a busy server": runs.refused}))

asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))
"""


@dataclass(frozen=True, slots=True)
class Books:
    """Prefect's database, as it is counted."""

    url: str

    def rows(self) -> dict[str, int]:
        return {table: self._one(f"SELECT count(*) FROM {table}") for table in TABLES}

    def rows_of_young(self) -> dict[str, int]:
        """What the youngest runs have, and must keep."""
        young = YOUNGEST.replace("%s", str(YOUNG))
        wheres = {table: where.replace("young", young) for table, where in OF_YOUNG.items()}
        counted = {table: self._one(f"SELECT count(*) FROM {table} WHERE {where}") for table, where in wheres.items()}
        return {**dict.fromkeys(TABLES, 0), **counted}

    def megabytes(self) -> float:
        return round(self._one("SELECT pg_database_size(current_database())") / 2**20, 1)

    def shrink(self) -> None:
        """What autovacuum does in its own time."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("VACUUM")

    def age(self, seconds: int, all_but: int) -> None:
        with psycopg.connect(self.url) as connection:
            connection.execute(
                f"UPDATE flow_run SET end_time = end_time - make_interval(secs => %s) WHERE id NOT IN ({YOUNGEST})",
                (seconds, all_but),
            )

    def _one(self, statement: str) -> int:
        with psycopg.connect(self.url) as connection:
            row = connection.execute(statement.encode()).fetchone()
        assert row is not None
        return int(row[0])


def measure(runs: int, minutes: float = REAL_MINUTES) -> tuple[list[str], dict[str, object]]:
    data = Path(tempfile.mkdtemp(prefix="jcp-"))
    try:
        with server.running(data) as database:
            if not database.prefect:
                return [], {"skipped": "needs a PostgreSQL with pg_trgm on this machine"}
            return on(database.prefect, data, runs, minutes)
    finally:
        shutil.rmtree(data, ignore_errors=True)


def on(url: str, data: Path, runs: int, minutes: float) -> tuple[list[str], dict[str, object]]:
    books = Books(url)
    figures: dict[str, object] = {"flow runs": runs}
    with scheduler(url, data, {}) as environment:
        figures["before"] = {"MB": books.megabytes(), **books.rows()}
        began = time.monotonic()
        command = [sys.executable, "-c", RUNS, str(runs), str(AT_ONCE), str(minutes)]
        done = subprocess.run(command, env={**os.environ, **environment}, check=True, stdout=subprocess.PIPE, text=True)
        figures["how they were made"] = json.loads(done.stdout.splitlines()[-1])
        figures["ms a run"] = round((time.monotonic() - began) * 1000 / runs, 1)
        until(lambda: settled(books), "the task runs to be written down")
        full = books.rows()
        figures["after the runs"] = {"MB": books.megabytes(), **full}
    kept = books.rows_of_young()
    books.age(programs.RUNS_KEPT_SECONDS + 3600, all_but=YOUNG)
    with scheduler(url, data, {"PREFECT_SERVER_SERVICES_DB_VACUUM_LOOP_SECONDS": "2"}):
        began = time.monotonic()
        until(lambda: books.rows()["flow_run"] <= YOUNG, "the vacuum to take every old run")
        until(lambda: settled(books), "the vacuum to come to rest")
        figures["seconds until the vacuum had taken them"] = round(time.monotonic() - began, 1)
    books.shrink()
    empty = books.rows()
    figures["after the vacuum"] = {"MB": books.megabytes(), **empty}
    return faults(runs, full, empty, kept), figures


def faults(runs: int, full: Mapping[str, int], empty: Mapping[str, int], kept: Mapping[str, int]) -> list[str]:
    found = [] if full["flow_run"] >= runs else [f"flow runs on record: {full['flow_run']} of {runs}"]
    found += [f"{table}: {full[table]} rows, should not be kept at all" for table in ("log", "events") if full[table]]
    found += [
        f"{table}: {empty[table]} rows are left, expected {kept[table]}"
        for table in TABLES
        if empty[table] != kept[table]
    ]
    return found


@contextmanager
def scheduler(url: str, data: Path, changed: Mapping[str, str]) -> Iterator[Mapping[str, str]]:
    """The Prefect server with our settings but for those; gives the environment of one that works with it."""
    port = programs.free_port()
    told = settings.read({"JIECHENG_DATA": str(data), "JIECHENG_PREFECT_DATABASE_URL": url})
    at = PrefectServer(f"http://{programs.LOOPBACK}:{port}/api", "measured")
    program = programs.prefect(told, at, programs.LOOPBACK, port)
    program = replace(program, environment={**program.environment, **changed})
    running = child.start(program, data / "logs", Path("/"))
    try:
        until(lambda: answers(programs.LOOPBACK, port), "Prefect's server to answer")
        yield programs.prefect_environment(told, at)
    finally:
        child.end([running], 8.0)


def settled(books: Books) -> bool:
    before = books.rows()
    time.sleep(2)
    return books.rows() == before


def until(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            raise RuntimeError(f"expected within {PATIENCE:.0f} s: {what}")
        time.sleep(0.2)
