"""`jiecheng demo`: a year of history for the demo district, made by the real commands with a moved clock.

Only into a district where nothing has happened yet, and while nothing else runs on it: the flows of a running installation
would take last year's timers for today's.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import date, datetime, timedelta
from pathlib import Path

from jiecheng import store
from jiecheng.acceptance.clock import MovedClock
from jiecheng.acceptance.season import Season, Tally, read_recipes
from jiecheng.cases import BEIJING
from jiecheng.cases.deployment import prepare
from jiecheng.cases.house import House
from jiecheng.cli import database, folder, maintenance
from jiecheng.cli.terminal import say, step
from jiecheng.cli.trouble import Trouble
from jiecheng.settings import Settings

RECIPES = Path("infra/demo/season")
DEFAULT_CASES = 60  # of a first start that has no year to take over
A_YEAR = timedelta(days=365)
# What a crash of the machine could cost here is a demonstration that is made again.
_HASTY = "options=-csynchronous_commit%3Doff"


def demo(settings: Settings, number: int, *, keep: bool = False) -> int:
    """Fill the installation of the data folder; it must not be running. `keep`: new demo districts take it over from then on."""
    with ExitStack() as held:
        url = settings.database_url
        if not url:
            folder.make_ready(settings.data)
            held.enter_context(folder.held(settings.data))
            url = held.enter_context(database.embedded(settings.data))
        database.migrate(url)
        fill(settings, url, number)
        if keep:
            kept = settings.root / kept_year()
            kept.parent.mkdir(exist_ok=True)
            maintenance.dump(url, kept)
            say(f"已存到 {kept}（{kept.stat().st_size / 2**20:.0f} MB）；新的演示区第一次启动时会用它。")
    return 0


def take_over(settings: Settings, url: str) -> bool:
    """Give a database in which there is nothing at all the year that was kept. True when it was there to give."""
    kept = settings.root / kept_year()
    if settings.demo_cases is not None or not kept.is_file() or not store.is_blank(url):
        return False
    maintenance.restore(url, kept)
    return True


def kept_year() -> Path:
    """Where `make demo` keeps the year for these tables; never under version control."""
    return Path("build") / f"demo-year-{store.fingerprint()}.dump"


def begin(settings: Settings, url: str) -> None:
    """The first cases of a new demo district, unless it has some or is to have none."""
    number = DEFAULT_CASES if settings.demo_cases is None else settings.demo_cases
    if number and not has_cases(url):
        with step(f"演示历史（{number} 件，真实办理）"):
            live(settings, url, number)


def fill(settings: Settings, url: str, number: int) -> None:
    prepare(url, settings.root, True, settings.profile)
    if has_cases(url):
        raise Trouble("这里已经有办件了。演示历史只能放进还没有办件的演示区：换一个 --data 目录，或删掉原来的。")
    began = time.monotonic()
    tally = live(settings, url, number)
    seconds = time.monotonic() - began
    say(f"演示历史：{tally.begun} 件办件，{tally.decided} 次办理，用时 {seconds:.0f} 秒。")
    for words, times in sorted(tally.refusals.items(), key=lambda one: -one[1])[:10]:
        say(f"  平台没有受理 {times} 次：{words}")


def has_cases(url: str) -> bool:
    house = House(url, pool=1)
    try:
        with house.transaction() as tx:
            return bool(store.case.list_all(tx.db, state="", process="", text="", before=None, limit=1))
    finally:
        house.close()


def live(settings: Settings, url: str, number: int) -> Tally:
    today = settings.clock().astimezone(BEIJING).date()
    first = today - A_YEAR
    clock = MovedClock(datetime.combine(first, datetime.min.time(), BEIJING))
    house = House(f"{url}{'&' if '?' in url else '?'}{_HASTY}", clock, pool=2)
    try:
        season = Season(house, clock, read_recipes(settings.root / RECIPES))
        return season.live(first, today - timedelta(days=1), number, progress(number))
    finally:
        house.close()


def progress(number: int) -> Callable[[date, Tally], None]:
    """Tells a terminal how far it is, in one line that is written over."""

    def told(day: date, tally: Tally) -> None:
        if sys.stdout.isatty():
            sys.stdout.write(f"\r  {day.year}年{day.month}月：{tally.begun}/{number} 件 ")
            sys.stdout.flush()

    return told
