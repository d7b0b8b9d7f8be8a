"""Downloads of attachments and issued letters, always as a file and never inside our own page."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from jiecheng.cases.attachment import read_attachment
from jiecheng.cases.reading import read_document
from jiecheng.cases.sheet import approval_sheet
from jiecheng.model.ids import AttachmentId, CaseId
from jiecheng.web.visit import enter

router = APIRouter()


@router.get("/attachments/{attachment}")
def download(request: Request, attachment: int) -> Response:
    with enter(request) as visit:
        row, content = read_attachment(visit.tx, visit.actor, AttachmentId(attachment))
        return file_answer(content, row.name, row.media_type)


@router.get("/documents/{document}")
def download_document(request: Request, document: int) -> Response:
    """A letter that the case issued."""
    with enter(request) as visit:
        row, content = read_document(visit.tx, visit.actor, document)
        return file_answer(content, f"{row.title}.pdf", "application/pdf")


@router.get("/cases/{case}/sheet")
def print_sheet(request: Request, case: int) -> Response:
    """The approval sheet as PDF, opened beside the page so that it can be printed at once."""
    with enter(request) as visit:
        name, paper = approval_sheet(visit.tx, visit.actor, CaseId(case))
    disposition = f"inline; filename*=UTF-8''{quote(name)}"
    return Response(paper.pdf, media_type="application/pdf", headers={"content-disposition": disposition})


def file_answer(content: bytes | str, name: str, media_type: str) -> Response:
    """A download under a Chinese name."""
    disposition = f"attachment; filename*=UTF-8''{quote(name)}"
    return Response(content, media_type=media_type, headers={"content-disposition": disposition})
