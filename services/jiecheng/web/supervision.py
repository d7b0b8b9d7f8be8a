"""督办: the list of one's own, the late ones and one's organ's; opening one, and each step of it from the page of its case."""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from jiecheng.cases.once import Answer
from jiecheng.cases.supervision import (
    AnswerSupervision,
    AssignSupervision,
    CloseSupervision,
    ReceiveSupervision,
    ReturnSupervision,
    SuperviseCase,
    answer_supervision,
    assign_supervision,
    case_numbered,
    close_supervision,
    receive_supervision,
    return_supervision,
    supervise_case,
)
from jiecheng.cases.supervision_view import MINE, ORGAN, OVERDUE, list_supervisions
from jiecheng.model.errors import Invalid, NotFound, Refused
from jiecheng.model.ids import CaseId
from jiecheng.web.case import beside
from jiecheng.web.inbox import query_of
from jiecheng.web.posted import Posted, PostedForm
from jiecheng.web.trouble import Trouble
from jiecheng.web.visit import Visit, enter

router = APIRouter()
LISTS = ((MINE, "我的督办"), (OVERDUE, "超期未反馈"), (ORGAN, "本单位"))


@router.get("/supervision")
def show(request: Request, which: str = MINE, after: str = "") -> Response:
    with enter(request) as visit:
        return _page(visit, which, after)


@router.post("/supervision")
def open_by_number(request: Request, posted: PostedForm) -> Response:
    """For a superior who does not read the case yet: by its number."""
    try:
        with enter(request, posted) as visit:
            case = case_numbered(visit.tx, posted.one("_number"))
            return visit.go(f"/cases/{case}", supervise_case(visit.tx, _wish(visit, case, posted)).sentence)
    except (Invalid, Refused, NotFound) as problem:
        kept = {name.removeprefix("_"): values[0] for name, values in posted.typed.items() if values}
        with enter(request) as visit:
            trouble = visit.trouble(problem)
            if isinstance(problem, NotFound):
                trouble = Trouble(404, "没有这个编号的办件，或者您不能督办它。请核对编号。")
            return _page(visit, MINE, "", trouble, kept)


@router.post("/cases/{case}/supervisions")
def open_here(request: Request, case: int, posted: PostedForm) -> Response:
    return beside(
        request, CaseId(case), posted, lambda visit: supervise_case(visit.tx, _wish(visit, CaseId(case), posted))
    )


@router.post("/cases/{case}/supervisions/{supervision}/assignment")
def assign(request: Request, case: int, supervision: int, posted: PostedForm) -> Response:
    def deed(visit: Visit) -> Answer:
        to, words = posted.one("_to"), posted.one("_words")
        return assign_supervision(
            visit.tx, AssignSupervision(visit.actor, supervision, to, words, posted.one("_operation"))
        )

    return beside(request, CaseId(case), posted, deed)


@router.post("/cases/{case}/supervisions/{supervision}/receipt")
def receive(request: Request, case: int, supervision: int, posted: PostedForm) -> Response:
    def deed(visit: Visit) -> Answer:
        return receive_supervision(visit.tx, ReceiveSupervision(visit.actor, supervision, posted.one("_operation")))

    return beside(request, CaseId(case), posted, deed)


@router.post("/cases/{case}/supervisions/{supervision}/answer")
def reply(request: Request, case: int, supervision: int, posted: PostedForm) -> Response:
    def deed(visit: Visit) -> Answer:
        command = AnswerSupervision(visit.actor, supervision, posted.one("_answer"), posted.one("_operation"))
        return answer_supervision(visit.tx, command)

    return beside(request, CaseId(case), posted, deed)


@router.post("/cases/{case}/supervisions/{supervision}/return")
def send_back(request: Request, case: int, supervision: int, posted: PostedForm) -> Response:
    def deed(visit: Visit) -> Answer:
        days = _days(posted) or 0
        command = ReturnSupervision(visit.actor, supervision, posted.one("_words"), days, posted.one("_operation"))
        return return_supervision(visit.tx, command)

    return beside(request, CaseId(case), posted, deed)


@router.post("/cases/{case}/supervisions/{supervision}/closing")
def close(request: Request, case: int, supervision: int, posted: PostedForm) -> Response:
    def deed(visit: Visit) -> Answer:
        command = CloseSupervision(visit.actor, supervision, posted.one("_words"), posted.one("_operation"))
        return close_supervision(visit.tx, command)

    return beside(request, CaseId(case), posted, deed)


def _wish(visit: Visit, case: CaseId, posted: Posted) -> SuperviseCase:
    due = posted.one("_due")
    try:
        day = date.fromisoformat(due) if due else None
    except ValueError as error:
        raise Invalid("日期请写成 2026-12-01 的样子。", fields={"due": ["日期请写成 2026-12-01 的样子。"]}) from error
    demand, basis = posted.one("_demand"), posted.one("_basis")
    return SuperviseCase(visit.actor, case, demand, _days(posted), day, basis, posted.one("_operation"))


def _days(posted: Posted) -> int | None:
    found = posted.one("_days")
    if not found:
        return None
    if not found.isdecimal() or len(found) > 4:
        raise Invalid("工作日数请写数字，例如 3。", fields={"days": ["工作日数请写数字，例如 3。"]})
    return int(found)


def _page(
    visit: Visit, which: str, after: str, problem: Trouble | None = None, typed: dict[str, str] | None = None
) -> Response:
    which = which if which in dict(LISTS) else MINE
    return visit.page(
        "supervision.html",
        problem.status if problem else 200,
        page=list_supervisions(visit.tx, visit.actor, which, after),
        which=which,
        lists=LISTS,
        query=query_of(visit.request),
        typed=typed or {},
        problem=problem,
    )
