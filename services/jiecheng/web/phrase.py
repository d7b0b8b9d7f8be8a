"""The page of phrases for opinions (常用语), and what the API says of them."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from jiecheng.cases.phrase import ChangePhrase, KeepPhrase, change_phrase, keep_phrase, phrase_book, remove_phrase
from jiecheng.model.errors import Invalid
from jiecheng.web.posted import PostedForm
from jiecheng.web.visit import enter

router = APIRouter(prefix="/phrases")


@router.get("")
def show(request: Request) -> Response:
    with enter(request) as visit:
        return visit.page("phrases.html", book=phrase_book(visit.tx, visit.actor))


@router.post("")
def keep(request: Request, posted: PostedForm) -> Response:
    with enter(request, posted) as visit:
        try:
            keep_phrase(visit.tx, KeepPhrase(visit.actor, posted.one("_words"), posted.one("_shared") == "yes"))
        except Invalid as invalid:
            return visit.go("/phrases", invalid.message, "bad")
        return visit.go("/phrases", "已存为常用语，办理意见旁边可以选用。")


@router.post("/{phrase}")
def change(request: Request, phrase: int, posted: PostedForm) -> Response:
    with enter(request, posted) as visit:
        try:
            change_phrase(visit.tx, ChangePhrase(visit.actor, phrase, posted.one("_words")))
        except Invalid as invalid:
            return visit.go("/phrases", invalid.message, "bad")
        return visit.go("/phrases", "已改好。")


@router.post("/{phrase}/remove")
def remove(request: Request, phrase: int, posted: PostedForm) -> Response:
    with enter(request, posted) as visit:
        remove_phrase(visit.tx, visit.actor, phrase)
        return visit.go("/phrases", "已删掉这条常用语，以前写进意见的不受影响。")
