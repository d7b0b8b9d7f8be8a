"""A small model of 联合会审: which steps are open, who has them, who stands in, and what the next command must come to.

No product code. Signers (加签) are in officials_signing, who is away (代理) in officials_away.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from officials_away import Away

APPLICANT, REVIEWER, HEADS, ADMINISTRATOR = "applicant", "reviewer", ("head", "second_head"), "administrator"
COLLEAGUE = "colleague"
SIGNERS = ("signer1", "signer2", "signer3", "signer4", "signer5")
EVERYBODY = (APPLICANT, REVIEWER, *HEADS, ADMINISTRATOR, COLLEAGUE, *SIGNERS)
JOINT = {"会签": "all_sign", "或签": "any_signs", "依次": "sign_in_turn", "票决": "share_votes"}
REVIEWS = {"legal_review": SIGNERS[0], "finance_review": SIGNERS[1]}
REVISE, PRELIMINARY, HEAD = "applicant_revises", "preliminary_review", "head_decides"
RETURNS = {
    PRELIMINARY: (REVISE,),
    **dict.fromkeys((*JOINT.values(), *REVIEWS), (REVISE, PRELIMINARY)),
    HEAD: (REVISE, PRELIMINARY, "previous"),
}
OUTCOMES = {
    PRELIMINARY: ("agree", "correct"),
    REVISE: ("submit",),
    "share_votes": ("agree", "disagree", "abstain"),
}
AGREEING = ("agree", "disagree")
SAME_ORGAN = ({REVIEWER, COLLEAGUE, SIGNERS[0]}, set(HEADS) | {APPLICANT})
REACH = {PRELIMINARY: "district", "legal_review": "district", "finance_review": "organ", HEAD: "organ"}
OPEN, WAITING, DECIDED, CLOSED = "open", "waiting", "decided", "closed"


@dataclass(eq=False)
class Item:
    """`holder`: who has it; "" while it is `offered`. `seat`: whose vote it is, "" where one person decides. `askers`: who
    asked the holder, the last one last (委派). `lent`: who stands in now, for whom, and by which arrangement (代理)."""

    step: str
    offered: tuple[str, ...]
    holder: str = ""
    seat: str = ""
    state: str = OPEN
    way: str = ""  # of a signer: before, after, parallel; vote: a member like the others
    under: Item | None = None
    by: str = ""
    said: str = ""
    decided_by: str = ""
    decided_for: str = ""
    askers: list[str] = field(default_factory=list)
    handed: bool = False
    lapsed: bool = False
    near: set[str] = field(default_factory=set)  # whoever had it
    lent: dict[str, tuple[str, Away]] = field(default_factory=dict)
    stood: dict[str, Away] = field(default_factory=dict)  # whoever stood in, by what
    acted: set[str] = field(default_factory=set)  # those of them who did something
    id: int = 0  # as the house has it, once it was seen there

    @property
    def having(self) -> tuple[str, ...]:
        return (self.holder,) if self.holder else self.offered

    @property
    def advises(self) -> bool:
        return self.way in ("before", "after", "parallel")

    @property
    def going(self) -> bool:
        return self.state in (OPEN, WAITING)


@dataclass
class Open:
    """`members`: who votes, in their order; empty where one person decides."""

    members: list[str] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    back_to: str = ""

    @property
    def votes(self) -> dict[str, str]:
        return {one.seat: one.said for one in self.items if one.seat in self.members and one.state == DECIDED}


@dataclass
class Model:
    way: str
    members: tuple[str, ...]
    now: Callable[[], datetime]
    away: list[Away]
    state: str = "running"
    open: dict[str, Open] = field(default_factory=dict)
    items: list[Item] = field(default_factory=list)  # all there ever were
    said: dict[str, str] = field(default_factory=dict)  # step done -> what it came to, the last time
    waiting: set[str] = field(default_factory=set)  # reviews of the parallel part that have arrived at the join
    outcome: str = ""

    def begin(self) -> None:
        self._enter(PRELIMINARY)

    # who may

    def stands_in(self, who: str, item: Item) -> str:
        """In whose place he may act on the item at this moment, "" if he may not."""
        principal, by = item.lent.get(who, ("", None))
        return principal if by is not None and by.holds(self.now()) and principal in item.having else ""

    def works_on(self, item: Item) -> bool:
        return self.state == "running" and item.state == OPEN and item.step in self.open

    def has(self, who: str, item: Item) -> bool:
        """Whether this person may act on the item now, himself or for another."""
        return self.works_on(item) and (who in item.having or bool(self.stands_in(who, item)))

    def may_decide(self, who: str, item: Item) -> bool:
        return self.has(who, item) and not item.askers

    def may_return(self, who: str, item: Item, target: str) -> bool:
        return self.may_decide(who, item) and not item.advises and target in self.targets(item.step)

    def may_transfer(self, who: str, item: Item, to: str) -> bool:
        within = REACH.get(item.step, "")
        return (
            bool(within) and not item.askers and self._may_hand(who, item) and self.may_receive(who, item, to, within)
        )

    def may_delegate(self, who: str, item: Item, to: str) -> bool:
        within = REACH.get(item.step, "organ")
        circle = to in item.askers
        return self._may_hand(who, item) and not circle and self.may_receive(who, item, to, within)

    def may_answer(self, who: str, item: Item) -> bool:
        return self.has(who, item) and bool(item.askers)

    def may_release(self, who: str, item: Item) -> bool:
        free = not (item.askers or item.handed or self.unsigned(item)) and bool(item.holder)
        return free and self.has(who, item) and any(one not in (who, item.holder) for one in item.offered)

    def may_recall(self, who: str) -> bool:
        return self.may_withdraw(who) and REVISE not in self.open

    def may_withdraw(self, who: str) -> bool:
        return who == APPLICANT and self.state == "running" and set(self.open) <= {PRELIMINARY, REVISE}

    def may_receive(self, giver: str, item: Item, to: str, within: str) -> bool:
        if to in (giver, APPLICANT) or self._works_beside(giver, item, to):
            return False
        return within == "district" or any({giver, to} <= organ for organ in SAME_ORGAN)

    def unsigned(self, item: Item) -> list[Item]:
        """The signers under an item who are still waited for."""
        return [one for one in self.items if one.under is item and one.advises and one.going]

    def targets(self, step: str) -> tuple[str, ...]:
        """Where it may be returned to: the parallel part is entered again as a whole only, never in its middle."""
        found: list[str] = []
        for word in RETURNS.get(step, ()):
            if word == "previous":
                found += [one for one in (JOINT.get(self.way, ""),) if one in self.said]
            elif word == REVISE or word in self.said:
                found.append(word)
        return tuple(found)

    def offers(self) -> list[Item]:
        """Every item that somebody can work on."""
        return [one for here in self.open.values() for one in here.items if one.state == OPEN]

    def _may_hand(self, who: str, item: Item) -> bool:
        own = self.works_on(item) and who in item.having
        return own and not item.advises and not self.unsigned(item)

    def _works_beside(self, giver: str, item: Item, to: str) -> bool:
        """Whether he works on the step already: another member, or with another item of it; or decided one."""
        here, others = self.open[item.step], [one for one in self.open[item.step].items if one is not item]
        done = [one.decided_by for one in others if one.state == DECIDED and not one.advises] if here.members else []
        held = [who for one in others if one.going for who in one.having]
        return to in done or to in [one for one in (*here.members, *held) if one != giver]

    # what happens

    def take(self, item: Item, who: str) -> None:
        """Doing something with an offered item is taking it first."""
        if not item.holder:
            item.holder = self.stands_in(who, item) or who
        if self.stands_in(who, item):
            item.acted.add(who)

    def decide(self, item: Item, who: str, outcome: str) -> None:
        """Signers added before must be in already; those beside and after are waited for."""
        self._note(item, who, outcome)
        waited = self.unsigned(item)
        for one in waited:
            one.state = OPEN
        if waited:
            item.state = WAITING
        else:
            self.hold_good(item)

    def hold_good(self, item: Item) -> None:
        """The decision counts; the step is over where nobody else has to vote."""
        item.state, here, outcome = DECIDED, self.open[item.step], item.said
        if here.members:
            verdict = self.count(item.step)
            if verdict is None:
                self._next_in_turn(item.step)
                return
            outcome = verdict
        self.finish(item.step, outcome)

    def finish(self, step: str, outcome: str) -> None:
        back_to = self.open[step].back_to
        self._leave(step)
        self.said[step] = outcome
        first = self._after(step, outcome, self.waiting)
        if step in REVIEWS and {*self.waiting, step} != set(REVIEWS):
            self.waiting.add(step)
            return
        self.waiting.clear()
        for one in self._straight(step, back_to, first):
            self._enter(one)
        if not self.open:
            self.state = "ended"
            self.outcome = "同意办理" if step == HEAD and outcome == "agree" else "不予办理"

    def give_back(self, item: Item, who: str, target: str, back: str) -> None:
        self._note(item, who, "return")
        item.state, step = DECIDED, item.step
        self._leave_all()
        self._enter(target)
        self.open[target].back_to = step if back == "direct" else ""

    def transfer(self, item: Item, who: str, to: str) -> None:
        self._hand(item, who, to)

    def delegate(self, item: Item, who: str, to: str) -> None:
        item.askers.append(who)
        self._hand(item, who, to)

    def answer(self, item: Item, who: str) -> None:
        self.take(item, who)
        item.holder = item.askers.pop()

    def claim(self, item: Item, who: str) -> None:
        self.take(item, who)

    def release(self, item: Item, who: str) -> None:
        self.take(item, who)
        item.holder = ""

    def end(self, state: str) -> None:
        self._leave_all()
        self.state = state

    def recall(self) -> None:
        self._leave_all()
        self._enter(REVISE)

    def add_item(self, item: Item) -> Item:
        item.near |= {item.holder, *item.offered} - {""}
        self.items.append(item)
        self.open[item.step].items.append(item)
        return item

    def _note(self, item: Item, who: str, outcome: str) -> None:
        item.decided_for = self.stands_in(who, item)
        self.take(item, who)
        item.said, item.decided_by = outcome, who

    def _hand(self, item: Item, who: str, to: str) -> None:
        self.take(item, who)
        item.holder, item.handed = to, True
        item.near.add(to)

    def _leave(self, step: str) -> None:
        for one in self.open.pop(step).items:
            one.state = CLOSED if one.going else one.state

    def _leave_all(self) -> None:
        self.waiting.clear()
        for step in list(self.open):
            self._leave(step)

    # how the drawing goes on

    def _enter(self, step: str) -> None:
        if step in JOINT.values():
            asked = self.members[:1] if self.way == "依次" else self.members
            self.open[step] = Open(list(self.members))
            for one in asked:
                self.add_item(Item(step, (one,), one, seat=one))
        else:
            who = {PRELIMINARY: (REVIEWER,), REVISE: (APPLICANT,), HEAD: HEADS}.get(step) or (REVIEWS[step],)
            self.open[step] = Open()
            self.add_item(Item(step, who, who[0] if len(who) == 1 else ""))

    def _next_in_turn(self, step: str) -> None:
        here = self.open[step]
        rest = [one for one in here.members if one not in here.votes]
        if self.way == "依次":
            self.add_item(Item(step, (rest[0],), rest[0], seat=rest[0]))

    def _after(self, step: str, outcome: str, arrived: set[str]) -> tuple[str, ...]:
        if step == PRELIMINARY:
            if outcome != "agree":
                return (REVISE,)
            return (JOINT[self.way],) if self.way in JOINT else tuple(REVIEWS)
        if step == REVISE:
            return (PRELIMINARY,)
        if step in JOINT.values():
            return (HEAD,) if outcome == "agree" else ()
        if step in REVIEWS:
            both = {*arrived, step} == set(REVIEWS)
            return (HEAD,) if both and all(self.said[one] == "agree" for one in REVIEWS) else ()
        return ()

    def _straight(self, step: str, back_to: str, first: tuple[str, ...]) -> tuple[str, ...]:
        """直达: past what was decided before, with what was decided; where the way differs it stops. What leads back over
        the step just decided leads elsewhere from the first."""
        here, seen = first, list[str]()
        while back_to and len(here) == 1 and here[0] not in seen:
            if here[0] == step:
                return first
            seen.append(here[0])
            if here[0] == back_to or here[0] not in self.said:
                break
            here = self._after(here[0], self.said[here[0]], set())
        return (seen[-1],) if seen else first

    # how votes are counted

    def count(self, step: str) -> str | None:
        """What it comes to however the others vote; None while that differs. By trying all they can come to."""
        here, votes = self.open[step], self.open[step].votes
        if self.way == "依次":
            if "disagree" in votes.values():
                return "disagree"
            return "agree" if len(votes) == len(here.members) else None
        if self.way == "或签":
            return next(iter(votes.values()), None)
        rest = [one for one in here.members if one not in votes]
        ends = {self._verdict({**votes, **more}) for more in _ways_to_vote(rest, OUTCOMES.get(step, AGREEING))}
        return ends.pop() if len(ends) == 1 else None

    def _verdict(self, votes: dict[str, str]) -> str:
        agreed = sum(one == "agree" for one in votes.values())
        if self.way == "会签":
            return "agree" if agreed == len(votes) else "disagree"
        vetoed = votes[self.members[0]] == "disagree"
        return "agree" if 3 * agreed >= 2 * len(votes) and not vetoed else "disagree"


def _ways_to_vote(rest: Sequence[str], kinds: Sequence[str]) -> Iterator[dict[str, str]]:
    """Whoever may veto is the first; of the others it matters only how many say what."""
    for first in itertools.product(kinds, repeat=min(1, len(rest))):
        for others in itertools.combinations_with_replacement(kinds, max(0, len(rest) - 1)):
            yield dict(zip(rest, (*first, *others), strict=True))
