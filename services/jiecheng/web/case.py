"""The page of a case: where it is, who has it, what was filled in; what its initiator may still do with it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from jiecheng.cases.attachment import AddAttachment, add_attachment
from jiecheng.cases.case import WithdrawCase, withdraw_case
from jiecheng.cases.history import ALL, LATEST, show_course
from jiecheng.cases.hold import HoldCase, ResumeCase, hold_case, resume_case
from jiecheng.cases.message import CorrelateMessage, correlate_message
from jiecheng.cases.reading import show_case
from jiecheng.cases.start_view import show_message
from jiecheng.cases.views import CaseView, Refill, WaitView
from jiecheng.cases.work_item import save_draft
from jiecheng.model.actor import Role
from jiecheng.model.errors import Invalid, Refused
from jiecheng.model.ids import CaseId, ElementId
from jiecheng.web import typed
from jiecheng.web.parked import Refills
from jiecheng.web.posted import Posted, PostedForm
from jiecheng.web.rows import change_rows
from jiecheng.web.trouble import Trouble
from jiecheng.web.visit import Visit, enter
from jiecheng.web.wording import message_tone, said

router = APIRouter(prefix="/cases")


@router.get("/{case}")
def show(request: Request, case: int) -> Response:
    with enter(request) as visit:
        return _page(visit, CaseId(case))


@router.get("/{case}/course")
def show_whole_course(request: Request, case: int, before: int = ALL, whole: bool = False) -> Response:
    """What the page of the case leaves out of 办理过程: a stretch at a time, or all of it for paper."""
    with enter(request) as visit:
        most = ALL if whole else LATEST
        view = show_course(visit.tx, visit.actor, CaseId(case), min(max(before, 1), ALL), most)
        return visit.page("course.html", view=view, case=view.case, part=view.timeline, newest=before > view.case.seq)


@router.post("/{case}/withdraw")
def withdraw(request: Request, case: int, posted: PostedForm) -> Response:
    try:
        with enter(request, posted) as visit:
            command = WithdrawCase(visit.actor, CaseId(case), posted.one("_reason"), posted.one("_operation"))
            return visit.go(f"/cases/{case}", withdraw_case(visit.tx, command).sentence)
    except (Invalid, Refused) as problem:
        with enter(request) as visit:
            return _page(visit, CaseId(case), problem=visit.trouble(problem), reason=posted.one("_reason"))


@router.post("/{case}/hold")
def hold(request: Request, case: int, posted: PostedForm) -> Response:
    reason, basis = posted.one("_reason"), posted.one("_basis")
    try:
        with enter(request, posted) as visit:
            command = HoldCase(visit.actor, CaseId(case), reason, basis, posted.one("_operation"))
            return visit.go(f"/cases/{case}", hold_case(visit.tx, command).sentence)
    except (Invalid, Refused) as problem:
        with enter(request) as visit:
            return _page(visit, CaseId(case), problem=visit.trouble(problem), hold_reason=reason, hold_basis=basis)


@router.post("/{case}/resume")
def resume(request: Request, case: int, posted: PostedForm) -> Response:
    try:
        with enter(request, posted) as visit:
            command = ResumeCase(visit.actor, CaseId(case), posted.one("_note"), posted.one("_operation"))
            return visit.go(f"/cases/{case}", resume_case(visit.tx, command).sentence)
    except (Invalid, Refused) as problem:
        with enter(request) as visit:
            return _page(visit, CaseId(case), problem=visit.trouble(problem))


@router.post("/{case}/attachments")
def attach(request: Request, case: int, posted: PostedForm) -> Response:
    try:
        with enter(request, posted) as visit:
            uploads = posted.files.get("_files", ())
            for upload in uploads:
                add_attachment(visit.tx, AddAttachment(visit.actor, CaseId(case), upload.name, upload.content))
            if not uploads:
                return visit.go(f"/cases/{case}", "没有选择文件，什么也没有上传。", "warn")
            return visit.go(f"/cases/{case}", f"已上传 {len(uploads)} 个附件。")
    except (Invalid, Refused) as problem:
        with enter(request) as visit:
            return _page(visit, CaseId(case), problem=visit.trouble(problem))


@router.get("/{case}/messages/{element}")
def ask_message(request: Request, case: int, element: str) -> Response:
    with enter(request) as visit:
        return _message(visit, CaseId(case), ElementId(element))


@router.post("/{case}/messages/{element}")
def send_message(request: Request, case: int, element: str, posted: PostedForm) -> Response:
    try:
        with enter(request, posted) as visit:
            shown = typed.message_forms(visit.tx, CaseId(case), ElementId(element))
            if (changed := change_rows(shown, posted)) is not None:
                return _message(visit, CaseId(case), ElementId(element), Refill(changed))
            data = typed.read_data(shown, posted)
            command = CorrelateMessage(visit.actor, CaseId(case), ElementId(element), data, posted.one("_operation"))
            answer = correlate_message(visit.tx, command)
            return visit.go(f"/cases/{case}", said(answer), message_tone(answer))
    except (Invalid, Refused) as problem:
        with enter(request) as visit:
            return _message_again(visit, CaseId(case), ElementId(element), posted, visit.trouble(problem))


@router.post("/{case}/messages/{element}/draft")
def keep_draft(request: Request, case: int, element: str, posted: PostedForm) -> Response:
    with enter(request, posted) as visit:
        show_message(visit.tx, visit.actor, CaseId(case), ElementId(element))  # who may not send it keeps no draft
        data = typed.read_data(typed.message_forms(visit.tx, CaseId(case), ElementId(element)), posted)
        save_draft(visit.tx, visit.actor, f"message:{case}:{element}", data)
        return visit.saved(f"/cases/{case}/messages/{element}")


@router.post("/{case}/messages/{element}/refresh")
def refresh(request: Request, case: int, element: str, posted: PostedForm) -> Response:
    with enter(request, posted) as visit:
        data = typed.read_data(typed.message_forms(visit.tx, CaseId(case), ElementId(element)), posted)
        _, _, sections = show_message(visit.tx, visit.actor, CaseId(case), ElementId(element), Refill(data))
        return visit.page("form_part.html", sections=sections, refresh=request.url.path)


def offer_refills(refills: Refills) -> None:
    refills.add(r"/cases/(\d+)/messages/(\w+)(?:/draft)?", _refill_message)
    refills.add(r"/cases/(\d+)/withdraw", _refill_withdrawal)


def _refill_message(visit: Visit, match: re.Match[str], posted: Posted) -> Response:
    case, element = CaseId(int(match[1])), ElementId(match[2])
    data = typed.read_data(typed.message_forms(visit.tx, case, element), posted)
    address = f"/cases/{case}/messages/{element}"
    return _message(visit, case, element, Refill(data), refilled=True, address=address)


def _refill_withdrawal(visit: Visit, match: re.Match[str], posted: Posted) -> Response:
    case = CaseId(int(match[1]))
    return _page(visit, case, reason=posted.one("_reason"), refilled=True, address=f"/cases/{case}")


def _message_again(visit: Visit, case: CaseId, element: ElementId, posted: Posted, problem: Trouble) -> Response:
    data = typed.read_data(typed.message_forms(visit.tx, case, element), posted)
    return _message(visit, case, element, Refill(data, problem.fields), problem=problem)


def _message(
    visit: Visit,
    case: CaseId,
    element: ElementId,
    refill: Refill | None = None,
    *,
    problem: Trouble | None = None,
    **values: object,
) -> Response:
    view, node, sections = show_message(visit.tx, visit.actor, case, element, refill)
    status = problem.status if problem else 200
    return visit.page("message.html", status, view=view, node=node, sections=sections, problem=problem, **values)


def _page(visit: Visit, case: CaseId, problem: Trouble | None = None, **values: object) -> Response:
    view = show_case(visit.tx, visit.actor, case)
    deployed = visit.tx.release(view.case.release)
    version = deployed.release.version
    messages = {node.name for node in deployed.definition.nodes.values() if node.message}
    status = problem.status if problem else 200
    # The whole record is for those who oversee; everybody else has the timeline beside the case.
    may_audit = bool(visit.actor.roles & {Role.AUDITOR, Role.PROCESS_ADMINISTRATOR})
    return visit.page(
        "case.html",
        status,
        view=view,
        case=view.case,
        waits=_waits(view, messages),
        version=version,
        may_audit=may_audit,
        problem=problem,
        **values,
    )


def _waits(view: CaseView, messages: set[str]) -> Sequence[WaitView]:
    """Dates and machinery, and of the messages those this person may send: what others may do is not his to wait for."""
    mine = {message.name for message in view.messages}
    return [wait for wait in view.waits if wait.failed or wait.due_at or wait.name in mine or wait.name not in messages]
