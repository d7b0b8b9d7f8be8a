"""What a page shows of a case: overview, steps, forms, timeline, picture. Reads only; who may read is asked first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from jiecheng import definitions, directory, forms, permissions, store
from jiecheng.cases import facts, people
from jiecheng.cases.case import read_facts, withdraw_facts
from jiecheng.cases.deployed import Deployed
from jiecheng.cases.history import TimelineRow, passed_elements, timeline
from jiecheng.cases.house import Tx
from jiecheng.cases.message import waiting_messages
from jiecheng.cases.open_case import OpenCase
from jiecheng.cases.work_item import OpenItem, item_facts, members
from jiecheng.model.actor import Actor
from jiecheng.model.case import CHINESE_CASE_STATES, Case, CaseState
from jiecheng.model.definition import FlowNode, OutcomeOption
from jiecheng.model.errors import JiechengError, NotFound, Refused
from jiecheng.model.form import FormUse, Right
from jiecheng.model.ids import CaseId, ElementId, IdentityId, ProcessId, WorkItemId
from jiecheng.model.task import Task, TaskState
from jiecheng.model.voting import MeetingRule, Mode
from jiecheng.model.work_item import OPEN_ITEM_STATES, WorkItem, WorkItemState
from jiecheng.store.attachment import AttachmentRow
from jiecheng.store.register import EntryRow


@dataclass(frozen=True, slots=True)
class VoteView:
    name: str
    vote: str  # a word of model.voting.Vote
    reason: str


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


@dataclass(frozen=True, slots=True)
class MessageOption:
    element: ElementId
    name: str
    documentation: str


@dataclass(frozen=True, slots=True)
class CaseView:
    case: Case
    process_name: str
    state: str
    steps: Sequence[StepView]
    waits: Sequence[WaitView]
    sections: Sequence[Section]
    timeline: Sequence[TimelineRow]
    picture: str  # SVG
    attachments: Sequence[AttachmentRow]
    messages: Sequence[MessageOption]
    withdrawable: bool
    register_entries: Sequence[EntryRow]
    my_items: Sequence[WorkItemId]
    ground: str  # why this person may read it


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


@dataclass(frozen=True, slots=True)
class StartView:
    process: ProcessId
    name: str
    documentation: str
    version: int
    sections: Sequence[Section]
    picture: str
    draft: Mapping[str, Any]
    draft_saved_at: datetime | None


@dataclass(frozen=True, slots=True)
class Refill:
    """What was typed and what is wrong with it, to show a form again without losing a word."""

    data: Mapping[str, object]
    errors: Mapping[str, Sequence[str]] = field(default_factory=dict)


def show_case(tx: Tx, actor: Actor, case: CaseId) -> CaseView:
    """The case, if this person may read it; a reading by an auditor or administrator is itself recorded."""
    opened = _open(tx, case)
    grant = permissions.require_case_read(actor, read_facts(opened))
    if grant.recorded:
        store.account.log_access(tx.db, actor.person, actor.identity, f"查看办件（{grant.ground}）", opened.case.number)
    return _case_view(opened, actor, grant)


def show_item(tx: Tx, actor: Actor, item: WorkItemId, refill: Refill | None = None) -> ItemView:
    opened = _open(tx, store.work_item.case_of(tx.db, item))
    grant = permissions.require_case_read(actor, read_facts(opened))
    found = store.work_item.get(tx.db, item)
    task = store.task.get(tx.db, found.task)
    at = OpenItem(opened, found, task, opened.deployed.node(task.element))
    if grant.recorded:
        store.account.log_access(tx.db, actor.person, actor.identity, f"查看待办（{grant.ground}）", opened.case.number)
    known = item_facts(at)
    draft = store.form.draft(tx.db, actor.identity, f"item:{item}")
    why_not = _refusal(lambda: permissions.require_decision(actor, known)) if not _claimable(actor, known) else ""
    shown = refill or (Refill(draft[0]) if draft else Refill({}))
    return ItemView(
        case=_case_view(opened, actor, grant),
        item=found,
        task=task,
        step=_step_view(opened, task, [found], {}),
        documentation=at.node.documentation,
        sections=_sections(opened, at.node, shown, read_only=bool(why_not)),
        outcomes=at.node.outcomes,
        meeting=_meeting_view(at) if at.node.mode is Mode.MEETING and task.state is TaskState.OPEN else None,
        may_claim=_claimable(actor, known),
        may_release=not _refusal(lambda: permissions.require_release(actor, known)),
        why_not=why_not,
        opinion=str(shown.data.get("opinion", "") or ""),
        draft=draft[0] if draft else {},
        draft_saved_at=draft[1] if draft else None,
    )


def show_start(tx: Tx, actor: Actor, process: ProcessId, refill: Refill | None = None) -> StartView:
    """The start form of a process's newest release. Raises Refused when this person may not start it."""
    from jiecheng.cases.case import starters

    newest = tx.latest_releases().get(process)
    if newest is None:
        raise NotFound("没有这个流程，或者它还没有发布。请从「发起」页面选择。")
    deployed = tx.release(newest)
    permissions.require_start(actor, starters(tx, deployed, actor))
    draft = store.form.draft(tx.db, actor.identity, f"start:{process}")
    shown = refill or (Refill(draft[0]) if draft else Refill({}))
    context = {"initiator": people.describe(tx, actor.identity), "profile": tx.profile, "today": tx.today}
    lookup = facts.PeopleLookup(tx)
    node = deployed.node(deployed.definition.start)
    return StartView(
        process=process,
        name=deployed.definition.name,
        documentation=deployed.definition.documentation,
        version=deployed.release.version,
        sections=[
            Section(
                form_title(deployed, use.form),
                forms.view(
                    deployed.forms[use.form], use, shown.data, errors=shown.errors, context=context, lookup=lookup
                ),
            )
            for use in node.forms
        ],
        picture=definitions.picture.draw(
            deployed.release.bundle.bpmn, states={}, flows=(), title=deployed.definition.name
        ),
        draft=draft[0] if draft else {},
        draft_saved_at=draft[1] if draft else None,
    )


def show_message(
    tx: Tx, actor: Actor, case: CaseId, element: ElementId, refill: Refill | None = None
) -> tuple[CaseView, FlowNode, Sequence[Section]]:
    """The form behind a message that the case waits for and this person may send."""
    opened = _open(tx, case)
    grant = permissions.require_case_read(actor, read_facts(opened))
    message = next((one for one in waiting_messages(opened) if one.node.id == element), None)
    if message is None:
        raise Refused("办件现在不接受这个事项，请刷新页面查看最新进展。", rule="message_not_awaited", conflict=True)
    words = "、".join(people.labels(tx, message.senders))
    permissions.require_message(
        actor, message.senders, permissions.MessageFacts(message.node.name, words, read_facts(opened))
    )
    draft = store.form.draft(tx.db, actor.identity, f"message:{case}:{element}")
    shown = refill or (Refill(draft[0]) if draft else Refill({}))
    sections = _sections(opened, message.node, shown, read_only=False)
    return _case_view(opened, actor, grant), message.node, sections


def form_title(deployed: Deployed, form: str) -> str:
    """A form is headed by the first step that fills it in."""
    for node in deployed.definition.nodes.values():
        for use in node.forms:
            if use.form == form and forms.is_edited(deployed.forms[form], use):
                return node.name
    return form


def _open(tx: Tx, case: CaseId) -> OpenCase:
    found = store.case.get(tx.db, case)
    return OpenCase(tx, found, tx.release(found.release))


def _case_view(opened: OpenCase, actor: Actor, grant: permissions.ReadGrant) -> CaseView:
    db = opened.tx.db
    tasks = store.task.of_case(db, opened.id)
    items = store.work_item.of_case(db, opened.id)
    by_task: dict[int, list[WorkItem]] = {}
    for item in items:
        by_task.setdefault(item.task, []).append(item)
    votes = store.work_item.votes_of(db, [item.id for item in items])
    mine = [
        item.id
        for item in items
        if item.state in OPEN_ITEM_STATES and any(who in actor.identities for who in item.candidates)
    ]
    allowed = opened.case.state is CaseState.RUNNING
    return CaseView(
        case=opened.case,
        process_name=opened.deployed.definition.name,
        state=CHINESE_CASE_STATES[opened.case.state],
        steps=[_step_view(opened, task, by_task.get(task.id, []), votes) for task in tasks],
        waits=_waits(opened),
        sections=_filled_sections(opened, actor),
        timeline=timeline(opened.tx, opened.id),
        picture=_picture(opened, tasks),
        attachments=store.attachment.of_case(db, opened.id),
        messages=_messages(opened, actor) if allowed else (),
        withdrawable=allowed and not _refusal(lambda: permissions.require_withdraw(actor, withdraw_facts(opened))),
        register_entries=store.register.of_case(db, opened.id),
        my_items=mine,
        ground=grant.ground,
    )


def _step_view(
    opened: OpenCase, task: Task, items: Sequence[WorkItem], votes: Mapping[WorkItemId, Sequence[Mapping[str, str]]]
) -> StepView:
    who = [
        one
        for item in items
        for one in ((holder,) if (holder := item.decided_by or item.assignee) else item.candidates)
    ]
    decided = next((item for item in items if item.state is WorkItemState.DECIDED), None)
    cast = [one for item in items for one in votes.get(item.id, ())]
    return StepView(
        name=task.name,
        state=task.state,
        opened_at=task.opened_at,
        closed_at=task.closed_at,
        due_at=task.due_at,
        overdue=task.due_at is not None and (task.closed_at or opened.tx.now) > task.due_at,
        reason=task.reason,
        vacant=task.vacant,
        holders=people.labels(opened.tx, who),
        outcome=decided.outcome_label if decided else "",
        opinion=decided.opinion if decided else "",
        cause=task.cause,
        votes=tuple(VoteView(one["member_name"], one["vote"], one["reason"]) for one in cast),
    )


def _waits(opened: OpenCase) -> Sequence[WaitView]:
    nodes = opened.deployed.definition.nodes
    return [
        WaitView(nodes[row.element].name if row.element in nodes else row.element, row.due_at)
        for row in store.subscription.waiting(opened.tx.db, opened.id)
    ]


def _messages(opened: OpenCase, actor: Actor) -> Sequence[MessageOption]:
    return [
        MessageOption(one.node.id, one.node.name, one.node.documentation)
        for one in waiting_messages(opened)
        if not _refusal(lambda one=one: permissions.require_message(actor, one.senders))  # type: ignore[misc]
    ]


def _filled_sections(opened: OpenCase, actor: Actor) -> Sequence[Section]:
    """Every form that has data, read only; a field that is hidden at every step this person had stays hidden."""
    data = store.form.of_case(opened.tx.db, opened.id)
    sections, seen = [], set()
    for node in opened.deployed.definition.nodes.values():
        for use in node.forms:
            form = opened.deployed.forms[use.form]
            if use.form in seen or use.form not in data or not forms.is_edited(form, use):
                continue
            seen.add(use.form)
            sections.append(_section(opened, FormUse(use.form, Right.READ), Refill(data[use.form])))
    return sections


def _sections(opened: OpenCase, node: FlowNode, shown: Refill, *, read_only: bool) -> Sequence[Section]:
    """The step's forms: stored data, with what was typed meanwhile laid over the fields that may be written."""
    data = store.form.of_case(opened.tx.db, opened.id)
    sections = []
    for use in node.forms:
        stored = data.get(use.form, {})
        form = opened.deployed.forms[use.form]
        if read_only or not forms.is_edited(form, use):
            sections.append(_section(opened, forms.read_only(use), Refill(stored)))
        else:
            context, lookup = facts.case_facts(opened), facts.PeopleLookup(opened.tx)
            typed = forms.refill(form, use, shown.data, stored, context=context, lookup=lookup)
            sections.append(_section(opened, use, Refill(typed if shown.data else stored, shown.errors)))
    return sections


def _section(opened: OpenCase, use: FormUse, shown: Refill) -> Section:
    form = opened.deployed.forms[use.form]
    view = forms.view(
        form,
        use,
        shown.data,
        errors=shown.errors,
        context=facts.case_facts(opened),
        lookup=facts.PeopleLookup(opened.tx),
    )
    return Section(form_title(opened.deployed, use.form), view)


def _picture(opened: OpenCase, tasks: Sequence[Task]) -> str:
    passed = passed_elements(opened.tx, opened.id)
    states = {element: "done" for element in passed if element in opened.deployed.definition.nodes}
    states |= {task.element: "active" for task in tasks if task.state is TaskState.OPEN}
    for row in store.subscription.waiting(opened.tx.db, opened.id):
        states[row.element] = "active"
    return definitions.picture.draw(
        opened.deployed.release.bundle.bpmn,
        states=states,
        flows=[one for one in passed if one in opened.deployed.definition.flows],
        title=f"{opened.case.number} 办理路径",
    )


def _meeting_view(at: OpenItem) -> MeetingView:
    tx = at.opened.tx
    seated, aside = members(tx, at.task)
    known = tx.organisation.directory
    body = known.bodies.get(at.task.body)  # type: ignore[call-overload]
    rule = at.node.meeting
    return MeetingView(
        body=f"{known.organs[body.organ].name}{body.name}" if body else "",
        rule=rule if rule is not None else MeetingRule(),
        members=[_member(tx, one, aside) for one in seated],
    )


def _member(tx: Tx, identity: IdentityId, aside: Sequence[IdentityId]) -> MemberView:
    found = directory.describe_identity(tx.organisation, identity, tx.today) or {}
    return MemberView(identity, str(found.get("name", "")), str(found.get("post_name", "")), identity in aside)


def _claimable(actor: Actor, known: permissions.ItemFacts) -> bool:
    return known.state is WorkItemState.OFFERED and not _refusal(lambda: permissions.require_claim(actor, known))


def _refusal(check: Any) -> str:  # noqa: ANN401 - any permission check
    """The sentence of a refusal, "" when the check lets one through."""
    try:
        check()
    except JiechengError as error:
        return error.message
    return ""
