"""CPU seconds, percentiles, and the floor: one small row inserted and committed, the least a durable step can cost."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import psutil
import psycopg


@dataclass(slots=True)
class Sample:
    """What some repetitions of one thing took. CPU seconds by who spent them: "web", "database", "self"."""

    seconds: list[float] = field(default_factory=list)
    cpu: dict[str, float] = field(default_factory=dict)

    @property
    def count(self) -> int:
        return len(self.seconds)

    def cpu_ms(self, *who: str) -> float:
        """CPU milliseconds of one repetition, over these spenders, all when none is named."""
        spent = sum(value for name, value in self.cpu.items() if not who or name in who)
        return spent * 1000 / max(1, self.count)

    def ms(self, percent: int) -> float:
        return percentile(self.seconds, percent) * 1000

    def add(self, other: Sample) -> None:
        self.seconds += other.seconds
        for name, value in other.cpu.items():
            self.cpu[name] = self.cpu.get(name, 0.0) + value


def percentile(values: Sequence[float], percent: int) -> float:
    if len(values) < 2:
        return values[0] if values else 0.0
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


class Spenders:
    """The processes whose CPU counts. A database is its postmaster with all that came from it, living and gone."""

    def __init__(self, database: int, web: int | None = None) -> None:
        self._database = psutil.Process(database)
        self._web = psutil.Process(web) if web else None

    def spent(self) -> dict[str, float]:
        spent = {"self": time.process_time(), "database": tree_seconds(self._database)}
        if self._web is not None:
            spent["web"] = tree_seconds(self._web)
        return spent

    @contextmanager
    def watch(self, sample: Sample, *who: str) -> Iterator[None]:
        """Adds to the sample what these spend in the block."""
        before = self.spent()
        yield
        after = self.spent()
        for name in who:
            sample.cpu[name] = sample.cpu.get(name, 0.0) + after[name] - before[name]


def tree_seconds(root: psutil.Process) -> float:
    own = root.cpu_times()
    total = own.user + own.system + own.children_user + own.children_system
    for child in root.children(recursive=True):
        try:
            times = child.cpu_times()
        except psutil.Error:
            continue
        total += times.user + times.system
    return float(total)


def timed(sample: Sample, act: Callable[[], object]) -> None:
    began = time.perf_counter()
    act()
    sample.seconds.append(time.perf_counter() - began)


class Floor:
    """A connection that inserts one small row and commits it, by a statement the server has prepared. fsync as in
    production."""

    def __init__(self, url: str, spenders: Spenders) -> None:
        self._connection = psycopg.connect(url, autocommit=True)
        self._connection.execute("CREATE TABLE IF NOT EXISTS bench_floor (id bigint PRIMARY KEY, said text)")
        self._next = self._connection.execute("SELECT coalesce(max(id), 0) + 1 FROM bench_floor").fetchone()[0]  # type: ignore[index]
        self._spenders = spenders
        self.sample = Sample()
        self._insert()

    def run(self, times: int) -> None:
        with self._spenders.watch(self.sample, "self", "database"):
            for _ in range(times):
                timed(self.sample, self._insert)

    def _insert(self) -> None:
        self._connection.execute("INSERT INTO bench_floor VALUES (%s, %s)", (self._next, "一行"), prepare=True)
        self._next += 1

    def close(self) -> None:
        self._connection.close()


def chunks(things: Sequence[object], parts: int) -> Iterable[Sequence[object]]:
    size = max(1, -(-len(things) // parts))
    return [things[start : start + size] for start in range(0, len(things), size)]
