"""Attachments and issued letters: downloads as files; what browsers show by themselves also beside a page, in a document
of its own that may run, load and send nothing; and taking away what was uploaded by mistake."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from urllib.parse import quote

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from jiecheng.cases.attachment import SHOWN, RemoveAttachment, read_attachment, removable, remove_attachment
from jiecheng.cases.reading import read_document
from jiecheng.cases.sheet import approval_sheet
from jiecheng.model.errors import Invalid, Refused
from jiecheng.model.ids import AttachmentId, CaseId
from jiecheng.store.attachment import AttachmentRow
from jiecheng.web.posted import Posted, PostedForm, Upload
from jiecheng.web.security import CONTENT_POLICY
from jiecheng.web.visit import Visit, enter

router = APIRouter()
# A picture gets a document without any right. A paper is shown by the browser's own viewer, which a sandbox would switch
# off; it may still load nothing, run nothing of ours and be framed by nobody else.
PICTURE_POLICY = "sandbox; default-src 'none'; img-src 'self'; frame-ancestors 'self'"
PAPER_POLICY = (
    "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'; form-action 'none'"
)


@router.get("/attachments/{attachment}")
def download(request: Request, attachment: int) -> Response:
    with enter(request) as visit:
        row, content = read_attachment(visit.tx, visit.actor, AttachmentId(attachment))
        return file_answer(content, row.name, row.media_type)


@router.get("/attachments/{attachment}/view")
def view(request: Request, attachment: int) -> Response:
    """The page around a preview: what it is, the picture or paper itself, and the way to the file."""
    with enter(request) as visit:
        row, _ = read_attachment(visit.tx, visit.actor, AttachmentId(attachment))
        answer = visit.page("attachment.html", row=row, shown=row.media_type in SHOWN)
        answer.headers["content-security-policy"] = CONTENT_POLICY.replace(
            "object-src 'none'", "object-src 'self'; frame-src 'self'"
        )
        return answer


@router.get("/attachments/{attachment}/preview")
def preview(request: Request, attachment: int) -> Response:
    """The bytes for the page above. Only of kinds that run nothing; any other is a download."""
    with enter(request) as visit:
        row, content = read_attachment(visit.tx, visit.actor, AttachmentId(attachment))
    if row.media_type not in SHOWN:
        return file_answer(content, row.name, row.media_type)
    policy = PICTURE_POLICY if row.media_type.startswith("image/") else PAPER_POLICY
    headers = {
        "content-disposition": f"inline; filename*=UTF-8''{quote(row.name)}",
        "content-security-policy": policy,
        "x-frame-options": "SAMEORIGIN",
    }
    return Response(content, media_type=row.media_type, headers=headers)


@router.post("/attachments/{attachment}/remove")
def remove(request: Request, attachment: int, posted: PostedForm) -> Response:
    """The other fields of the page's form come along and are not looked at; its draft is kept by itself."""
    back = posted.one("_back")
    path = back if re.fullmatch(r"/(work-items|cases)/\d+", back) else "/inbox"
    try:
        with enter(request, posted) as visit:
            command = RemoveAttachment(visit.actor, AttachmentId(attachment), posted.one("_operation"))
            return visit.go(path, remove_attachment(visit.tx, command).sentence)
    except Refused as problem:
        with enter(request) as visit:
            return visit.go(path, visit.trouble(problem).message, "bad")


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


def uploads_of(posted: Posted) -> tuple[Sequence[Upload], AttachmentId | None]:
    """The files, and the attachment of which the one file is the next version. Invalid for several at once."""
    uploads, chosen = posted.files.get("_files", ()), posted.one("_replaces")
    replaces = AttachmentId(int(chosen)) if chosen.isdecimal() else None
    if replaces is not None and len(uploads) > 1:
        raise Invalid("换新的一版时一次只选一个文件。要另外添加几个，请把“是不是哪一个的新版”选成“不是”。")
    return uploads, replaces


def uploaded_words(uploads: Sequence[Upload], replaces: AttachmentId | None) -> tuple[str, str]:
    """The sentence and its tone."""
    if not uploads:
        return "没有选择文件，什么也没有上传。", "warn"
    return "已换成新的一版，旧的还在“以前的版本”里。" if replaces else f"已上传 {len(uploads)} 个附件。", "good"


def sent_beside(request: Request) -> bool:
    """Whether the script sends it while the page stays where it is."""
    return request.headers.get("x-beside") == "1"


def file_facts(visit: Visit, files: Sequence[AttachmentRow]) -> Mapping[str, object]:
    """What the page needs to offer: which of these files this person may replace, and which he may take away."""
    mine = [
        one for one in files if one.uploaded_by in visit.actor.identities or one.uploaded_by == visit.actor.identity
    ]
    return {
        "own_files": [one for one in mine if one.replaced_by is None],
        "removable": [one.id for one in mine if removable(visit.tx, visit.actor, one)],
    }


def file_answer(content: bytes | str, name: str, media_type: str) -> Response:
    """A download under a Chinese name."""
    disposition = f"attachment; filename*=UTF-8''{quote(name)}"
    return Response(content, media_type=media_type, headers={"content-disposition": disposition})
