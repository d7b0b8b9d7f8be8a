"""The JSON of the API: what goes in, what comes out. Names are those of the house; numbers with a point travel as text."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class In(BaseModel):
    """Unknown members are refused: a misspelt name must not pass silently."""

    model_config = ConfigDict(extra="forbid")


class Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class LogIn(In):
    account: str = Field(max_length=200)
    password: str = Field(max_length=1024)


class Start(In):
    process: str
    data: dict[str, Any] = Field(default_factory=dict, description="表单字段 → 值")


class Vote(In):
    member: str = Field(description="成员的身份编号")
    vote: Literal["agree", "disagree", "abstain", "absent", "recused"]
    reason: str = ""


class Decision(In):
    outcome: str = Field("", description="环节的决定之一；会议表决可不填，由票数算出")
    opinion: str = Field("", max_length=2000)
    data: dict[str, Any] = Field(default_factory=dict, description="表单字段 → 值")
    ballots: list[Vote] = Field(default_factory=list)


class Withdrawal(In):
    reason: str = Field(max_length=500)


class Return(In):
    target: str = Field(description="退回到哪个环节，见待办的 returns")
    back: Literal["step", "direct"] = "step"
    opinion: str = Field(max_length=2000)


class Reversal(In):
    data: dict[str, Any] = Field(default={}, description="撤销流程发起表单的内容")


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


class Urge(In):
    words: str = Field(default="", max_length=200)


class SubstitutionIn(In):
    to: str = Field(max_length=200, description="请谁代办：身份编号，或姓名；重名的写“姓名（机关职务）”")
    first: date
    last: date = Field(description="当天仍然算；最长一年")
    reason: str = Field(max_length=200)
    scope: list[str] = Field(default=[], max_length=200, description="流程，或“流程/环节”；不填是全部待办")
    arriving: bool = Field(default=False, description="只代这段时间新来的")
    giver: str = Field(default="", max_length=200, description="替谁安排；不填是本人")


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


class SessionOut(BaseModel):
    token: str
    expires_at: datetime
    person: str
    name: str
    identity: str
    post: str
    roles: list[str]


class Holder(Out):
    step: str
    people: list[str]


class AnswerOut(Out):
    """`holders`: who goes on with the case."""

    case: int
    number: str
    state: str
    sentence: str
    holders: list[Holder]


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


class Member(Out):
    identity: str
    name: str
    post: str
    must_stand_aside: bool


class Value(BaseModel):
    """A field as this person sees it at this step."""

    section: str
    key: str
    label: str
    value: Any
    words: str
    editable: bool
    required: bool


class MessageOption(Out):
    element: str
    name: str
    documentation: str
    instance: str


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


class Supervision(In):
    demand: str
    days: int | None = Field(None, description="交办后几个工作日；和 due 只写一样")
    due: date | None = None
    basis: str = ""


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


class Paper(Out):
    """A document that was sent to one of my organs; `case` only where I may open the case itself."""

    id: int
    document: int
    number: str
    title: str
    organ: str
    issuer: str
    case_number: str
    case: int | None
    size: int
    sent_at: datetime
    received_at: datetime | None
    received_by: str
    voided_at: datetime | None


class PaperPage(BaseModel):
    rows: list[Paper]
    next_key: str


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
    in_place_of: str = ""


class Change(Out):
    path: str
    old: Any
    new: Any


class HistoryRow(Out):
    seq: int
    at: datetime
    event: str
    label: str
    who: str
    post: str
    public: dict[str, Any]
    changes: list[Change]
    clauses: list[str]
    sha256: str
    sm3: str


class HistoryOut(BaseModel):
    case: int
    number: str
    state: str
    version: int
    rows: list[HistoryRow]


class Verdict(BaseModel):
    ok: bool
    count: int
    sentence: str
    faults: list[str]


class Entry(Out):
    case: int
    key: str
    number: str
    title: str
    status: str
    columns: dict[str, Any]
    version: int
    updated_at: datetime


class RegisterOut(BaseModel):
    name: str
    title: str
    tab: str
    counts: dict[str, int]
    rows: list[Entry]
    next_key: str
