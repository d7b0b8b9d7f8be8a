"""Where the time of a step goes: cProfile over the case service, and every SQL statement of one step.

.venv/bin/python -m bench.profile            functions by own and by total time
.venv/bin/python -m bench.profile --sql      the statements of one step, in order
"""

from __future__ import annotations

import cProfile
import pstats
import sys
import time

from sqlalchemy import event
from sqlalchemy.engine import Engine

from bench import loans
from bench.stage import Stage, stage
from jiecheng import cases
from jiecheng.cli.terminal import say
from jiecheng.store.wire import Wire

STEPS = 200


def main() -> None:
    with stage(1.0) as prepared:
        items = loans.waiting_for_opinion(prepared.house, STEPS + 22)
        official = loans.actor(prepared.house, loans.LENT)
        for item in items[:20]:
            loans.decide(prepared.house, official, item)
        if "--sql" in sys.argv:
            statements(prepared, lambda: loans.decide(prepared.house, official, items[20]))
            say("—— 打开待办页")
            statements(prepared, lambda: show(prepared, official, items[21]))
        elif "--page" in sys.argv:
            profiled(lambda item: show(prepared, official, item), items[22:])
        else:
            profiled(lambda item: loans.decide(prepared.house, official, item), items[22:])


def show(prepared: Stage, official, item) -> None:
    with prepared.house.transaction() as tx:
        cases.show_item(tx, official, item)


def profiled(act, things) -> None:
    profile = cProfile.Profile(time.process_time)  # what others take from the machine does not count
    began = time.process_time()
    profile.enable()
    for thing in things:
        act(thing)
    profile.disable()
    say(f"{len(things)} × {(time.process_time() - began) * 1000 / len(things):.1f} ms")
    stats = pstats.Stats(profile)
    stats.sort_stats("cumulative").print_stats(70)
    stats.sort_stats("tottime").print_stats(45)


def statements(prepared: Stage, act) -> None:
    """Both ways to the database: the store's own statements, and those SQLAlchemy still builds each time."""
    seen: list[str] = []
    talk = Wire.talk

    def heard(self, messages):
        seen.append(f"—— {len(messages)}")
        seen.extend(statement.text.decode() for statement, _ in messages)
        return talk(self, messages)

    Wire.talk = heard
    event.listen(Engine, "before_cursor_execute", lambda *words: seen.append(f"(built) {words[2]}"))
    act()
    Wire.talk = talk
    for number, text in enumerate(seen, start=1):
        say(f"{number:3} {' '.join(text.split())[:150]}")


if __name__ == "__main__":
    main()
