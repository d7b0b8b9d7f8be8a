"""Work items and messages: claim, release, decide, send.

A refusal says who holds the item and when, but only to those who may see inside its compartment.
"""

from __future__ import annotations

from collections.abc import Collection

from jiecheng.model.actor import Actor
from jiecheng.model.case import CaseState
from jiecheng.model.errors import NotFound, Refused
from jiecheng.model.ids import IdentityId
from jiecheng.model.work_item import OPEN_ITEM_STATES, WorkItemState
from jiecheng.permissions.actor import is_among, require_official, same_person
from jiecheng.permissions.facts import ItemFacts, MessageFacts
from jiecheng.permissions.reading import may_read_case

HELD = "办件已挂起，期限也停了，恢复办理以后才能继续。原因写在办件页上；需要恢复请联系承办人或流程管理员。"
_NO_ITEM = "没有这件待办，或者您无权查看。请从「待办」页面重新打开。"
_NO_MESSAGE = "没有这个可提交的事项，或者您无权提交。请从「我的办件」重新打开。"


def require_decision(actor: Actor, item: ItemFacts, *, though_asked: bool = False) -> None:
    """Only the one it is assigned to decides, while it is open; an offered item must be claimed first.

    Who was asked to work on it (委派) answers and does not decide; `though_asked`: this he may do as well.
    """
    _require_known(actor, item)
    _require_open(actor, item)
    _require_time(actor, item)
    if item.state is WorkItemState.OFFERED:
        _require_candidate(actor, item)
        raise Refused("这件待办还没有人签收。请先签收，再办理。", rule="claim_first")
    _require_holder(actor, item, "办理")
    if item.asked_by and not though_asked:
        raise Refused(f"这件事是{item.asked_by}委派您协办的，由对方决定。请写明答复，交还给对方。", rule="delegated")


def require_claim(actor: Actor, item: ItemFacts) -> None:
    """A candidate takes an item that nobody has."""
    _require_known(actor, item)
    _require_open(actor, item)
    _require_time(actor, item)
    if item.state is WorkItemState.ASSIGNED:
        if same_person(actor, item.assignee) or _stands_in(actor, item):
            raise Refused("这件待办已经在您名下，请直接办理。", rule="already_claimed", conflict=True)
        raise Refused(f"这件待办已由{_who(actor, item)}签收，您不需要再办理。", rule="already_claimed", conflict=True)
    _require_candidate(actor, item)


def require_release(actor: Actor, item: ItemFacts) -> None:
    """The holder gives an item back to the other candidates; with nobody else to take it, it stays with him."""
    _require_known(actor, item)
    _require_open(actor, item)
    _require_time(actor, item)
    if item.state is WorkItemState.OFFERED:
        raise Refused("这件待办还没有人签收，不需要释放。", rule="not_claimed", conflict=True)
    _require_holder(actor, item, "释放")
    if item.asked_by:
        raise Refused(f"这件事是{item.asked_by}委派您协办的。请写明答复，交还给对方。", rule="delegated")
    if all(same_person(actor, one) or one == item.assignee for one in item.candidates):
        raise Refused(
            "这件待办只派给了您一人，释放后无人可接。确实不能办理时，请联系流程管理员。", rule="sole_candidate"
        )


def require_message(actor: Actor, allowed: Collection[IdentityId], message: MessageFacts | None = None) -> None:
    """Only the `allowed` identities send a message to a case; who may read the case learns who they are."""
    require_official(actor)
    if is_among(actor, allowed):
        if message is not None and message.case_state is CaseState.HELD:
            raise Refused(HELD, rule="case_held", conflict=True)
        return
    grant = may_read_case(actor, message.case) if message is not None and message.case is not None else None
    if message is None or grant is None or not grant.opens(message.compartment):
        raise NotFound(_NO_MESSAGE)
    what = f"「{message.label}」" if message.label else "这个事项"
    who = f"由{message.senders}提交" if message.senders else "不由您提交"
    raise Refused(f"{what}{who}。如有需要，请与对方联系。", rule="message_senders")


def _require_known(actor: Actor, item: ItemFacts) -> None:
    require_official(actor)
    if same_person(actor, item.assignee) or is_among(actor, item.near):
        return
    grant = may_read_case(actor, item.case) if item.case is not None else None
    if grant is None or not grant.opens(item.compartment):
        raise NotFound(_NO_ITEM)


def _require_open(actor: Actor, item: ItemFacts) -> None:
    if item.case_state is CaseState.HELD:
        raise Refused(HELD, rule="case_held", conflict=True)
    # What is over may at most be taken back; whatever else one wants of it comes too late.
    if item.task_open and item.state in OPEN_ITEM_STATES:
        return
    if item.state is WorkItemState.DECIDED:
        mine = same_person(actor, item.assignee)
        sentence = f"这件待办{'您已经办结' if mine else f'已由{_who(actor, item)}办结'}，不能再改。"
    else:
        sentence = "这个环节已经结束，这件待办不再需要办理。"
    raise Refused(f"{sentence}请刷新页面查看最新进展。", rule="item_closed", conflict=True)


def _stands_in(actor: Actor, item: ItemFacts) -> bool:
    return is_among(actor, item.stand_ins)


def require_own(actor: Actor, item: ItemFacts) -> None:
    """What only the holder himself may do: who stands in for him does not hand the work on (no chains)."""
    if _stands_in(actor, item) and not same_person(actor, item.assignee):
        raise Refused(
            "这件事您是代别人办理的，不能再交给第三个人。请您办理，或者请对方本人处理。", rule="substitution_chain"
        )


def _require_time(actor: Actor, item: ItemFacts) -> None:
    """Who stood in may do nothing any more from the moment it ended, whether the rows were taken back or not."""
    if same_person(actor, item.assignee) or _stands_in(actor, item):
        return
    if item.state is WorkItemState.OFFERED and is_among(actor, item.candidates):
        return
    told = next((words for one, words in item.stood_in.items() if words and same_person(actor, one)), "")
    if told:
        raise Refused(told, rule="substitution_over", conflict=True)


def _require_candidate(actor: Actor, item: ItemFacts) -> None:
    if not is_among(actor, item.candidates) and not _stands_in(actor, item):
        raise Refused("这件待办没有派给您，不能签收。", rule="candidates_only")


def _require_holder(actor: Actor, item: ItemFacts, verb: str) -> None:
    if not same_person(actor, item.assignee) and not _stands_in(actor, item):
        raise Refused(
            f"这件待办在{_who(actor, item)}名下，您不能{verb}。如有需要，请与对方联系。", rule="assignee_only"
        )


def _who(actor: Actor, item: ItemFacts) -> str:
    if not item.holder or not _may_know_holder(actor, item):
        return "他人"
    return f" {item.holder} " + (f"于 {item.since} " if item.since else "")


def _may_know_holder(actor: Actor, item: ItemFacts) -> bool:
    if is_among(actor, item.near):
        return True
    grant = may_read_case(actor, item.case) if item.case is not None else None
    return grant is not None and grant.opens(item.compartment)
