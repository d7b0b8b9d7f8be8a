"""The page of papers (收文): what one's organs were sent, and the button that signs for it."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from jiecheng.cases.received import ReceivePaper, list_papers, receive_paper
from jiecheng.web.inbox import query_of
from jiecheng.web.posted import PostedForm
from jiecheng.web.visit import enter

router = APIRouter(prefix="/papers")


@router.get("")
def show(request: Request, text: str = "", after: str = "") -> Response:
    with enter(request) as visit:
        page = list_papers(visit.tx, visit.actor, text.strip(), after)
        return visit.page("papers.html", page=page, query=query_of(request))


@router.post("/{paper}/receipt")
def sign(request: Request, paper: int, posted: PostedForm) -> Response:
    with enter(request, posted) as visit:
        answer = receive_paper(visit.tx, ReceivePaper(visit.actor, paper, posted.one("_operation")))
        return visit.go("/papers", answer.sentence)
