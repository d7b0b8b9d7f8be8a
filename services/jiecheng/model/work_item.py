"""A work item (待办) and its lifecycle: a person's own row for a task of the engine."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from jiecheng.model.ids import CaseId, IdentityId, TaskId, WorkItemId
from jiecheng.model.signing import ADVISING


class WorkItemState(StrEnum):
    OFFERED = "offered"  # to several candidates, nobody has claimed it
    ASSIGNED = "assigned"  # to one identity
    WAITING = "waiting"  # for added signers (加签), or an added signer's whose turn comes after another's decision
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
        "return_case": WorkItemState.DECIDED,
        "transfer_work_item": WorkItemState.ASSIGNED,
        "delegate_work_item": WorkItemState.ASSIGNED,
        "answer_delegation": WorkItemState.ASSIGNED,
        "add_signer": WorkItemState.WAITING,
        "withdraw_signer": WorkItemState.CLOSED,
        "close": WorkItemState.CLOSED,
    },
    WorkItemState.WAITING: {
        "add_signer": WorkItemState.WAITING,
        "hand_back": WorkItemState.ASSIGNED,
        "hold_good": WorkItemState.DECIDED,
        "ask": WorkItemState.ASSIGNED,
        "withdraw_signer": WorkItemState.CLOSED,
        "close": WorkItemState.CLOSED,
    },
    WorkItemState.DECIDED: {"retract_decision": WorkItemState.CLOSED},
    WorkItemState.CLOSED: {},
}


@dataclass(frozen=True, slots=True)
class StandIn:
    """Who stands in for one of an item's holders (代理), and from when to when. `listed`: while the item is open and the
    holder's; `acted`: he did something with it."""

    identity: IdentityId
    principal: IdentityId
    substitution: int
    starts_at: datetime
    ends_at: datetime
    listed: bool
    acted: bool

    def holds_at(self, moment: datetime) -> bool:
        return self.listed and self.starts_at <= moment < self.ends_at


@dataclass(frozen=True, slots=True)
class WorkItem:
    id: WorkItemId
    task: TaskId
    case: CaseId
    state: WorkItemState
    assignee: IdentityId | None
    candidates: tuple[IdentityId, ...]
    opened_at: datetime
    closed_at: datetime | None
    decided_by: IdentityId | None
    decided_by_name: str
    outcome: str
    outcome_label: str
    opinion: str
    cause: str
    asked_by: IdentityId | None = None  # who asked its holder to work on it, and decides himself (委派)
    decided_for: IdentityId | None = None  # in whose place `decided_by` decided it (代理)
    stand_ins: tuple[StandIn, ...] = ()  # also those whose time is over
    under: WorkItemId | None = None  # the item whose holder added this one (加签)
    way: str = ""  # a word of SignWay, "" for those whom the diagram names
    added_by: IdentityId | None = None
    added_why: str = ""
    has_signers: bool = False  # somebody was added under it

    @property
    def advises(self) -> bool:
        """An added signer's own: he gives an opinion and never an outcome of the step."""
        return self.way in ADVISING

    @property
    def pending(self) -> bool:
        """Decided by its holder, and waiting for those who sign after him."""
        return self.state is WorkItemState.WAITING and self.under is None and bool(self.outcome)

    @property
    def holders(self) -> tuple[IdentityId, ...]:
        """Who decided it, else who has it, else all to whom it is offered."""
        holder = self.decided_by or self.assignee
        return (holder,) if holder else self.candidates

    @property
    def having(self) -> tuple[IdentityId, ...]:
        """Whose it is: who has it, else all to whom it is offered."""
        return (self.assignee,) if self.assignee else self.candidates

    @property
    def near(self) -> tuple[IdentityId | None, ...]:
        """Whoever works on it or did, in whosever place."""
        others = (one.identity for one in self.stand_ins if one.listed or one.acted)
        return (*self.candidates, self.assignee, self.decided_by, *others)
