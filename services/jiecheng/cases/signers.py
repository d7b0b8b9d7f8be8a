"""加签 and 减签: who holds an item adds people who sign before, beside or after him, and withdraws those he added.

Never decides who may hold what (`permissions`), nor what a signature does (`signing`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from jiecheng import permissions, store
from jiecheng.cases import effect, joint, people, submission
from jiecheng.cases.case import answer
from jiecheng.cases.handing import receiver_facts
from jiecheng.cases.house import Tx
from jiecheng.cases.once import Answer, once
from jiecheng.cases.open_item import OpenItem, open_item
from jiecheng.cases.place import place_of_task
from jiecheng.cases.signing import ask, named, notify, settle
from jiecheng.cases.typed import words_of
from jiecheng.cases.work_item import item_facts, take_offered
from jiecheng.model.actor import Actor
from jiecheng.model.definition import AddSigner as Allowed
from jiecheng.model.errors import Invalid, Refused
from jiecheng.model.ids import IdentityId, WorkItemId
from jiecheng.model.signing import CHINESE_WAYS, SignWay
from jiecheng.model.values import Value
from jiecheng.model.work_item import WorkItemState


@dataclass(frozen=True, slots=True)
class AddSigner:
    """`to`: an identity, or a person's name as people write it; `way`: before, after or parallel, as the diagram allows."""

    actor: Actor
    item: WorkItemId
    to: str
    way: str
    reason: str
    operation: str = ""


@dataclass(frozen=True, slots=True)
class WithdrawSigner:
    """`item`: the added signer's."""

    actor: Actor
    item: WorkItemId
    reason: str
    operation: str = ""


def add_signer(tx: Tx, command: AddSigner) -> Answer:
    content = {"add_signer": command.item, "to": command.to, "way": command.way, "reason": command.reason}
    return once(tx, command.actor, command.operation, content, lambda: _add(tx, command))


def withdraw_signer(tx: Tx, command: WithdrawSigner) -> Answer:
    content = {"withdraw_signer": command.item, "reason": command.reason}
    return once(tx, command.actor, command.operation, content, lambda: _withdraw(tx, command))


def _add(tx: Tx, command: AddSigner) -> Answer:
    at = take_offered(open_item(tx, command.item), command.actor)
    permissions.require_signers(command.actor, item_facts(at))
    way = _way(at.node.add_signer, command.way)
    assert at.node.add_signer is not None, "without it no way is allowed"
    assert at.item.assignee is not None, "permitted to the holder only"
    to, giver = people.named(tx, command.to), at.item.assignee
    permissions.require_receiver(receiver_facts(at, giver, to, at.node.add_signer.within))
    reason = words_of(command.reason, "reason", "请写明为什么加签、要对方看什么。")
    made = store.signer.add(tx.db, at.item, store.signer.Added(to, way, giver, reason))
    words = f"{CHINESE_WAYS[way]}{people.label(tx, to)}：{reason}"
    public: dict[str, Value] = {**named(at), "signer": made, "way": way}
    personal: dict[str, Value] = {"from": giver, "to": to, "words": words}
    at.opened.record("signer_added", command.actor, public, personal, compartment=at.task.compartment)
    if way is not SignWay.AFTER:
        ask(at, store.work_item.get(tx.db, made))
    if way is SignWay.VOTE:
        store.task.set_members(tx.db, at.task.id, [*at.task.members, to])
    if way is SignWay.BEFORE:
        store.signer.suspend(tx.db, at.item.id)
    at.opened.close()
    return answer(at.opened, f"「{at.name}」已{words}。{_ADDED[way]}", command.actor)


_ADDED = {
    SignWay.BEFORE: "对方签完以后回到您这里，由您办理。",
    SignWay.PARALLEL: "您可以同时办理，对方签完本环节才结束。",
    SignWay.AFTER: "您办理以后由对方签；对方不同意时，退回给您。",
    SignWay.VOTE: "对方作为一名成员参加表决。",
}


def _way(allowed: Allowed | None, wanted: str) -> SignWay:
    if allowed is None:
        raise Refused("这个环节不能加签。需要别人出意见的，可以委派对方协办，答复以后由您办理。", rule="signer_step")
    if wanted not in allowed.ways:
        words = "、".join(CHINESE_WAYS[SignWay(one)] for one in allowed.ways)
        raise Invalid(f"这个环节可以的加签方式有：{words}。", fields={"way": ["请选择加签方式。"]})
    way = SignWay(wanted)
    return SignWay.VOTE if way is SignWay.PARALLEL and allowed.votes else way


def _withdraw(tx: Tx, command: WithdrawSigner) -> Answer:
    at = open_item(tx, command.item)
    above = store.work_item.get(tx.db, at.item.under) if at.item.under is not None else None
    permissions.require_withdrawal_of_signer(command.actor, item_facts(at), above.assignee if above else None)
    reason = words_of(command.reason, "reason", "请写明为什么减签。")
    assert above is not None, "permitted for added signers only"
    store.signer.end(tx.db, at.item.id, f"已减签（{reason}）")
    store.form.drop_drafts(tx.db, f"item:{at.item.id}", at.item.assignee or IdentityId(""))
    words = f"减签{people.label(tx, at.item.assignee)}：{reason}"
    personal: dict[str, Value] = {"to": at.item.assignee, "words": words}
    at.opened.record("signer_withdrawn", command.actor, named(at), personal, compartment=at.task.compartment)
    if at.item.state is WorkItemState.ASSIGNED:
        notify(at, at.item.assignee, f"「{at.name}」不用您签了：{reason}")
    if at.item.advises:
        settle(at.beside(above))
    else:
        _leave_the_vote(at)
    at.opened.close()
    return answer(at.opened, f"「{at.name}」已{words}。", command.actor)


def _voter(at: OpenItem) -> IdentityId | None:
    """Whose vote it is: another may be working on it for him (委派)."""
    asked = [row.giver for row in store.handing.of_item(at.opened.tx.db, at.item.id) if row.ended_at is None]
    return asked[0] if asked else at.item.assignee


def _leave_the_vote(at: OpenItem) -> None:
    """One member fewer: what the others have voted may be enough now, and then the step must not go on waiting."""
    opened, db = at.opened, at.opened.tx.db
    task = replace(at.task, members=tuple(one for one in at.task.members if one != _voter(at)))
    store.task.set_members(db, task.id, task.members)
    counted = joint.count(opened, task, store.work_item.of_task(db, task.id))
    joint.record_count(opened, task, counted)
    if counted.passed is None:
        return
    joint.close_rest(opened, task, counted.unvoted)
    place = place_of_task(opened, task)
    handed_in = submission.Submission(submission.filled_before(opened, place))
    extra: dict[str, Value] = {"outcome": joint.outcome_of(counted), "opinion": ""}
    written = submission.outputs(opened, at.node, handed_in, extra, place)
    effect.complete_task(replace(at, task=task), written)
