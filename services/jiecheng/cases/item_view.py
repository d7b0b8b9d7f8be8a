"""What a page shows of a work item: its forms, its outcomes, the meeting it is, and why its limit is that day. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from jiecheng import calendar, directory, forms, permissions, store
from jiecheng.cases import before_meeting, people, standing
from jiecheng.cases.came_back import came_back
from jiecheng.cases.case import read_facts
from jiecheng.cases.doors import Sight, sight_of
from jiecheng.cases.hold import pauses
from jiecheng.cases.house import BEIJING, Tx
from jiecheng.cases.open_case import OpenCase, read_case_of
from jiecheng.cases.open_item import OpenItem
from jiecheng.cases.operations import operations_of
from jiecheng.cases.phrase import foresee_book
from jiecheng.cases.place import place_of_task
from jiecheng.cases.reading import case_view, foresee_case, refusal
from jiecheng.cases.sections import step_sections
from jiecheng.cases.signing import SIGNATURES
from jiecheng.cases.steps import signer_views, step_view
from jiecheng.cases.views import (
    DueView,
    ItemView,
    MeetingView,
    MemberView,
    Refill,
    Section,
    SignerView,
)
from jiecheng.cases.work_item import item_facts, members
from jiecheng.definitions.onward import goes_back
from jiecheng.model.actor import Actor
from jiecheng.model.errors import NotFound
from jiecheng.model.ids import BodyId, IdentityId, WorkItemId
from jiecheng.model.task import Task, TaskState
from jiecheng.model.voting import MeetingRule, Mode
from jiecheng.model.work_item import OPEN_ITEM_STATES, WorkItem, WorkItemState


def show_item(tx: Tx, actor: Actor, item: WorkItemId, refill: Refill | None = None) -> ItemView:
    _note_first_opening(tx, actor, item)
    opened = read_case_of(tx, item)
    foresee_case(opened, actor)
    foresee_book(tx, actor)  # for the field of the opinion
    with tx.db.ahead():
        store.form.draft(tx.db, actor.identity, f"item:{item}")
        store.handing.of_item(tx.db, item)
    grant = permissions.require_case_read(actor, read_facts(opened))
    found, task = store.work_item.with_task(tx.db, item)
    permissions.require_item_read(actor, grant, task.compartment, found.near)
    sight = _require_shown(opened, actor, grant, task)
    at = OpenItem(opened, found, task, opened.deployed.node(task.element))
    if grant.recorded:
        store.account.log_access(tx.db, actor.person, actor.identity, f"查看待办（{grant.ground}）", opened.case.number)
    known, handed = item_facts(at), bool(store.handing.of_item(tx.db, item))
    draft = store.form.draft(tx.db, actor.identity, f"item:{item}")
    required = permissions.require_signature if found.advises else permissions.require_decision
    why_not = refusal(lambda: required(actor, known)) if not _claimable(actor, known) else ""
    added = signer_rows(at) if found.has_signers or found.advises else []
    near = [found, *(one for one in added if one.id != found.id)]
    shown = refill or (Refill(draft[0]) if draft else Refill({}))
    return ItemView(
        case=case_view(opened, actor, grant),
        item=found,
        task=task,
        step=replace(step_view(opened, task, near, {}), signers=_signers(at, actor, added)),
        documentation=at.node.documentation,
        sections=step_sections(
            opened,
            sight,
            at.node,
            place_of_task(opened, task),
            shown,
            read_only=bool(why_not) or found.advises,
        ),
        outcomes=SIGNATURES if found.advises else at.node.outcomes,
        meeting=_meeting_view(at)
        if not found.advises and at.node.mode is Mode.MEETING and task.state is TaskState.OPEN
        else None,
        may_claim=_claimable(actor, known),
        may_release=not refusal(lambda: permissions.require_release(actor, known, handed)),
        why_not=why_not,
        opinion=str(shown.data.get("opinion", "") or ""),
        draft=draft[0] if draft else {},
        draft_saved_at=draft[1] if draft else None,
        in_place_of=people.label(tx, standing.principal_of(tx, found, actor)),
        came_back=came_back(opened, task, at.node),
        signing_for=people.label(tx, found.added_by),
        going_back=() if why_not or found.advises else _going_back(at),
        operations=operations_of(
            at, actor, may_decide=not why_not and not found.advises and found.state in OPEN_ITEM_STATES
        ),
    )


def _going_back(at: OpenItem) -> Sequence[tuple[str, str]]:
    deployed = at.opened.deployed

    def found() -> Sequence[tuple[str, str]]:
        ways = [(one.label, goes_back(deployed.definition, at.node, one)) for one in at.node.outcomes]
        return [(label, step.name) for label, step in ways if step is not None]

    return deployed.memo.of(("going_back", at.node.id), found)


def _signers(at: OpenItem, actor: Actor, rows: Sequence[WorkItem]) -> tuple[SignerView, ...]:
    """Who was added to this item, and whom of them this person may withdraw (减签)."""
    mine = {
        row.id
        for row in rows
        if row.under == at.item.id
        and not refusal(
            lambda row=row: permissions.require_withdrawal_of_signer(
                actor, item_facts(at.beside(row)), at.item.assignee
            )
        )
    }
    return tuple(replace(one, may_withdraw=one.item in mine) for one in signer_views(at.opened, rows))


def signer_rows(at: OpenItem) -> Sequence[WorkItem]:
    """Those who were added beside this item: under it, or under the same one as it."""
    above = at.item.under or at.item.id
    return [row for row in store.work_item.of_task(at.opened.tx.db, at.task.id) if row.under == above]


def foresee_item(tx: Tx, item: WorkItemId) -> None:
    """What `show_item` asks first, asked together with whatever comes before it."""
    tx.db.foresee(store.case.asks_of_item(item), store.work_item.asks_with_task(item), store.undo.asks_reads(item))


def item_sections(tx: Tx, actor: Actor, item: WorkItemId, refill: Refill) -> Sequence[Section]:
    """The forms of an item that its holder fills in, without the page around them; for whoever may decide it."""
    opened = read_case_of(tx, item)
    found, task = store.work_item.with_task(tx.db, item)
    grant = permissions.require_case_read(actor, read_facts(opened))
    permissions.require_item_read(actor, grant, task.compartment, found.near)
    sight = _require_shown(opened, actor, grant, task)
    node, deployed = opened.deployed.node(task.element), opened.deployed
    filled_in = [use for use in node.forms if forms.is_edited(deployed.forms[use.form], use)]
    place = place_of_task(opened, task)
    return step_sections(opened, sight, replace(node, forms=tuple(filled_in)), place, refill, read_only=False)


def explain_due(tx: Tx, actor: Actor, item: WorkItemId) -> DueView:
    """Day by day, why the limit of this item's task is that date."""
    opened = read_case_of(tx, item)
    grant = permissions.require_case_read(actor, read_facts(opened))
    found, task = store.work_item.with_task(tx.db, item)
    permissions.require_item_read(actor, grant, task.compartment, found.near)
    _require_shown(opened, actor, grant, task)
    if task.due_days is None:
        raise NotFound("这个环节没有办理期限。")
    received_on = task.opened_at.astimezone(BEIJING).date()
    due = calendar.add_working_days(tx.working_days, received_on, task.due_days, pauses(tx, opened.id))
    clause = opened.deployed.clause(task.due_basis, str(opened.case.variables.get("profile", "")))
    basis = clause.quotation() if clause else task.due_basis
    return DueView(opened.case.number, task.title, received_on, task.due_days, due, basis)


def _require_shown(opened: OpenCase, actor: Actor, grant: permissions.ReadGrant, task: Task) -> Sight:
    sight = sight_of(opened, actor, grant)
    if not sight.page_of(task):
        raise NotFound("没有这件待办，或者您无权查看。请从「待办」页面重新打开。")
    return sight


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
        before=[one.label for one in before_meeting.options(at)],
    )


def _joined(organ: str, body: str) -> str:
    """彭溪街道党工委 and 党工委会议 are 彭溪街道党工委会议: what both say is said once."""
    overlap = next((size for size in range(len(body), 0, -1) if organ.endswith(body[:size])), 0)
    return organ + body[overlap:]


def _member(tx: Tx, identity: IdentityId, aside: Sequence[IdentityId]) -> MemberView:
    found = directory.describe_identity(tx.organisation, identity, tx.today) or {}
    return MemberView(identity, str(found.get("name", "")), str(found.get("post_name", "")), identity in aside)


def _note_first_opening(tx: Tx, actor: Actor, item: WorkItemId) -> None:
    """Who decided the step before may take it back until this: so it is said behind the case's lock, and once."""
    tx.db.foresee(store.undo.asks_reads(item))
    found = store.work_item.with_task(tx.db, item)[0]
    holders = (found.assignee,) if found.assignee else found.candidates
    mine = next((one for one in holders if one in actor.identities), None)
    if mine is None or found.state not in OPEN_ITEM_STATES or store.undo.reads_of(tx.db, [item]):
        return
    foresee_item(tx, item)
    store.case.lock(tx.db, found.case)
    if store.work_item.with_task(tx.db, item)[0].state in OPEN_ITEM_STATES:
        store.undo.mark_read(tx.db, item, mine)


def _claimable(actor: Actor, known: permissions.ItemFacts) -> bool:
    return known.state is WorkItemState.OFFERED and not refusal(lambda: permissions.require_claim(actor, known))
