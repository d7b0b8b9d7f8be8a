"""A step that several people decide (会签、或签、依次、票签): an item for each, in their order; counted after every vote.

The engine hears of such a step once, when it is decided. Never decides how votes are counted (`voting`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from jiecheng import store, voting
from jiecheng.cases import facts, people, trouble
from jiecheng.cases.open_case import OpenCase
from jiecheng.cases.place import place_of_task
from jiecheng.model.definition import FlowNode
from jiecheng.model.ids import IdentityId, TaskId, WorkItemId
from jiecheng.model.task import Task
from jiecheng.model.values import Value
from jiecheng.model.voting import ABSTAIN, AGREE, DISAGREE, Ballot, Mode, Vote, VotingOutcome, VotingRule
from jiecheng.model.work_item import OPEN_ITEM_STATES, WorkItem, WorkItemState

VOTES = (AGREE, DISAGREE, ABSTAIN)
VOTE_WORDS: Mapping[str, str] = {AGREE: "同意", DISAGREE: "不同意", ABSTAIN: "弃权"}
MODE_WORDS: Mapping[Mode, str] = {
    Mode.ALL: "会签", Mode.ANY: "或签", Mode.SEQUENTIAL: "依次办理", Mode.RATIO: "按比例表决"
}  # fmt: skip


def first_asked(node: FlowNode, members: Sequence[IdentityId]) -> Sequence[IdentityId]:
    """Who gets an item when the step opens: all of them, or the first where they decide one after the other."""
    return members[:1] if node.mode is Mode.SEQUENTIAL else members


def groups(node: FlowNode, found: Sequence[IdentityId]) -> Sequence[Sequence[IdentityId]]:
    """Who shares an item of a step that begins: all who were found, or each for himself where several decide."""
    if node.voting is not None and found:
        return [[who] for who in first_asked(node, found)]
    return [found]


def add_items(
    opened: OpenCase, task: TaskId, asked: Sequence[IdentityId], due_at: datetime | None
) -> tuple[WorkItemId, ...]:
    """An item of his own for each of them."""
    return tuple(
        store.work_item.add(opened.tx.db, task=task, case=opened.id, identities=[who], due_at=due_at) for who in asked
    )


def cast(items: Sequence[WorkItem], task: Task) -> list[Ballot]:
    """The votes so far, in the order of the members."""
    order = {who: place for place, who in enumerate(task.members)}
    votes = [
        Ballot(item.assignee, Vote(item.outcome))
        for item in items
        if item.state is WorkItemState.DECIDED and not item.advises and item.assignee in order and item.outcome in VOTES
    ]
    return sorted(votes, key=lambda one: order[IdentityId(one.member)])


def seats(items: Sequence[WorkItem], task: Task) -> dict[IdentityId, WorkItem]:
    """Member -> his item. One who was asked to work on it (委派) holds it in the member's place."""
    found: dict[IdentityId, WorkItem] = {}
    for item in items:
        near = (item.assignee, *item.candidates)
        seat = next((who for who in near if who is not None and who in task.members), None)
        if seat is not None and not item.advises:
            found[seat] = item
    return found


def count(opened: OpenCase, task: Task, items: Sequence[WorkItem]) -> VotingOutcome:
    """What the votes so far come to."""
    return voting.count_votes(_rule(opened, task), task.members, cast(items, task))


def record_count(opened: OpenCase, task: Task, counted: VotingOutcome) -> None:
    public: dict[str, Value] = {
        "task": task.id, "element": task.element, "name": task.title, "members": Decimal(len(task.members)),
        "passed": counted.passed,
    }  # fmt: skip
    sentence: dict[str, Value] = {"voting.sentence": counted.sentence}
    opened.record_consequence("votes_counted", task.element, public, sentence, compartment=task.compartment)


def go_on(opened: OpenCase, task: Task, counted: VotingOutcome, items: Sequence[WorkItem]) -> None:
    """Nothing is decided yet: whoever is to vote now and has no item gets one (依次: it is his turn)."""
    have = {who for who, item in seats(items, task).items() if item.closed_at is None}
    if any(item.state in OPEN_ITEM_STATES and item.assignee is None for item in items):
        return  # the place of one who left waits for the administrator
    for who in (IdentityId(one) for one in counted.next if one not in have):
        known = opened.tx.organisation
        present = known.in_office(known.identity(who), opened.tx.today)
        item = store.work_item.add(
            opened.tx.db, task=task.id, case=opened.id, identities=[who] if present else [], due_at=task.due_at
        )
        public: dict[str, Value] = {"item": item, "task": task.id, "element": task.element, "name": task.title}
        told: dict[str, Value] = {"task.candidates": [who], "words": f"轮到{people.label(opened.tx, who)}"}
        opened.record_consequence("work_item_opened", task.element, public, told, compartment=task.compartment)
        if not present:
            raise_vacancy(opened, task, f"轮到的{people.label(opened.tx, who)}已经离任")


def raise_vacancy(opened: OpenCase, task: Task, told: str) -> None:
    """Nobody has it: the process administrator learns of it, and nothing is skipped."""
    store.task.leave_vacant(opened.tx.db, task.id)
    trouble.raise_vacancy(opened, task, f"{told}。")


def fill(opened: OpenCase, task: Task, node: FlowNode, found: Sequence[IdentityId]) -> bool:
    """Put who is found today in the place that stands empty; False when nobody is found who is not a member already."""
    db = opened.tx.db
    items = [item for item in store.work_item.of_task(db, task.id) if not item.advises]
    empty = next(item for item in items if item.state in OPEN_ITEM_STATES and not item.candidates)
    if not task.members:
        store.task.set_members(db, task.id, found)
        asked = first_asked(node, found)
        store.work_item.offer(db, empty.id, opened.id, asked[:1], task.due_at)
        add_items(opened, task.id, asked[1:], task.due_at)
        return True
    busy = seats(items, task)
    gone = next(one for one in task.members if one not in busy)
    new = next((one for one in found if one not in task.members), None)
    if new is None:
        return False
    store.task.set_members(db, task.id, [new if one == gone else one for one in task.members])
    store.work_item.offer(db, empty.id, opened.id, [new], task.due_at)
    return True


def close_rest(opened: OpenCase, task: Task, cause: str) -> None:
    """The step is decided: items that nobody decided stay as rows that say why, and the history names them."""
    closed = store.work_item.close_open(opened.tx.db, task.id, cause)
    if closed:
        public: dict[str, Value] = {
            "task": task.id, "element": task.element, "name": task.title, "why": cause,
            "items": [item for item, _ in closed],
        }  # fmt: skip
        whose: dict[str, Value] = {"task.candidates": [who for _, who in closed if who]}
        opened.record_consequence("work_items_closed", task.element, public, whose, compartment=task.compartment)


def outcome_of(counted: VotingOutcome) -> str:
    return AGREE if counted.passed else DISAGREE


def _rule(opened: OpenCase, task: Task) -> VotingRule:
    node = opened.deployed.node(task.element)
    assert node.voting is not None
    if not node.veto:
        return node.voting
    if node.veto == "all":
        return replace(node.voting, veto=frozenset(task.members))
    named = facts.evaluate(node.veto, place_of_task(opened, task).known, node.name)
    return replace(node.voting, veto=frozenset(_ids(named)))


def _ids(named: Value) -> Sequence[str]:
    """Ids, or persons as forms know them, one or several."""
    if isinstance(named, Mapping):
        return [str(named.get("id", ""))]
    if isinstance(named, list | tuple):
        return [one for each in named for one in _ids(each)]
    return [str(named)] if named else []
