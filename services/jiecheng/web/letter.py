"""Letter templates for process owners: their list, their words, and the paper as PDF in the browser."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from jiecheng.cases import letter
from jiecheng.model.ids import CaseId
from jiecheng.web.visit import enter

router = APIRouter(prefix="/letters")


@router.get("")
def show_all(request: Request) -> Response:
    with enter(request) as visit:
        return visit.page("letters.html", rows=letter.list_letters(visit.tx, visit.actor))


@router.get("/{process}/{file}.pdf")
def preview(request: Request, process: str, file: str, case: str = "") -> Response:
    """With sample words, or with those of a case (`case`: its id)."""
    with enter(request) as visit:
        found = letter.show_letter(visit.tx, visit.actor, process, f"{file}.letter")
        chosen = CaseId(int(case)) if case.isdecimal() and len(case) < 18 else None
        paper = letter.preview_letter(visit.tx, visit.actor, found.text, chosen)
    disposition = f"inline; filename*=UTF-8''{quote(f'预览 {paper.title}.pdf')}"
    return Response(paper.pdf, media_type="application/pdf", headers={"content-disposition": disposition})


@router.get("/{process}/{file}")
def show(request: Request, process: str, file: str) -> Response:
    with enter(request) as visit:
        found = letter.show_letter(visit.tx, visit.actor, process, f"{file}.letter")
        return visit.page("letter.html", line=found, file=file)
