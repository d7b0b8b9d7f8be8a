"""For process administrators: steps without anybody to do them and automatic steps that failed, explained and retried.

The machinery page shows flows and counts only; the system administrator sees it too, and no business with it.
"""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from jiecheng.cases import incident, machinery, voiding
from jiecheng.cases.incident import ResolveIncident
from jiecheng.model.actor import Role
from jiecheng.model.errors import Invalid, Refused
from jiecheng.web.posted import PostedForm
from jiecheng.web.trouble import Trouble
from jiecheng.web.visit import Visit, enter

router = APIRouter()


@router.get("/incidents")
def show_list(request: Request) -> Response:
    with enter(request) as visit:
        return _page(visit)


@router.post("/incidents/{number}/resolve")
def resolve(request: Request, number: int, posted: PostedForm) -> Response:
    try:
        with enter(request, posted) as visit:
            command = ResolveIncident(visit.actor, number, posted.one("_explanation"))
            return visit.go("/incidents", incident.resolve_incident(visit.tx, command))
    except (Invalid, Refused) as problem:
        with enter(request) as visit:
            return _page(visit, visit.trouble(problem), number, posted.one("_explanation"))


@router.get("/machinery")
def show_machinery(request: Request) -> Response:
    with enter(request) as visit:
        view = machinery.show_machinery(visit.tx, visit.actor)
        return visit.page(
            "machinery.html",
            view=view,
            handles=Role.PROCESS_ADMINISTRATOR in visit.actor.roles,
            unscanned=visit.tx.house.scanner is None and Role.SYSTEM_ADMINISTRATOR in visit.actor.roles,
        )


def _page(visit: Visit, problem: Trouble | None = None, number: int = 0, explanation: str = "") -> Response:
    rows = incident.list_incidents(visit.tx, visit.actor)
    voids = voiding.list_waiting(visit.tx, visit.actor)
    status = problem.status if problem else 200
    return visit.page(
        "incidents.html", status, rows=rows, voids=voids, problem=problem, number=number, explanation=explanation
    )
