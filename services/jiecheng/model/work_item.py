"""A work item (待办) and its lifecycle: a person's own row for a task of the engine."""

from __future__ import annotations

from enum import StrEnum


class WorkItemState(StrEnum):
    OFFERED = "offered"  # to several candidates, nobody has claimed it
    ASSIGNED = "assigned"  # to one identity
    DECIDED = "decided"
    CLOSED = "closed"  # ended without a decision; the row keeps the cause


OPEN_ITEM_STATES = frozenset({WorkItemState.OFFERED, WorkItemState.ASSIGNED})

WORK_ITEM_LIFECYCLE: dict[WorkItemState, dict[str, WorkItemState]] = {
    WorkItemState.OFFERED: {
        "claim_work_item": WorkItemState.ASSIGNED,
        "close": WorkItemState.CLOSED,
    },
    WorkItemState.ASSIGNED: {
        "release_work_item": WorkItemState.OFFERED,
        "decide_work_item": WorkItemState.DECIDED,
        "close": WorkItemState.CLOSED,
    },
    WorkItemState.DECIDED: {},
    WorkItemState.CLOSED: {},
}
