"""What a page shows of a case: overview, steps, forms, timeline, picture. Reads only; who may read is asked first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from jiecheng import calendar, definitions, directory, forms, permissions, store
from jiecheng.cases import facts, people, received
from jiecheng.cases.case import outside_title, read_facts, withdraw_facts
from jiecheng.cases.deployed import Deployed
from jiecheng.cases.doors import Sight, element_states, sight_of
from jiecheng.cases.fanout import fan_outs
from jiecheng.cases.history import ALL, LATEST, passed_elements, timeline
from jiecheng.cases.hold import hold_facts, pauses
from jiecheng.cases.house import BEIJING, Tx
from jiecheng.cases.message import draft_subject, waiting_message, waiting_messages
from jiecheng.cases.open_case import CLOSED_DOORS, OpenCase
from jiecheng.cases.place import Place, place_of_task
from jiecheng.cases.views import (
    CaseView,
    DueView,
    ItemView,
    MeetingView,
    MemberView,
    MessageOption,
    Refill,
    Section,
    StartView,
    StepView,
    VoteView,
    WaitView,
)
from jiecheng.cases.work_item import OpenItem, item_facts, members
from jiecheng.model.actor import Actor
from jiecheng.model.case import CHINESE_CASE_STATES, CaseState
from jiecheng.model.definition import FlowNode
from jiecheng.model.errors import JiechengError, NotFound, Refused
from jiecheng.model.form import FormUse, Right
from jiecheng.model.ids import BodyId, CaseId, ElementId, IdentityId, ProcessId, WorkItemId
from jiecheng.model.task import Task, TaskState, titled
from jiecheng.model.voting import MeetingRule, Mode
from jiecheng.model.work_item import OPEN_ITEM_STATES, WorkItem, WorkItemState
from jiecheng.store.form import FormRow
from jiecheng.store.job import DocumentRow

_WORKING = ("open", "failed")
_NUMBER = "〔办件编号〕"  # where a shared drawing has the number of the case


def show_case(tx: Tx, actor: Actor, case: CaseId) -> CaseView:
    """The case, if this person may read it; a reading by an auditor or administrator is itself recorded."""
    opened = _open(tx, case)
    grant = permissions.require_case_read(actor, read_facts(opened))
    if grant.recorded:
        store.account.log_access(tx.db, actor.person, actor.identity, f"查看办件（{grant.ground}）", opened.case.number)
    return _case_view(opened, actor, grant)


def show_whole_case(tx: Tx, actor: Actor, case: CaseId) -> CaseView:
    """The same with every step and every line of the timeline, for paper and for programs."""
    opened = _open(tx, case)
    grant = permissions.require_case_read(actor, read_facts(opened))
    if grant.recorded:
        store.account.log_access(tx.db, actor.person, actor.identity, f"查看办件（{grant.ground}）", opened.case.number)
    return _case_view(opened, actor, grant, ALL)


def show_item(tx: Tx, actor: Actor, item: WorkItemId, refill: Refill | None = None) -> ItemView:
    opened = _open(tx, store.work_item.case_of(tx.db, item))
    grant = permissions.require_case_read(actor, read_facts(opened))
    found = store.work_item.get(tx.db, item)
    task = store.task.get(tx.db, found.task)
    permissions.require_item_read(actor, grant, task.compartment, (*found.candidates, found.decided_by))
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
        sections=_sections(
            opened, sight_of(opened, actor, grant), at.node, place_of_task(opened, task), shown, read_only=bool(why_not)
        ),
        outcomes=at.node.outcomes,
        meeting=_meeting_view(at) if at.node.mode is Mode.MEETING and task.state is TaskState.OPEN else None,
        may_claim=_claimable(actor, known),
        may_release=not _refusal(lambda: permissions.require_release(actor, known)),
        why_not=why_not,
        opinion=str(shown.data.get("opinion", "") or ""),
        draft=draft[0] if draft else {},
        draft_saved_at=draft[1] if draft else None,
    )


def item_sections(tx: Tx, actor: Actor, item: WorkItemId, refill: Refill) -> Sequence[Section]:
    """The forms of an item as its holder fills them in, without the page around them; for whoever may decide it."""
    opened = _open(tx, store.work_item.case_of(tx.db, item))
    found = store.work_item.get(tx.db, item)
    task = store.task.get(tx.db, found.task)
    grant = permissions.require_case_read(actor, read_facts(opened))
    permissions.require_item_read(actor, grant, task.compartment, (*found.candidates, found.decided_by))
    node, place = opened.deployed.node(task.element), place_of_task(opened, task)
    return _sections(opened, sight_of(opened, actor, grant), node, place, refill, read_only=False)


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
    context: dict[str, Any] = {
        "initiator": people.describe(tx, actor.identity),
        "profile": tx.profile,
        "today": tx.today,
    }
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
        picture=_plain_picture(tx, deployed),
        draft=draft[0] if draft else {},
        draft_saved_at=draft[1] if draft else None,
    )


def show_message(
    tx: Tx, actor: Actor, case: CaseId, element: ElementId, refill: Refill | None = None
) -> tuple[CaseView, FlowNode, Sequence[Section]]:
    """The form behind a message that the case waits for and this person may send."""
    opened = _open(tx, case)
    grant = permissions.require_case_read(actor, read_facts(opened))
    message = waiting_message(opened, actor, element)
    if message is None:
        raise Refused("办件现在不接受这个事项，请刷新页面查看最新进展。", rule="message_not_awaited", conflict=True)
    words = "、".join(people.labels(tx, message.senders))
    permissions.require_message(
        actor,
        message.senders,
        permissions.MessageFacts(message.name, words, read_facts(opened), opened.case.state),
    )
    draft = store.form.draft(tx.db, actor.identity, draft_subject(opened, message))
    shown = refill or (Refill(draft[0]) if draft else Refill({}))
    sight = sight_of(opened, actor, grant)
    sections = _sections(opened, sight, message.node, message.place, shown, read_only=False)
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


def _case_view(opened: OpenCase, actor: Actor, grant: permissions.ReadGrant, latest: int = LATEST) -> CaseView:
    """`latest`: how many steps and lines of the timeline, so that a page costs the same in every round of a case."""
    db = opened.tx.db
    tasks = store.task.latest_of_case(db, opened.id, latest)
    items = store.work_item.of_tasks(db, [task.id for task in tasks])
    sight = sight_of(opened, actor, grant)
    told = timeline(opened.tx, opened.case, sight, most=latest)
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
        steps=[
            _step_view(
                opened,
                task,
                by_task.get(task.id, []),
                votes if _sees_votes(opened.tx, actor, grant, task, by_task.get(task.id, [])) else {},
            )
            if sight.task(task)
            else _door_view(opened, task)
            for task in tasks
        ],
        waits=_waits(opened, sight),
        sections=_filled_sections(opened, sight),
        timeline=told.rows,
        earlier=told.earlier,
        picture=_picture(opened, tasks, sight),
        attachments=[one for one in store.attachment.of_case(db, opened.id) if sight.behind(one.compartment)],
        documents=[
            one
            for one in store.job.documents_of(db, opened.id)
            if sight.behind(one.compartment) or received.may_read_paper(opened.tx, actor, one.id)
        ],
        messages=_messages(opened, actor) if allowed else (),
        holds=store.hold.of_case(db, opened.id),
        may_hold=allowed and not _refusal(lambda: permissions.require_hold(actor, hold_facts(opened))),
        may_resume=opened.case.state is CaseState.HELD
        and not _refusal(lambda: permissions.require_resume(actor, hold_facts(opened))),
        withdrawable=allowed and not _refusal(lambda: permissions.require_withdraw(actor, withdraw_facts(opened))),
        register_entries=store.register.of_case(db, opened.id),
        my_items=mine,
        ground=grant.ground,
        fan_outs=fan_outs(opened, sight),
    )


def _door_view(opened: OpenCase, task: Task) -> StepView:
    """What those outside see of a step behind closed doors: that it is there, since when and until when."""
    return StepView(
        name=outside_title(opened, task),
        state=task.state,
        opened_at=task.opened_at,
        closed_at=task.closed_at,
        due_at=None,
        overdue=False,
        reason="",
        vacant=False,
        holders=(CLOSED_DOORS,),
        outcome="",
        opinion="",
        cause="",
        hidden=True,
    )


def _step_view(
    opened: OpenCase, task: Task, items: Sequence[WorkItem], votes: Mapping[WorkItemId, Sequence[Mapping[str, str]]]
) -> StepView:
    who = [one for item in items for one in item.holders]
    decided = next((item for item in items if item.state is WorkItemState.DECIDED), None)
    cast = [one for item in items for one in votes.get(item.id, ())]
    if cast and task.body:
        # In the order in which the members sit, as the secretary entered them.
        seats = {member: place for place, member in enumerate(members(opened.tx, task)[0])}
        cast.sort(key=lambda one: seats.get(IdentityId(one["member"]), len(seats)))
    return StepView(
        name=task.title,
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


def _sees_votes(tx: Tx, actor: Actor, grant: permissions.ReadGrant, task: Task, items: Sequence[WorkItem]) -> bool:
    """Who voted how is for the body itself and for auditors; everybody else reads what the body decided."""
    if not task.body or grant.oversees:
        return bool(task.body)
    near = {*members(tx, task)[0], *(who for item in items for who in item.candidates)}
    return any(who in near for who in actor.identities)


def _waits(opened: OpenCase, sight: Sight) -> Sequence[WaitView]:
    nodes = opened.deployed.definition.nodes
    waits = [
        WaitView(
            titled(nodes[row.element].name if row.element in nodes else row.element, row.instance_label), row.due_at
        )
        for row in store.subscription.waiting(opened.tx.db, opened.id)
        if sight.behind(row.compartment)
    ]
    for job in store.job.of_case(opened.tx.db, opened.id):
        if not sight.behind(job.compartment):
            continue
        if job.state == "open":
            waits.append(WaitView(f"{job.name}：系统正在办理，通常几秒内完成", None))
        elif job.state == "failed":
            waits.append(WaitView(f"{job.name}：没有成功，已报流程管理员处理", None, failed=True))
    return waits


def _messages(opened: OpenCase, actor: Actor) -> Sequence[MessageOption]:
    return [
        MessageOption(one.node.id, one.name, one.node.documentation)
        for one in waiting_messages(opened)
        if not _refusal(lambda one=one: permissions.require_message(actor, one.senders))
    ]


def _filled_sections(opened: OpenCase, sight: Sight) -> Sequence[Section]:
    """Every form that has data, read only, as far as this person's own steps let him see its fields."""
    rows = [row for row in store.form.rows_of(opened.tx.db, opened.id) if sight.form(row)]
    if sight.grant.oversees:
        seen = {name: FormUse(name, Right.READ) for name in opened.deployed.forms}
    else:
        seen = _widest([use for node in _own_nodes(opened, sight.actor) for use in node.forms])
    ordered = dict.fromkeys(use.form for node in opened.deployed.definition.nodes.values() for use in node.forms)
    return [
        _section(opened, seen[name], Refill(row.data), label=row.label)
        for name in ordered
        for row in rows
        if row.form == name and name in seen and _sees_instance(opened, sight, row)
    ]


def _sees_instance(opened: OpenCase, sight: Sight, row: FormRow) -> bool:
    """What one instance filled in, its own people and those outside the fan-out read, not the other instances."""
    if not row.key or sight.grant.oversees:
        return True
    tasks = {task.id: task for task in store.task.of_case(opened.tx.db, opened.id)}
    mine = [tasks[item.task] for item in store.work_item.of_case(opened.tx.db, opened.id) if sight.works_on(item)]
    using = [task for task in mine if any(use.form == row.form for use in opened.deployed.node(task.element).forms)]
    if sight.actor_is(opened.case.initiator) and any(
        use.form == row.form for use in opened.deployed.node(opened.deployed.definition.start).forms
    ):
        return True
    return any(not task.instance_key or task.instance_key == row.key for task in using)


def _own_nodes(opened: OpenCase, actor: Actor) -> Sequence[FlowNode]:
    """The steps this person has or had: his work items, the start if he made it, the messages he may send."""
    mine = set(store.work_item.own_elements(opened.tx.db, opened.id, actor.identities))
    if opened.case.initiator in actor.identities:
        mine.add(opened.deployed.definition.start)
        mine |= {node.id for node in opened.deployed.definition.nodes.values() if node.message}
    return [opened.deployed.node(element) for element in mine]


def _widest(uses: Sequence[FormUse]) -> dict[str, FormUse]:
    """Per form: read what at least one of the uses shows, hide what none of them does."""
    found: dict[str, FormUse] = {}
    for name in {use.form for use in uses}:
        here = [use for use in uses if use.form == name]
        keys = {key for use in here for key in use.rights}
        hidden = {
            key: Right.HIDDEN for key in keys if all(use.rights.get(key, use.default) is Right.HIDDEN for use in here)
        }
        default = Right.HIDDEN if all(use.default is Right.HIDDEN for use in here) else Right.READ
        shown = dict.fromkeys(keys - hidden.keys(), Right.READ)
        found[name] = FormUse(name, default, {**shown, **hidden})
    return found


def _sections(
    opened: OpenCase, sight: Sight, node: FlowNode, place: Place, shown: Refill, *, read_only: bool
) -> Sequence[Section]:
    """The step's forms: stored data, with what was typed meanwhile laid over the fields that may be written.

    A form that was filled in only inside the instances of a fan-out stands there once for each of them.
    """
    rows = [row for row in store.form.rows_of(opened.tx.db, opened.id) if sight.form(row)]
    data = store.form.seen_from(rows, place.key)
    sections = []
    for use in node.forms:
        stored = data.get(use.form, {})
        form = opened.deployed.forms[use.form]
        if read_only or not forms.is_edited(form, use):
            inner = [row for row in rows if row.form == use.form and row.key] if use.form not in data else []
            for row in inner or [FormRow(use.form, stored)]:
                sections.append(_section(opened, forms.read_only(use), Refill(row.data), place.known, row.label))
        else:
            context, lookup = place.known, facts.PeopleLookup(opened.tx)
            typed = forms.refill(form, use, shown.data, stored, context=context, lookup=lookup)
            filled = Refill(typed if shown.data else stored, shown.errors)
            sections.append(_section(opened, use, filled, place.known))
    return sections


def _section(
    opened: OpenCase, use: FormUse, shown: Refill, known: Mapping[str, Any] | None = None, label: str = ""
) -> Section:
    form = opened.deployed.forms[use.form]
    view = forms.view(
        form,
        use,
        shown.data,
        errors=shown.errors,
        context=facts.case_facts(opened) if known is None else known,
        lookup=facts.PeopleLookup(opened.tx),
    )
    return Section(titled(form_title(opened.deployed, use.form), label), view)


def _plain_picture(tx: Tx, deployed: Deployed) -> str:
    """The diagram before anybody has walked it: one drawing a release."""
    key = (deployed.release.hash, frozenset[tuple[str, str]](), frozenset[str]())
    drawn = tx.house.pictures.get(key, "")
    if not drawn:
        bpmn = deployed.release.bundle.bpmn
        drawn = definitions.picture.draw(bpmn, states={}, flows=(), title=deployed.definition.name)
        tx.house.pictures.put(key, drawn)
    return drawn


def _picture(opened: OpenCase, tasks: Sequence[Task], sight: Sight) -> str:
    passed = passed_elements(opened.tx, opened.case)
    active = {row.element: row.compartment for row in store.subscription.waiting(opened.tx.db, opened.id)}
    active |= {
        job.element: job.compartment for job in store.job.of_case(opened.tx.db, opened.id) if job.state in _WORKING
    }
    states, flows = element_states(opened, sight, passed, active, tasks)
    # Cases that went the same way share a drawing; only the number in its title is a case's own.
    key = (opened.deployed.release.hash, frozenset(states.items()), flows)
    drawn = opened.tx.house.pictures.get(key, "")
    if not drawn:
        bpmn = opened.deployed.release.bundle.bpmn
        drawn = definitions.picture.draw(bpmn, states=states, flows=flows, title=f"{_NUMBER} 办理路径")
        opened.tx.house.pictures.put(key, drawn)
    return drawn.replace(_NUMBER, escape(opened.case.number))


def _meeting_view(at: OpenItem) -> MeetingView:
    tx = at.opened.tx
    seated, aside = members(tx, at.task)
    known = tx.organisation.directory
    body = known.bodies.get(BodyId(at.task.body))
    rule = at.node.meeting
    return MeetingView(
        body=_joined(known.organs[body.organ].name, body.name) if body else "",
        rule=rule if rule is not None else MeetingRule(),
        members=[_member(tx, one, aside) for one in seated],
    )


def _joined(organ: str, body: str) -> str:
    """彭溪街道党工委 and 党工委会议 are 彭溪街道党工委会议: what both say is said once."""
    overlap = next((size for size in range(len(body), 0, -1) if organ.endswith(body[:size])), 0)
    return organ + body[overlap:]


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


def read_document(tx: Tx, actor: Actor, document: int) -> tuple[DocumentRow, bytes]:
    """A paper the case issued, for whoever may read the case."""
    row, content = store.job.document(tx.db, document)
    opened = _open(tx, row.case)
    if received.may_read_paper(tx, actor, document):
        return row, content
    grant = permissions.require_case_read(actor, read_facts(opened))
    permissions.require_inside(actor, grant, row.compartment)
    if grant.recorded:
        store.account.log_access(tx.db, actor.person, actor.identity, f"下载文书（{grant.ground}）", opened.case.number)
    return row, content


def explain_due(tx: Tx, actor: Actor, item: WorkItemId) -> DueView:
    """Day by day, why the limit of this item's task is that date."""
    opened = _open(tx, store.work_item.case_of(tx.db, item))
    grant = permissions.require_case_read(actor, read_facts(opened))
    found = store.work_item.get(tx.db, item)
    task = store.task.get(tx.db, found.task)
    permissions.require_item_read(actor, grant, task.compartment, (*found.candidates, found.decided_by))
    if task.due_days is None:
        raise NotFound("这个环节没有办理期限。")
    received_on = task.opened_at.astimezone(BEIJING).date()
    due = calendar.add_working_days(tx.working_days, received_on, task.due_days, pauses(tx, opened.id))
    clause = opened.deployed.clause(task.due_basis, str(opened.case.variables.get("profile", "")))
    basis = clause.quotation() if clause else task.due_basis
    return DueView(opened.case.number, task.title, received_on, task.due_days, due, basis)
