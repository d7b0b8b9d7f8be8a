"""Substitutions at random against a small reference: no chain, no circle, and at every moment each item has exactly the
holders the rules say, whether the flows have run or not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_joint_steps import ASKER, desk

from jiecheng import cases, store
from jiecheng.cases import clockwork, standing, substitution
from jiecheng.model.errors import Refused
from jiecheng.model.ids import IdentityId, ProcessId
from jiecheng.model.work_item import OPEN_ITEM_STATES

__all__ = ["desk"]
JUSTICE = tuple(IdentityId(f"i-{one}") for one in ("youyizhou", "songmingli", "lvzijin", "qinxiangwan"))
FINANCE = tuple(IdentityId(f"i-{one}") for one in ("kongliyan", "yaoshenzhi", "caochengze"))
PEOPLE = (*JUSTICE, *FINANCE)
SCOPES = (
    (),
    ("joint_review",),
    ("joint_review/all_sign",),
    ("joint_review/preliminary_review", "joint_review/sign_in_turn"),
)
DAYS = 7


@dataclass(frozen=True)
class Wish:
    giver: IdentityId
    to: IdentityId
    first: int
    days: int
    scope: tuple[str, ...]
    arriving: bool

    @property
    def last(self) -> int:
        return self.first + self.days


WISHES = st.builds(
    Wish,
    giver=st.sampled_from(PEOPLE),
    to=st.sampled_from(PEOPLE),
    first=st.integers(0, DAYS - 2),
    days=st.integers(0, 3),
    scope=st.sampled_from(SCOPES),
    arriving=st.sampled_from((False, False, False, True)),
)


def meet(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Reference: whether two scopes have a step in common, by the list of all steps."""
    return bool(steps(one) & steps(other))


def steps(scope: tuple[str, ...]) -> set[str]:
    every = {"preliminary_review", "all_sign", "sign_in_turn", "legal_review"}
    if not scope or "joint_review" in scope:
        return every
    return {one.partition("/")[2] for one in scope} & every


def clashes(new: Wish, others: list[Wish]) -> bool:
    """Reference: what must be refused. Everybody here has one post, so a person is an identity."""
    at_once = [one for one in others if one.first <= new.last and new.first <= one.last]
    return new.giver == new.to or any(
        (one.giver == new.giver and meet(one.scope, new.scope)) or one.giver == new.to or one.to == new.giver
        for one in at_once
    )


def expected(task, items, holding: list[Wish]) -> dict[int, dict[IdentityId, IdentityId]]:
    """Reference: who stands in on each open item of a step, and for whom."""
    busy, found = set(), {}
    for item in sorted(items, key=lambda one: one.id):
        if item.state not in OPEN_ITEM_STATES:
            continue
        found[item.id] = {}
        for wish in holding:
            if wish.giver != item.assignee or wish.arriving or task.element not in steps(wish.scope):
                continue
            organ = FINANCE if wish.giver in FINANCE else JUSTICE
            may = task.element == "preliminary_review" or wish.to in organ
            others = {one.assignee for one in items if one.id != item.id} | set(task.members)
            if may and wish.to not in others and wish.to != ASKER and wish.to not in busy:
                busy.add(wish.to)
                found[item.id][wish.to] = wish.giver
    return found


def begin(office):
    """Four cases that wait: one with a reviewer, two with several signers, one whose signers come in turn."""
    for way, reviewer, signers in (
        ("会签", JUSTICE[1], (JUSTICE[0], JUSTICE[2], FINANCE[0])),
        ("会签", JUSTICE[1], (JUSTICE[1], JUSTICE[3], FINANCE[1])),
        ("依次", JUSTICE[1], (JUSTICE[0], JUSTICE[1])),
    ):
        start(office, way, reviewer, signers)
        office.decide(reviewer, "agree")
    start(office, "会签", JUSTICE[1], JUSTICE[2:])


def start(office, way, reviewer, signers):
    data = {"matter": "停车收费", "way": way, "reviewer": reviewer, "signers": list(signers)}
    office.do(cases.start_case, cases.StartCase(office.actor(ASKER), ProcessId("joint_review"), data))


def standing_now(office):
    """Item -> who stands in -> for whom; and what the reference needs to know of the steps."""
    with office.house.transaction() as tx:
        open_items = store.work_item.all_open(tx.db)
        shown = {item.id: standing.current(tx, item) for item, _ in open_items}
        tasks = {task.id: task for _, task in open_items}
        return shown, [(task, store.work_item.of_task(tx.db, task.id)) for task in tasks.values()]


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(wishes=st.lists(WISHES, max_size=7), ended=st.integers(0, 9), sleepy=st.integers(0, DAYS))
def test_at_every_moment_exactly_the_holders_the_rules_say(desk, clock, wishes, ended, sleepy):
    if not hasattr(desk, "begun"):
        begin(desk)
        desk.begun = date(2026, 3, 3)
    base, desk.begun = desk.begun, desk.begun + timedelta(days=DAYS + 6)
    clock.now = datetime(base.year, base.month, base.day, 1, tzinfo=UTC)
    accepted = arrange(desk, base, wishes)
    with desk.house.transaction() as tx:
        numbers = [one.id for one in store.substitution.unfinished(tx.db)]
    for day in range(DAYS + 4):
        clock.now = datetime(base.year, base.month, base.day, 5, tzinfo=UTC) + timedelta(days=day)
        holding = [one for one in accepted if one.first <= day <= one.last]
        assert not {one.giver for one in holding} & {one.to for one in holding}
        before, around = standing_now(desk)
        rules = {item: who for task, items in around for item, who in expected(task, items, holding).items()}
        # The flows have not run today: nobody may do more than the rules say.
        assert all(who.items() <= rules[item].items() for item, who in before.items()), (day, accepted)
        if day == sleepy:
            continue  # nor do they run later this day
        clockwork.Desk(desk.house).change_organisation()
        after, _ = standing_now(desk)
        assert after == rules, (day, accepted)
        if day == 2 and ended < len(numbers):
            one = end(desk, numbers[ended])
            accepted = [wish for wish in accepted if (wish.giver, wish.to, wish.first) != one]


def arrange(office, base, wishes):
    accepted = []
    for wish in wishes:
        days = [base + timedelta(days=one) for one in (wish.first, wish.last)]
        terms = substitution.Terms(str(wish.to), *days, "出差", wish.scope, wish.arriving)
        command = substitution.ArrangeSubstitution(office.actor(wish.giver), wish.giver, terms)
        try:
            office.do(substitution.arrange_substitution, command)
        except Refused:
            assert clashes(wish, accepted), wish
        else:
            assert not clashes(wish, accepted), wish
            accepted.append(wish)
    return accepted


def end(office, number):
    """As its giver. What it was, for the reference: who, to whom, from which day."""
    with office.house.transaction() as tx:
        one = store.substitution.get(tx.db, number)
    base = office.begun - timedelta(days=DAYS + 6)
    try:
        office.do(substitution.end_substitution, substitution.EndSubstitution(office.actor(one.giver), number))
    except Refused:
        return None  # it was over already
    return one.giver, one.substitute, (one.first - base).days
