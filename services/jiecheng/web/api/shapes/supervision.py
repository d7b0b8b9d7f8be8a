"""Supervision (督办)."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import BaseModel, Field

from jiecheng.web.api.shapes.base import In, Out


class Supervision(In):
    demand: str
    days: int | None = Field(None, description="交办后几个工作日；和 due 只写一样")
    due: date | None = None
    basis: str = ""
    task: int | None = Field(None, description="督办哪一步（环节的 id）；不写时是他能督办的那一步")
    to: str = Field("", description="承办人；写了就一并交办")


class SupervisionAssignment(In):
    to: str
    words: str = ""


class SupervisionAnswer(In):
    answer: str


class SupervisionReturn(In):
    words: str
    days: int


class SupervisionClosing(In):
    words: str


class ChainStep(Out):
    label: str
    who: str
    words: str
    at: datetime


class SupervisionOut(Out):
    id: int
    case: int
    number: str
    title: str
    step: str
    owner: str
    handler: str
    state: str
    demand: str
    due_at: datetime | None
    due_days: int | None
    overdue: bool
    readable: bool
    chain: list[ChainStep]
    may: list[str]


class SupervisionPage(BaseModel):
    rows: list[SupervisionOut]
    next_key: str
