"""Cases: what begins, holds and ends them, and what a page of one shows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from jiecheng.web.api.shapes.base import In, Out
from jiecheng.web.api.shapes.beside import CirculationOut, QuestionOut
from jiecheng.web.api.shapes.supervision import SupervisionOut


class Start(In):
    process: str
    data: dict[str, Any] = Field(default_factory=dict, description="表单字段 → 值")


class ReasonOut(Out):
    """A finding of a decision table: in words, with the clause it rests on."""

    message: str
    basis: str
    rule: str


class AlikeOut(Out):
    """An open case about the same; without `case` one that this person may not read."""

    case: int | None
    number: str
    title: str


class RehearsalOut(Out):
    """`step`: the correction it would come back to at once; `ending`: the end it would reach at once; `alike`: open
    cases about the same."""

    warns: bool
    step: str
    ending: str
    reasons: list[ReasonOut]
    alike: list[AlikeOut]


class Withdrawal(In):
    reason: str = Field(max_length=500)


class Reversal(In):
    data: dict[str, Any] = Field(default={}, description="撤销流程发起表单的内容")


class Urge(In):
    words: str = Field(default="", max_length=200)


class Hold(In):
    reason: str = Field(max_length=500, description="在等什么")
    basis: str = Field(max_length=500, description="哪条规定、哪份文书允许停止计时")


class Migration(In):
    release: str = Field(max_length=64, description="目标版本的内容指纹")
    confirmed: list[str] = Field(default=[], max_length=500, description="已核对是同一环节的元素")


class Resumption(In):
    note: str = Field(default="", max_length=500)


class Message(In):
    data: dict[str, Any] = Field(default_factory=dict, description="表单字段 → 值")
    instance: str = Field("", description="分头办理时是哪一份（办件的 messages 里给出），只有一份时不填")


class MigrationOut(Out):
    """`obstacles`: why the case cannot be moved, empty when it can; `staying`: open steps that stay as they are."""

    version: int
    staying: list[str]
    changes: list[str]
    obstacles: list[str]


class Process(Out):
    process: str
    name: str
    documentation: str
    version: int


class MemberVote(Out):
    name: str
    vote: str
    reason: str


class SignerOut(Out):
    """Somebody added to a step (加签). `vote` is empty while he has not signed; `item`: his work item, for 减签."""

    item: int
    name: str
    way: str
    added_by: str
    why: str
    state: str
    vote: str
    opinion: str
    at: datetime | None
    may_withdraw: bool


class Step(Out):
    """`counted`: several people decide it; how, and what their votes come to. `votes`: as far as this person may see."""

    name: str
    state: str
    opened_at: datetime
    closed_at: datetime | None
    due_at: datetime | None
    overdue: bool
    reason: str
    vacant: bool
    holders: list[str]
    outcome: str
    opinion: str
    cause: str
    counted: str
    votes: list[MemberVote]
    signers: list[SignerOut]


class Value(BaseModel):
    """A field as this person sees it at this step."""

    section: str
    key: str
    label: str
    value: Any
    words: str
    editable: bool
    required: bool


class Attachment(Out):
    id: int
    name: str
    media_type: str
    size: int
    sha256: str
    uploaded_by_name: str
    uploaded_at: datetime
    version: int
    replaced_by: int | None = Field(description="新的一版的编号；空为现在这一版")
    scan: str = Field(description="waiting 待检、clean 已查、bad 有毒；空为没有配置病毒检查")


class HoldOut(Out):
    reason: str
    basis: str
    held_by_name: str
    held_at: datetime
    resumed_at: datetime | None


class FanRow(Out):
    key: str
    label: str
    step: str
    holders: list[str]
    since: datetime | None
    until: datetime | None
    due_at: datetime | None
    overdue: bool
    state: str
    cause: str


class FanOut(Out):
    """One activity at several organs at once; `unanswered`: who has not answered, while there is time or after it."""

    element: str
    name: str
    rows: list[FanRow]
    unanswered: list[str]


class MessageOption(Out):
    element: str
    name: str
    documentation: str
    instance: str


class CaseOut(BaseModel):
    case: int
    number: str
    title: str
    process: str
    process_name: str
    release: str
    state: str
    outcome: str
    initiator_name: str
    started_at: datetime
    ended_at: datetime | None
    steps: list[Step]
    fields: list[Value]
    messages: list[MessageOption]
    attachments: list[Attachment]
    withdrawable: bool
    may_urge: bool
    may_recall: bool
    holds: list[HoldOut]
    my_items: list[int]
    fan_outs: list[FanOut] = []
    undone_by: list[str] = []  # numbers of the cases that undo this one
    undoes: str = ""
    retractable: list[int] = []  # own decisions that may be taken back now, by work item
    circulations: list[CirculationOut] = []
    may_circulate: bool = False
    questions: list[QuestionOut] = []
    may_ask: bool = False
    supervisions: list[SupervisionOut] = []
    may_supervise: bool = False
