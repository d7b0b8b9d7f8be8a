"""Officials at random over the public commands, against the small model; the invariants of the house after every step.

Each example is one case of 联合会审 in the same district. How commands are given and watched: officials_watched.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

import hypothesis.strategies as st
import officials_signing as signing
from hypothesis.stateful import initialize, invariant, precondition, rule
from officials_away import Away, may_arrange
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
    REACH,
    REVIEWER,
    SAME_ORGAN,
    SIGNERS,
    Item,
    Model,
)
from officials_watched import MATTER, PEOPLE, SECOND_HEAD, Watched

from jiecheng import cases, store
from jiecheng.cases import circulation, substitution, substitution_due
from jiecheng.model.directory import Identity
from jiecheng.model.errors import JiechengError
from jiecheng.model.ids import IdentityId, PersonId, PostId, ProcessId

AUDITOR = IdentityId("i-fanruogu")
# Who keeps the posts of an organ arranges for those who cannot: the clerk of 司法局, and the second head, who is one too.
CLERKS = {SIGNERS[0]: {REVIEWER, COLLEAGUE}, HEADS[1]: {HEADS[0], APPLICANT}}
SCOPES = ("", "", "", PRELIMINARY, "head_decides", "all_sign")
who = st.sampled_from(EVERYBODY)
ways = st.sampled_from((*JOINT, "分头"))
mostly = st.sampled_from((True, True, True, False))
seldom = st.sampled_from((False, False, True))
picked = st.integers(0, 59)
going = precondition(lambda self: self.model.open)  # what is refused when all is over, anybody_decides tries


def second_head(tx: cases.Tx) -> None:
    """Two hold the head's post, so that its items are offered before somebody claims them."""
    known = store.directory.load(tx.db)
    post = known.identities[PEOPLE[HEADS[0]]].post
    person = known.identities[IdentityId("i-kongliyan")].person
    second = Identity(SECOND_HEAD, PersonId(person), PostId(post))
    store.directory.replace(tx.db, replace(known, identities={**known.identities, SECOND_HEAD: second}))


@dataclass(eq=False)
class Copy:
    """What was shown to one reader (传阅)."""

    sender: str
    reader: str
    step: str
    read: bool = False
    withdrawn: bool = False
    viewed: bool = False
    id: int = 0


class Officials(Watched):
    @initialize(way=ways, several=st.integers(2, 5), order=st.permutations(SIGNERS), days=st.integers(0, 3))
    def raise_matter(self, way: str, several: int, order: list[str], days: int) -> None:
        # The parallel part is reviewed by the first two in their fixed order; joint steps by anybody in any order.
        members = tuple(order[:several]) if way in JOINT else SIGNERS
        data = {"matter": MATTER, "way": way, "reviewer": PEOPLE[REVIEWER], "signers": [PEOPLE[one] for one in members]}
        command = cases.StartCase(self.actor(APPLICANT), ProcessId("joint_review"), data, "")
        case = self.office.do(cases.start_case, command).case
        self.shown: list[Copy] = []
        self.audited = 0  # up to which entry
        model = Model(way, members, lambda: self.clock.now, self.model.away if self.model else [])
        self.past = [*self.past, *(self.model.items if self.model else [])]
        model.begin()
        self.follow(case, model)
        self.settle()
        self.look()
        for _ in range(days):
            self.decide(0, 0)

    @precondition(lambda self: self.model.state in ("ended", "withdrawn"))
    @rule(way=ways, several=st.integers(3, 5), order=st.permutations(SIGNERS), days=st.integers(1, 4))
    def raise_another(self, way: str, several: int, order: list[str], days: int) -> None:
        """What is over stays as it is, whatever comes after it."""
        over, before = self.case, self.picture()
        self.raise_matter(way, several, order, days)
        this, self.case, self.pictured = self.case, over, ""
        assert self.picture() == before
        self.case, self.pictured = this, ""

    @rule()
    def a_quiet_day(self) -> None:
        """The simplest that can happen. Hypothesis begins with an example of nothing else."""

    # what officials do

    @going
    @rule(place=picked, outcome=picked, several=st.integers(1, 5))
    def decide(self, place: int, outcome: int, several: int = 1) -> None:
        """Those who have an item decide it, or sign it."""
        for _ in range(several):
            offers = [item for item in self.model.offers() if self._deciders(item)]
            if offers:
                item = offers[place % len(offers)]
                able = self._deciders(item)
                self._decide(able[outcome % len(able)], item, outcome)

    @precondition(lambda self: any(one.advises for one in self.model.offers()))
    @rule(place=picked, outcome=picked, several=st.integers(1, 3))
    def sign(self, place: int, outcome: int, several: int) -> None:
        """Those who were added (加签), and those who stand in for one of them."""
        for _ in range(several):
            asked = [(one, item) for item in self.model.offers() if item.advises for one in self._deciders(item)]
            if asked:
                person, item = asked[place % len(asked)]
                self._decide(person, item, outcome)

    @precondition(lambda self: any(one.lent for one in self.model.offers()))
    @rule(place=picked, outcome=picked)
    def decide_for_another(self, place: int, outcome: int) -> None:
        """乙 代 甲."""
        lent = [(one, item) for item in self.model.offers() for one in item.lent]
        if lent:
            person, item = lent[place % len(lent)]
            self._decide(person, item, outcome)

    @rule(person=who, place=picked, outcome=picked)
    def anybody_decides(self, person: str, place: int, outcome: int) -> None:
        """Whatever item there is or was."""
        self._decide(person, self.model.items[place % len(self.model.items)], outcome)

    @going
    @rule(person=who, place=picked, goal=picked, direct=st.booleans(), held=mostly)
    def give_back(self, person: str, place: int, goal: int, direct: bool, held: bool) -> None:
        if found := self._chosen(person, place, held):
            person, item = found
            offered = self.model.targets(item.step)
            # Half of the time something that nobody offers.
            targets = [*offered, *offered, PRELIMINARY, "head_decides", item.step]
            target, back = targets[goal % len(targets)], "direct" if direct else "step"
            command = cases.ReturnCase(self.actor(person), item.id, target, back, "请补充收费依据。", self.press())
            allowed = self.model.may_return(person, item, target)
            self._work(cases.return_case, command, allowed, (person, item), self.model.give_back, target, back)

    @going
    @rule(person=who, to=who, place=picked, held=mostly)
    def transfer(self, person: str, to: str, place: int, held: bool) -> None:
        if found := self._giving(self.model.may_transfer, (person, to), place, held):
            person, item, to = found
            command = cases.TransferWorkItem(self.actor(person), item.id, PEOPLE[to], "出差。", self.press())
            allowed = self.model.may_transfer(person, item, to)
            self._work(cases.transfer_work_item, command, allowed, (person, item), self.model.transfer, to)

    @going
    @rule(person=who, to=who, place=picked, held=mostly)
    def delegate(self, person: str, to: str, place: int, held: bool) -> None:
        if found := self._giving(self.model.may_delegate, (person, to), place, held):
            person, item, to = found
            command = cases.DelegateWorkItem(self.actor(person), item.id, PEOPLE[to], "请核对。", self.press())
            allowed = self.model.may_delegate(person, item, to)
            self._work(cases.delegate_work_item, command, allowed, (person, item), self.model.delegate, to)

    @precondition(lambda self: any(one.askers for one in self.model.offers()))
    @rule(person=who, place=picked, held=mostly)
    def answer(self, person: str, place: int, held: bool) -> None:
        asked = [item for item in self.model.offers() if item.askers]
        if asked:
            item = asked[place % len(asked)]
            person = [item.holder, *item.lent][place % (1 + len(item.lent))] if held else person
            command = cases.AnswerDelegation(self.actor(person), item.id, "数据无误。", self.press())
            allowed = self.model.may_answer(person, item)
            self._work(cases.answer_delegation, command, allowed, (person, item), self.model.answer)

    @going
    @rule(person=who, to=who, place=picked, way=st.sampled_from(("before", "after", "parallel")), held=mostly)
    def add_signer(self, person: str, to: str, place: int, way: str, held: bool) -> None:
        def may(one: str, item: Item, to: str) -> bool:
            return signing.may_add(self.model, one, item, to, signing.way_of(item.step, way))

        if found := self._giving(may, (person, to), place, held):
            person, item, to = found
            meant, allowed = signing.way_of(item.step, way), may(*found)
            command = cases.AddSigner(self.actor(person), item.id, PEOPLE[to], way, "请把关。", self.press())
            self._work(cases.add_signer, command, allowed, (person, item), self._add, to, meant)

    @precondition(lambda self: any(one.way for here in self.model.open.values() for one in here.items))
    @rule(person=who, place=picked, held=mostly)
    def withdraw_signer(self, person: str, place: int, held: bool) -> None:
        added = [item for item in self.model.items if item.under is not None and item.step in self.model.open]
        if added:
            going = [item for item in added if item.going] if held else []
            item = (going or added)[place % len(going or added)]
            person = item.under.holder if held else person
            command = cases.WithdrawSigner(self.actor(person), item.id, "不用了。", self.press())
            allowed = signing.may_withdraw(self.model, person, item)
            self.do(cases.withdraw_signer, command, allowed, lambda: signing.withdraw(self.model, item))

    @precondition(lambda self: "head_decides" in self.model.open)
    @rule(person=st.sampled_from((*HEADS, REVIEWER)), place=picked)
    def claim(self, person: str, place: int) -> None:
        item = self.model.open["head_decides"].items[0]
        able = [*item.lent, person]
        person = able[place % len(able)]
        allowed = not item.holder and self.model.has(person, item)
        command = cases.ClaimWorkItem(self.actor(person), item.id, self.press())
        self._work(cases.claim_work_item, command, allowed, (person, item), self.model.claim)

    @precondition(lambda self: "head_decides" in self.model.open)
    @rule(person=st.sampled_from((*HEADS, REVIEWER)), place=picked, held=mostly)
    def release_item(self, person: str, place: int, held: bool) -> None:
        item = self.model.open["head_decides"].items[0]
        able = [one for one in (item.holder, *item.lent) if one]
        person = able[place % len(able)] if held and able else person
        command = cases.ReleaseWorkItem(self.actor(person), item.id, self.press())
        allowed = self.model.may_release(person, item)
        self._work(cases.release_work_item, command, allowed, (person, item), self.model.release)

    # substitution (代理)

    @rule(
        person=who,
        giver=who,
        to=who,
        first=st.sampled_from((0, 0, 0, 1, 2)),
        days=st.integers(0, 4),
        scope=picked,
        held=mostly,
    )
    def arrange(self, person: str, giver: str, to: str, first: int, days: int, scope: int, held: bool) -> None:
        """From today or soon, for all of the work or one step. Mostly for somebody who has something, by one near to him."""
        step = SCOPES[scope % len(SCOPES)]
        if held and (found := self._chosen(giver, scope, held)):
            item = found[1]
            giver, step = item.having[0], step and item.step
            near = [one for one in self._near(item) if one != giver]
            to, person = near[scope % len(near)] if near else to, giver
        begins = self._today() + timedelta(days=first)
        terms = substitution.Terms(
            PEOPLE[to], begins, begins + timedelta(days=days), "出差", (f"joint_review/{step}",) if step else ()
        )
        command = substitution.ArrangeSubstitution(self.actor(person), PEOPLE[giver], terms, self.press())
        starts = max(self.clock.now, substitution.midnight(terms.first))
        wanted = Away(0, giver, to, starts, substitution.midnight(terms.last + timedelta(days=1)), step)
        allowed = may_arrange(self.model.away, wanted, person, CLERKS)
        done = self.do(
            substitution.arrange_substitution, command, allowed, lambda: self.model.away.append(wanted), settles=False
        )
        if done is not None:
            wanted.id = done.substitution
            self._flows()

    @precondition(lambda self: self.model.away)
    @rule(person=who, place=picked, held=mostly, decline=st.booleans(), late=seldom)
    def end_substitution(self, person: str, place: int, held: bool, decline: bool, late: bool) -> None:
        """Who is away, or whoever keeps his posts; from that moment nobody stands in, however late the flows are."""
        if not self.model.away:
            return
        one = self.model.away[place % len(self.model.away)]
        if decline:
            self._decline(one, one.substitute if held else person)
            return
        person = one.giver if held else person
        mine = person == one.giver or one.giver in CLERKS.get(person, set())
        allowed = mine and not one.over and one.ends > self.clock.now
        command = substitution.EndSubstitution(self.actor(person), one.id, self.press())
        done = self.do(substitution.end_substitution, command, allowed, lambda: one.end(self.clock.now), settles=False)
        if done is not None and not late:
            self._flows()

    def _decline(self, one: Away, person: str) -> None:
        """乙 cannot: only he says so, and only while he has done nothing."""
        items = (*self.past, *self.model.items)
        fresh = not any(item.stood.get(one.substitute) is one and one.substitute in item.acted for item in items)
        allowed = person == one.substitute and fresh and not one.over and one.ends > self.clock.now
        command = substitution.DeclineSubstitution(self.actor(person), one.id, "要去培训", self.press())
        deed = substitution.decline_substitution
        if self.do(deed, command, allowed, lambda: one.end(self.clock.now), settles=False) is not None:
            self._flows()

    # beside the record

    @rule(person=who, to=who, place=picked, held=mostly)
    def circulate(self, person: str, to: str, place: int, held: bool) -> None:
        item = self.model.items[place % len(self.model.items)]
        if held:
            person = sorted(item.near)[place % len(item.near)]
        near = person in {*item.near, *item.lent, *item.acted, item.decided_by}
        state = self.model.state != "withdrawn"
        waiting = [one for one in self.shown if one.step == item.step and one.reader == to and not one.read]
        allowed = near and state and to != person and not any(not one.withdrawn for one in waiting)
        command = circulation.CirculateCase(self.actor(person), self.case, PEOPLE[to], "请知悉", item.id, self.press())

        def then() -> None:
            self.shown.append(Copy(person, to, item.step))
            item.acted |= {person} if instead else set()

        instead = self._instead(person, item)
        self.do(circulation.circulate_case, command, allowed, then, instead=instead)

    @precondition(lambda self: self.shown)
    @rule(person=who, place=picked, deed=st.sampled_from(("read", "view", "withdraw")), held=mostly)
    def answer_circulation(self, person: str, place: int, deed: str, held: bool) -> None:
        copy = self.shown[place % len(self.shown)]
        fresh = not copy.withdrawn and not copy.read
        if deed == "read":
            with self.office.house.transaction() as tx:
                assert circulation.mark_read(tx, self.actor(copy.reader), [copy.id]) == fresh
            copy.read = copy.read or fresh
            self.touch()
        elif deed == "view":
            person = copy.reader if held else person
            command = circulation.ViewCirculation(self.actor(person), copy.id, "阅。", self.press())
            allowed = person == copy.reader and not copy.withdrawn and not copy.viewed
            self.do(
                circulation.view_circulation, command, allowed, lambda: copy.__dict__.update(read=True, viewed=True)
            )
        else:
            person = copy.sender if held else person
            command = circulation.WithdrawCirculation(self.actor(person), copy.id, self.press())
            allowed = person == copy.sender and fresh
            self.do(circulation.withdraw_circulation, command, allowed, lambda: setattr(copy, "withdrawn", True))

    # the case as a whole

    @rule(person=st.sampled_from((APPLICANT, ADMINISTRATOR, REVIEWER)), deed=st.integers(0, 2), sure=seldom)
    def take_it_back(self, person: str, deed: int, sure: bool) -> None:
        """撤回修改, 撤销, 挂起. Not each time somebody may: else few examples would live long."""
        model, actor, key = self.model, self.actor(person), self.press()
        allowed = (
            model.may_recall(person), model.may_withdraw(person), person == ADMINISTRATOR and model.state == "running"
        )[deed]  # fmt: skip
        if allowed and deed and not sure:
            return
        if deed == 0:
            self.do(cases.recall_case, cases.RecallCase(actor, self.case, "金额要改。", key), allowed, model.recall)
        elif deed == 1:
            command = cases.WithdrawCase(actor, self.case, "不再需要。", key)
            self.do(cases.withdraw_case, command, allowed, lambda: model.end("withdrawn"))
        else:
            command = cases.HoldCase(actor, self.case, "等待批复。", "示例规定第三条", key)
            self.do(cases.hold_case, command, allowed, lambda: setattr(model, "state", "held"))

    @precondition(lambda self: self.model.state == "held")
    @rule(person=st.sampled_from((ADMINISTRATOR, APPLICANT)))
    def resume(self, person: str) -> None:
        allowed = person == ADMINISTRATOR
        command = cases.ResumeCase(self.actor(person), self.case, "批复已到。", self.press())
        self.do(cases.resume_case, command, allowed, lambda: setattr(self.model, "state", "running"))

    @rule(person=who)
    def urge(self, person: str) -> None:
        """No event is sealed for it, whether it is allowed or not."""
        command = cases.UrgeCase(self.actor(person), self.case, "请尽快。", self.press())
        try:
            self.office.do(cases.urge_case, command)
        except JiechengError:
            return
        self.touch()
        assert self.model.state == "running"

    @rule(hours=st.integers(1, 200), late=seldom)
    def time_passes(self, hours: int, late: bool) -> None:
        """The flows do for this case what is due, some of it late; whatever fires, nobody's work is done for him."""
        self.clock.move(hours=hours)
        with self.office.house.transaction() as tx:
            waiting = store.subscription.waiting(tx.db, self.case)
            due = [row.id for row in waiting if row.due_at is not None and row.due_at <= tx.now]
        for timer in due:
            self.office.do(cases.fire_timer, timer)
            self.touch()
            self.settle()
            self.seen["fire_timer", "done"] += 1
            again = self.picture()
            self.office.do(cases.fire_timer, timer)
            self.pictured = ""
            assert self.picture() == again, "a timer fired twice"
        if not late:
            self._flows()

    @precondition(lambda self: len(self.entries) > self.audited)
    @rule()
    def the_auditor_reads(self) -> None:
        before = self.looks()
        with self.office.house.transaction() as tx:
            view = cases.history.show_history(tx, cases.accounts.actor_of(tx, AUDITOR), self.case)
        assert [row.seq for row in view.rows] == list(range(1, len(view.rows) + 1))
        assert self.looks() == before + 1
        self.audited = len(self.entries)

    @invariant()
    def the_house_is_what_the_model_says(self) -> None:
        self.look()

    # how it is done

    def _work(self, deed, command, allowed, doer, then, *more) -> None:
        """Of an item: `doer` is who and which."""
        person, item = doer
        self.do(deed, command, allowed, lambda: then(item, person, *more), instead=self._instead(person, item))

    def _decide(self, person: str, item: Item, outcome: int) -> None:
        kinds = AGREEING if item.advises else OUTCOMES.get(item.step, AGREEING)
        # More often the first: most cases should come far.
        said = kinds[outcome % len(kinds)] if outcome > 39 else kinds[0]
        command = cases.DecideWorkItem(self.actor(person), item.id, said, "意见。", {}, (), self.press())
        if item.advises:
            allowed = signing.may_sign(self.model, person, item)
            self._work(cases.decide_work_item, command, allowed, (person, item), self._sign, said)
            return
        allowed = self.model.may_decide(person, item)
        self._work(cases.decide_work_item, command, allowed, (person, item), self.model.decide, said)

    def _add(self, item: Item, person: str, to: str, way: str) -> None:
        signing.add(self.model, item, person, to, way)

    def _sign(self, item: Item, person: str, said: str) -> None:
        self.seen["sign", "done"] += 1
        signing.sign(self.model, item, person, said)

    def _chosen(self, person: str, place: int, held: bool) -> tuple[str, Item] | None:
        offers = self.model.offers()
        if not offers:
            return None
        item = offers[place % len(offers)]
        able = self._deciders(item)
        return (able[place % len(able)] if held and able else person, item)

    def _giving(
        self, may: Callable[[str, Item, str], bool], at_random: tuple[str, str], place: int, held: bool
    ) -> tuple[str, Item, str] | None:
        """Who gives what to whom: something that may be, where there is any, or whatever."""
        items = [item for here in self.model.open.values() for item in here.items]
        able = [(one, item, to) for item in items for one in item.having for to in EVERYBODY if may(one, item, to)]
        if held and able:
            return able[place % len(able)]
        return (at_random[0], items[place % len(items)], at_random[1]) if items else None

    def _deciders(self, item: Item) -> list[str]:
        return [one for one in EVERYBODY if self.model.may_decide(one, item)]

    def _instead(self, person: str, item: Item) -> str:
        """In whose place he acts on this item, or did when he decided it."""
        now = self.model.stands_in(person, item)
        stood = item.stood.get(person)
        decided = item.decided_for if item.decided_by == person and stood and stood.holds(self.clock.now) else ""
        return decided or now

    def _flows(self) -> None:
        """Beginnings and ends of substitutions at their moment."""
        if substitution_due.apply_due(self.office.house):
            self.seen["apply_due", "done"] += 1
            self.touch()
        self.settle()

    def _today(self) -> date:
        return self.clock.now.astimezone(cases.house.BEIJING).date()

    def _near(self, item: Item) -> list[str]:
        """Who may stand in for the first who has it, as far as one sees from outside."""
        giver, within = item.having[0], REACH.get(item.step, "organ")
        return [one for one in EVERYBODY if within == "district" or any({one, giver} <= organ for organ in SAME_ORGAN)]
