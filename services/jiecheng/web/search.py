"""The page of the full-text search. A plain GET: a search can be bookmarked, and saved as a filter."""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from jiecheng.cases.search import Search, search_cases
from jiecheng.model.case import CHINESE_CASE_STATES
from jiecheng.model.errors import Invalid
from jiecheng.web.inbox import filters, kept
from jiecheng.web.visit import enter

router = APIRouter()
STATES = [("", "全部状态"), *((state.value, words) for state, words in CHINESE_CASE_STATES.items())]


@router.get("/search")
def search(  # one parameter for each field of the page
    request: Request, q: str = "", process: str = "", state: str = "", since: str = "", until: str = "", after: str = ""
) -> Response:
    with enter(request) as visit:
        page, trouble = None, ""
        try:
            if q.strip():
                wanted = Search(q.strip(), process, state, _day(since), _day(until))
                page = search_cases(visit.tx, visit.actor, wanted, after)
        except Invalid as invalid:
            trouble = invalid.message
        shown = {**filters(request, visit.tx), **kept(visit)}
        return visit.page("search.html", 422 if trouble else 200, page=page, trouble=trouble, states=STATES, **shown)


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Invalid("日期请写成 2026-03-01 这样，或用日历选。") from error
