"""Officials at random: how their commands are given, and what the house has to say after each of them.

Whoever may not do something tries it as well: the model says beforehand whether a command is to be refused, and a refused
one must leave every row of the case as it was. Knows no rule of the play (officials_machine).
"""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import ClassVar

from hypothesis.stateful import RuleBasedStateMachine
from officials_away import settle
from officials_model import (
    ADMINISTRATOR,
    APPLICANT,
    COLLEAGUE,
    HEADS,
    PRELIMINARY,
    REACH,
    REVIEWER,
    SAME_ORGAN,
    SIGNERS,
    Item,
    Model,
)
from sqlalchemy import text

from jiecheng import cases, engine, ledger, store
from jiecheng.model.actor import SYSTEM_IDENTITY
from jiecheng.model.errors import JiechengError
from jiecheng.model.ids import IdentityId

MATTER = "北门停车场收费方案"
SECOND_HEAD = IdentityId("i-second-head")
PEOPLE: Mapping[str, IdentityId] = {
    APPLICANT: IdentityId("i-caochengze"),
    REVIEWER: IdentityId("i-songmingli"),
    COLLEAGUE: IdentityId("i-lvzijin"),
    HEADS[0]: IdentityId("i-shijingshu"),
    HEADS[1]: SECOND_HEAD,
    ADMINISTRATOR: IdentityId("i-lumuqing"),
    **dict(zip(SIGNERS, map(IdentityId, ("i-youyizhou", "i-huazhujun", "i-weiwangshu", "i-qiguiyuan", "i-zousuxin")),
               strict=True)),
}  # fmt: skip
NAMES: Mapping[str | None, str] = {**{identity: name for name, identity in PEOPLE.items()}, None: ""}
MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
presses = itertools.count(1)


class Watched(RuleBasedStateMachine):
    """`office`, `clock`: of the district; both outlive the examples.

    `seen`: how often each command was done and refused, over all examples: a play that never comes to it proves nothing.
    """

    seen: ClassVar[Counter[tuple[str, str]]] = Counter()
    actors: ClassVar[dict[str, object]] = {}

    def __init__(self, office, clock):
        super().__init__()
        self.office, self.clock = office, clock
        clock.now = MONDAY
        self.model: Model | None = None
        self.past: list[Item] = []  # of cases that are over
        self.pictured = ""  # the rows of the case, as long as nothing was done since
        self.changed = False  # since the last look
        with office.house.transaction() as tx:
            run = tx.db.connection.exec_driver_sql
            run("UPDATE substitutions SET state = 'cancelled'")  # nobody is away when an example begins
            run("UPDATE stand_ins SET listed = false")
            self.last_away = run("SELECT coalesce(max(id), 0) FROM substitutions").scalar_one()

    def follow(self, case: int, model: Model) -> None:
        """From now on this is the case."""
        self._the_chain_is_whole()
        self.case, self.model, self.entries = case, model, []
        self.by: dict[str, str] = {
            SYSTEM_IDENTITY: "",
            PEOPLE[APPLICANT]: "",
        }  # who acted since the last look -> in whose place
        with self.office.house.transaction() as tx:
            self.release = store.case.get(tx.db, case).release
        self.touch()

    def touch(self) -> None:
        self.pictured, self.changed = "", True

    def do(self, deed, command, allowed, then, *, instead="", settles=True):
        """`then`: what becomes of the model; `instead`: in whose place the person acts."""
        before = self.picture()
        answer, refusal = self._try(deed, command)
        if refusal is not None:
            assert not allowed, f"refused: {refusal}"
            self.seen[deed.__name__, "refused"] += 1
            self.pictured = ""
            assert self.picture() == before, "a refused command changed something"
            return None
        assert allowed, f"done: {answer.sentence}"
        self.seen[deed.__name__, "done"] += 1
        if instead:
            self.seen["in another's place", "done"] += 1
        self.by[command.actor.identity] = PEOPLE[instead] if instead else ""
        then()
        if settles:
            self.settle()
        self.touch()
        if command.operation and self.seen[deed.__name__, "done"] % 3 == 1:
            done = self.picture()
            assert self.office.do(deed, command) == answer, "the same press again is another answer"
            self.pictured = ""
            assert self.picture() == done, "the same press again did something"
        self.look()
        return answer

    def settle(self) -> None:
        settle(self.model, APPLICANT, SAME_ORGAN, REACH)

    def _try(self, deed, command):
        try:
            return self.office.do(deed, command), None
        except JiechengError as refusal:
            return None, refusal.message

    def look(self) -> None:
        """The invariants of the house, and every row of the work against the model."""
        if self.model is None or not self.changed:
            return
        with self.office.house.transaction() as tx:
            case = store.case.get(tx.db, self.case)
            tasks = store.task.of_case(tx.db, self.case)
            items = store.work_item.of_case(tx.db, self.case)
            waits = engine.waits(tx.release(case.release).executable, case.snapshot, case.variables)
            timers = [row for row in store.subscription.waiting(tx.db, self.case) if row.due_at is not None]
            entries = store.history.entries_of(tx.db, self.case)
            fresh = store.history.openings_between(tx.db, self.case, len(self.entries) + 1, len(entries))
            shown = store.circulation.of_case(tx.db, self.case)
            listed: dict[int, set[str]] = {}
            for item, identity in tx.db.connection.execute(_LISTED, {"case": self.case}):
                listed.setdefault(item, set()).add(NAMES[identity])
        self._the_case_is(case, [task for task in tasks if task.state == "open"], waits, timers)
        elements = {task.id: task.element for task in tasks}
        self._bind(items, elements)
        self._the_items_are(items, listed)
        self._shown_are(shown)
        self._history(case, entries, fresh)
        self.changed = False

    def _the_case_is(self, case, tasks, waits, timers) -> None:
        assert case.state == self.model.state
        assert case.release == self.release
        assert sorted(task.element for task in tasks) == sorted(self.model.open)
        for task in tasks:
            members = self.model.open[task.element].members
            assert [NAMES[one] for one in task.members] == members, "who votes"
        people = sorted(wait.token for wait in waits if wait.kind == "user")
        assert people == sorted(task.token for task in tasks), "tokens and steps differ"
        assert all(timer.element == "review_is_slow" for timer in timers)
        assert bool(timers) <= (PRELIMINARY in self.model.open), "a timer of a step that is over"
        if self.model.state == "ended":
            assert case.outcome == self.model.outcome
        assert MATTER not in json.dumps(case.snapshot, ensure_ascii=False), "what was typed is in the engine"

    def _bind(self, items, elements) -> None:
        """Which item of the house each item of the model is: of every step in the order in which they came."""
        known = {one.id for one in self.model.items}
        fresh = [one for one in items if one.id not in known]
        awaited = [one for one in self.model.items if not one.id]
        assert sorted(elements[one.task] for one in fresh) == sorted(one.step for one in awaited), "new items"
        for mine in awaited:
            mine.id = next(one.id for one in fresh if elements[one.task] == mine.step)
            fresh = [one for one in fresh if one.id != mine.id]

    def _the_items_are(self, items, listed) -> None:
        assert {one.id for one in items} == {one.id for one in self.model.items}
        mine = {one.id: one for one in self.model.items}
        for item in items:
            told, expected = _told(item, listed.get(item.id, set())), _expected(mine[item.id])
            assert told == expected, f"\n{told}\n{expected}\n{mine[item.id]}"
            if item.state == "closed":
                assert item.cause, "closed without a word"
        if self.model.state in ("ended", "withdrawn"):
            assert not listed, "an item of a case that is over stands in a list"

    def _shown_are(self, rows) -> None:
        for copy, row in itertools.zip_longest(self.shown, rows):
            copy.id = copy.id or row.id
            told = (row.id, NAMES[row.reader], row.read_at is not None, row.withdrawn_at is not None, bool(row.view))
            assert told == (copy.id, copy.reader, copy.read, copy.withdrawn, copy.viewed)

    def _history(self, case, entries, fresh) -> None:
        """It only grows, its last seal is the case's, and it names those who acted, each in whose place he did."""
        assert len(entries) == case.seq
        assert (entries[-1].sha256, entries[-1].sm3) == (case.head_sha256, case.head_sm3)
        assert entries[: len(self.entries)] == self.entries
        for entry in entries[len(self.entries) :]:
            event = ledger.to_event(entry, [one for one in fresh if one.seq == entry.seq])
            who = event.personal["actor.identity"]
            assert who in self.by, f"{who} did nothing: {event.type}"
            assert event.personal.get("actor.for", "") == self.by[who], f"{who} stood in: {event.type}"
        self.entries, self.by = entries, {SYSTEM_IDENTITY: ""}

    def teardown(self) -> None:
        self._the_chain_is_whole()

    def _the_chain_is_whole(self) -> None:
        """As every entry stayed as it was first seen, a chain that is whole now was whole after every step."""
        if self.model is not None:
            with self.office.house.transaction() as tx:
                verdict = cases.history.check_chain(tx, store.case.get(tx.db, self.case))
            assert verdict.ok, verdict

    def actor(self, name):
        if name not in self.actors:
            self.actors[name] = self.office.actor(PEOPLE[name])
        return self.actors[name]

    def press(self) -> str:
        return f"press-{next(presses)}"

    def picture(self) -> str:
        """Every row of the case, in one word."""
        if not self.pictured:
            with self.office.house.transaction() as tx:
                asked = {"case": self.case, "away": self.last_away}
                self.pictured = tx.db.connection.exec_driver_sql(_picture(tx), asked).scalar_one()
        return self.pictured

    def looks(self) -> int:
        with self.office.house.transaction() as tx:
            return int(tx.db.connection.execute(text("SELECT count(*) FROM access_log")).scalar_one())


def _told(item, listed):
    lent = {NAMES[one.identity]: NAMES[one.principal] for one in item.stand_ins if one.listed}
    acted = {NAMES[one.identity] for one in item.stand_ins if one.acted}
    return (
        str(item.state), NAMES[item.assignee], listed, lent, acted, item.way, item.under or 0, NAMES[item.added_by],
        NAMES[item.asked_by], NAMES[item.decided_by], NAMES[item.decided_for], bool(item.outcome),
    )  # fmt: skip


def _expected(item: Item):
    state = "offered" if item.state == "open" and not item.holder else {"open": "assigned"}.get(item.state, item.state)
    listed = set(item.having) if item.state == "open" else set()
    lent = {who: principal for who, (principal, _) in item.lent.items()}
    return (
        state, item.holder, listed, lent, item.acted, item.way, item.under.id if item.under else 0, item.by,
        item.askers[-1] if item.askers else "", item.decided_by, item.decided_for, bool(item.said),
    )  # fmt: skip


_LISTED = text("SELECT item_id, identity FROM candidates WHERE case_id = :case AND open")
_TABLES = (
    "SELECT table_name FROM information_schema.columns WHERE column_name = 'case_id' AND table_schema = 'public'"
    " AND table_name <> 'access_log'"
)
_pictures: list[str] = []


def _picture(tx) -> str:
    """One statement for all tables, whatever there are; the tables stay what they are while the officials play."""
    if not _pictures:
        tables = sorted(row[0] for row in tx.db.connection.execute(text(_TABLES)))
        asked = [(table, "case_id = %(case)s") for table in tables]
        asked += [("cases", "id = %(case)s"), ("substitutions", "id > %(away)s")]
        parts = (
            f"(SELECT coalesce(md5(string_agg(t::text, '' ORDER BY t::text)), '') FROM {table} t WHERE {which})"
            for table, which in asked
        )
        _pictures.append("SELECT " + " || ' ' || ".join(parts))
    return _pictures[0]
