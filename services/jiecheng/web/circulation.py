"""传阅 from the pages of a case and of a work item: show it to readers, take it back unread, say something about it."""

from __future__ import annotations

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
from jiecheng.model.ids import CaseId, WorkItemId
from jiecheng.web.case import beside
from jiecheng.web.posted import PostedForm
from jiecheng.web.visit import Visit

router = APIRouter()


@router.post("/cases/{case}/circulations")
def circulate(request: Request, case: int, posted: PostedForm) -> Response:
    def deed(visit: Visit) -> Answer:
        item = WorkItemId(int(posted.one("_item"))) if posted.one("_item").isdecimal() else None
        to, words = posted.one("_to"), posted.one("_words")
        command = CirculateCase(visit.actor, CaseId(case), to, words, item, posted.one("_operation"))
        return circulate_case(visit.tx, command)

    return beside(request, CaseId(case), posted, deed)


@router.post("/cases/{case}/circulations/{circulation}/withdrawal")
def take_back(request: Request, case: int, circulation: int, posted: PostedForm) -> Response:
    def deed(visit: Visit) -> Answer:
        command = WithdrawCirculation(visit.actor, circulation, posted.one("_operation"))
        return withdraw_circulation(visit.tx, command)

    return beside(request, CaseId(case), posted, deed)


@router.post("/cases/{case}/circulations/{circulation}/view")
def give_view(request: Request, case: int, circulation: int, posted: PostedForm) -> Response:
    def deed(visit: Visit) -> Answer:
        command = ViewCirculation(visit.actor, circulation, posted.one("_view"), posted.one("_operation"))
        return view_circulation(visit.tx, command)

    return beside(request, CaseId(case), posted, deed)
