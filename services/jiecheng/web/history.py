"""For auditors: all cases, the whole record of one, its verification and its export. Every reading is recorded by `cases`."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from jiecheng import ledger
from jiecheng.cases import history
from jiecheng.cases.inbox import PAGE, Page
from jiecheng.cases.preference import Look
from jiecheng.model.case import Case
from jiecheng.model.errors import Invalid
from jiecheng.model.ids import CaseId
from jiecheng.web.attachment import file_answer
from jiecheng.web.inbox import filters
from jiecheng.web.posted import PostedForm
from jiecheng.web.record import records
from jiecheng.web.visit import Visit, enter

router = APIRouter()
STATE_CHOICES = [
    *(("", "全部"), ("running", "办理中"), ("held", "已挂起")),
    *(("ended", "已办结"), ("withdrawn", "已撤销"), ("voided", "已作废")),
]


@router.get("/audit")
def show_cases(request: Request, process: str = "", state: str = "", text: str = "", after: str = "") -> Response:
    with enter(request) as visit:
        return visit.page(
            "inbox_audit.html",
            page=_cases(visit, state, process, text.strip(), after),
            title="办件查阅",
            advice="办理中和已结束的办件，最近发起的在前面。您的每次查阅都有记录。",
            columns=[("", one) for one in ("标题", "状态", "发起人", "发起时间", "结束时间")],
            empty=("还没有办件", "有人发起办件后，会出现在这里。"),
            state_choices=STATE_CHOICES,
            tabs=(),
            keeps=False,
            look=Look(),
            **filters(request, visit.tx),
        )


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


def _cases(visit: Visit, state: str, process: str, text: str, after: str) -> Page[Case]:
    if after and not after.isdecimal():
        raise Invalid("列表的翻页位置无效。请回到第一页。")
    rows = history.list_cases(
        visit.tx,
        visit.actor,
        state=state,
        process=process,
        text=text,
        before=int(after) if after else None,
        limit=PAGE + 1,
    )
    return Page(rows[:PAGE], str(rows[PAGE - 1].id) if len(rows) > PAGE else "")


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
