"""`jiecheng demo`: a year of history for the demo district, made by the real commands with a moved clock.

Only into a district where nothing has happened yet, and while nothing else runs on it: the flows of a running installation
would take last year's timers for today's.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

from jiecheng import store
from jiecheng.acceptance.clock import MovedClock
from jiecheng.acceptance.season import Season, Tally, read_recipes
from jiecheng.cases import BEIJING
from jiecheng.cases.deployment import prepare
from jiecheng.cases.house import House
from jiecheng.cli import database, folder
from jiecheng.cli.terminal import say
from jiecheng.cli.trouble import Trouble
from jiecheng.settings import Settings

RECIPES = Path("infra/demo/season")
A_YEAR = timedelta(days=365)
# What a crash of the machine could cost here is a demonstration that is made again.
_HASTY = "options=-csynchronous_commit%3Doff"


def demo(settings: Settings, number: int) -> int:
    """Fill the installation of the data folder; it must not be running."""
    if settings.database_url:
        database.migrate(settings.database_url)
        return fill(settings, settings.database_url, number)
    folder.make_ready(settings.data)
    with folder.held(settings.data), database.embedded(settings.data) as url:
        database.migrate(url)
        return fill(settings, url, number)


def fill(settings: Settings, url: str, number: int) -> int:
    prepare(url, settings.root, True, settings.profile)
    if has_cases(url):
        raise Trouble("这里已经有办件了。演示历史只能放进还没有办件的演示区：换一个 --data 目录，或删掉原来的。")
    began = time.monotonic()
    tally = live(settings, url, number)
    seconds = time.monotonic() - began
    say(f"演示历史：{tally.begun} 件办件，{tally.decided} 次办理，用时 {seconds:.0f} 秒。")
    for words, times in sorted(tally.refusals.items(), key=lambda one: -one[1])[:10]:
        say(f"  平台没有受理 {times} 次：{words}")
    return 0


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
