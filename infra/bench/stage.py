"""An installation to measure: embedded PostgreSQL with fsync, the demo district, the page process as `serve` starts it."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import psycopg

from bench.meter import Floor, Spenders
from jiecheng import settings
from jiecheng.cases.deployment import prepare
from jiecheng.cases.house import House
from jiecheng.cli import child, database, programs, serve
from jiecheng.cli.child import Child

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Stage:
    """Nothing runs but the database until a bench asks for more."""

    url: str
    data: Path
    postmaster: int
    scale: float
    closing: ExitStack
    settings: settings.Settings = field(init=False)

    def __post_init__(self) -> None:
        told = settings.read({"JIECHENG_ROOT": str(ROOT), "JIECHENG_DATA": str(self.data)})
        self.settings = replace(told, port=programs.free_port())

    @cached_property
    def house(self) -> House:
        house = House(self.url, pool=4)
        self.closing.callback(house.close)
        return house

    @cached_property
    def web(self) -> Child:
        started = self.start(programs.programs(self.settings, self.url).web)
        serve.await_pages(self.settings, started)
        return started

    def start(self, program: child.Program) -> Child:
        started = child.start(program, self.data / "logs", ROOT)
        self.closing.callback(child.end, [started], 5.0)
        return started

    @property
    def web_pid(self) -> int:
        assert self.web.process is not None
        return self.web.process.pid

    def floor(self) -> Floor:
        floor = Floor(self.url, Spenders(self.postmaster))
        self.closing.callback(floor.close)
        return floor

    def spenders(self, *, web: bool = True) -> Spenders:
        return Spenders(self.postmaster, self.web_pid if web else None)

    def sized(self, size: int, least: int = 1) -> int:
        """A size of a bench at the scale that was asked for."""
        return max(least, round(size * self.scale))

    def sql(self) -> psycopg.Connection[tuple[object, ...]]:
        """A connection beside the product, for filling tables that no person could fill by hand."""
        return psycopg.connect(self.url, autocommit=True)


@contextmanager
def stage(scale: float) -> Iterator[Stage]:
    """A fresh installation in a temporary folder, gone afterwards."""
    data = Path(tempfile.mkdtemp(prefix="jc-bench-"))
    try:
        with database.server(data) as opened, ExitStack() as closing:
            assert opened.server is not None
            assert opened.server.process is not None
            database.migrate(opened.url)
            prepare(opened.url, ROOT, demo=True)
            yield Stage(opened.url, data, opened.server.process.pid, scale, closing)
    finally:
        time.sleep(0.1)
        shutil.rmtree(data, ignore_errors=True)
