"""督办: what waits for oneself, the late ones and one's organ's; picking a case and opening one; each step of it from the page
of its case."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from jiecheng.cases import inbox
from jiecheng.cases.once import Answer
from jiecheng.cases.supervisable import choose, list_supervisable, may_supervise_some, why_not_listed
from jiecheng.cases.supervision import (
    AnswerSupervision,
    AssignSupervision,
    CloseSupervision,
    ReceiveSupervision,
    ReturnSupervision,
    SuperviseCase,
    answer_supervision,
    assign_supervision,
    close_supervision,
    receive_supervision,
    return_supervision,
    supervise_case,
)
from jiecheng.cases.supervision_view import MINE, ORGAN, OVERDUE, TURN, list_supervisions
from jiecheng.model.errors import Invalid, Refused
from jiecheng.model.ids import CaseId
from jiecheng.web.case import beside
from jiecheng.web.inbox import query_of
from jiecheng.web.posted import Posted, PostedForm
from jiecheng.web.trouble import Trouble
from jiecheng.web.visit import Visit, enter

router = APIRouter()
CHOICE = "choice"
LISTS = (
    *((CHOICE, "选办件立项"), (TURN, "等我办理"), (MINE, "我的督办")),
    *((OVERDUE, "超期未反馈"), (ORGAN, "本单位")),
)


@router.get("/supervision")
def show(request: Request, which: str = "", text: str = "", after: str = "") -> Response:
    with enter(request) as visit:
        tx, actor = visit.tx, visit.actor
        owed = inbox.counts(tx, actor).supervisions
        may = may_supervise_some(tx, actor)
        if which not in (dict(LISTS) if may else dict(LISTS[1:])):
            which = TURN if owed else CHOICE if may else MINE
        values = {"which": which, "lists": [one for one in LISTS if may or one[0] != CHOICE], "owed": owed, "may": may}
        if which == CHOICE:
            page = list_supervisable(tx, actor, text, after)
            why = "" if page.rows or not text else why_not_listed(tx, actor, text)
            return visit.page("supervision_choice.html", found=page, why=why, query=query_of(request), **values)
        found = list_supervisions(tx, actor, which, after)
        return visit.page("supervision.html", page=found, query=query_of(request), **values)


@router.get("/cases/{case}/supervisions/new")
def propose(request: Request, case: int, task: int | None = None) -> Response:
    """The form, with what is known of the case already in it."""
    with enter(request) as visit:
        return _form(visit, CaseId(case), task)


@router.post("/cases/{case}/supervisions")
def open_one(request: Request, case: int, posted: PostedForm) -> Response:
    """Also for a superior who does not read the case yet."""
    try:
        with enter(request, posted) as visit:
            said = supervise_case(visit.tx, _wish(visit, CaseId(case), posted)).sentence
            return visit.go(f"/cases/{case}#supervision", said)
    except (Invalid, Refused) as problem:
        kept = {name.removeprefix("_"): values[0] for name, values in posted.typed.items() if values}
        with enter(request) as visit:
            return _form(visit, CaseId(case), _task(posted), visit.trouble(problem), kept)


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
        raise Invalid.at("due", "日期请写成 2026-12-01 的样子。") from error
    return SuperviseCase(
        actor=visit.actor,
        case=case,
        demand=posted.one("_demand"),
        days=_days(posted),
        due=day,
        basis=posted.one("_basis"),
        operation=posted.one("_operation"),
        task=_task(posted),
        to=posted.one("_to"),
    )


def _task(posted: Posted) -> int | None:
    return int(posted.one("_task")) if posted.one("_task").isdecimal() else None


def _days(posted: Posted) -> int | None:
    found = posted.one("_days")
    if not found:
        return None
    if not found.isdecimal() or len(found) > 4:
        raise Invalid.at("days", "工作日数请写数字，例如 3。")
    return int(found)


def _form(
    visit: Visit, case: CaseId, task: int | None, problem: Trouble | None = None, typed: Mapping[str, str] | None = None
) -> Response:
    chosen = choose(visit.tx, visit.actor, case, task)
    return visit.page(
        "supervision_new.html",
        problem.status if problem else 200,
        chosen=chosen,
        typed={"to": chosen.handler} if typed is None else typed,
        problem=problem,
    )
