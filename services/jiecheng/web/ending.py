"""From the page of a case: take one's own decision back (撤回), void the case (作废), undo a finished one (撤销已办结)."""

from __future__ import annotations

import re
from collections.abc import Callable

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from jiecheng.cases.once import Answer
from jiecheng.cases.open_case import read_case
from jiecheng.cases.rehearsal import Forewarned
from jiecheng.cases.retract import RetractDecision, retract_decision
from jiecheng.cases.reversal import ReverseCase, require_reversal, reverse_case
from jiecheng.cases.start_view import show_start
from jiecheng.cases.views import Refill
from jiecheng.cases.voiding import (
    ConfirmVoiding,
    DeclineVoiding,
    RequestVoiding,
    confirm_voiding,
    decline_voiding,
    request_voiding,
)
from jiecheng.model.case import Case
from jiecheng.model.errors import Invalid, Refused
from jiecheng.model.ids import CaseId, ProcessId, WorkItemId
from jiecheng.web import typed
from jiecheng.web.case import case_page
from jiecheng.web.parked import Refills
from jiecheng.web.posted import Posted, PostedForm
from jiecheng.web.rows import change_rows
from jiecheng.web.trouble import Trouble
from jiecheng.web.visit import Visit, enter
from jiecheng.web.wording import decision_tone, said

router = APIRouter(prefix="/cases")


@router.post("/{case}/retract/{item}")
def retract(request: Request, case: int, item: int, posted: PostedForm) -> Response:
    def deed(visit: Visit) -> Answer:
        command = RetractDecision(visit.actor, WorkItemId(item), posted.one("_reason"), posted.one("_operation"))
        return retract_decision(visit.tx, command)

    return _perform(request, case, posted, deed)


@router.post("/{case}/request-voiding")
def request_void(request: Request, case: int, posted: PostedForm) -> Response:
    def deed(visit: Visit) -> Answer:
        command = RequestVoiding(visit.actor, CaseId(case), posted.one("_reason"), posted.one("_operation"))
        return request_voiding(visit.tx, command)

    return _perform(request, case, posted, deed)


@router.post("/{case}/void")
def void(request: Request, case: int, posted: PostedForm) -> Response:
    def deed(visit: Visit) -> Answer:
        command = ConfirmVoiding(visit.actor, CaseId(case), posted.one("_note"), posted.one("_operation"))
        return confirm_voiding(visit.tx, command)

    return _perform(request, case, posted, deed)


@router.post("/{case}/decline-voiding")
def decline_void(request: Request, case: int, posted: PostedForm) -> Response:
    def deed(visit: Visit) -> Answer:
        command = DeclineVoiding(visit.actor, CaseId(case), posted.one("_note"), posted.one("_operation"))
        return decline_voiding(visit.tx, command)

    return _perform(request, case, posted, deed)


@router.get("/{case}/reverse")
def show_reversal(request: Request, case: int) -> Response:
    with enter(request) as visit:
        return _reversal_page(visit, CaseId(case))


@router.post("/{case}/reverse")
def reverse(request: Request, case: int, posted: PostedForm) -> Response:
    try:
        with enter(request, posted) as visit:
            shown = typed.start_forms(visit.tx, _reversing(visit, CaseId(case))[0])
            if (changed := change_rows(shown, posted)) is not None:
                return _reversal_page(visit, CaseId(case), Refill(changed))
            data = typed.read_data(shown, posted)
            operation, confirmed = posted.one("_operation"), posted.one("_confirmed")
            answer = reverse_case(visit.tx, ReverseCase(visit.actor, CaseId(case), data, operation, confirmed))
            return visit.go(f"/cases/{answer.case}", said(answer), decision_tone(answer, visit.actor))
    except Forewarned as warned:
        with enter(request) as visit:
            data = typed.read_data(typed.start_forms(visit.tx, _reversing(visit, CaseId(case))[0]), posted)
            return _reversal_page(visit, CaseId(case), Refill(data), warned=warned.rehearsal)
    except (Invalid, Refused) as problem:
        with enter(request) as visit:
            trouble = visit.trouble(problem)
            data = typed.read_data(typed.start_forms(visit.tx, _reversing(visit, CaseId(case))[0]), posted)
            return _reversal_page(visit, CaseId(case), Refill(data, trouble.fields), trouble)


def offer_refills(refills: Refills) -> None:
    refills.add(r"/cases/(\d+)/reverse", _refill_reversal)


def _refill_reversal(visit: Visit, match: re.Match[str], posted: Posted) -> Response:
    case = CaseId(int(match[1]))
    data = typed.read_data(typed.start_forms(visit.tx, _reversing(visit, case)[0]), posted)
    return _reversal_page(visit, case, Refill(data), refilled=True, address=f"/cases/{case}/reverse")


def _reversing(visit: Visit, case: CaseId) -> tuple[ProcessId, Case]:
    """The process that undoes this case, for who may begin it."""
    opened = read_case(visit.tx, case)
    return require_reversal(opened, visit.actor).release.process, opened.case


def _reversal_page(
    visit: Visit,
    case: CaseId,
    refill: Refill | None = None,
    problem: Trouble | None = None,
    **values: object,
) -> Response:
    process, undoing = _reversing(visit, case)
    view = show_start(visit.tx, visit.actor, process, refill or Refill({}))
    status, action = problem.status if problem else 200, f"/cases/{case}/reverse"
    return visit.page("start.html", status, view=view, problem=problem, undoing=undoing, action=action, **values)


def _perform(request: Request, case: int, posted: Posted, deed: Callable[[Visit], Answer]) -> Response:
    """Back to the page of the case, with the answer or with why the platform says no."""
    try:
        with enter(request, posted) as visit:
            return visit.go(f"/cases/{case}", said(deed(visit)))
    except (Invalid, Refused) as problem:
        with enter(request) as visit:
            typed_words = {"void_reason": posted.one("_reason"), "void_note": posted.one("_note")}
            return case_page(visit, CaseId(case), visit.trouble(problem), **typed_words)
