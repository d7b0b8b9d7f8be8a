"""The judge of two commands in the same second. It knows no command, and a new table is compared by itself.

It compares every row of the case, and both answers, with those of the two orders one after the other.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from race_deeds import DEEDS, LATER
from race_world import APART, BATCH, Scene, World, where, whose

from jiecheng.store.tables import metadata


@dataclass
class Pair:
    """Both orders one after the other say what may come of it; each race must have come to one of them."""

    world: World
    stage: Callable[[World], Scene]
    one: str
    other: str

    def orders(self):
        first, second = self.world.scenes(self.stage, 2)
        in_order = [act() for act in self._acts(first)]
        turned = [act() for act in self._acts(second)[::-1]][::-1]
        return set(_told(self.world, [first, second], [in_order, turned]))

    def races(self, many):
        """What came of each: never more than the two orders can say."""
        scenes = self.world.scenes(self.stage, many)
        return set(_told(self.world, scenes, [self._race(self._acts(scene)) for scene in scenes]))

    def many_races(self, wanted, seconds):
        """So many races, or fewer where the machine is slow: then as many as the seconds allow, one batch at least."""
        end, came = time.monotonic() + seconds, set()
        for begun in range(0, wanted, BATCH):
            came |= self.races(min(BATCH, wanted - begun))
            if time.monotonic() > end:
                break
        return came

    def _race(self, acts):
        barrier = threading.Barrier(2)

        def run(act):
            barrier.wait()
            return act()

        return [done.result() for done in [self.world.pool.submit(run, act) for act in acts]]

    def _acts(self, scene):
        return [self._act(scene, name) for name in (self.one, self.other)]

    def _act(self, scene, name):
        act = DEEDS[self.stage][name](scene)
        return lambda: self.world.do(act, later=name in LATER)


_UNSEEN = frozenset({"id", "salt", "sha256", "sm3", "head_sha256", "head_sm3", "content", "number"})
_IDS = {"item_id": "item", "item": "item", "items": "item", "task_id": "task", "task": "task"}
_APART = frozenset({"search_rows", "history_events", "history_openings"})
_NUMBER = re.compile(r"会审〔2026〕\d+号")


def _queries():
    """One statement for every row that belongs to these cases, whatever tables there are."""
    parts = [
        "SELECT case_id AS whose, 'history' AS place, seq::bigint AS nr,"
        " jsonb_build_object('type', type, 'public', leaf::jsonb->'public') AS row"
        " FROM history_events WHERE case_id = ANY(%(cases)s)",
        "SELECT case_id, 'openings', seq, jsonb_build_object('path', path, 'value', value)"
        " FROM history_openings WHERE case_id = ANY(%(cases)s)",
        "SELECT w.case_id, 'drafts', 0::bigint, to_jsonb(x) FROM drafts x JOIN work_items w"
        " ON x.subject = 'item:' || w.id WHERE w.case_id = ANY(%(cases)s)",
    ]
    for table in metadata.sorted_tables:
        if table.name not in _APART and (mine := where(table)):
            nr = "x.id" if "id" in table.c else "0::bigint"
            parts.append(f"SELECT {whose(table)}, '{table.name}', {nr}, to_jsonb(x) FROM {table.name} x WHERE {mine}")
    return " UNION ALL ".join(parts)


QUERY = _queries()


def _told(world, scenes, answers):
    """Everything there is to know of each case and both answers, with nothing in it that tells one case from another."""
    with world.house.transaction() as tx:
        ids = {"cases": [scene.case for scene in scenes]}
        rows = tx.db.connection.exec_driver_sql(QUERY, ids).all()
    by_case: dict[int, list] = {scene.case: [] for scene in scenes}
    for row in rows:
        by_case[row.whose].append(row)
    return [_of_one(by_case[scene.case], told) for scene, told in zip(scenes, answers, strict=True)]


def mixed(came, orders):
    """What a race came to that neither order explains: the lines that differ from the nearer of them."""
    strange = [set(one.split("\n")) for one in came - orders]
    nearest = [min((one ^ set(order.split("\n")) for order in orders), key=len) for one in strange]
    return ["\n".join(sorted(one)) for one in nearest]


def _of_one(rows, answers):
    known = {
        kind: {nr: place for place, nr in enumerate(sorted(row.nr for row in rows if row.place == table))}
        for kind, table in (("item", "work_items"), ("task", "tasks"))
    }
    lines = []
    for row in rows:
        if row.place in ("work_items", "tasks"):
            kept = known["item" if row.place == "work_items" else "task"][row.nr]
        else:
            kept = row.nr if row.place in ("history", "openings") else 0
        told = json.dumps(_plain(row.row, known), sort_keys=True, default=str, ensure_ascii=False)
        lines.append(f"{row.place} {kept} {told}")
    return "\n".join([*(_blank(one) for one in answers), *sorted(lines)])


def _plain(value, known, key=""):
    if isinstance(value, dict):
        return {
            name: _plain(one, known, name)
            for name, one in value.items()
            if name not in _UNSEEN and name not in ("case_id", "case")
        }
    if isinstance(value, list):
        return [_plain(one, known, key) for one in value]
    if key in _IDS and isinstance(value, int):
        return known[_IDS[key]].get(value, "gone")
    if isinstance(value, int) and value >= APART:  # an id, whatever the key calls it
        return next((f"{kind} {ids[value]}" for kind, ids in known.items() if value in ids), "#")
    if isinstance(value, str):
        return re.sub(r"\d+", "#", value) if key in ("key", "subject") else _blank(value)
    return value


def _blank(text):
    return re.sub(r"待办 \d+", "待办 #", _NUMBER.sub("№", str(text)))
