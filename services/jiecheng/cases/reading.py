"""What a page shows of a case: overview, steps, forms, timeline, picture. Reads only; who may read is asked first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from jiecheng import permissions, store
from jiecheng.cases import received, standing
from jiecheng.cases.alike import beside
from jiecheng.cases.beside import beside_of
from jiecheng.cases.came_back import CameBack, came_back
from jiecheng.cases.case import read_facts, withdraw_facts
from jiecheng.cases.doors import Sight, sight_of
from jiecheng.cases.fanout import fan_outs
from jiecheng.cases.forecast import forecast
from jiecheng.cases.history import ALL, LATEST, foresee_timeline, timeline
from jiecheng.cases.hold import hold_facts
from jiecheng.cases.house import Tx
from jiecheng.cases.message import waiting_messages
from jiecheng.cases.open_case import OpenCase, read_case
from jiecheng.cases.picture import case_picture
from jiecheng.cases.recall import require_recall
from jiecheng.cases.retract import retractable_items
from jiecheng.cases.reversal import require_reversal
from jiecheng.cases.sections import filled_sections
from jiecheng.cases.steps import door_view, sees_votes, step_view
from jiecheng.cases.urge import require_urge
from jiecheng.cases.views import (
    CaseView,
    MessageOption,
    WaitView,
)
from jiecheng.cases.voiding import void_facts
from jiecheng.model.actor import Actor, Role
from jiecheng.model.case import CHINESE_CASE_STATES, CaseState
from jiecheng.model.errors import JiechengError
from jiecheng.model.ids import CaseId
from jiecheng.model.task import titled
from jiecheng.model.work_item import OPEN_ITEM_STATES, WorkItem, WorkItemState
from jiecheng.store.job import DocumentRow


def show_case(tx: Tx, actor: Actor, case: CaseId) -> CaseView:
    """The case, if this person may read it; a reading by an auditor or administrator is itself recorded."""
    opened = read_case(tx, case)
    grant = permissions.require_case_read(actor, read_facts(opened))
    if grant.recorded:
        store.account.log_access(tx.db, actor.person, actor.identity, f"查看办件（{grant.ground}）", opened.case.number)
    store.circulation.mark_opened(tx.db, opened.id, actor.identities)
    view = case_view(opened, actor, grant)
    return replace(view, came_back=_came_back(opened, actor), ahead=forecast(opened, sight_of(opened, actor, grant)))


def _came_back(opened: OpenCase, actor: Actor) -> Sequence[CameBack]:
    if opened.case.initiator not in actor.identities or opened.case.state is not CaseState.RUNNING:
        return ()
    tasks = store.task.open_of_case(opened.tx.db, opened.id)
    found = [came_back(opened, task, opened.deployed.node(task.element)) for task in tasks]
    return [one for one in found if one is not None]


def show_whole_case(tx: Tx, actor: Actor, case: CaseId) -> CaseView:
    """The same with every step and every line of the timeline, for paper and for programs."""
    opened = read_case(tx, case)
    grant = permissions.require_case_read(actor, read_facts(opened))
    if grant.recorded:
        store.account.log_access(tx.db, actor.person, actor.identity, f"查看办件（{grant.ground}）", opened.case.number)
    store.circulation.mark_opened(tx.db, opened.id, actor.identities)
    return case_view(opened, actor, grant, ALL)


def read_document(tx: Tx, actor: Actor, document: int) -> tuple[DocumentRow, bytes]:
    """A paper the case issued, for whoever may read the case."""
    row, content = store.job.document(tx.db, document)
    opened = read_case(tx, row.case)
    if received.may_read_paper(tx, actor, document):
        return row, content
    grant = permissions.require_case_read(actor, read_facts(opened))
    permissions.require_inside(actor, grant, row.compartment)
    if grant.recorded:
        store.account.log_access(tx.db, actor.person, actor.identity, f"下载文书（{grant.ground}）", opened.case.number)
    return row, content


def case_view(opened: OpenCase, actor: Actor, grant: permissions.ReadGrant, latest: int = LATEST) -> CaseView:
    """`latest`: how many steps and lines of the timeline, so that a page costs the same in every round of a case."""
    db = opened.tx.db
    foresee_case(opened, actor, latest)
    tasks = store.task.latest_of_case(db, opened.id, latest)
    shown = [task.id for task in tasks]
    with db.ahead():
        store.work_item.of_tasks(db, shown)
        store.vote.of_tasks(db, shown)
    sight = sight_of(opened, actor, grant)
    told = timeline(opened.tx, opened.case, sight, most=latest)
    items = store.work_item.of_tasks(db, shown)
    by_task: dict[int, list[WorkItem]] = {}
    for item in items:
        by_task.setdefault(item.task, []).append(item)
    votes = store.vote.of_tasks(db, shown)
    mine = [
        item.id
        for item in items
        if item.state in OPEN_ITEM_STATES
        and any(who in actor.identities for who in (*item.having, *standing.current(opened.tx, item)))
    ]
    waiting = [
        item.id
        for item in items
        if item.state is WorkItemState.WAITING and item.under is None and item.assignee in actor.identities
    ]
    allowed = opened.case.state is CaseState.RUNNING
    return CaseView(
        case=opened.case,
        process_name=opened.deployed.definition.name,
        state=CHINESE_CASE_STATES[opened.case.state],
        steps=[
            step_view(
                opened,
                task,
                by_task.get(task.id, []),
                votes if sees_votes(opened.tx, actor, grant, task, by_task.get(task.id, [])) else {},
            )
            if sight.task(task)
            else door_view(opened, task)
            for task in tasks
        ],
        waits=_waits(opened, sight),
        sections=filled_sections(opened, sight),
        timeline=told.rows,
        earlier=told.earlier,
        picture=case_picture(opened, tasks, sight),
        attachments=[one for one in store.attachment.of_case(db, opened.id) if sight.behind(one.compartment)],
        documents=[
            one
            for one in store.job.documents_of(db, opened.id)
            if sight.behind(one.compartment) or received.may_read_paper(opened.tx, actor, one.id)
        ],
        messages=_messages(opened, actor) if allowed else (),
        holds=store.hold.of_case(db, opened.id),
        may_urge=allowed and not refusal(lambda: require_urge(opened, actor)),
        may_recall=allowed and not refusal(lambda: require_recall(opened, actor)),
        may_hold=allowed and not refusal(lambda: permissions.require_hold(actor, hold_facts(opened))),
        may_resume=opened.case.state is CaseState.HELD
        and not refusal(lambda: permissions.require_resume(actor, hold_facts(opened))),
        withdrawable=allowed and not refusal(lambda: permissions.require_withdraw(actor, withdraw_facts(opened))),
        register_entries=store.register.of_case(db, opened.id),
        my_items=mine,
        my_waiting=waiting,
        ground=grant.ground,
        fan_outs=fan_outs(opened, sight),
        **_endings(opened, actor),
        retractable=[(at.item.id, at.name) for at in retractable_items(opened, actor, tasks, items)] if allowed else (),
        beside=beside_of(opened, sight),
        guest=grant.guest,
        alike=beside(opened, actor) if not grant.guest else (),
    )


def _endings(opened: OpenCase, actor: Actor) -> dict[str, Any]:
    """What may be done to end or undo the case as a whole, and what was done."""
    db, state = opened.tx.db, opened.case.state
    concerns = state is CaseState.VOIDED or Role.PROCESS_ADMINISTRATOR in actor.roles
    request = store.voiding.latest(db, opened.id) if concerns else None
    facts = void_facts(opened, request)
    lively = state in (CaseState.RUNNING, CaseState.HELD)
    may_void = lively and not refusal(lambda: permissions.require_voiding(actor, facts))
    may_settle = facts.requested_by is not None and not refusal(
        lambda: permissions.require_void_settlement(actor, facts)
    )
    asked = lively and request is not None and Role.PROCESS_ADMINISTRATOR in actor.roles
    by = opened.deployed.definition.reversed_by
    return {
        "voiding": request if state is CaseState.VOIDED or asked else None,
        "may_void": may_void,
        "may_settle_voiding": may_settle,
        "undone_by": store.reversal.undoing(db, opened.id) if by and state is CaseState.ENDED else (),
        "undoes": store.reversal.undone(db, opened.id) if "reversed_case" in opened.case.variables else None,
        "may_reverse": by
        if by and state is CaseState.ENDED and not refusal(lambda: require_reversal(opened, actor))
        else "",
    }


def foresee_case(opened: OpenCase, actor: Actor, latest: int = LATEST) -> None:
    """Whatever the page of a case asks anyway, asked at once."""
    db, case = opened.tx.db, opened.id
    foresee_timeline(opened.tx, opened.case, latest)
    db.foresee(store.setting.asks())
    with db.ahead():
        store.task.latest_of_case(db, case, latest)
        store.task.open_of_case(db, case)
        store.work_item.participants(db, case)
        store.work_item.own_elements(db, case, actor.identities)
        store.work_item.newest_of(db, case, actor.identities)
        store.form.rows_of(db, case)
        store.subscription.waiting(db, case)
        store.job.of_case(db, case)
        store.job.documents_of(db, case)
        store.attachment.of_case(db, case)
        store.hold.of_case(db, case)
        store.register.of_case(db, case)
        store.guest.of_case(db, case)
        store.circulation.of_case(db, case)
        store.question.of_case(db, case)
        store.supervision.of_case(db, case)
        store.work_item.waiting(db, case)
        store.case.beside(db, case, opened.case.process, opened.case.alike)


def _waits(opened: OpenCase, sight: Sight) -> Sequence[WaitView]:
    nodes = opened.deployed.definition.nodes
    waits = [
        WaitView(
            titled(nodes[row.element].name if row.element in nodes else row.element, row.instance_label),
            row.due_at,
            message=row.kind == "message",
        )
        for row in store.subscription.waiting(opened.tx.db, opened.id)
        # What a part of the case may throw from inside (退回补正 by one of several) is nothing that people wait for.
        if sight.behind(row.compartment) and row.kind not in ("error", "escalation")
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
        MessageOption(one.node.id, one.name, one.node.documentation, one.place.key)
        for one in waiting_messages(opened)
        if not refusal(lambda one=one: permissions.require_message(actor, one.senders))
    ]


def refusal(check: Any) -> str:  # noqa: ANN401 - any permission check
    """The sentence of a refusal, "" when the check lets one through."""
    try:
        check()
    except JiechengError as error:
        return error.message
    return ""
