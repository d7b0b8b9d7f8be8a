"""What a person keeps of his lists: posts that save or remove it, and go back to the list they came from."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from jiecheng.cases.preference import PLACES, SaveFilter, remove_filter, save_filter, save_look
from jiecheng.model.errors import Invalid
from jiecheng.web.posted import Posted, PostedForm
from jiecheng.web.visit import enter

router = APIRouter(prefix="/preferences")


@router.post("/filters")
def save(request: Request, posted: PostedForm) -> Response:
    with enter(request, posted) as visit:
        shared = posted.one("_shared") == "yes"
        name, query = posted.one("_name"), posted.one("_query")
        try:
            save_filter(visit.tx, SaveFilter(visit.actor, posted.one("_place"), name, query, shared))
        except Invalid as invalid:
            return visit.go(_back(posted, query), invalid.message, "bad")
        return visit.go(_back(posted, query), f"已保存条件“{name}”{'，并共享给本科室' if shared else ''}。")


@router.post("/filters/{filter_id}/remove")
def remove(request: Request, filter_id: int, posted: PostedForm) -> Response:
    with enter(request, posted) as visit:
        remove_filter(visit.tx, visit.actor, filter_id)
        return visit.go(_back(posted), "已删除这组条件。")


@router.post("/look")
def look(request: Request, posted: PostedForm) -> Response:
    with enter(request, posted) as visit:
        every = set(posted.fields.get("_columns", ()))
        shown = {*posted.fields.get("_shown", ()), "title"}
        save_look(visit.tx, visit.actor, posted.one("_place"), posted.one("_density"), every - shown)
        return visit.go(_back(posted, posted.one("_query")))


def _back(posted: Posted, query: str = "") -> str:
    place = posted.one("_place")
    path = place if place in PLACES else "/inbox"
    return f"{path}?{query}" if query else path
