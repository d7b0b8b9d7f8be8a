"""传阅 from the pages of a case and of a work item: show it to readers, take it back unread, say something about it."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from jiecheng.cases.circulation import (
    CirculateCase,
    ViewCirculation,
    WithdrawCirculation,
    circulate_case,
    view_circulation,
    withdraw_circulation,
)
from jiecheng.cases.once import Answer
from jiecheng.model.errors import Invalid, Refused
from jiecheng.model.ids import CaseId, WorkItemId
from jiecheng.web.case import show_again
from jiecheng.web.posted import Posted, PostedForm
from jiecheng.web.visit import Visit, enter

router = APIRouter()


@router.post("/cases/{case}/circulations")
def circulate(request: Request, case: int, posted: PostedForm) -> Response:
    def deed(visit: Visit) -> Answer:
        item = WorkItemId(int(posted.one("_item"))) if posted.one("_item").isdecimal() else None
        to, words = posted.one("_to"), posted.one("_words")
        command = CirculateCase(visit.actor, CaseId(case), to, words, item, posted.one("_operation"))
        return circulate_case(visit.tx, command)

    return _perform(request, CaseId(case), posted, deed)


@router.post("/cases/{case}/circulations/{circulation}/withdrawal")
def take_back(request: Request, case: int, circulation: int, posted: PostedForm) -> Response:
    def deed(visit: Visit) -> Answer:
        command = WithdrawCirculation(visit.actor, circulation, posted.one("_operation"))
        return withdraw_circulation(visit.tx, command)

    return _perform(request, CaseId(case), posted, deed)


@router.post("/cases/{case}/circulations/{circulation}/view")
def give_view(request: Request, case: int, circulation: int, posted: PostedForm) -> Response:
    def deed(visit: Visit) -> Answer:
        command = ViewCirculation(visit.actor, circulation, posted.one("_view"), posted.one("_operation"))
        return view_circulation(visit.tx, command)

    return _perform(request, CaseId(case), posted, deed)


def _perform(request: Request, case: CaseId, posted: Posted, deed: Callable[[Visit], Answer]) -> Response:
    try:
        with enter(request, posted) as visit:
            return visit.go(f"/cases/{case}", deed(visit).sentence)
    except (Invalid, Refused) as problem:
        return show_again(request, case, posted, problem)
