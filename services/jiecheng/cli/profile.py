"""`jiecheng profile`: what differs between two cities, and which one an installation follows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from jiecheng.cases import deployment, profile
from jiecheng.cases.house import House
from jiecheng.cli import database
from jiecheng.cli.terminal import say
from jiecheng.settings import Settings


def difference(root: Path, first: str, second: str) -> int:
    """Print in words what differs between the folders' tables and clauses; nothing is run and no database is needed."""
    for line in in_words(profile.compare(deployment.read_bundles(root), first, second)):
        say(line)
    return 0


def in_words(found: profile.Comparison) -> Iterator[str]:
    yield f"{found.first}和{found.second}：判定表 {len(found.tables)} 处不同，依据 {len(found.clauses)} 条不同。"
    yield from (f"  {one.sentence(found.first, found.second)}" for one in found.tables)
    yield from (f"  {one.sentence(found.first, found.second)}" for one in found.clauses)


def choose(settings: Settings) -> int:
    with database.attached(settings) as url:
        house = House(url, pool=1)
        try:
            with house.transaction() as tx:
                profile.choose_profile(tx, settings.profile)
        finally:
            house.close()
    say(f"本区从现在起执行“{settings.profile}”的政策口径；在办的办件仍按发起时的口径办。")
    return 0
