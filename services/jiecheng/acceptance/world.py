"""The world of one scenario: a house on a scratch database, a moved clock, the people and cases of the story.

Owns what a sentence needs to remember; never judges (`judging`) and never acts (`deeds`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from jiecheng import cases, directory, store
from jiecheng.acceptance.clock import MovedClock
from jiecheng.acceptance.failure import Cause, Unmet
from jiecheng.cases.rehearsal import Rehearsal
from jiecheng.model.actor import Actor
from jiecheng.model.errors import JiechengError
from jiecheng.model.ids import CaseId, IdentityId, ProcessId
from jiecheng.model.task import Task, TaskState
from jiecheng.model.work_item import OPEN_ITEM_STATES, WorkItem, WorkItemState

Answered = TypeVar("Answered")


@dataclass(slots=True)
class World:
    """`posts`: the post in which a named person acts here; `started`: cases by applicant; `case`: the one spoken of last.

    `refusal`: what the platform said no to, until a sentence speaks of it; `clause`: the clause quoted last;
    `judged`: what a decision table said when it was asked by itself; `prepared`: an application somebody means to hand
    in (who, process, data), `warned`: what he reads before.
    """

    house: cases.House
    clock: MovedClock
    posts: dict[str, IdentityId] = field(default_factory=dict)
    started: dict[str, CaseId] = field(default_factory=dict)
    case: CaseId | None = None
    refusal: JiechengError | None = None
    clause: str = ""
    judged: Any = None
    prepared: tuple[str, ProcessId, Mapping[str, object]] | None = None
    warned: Rehearsal | None = None

    @contextmanager
    def transaction(self) -> Iterator[cases.Tx]:
        with self.house.transaction() as tx:
            yield tx

    def attempt(self, deed: Callable[[cases.Tx], Answered]) -> Answered | None:
        """Do the deed in one transaction; a refusal is remembered for the sentence that speaks of it."""
        self.expect_no_refusal()
        try:
            with self.transaction() as tx:
                answer = deed(tx)
        except JiechengError as refusal:
            self.refusal = refusal
            return None
        if tx.db.rings:
            deliver(self)
        return answer

    def expect_no_refusal(self) -> None:
        if self.refusal is not None:
            raise Unmet(f"平台没有受理前一步：{in_words(self.refusal)}", Cause.REFUSED)

    def current(self) -> CaseId:
        assert self.case is not None, "场景里还没有办件，请先写谁发起了什么。"
        return self.case

    def of(self, applicant: str | None) -> CaseId:
        """The case of an applicant, or the one spoken of last."""
        if not applicant:
            return self.current()
        assert applicant in self.started, f"{applicant}在这个场景里没有发起办件。"
        return self.started[applicant]


def in_words(refusal: JiechengError) -> str:
    """The refusal and every field it names, as one text."""
    fields = getattr(refusal, "fields", {})
    return refusal.message + "".join(f" {key}：{'；'.join(said)}" for key, said in fields.items())


def identity_of(world: World, tx: cases.Tx, name: str) -> IdentityId:
    """The post the scenario gave this person, else his main one."""
    if name in world.posts:
        return world.posts[name]
    known = tx.organisation
    persons = [one.id for one in known.directory.persons.values() if one.name == name]
    assert len(persons) == 1, f"示范区里应当正好有一位{name}，实际有 {len(persons)} 位。"
    found = cases.accounts.identities_of(tx, persons[0])
    assert found, f"{name}今天没有任职。"
    return found[0]


def post_of(tx: cases.Tx, name: str, organ: str, post: str) -> IdentityId:
    """The identity that the words name: 孔立言, 区财政局, 人事科长."""
    known = tx.organisation
    for identity in known.directory.identities.values():
        if known.person_name(identity) != name:
            continue
        told = directory.describe_identity(known, identity.id, tx.today)
        if told is None or told["post_name"] != post:
            continue
        own = str(told["organ_name"])
        if organ in (own, f"{told['street_name']}{own}", f"{told['parent_organ_name']}{own}"):
            return identity.id
    raise AssertionError(f"示范区里{name}今天不是{organ}的{post}。")


def actor(world: World, tx: cases.Tx, name: str, among: Sequence[IdentityId] = ()) -> Actor:
    """The person, acting in the one of his posts that the work was given to."""
    identity = identity_of(world, tx, name)
    known = tx.organisation
    person = known.identity(identity).person
    mine = [one for one in among if known.identity(one).person == person]
    return cases.accounts.actor_of(tx, mine[0] if mine else identity)


def open_items(
    tx: cases.Tx, case: CaseId, step: str = "", states: Collection[WorkItemState] = OPEN_ITEM_STATES
) -> list[tuple[Task, WorkItem]]:
    """Open work of the case, of one step when it is named: all that is called so, or one of several by its whole title."""
    return [
        (task, item)
        for task in store.task.of_case(tx.db, case)
        if task.state is TaskState.OPEN and step in ("", task.name, task.title)
        for item in store.work_item.of_task(tx.db, task.id)
        if item.state in states
    ]


def move_to(world: World, to: datetime) -> None:
    """Let time pass: every timer on the way fires at its own moment, every notice goes out."""
    for _ in range(200):
        desk = cases.clockwork.Desk(world.house)
        due = desk.next_due()
        if due is None or due > to:
            break
        world.clock.now = max(world.clock.now, due)
        desk.change_organisation()
        _fire(world)
        _remind(world)
        deliver(world)
    world.clock.now = max(world.clock.now, to)


def deliver(world: World) -> None:
    """What flows do when the doorbell rings: bring what the house owes, make the papers it has to issue."""
    cases.clockwork.Desk(world.house).deliver_all("acceptance")


def _remind(world: World) -> None:
    desk = cases.clockwork.Desk(world.house)
    for reminder in desk.due_reminder_ids():
        desk.send_reminder(reminder)


def _fire(world: World) -> None:
    with world.transaction() as tx:
        waiting = list(store.subscription.due(tx.db, 100))
    for subscription in waiting:
        with world.transaction() as tx:
            cases.fire_timer(tx, subscription)
