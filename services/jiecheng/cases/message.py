"""Messages a person may send to a running case: 提前归还, 申请续借 …, as the diagram waits for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from jiecheng import engine, permissions, store
from jiecheng.cases import facts, people, submission
from jiecheng.cases.advance import advance, decider, resolve
from jiecheng.cases.case import answer, read_facts
from jiecheng.cases.house import Tx
from jiecheng.cases.once import Answer, once
from jiecheng.cases.open_case import OpenCase, open_case
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


@dataclass(frozen=True, slots=True)
class WaitingMessage:
    node: FlowNode
    subscription: SubscriptionRow
    senders: tuple[IdentityId, ...]


def correlate_message(tx: Tx, command: CorrelateMessage) -> Answer:
    content = {"message": command.case, "element": command.element, "data": command.data}
    return once(tx, command.actor, command.operation, content, lambda: _correlate(tx, command))


def waiting_messages(opened: OpenCase) -> Sequence[WaitingMessage]:
    """The messages the case waits for now, and who may send each."""
    found = []
    for row in store.subscription.waiting(opened.tx.db, opened.id):
        node = opened.deployed.definition.nodes.get(row.element)
        if row.kind != "message" or node is None:
            continue
        senders: tuple[IdentityId, ...] = (opened.case.initiator,)
        if node.assignment is not None:
            senders = resolve(opened, node.assignment, node.name)[0].identities
        found.append(WaitingMessage(node, row, senders))
    return found


def _correlate(tx: Tx, command: CorrelateMessage) -> Answer:
    opened = open_case(tx, command.case)
    message = next((one for one in waiting_messages(opened) if one.node.id == command.element), None)
    if message is None:
        if permissions.may_read_case(command.actor, read_facts(opened)) is None:
            raise NotFound("没有这个可提交的事项，或者您无权提交。请从「我发起的」重新打开。")
        raise Refused(
            "办件现在不接受这个事项，可能刚刚已有人提交，或者期限已到。请刷新页面查看最新进展。",
            rule="message_not_awaited",
            conflict=True,
        )
    node = message.node
    words = "、".join(people.labels(tx, message.senders))
    permissions.require_message(
        command.actor,
        message.senders,
        permissions.MessageFacts(node.name, words, read_facts(opened), opened.case.state),
    )
    before = store.form.of_case(tx.db, opened.id)
    handed_in = submission.accept(opened, node.forms, command.data, before)
    submission.keep(opened, handed_in, before)
    payload = submission.outputs(opened, node, handed_in, {})
    public = {"element": node.id, "name": node.name, "token": message.subscription.token}
    opened.record("message_correlated", command.actor, public, handed_in.changes, clause=" ".join(node.clauses))
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
    advance(opened, step, cause=node.id)
    told = [str(one.personal["notice.text"]) for one in opened.events if one.type == "notice_owed"]
    store.form.drop_drafts(tx.db, f"message:{opened.id}:{node.id}")
    opened.close()
    return answer(opened, _sentence(opened, node, told))


def _sentence(opened: OpenCase, node: FlowNode, told: Sequence[str]) -> str:
    """What the sender reads: what he handed in, and what the process answered at once."""
    return " ".join([f"已提交「{node.name}」。", *told])
