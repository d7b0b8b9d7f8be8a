"""Two commands on one case in the same second: the deeds, one line each, and the judge.

The judge knows no command: it compares every row of the case, and both answers, with those of the two orders one after
the other. A new command is one line in `DEEDS`; a new table is compared by itself.
"""

from __future__ import annotations

import itertools
import json
import re
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from jiecheng import cases, store
from jiecheng.acceptance import sample
from jiecheng.cases import circulation, question, signers, supervision
from jiecheng.cases.release import Publication, deploy_release
from jiecheng.model.errors import JiechengError
from jiecheng.model.ids import IdentityId, ProcessId
from jiecheng.store.tables import dump_json, metadata

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
ASKER, FIRST, SECOND = (IdentityId(one) for one in ("i-caochengze", "i-songmingli", "i-lvzijin"))
LEGAL, MONEY, THIRD = (IdentityId(one) for one in ("i-youyizhou", "i-huazhujun", "i-weiwangshu"))
HEAD = IdentityId("i-shijingshu")
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

    def start(self, way):
        data = {"matter": "停车收费", "way": way, "reviewer": [FIRST, SECOND], "signers": [LEGAL, MONEY, THIRD]}
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
                if (where := _where(table)) and table.name not in ("outbox", "search_rows"):
                    found = run(f"SELECT to_jsonb(x) AS row FROM {table.name} x WHERE {where} ORDER BY 1", _of(scene))
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
            name: value + by
            if isinstance(value, int) and (name in ("case_id", "task_id", "item_id") or (name == "id" and own))
            else value
            for name, value in row.items()
        }
        if table.name == "cases":
            moved["number"] = f"会审〔2026〕{APART + number}号"
        if table.name == "history_events":
            moved["leaf"] = _IN_LEAF.sub(lambda found: f"{found[1]}{int(found[2]) + by}", row["leaf"])
        return moved


_IN_LEAF = re.compile(r'("(?:item|task)":|"items":\[|(?<=\d),(?=\d))(\d+)')


# ---------------------------------------------------------------------- where a case stands when the two press


def offered(world):
    """The review waits for one of two to take it."""
    return world.start("会签").look()


def void_asked(world):
    """One administrator has asked to void it."""
    scene = offered(world)
    return scene.must(ANYWHERE["ask to void"](scene))


def reviewed(world):
    return offered_to(world, "会签")


def offered_to(world, way):
    scene = world.start(way).look()
    return scene.must(decide(FIRST, "preliminary_review", "agree")(scene))


def split(world):
    """Two branches wait at once."""
    return offered_to(world, "分头")


def half_signed(world):
    """One of three has signed."""
    scene = reviewed(world)
    return scene.must(decide(LEGAL, LEGAL, "agree")(scene))


def nearly_signed(world):
    """The last signature is missing."""
    scene = half_signed(world)
    return scene.must(decide(MONEY, MONEY, "agree")(scene))


# ---------------------------------------------------------------------- what they press: one line each


def decide(who, item, outcome):
    return lambda at: (
        lambda tx: cases.decide_work_item(
            tx, cases.DecideWorkItem(at.world.who(who), at.items[item], outcome, "意见。")
        )
    )


def send_back(who, item, target, back="step"):
    return lambda at: (
        lambda tx: cases.return_case(tx, cases.ReturnCase(at.world.who(who), at.items[item], target, back, "请补充。"))
    )


def on_item(command, words, who, item, *more):
    """A command of an item: what it is called, its words, who gives it."""
    return lambda at: lambda tx: command(tx, words(at.world.who(who), at.items[item], *more))


def on_case(command, words, who, *more):
    return lambda at: lambda tx: command(tx, words(at.world.who(who), at.case, *more))


def later_timer(at):
    timer = at.timer()
    return lambda tx: cases.fire_timer(tx, timer)


def to_the_other_release(at):
    move = cases.MigrateCase(at.world.who(ADMINISTRATOR), at.case, at.world.elsewhere)
    return lambda tx: cases.migrate_case(tx, move)


def taking_back(who):
    def prepared(at):
        item = at.decided(who)
        return lambda tx: cases.retract_decision(tx, cases.RetractDecision(at.world.who(who), item))

    return prepared


def opening(who, item):
    return lambda at: lambda tx: bool(cases.show_item(tx, at.world.who(who), at.items[item])) and None


def draft(who, item):
    return lambda at: lambda tx: cases.save_draft(tx, at.world.who(who), f"item:{at.items[item]}", {"opinion": "草稿"})


REVIEW = "preliminary_review"
ANYWHERE = {
    "hold": on_case(cases.hold_case, cases.HoldCase, ADMINISTRATOR, "等候答复", "会议决定"),
    "urge": on_case(cases.urge_case, cases.UrgeCase, ASKER, "请快"),
    "withdraw": on_case(cases.withdraw_case, cases.WithdrawCase, ASKER, "不办了"),
    "recall": on_case(cases.recall_case, cases.RecallCase, ASKER, "写错了"),
    "ask to void": on_case(cases.request_voiding, cases.RequestVoiding, ADMINISTRATOR, "登记了两次"),
    "confirm void": on_case(cases.confirm_voiding, cases.ConfirmVoiding, OTHER_ADMINISTRATOR),
    "resume": on_case(cases.resume_case, cases.ResumeCase, ADMINISTRATOR),
    "migrate": to_the_other_release,
    "circulate": on_case(circulation.circulate_case, circulation.CirculateCase, ASKER, LEGAL, "请知悉"),
    "ask": on_case(question.ask_question, question.AskQuestion, ASKER, FIRST, "缺什么材料？"),
    "supervise": on_case(supervision.supervise_case, supervision.SuperviseCase, HEAD, "请说明进度", 3),
}
DEEDS: dict[Callable[[World], Scene], dict[str, Callable[[Scene], Callable]]] = {
    offered: {
        **ANYWHERE,
        "decide": decide(FIRST, REVIEW, "agree"),
        "decide by the other": decide(SECOND, REVIEW, "correct"),
        "claim": on_item(cases.claim_work_item, cases.ClaimWorkItem, FIRST, REVIEW),
        "claim by the other": on_item(cases.claim_work_item, cases.ClaimWorkItem, SECOND, REVIEW),
        "release": on_item(cases.release_work_item, cases.ReleaseWorkItem, FIRST, REVIEW),
        "transfer": on_item(cases.transfer_work_item, cases.TransferWorkItem, FIRST, REVIEW, THIRD, "出差"),
        "delegate": on_item(cases.delegate_work_item, cases.DelegateWorkItem, FIRST, REVIEW, SECOND, "请核对"),
        "answer": on_item(cases.answer_delegation, cases.AnswerDelegation, SECOND, REVIEW, "无误"),
        "return": send_back(FIRST, REVIEW, "applicant_revises"),
        "add signer": on_item(signers.add_signer, signers.AddSigner, FIRST, REVIEW, SECOND, "before", "请先看"),
        "timer": later_timer,
        "open": opening(SECOND, REVIEW),
        "draft": draft(FIRST, REVIEW),
    },
    void_asked: {
        "decide": decide(FIRST, REVIEW, "agree"),
        "confirm void": ANYWHERE["confirm void"],
        "decline void": on_case(cases.decline_voiding, cases.DeclineVoiding, OTHER_ADMINISTRATOR, "可以退回"),
        "timer": later_timer,
        "hold": ANYWHERE["hold"],
    },
    split: {
        "decide": decide(LEGAL, LEGAL, "agree"),
        "decide beside": decide(MONEY, MONEY, "agree"),
        "refuse beside": decide(MONEY, MONEY, "disagree"),
        "return": send_back(LEGAL, LEGAL, "preliminary_review"),
        "return beside": send_back(MONEY, MONEY, "applicant_revises", "direct"),
        "transfer": on_item(cases.transfer_work_item, cases.TransferWorkItem, LEGAL, LEGAL, THIRD, "出差"),
        "retract": taking_back(FIRST),
        "open": opening(LEGAL, LEGAL),
        "hold": ANYWHERE["hold"],
    },
    half_signed: {
        "sign": decide(MONEY, MONEY, "agree"),
        "refuse": decide(THIRD, THIRD, "disagree"),
        "return": send_back(MONEY, MONEY, "preliminary_review"),
        "retract": taking_back(LEGAL),
        "open": opening(MONEY, MONEY),
    },
    nearly_signed: {
        "sign": decide(THIRD, THIRD, "agree"),
        "retract": taking_back(MONEY),
        "hold": ANYWHERE["hold"],
    },
}
LATER = frozenset({"timer"})
# The pairs that have cost other systems most, two hundred times each.
DANGEROUS = (
    *((offered, "decide", other) for other in (
        "decide by the other", "withdraw", "return", "transfer", "hold", "timer", "migrate", "urge"
    )),
    (offered, "decide", "add signer"),
    (void_asked, "decide", "confirm void"),
    (offered, "claim", "claim by the other"),
    (offered, "claim", "transfer"),
    (split, "return", "return beside"),
    (split, "decide", "decide beside"),
    (split, "retract", "decide"),
    (split, "retract", "open"),
    (half_signed, "sign", "refuse"),
    (nearly_signed, "sign", "retract"),
)  # fmt: skip


def pairs():
    """Every two deeds that may meet at one case, one with itself too: a button pressed by two windows."""
    for stage, deeds in DEEDS.items():
        yield from ((stage, *two) for two in itertools.combinations_with_replacement(deeds, 2))


# ---------------------------------------------------------------------- the judge


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


def _of(scene):
    return {"cases": [scene.case]}


def _where(table):
    """Which rows of a table belong to these cases; "" for a table that knows no case."""
    if table.name == "cases":
        return "x.id = ANY(%(cases)s)"
    if "case_id" in table.c:
        return "x.case_id = ANY(%(cases)s)"
    if "item_id" in table.c:
        return "x.item_id IN (SELECT id FROM work_items WHERE case_id = ANY(%(cases)s))"
    return "x.task_id IN (SELECT id FROM tasks WHERE case_id = ANY(%(cases)s))" if "task_id" in table.c else ""


def _whose(table):
    """Of which case a row is."""
    if table.name == "cases":
        return "x.id"
    if "case_id" in table.c:
        return "x.case_id"
    if "item_id" in table.c:
        return "(SELECT case_id FROM work_items w WHERE w.id = x.item_id)"
    return "(SELECT case_id FROM tasks w WHERE w.id = x.task_id)"


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
        if table.name not in _APART and (where := _where(table)):
            nr = "x.id" if "id" in table.c else "0::bigint"
            parts.append(f"SELECT {_whose(table)}, '{table.name}', {nr}, to_jsonb(x) FROM {table.name} x WHERE {where}")
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
