"""Officials at random over the public commands, against the small model; the invariants of the house after every step.

Each example is one case of 联合会审 in the same district. Whoever may not do something tries it as well: the model says
beforehand whether a command is to be refused, and a refused one must leave every row of the case as it was.
"""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import ClassVar

import hypothesis.strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from officials_model import (
    ADMINISTRATOR,
    AGREEING,
    APPLICANT,
    COLLEAGUE,
    EVERYBODY,
    HEADS,
    JOINT,
    OUTCOMES,
    PRELIMINARY,
    REVIEWER,
    SIGNERS,
    Model,
)
from sqlalchemy import text

from jiecheng import cases, engine, store
from jiecheng.model.directory import Identity
from jiecheng.model.errors import JiechengError
from jiecheng.model.ids import IdentityId, PersonId, PostId, ProcessId

MATTER = "北门停车场收费方案"
AUDITOR = IdentityId("i-fanruogu")
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
NAMES = {identity: name for name, identity in PEOPLE.items()}
MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
who = st.sampled_from(EVERYBODY)
ways = st.sampled_from((*JOINT, "分头"))
mostly = st.sampled_from((True, True, True, False))
seldom = st.sampled_from((False, False, True))
picked = st.integers(0, 11)
presses = itertools.count(1)


def second_head(tx: cases.Tx) -> None:
    """Two hold the head's post, so that its items are offered before somebody claims them."""
    known = store.directory.load(tx.db)
    post = known.identities[PEOPLE[HEADS[0]]].post
    person = known.identities[IdentityId("i-kongliyan")].person
    second = Identity(SECOND_HEAD, PersonId(person), PostId(post))
    store.directory.replace(tx.db, replace(known, identities={**known.identities, SECOND_HEAD: second}))


class Officials(RuleBasedStateMachine):
    """`office`, `clock`: of the district; both outlive the examples.

    `seen`: how often each command was done and refused, over all examples: a play that never comes to it proves nothing.
    """

    seen: ClassVar[Counter[tuple[str, str]]] = Counter()

    def __init__(self, office, clock):
        super().__init__()
        self.office, self.clock = office, clock
        clock.now = MONDAY

    @initialize(way=ways, several=st.integers(2, 5), order=st.permutations(SIGNERS), days=st.integers(0, 3))
    def raise_matter(self, way: str, several: int, order: list[str], days: int) -> None:
        # The parallel part is reviewed by the first two in their fixed order; joint steps by anybody in any order.
        members = tuple(order[:several]) if way in JOINT else SIGNERS
        data = {"matter": MATTER, "way": way, "reviewer": PEOPLE[REVIEWER], "signers": [PEOPLE[one] for one in members]}
        command = cases.StartCase(self.actor(APPLICANT), ProcessId("joint_review"), data, "")
        self.case = self.office.do(cases.start_case, command).case
        self.model = Model(way, members)
        self.model.begin()
        self.closed: list[int] = []  # items that were open once
        self.leaves: list[str] = []
        self.acted = {PEOPLE[APPLICANT], "system"}  # who acted since the last look
        with self.office.house.transaction() as tx:
            self.release = store.case.get(tx.db, self.case).release
        for _ in range(days):
            self.decide(0, 0)

    @precondition(lambda self: self.model.state in ("ended", "withdrawn"))
    @rule(way=ways, several=st.integers(3, 5), order=st.permutations(SIGNERS), days=st.integers(1, 4))
    def raise_another(self, way: str, several: int, order: list[str], days: int) -> None:
        """What is over stays as it is, whatever comes after it."""
        over, before = self.case, self._picture()
        self.raise_matter(way, several, order, days)
        this, self.case = self.case, over
        assert self._picture() == before
        self.case = this

    # what officials do

    @rule(place=picked, outcome=picked)
    def decide(self, place: int, outcome: int) -> None:
        """Somebody who has an item decides it."""
        offers = [(step, member) for step, member in self.model.offers() if self._holders(step, member)]
        if offers:
            step, member = offers[place % len(offers)]
            able = self._holders(step, member)
            self._decide(able[outcome % len(able)], step, member, outcome)

    @rule(person=who, place=picked, outcome=picked)
    def anybody_decides(self, person: str, place: int, outcome: int) -> None:
        offers = list(self.model.offers())
        if offers:
            self._decide(person, *offers[place % len(offers)], outcome)

    @rule(person=who, place=picked, outcome=picked)
    def decide_too_late(self, person: str, place: int, outcome: int) -> None:
        if self.closed:
            item = self.closed[place % len(self.closed)]
            command = cases.DecideWorkItem(self.actor(person), item, "agree", "同意。", {}, (), "")
            self._do(cases.decide_work_item, command, False, lambda: None)

    @rule(person=who, place=picked, goal=picked, direct=st.booleans(), held=mostly)
    def give_back(self, person: str, place: int, goal: int, direct: bool, held: bool) -> None:
        offers = list(self.model.offers())
        if not offers:
            return
        step, member = offers[place % len(offers)]
        able = self._holders(step, member)
        person = able[0] if held and able else person
        offered = self.model.targets(step)
        # Half of the time something that nobody offers.
        targets = [*offered, *offered, PRELIMINARY, "head_decides", step]
        chosen, back = targets[goal % len(targets)], "direct" if direct else "step"
        command = cases.ReturnCase(
            self.actor(person), self._item(step, member), chosen, back, "请补充收费依据。", self._press()
        )
        allowed = self.model.may_decide(person, step, member) and chosen in offered
        self._do(cases.return_case, command, allowed, lambda: self.model.give_back(step, chosen, back))

    @rule(person=who, to=who, place=picked, held=mostly)
    def transfer(self, person: str, to: str, place: int, held: bool) -> None:
        found = self._chosen(person, place, held)
        if found:
            person, step, member = found
            able = [one for one in EVERYBODY if self.model.may_transfer(person, step, member, one)]
            to = able[place % len(able)] if held and able else to
            command = cases.TransferWorkItem(
                self.actor(person), self._item(step, member), PEOPLE[to], "出差。", self._press()
            )
            allowed = self.model.may_transfer(person, step, member, to)
            self._do(cases.transfer_work_item, command, allowed, lambda: self.model.transfer(step, member, to))

    @rule(person=who, to=who, place=picked, held=mostly)
    def delegate(self, person: str, to: str, place: int, held: bool) -> None:
        found = self._chosen(person, place, held)
        if found:
            person, step, member = found
            able = [one for one in EVERYBODY if self.model.may_delegate(person, step, member, one)]
            to = able[place % len(able)] if held and able else to
            command = cases.DelegateWorkItem(
                self.actor(person), self._item(step, member), PEOPLE[to], "请核对。", self._press()
            )
            allowed = self.model.may_delegate(person, step, member, to)
            self._do(cases.delegate_work_item, command, allowed, lambda: self.model.delegate(step, member, person, to))

    @rule(person=who, place=picked, held=mostly)
    def answer(self, person: str, place: int, held: bool) -> None:
        asked = [offer for offer in self.model.offers() if self._row(*offer).askers]
        if asked:
            step, member = asked[place % len(asked)]
            person = self._row(step, member).holder if held else person
            command = cases.AnswerDelegation(self.actor(person), self._item(step, member), "数据无误。", self._press())
            allowed = self.model.may_answer(person, step, member)
            self._do(cases.answer_delegation, command, allowed, lambda: self.model.answer(step, member))

    @precondition(lambda self: "head_decides" in self.model.open)
    @rule(person=st.sampled_from((*HEADS, REVIEWER)))
    def claim(self, person: str) -> None:
        row = self._row("head_decides", "")
        allowed = not row.holder and self.model.has(person, "head_decides", "")
        command = cases.ClaimWorkItem(self.actor(person), self._item("head_decides", ""), self._press())
        self._do(cases.claim_work_item, command, allowed, lambda: setattr(row, "holder", person))

    @precondition(lambda self: "head_decides" in self.model.open)
    @rule(person=st.sampled_from((*HEADS, REVIEWER)), held=mostly)
    def release_item(self, person: str, held: bool) -> None:
        row = self._row("head_decides", "")
        person = row.holder if held and row.holder else person
        mine = row.holder == person and self.model.may_decide(person, "head_decides", "")
        command = cases.ReleaseWorkItem(self.actor(person), self._item("head_decides", ""), self._press())
        allowed = mine and len(row.offered) > 1
        self._do(cases.release_work_item, command, allowed, lambda: setattr(row, "holder", ""))

    @rule(person=st.sampled_from((APPLICANT, REVIEWER, ADMINISTRATOR)), sure=seldom)
    def recall(self, person: str, sure: bool) -> None:
        if self.model.may_recall(person) and not sure:
            return
        command = cases.RecallCase(self.actor(person), self.case, "金额要改。", self._press())
        self._do(cases.recall_case, command, self.model.may_recall(person), self.model.recall)

    @rule(person=st.sampled_from((APPLICANT, REVIEWER, ADMINISTRATOR)), sure=seldom)
    def withdraw(self, person: str, sure: bool) -> None:
        allowed = self.model.may_withdraw(person)
        if allowed and not sure:
            return  # else few examples would live long
        command = cases.WithdrawCase(self.actor(person), self.case, "不再需要。", self._press())
        self._do(cases.withdraw_case, command, allowed, lambda: self.model.end("withdrawn"))

    @rule(person=st.sampled_from((ADMINISTRATOR, REVIEWER, APPLICANT)), sure=seldom)
    def hold(self, person: str, sure: bool) -> None:
        allowed = person == ADMINISTRATOR and self.model.state == "running"
        if allowed and not sure:
            return
        command = cases.HoldCase(self.actor(person), self.case, "等待批复。", "示例规定第三条", self._press())
        self._do(cases.hold_case, command, allowed, lambda: setattr(self.model, "state", "held"))

    @precondition(lambda self: self.model.state == "held")
    @rule(person=st.sampled_from((ADMINISTRATOR, APPLICANT)))
    def resume(self, person: str) -> None:
        allowed = person == ADMINISTRATOR
        command = cases.ResumeCase(self.actor(person), self.case, "批复已到。", self._press())
        self._do(cases.resume_case, command, allowed, lambda: setattr(self.model, "state", "running"))

    @rule(person=who)
    def urge(self, person: str) -> None:
        """No event is sealed for it, whether it is allowed or not."""
        command = cases.UrgeCase(self.actor(person), self.case, "请尽快。", self._press())
        try:
            self.office.do(cases.urge_case, command)
        except JiechengError:
            return
        assert self.model.state == "running"

    @rule(hours=st.integers(1, 200))
    def time_passes(self, hours: int) -> None:
        """The flows do for this case what is due; whatever fires, nobody's work is done for him."""
        self.clock.move(hours=hours)
        with self.office.house.transaction() as tx:
            waiting = store.subscription.waiting(tx.db, self.case)
            due = [row.id for row in waiting if row.due_at is not None and row.due_at <= tx.now]
        for timer in due:
            self.office.do(cases.fire_timer, timer)
            self.acted.add("system")
            self.seen["fire_timer", "done"] += 1
            again = self._picture()
            self.office.do(cases.fire_timer, timer)
            assert self._picture() == again, "a timer fired twice"

    @rule()
    def the_auditor_reads(self) -> None:
        before = self._looks()
        with self.office.house.transaction() as tx:
            view = cases.history.show_history(tx, cases.accounts.actor_of(tx, AUDITOR), self.case)
        assert [row.seq for row in view.rows] == list(range(1, len(view.rows) + 1))
        assert self._looks() == before + 1

    # invariants

    @invariant()
    def the_rows_are_what_the_model_says(self) -> None:
        if not hasattr(self, "model"):
            return
        with self.office.house.transaction() as tx:
            case = store.case.get(tx.db, self.case)
            tasks = store.task.open_of_case(tx.db, self.case)
            items = store.work_item.of_case(tx.db, self.case)
            waits = engine.waits(tx.release(case.release).executable, case.snapshot, case.variables)
            timers = [row for row in store.subscription.waiting(tx.db, self.case) if row.due_at is not None]
            listed: dict[int, list[str]] = {}
            for item, identity in tx.db.connection.execute(text(_LISTED), {"case": self.case}):
                listed.setdefault(item, []).append(NAMES[identity])
        assert case.state == self.model.state
        assert case.release == self.release
        assert sorted(task.element for task in tasks) == sorted(self.model.open)
        by_task = {task.id: task.element for task in tasks}
        people = sorted(wait.token for wait in waits if wait.kind == "user")
        assert people == sorted(task.token for task in tasks), "tokens and steps differ"
        assert all(timer.element == "review_is_slow" for timer in timers)
        assert bool(timers) <= (PRELIMINARY in self.model.open), "a timer of a step that is over"
        standing = {}
        for item in items:
            if item.closed_at is not None:
                assert item.id not in listed, "an item that is over stands in a list"
                if item.id not in self.closed:
                    self.closed.append(item.id)
                assert item.state in ("decided", "closed")
                assert item.outcome if item.state == "decided" else item.cause
                continue
            assert item.task in by_task, "an open item of a step that is over"
            assert listed.get(item.id), "an item that stands in nobody's list"
            step = by_task[item.task]
            assert item.asked_by == (PEOPLE[self._askers(step, item)[-1]] if self._askers(step, item) else None)
            holder = NAMES[item.assignee] if item.assignee else ""
            standing[step, holder] = tuple(sorted(listed[item.id]))
        expected = {
            (step, row.holder): (row.holder,) if row.holder else tuple(sorted(row.offered))
            for step, row in ((step, self._row(step, member)) for step, member in self.model.offers())
        }
        assert standing == expected, (standing, expected)
        if self.model.state in ("ended", "withdrawn"):
            assert not standing
        if self.model.state == "ended":
            assert case.outcome == self.model.outcome
        assert MATTER not in json.dumps(case.snapshot, ensure_ascii=False), "what was typed is in the engine"

    @invariant()
    def the_history_only_grows_and_names_who_acted(self) -> None:
        if not hasattr(self, "model"):
            return
        with self.office.house.transaction() as tx:
            case = store.case.get(tx.db, self.case)
            verdict = cases.history.check_chain(tx, case)
            leaves = [entry.leaf for entry in store.history.entries_of(tx.db, self.case)]
            events = cases.history.events_of(tx, self.case)
        assert verdict.ok, verdict
        assert len(leaves) == case.seq
        assert leaves[: len(self.leaves)] == self.leaves
        actors = {event.personal["actor.identity"] for event in events[len(self.leaves) :]}
        assert {one for one in actors if one in NAMES} <= self.acted
        self.leaves, self.acted = leaves, set()

    # how it is done

    def _do(self, deed, command, allowed, then):
        before = self._picture()
        answer, refusal = self._try(deed, command)
        if refusal is not None:
            assert not allowed, f"refused: {refusal}"
            self.seen[deed.__name__, "refused"] += 1
            assert self._picture() == before, "a refused command changed something"
            return
        assert allowed, f"done: {answer.sentence}"
        self.seen[deed.__name__, "done"] += 1
        self.acted |= {command.actor.identity, "system"}
        then()
        if command.operation:
            done = self._picture()
            assert self.office.do(deed, command) == answer, "the same press again is another answer"
            assert self._picture() == done, "the same press again did something"

    def _try(self, deed, command):
        try:
            return self.office.do(deed, command), None
        except JiechengError as refusal:
            return None, refusal.message

    def _decide(self, person: str, step: str, member: str, outcome: int) -> None:
        kinds = OUTCOMES.get(step, AGREEING)
        # More often the first: most cases should come far.
        said = kinds[outcome % len(kinds)] if outcome > 7 else kinds[0]
        item = self._item(step, member)
        command = cases.DecideWorkItem(self.actor(person), item, said, "意见。", {}, (), self._press())
        allowed = self.model.may_decide(person, step, member)
        self._do(cases.decide_work_item, command, allowed, lambda: self.model.decide(step, member, person, said))

    def _chosen(self, person: str, place: int, held: bool) -> tuple[str, str, str] | None:
        offers = list(self.model.offers())
        if not offers:
            return None
        step, member = offers[place % len(offers)]
        able = self._holders(step, member)
        return (able[0] if held and able else person, step, member)

    def _holders(self, step: str, member: str) -> list[str]:
        return [one for one in EVERYBODY if self.model.may_decide(one, step, member)]

    def _row(self, step, member):
        return self.model.open[step].items[member]

    def _askers(self, step, item):
        here = self.model.open[step].items
        return (here[""] if "" in here else here[self._seat(step, item)]).askers

    def _seat(self, step, item) -> str:
        """Whose place the item is: he has it, or asked somebody to work on it."""
        near = [NAMES[one] for one in (item.assignee, *item.candidates)]
        return next(one for one in near if one in self.model.open[step].items)

    def _item(self, step: str, member: str) -> int:
        with self.office.house.transaction() as tx:
            tasks = {task.id for task in store.task.open_of_case(tx.db, self.case) if task.element == step}
            found = [one for one in store.work_item.of_case(tx.db, self.case)
                     if one.task in tasks and one.closed_at is None]  # fmt: skip
        (item,) = [one.id for one in found if not member or PEOPLE[member] in (one.assignee, *one.candidates)]
        return int(item)

    def actor(self, name):
        return self.office.actor(PEOPLE[name])

    def _press(self) -> str:
        return f"press-{next(presses)}"

    def _picture(self) -> str:
        """Every row of the case, in one word."""
        with self.office.house.transaction() as tx:
            tables = [row[0] for row in tx.db.connection.execute(text(_TABLES))]
            parts = " UNION ALL ".join(
                f"SELECT md5(string_agg(md5(t::text), '' ORDER BY t::text)) AS word FROM {table} t WHERE {column} = :case"
                for table, column in [*((one, "case_id") for one in sorted(tables)), ("cases", "id")]
            )
            rows = tx.db.connection.execute(text(parts), {"case": self.case})
            return " ".join(str(row[0]) for row in rows)

    def _looks(self) -> int:
        with self.office.house.transaction() as tx:
            return int(tx.db.connection.execute(text("SELECT count(*) FROM access_log")).scalar_one())


_TABLES = (
    "SELECT table_name FROM information_schema.columns WHERE column_name = 'case_id' AND table_schema = 'public'"
    " AND table_name <> 'access_log'"
)
_LISTED = "SELECT item_id, identity FROM candidates WHERE case_id = :case AND open"
