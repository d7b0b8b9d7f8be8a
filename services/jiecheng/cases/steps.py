"""What pages show of the steps of a case: who has each or decided it, what came of it, who voted how. Reads only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from jiecheng import permissions, store
from jiecheng.cases import handing, joint, people, standing
from jiecheng.cases.doors import outside_title
from jiecheng.cases.house import Tx
from jiecheng.cases.open_case import CLOSED_DOORS, OpenCase
from jiecheng.cases.views import SignerView, StepView, VoteView
from jiecheng.cases.work_item import members
from jiecheng.model.actor import Actor
from jiecheng.model.ids import IdentityId, WorkItemId
from jiecheng.model.signing import CHINESE_WAYS, SignWay
from jiecheng.model.task import Task, TaskState
from jiecheng.model.work_item import OPEN_ITEM_STATES, WorkItem, WorkItemState


def door_view(opened: OpenCase, task: Task) -> StepView:
    """What those outside see of a step behind closed doors: that it is there, since when and until when."""
    return StepView(
        name=outside_title(opened, task),
        state=task.state,
        opened_at=task.opened_at,
        closed_at=task.closed_at,
        due_at=None,
        overdue=False,
        reason="",
        vacant=False,
        holders=(CLOSED_DOORS,),
        outcome="",
        opinion="",
        cause="",
        hidden=True,
    )


def step_view(
    opened: OpenCase, task: Task, items: Sequence[WorkItem], votes: Mapping[WorkItemId, Sequence[Mapping[str, str]]]
) -> StepView:
    if task.members and opened.deployed.node(task.element).voting is not None:
        return _joint_view(opened, task)
    own = [item for item in items if not item.advises]
    # Who may do something now: while somebody waits for signers he added, those signers.
    to_do = [item for item in items if item.state in OPEN_ITEM_STATES] if task.state is TaskState.OPEN else own
    who = tuple(words for item in to_do or own for words in standing.in_words(opened.tx, item))
    decided = next((item for item in own if item.state is WorkItemState.DECIDED), None)
    cast = [one for item in items for one in votes.get(item.id, ())]
    if cast and task.body:
        # In the order in which the members sit, as the secretary entered them.
        seats = {member: place for place, member in enumerate(members(opened.tx, task)[0])}
        cast.sort(key=lambda one: seats.get(IdentityId(one["member"]), len(seats)))
    return replace(
        _bare_view(opened, task, who),
        outcome=decided.outcome_label if decided else "",
        opinion=decided.opinion if decided else "",
        votes=tuple(VoteView(one["member_name"], one["vote"], one["reason"]) for one in cast),
        signers=signer_views(opened, items),
        reason=_reason(opened, task, own),
    )


def _reason(opened: OpenCase, task: Task, items: Sequence[WorkItem]) -> str:
    """Why these people have it: how it came to who has it now goes before the rule that found the first."""
    # Only what had somebody else too can have gone from hand to hand.
    moved = [item for item in items if item.state is WorkItemState.ASSIGNED and len(item.candidates) > 1]
    told = [line for item in moved for line in handing.chain(opened.tx, item.id)[-1:]]
    return f"{'；'.join(told)}。原来的指派：{task.reason}" if told else task.reason


def _bare_view(opened: OpenCase, task: Task, holders: tuple[str, ...]) -> StepView:
    """What every step shows, whoever decides it and however."""
    return StepView(
        name=task.title,
        state=task.state,
        opened_at=task.opened_at,
        closed_at=task.closed_at,
        due_at=task.due_at,
        overdue=task.due_at is not None and (task.closed_at or opened.tx.now) > task.due_at,
        reason=task.reason,
        vacant=task.vacant,
        holders=holders,
        outcome="",
        opinion="",
        cause=task.cause,
    )


def _joint_view(opened: OpenCase, task: Task) -> StepView:
    """A step that several decide: each with what he said, or why he said nothing."""
    items = store.work_item.of_task(opened.tx.db, task.id)
    node = opened.deployed.node(task.element)
    counted = joint.count(opened, task, items)
    by_member = joint.seats(items, task)
    labels = {outcome.value: outcome.label for outcome in node.outcomes}
    done = [item for item in items if item.state is WorkItemState.DECIDED]
    ended = next((item for item in done if item.outcome and item.outcome not in joint.VOTES), None)
    final = labels.get(joint.outcome_of(counted), "") if counted.passed is not None else ""
    # While it is open those who still have to vote have it, afterwards those who did.
    having = OPEN_ITEM_STATES if task.state is TaskState.OPEN else {WorkItemState.DECIDED}
    mine = [item for item in items if item.state in having]
    mine = [item for item in mine if task.state is TaskState.OPEN or not item.advises]
    who = tuple(words for item in mine for words in standing.in_words(opened.tx, item))
    return replace(
        _bare_view(opened, task, who),
        outcome=ended.outcome_label if ended else final,
        opinion=ended.opinion if ended else "",
        votes=tuple(_member_vote(opened, task, one, by_member.get(one)) for one in task.members),
        counted=f"{joint.MODE_WORDS[node.mode]}：{counted.sentence}",
        signers=signer_views(opened, items),
    )


def signer_views(opened: OpenCase, items: Sequence[WorkItem]) -> tuple[SignerView, ...]:
    """Who was added by whom and why, and what he said; in the order in which they were added."""
    return tuple(_signer(opened, item) for item in items if item.under is not None)


def _signer(opened: OpenCase, item: WorkItem) -> SignerView:
    signed = item.state is WorkItemState.DECIDED
    said = item.outcome_label + (f"（{item.cause}）" if item.cause else "")
    states = {
        WorkItemState.WAITING: "办理以后再签",
        WorkItemState.DECIDED: said,
        WorkItemState.CLOSED: f"没有签：{item.cause}",
    }
    return SignerView(
        item=item.id,
        name=standing.decider_in_words(opened.tx, item) if signed else people.label(opened.tx, item.assignee),
        way=CHINESE_WAYS[SignWay(item.way)],
        added_by=people.label(opened.tx, item.added_by),
        why=item.added_why,
        state=states.get(item.state, "还没有签"),
        vote=item.outcome if signed else "",
        opinion=item.opinion if signed else "",
        at=item.closed_at if signed else None,
    )


def _member_vote(opened: OpenCase, task: Task, who: IdentityId, item: WorkItem | None) -> VoteView:
    name = people.label(opened.tx, who)
    if item is None:
        return VoteView(name, "还没有轮到" if task.state is TaskState.OPEN else "未到", "")
    if item.state is WorkItemState.DECIDED:
        if item.decided_for is not None:
            name = f"{people.label(opened.tx, item.decided_by)} 代 {name}"
        return VoteView(name, item.outcome if item.outcome in joint.VOTES else item.outcome_label, item.opinion)
    if item.state is WorkItemState.WAITING:
        return VoteView(name, "等加签的人签完", "")
    return VoteView(name, "待办理" if item.state in OPEN_ITEM_STATES else "未表决", item.cause)


def sees_votes(tx: Tx, actor: Actor, grant: permissions.ReadGrant, task: Task, items: Sequence[WorkItem]) -> bool:
    """Who voted how is for the body itself and for auditors; everybody else reads what the body decided."""
    if not task.body or grant.oversees:
        return bool(task.body)
    near = {*members(tx, task)[0], *(who for item in items for who in item.near)}
    return any(who in near for who in actor.identities)
