"""The page of a case: where it is, who has it, what was filled in; what its initiator may still do with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from jiecheng.cases.attachment import AddAttachment, add_attachment
from jiecheng.cases.case import WithdrawCase, withdraw_case
from jiecheng.cases.history import ALL, LATEST, show_course
from jiecheng.cases.hold import HoldCase, ResumeCase, hold_case, resume_case
from jiecheng.cases.once import Answer
from jiecheng.cases.reading import show_case
from jiecheng.cases.recall import RecallCase, recall_case
from jiecheng.cases.urge import UrgeCase, urge_case
from jiecheng.cases.views import CaseView, WaitView
from jiecheng.model.actor import Role
from jiecheng.model.errors import Invalid, Refused
from jiecheng.model.ids import CaseId
from jiecheng.web.attachment import file_facts, sent_beside, uploaded_words, uploads_of
from jiecheng.web.parked import Refills
from jiecheng.web.posted import Posted, PostedForm
from jiecheng.web.trouble import Trouble
from jiecheng.web.visit import Visit, enter

router = APIRouter(prefix="/cases")


@router.get("/{case}")
def show(request: Request, case: int) -> Response:
    with enter(request) as visit:
        return case_page(visit, CaseId(case))


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
            if posted.one("_sure") != "yes":
                raise Invalid.at("sure", "撤销后不能恢复。确实要撤销的，请先勾选“确实要撤销”，再按“撤销办件”。")
            command = WithdrawCase(visit.actor, CaseId(case), posted.one("_reason"), posted.one("_operation"))
            return visit.go(f"/cases/{case}", withdraw_case(visit.tx, command).sentence)
    except (Invalid, Refused) as problem:
        with enter(request) as visit:
            return case_page(visit, CaseId(case), problem=visit.trouble(problem), reason=posted.one("_reason"))


@router.post("/{case}/recall")
def recall(request: Request, case: int, posted: PostedForm) -> Response:
    try:
        with enter(request, posted) as visit:
            command = RecallCase(visit.actor, CaseId(case), posted.one("_reason"), posted.one("_operation"))
            return visit.go(f"/cases/{case}", recall_case(visit.tx, command).sentence)
    except (Invalid, Refused) as problem:
        with enter(request) as visit:
            return case_page(visit, CaseId(case), problem=visit.trouble(problem))


@router.post("/{case}/urge")
def urge(request: Request, case: int, posted: PostedForm) -> Response:
    try:
        with enter(request, posted) as visit:
            command = UrgeCase(visit.actor, CaseId(case), posted.one("_words"), posted.one("_operation"))
            return visit.go(f"/cases/{case}", urge_case(visit.tx, command).sentence)
    except (Invalid, Refused) as problem:
        with enter(request) as visit:
            return case_page(visit, CaseId(case), problem=visit.trouble(problem))


@router.post("/{case}/hold")
def hold(request: Request, case: int, posted: PostedForm) -> Response:
    reason, basis = posted.one("_reason"), posted.one("_basis")
    try:
        with enter(request, posted) as visit:
            command = HoldCase(visit.actor, CaseId(case), reason, basis, posted.one("_operation"))
            return visit.go(f"/cases/{case}", hold_case(visit.tx, command).sentence)
    except (Invalid, Refused) as problem:
        with enter(request) as visit:
            return case_page(visit, CaseId(case), problem=visit.trouble(problem), hold_reason=reason, hold_basis=basis)


@router.post("/{case}/resume")
def resume(request: Request, case: int, posted: PostedForm) -> Response:
    try:
        with enter(request, posted) as visit:
            command = ResumeCase(visit.actor, CaseId(case), posted.one("_note"), posted.one("_operation"))
            return visit.go(f"/cases/{case}", resume_case(visit.tx, command).sentence)
    except (Invalid, Refused) as problem:
        with enter(request) as visit:
            return case_page(visit, CaseId(case), problem=visit.trouble(problem))


@router.post("/{case}/attachments")
def attach(request: Request, case: int, posted: PostedForm) -> Response:
    beside = sent_beside(request)
    try:
        with enter(request, posted) as visit:
            uploads, replaces = uploads_of(posted)
            for upload in uploads:
                command = AddAttachment(visit.actor, CaseId(case), upload.name, upload.content, replaces=replaces)
                add_attachment(visit.tx, command)
            answer = visit.go(f"/cases/{case}", *uploaded_words(uploads, replaces))
            return PlainTextResponse("已上传。") if beside else answer
    except (Invalid, Refused) as problem:
        if beside:
            return PlainTextResponse(problem.message, 422)
        with enter(request) as visit:
            return case_page(visit, CaseId(case), problem=visit.trouble(problem))


def beside(request: Request, case: CaseId, posted: Posted, deed: Callable[[Visit], Answer]) -> Response:
    """Something done beside the record (传阅、沟通、督办): the page again, with the answer or with why the platform says no."""
    try:
        with enter(request, posted) as visit:
            return visit.go(f"/cases/{case}", deed(visit).sentence)
    except (Invalid, Refused) as problem:
        return show_again(request, case, posted, problem)


def show_again(request: Request, case: CaseId, posted: Posted, problem: Invalid | Refused) -> Response:
    """The page with what was typed beside the record, and why the platform says no."""
    kept = {name.removeprefix("_"): values[0] for name, values in posted.typed.items() if values}
    with enter(request) as visit:
        asked = request.url.path.removeprefix(f"/cases/{case}/").partition("/")[0]
        return case_page(visit, case, problem=visit.trouble(problem), asked=asked, typed=kept, sent=request.url.path)


def offer_refills(refills: Refills) -> None:
    refills.add(r"/cases/(\d+)/withdraw", _refill_withdrawal)


def _refill_withdrawal(visit: Visit, match: re.Match[str], posted: Posted) -> Response:
    case = CaseId(int(match[1]))
    return case_page(visit, case, reason=posted.one("_reason"), refilled=True, address=f"/cases/{case}")


def case_page(visit: Visit, case: CaseId, problem: Trouble | None = None, **values: object) -> Response:
    view = show_case(visit.tx, visit.actor, case)
    version = visit.tx.release(view.case.release).release.version
    status = problem.status if problem else 200
    values = {"asked": "", "typed": {}, "sent": "", **values}
    # The whole record is for those who oversee; everybody else has the timeline beside the case.
    may_audit = bool(visit.actor.roles & {Role.AUDITOR, Role.PROCESS_ADMINISTRATOR})
    return visit.page(
        "case.html",
        status,
        view=view,
        case=view.case,
        waits=_waits(view),
        version=version,
        may_audit=may_audit,
        **file_facts(visit, view.attachments),
        problem=problem,
        **values,
    )


def _waits(view: CaseView) -> Sequence[WaitView]:
    """Dates and machinery, and of the messages those this person may send: what others may do is not his to wait for."""
    mine = {message.name for message in view.messages}
    return [wait for wait in view.waits if wait.failed or wait.due_at or wait.name in mine or not wait.message]
