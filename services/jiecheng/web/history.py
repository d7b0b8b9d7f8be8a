"""For auditors: all cases, the whole record of one, its verification and its export. Every reading is recorded by `cases`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from jiecheng import ledger
from jiecheng.cases import history, inspection, people
from jiecheng.cases.inbox import Page
from jiecheng.cases.inspection import Inspection
from jiecheng.cases.preference import Look
from jiecheng.ledger import offline
from jiecheng.model.case import Case
from jiecheng.model.errors import Invalid
from jiecheng.model.ids import CaseId
from jiecheng.web.attachment import file_answer
from jiecheng.web.inbox import filters
from jiecheng.web.posted import PostedForm
from jiecheng.web.record import records
from jiecheng.web.trouble import Trouble
from jiecheng.web.visit import Visit, enter

router = APIRouter()
VERIFIER = Path(offline.__file__)
STATE_CHOICES = [
    *(("", "全部"), ("running", "办理中"), ("held", "已挂起")),
    *(("ended", "已办结"), ("withdrawn", "已撤销"), ("voided", "已作废")),
]


def wish(
    process: str = "",
    state: str = "",
    text: str = "",
    organ: str = "",
    outcome: str = "",
    since: str = "",
    until: str = "",
) -> Callable[[], Inspection]:
    """Read where a page can say what is wrong with it: a day that is none must not cost the other conditions."""
    return lambda: Inspection(state, process, text.strip(), _day(since, "since"), _day(until, "until"), organ, outcome)


Wished = Annotated[Callable[[], Inspection], Depends(wish)]


@router.get("/audit")
def show_cases(request: Request, wanted: Wished, after: str = "") -> Response:
    with enter(request) as visit:
        inspection.require_overseer(visit.actor)
        chosen = {name: request.query_params.get(name, "") for name in ("process", "outcome")}
        outcomes = inspection.outcomes(visit.tx, chosen["process"])
        page, problem = _found(visit, wanted, after)
        return visit.page(
            "inbox_audit.html",
            # In place (htmx) only what went well is put into the page.
            422 if problem and "hx-request" not in request.headers else 200,
            page=page,
            problem=problem,
            title="办件查阅",
            advice="办理中和已结束的办件，最近发起的在前面。您的每次查阅都有记录。",
            columns=[("", one) for one in ("标题", "状态", "发起人", "发起时间", "结束时间")],
            empty=("还没有办件", "有人发起办件后，会出现在这里。"),
            state_choices=STATE_CHOICES,
            organs=inspection.organs(visit.tx),
            outcomes=outcomes if chosen["outcome"] in ("", *outcomes) else [chosen["outcome"], *outcomes],
            organ_name=lambda one: people.called(visit.tx, one),
            tabs=(),
            keeps=False,
            look=Look(),
            **filters(request, visit.tx),
        )


@router.get("/audit.csv")
def export_list(request: Request, wanted: Wished) -> Response:
    with enter(request) as visit:
        inspection.require_overseer(visit.actor)
        content = inspection.export_cases(visit.tx, visit.actor, wanted())
        return file_answer(content, f"办件查阅-{visit.tx.today:%Y%m%d}.csv", "text/csv; charset=utf-8")


@router.get("/cases/{case}/history")
def show(request: Request, case: int, first: int = 1, whole: bool = False) -> Response:
    """From record `first` on; the `whole` of it for paper."""
    with enter(request) as visit:
        return _page(
            visit, CaseId(case), first=max(1, min(first, history.ALL)), most=history.ALL if whole else history.PAGE
        )


@router.post("/cases/{case}/history/verify")
def verify(request: Request, case: int, posted: PostedForm) -> Response:
    with enter(request, posted) as visit:
        return _page(visit, CaseId(case), history.verify_case(visit.tx, visit.actor, CaseId(case)))


@router.get("/cases/{case}/history/export")
def export(request: Request, case: int) -> Response:
    with enter(request) as visit:
        name, text = history.export_case(visit.tx, visit.actor, CaseId(case))
        return file_answer(text, name, "application/x-ndjson")


@router.get("/audit/verifier.py")
def send_verifier(request: Request) -> Response:
    """The program that checks an export, one file: for a computer that has nothing of this house."""
    with enter(request):
        return file_answer(VERIFIER.read_text("utf-8"), "jiecheng-verifier.py", "text/x-python; charset=utf-8")


def _found(visit: Visit, wanted: Callable[[], Inspection], after: str) -> tuple[Page[Case], Trouble | None]:
    try:
        return inspection.list_cases(visit.tx, visit.actor, wanted(), after), None
    except Invalid as problem:
        return Page((), ""), visit.trouble(problem)


def _day(text: str, field: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Invalid.at(field, "日期请写成 2026-12-01 的样子。") from error


def _page(
    visit: Visit, case: CaseId, verdict: ledger.Verdict | None = None, *, first: int = 1, most: int = history.PAGE
) -> Response:
    view = history.show_history(visit.tx, visit.actor, case, first, most)
    return visit.page(
        "history.html",
        view=view,
        case=view.case,
        verdict=verdict,
        records=records(visit.tx, view),
        earlier=max(1, first - history.PAGE) if first > 1 else 0,
        later=first + history.PAGE if first + most <= view.case.seq else 0,
    )
