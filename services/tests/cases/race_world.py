"""The world two commands meet in: a case is lived once, then copied by SQL for every race. Which rows are a case's."""

from __future__ import annotations

import itertools
import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from jiecheng import cases, store
from jiecheng.acceptance import sample
from jiecheng.cases import substitution
from jiecheng.cases.release import Publication, deploy_release
from jiecheng.model.errors import JiechengError
from jiecheng.model.ids import IdentityId, ProcessId
from jiecheng.store.tables import dump_json, metadata

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
ASKER, FIRST, SECOND = (IdentityId(one) for one in ("i-caochengze", "i-songmingli", "i-lvzijin"))
LEGAL, MONEY, THIRD = (IdentityId(one) for one in ("i-youyizhou", "i-huazhujun", "i-weiwangshu"))
HEAD = IdentityId("i-qinxiangwan")  # of those who review: he may supervise
# Two pairs of whom the one is away and the other stands in, and who have nothing else to do with the cases.
AWAY, STAND_IN = IdentityId("i-qiguiyuan"), IdentityId("i-zousuxin")
AWAY_SOON, STAND_IN_SOON = IdentityId("i-douwenlan"), IdentityId("i-sunianci")
ADMINISTRATOR, OTHER_ADMINISTRATOR = IdentityId("i-lumuqing"), IdentityId("i-pengshouzheng")


class World:
    """One database for all races; a house of that day, and one of a week later in which its timers are due."""

    def __init__(self, url: str) -> None:
        self.house = cases.House(url, lambda: NOW, pool=6)
        self.later = cases.House(url, lambda: NOW + timedelta(days=7), pool=6)
        self.pool = ThreadPoolExecutor(2)
        self.actors: dict[str, object] = {}
        with self.house.transaction() as tx:
            sample.deploy(tx)
            self.elsewhere = tx.latest_releases()[ProcessId("joint_review")]
            # The review is offered to two here; the release before is there to move cases to.
            bundle = sample.bundle()
            form = json.loads(bundle.forms["matter.form"])
            next(one for one in form["components"] if one["key"] == "reviewer")["type"] = "taglist"
            offered = replace(bundle, forms={"matter.form": json.dumps(form, ensure_ascii=False)})
            deploy_release(tx, offered, Publication("sample", {}))

        self.prepared: dict[object, Prepared] = {}
        self.clones = itertools.count(1)

    def scenes(self, stage, many):
        """Cases of their own at that stage: lived once, then copied row by row, which costs a twentieth."""
        if stage not in self.prepared:
            self.prepared[stage] = Prepared(self, stage(self))
        return self.prepared[stage].copies([next(self.clones) for _ in range(many)])

    def close(self) -> None:
        self.pool.shutdown()
        self.house.close()
        self.later.close()

    def do(self, act, *, later=False):
        """What came of it: the sentence it said back, or the refusal."""
        try:
            with (self.later if later else self.house).transaction() as tx:
                told = act(tx)
        except JiechengError as refusal:
            return f"{type(refusal).__name__} {getattr(refusal, 'rule', '')} {refusal.message}"
        return told.sentence if isinstance(told, cases.Answer) else str(told)

    def who(self, identity):
        if identity not in self.actors:
            with self.house.transaction() as tx:
                self.actors[identity] = cases.accounts.actor_of(tx, identity)
        return self.actors[identity]

    def lend(self, giver, to):
        """From today for five days; what he has got already is his stand-in's only when the flows come to it."""
        with self.house.transaction() as tx:
            if not store.substitution.of_identities(tx.db, [giver]):
                terms = substitution.Terms(str(to), NOW.date(), NOW.date() + timedelta(days=4), "出差")
                substitution.arrange_substitution(tx, substitution.ArrangeSubstitution(self.who(giver), giver, terms))

    def start(self, way, reviewers=(FIRST, SECOND)):
        data = {"matter": "停车收费", "way": way, "reviewer": list(reviewers), "signers": [LEGAL, MONEY, THIRD]}
        with self.house.transaction() as tx:
            case = cases.start_case(tx, cases.StartCase(self.who(ASKER), ProcessId("joint_review"), data)).case
        return Scene(self, case)


@dataclass
class Scene:
    world: World
    case: int
    items: dict[str, int] = field(default_factory=dict)  # holder, or element for an offered one -> item

    def look(self):
        """Which items are open now, before the two press."""
        with self.world.house.transaction() as tx:
            for step, item in store.work_item.waiting(tx.db, self.case):
                self.items[item.assignee or step.element] = item.id
                self.items.setdefault(step.element, item.id)
        return self

    def decided(self, who):
        with self.world.house.transaction() as tx:
            return next(one.id for one in store.work_item.of_case(tx.db, self.case) if one.decided_by == who)

    def supervision(self):
        with self.world.house.transaction() as tx:
            return store.supervision.of_case(tx.db, self.case)[-1].id

    def timer(self):
        with self.world.house.transaction() as tx:
            return next(one.id for one in store.subscription.waiting(tx.db, self.case) if one.due_at)

    def must(self, act):
        with self.world.house.transaction() as tx:
            act(tx)
        return self.look()


BATCH = 4
APART = 1_000_000  # between the ids of one copy and those of the next


class Prepared:
    """The rows of a case, to be put down again under other ids."""

    def __init__(self, world, scene):
        self.scene, self.rows = scene, {}
        with world.house.transaction() as tx:
            run = tx.db.connection.exec_driver_sql
            for place, table in enumerate(metadata.sorted_tables, 1000):
                if (mine := where(table)) and table.name not in ("outbox", "search_rows"):
                    found = run(
                        f"SELECT to_jsonb(x) AS row FROM {table.name} x WHERE {mine} ORDER BY 1", rows_of(scene)
                    )
                    self.rows[table] = [row.row for row in found]
                if "id" in table.c and table.c["id"].identity is not None:
                    # What the races make comes behind all copies, as it would behind a case that was lived; no two
                    # tables share an id.
                    most = f"greatest({place * 1_000_000_000}, (SELECT max(id) FROM {table.name}))"
                    run(f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), {most})")

    def copies(self, numbers):
        world = self.scene.world
        with world.house.transaction() as tx:
            for table, rows in self.rows.items():
                moved = [self._moved(table, row, number * APART, number) for number in numbers for row in rows]
                if moved:
                    tx.db.connection.exec_driver_sql(
                        f"INSERT INTO {table.name} OVERRIDING SYSTEM VALUE"
                        f" SELECT * FROM jsonb_populate_recordset(null::{table.name}, %(rows)s::jsonb)",
                        {"rows": dump_json(moved)},
                    )
        return [
            Scene(world, self.scene.case + by, {name: item + by for name, item in self.scene.items.items()})
            for by in (number * APART for number in numbers)
        ]

    @staticmethod
    def _moved(table, row, by, number):
        own = "id" in table.c and table.c["id"].identity is not None
        moved = {
            name: value + by if isinstance(value, int) and (name in _NUMBERED or (name == "id" and own)) else value
            for name, value in row.items()
        }
        if table.name == "cases":
            moved["number"] = f"会审〔2026〕{APART + number}号"
        if table.name == "history_events":
            moved["leaf"] = _IN_LEAF.sub(lambda found: f"{found[1]}{int(found[2]) + by}", row["leaf"])
        return moved


_NUMBERED = ("case_id", "task_id", "item_id", "supervision_id", "under")
_IN_LEAF = re.compile(r'("(?:item|task|supervision|signer)":|"items":\[|(?<=\d),(?=\d))(\d+)')


def rows_of(scene):
    return {"cases": [scene.case]}


def where(table):
    """Which rows of a table belong to these cases; "" for a table that knows no case."""
    if table.name == "cases":
        return "x.id = ANY(%(cases)s)"
    if "case_id" in table.c:
        return "x.case_id = ANY(%(cases)s)"
    if "item_id" in table.c:
        return "x.item_id IN (SELECT id FROM work_items WHERE case_id = ANY(%(cases)s))"
    if "supervision_id" in table.c:
        return "x.supervision_id IN (SELECT id FROM supervisions WHERE case_id = ANY(%(cases)s))"
    return "x.task_id IN (SELECT id FROM tasks WHERE case_id = ANY(%(cases)s))" if "task_id" in table.c else ""


def whose(table):
    """Of which case a row is."""
    if table.name == "cases":
        return "x.id"
    if "case_id" in table.c:
        return "x.case_id"
    if "item_id" in table.c:
        return "(SELECT case_id FROM work_items w WHERE w.id = x.item_id)"
    if "supervision_id" in table.c:
        return "(SELECT case_id FROM supervisions w WHERE w.id = x.supervision_id)"
    return "(SELECT case_id FROM tasks w WHERE w.id = x.task_id)"
