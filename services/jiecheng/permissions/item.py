"""Work items and messages: claim, release, decide, send.

A refusal says who holds the item and when, but only to those who may see inside its compartment.
"""

from __future__ import annotations

from collections.abc import Collection

from jiecheng.model.actor import Actor
from jiecheng.model.case import CaseState
from jiecheng.model.errors import NotFound, Refused
from jiecheng.model.ids import IdentityId
from jiecheng.model.signing import Standing
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
    if item.signing.added_by and not item.signing.votes:
        raise Refused(
            f"您是{item.signing.added_by}加签的人，只签意见：同意或不同意。别的由对方办理。", rule="signer_only"
        )
    require_nobody_awaited(item)
    if item.asked_by and not though_asked:
        raise Refused(f"这件事是{item.asked_by}委派您协办的，由对方决定。请写明答复，交还给对方。", rule="delegated")


def require_nobody_awaited(item: ItemFacts) -> None:
    """While signers he added have to come first, or come after what he decided, the item is not its holder's to decide."""
    who = item.signing.unsigned
    if item.signing.standing is Standing.WAITS:
        raise Refused(f"您前加签的{who}还没有签，签完以后由您办理。不等了可以先减签。", rule="signers_first")
    if item.signing.standing is Standing.PENDING:
        raise Refused(
            f"您已经办理，等{who}签完生效。不等了可以减签；后加签的人不同意时，会退回给您。", rule="signers_after"
        )


def require_signature(actor: Actor, item: ItemFacts) -> None:
    """An added signer gives his own word, when it is his turn."""
    _require_known(actor, item)
    _require_open(actor, item)
    _require_time(actor, item)
    _require_holder(actor, item, "签署")
    if item.signing.after:
        raise Refused(f"还没有轮到您，等{item.signing.added_by}办理以后再签。", rule="signer_turn")


def require_signers(actor: Actor, item: ItemFacts) -> None:
    """The holder of an item adds signers under it, before he decides; an added signer adds nobody."""
    _require_known(actor, item)
    _require_open(actor, item)
    _require_holder(actor, item, "加签")
    require_own(actor, item)
    if item.signing.added_by:
        raise Refused("加签的人只签自己的意见，不能再加签别人。", rule="signer_only")
    if item.asked_by:
        raise Refused(f"这件事是{item.asked_by}委派您协办的，不能加签别人。请写明答复，交还给对方。", rule="delegated")
    if item.signing.standing is Standing.PENDING:
        raise Refused("您已经办理，不能再加签别人。", rule="signers_after", conflict=True)


def require_withdrawal_of_signer(actor: Actor, signer: ItemFacts, above: IdentityId | None) -> None:
    """减签: who holds the item under which somebody was added (`above`), as long as that one has not signed."""
    require_official(actor)
    if not same_person(actor, above):
        _require_known(actor, signer)
        if not signer.signing.added_by:
            raise Refused("这个人不是加签加上的，不能减签。", rule="signer_adder")
        raise Refused("只有加签的人可以减签，而且只能减自己加的。", rule="signer_adder")
    if signer.state is WorkItemState.DECIDED:
        who = signer.holder or "对方"
        raise Refused(f"{who}已经签完，不能减签。", rule="signer_signed", conflict=True)
    _require_open(actor, signer)


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


def require_release(actor: Actor, item: ItemFacts, handed: bool = False) -> None:
    """The holder gives an item back to the other candidates; with nobody else to take it, it stays with him.

    `handed`: it went from hand to hand (转办, 委派): then it is a matter between these people, not of the post's list.
    """
    _require_known(actor, item)
    _require_open(actor, item)
    _require_time(actor, item)
    if item.state is WorkItemState.OFFERED:
        raise Refused("这件待办还没有人签收，不需要释放。", rule="not_claimed", conflict=True)
    _require_holder(actor, item, "释放")
    require_all_signed(item, "释放")
    if item.asked_by:
        raise Refused(f"这件事是{item.asked_by}委派您协办的。请写明答复，交还给对方。", rule="delegated")
    if handed:
        raise Refused("这件待办转办或委派过，不能再释放。自己办不了时，请转办给合适的人。", rule="handed_on")
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


def require_all_signed(item: ItemFacts, verb: str) -> None:
    """Whoever waits for signers he added does not pass the item on over their heads."""
    if item.signing.unsigned:
        raise Refused(
            f"您加签的{item.signing.unsigned}还没有签，不能{verb}。请等签完，或者先减签。", rule="signers_open"
        )


def _require_known(actor: Actor, item: ItemFacts) -> None:
    require_official(actor)
    if same_person(actor, item.assignee) or is_among(actor, item.near):
        return
    grant = may_read_case(actor, item.case()) if item.case is not None else None
    if grant is None or not grant.opens(item.compartment):
        raise NotFound(_NO_ITEM)


def _require_open(actor: Actor, item: ItemFacts) -> None:
    if item.case_state is CaseState.HELD:
        raise Refused(HELD, rule="case_held", conflict=True)
    # What is over may at most be taken back; whatever else one wants of it comes too late.
    if item.task_open and item.state in (*OPEN_ITEM_STATES, WorkItemState.WAITING):
        return
    if item.state is WorkItemState.DECIDED:
        mine = same_person(actor, item.assignee)
        sentence = f"这件待办{'您已经办结' if mine else f'已由{_who(actor, item)}办结'}，不能再改。"
    elif item.signing.why_ended:
        sentence = f"这件加签已经结束，不用再签：{item.signing.why_ended}。"
    else:
        sentence = "这个环节已经结束，这件待办不再需要办理。"
    raise Refused(f"{sentence}现在办到哪一步，请查看整个办件。", rule="item_closed", conflict=True)


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
    grant = may_read_case(actor, item.case()) if item.case is not None else None
    return grant is not None and grant.opens(item.compartment)
