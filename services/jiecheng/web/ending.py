"""From the page of a case: take one's own decision back (撤回)."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from jiecheng.cases.once import Answer
from jiecheng.cases.retract import RetractDecision, retract_decision
from jiecheng.model.errors import Invalid, Refused
from jiecheng.model.ids import CaseId, WorkItemId
from jiecheng.web.case import case_page
from jiecheng.web.posted import Posted, PostedForm
from jiecheng.web.visit import Visit, enter
from jiecheng.web.wording import said

router = APIRouter(prefix="/cases")


@router.post("/{case}/retract/{item}")
def retract(request: Request, case: int, item: int, posted: PostedForm) -> Response:
    def deed(visit: Visit) -> Answer:
        command = RetractDecision(visit.actor, WorkItemId(item), posted.one("_reason"), posted.one("_operation"))
        return retract_decision(visit.tx, command)

    return _perform(request, case, posted, deed)


def _perform(request: Request, case: int, posted: Posted, deed: Callable[[Visit], Answer]) -> Response:
    """Back to the page of the case, with the answer or with why the platform says no."""
    try:
        with enter(request, posted) as visit:
            return visit.go(f"/cases/{case}", said(deed(visit)))
    except (Invalid, Refused) as problem:
        with enter(request) as visit:
            return case_page(visit, CaseId(case), visit.trouble(problem))
