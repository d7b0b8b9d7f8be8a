"""What pages get to show: plain values, put together in `reading`. Never a row, never a right to be checked again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from jiecheng import calendar, forms
from jiecheng.cases.alike import Alike
from jiecheng.cases.beside import Beside
from jiecheng.cases.came_back import CameBack
from jiecheng.cases.fanout import FanOut
from jiecheng.cases.forecast import Ahead
from jiecheng.cases.history import TimelineRow
from jiecheng.definitions.picture import Drawing
from jiecheng.model.case import Case
from jiecheng.model.definition import OutcomeOption
from jiecheng.model.ids import ElementId, IdentityId, ProcessId, WorkItemId
from jiecheng.model.task import Task, TaskState
from jiecheng.model.voting import MeetingRule
from jiecheng.model.work_item import WorkItem
from jiecheng.store.attachment import AttachmentRow
from jiecheng.store.hold import HoldRow
from jiecheng.store.job import DocumentRow
from jiecheng.store.register import EntryRow
from jiecheng.store.reversal import LinkedCase
from jiecheng.store.voiding import VoidRow


@dataclass(frozen=True, slots=True)
class VoteView:
    name: str
    vote: str  # a word of model.voting.Vote
    reason: str


@dataclass(frozen=True, slots=True)
class SignerView:
    """Somebody added to a step (加签): by whom and why; `state`: in words, with what ended it where he did not sign."""

    item: WorkItemId
    name: str
    way: str
    added_by: str
    why: str
    state: str
    vote: str  # a word of model.voting.Vote, "" while he has not signed
    opinion: str
    at: datetime | None
    may_withdraw: bool = False


@dataclass(frozen=True, slots=True)
class StepView:
    """One user task as people see it. `holders`: who has it (open) or who decided it."""

    name: str
    state: TaskState
    opened_at: datetime
    closed_at: datetime | None
    due_at: datetime | None
    overdue: bool
    reason: str
    vacant: bool
    holders: tuple[str, ...]
    outcome: str
    opinion: str
    cause: str
    votes: tuple[VoteView, ...] = ()
    signers: tuple[SignerView, ...] = ()
    counted: str = ""  # several decide it: how, and what their votes come to so far
    hidden: bool = False  # behind closed doors: only that it is there, since when and until when


@dataclass(frozen=True, slots=True)
class Section:
    """A form under a heading."""

    title: str
    view: forms.FormView


@dataclass(frozen=True, slots=True)
class WaitView:
    """A date or event the case waits for, in words."""

    name: str
    due_at: datetime | None
    failed: bool = False
    message: bool = False  # somebody is to send it


@dataclass(frozen=True, slots=True)
class DueView:
    """Why a limit is that date: `due.steps` has each day, counted or not, and why."""

    number: str
    step: str
    received: date
    working_days: int
    due: calendar.DueDate
    basis: str


@dataclass(frozen=True, slots=True)
class MessageOption:
    """`instance`: the organ of a fan-out whose message it is, "" outside of one."""

    element: ElementId
    name: str
    documentation: str
    instance: str = ""


@dataclass(frozen=True, slots=True)
class CaseView:
    case: Case
    process_name: str
    state: str
    steps: Sequence[StepView]
    waits: Sequence[WaitView]
    sections: Sequence[Section]
    timeline: Sequence[TimelineRow]
    earlier: int  # lines of the timeline before these
    picture: Drawing
    attachments: Sequence[AttachmentRow]
    documents: Sequence[DocumentRow]
    messages: Sequence[MessageOption]
    withdrawable: bool
    holds: Sequence[HoldRow]
    may_urge: bool
    may_recall: bool
    may_hold: bool
    may_resume: bool
    register_entries: Sequence[EntryRow]
    my_items: Sequence[WorkItemId]
    my_waiting: Sequence[WorkItemId]  # mine, waiting for signers I added
    ground: str  # why this person may read it
    fan_outs: Sequence[FanOut] = ()
    voiding: VoidRow | None = None  # the last request to void it, for who administers it, and once it is void
    may_void: bool = False
    may_settle_voiding: bool = False
    undone_by: Sequence[LinkedCase] = ()  # cases that undo this one
    undoes: LinkedCase | None = None
    may_reverse: str = ""  # the process by which this person may undo it now
    retractable: Sequence[tuple[WorkItemId, str]] = ()  # own decisions that may be taken back now: item, step
    beside: Beside = field(default_factory=Beside)
    guest: bool = False  # he was shown the case, and does not work on it
    came_back: Sequence[CameBack] = ()  # the applicant's own: why it lies with him again
    ahead: Sequence[Ahead] = ()  # what is expected next, where a page asked for it
    alike: Sequence[Alike] = ()  # other open cases about the same


@dataclass(frozen=True, slots=True)
class MemberView:
    identity: IdentityId
    name: str
    post: str
    must_stand_aside: bool


@dataclass(frozen=True, slots=True)
class MeetingView:
    body: str
    rule: MeetingRule
    members: Sequence[MemberView]
    before: Sequence[str] = ()  # outcomes that send the case back without a meeting, by their labels


@dataclass(frozen=True, slots=True)
class ItemOperations:
    """What may be done with an item besides deciding it. `returns`: element and name of where it may be returned to."""

    returns: Sequence[tuple[ElementId, str]] = ()
    return_ways: tuple[str, ...] = ()
    may_transfer: bool = False
    may_delegate: bool = False
    colleagues: Sequence[str] = ()  # names to choose from, where they are not too many
    may_answer: bool = False
    signer_ways: Mapping[str, str] = field(default_factory=dict)  # how signers may be added, with what it means
    chain: Sequence[str] = ()  # how it came to who has it now
    missing: Sequence[str] = ()  # what is not offered on this step and why, a sentence a reason


@dataclass(frozen=True, slots=True)
class ItemView:
    """A work item to be worked on. `why_not`: the sentence that says why this person cannot decide it now, "" if he can."""

    case: CaseView
    item: WorkItem
    task: Task
    step: StepView
    documentation: str
    sections: Sequence[Section]
    outcomes: Sequence[OutcomeOption]
    meeting: MeetingView | None
    may_claim: bool
    may_release: bool
    why_not: str
    opinion: str
    draft: Mapping[str, Any] = field(default_factory=dict)
    draft_saved_at: datetime | None = None
    operations: ItemOperations = field(default_factory=ItemOperations)
    in_place_of: str = ""  # whose it is, where this person stands in for him (代理)
    came_back: CameBack | None = None  # why an application lies with its applicant again
    signing_for: str = ""  # who added him, where the item is an added signer's
    going_back: Sequence[tuple[str, str]] = ()  # outcomes that lead to a step of the applicant's: label, step


@dataclass(frozen=True, slots=True)
class MessageView:
    """A message to be sent. `name`: with the organ's, where several wait for theirs."""

    case: CaseView
    element: ElementId
    instance: str
    name: str
    documentation: str
    sections: Sequence[Section]
    draft_subject: str


@dataclass(frozen=True, slots=True)
class StartView:
    process: ProcessId
    name: str
    documentation: str
    version: int
    sections: Sequence[Section]
    picture: Drawing
    draft: Mapping[str, Any]
    draft_saved_at: datetime | None


@dataclass(frozen=True, slots=True)
class Refill:
    """What was typed and what is wrong with it, to show a form again without losing a word."""

    data: Mapping[str, Any]
    errors: Mapping[str, Sequence[str]] = field(default_factory=dict)
