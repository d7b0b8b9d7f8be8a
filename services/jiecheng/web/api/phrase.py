"""Phrases for opinions (常用语) over the API."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel, Field

from jiecheng.cases.phrase import ChangePhrase, KeepPhrase, change_phrase, keep_phrase, phrase_book, remove_phrase
from jiecheng.web.api.desk import AtDesk
from jiecheng.web.api.shapes import In, Out

router = APIRouter(tags=["常用语"])


class Phrase(In):
    words: str = Field(max_length=200)
    shared: bool = Field(False, description="本单位共用，只有办公室负责人可以存")


class PhraseWords(In):
    words: str = Field(max_length=200)


class PhraseOut(Out):
    id: int
    words: str
    saved_by_name: str


class PhraseBook(BaseModel):
    """`keeps`：可以维护本单位的常用语。"""

    own: list[PhraseOut]
    shared: list[PhraseOut]
    organ: str
    keeps: bool


@router.get("/phrases", summary="常用语：自己的和本单位的")
def show(desk: AtDesk) -> PhraseBook:
    with desk.open() as (tx, actor):
        book = phrase_book(tx, actor)
        own, shared = ([PhraseOut.model_validate(one) for one in rows] for rows in (book.own, book.shared))
        return PhraseBook(own=own, shared=shared, organ=book.organ, keeps=book.keeps)


@router.post("/phrases", status_code=204, summary="存一条常用语")
def keep(desk: AtDesk, body: Phrase) -> None:
    with desk.open() as (tx, actor):
        keep_phrase(tx, KeepPhrase(actor, body.words, body.shared))


@router.put("/phrases/{phrase}", status_code=204, summary="改一条常用语")
def change(desk: AtDesk, phrase: int, body: PhraseWords) -> None:
    with desk.open() as (tx, actor):
        change_phrase(tx, ChangePhrase(actor, phrase, body.words))


@router.delete("/phrases/{phrase}", status_code=204, summary="删一条常用语")
def remove(desk: AtDesk, phrase: int) -> None:
    with desk.open() as (tx, actor):
        remove_phrase(tx, actor, phrase)
