"""`jiecheng demo`: a year of history for the demo district, made by the real commands with a moved clock.

Only into a district where nothing has happened yet, and while nothing else runs on it: the flows of a running installation
would take last year's timers for today's.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

from jiecheng import store
from jiecheng.acceptance.season_desks import Waiting, read_desks
from jiecheng.cases import BEIJING
from jiecheng.cases.deployment import prepare
from jiecheng.cases.house import House
from jiecheng.cli import database, demo_year, folder, maintenance
from jiecheng.cli.terminal import say, step
from jiecheng.cli.trouble import Trouble
from jiecheng.settings import Settings

DEFAULT_CASES = 60  # of a first start that has no year to take over
DESKS = Path("infra/demo/desks.yaml")
A_YEAR = timedelta(days=365)
FAREWELLS = (signal.SIGTERM, signal.SIGHUP)


def demo(settings: Settings, number: int, *, keep: bool = False) -> int:
    """Fill the installation of the data folder; it must not be running. `keep`: new demo districts take it over from then on."""
    for one in FAREWELLS:  # they end us the way Ctrl-C does
        signal.signal(one, signal.default_int_handler)
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
    """The first cases of a new demo district, unless it has some or is to have none; the rest of those that were
    interrupted."""
    number = DEFAULT_CASES if settings.demo_cases is None else settings.demo_cases
    left = demo_year.unfinished(url)
    if left is not None:
        with step(f"演示历史（上次{left.words}，接着造）"):
            demo_year.live(settings.root, url, left, desks=desks(settings))
    elif number and not has_cases(url):
        with step(f"演示历史（{number} 件，真实办理）"):
            demo_year.live(settings.root, url, planned(settings, number), desks=desks(settings))


def fill(settings: Settings, url: str, number: int) -> None:
    prepare(url, settings.root, True, settings.profile)
    left = demo_year.unfinished(url)
    if left is not None:
        say(f"上次没有造完：{left.words}。现在接着造；要从头造，请先删掉数据目录。")
    elif has_cases(url):
        raise Trouble("这里已经有办件了。演示历史只能放进还没有办件的演示区：换一个 --data 目录，或删掉原来的。")
    began = time.monotonic()
    try:
        tally = demo_year.live(settings.root, url, left or planned(settings, number), desks=desks(settings))
    except KeyboardInterrupt:
        left = demo_year.unfinished(url)
        raise Trouble(f"停下了：{left.words if left else '刚开始'}。再运行一次同样的命令，会接着造。", 130) from None
    seconds = time.monotonic() - began
    before = f"（加上上次的 {left.begun} 件，共 {left.begun + tally.begun} 件）" if left else ""
    say(f"\n演示历史：{tally.begun} 件办件{before}，{tally.decided} 次办理，用时 {seconds:.0f} 秒。")
    for words, times in sorted(tally.refusals.items(), key=lambda one: -one[1])[:10]:
        say(f"  平台没有受理 {times} 次：{words}")


def desks(settings: Settings) -> Sequence[Waiting]:
    return read_desks(settings.root / DESKS)


def planned(settings: Settings, number: int) -> demo_year.Plan:
    """The year that ends yesterday."""
    today = settings.clock().astimezone(BEIJING).date()
    return demo_year.Plan(today - A_YEAR, today - timedelta(days=1), number)


def has_cases(url: str) -> bool:
    house = House(url, pool=1)
    try:
        with house.transaction() as tx:
            return bool(store.case.list_all(tx.db, limit=1))
    finally:
        house.close()
