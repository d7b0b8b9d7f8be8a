"""Messages a person may send to a running case: 提前归还, 申请续借 …, as the diagram waits for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from jiecheng import engine, permissions, store
from jiecheng.cases import facts, people, submission
from jiecheng.cases.advance import advance, decider
from jiecheng.cases.assignment import resolve
from jiecheng.cases.case import answer, read_facts
from jiecheng.cases.house import Tx
from jiecheng.cases.once import Answer, once
from jiecheng.cases.open_case import OpenCase, open_case
from jiecheng.cases.place import Place, place_of_token
from jiecheng.model.actor import Actor
from jiecheng.model.definition import FlowNode
from jiecheng.model.errors import NotFound, Refused
from jiecheng.model.ids import CaseId, ElementId, IdentityId
from jiecheng.store.subscription import SubscriptionRow


@dataclass(frozen=True, slots=True)
class CorrelateMessage:
    """`element`: the message catch event that the diagram waits at."""

    actor: Actor
    case: CaseId
    element: ElementId
    data: Mapping[str, object] = field(default_factory=dict)
    operation: str = ""
    instance: str = ""  # which instance of a fan-out, where several wait for it; "": the one the sender may send to


@dataclass(frozen=True, slots=True)
class MessageAt:
    """Which message of which case: `element` catches it, in this `instance` of a fan-out ("": in the only one)."""

    case: CaseId
    element: ElementId
    instance: str = ""


@dataclass(frozen=True, slots=True)
class WaitingMessage:
    node: FlowNode
    subscription: SubscriptionRow
    senders: tuple[IdentityId, ...]
    place: Place

    @property
    def name(self) -> str:
        return self.place.called(self.node.name)


def correlate_message(tx: Tx, command: CorrelateMessage) -> Answer:
    content: dict[str, object] = {"message": command.case, "element": command.element, "data": command.data}
    if command.instance:
        content["instance"] = command.instance
    return once(tx, command.actor, command.operation, content, lambda: _correlate(tx, command))


def waiting_messages(opened: OpenCase) -> Sequence[WaitingMessage]:
    """The messages the case waits for now, and who may send each."""
    found = []
    for row in store.subscription.waiting(opened.tx.db, opened.id):
        node = opened.deployed.definition.nodes.get(row.element)
        if row.kind != "message" or node is None:
            continue
        senders: tuple[IdentityId, ...] = (opened.case.initiator,)
        place = place_of_token(opened, node.id, row.token)
        if node.assignment is not None:
            senders = resolve(opened, node.assignment, node.name, place.known)[0].identities
        found.append(WaitingMessage(node, row, senders, place))
    return found


def waiting_message(opened: OpenCase, actor: Actor, element: ElementId, instance: str = "") -> WaitingMessage | None:
    """The message of this element; of several instances the named one, else the only one this person may send to.

    Refused where it is not clear which he means: one organ's message must never stand for another's.
    """
    found = [one for one in waiting_messages(opened) if one.node.id == element and instance in ("", one.place.key)]
    mine = [one for one in found if any(who in actor.identities for who in one.senders)]
    if len(mine) > 1:
        names = "、".join(f"「{one.name}」" for one in mine)
        raise Refused(f"这里有几项都由您提交：{names}。请回到办件页，从要提交的那一项进入。", rule="message_instance")
    return next(iter((*mine, *found)), None)


def require_sender(opened: OpenCase, actor: Actor, message: WaitingMessage) -> None:
    """Only who the diagram names sends it."""
    words = "、".join(people.labels(opened.tx, message.senders))
    known = permissions.MessageFacts(
        message.name, words, read_facts(opened), opened.case.state, message.place.compartment
    )
    permissions.require_message(actor, message.senders, known)


def _correlate(tx: Tx, command: CorrelateMessage) -> Answer:
    opened = open_case(tx, command.case)
    message = waiting_message(opened, command.actor, command.element, command.instance)
    if message is None:
        if permissions.may_read_case(command.actor, read_facts(opened)) is None:
            raise NotFound("没有这个可提交的事项，或者您无权提交。请从「我发起的」重新打开。")
        raise Refused(
            "办件现在不接受这个事项，可能刚刚已有人提交，或者期限已到。请打开办件查看最新进展。",
            rule="message_not_awaited",
            conflict=True,
        )
    node, place = message.node, message.place
    require_sender(opened, command.actor, message)
    before = submission.filled_before(opened, place)
    handed_in = submission.accept(opened, node.forms, command.data, before, place)
    submission.keep(opened, handed_in, before, place)
    payload = submission.outputs(opened, node, handed_in, {}, place)
    public = {"element": node.id, "name": message.name, "token": message.subscription.token}
    clause = " ".join(node.clauses)
    opened.record("message_correlated", command.actor, public, handed_in.changes, clause, place.compartment)
    store.subscription.mark_fired(tx.db, message.subscription.id)
    step = engine.fire(
        opened.deployed.executable,
        opened.case.snapshot,
        facts.case_facts(opened),
        message.subscription.token,
        node.id,
        payload,
        decider(opened),
    )
    advance(opened, step, cause=node.id, compartment=place.compartment)
    # Of what went out behind doors the sender hears only when they are the doors he stands behind.
    near = ("", place.compartment)
    owed = [one for one in opened.events if one.type == "notice_owed" and one.public.get("compartment", "") in near]
    told = [str(one.personal["notice.text"]) for one in owed]
    store.form.drop_drafts(tx.db, draft_subject(opened, message))
    opened.close()
    return answer(opened, _sentence(message, told), command.actor)


def draft_subject(opened: OpenCase, message: WaitingMessage) -> str:
    """Under which name a message's draft is kept."""
    of_instance = f":{message.place.key}" if message.place.key else ""
    return f"message:{opened.id}:{message.node.id}{of_instance}"


def _sentence(message: WaitingMessage, told: Sequence[str]) -> str:
    """What the sender reads: what he handed in, and what the process answered at once."""
    return " ".join([f"已提交「{message.name}」。", *told])
