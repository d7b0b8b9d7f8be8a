"""The year of the demo district while it is made: by several processes, day by day, and on from where it was stopped.

Owns the plan (a setting of the district), the shares and what is said meanwhile; what happens on a day is
`acceptance.season`'s. A day is done or it is not: stopped in the middle, it is opened again, and what was done stays done.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from multiprocessing.connection import Connection
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path

from jiecheng import store
from jiecheng.acceptance.clock import MovedClock
from jiecheng.acceptance.season import Season, Share, Tally, read_recipes
from jiecheng.acceptance.season_desks import Waiting
from jiecheng.cases import BEIJING
from jiecheng.cases.house import House
from jiecheng.cli.terminal import say
from jiecheng.cli.trouble import Trouble

RECIPES = Path("infra/demo/season")
SETTING = "demo_year"  # while one is being made
TOGETHER = 200  # cases from which on more than one process is worth its start
MOST_SHARES = 4
_RECENT = 20  # days by whose pace the rest is foretold
# What a crash of the machine could cost here is a demonstration that is made again.
_HASTY = "options=-csynchronous_commit%3Doff"


@dataclass(frozen=True, slots=True)
class Plan:
    """`done`: the last day that is over; `begun`: the cases there were then."""

    first: date
    last: date
    number: int
    done: date | None = None
    begun: int = 0

    @property
    def words(self) -> str:
        """How far it is."""
        until = f"造到{self.done.year}年{self.done.month}月{self.done.day}日" if self.done else "刚开始"
        return f"{until}，{self.begun}/{self.number} 件"


def unfinished(url: str) -> Plan | None:
    """A year that was stopped before its end."""
    house = House(url, pool=1)
    try:
        with house.transaction() as tx:
            kept = store.setting.get(tx.db, SETTING)
    finally:
        house.close()
    return _read(kept) if kept else None


def live(
    root: Path,
    url: str,
    plan: Plan,
    told: Callable[[Plan, float], None] | None = None,
    desks: Sequence[Waiting] = (),
) -> Tally:
    """Live through what is left of the plan. `told` hears how far it is, and how many seconds it still takes. `desks`:
    what waits at its end, besides."""
    shares = min(MOST_SHARES, len(os.sched_getaffinity(0))) if plan.number >= TOGETHER else 1
    clock = MovedClock(datetime.combine(plan.first, datetime.min.time(), BEIJING))
    house = House(f"{url}{'&' if '?' in url else '?'}{_HASTY}", clock, pool=2)
    try:
        with _others(root, house.database.url, shares) as others:
            season = Season(house, clock, read_recipes(root / RECIPES), Share(0, shares), others.together)
            _live(season, plan, others, told or _progress(), desks)
            return season.tally
    finally:
        house.close()


def _live(
    season: Season, plan: Plan, others: _Others, told: Callable[[Plan, float], None], desks: Sequence[Waiting]
) -> None:
    days = season.working_days(plan.first, plan.last)
    left = [day for day in days if plan.done is None or day > plan.done]
    most = 3 * plan.number // len(days) + 1
    _keep(season, plan)
    marks = [time.monotonic()]
    for at, day in enumerate(left, start=len(days) - len(left) + 1):
        season.open_day(day)
        for one in desks:
            if one.before == len(days) - at:
                season.set_out(one)
        others.begin(day)
        wanted = plan.number * at // len(days) - plan.begun  # what was refused is tried again
        before = season.tally.begun
        season.live_day(day, max(0, min(wanted, most)))
        plan = replace(plan, done=day, begun=plan.begun + season.tally.begun - before)
        for tally in others.answers():
            season.tally.add(tally)
        _keep(season, plan if day != left[-1] else None)
        marks = [*marks[-_RECENT:], time.monotonic()]
        told(plan, (marks[-1] - marks[0]) / (len(marks) - 1) * (len(days) - at))


def _keep(season: Season, plan: Plan | None) -> None:
    with season.world.transaction() as tx:
        store.setting.put(tx.db, SETTING, _written(plan) if plan else "")


def _written(plan: Plan) -> str:
    dates = {name: day.isoformat() for name in ("first", "last", "done") if (day := getattr(plan, name)) is not None}
    return json.dumps({**dates, "number": plan.number, "begun": plan.begun})


def _read(text: str) -> Plan:
    kept = json.loads(text)
    done = date.fromisoformat(kept["done"]) if "done" in kept else None
    first, last = date.fromisoformat(kept["first"]), date.fromisoformat(kept["last"])
    return Plan(first, last, int(kept["number"]), done, int(kept["begun"]))


def _progress() -> Callable[[Plan, float], None]:
    """One line that is written over on a terminal; elsewhere a line a month."""
    shown: list[tuple[int, int]] = []

    def told(plan: Plan, seconds: float) -> None:
        assert plan.done is not None, "a day is over when this is told"
        left = f"大约还要 {seconds / 60:.0f} 分钟" if seconds > 90 else f"大约还要 {seconds:.0f} 秒"
        line = f"  {plan.done.year}年{plan.done.month}月：{plan.begun}/{plan.number} 件，{left}"
        month = (plan.done.year, plan.done.month)
        if sys.stdout.isatty():
            sys.stdout.write(f"\r{line}    ")
            sys.stdout.flush()
        elif month not in shown and plan.number >= TOGETHER:
            say(line)
        shown[:] = [month]

    return told


# ---------------------------------------------------------------------- the other shares


@dataclass(slots=True)
class _Others:
    """The processes that live through the same days; none where one is enough."""

    ends: Sequence[Connection]
    hour: Synchronized[float] | None

    def begin(self, day: date) -> None:
        for end in self.ends:
            end.send(day)

    def answers(self) -> Iterator[Tally]:
        for end in self.ends:
            try:
                yield end.recv()
            except EOFError:
                raise Trouble(
                    "造演示历史的一个进程意外结束了（原因见上面）。再运行一次同样的命令，会接着造。"
                ) from None

    def together(self, hour: datetime) -> datetime:
        return hour if self.hour is None else _latest(self.hour, hour)


@contextmanager
def _others(root: Path, url: str, shares: int) -> Iterator[_Others]:
    if shares == 1:
        yield _Others((), None)
        return
    context = multiprocessing.get_context("spawn")
    hour: Synchronized[float] = context.Value("d", 0.0)
    ends, running = [], []
    for number in range(1, shares):
        mine, theirs = context.Pipe()
        one = context.Process(target=_share, args=(root, url, Share(number, shares), theirs, hour), daemon=True)
        one.start()
        theirs.close()  # so that its end is heard
        ends.append(mine)
        running.append(one)
    try:
        yield _Others(ends, hour)
    finally:
        for end in ends:
            end.close()
        for one in running:
            one.join(10)
            one.kill()


def _share(root: Path, url: str, share: Share, end: Connection, hour: Synchronized[float]) -> None:
    """The life of another process: a day comes, a tally goes; it is over when nobody sends a day any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who made us ends us
    clock = MovedClock(datetime(2000, 1, 1, tzinfo=UTC))
    house = House(url, clock, pool=2)
    season = Season(house, clock, read_recipes(root / RECIPES), share, lambda mine: _latest(hour, mine))
    try:
        while True:
            season.live_day(end.recv())
            end.send(season.tally)
            season.tally = Tally()
    except (EOFError, BrokenPipeError):
        pass
    finally:
        house.close()


def _latest(shared: Synchronized[float], hour: datetime) -> datetime:
    """Nobody's hour lies before one that somebody had already: what a case tells comes in the order of its hours."""
    with shared.get_lock():
        shared.value = max(shared.value, hour.timestamp())
        return datetime.fromtimestamp(shared.value, BEIJING)
