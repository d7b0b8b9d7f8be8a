"""The studio's office pages: which processes there are, one draft with its findings, difference, gate and log.

They work without JavaScript. The editors are `studio_editor`'s.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from urllib.parse import quote

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from jiecheng import permissions
from jiecheng.acceptance import sentence_list
from jiecheng.acceptance.spelling import strange_sentences
from jiecheng.cases import draft, gate, publication, spoken, studio
from jiecheng.model.errors import Invalid, Refused
from jiecheng.model.ids import ProcessId
from jiecheng.web.parked import Refills
from jiecheng.web.posted import Posted, PostedForm
from jiecheng.web.trouble import Trouble
from jiecheng.web.visit import Visit, enter

router = APIRouter(prefix="/studio")
MOST_UNPACKED = 8 * 1024 * 1024
MOST_ENTRIES = 200


@router.get("")
def show_list(request: Request) -> Response:
    with enter(request) as visit:
        rows, closed = studio.list_processes(visit.tx, visit.actor)
        return visit.page("studio.html", rows=rows, closed=closed, may_draft=permissions.may_draft(visit.actor))


@router.post("/open")
def open_draft(request: Request, posted: PostedForm) -> Response:
    with enter(request, posted) as visit:
        found, new = draft.open_draft(visit.tx, visit.actor, ProcessId(posted.one("_process")))
        said = "已按现行版本建好草稿，可以修改了。" if new else "这个流程已经有一个草稿，请在它上面修改。"
        return visit.go(f"/studio/{found.id}", said)


@router.get("/{number}")
def show(request: Request, number: int) -> Response:
    with enter(request) as visit:
        return _page(visit, number)


@router.get("/{number}/progress")
def show_progress(request: Request, number: int) -> Response:
    """The gate's part of the page, asked for again while it runs; when it is done the whole page is drawn anew."""
    with enter(request) as visit:
        view = studio.show_draft(visit.tx, visit.actor, number)
        answer = visit.page("studio_gate.html", view=view, draft=view.draft)
    if view.run is None or view.run.state == "done":
        answer.headers["hx-refresh"] = "true"
    return answer


@router.get("/{number}/sentences")
def show_sentences(request: Request, number: int) -> Response:
    """What a scenario of this draft may be written with: the sentences of the house, and the draft's own names."""
    with enter(request) as visit:
        found, names = spoken.spoken_names(visit.tx, visit.actor, number)
        return visit.page("studio_sentences.html", draft=found, names=names, chapters=sentence_list.chapters())


@router.post("/{number}/gate")
def ask_gate(request: Request, number: int, posted: PostedForm) -> Response:
    def deed(visit: Visit) -> str:
        gate.ask_gate(visit.tx, visit.actor, number)
        return "检查已经开始，场景一般要运行几分钟。可以离开这一页，结果会留在这里。"

    return _do(request, number, posted, deed)


@router.post("/{number}/submit")
def submit(request: Request, number: int, posted: PostedForm) -> Response:
    def deed(visit: Visit) -> str:
        publication.submit_draft(visit.tx, visit.actor, number, posted.one("_reason"))
        return "已提交审核。请另一位流程负责人或流程管理员在「流程设计」里审核发布。"

    return _do(request, number, posted, deed)


@router.post("/{number}/recall")
def recall(request: Request, number: int, posted: PostedForm) -> Response:
    def deed(visit: Visit) -> str:
        publication.recall_draft(visit.tx, visit.actor, number)
        return "已撤回提交，可以继续修改。"

    return _do(request, number, posted, deed)


@router.post("/{number}/send-back")
def send_back(request: Request, number: int, posted: PostedForm) -> Response:
    def deed(visit: Visit) -> str:
        publication.send_back_draft(visit.tx, visit.actor, number, posted.one("_reason"))
        return "已退回修改。"

    return _do(request, number, posted, deed)


@router.post("/{number}/publish")
def publish(request: Request, number: int, posted: PostedForm) -> Response:
    def deed(visit: Visit) -> str:
        release = publication.publish_draft(visit.tx, visit.actor, number)
        return f"已发布为第 {release.version} 版。新办件用新版本，在办的办件仍用原来的版本。"

    return _do(request, number, posted, deed)


@router.post("/{number}/withdraw")
def withdraw(request: Request, number: int, posted: PostedForm) -> Response:
    def deed(visit: Visit) -> str:
        draft.withdraw_draft(visit.tx, visit.actor, number, posted.one("_reason"))
        return "草稿已作废，内容和记录留着备查。"

    return _do(request, number, posted, deed)


@router.post("/{number}/import")
def import_files(request: Request, number: int, posted: PostedForm) -> Response:
    def deed(visit: Visit) -> str:
        uploads = posted.files.get("_zip", ())
        if not uploads:
            raise Invalid("请先选择要导入的压缩包（zip）。")
        saved = draft.import_draft(visit.tx, visit.actor, number, unpack(uploads[0].content))
        return f"已导入，成为第 {saved.revision} 稿。" if saved.changed else "压缩包里的内容和草稿一样，没有改动。"

    return _do(request, number, posted, deed)


@router.get("/{number}/export")
def export(request: Request, number: int) -> Response:
    with enter(request) as visit:
        found, files = draft.draft_files(visit.tx, visit.actor, number)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    disposition = f"attachment; filename*=UTF-8''{quote(f'{found.name}-草稿{found.id}-第{found.revision}稿.zip')}"
    return Response(packed.getvalue(), media_type="application/zip", headers={"content-disposition": disposition})


def unpack(content: bytes) -> dict[str, str]:
    """File name -> text. Folders are forgotten; what is too much is refused before it is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [one for one in archive.infolist() if not one.is_dir()]
            if len(entries) > MOST_ENTRIES or sum(one.file_size for one in entries) > MOST_UNPACKED:
                raise Invalid("压缩包里的内容太多，没有导入。请只放这个流程的文件。")
            return {one.filename.rpartition("/")[2]: _read(archive, one) for one in entries}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError):
        raise Invalid("这个文件不是可以打开的 zip 压缩包，没有导入。") from None


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> str:
    with archive.open(entry) as file:
        # The announced size may lie; what is read is bounded.
        content = file.read(MOST_UNPACKED + 1)
    if len(content) > entry.file_size:
        raise Invalid("压缩包里的内容太多，没有导入。请只放这个流程的文件。")
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise Invalid(f"压缩包里的「{entry.filename}」不是 UTF-8 文字，没有导入。") from None


def offer_refills(refills: Refills) -> None:
    refills.add(r"/studio/(\d+)/(?:submit|send-back)", _refill)


def _refill(visit: Visit, match: re.Match[str], posted: Posted) -> Response:
    number = int(match[1])
    return _page(visit, number, reason=posted.one("_reason"), refilled=True, address=f"/studio/{number}")


def _do(request: Request, number: int, posted: Posted, deed: Callable[[Visit], str]) -> Response:
    """Do it and go back to the draft's page; a "no" is said there too."""
    try:
        with enter(request, posted) as visit:
            return visit.go(f"/studio/{number}", deed(visit))
    except (Invalid, Refused) as problem:
        with enter(request) as visit:
            return _page(visit, number, visit.trouble(problem), posted.one("_reason"))


def _page(visit: Visit, number: int, problem: Trouble | None = None, reason: str = "", **values: object) -> Response:
    view = studio.show_draft(visit.tx, visit.actor, number, strange_sentences)
    status = problem.status if problem else 200
    return visit.page(
        "studio_draft.html", status, view=view, draft=view.draft, problem=problem, reason=reason, **values
    )


def back(number: int) -> Response:
    return RedirectResponse(f"/studio/{number}", 303)
