"""Work items: what is handed in with a decision, and what a list or a page of them shows."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from jiecheng.web.api.shapes.base import In, Out
from jiecheng.web.api.shapes.case import CaseOut, Step, Value


class Vote(In):
    member: str = Field(description="成员的身份编号")
    vote: Literal["agree", "disagree", "abstain", "absent", "recused"]
    reason: str = ""


class Decision(In):
    outcome: str = Field("", description="环节的决定之一；会议表决可不填，由票数算出")
    opinion: str = Field("", max_length=2000)
    data: dict[str, Any] = Field(default_factory=dict, description="表单字段 → 值")
    ballots: list[Vote] = Field(default_factory=list)


class Return(In):
    target: str = Field(description="退回到哪个环节，见待办的 returns")
    back: Literal["step", "direct"] = "step"
    opinion: str = Field(max_length=2000)


class Retraction(In):
    reason: str = Field(default="", max_length=500)


class Transfer(In):
    to: str = Field(max_length=200, description="对方的身份编号，或姓名；重名的写“姓名（机关职务）”")
    reason: str = Field(max_length=500)


class Delegation(In):
    to: str = Field(max_length=200)
    question: str = Field(max_length=500, description="要对方做什么")


class DelegationAnswer(In):
    answer: str = Field(max_length=2000)


class Signer(In):
    to: str = Field(max_length=200, description="对方的身份编号，或姓名；重名的写“姓名（机关职务）”")
    way: Literal["before", "after", "parallel"] = Field(description="前加签、后加签、并加签，见待办的 signer_ways")
    reason: str = Field(max_length=500)


class SignerWithdrawal(In):
    reason: str = Field(max_length=500)


class ItemRow(Out):
    item: int
    case: int
    number: str
    title: str
    process: str
    element_name: str
    initiator_name: str
    state: str
    opened_at: datetime
    due_at: datetime | None
    for_whom: str | None = None


class ItemPage(BaseModel):
    rows: list[ItemRow]
    next_key: str


class Outcome(Out):
    value: str
    label: str
    opinion_required: bool


class Member(Out):
    identity: str
    name: str
    post: str
    must_stand_aside: bool


class ReturnTarget(BaseModel):
    target: str
    name: str


class ItemOut(BaseModel):
    item: int
    case: CaseOut
    step: Step
    state: str
    fields: list[Value]
    outcomes: list[Outcome]
    members: list[Member]
    may_claim: bool
    may_release: bool
    why_not: str
    returned: str
    returns: list[ReturnTarget]
    return_ways: list[str]
    may_transfer: bool
    may_delegate: bool
    may_answer: bool
    signer_ways: list[str] = Field(description="现在可以怎样加签，空的就是不能")
    chain: list[str]
    missing: list[str] = Field(description="这一步不能做什么、为什么，一个原因一句")
    in_place_of: str = ""
