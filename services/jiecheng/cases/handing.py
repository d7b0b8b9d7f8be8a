"""Hand a work item on (转办): it does not come back. Ask another to work on it (委派): his answer comes back, I decide.

Who had it keeps reading the case. Never decides who may hold what (`permissions`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jiecheng import directory, outbox, permissions, store
from jiecheng.cases import joint, people
from jiecheng.cases.case import answer
from jiecheng.cases.house import Tx
from jiecheng.cases.once import Answer, once
from jiecheng.cases.open_item import OpenItem, open_item
from jiecheng.cases.typed import words_of
from jiecheng.cases.work_item import item_facts, take_offered
from jiecheng.model.actor import Actor
from jiecheng.model.errors import Refused
from jiecheng.model.ids import IdentityId, OrganId, WorkItemId
from jiecheng.model.task import Task
from jiecheng.model.values import Value
from jiecheng.model.work_item import WorkItemState
from jiecheng.store.handing import HandingKind, HandingRow

ORGAN = "organ"
LEFT = "人员调整"  # the rule by which an item comes back from one who left


@dataclass(frozen=True, slots=True)
class TransferWorkItem:
    """`to`: an identity, or a person's name as people write it."""

    actor: Actor
    item: WorkItemId
    to: str
    reason: str
    operation: str = ""


@dataclass(frozen=True, slots=True)
class DelegateWorkItem:
    actor: Actor
    item: WorkItemId
    to: str
    question: str
    operation: str = ""


@dataclass(frozen=True, slots=True)
class AnswerDelegation:
    actor: Actor
    item: WorkItemId
    answer: str
    operation: str = ""


def transfer_work_item(tx: Tx, command: TransferWorkItem) -> Answer:
    content = {"transfer": command.item, "to": command.to, "reason": command.reason}
    return once(tx, command.actor, command.operation, content, lambda: _transfer(tx, command))


def delegate_work_item(tx: Tx, command: DelegateWorkItem) -> Answer:
    content = {"delegate": command.item, "to": command.to, "question": command.question}
    return once(tx, command.actor, command.operation, content, lambda: _delegate(tx, command))


def answer_delegation(tx: Tx, command: AnswerDelegation) -> Answer:
    content = {"answer": command.item, "words": command.answer}
    return once(tx, command.actor, command.operation, content, lambda: _answer(tx, command))


def chain(tx: Tx, item: WorkItemId) -> Sequence[str]:
    """How it came to who has it now, a sentence each."""
    return [sentence for row in store.handing.of_item(tx.db, item) for sentence in _told(tx, row)]


def _told(tx: Tx, row: HandingRow) -> list[str]:
    giver, receiver = people.label(tx, row.giver), people.label(tx, row.receiver)
    if row.kind is HandingKind.TRANSFER:
        return [f"{people.moment(row.given_at)} {giver}转办给{receiver}：{row.note}"]
    asked = f"{people.moment(row.given_at)} {giver}委派{receiver}协办：{row.note}"
    return [asked] if row.ended_at is None else [asked, f"{people.moment(row.ended_at)} {receiver}答复：{row.answer}"]


def _transfer(tx: Tx, command: TransferWorkItem) -> Answer:
    at = take_offered(open_item(tx, command.item), command.actor)
    permissions.require_transfer(command.actor, item_facts(at), at.node.transferable)
    giver = _holder(at)
    to = people.named(tx, command.to, reach(tx, giver, at.node.transferable))
    permissions.require_receiver(receiver_facts(at, giver, to, at.node.transferable))
    reason = words_of(command.reason, "reason", "请写明转办的原因。")
    if at.task.members:
        members = [to if one == giver else one for one in at.task.members]
        store.task.set_members(tx.db, at.task.id, members)
    store.handing.give(tx.db, at.item, to, at.task.due_at)
    store.handing.add(tx.db, at.item, HandingKind.TRANSFER, (giver, to), reason)
    _record(at, "work_item_transferred", command.actor, (giver, to), f"转办给{people.label(tx, to)}：{reason}")
    _notify(at, to, f"「{at.name}」转给您办理：{reason}")
    at.opened.close()
    sentence = f"「{at.name}」已转给{people.label(tx, to)}办理，您仍然可以查看这件办件。"
    return answer(at.opened, sentence, command.actor)


def _delegate(tx: Tx, command: DelegateWorkItem) -> Answer:
    at = take_offered(open_item(tx, command.item), command.actor)
    permissions.require_delegation(command.actor, item_facts(at))
    giver = _holder(at)
    to = people.named(tx, command.to, reach(tx, giver, at.node.transferable or ORGAN))
    if to in [row.giver for row in store.handing.of_item(tx.db, at.item.id) if row.ended_at is None]:
        raise Refused("对方正在等您的答复，不能再委派回去。请直接答复。", rule="delegate_circle")
    permissions.require_receiver(receiver_facts(at, giver, to, at.node.transferable or ORGAN))
    question = words_of(command.question, "question", "请写明要对方做什么。")
    store.handing.give(tx.db, at.item, to, at.task.due_at, asked_by=giver)
    store.handing.add(tx.db, at.item, HandingKind.DELEGATION, (giver, to), question)
    _record(at, "work_item_delegated", command.actor, (giver, to), f"委派{people.label(tx, to)}协办：{question}")
    _notify(at, to, f"「{at.name}」委派您协办：{question}")
    at.opened.close()
    sentence = f"已委派{people.label(tx, to)}协办「{at.name}」，答复后回到您这里，由您决定。"
    return answer(at.opened, sentence, command.actor)


def _answer(tx: Tx, command: AnswerDelegation) -> Answer:
    at = open_item(tx, command.item)
    permissions.require_answer(command.actor, item_facts(at))
    words = words_of(command.answer, "answer", "请写明答复的内容。")
    waiting = [row for row in store.handing.of_item(tx.db, at.item.id) if row.ended_at is None]
    asked, giver = people.label(tx, waiting[-1].giver), _holder(at)
    to = _go_up(at, words)
    whom = (giver, to or waiting[-1].giver)
    _record(at, "delegation_answered", command.actor, whom, f"答复{asked}：{words}")
    if to is not None:
        _notify(at, to, f"「{at.name}」委派的事有答复：{words}")
    at.opened.close()
    now = f"由{people.label(tx, to)}继续办理" if to is not None else "对方已经离任，已报流程管理员重新指派"
    return answer(at.opened, f"已答复{asked}，{now}「{at.name}」。", command.actor)


def come_back(at: OpenItem, told: str) -> None:
    """Who was asked has left, and nobody follows him: the item is again with the nearest of those who asked. The history
    says it was moved."""
    unanswered = f"{told}，没有答复"
    giver, to = _holder(at), _go_up(at, unanswered)
    now = people.label(at.opened.tx, to) if to is not None else "流程管理员重新指派"
    public: dict[str, Value] = {"item": at.item.id, "task": at.task.id, "element": at.node.id, "name": at.name}
    personal: dict[str, Value] = {"from": giver, "to": to, "words": f"{unanswered}，由{now}"}
    at.opened.record_consequence("work_item_moved", LEFT, public, personal, compartment=at.task.compartment)
    if to is not None:
        _notify(at, to, f"「{at.name}」回到您这里：{unanswered}")


def _go_up(at: OpenItem, words: str) -> IdentityId | None:
    """The item to who asked for it, step by step past those who have left; None: nobody is left, the administrator knows."""
    tx = at.opened.tx
    waiting = [row for row in store.handing.of_item(tx.db, at.item.id) if row.ended_at is None]
    while waiting:
        row = waiting.pop()
        store.handing.end(tx.db, row.id, words)
        if tx.organisation.in_office(tx.organisation.identity(row.giver), tx.today):
            # Who asked may have been asked himself: then his own answer is still owed.
            before = waiting[-1].giver if waiting else None
            store.handing.give(tx.db, at.item, row.giver, at.task.due_at, asked_by=before)
            return row.giver
    store.handing.vacate(tx.db, at.item.id)
    joint.raise_vacancy(at.opened, at.task, "委派的人已经离任")
    return None


def receiver_facts(at: OpenItem, giver: IdentityId, to: IdentityId, within: str) -> permissions.ReceiverFacts:
    """`giver` has the item; `within`: how far the diagram lets him reach."""
    tx, known = at.opened.tx, at.opened.tx.organisation
    found = known.identity(to)
    persons = {known.identity(one).person for one in at.task.recused}
    return permissions.ReceiverFacts(
        name=people.label(tx, to),
        within=within,
        in_office=known.in_office(found, tx.today),
        is_giver=found.person == known.identity(giver).person,
        is_applicant=found.person == known.identity(at.opened.case.initiator).person,
        recused=found.person in persons,
        has_it=has_it(tx, at.task, giver, to) or has_another(at, giver, to),
        in_reach=to in reach(tx, giver, within),
        inside=not at.task.compartment or to in directory.people_within(known, OrganId(at.task.compartment), tx.today),
    )


def has_it(tx: Tx, task: Task, giver: IdentityId, to: IdentityId) -> bool:
    """Whether he works on the step already: as another member, or because he decided in another's place (代理)."""
    known = tx.organisation
    near = [one for one in task.members if one != giver]
    if task.members:
        items = store.work_item.of_task(tx.db, task.id)
        done = [one for one in items if one.state is WorkItemState.DECIDED and not one.advises]
        near += [one.decided_by for one in done if one.decided_by]
    return known.identity(to).person in {known.identity(one).person for one in near}


def has_another(at: OpenItem, giver: IdentityId, to: IdentityId) -> bool:
    """Whether he has another item of the step: an added signer's (加签), or one that a member asked him to work on."""
    tx = at.opened.tx
    items = [item for item in store.work_item.of_task(tx.db, at.task.id) if item.closed_at is None]
    near = [one for item in items if item.id != at.item.id for one in item.having if one != giver]
    known = tx.organisation
    return known.identity(to).person in {known.identity(one).person for one in near}


def reach(tx: Tx, giver: IdentityId, within: str) -> Sequence[IdentityId]:
    """Whom work may be given to: those of one's own organ, of one's 街镇, or of the district."""
    known = tx.organisation
    if within == ORGAN:
        organs = directory.organs_of_person(known, giver)
        return [one for organ in organs[:1] for one in directory.people_within(known, organ.id, tx.today)]
    street = known.organ_of(known.identity(giver)).street
    everybody = (one for one in known.directory.identities.values() if known.in_office(one, tx.today))
    if within == "street":
        return [one.id for one in everybody if street and known.organ_of(one).street == street]
    return [one.id for one in everybody]


def _holder(at: OpenItem) -> IdentityId:
    assert at.item.assignee is not None, "permitted to the holder only"
    return at.item.assignee


def _record(at: OpenItem, event: str, actor: Actor, whom: tuple[IdentityId, IdentityId], words: str) -> None:
    public: dict[str, Value] = {"item": at.item.id, "task": at.task.id, "element": at.node.id, "name": at.name}
    personal: dict[str, Value] = {"from": whom[0], "to": whom[1], "words": words}
    at.opened.record(event, actor, public, personal, compartment=at.task.compartment)


def _notify(at: OpenItem, to: IdentityId, text: str) -> None:
    opened = at.opened
    key = f"handed:{at.item.id}:{opened.case.seq + len(opened.events)}"
    payload = {"identities": [to], "text": f"{opened.case.number}{text}"}
    store.outbox.owe(opened.tx.db, key=key, kind=outbox.NOTICE, case=opened.id, payload=payload)
