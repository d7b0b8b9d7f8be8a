"""A small model of 联合会审: which steps are open, who has them, and what the next command must come to. No product code."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field

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


@dataclass
class Item:
    """`holder`: who has it; "" while it is offered. `askers`: who asked the holder, the last one last (委派)."""

    offered: tuple[str, ...]
    holder: str = ""
    askers: list[str] = field(default_factory=list)
    came_by: str = ""  # the one it was given to by 转办 or 委派


@dataclass
class Open:
    items: dict[str, Item]  # by member; one item under "" where one person decides
    votes: dict[str, str] = field(default_factory=dict)
    back_to: str = ""


@dataclass
class Model:
    way: str
    members: tuple[str, ...]
    state: str = "running"
    open: dict[str, Open] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)  # step done -> what it came to, the last time
    waiting: set[str] = field(default_factory=set)  # reviews of the parallel part that have arrived at the join
    outcome: str = ""

    def begin(self) -> None:
        self._enter(PRELIMINARY)

    # who may

    def has(self, who: str, step: str, member: str) -> bool:
        """Whether this person may act on the item now."""
        if self.state != "running" or step not in self.open:
            return False
        item = self.open[step].items.get(member)
        if item is None or member in self.open[step].votes:
            return False
        return who == item.holder if item.holder else who in item.offered

    def may_decide(self, who: str, step: str, member: str) -> bool:
        return self.has(who, step, member) and not self.open[step].items[member].askers

    def may_transfer(self, who: str, step: str, member: str, to: str) -> bool:
        return self.may_decide(who, step, member) and step in REACH and self._may_receive(who, to, REACH[step])

    def may_delegate(self, who: str, step: str, member: str, to: str) -> bool:
        if not self.has(who, step, member):
            return False
        if to in self.open[step].items[member].askers or self._works_beside(step, member, to):
            return False
        return self._may_receive(who, to, REACH.get(step, "organ"))

    def _works_beside(self, step: str, member: str, to: str) -> bool:
        """Whether he is another member of the vote, or works on another's item, or has worked on one."""
        if not member:
            return False
        others = (item for one, item in self.open[step].items.items() if one != member)
        return (to != member and to in self.members) or any(to == one.holder for one in others)

    def may_answer(self, who: str, step: str, member: str) -> bool:
        return self.has(who, step, member) and bool(self.open[step].items[member].askers)

    def may_recall(self, who: str) -> bool:
        return self.may_withdraw(who) and REVISE not in self.open

    def may_withdraw(self, who: str) -> bool:
        return who == APPLICANT and self.state == "running" and set(self.open) <= {PRELIMINARY, REVISE}

    def targets(self, step: str) -> tuple[str, ...]:
        """Where it may be returned to: the parallel part is entered again as a whole only, never in its middle."""
        found: list[str] = []
        for word in RETURNS.get(step, ()):
            if word == "previous":
                found += [one for one in (JOINT.get(self.way, ""),) if one in self.said]
            elif word == REVISE or word in self.said:
                found.append(word)
        return tuple(found)

    # what happens

    def decide(self, step: str, member: str, who: str, outcome: str) -> None:
        here = self.open[step]
        here.items[member].holder = who
        if member:
            here.votes[member] = outcome
            verdict = self._count(step, here.votes)
            if verdict is None:
                self._next_in_turn(step)
                return
            outcome = verdict
        del self.open[step]
        self.said[step] = outcome
        first = self._after(step, outcome, self.waiting)
        if step in REVIEWS and {*self.waiting, step} != set(REVIEWS):
            self.waiting.add(step)
            return
        self.waiting.clear()
        for one in self._straight(here.back_to, first):
            self._enter(one)
        if not self.open:
            self.state = "ended"
            self.outcome = "同意办理" if step == HEAD and outcome == "agree" else "不予办理"

    def give_back(self, step: str, target: str, back: str) -> None:
        self.open.clear()
        self.waiting.clear()
        self._enter(target)
        self.open[target].back_to = step if back == "direct" else ""

    def transfer(self, step: str, member: str, to: str) -> None:
        item = self.open[step].items[member]
        item.offered, item.holder, item.came_by = (to,), to, to

    def delegate(self, step: str, member: str, who: str, to: str) -> None:
        item = self.open[step].items[member]
        item.askers.append(who)
        item.offered, item.holder = (to,), to

    def answer(self, step: str, member: str) -> None:
        item = self.open[step].items[member]
        item.holder = item.askers.pop()
        item.offered = (item.holder,)

    def end(self, state: str) -> None:
        self.open.clear()
        self.state = state

    def recall(self) -> None:
        self.open.clear()
        self._enter(REVISE)

    # how the drawing goes on

    def _enter(self, step: str) -> None:
        if step in JOINT.values():
            asked = self.members[:1] if self.way == "依次" else self.members
            self.open[step] = Open({one: Item((one,), one) for one in asked})
        else:
            who = {PRELIMINARY: (REVIEWER,), REVISE: (APPLICANT,), HEAD: HEADS}.get(step) or (REVIEWS[step],)
            self.open[step] = Open({"": Item(who, who[0] if len(who) == 1 else "")})

    def _next_in_turn(self, step: str) -> None:
        here = self.open[step]
        rest = [one for one in self.members if one not in here.votes]
        if self.way == "依次":
            here.items[rest[0]] = Item((rest[0],), rest[0])

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

    def _straight(self, back_to: str, first: tuple[str, ...]) -> tuple[str, ...]:
        """直达: past what was decided before, with what was decided; where the way differs it stops."""
        here, seen = first, list[str]()
        while back_to and len(here) == 1 and here[0] not in seen:
            seen.append(here[0])
            if here[0] == back_to or here[0] not in self.said:
                break
            here = self._after(here[0], self.said[here[0]], set())
        return (seen[-1],) if seen else first

    def _may_receive(self, giver: str, to: str, within: str) -> bool:
        if to in (giver, APPLICANT):
            return False
        return within == "district" or any({giver, to} <= organ for organ in SAME_ORGAN)

    def _count(self, step: str, votes: dict[str, str]) -> str | None:
        """What it comes to however the others vote; None while that differs. By trying every way the others can vote."""
        if self.way == "依次":
            if "disagree" in votes.values():
                return "disagree"
            return "agree" if len(votes) == len(self.members) else None
        if self.way == "或签":
            return next(iter(votes.values()))
        rest = [one for one in self.members if one not in votes]
        kinds = OUTCOMES.get(step, AGREEING)
        ends = {self._verdict({**votes, **dict(zip(rest, more, strict=True))})
                for more in itertools.product(kinds, repeat=len(rest))}  # fmt: skip
        return ends.pop() if len(ends) == 1 else None

    def _verdict(self, votes: dict[str, str]) -> str:
        agreed = sum(one == "agree" for one in votes.values())
        if self.way == "会签":
            return "agree" if agreed == len(votes) else "disagree"
        vetoed = votes[self.members[0]] == "disagree"
        return "agree" if 3 * agreed >= 2 * len(votes) and not vetoed else "disagree"

    def offers(self) -> Iterator[tuple[str, str]]:
        """Every open item: its step, and whose place it is."""
        for step, here in self.open.items():
            yield from ((step, member) for member in here.items if member not in here.votes)
