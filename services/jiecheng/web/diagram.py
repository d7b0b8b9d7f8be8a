"""The drawing of a case by itself: as large as one wants it, to move about in and to print. Zooms without a script."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from jiecheng.cases.reading import show_case
from jiecheng.model.ids import CaseId
from jiecheng.web.visit import enter

router = APIRouter()
ZOOMS = (50, 75, 100, 125, 150, 200)  # per cent; the style sheet knows these


@router.get("/cases/{case}/diagram")
def show(request: Request, case: int, zoom: int = 100) -> Response:
    """`zoom`: the nearest of the known sizes is shown."""
    with enter(request) as visit:
        view = show_case(visit.tx, visit.actor, CaseId(case))
        nearest = min(ZOOMS, key=lambda one: abs(one - zoom))
        at = ZOOMS.index(nearest)
        return visit.page(
            "diagram.html",
            view=view,
            case=view.case,
            zoom=nearest,
            smaller=ZOOMS[at - 1] if at else 0,
            larger=ZOOMS[at + 1] if at + 1 < len(ZOOMS) else 0,
        )
