"""What this person may do now with a work item besides deciding it: what its page and the API offer. Reads only."""

from __future__ import annotations

from jiecheng import permissions
from jiecheng.cases import handing, missing, people, standing
from jiecheng.cases.open_item import OpenItem
from jiecheng.cases.reading import refusal
from jiecheng.cases.returning import steps_before, targets
from jiecheng.cases.views import ItemOperations
from jiecheng.cases.work_item import item_facts
from jiecheng.model.actor import Actor
from jiecheng.model.signing import SignWay

_WIDER = (handing.ORGAN, "street", "district")
_MOST_NAMED = 200  # a list of names for choosing; of more the name is typed


def operations_of(at: OpenItem, actor: Actor, *, may_decide: bool) -> ItemOperations:
    """`may_decide`: whether he has the item, or may take it. The commands ask again."""
    if at.item.advises:
        return ItemOperations()
    known, chain = item_facts(at), handing.chain(at.opened.tx, at.item.id)
    may_answer = not refusal(lambda: permissions.require_answer(actor, known))
    lent = standing.principal_of(at.opened.tx, at.item, actor) is not None  # the work is not handed on (no chains)
    may_delegate = not lent and (may_decide or not refusal(lambda: permissions.require_delegation(actor, known)))
    found = targets(at.opened, at.task) if may_decide else ()
    may_transfer = may_decide and bool(at.node.transferable) and not lent
    within = at.node.transferable or handing.ORGAN
    ways = _signer_ways(at, actor)
    if ways and at.node.add_signer is not None and _WIDER.index(at.node.add_signer.within) > _WIDER.index(within):
        within = at.node.add_signer.within
    reach = handing.reach(at.opened.tx, actor.identity, within) if may_transfer or may_delegate or ways else ()
    return ItemOperations(
        returns=[(one.element, one.name) for one in found],
        return_ways=at.node.returns.back if found and at.node.returns is not None else (),
        may_transfer=may_transfer,
        may_delegate=may_delegate,
        colleagues=people.labels(at.opened.tx, reach) if len(reach) <= _MOST_NAMED else (),
        may_answer=may_answer,
        signer_ways=ways,
        chain=chain,
        missing=_missing(at, bool(found), may_transfer, bool(ways), lent=lent) if may_decide else (),
    )


def _missing(at: OpenItem, returns: bool, transfer: bool, signers: bool, *, lent: bool) -> tuple[str, ...]:
    words = {missing.RETURN: returns, missing.TRANSFER: transfer, missing.SIGNERS: signers}
    offered = {word for word, there in words.items() if there}
    if at.node.retractable:
        offered.add(missing.RETRACT)
    first = not any(True for _ in steps_before(at.opened.deployed.definition, at.node))
    return missing.missing(at.node, offered, lent=lent, first=first)


def _signer_ways(at: OpenItem, actor: Actor) -> dict[str, str]:
    """The ways in which he may add signers now, each with what it means; none where the diagram names none."""
    allowed = at.node.add_signer
    if allowed is None or refusal(lambda: permissions.require_signers(actor, item_facts(at))):
        return {}
    return {way: _WAYS[SignWay.VOTE if way == SignWay.PARALLEL and allowed.votes else way] for way in allowed.ways}


_WAYS: dict[str, str] = {
    SignWay.BEFORE: "前加签：对方先签，签完回到我这里",
    SignWay.PARALLEL: "并加签：对方同时签，签完本环节才结束",
    SignWay.AFTER: "后加签：我办完由对方签，对方不同意就退回给我",
    SignWay.VOTE: "并加签：对方作为一名成员参加表决",
}
