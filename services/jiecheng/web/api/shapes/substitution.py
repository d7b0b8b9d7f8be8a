"""Substitution (代理)."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import BaseModel, Field

from jiecheng.web.api.shapes.base import In, Out


class SubstitutionIn(In):
    to: str = Field(max_length=200, description="请谁代办：身份编号，或姓名；重名的写“姓名（机关职务）”")
    first: date
    last: date = Field(description="当天仍然算；最长一年")
    reason: str = Field(max_length=200)
    scope: list[str] = Field(default=[], max_length=200, description="流程，或“流程/环节”；不填是全部待办")
    arriving: bool = Field(default=False, description="只代这段时间新来的")
    giver: str = Field(default="", max_length=200, description="替谁安排；不填是本人")


class SubstitutionDecline(In):
    reason: str = Field(max_length=200, description="为什么不能代办；告知安排的人")


class SubstitutionOut(BaseModel):
    """`state`: planned | active | ended | cancelled; `reached`: items it reaches now, `decided`: decided under it."""

    id: int
    giver: str
    giver_label: str
    substitute: str
    substitute_label: str
    first: date
    last: date
    starts_at: datetime
    ends_at: datetime
    scope: list[str]
    arriving: bool
    reason: str
    state: str
    cause: str
    reached: int
    decided: int
    may_change: bool
    may_end: bool
    may_decline: bool


class SubstitutionLogRow(Out):
    at: datetime
    person_name: str
    words: str


class SubstitutionDetail(SubstitutionOut):
    log: list[SubstitutionLogRow]


class SubstitutionList(BaseModel):
    given: list[SubstitutionOut]
    standing: list[SubstitutionOut]


class SubstitutionPreviewRow(Out):
    """`number` and `title` only for the giver himself; `why_not`: why it stays with him, "" where it goes."""

    number: str
    title: str
    process: str
    step: str
    due_at: datetime | None
    why_not: str


class SubstitutionPreview(Out):
    sentence: str
    going: list[SubstitutionPreviewRow]
    staying: list[SubstitutionPreviewRow]


class SubstitutionAnswer(Out):
    substitution: int
    sentence: str
