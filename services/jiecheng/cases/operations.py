"""What this person may do now with a work item besides deciding it: what its page and the API offer. Reads only."""

from __future__ import annotations

from jiecheng import permissions
from jiecheng.cases import handing, people, standing
from jiecheng.cases.reading import refusal
from jiecheng.cases.returning import targets
from jiecheng.cases.views import ItemOperations
from jiecheng.cases.work_item import OpenItem, item_facts
from jiecheng.model.actor import Actor

_MOST_NAMED = 200  # a list of names for choosing; of more the name is typed


def operations_of(at: OpenItem, actor: Actor, *, may_decide: bool) -> ItemOperations:
    """`may_decide`: whether he has the item, or may take it. The commands ask again."""
    known, chain = item_facts(at), handing.chain(at.opened.tx, at.item.id)
    several = bool(at.task.members)
    may_answer = not refusal(lambda: permissions.require_answer(actor, known))
    lent = standing.principal_of(at.opened.tx, at.item, actor) is not None  # the work is not handed on (no chains)
    may_delegate = (
        not several
        and not lent
        and (may_decide or not refusal(lambda: permissions.require_delegation(actor, known, several=several)))
    )
    found = targets(at.opened, at.task) if may_decide else ()
    may_transfer = may_decide and bool(at.node.transferable) and not lent
    within = at.node.transferable or handing.ORGAN
    reach = handing.reach(at.opened.tx, actor.identity, within) if may_transfer or may_delegate else ()
    return ItemOperations(
        returns=[(one.element, one.name) for one in found],
        return_ways=at.node.returns.back if found and at.node.returns is not None else (),
        may_transfer=may_transfer,
        may_delegate=may_delegate,
        colleagues=people.labels(at.opened.tx, reach) if len(reach) <= _MOST_NAMED else (),
        may_answer=may_answer,
        chain=chain,
    )
