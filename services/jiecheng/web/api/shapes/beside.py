"""What goes on beside a case: circulation (传阅), questions (沟通), what is unread (待阅)."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field

from jiecheng.web.api.shapes.base import In, Out


class Circulation(In):
    to: str = Field(description="姓名或机关名称，几个之间用顿号")
    words: str = ""
    item: int | None = Field(None, description="从哪件待办传阅；不写是本人的申请，或本人最后办的一步")


class ReaderView(In):
    view: str


class CirculationOut(Out):
    id: int
    step: str
    sender: str
    rule: str
    reader: str
    words: str
    sent_at: datetime
    read_at: datetime | None
    withdrawn_at: datetime | None
    view: str
    viewed_at: datetime | None
    may_withdraw: bool
    may_view: bool


class Question(In):
    to: str = Field(description="姓名或机关名称，几个之间用顿号")
    question: str
    item: int | None = Field(None, description="就哪件待办提问；不写是本人正在办的一步")


class QuestionAnswer(In):
    answer: str


class QuestionOut(Out):
    id: int
    step: str
    asker: str
    asked: str
    question: str = Field(description="只有双方和业务审计员看得到")
    asked_at: datetime
    answer: str
    answered_at: datetime | None
    heard: bool
    may_answer: bool


class QuestionRow(Out):
    id: int
    case: int
    number: str
    title: str
    name: str
    question: str
    asked_at: datetime


class QuestionPage(BaseModel):
    count: int
    rows: list[QuestionRow]
    next_key: str


class UnreadRow(Out):
    id: int
    case: int
    number: str
    title: str
    name: str
    words: str
    sent_at: datetime


class UnreadPage(BaseModel):
    count: int
    rows: list[UnreadRow]
    next_key: str


class ReadMarks(In):
    circulations: list[int]
