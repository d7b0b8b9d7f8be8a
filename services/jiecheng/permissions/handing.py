"""Hand an item on (转办) or ask another to work on it (委派): who may, and who may be given it."""

from __future__ import annotations

from jiecheng.model.actor import Actor
from jiecheng.model.errors import Refused
from jiecheng.permissions.facts import ItemFacts, ReceiverFacts
from jiecheng.permissions.item import require_all_signed, require_decision, require_own

_WITHIN = {"organ": "本机关（含内设机构，同一街镇算一家）", "street": "本街镇", "district": "本区"}


def require_transfer(actor: Actor, item: ItemFacts, within: str) -> None:
    """Who has the item, where the diagram lets the step be handed on."""
    require_decision(actor, item)
    require_own(actor, item)
    require_all_signed(item, "转办")
    if not within:
        raise Refused("这个环节不能转办，须由您本人办理。确实不能办理时，请联系流程管理员。", rule="transfer_step")


def require_delegation(actor: Actor, item: ItemFacts) -> None:
    """Who has the item, or was asked himself: the answer comes back step by step."""
    require_decision(actor, item, though_asked=True)
    require_own(actor, item)
    require_all_signed(item, "委派")


def require_answer(actor: Actor, item: ItemFacts) -> None:
    """The one who was asked."""
    require_decision(actor, item, though_asked=True)
    if not item.asked_by:
        raise Refused("这件事没有人委派您协办，请直接办理。", rule="not_delegated", conflict=True)


def require_receiver(receiver: ReceiverFacts) -> None:
    """Whoever gets the item must be able to hold it: in office, in reach, not the applicant, not kept out of it."""
    name = receiver.name
    if not receiver.in_office:
        raise Refused(f"{name}现在不在任，不能接办。请另选一位。", rule="receiver_office")
    if receiver.is_giver:
        raise Refused("不能交给您自己。请另选一位。", rule="receiver_self")
    if receiver.is_applicant:
        raise Refused(f"{name}是这件办件的申请人，不能办理自己的事。请另选一位。", rule="receiver_applicant")
    if receiver.recused:
        raise Refused(f"{name}在这件事上须回避，不能接办。请另选一位。", rule="receiver_recused")
    if receiver.has_it:
        raise Refused(f"{name}本来就在办这件事，不能再接一份。请另选一位。", rule="receiver_has_it")
    if not receiver.in_reach:
        raise Refused(f"{name}不属于{_WITHIN[receiver.within]}，这个环节只能在这个范围内交办。", rule="receiver_reach")
    if not receiver.inside:
        raise Refused(f"这是内部办理的环节，{name}不是这个机关的人，不能接办。", rule="receiver_inside")
