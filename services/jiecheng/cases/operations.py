"""What this person may do now with a work item besides deciding it: what its page and the API offer. Reads only."""

from __future__ import annotations

from jiecheng.cases.returning import targets
from jiecheng.cases.views import ItemOperations
from jiecheng.cases.work_item import OpenItem


def operations_of(at: OpenItem, *, may_decide: bool) -> ItemOperations:
    """`may_decide`: whether he has the item, or may take it. The commands ask again."""
    if not may_decide:
        return ItemOperations()
    found = targets(at.opened, at.task)
    return ItemOperations(
        returns=[(one.element, one.name) for one in found],
        return_ways=at.node.returns.back if found and at.node.returns is not None else (),
    )
