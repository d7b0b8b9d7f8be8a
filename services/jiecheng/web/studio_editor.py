"""The studio's editors: their pages, what they load, and the one way they save. Everything is judged again on the server.

Editor pages carry a content policy of their own, the least the drawing libraries need; see services/decisions/0012-studio.md.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import asdict

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from jiecheng import definitions, store
from jiecheng.acceptance.spelling import strange_sentences
from jiecheng.cases import draft, studio
from jiecheng.cases.draft import SaveDraft
from jiecheng.model.draft import DraftState
from jiecheng.model.errors import Invalid, JiechengError, NotFound, Refused
from jiecheng.permissions import may_draft
from jiecheng.web import studio_words
from jiecheng.web.decision_table import readable
from jiecheng.web.parked import Refills
from jiecheng.web.posted import Posted, PostedForm
from jiecheng.web.security import CONTENT_POLICY
from jiecheng.web.trouble import Trouble, trouble_of
from jiecheng.web.visit import Visit, enter

router = APIRouter(prefix="/studio")

# Styles in attributes only: the libraries draw icons with them. No inline script, no inline style sheet, no eval.
EDITOR_POLICY = f"{CONTENT_POLICY}; style-src 'self'; style-src-attr 'unsafe-inline'"
EDITORS = {"bpmn": "studio_diagram", "dmn": "studio_table", "form": "studio_form"}
NEW_TEXTS = {
    "form": '{\n  "schemaVersion": 19,\n  "type": "default",\n  "components": []\n}\n',
    "letter": 'kind: 函\nissuer: "{{ issuer.name }}"\ntitle: "关于……的函"\naddressee: ""\nbody:\n  - "……"\n',
    "feature": "# language: zh-CN\n功能: ……\n\n  规则: ……\n\n    @L1\n    场景: ……\n      假如 ……\n",
}


@router.get("/{number}/files/{name}")
def show_editor(request: Request, number: int, name: str) -> Response:
    with enter(request) as visit:
        return _page(visit, number, name)


@router.get("/{number}/data/{name}")
def load(request: Request, number: int, name: str) -> Response:
    """What an editor begins with."""
    with enter(request) as visit:
        found, files = draft.draft_files(visit.tx, visit.actor, number)
        if name not in files:
            raise NotFound("草稿里没有这个文件。")
        data: dict[str, object] = {
            "name": name,
            "text": files[name],
            "seen": store.draft.text_hash(files[name]),
            "revision": found.revision,
            "editable": may_draft(visit.actor) and found.state is DraftState.EDITING,
            "findings": studio.findings_of(visit.tx, found, files, strange_sentences),
        }
        if name.endswith(".bpmn"):
            data |= {
                "moddle": definitions.moddle_descriptor(),
                "words": studio_words.words(),
                "attributes": studio_words.attributes(),
                "resolvers": studio_words.resolvers(),
                "choices": studio.choices(visit.tx, found, files),
                **studio.meanings(visit.tx, found, files),
            }
        if name.endswith(".dmn"):
            data |= {"title": studio.title_of(visit.tx, found, files, name), "profile": visit.tx.profile}
            data["offered"] = [asdict(one) for one in studio.offered(visit.tx, found, files, name)]
        return JSONResponse(data)


@router.post("/{number}/save")
def save(request: Request, number: int, posted: PostedForm) -> Response:
    """An editor's save, by a script: the answer is data, also when it is a "no"."""
    name = posted.one("name")
    try:
        text = _uploaded(posted)
        with enter(request, posted) as visit:
            command = SaveDraft(visit.actor, number, {name: text}, {name: posted.one("seen")})
            saved = draft.save_draft(visit.tx, command)
            found, files = draft.draft_files(visit.tx, visit.actor, number)
            findings = studio.findings_of(visit.tx, found, files, strange_sentences)
            told = studio.meanings(visit.tx, found, files) if name.endswith(".bpmn") else {}
    except JiechengError as error:
        trouble = trouble_of(error)
        return JSONResponse({"problem": trouble.message, "rule": trouble.rule}, trouble.status)
    return JSONResponse({"revision": saved.revision, "seen": saved.hashes[name], "findings": findings, **told})


@router.post("/{number}/files/{name}")
def save_text(request: Request, number: int, name: str, posted: PostedForm) -> Response:
    """A text's own form, which needs no script."""
    text = _text(posted)
    try:
        with enter(request, posted) as visit:
            command = SaveDraft(visit.actor, number, {name: text}, {name: posted.one("_seen")})
            saved = draft.save_draft(visit.tx, command)
            said = f"已保存为第 {saved.revision} 稿。" if saved.changed else "没有改动，不用保存。"
            strange = len(strange_sentences({name: text})) if name.endswith(".feature") else 0
            warning = f"有 {strange} 句没有这种句式，见下面的说明。" if strange else ""
            return visit.go(f"/studio/{number}/files/{name}", said + warning)
    except (Invalid, Refused) as problem:
        with enter(request) as visit:
            return _page(visit, number, name, problem=visit.trouble(problem), typed=posted)


def offer_refills(refills: Refills) -> None:
    refills.add(r"/studio/(\d+)/files/([\w.@-]+)", _refill)


def _refill(visit: Visit, match: re.Match[str], posted: Posted) -> Response:
    """A text as it was typed, over what it was typed from: who saved meanwhile is still seen."""
    return _page(visit, int(match[1]), match[2], typed=posted)


@router.post("/{number}/add")
def add_file(request: Request, number: int, posted: PostedForm) -> Response:
    kind, stem = posted.one("_kind"), posted.one("_name")
    name = f"{stem}.{kind}"
    with enter(request, posted) as visit:
        made = {"dmn": definitions.new_table, "bpmn": definitions.new_diagram}.get(kind)
        text = made(stem) if made else NEW_TEXTS.get(kind, "")
        files: Mapping[str, str | None] = {name: text}
        draft.save_draft(visit.tx, SaveDraft(visit.actor, number, files, {name: ""}))
        return visit.go(f"/studio/{number}/files/{name}", f"已加入{studio.called(name, stem)}。")


@router.post("/{number}/remove/{name}")
def remove_file(request: Request, number: int, name: str, posted: PostedForm) -> Response:
    with enter(request, posted) as visit:
        found, files = draft.draft_files(visit.tx, visit.actor, number)
        title = studio.title_of(visit.tx, found, files, name)
        if name == f"{found.process}.bpmn":
            raise Invalid("流程图不能删去。不要这个草稿了，请作废草稿。")
        draft.save_draft(visit.tx, SaveDraft(visit.actor, number, {name: None}, {}))
        return visit.go(f"/studio/{number}", f"已删去{studio.called(name, title)}。")


@router.get("/{number}/preview/{name}")
def preview(request: Request, number: int, name: str) -> Response:
    """A letter on paper, with blanks where a case would fill in."""
    with enter(request) as visit:
        _, files = draft.draft_files(visit.tx, visit.actor, number)
        if not name.endswith(".letter") or name not in files:
            raise NotFound("草稿里没有这份文书。")
        paper = studio.preview_letter(visit.tx, files[name])
    headers = {"content-disposition": f'inline; filename="{name}.pdf"'}
    return Response(paper.pdf, media_type="application/pdf", headers=headers)


def _text(posted: Posted) -> str:
    return "\n".join(posted.fields.get("_text", ("",)))


def _apart(theirs: str, own: str) -> list[tuple[str, str]]:
    """Lines that only one of two texts has: whose, and the line. Whole lines: to look for likeness inside them takes
    minutes where both were written anew."""
    sides = {"只在新的一稿里": theirs.splitlines(), "只在您的内容里": own.splitlines()}
    matched = difflib.SequenceMatcher(a=theirs.splitlines(), b=own.splitlines()).get_opcodes()
    return [
        (side, line.strip())
        for kind, *places in matched
        if kind != "equal"
        for (side, lines), (first, last) in zip(sides.items(), (places[:2], places[2:]), strict=True)
        for line in lines[first:last]
        if line.strip()
    ]


def _page(
    visit: Visit, number: int, name: str, *, problem: Trouble | None = None, typed: Posted | None = None
) -> Response:
    found, files = draft.draft_files(visit.tx, visit.actor, number)
    if name not in files:
        return RedirectResponse(f"/studio/{number}", 303)
    kind = name.rpartition(".")[2]
    status = problem.status if problem else 200
    values: dict[str, object] = {
        "draft": found,
        "name": name,
        "kind": studio.KINDS[kind],
        "title": studio.title_of(visit.tx, found, files, name),
        "editable": may_draft(visit.actor) and found.state is DraftState.EDITING,
        "problem": problem,
    }
    if kind not in EDITORS:
        content = files[name] if typed is None else _text(typed)
        everywhere = studio.findings_of(visit.tx, found, files, strange_sentences)
        findings = [one for one in everywhere if name in one["place"] or f"「{values['title']}」" in one["message"]]
        # Somebody else was quicker: the differences are shown, and who then saves again does so knowing them.
        rival = problem is not None and problem.rule == "studio_revision"
        seen = store.draft.text_hash(files[name]) if typed is None or rival else typed.one("_seen")
        values["rival"] = _apart(files[name], content) if rival else ()
        came_back = typed is not None and problem is None
        values |= {"refilled": came_back, "address": f"/studio/{number}/files/{name}" if came_back else ""}
        return visit.page("studio_text.html", status, **values, text=content, seen=seen, findings=findings)
    values |= {
        "picture": studio.plain_picture(files, name) if kind == "bpmn" else None,
        "tables": [readable(one) for one in studio.plain_tables(files, name)] if kind == "dmn" else (),
        "fields": list(definitions.field_names(files[name]).values()) if kind == "form" else (),
    }
    answer = visit.page("studio_editor.html", status, **values, editor=EDITORS[kind])
    answer.headers["content-security-policy"] = EDITOR_POLICY
    return answer


def _uploaded(posted: Posted) -> str:
    uploads = posted.files.get("text", ())
    if not uploads:
        raise Invalid("没有收到文件内容，没有保存。")
    try:
        return uploads[0].content.decode("utf-8")
    except UnicodeDecodeError:
        raise Invalid("文件不是 UTF-8 文字，没有保存。") from None
