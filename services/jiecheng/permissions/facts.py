"""The facts a check looks at: small frozen values that `cases` fills from its rows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from jiecheng.model.case import CaseState
from jiecheng.model.ids import IdentityId
from jiecheng.model.signing import Standing
from jiecheng.model.work_item import WorkItemState


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who reads a case without working on it: `ground` says why, `compartment` what was passed on to him."""

    identity: IdentityId
    ground: str  # 传阅 | 沟通 | 督办
    compartment: str = ""


@dataclass(frozen=True, slots=True)
class ReadFacts:
    """Who is near a case. `participants`: anyone who has or had a work item in it, in any state; `guests`: to whom
    something of it was passed on.

    `administrators`: identities named as process administrators of this process; None where nobody is named, then
    each holder of the role counts. `compartments`: name -> identities who work inside it (C12: the department does
    not see the street's drafting and votes); what lies in no compartment is open to everybody who may read the case.
    """

    initiator: IdentityId
    participants: Collection[IdentityId] = ()
    administrators: Collection[IdentityId] | None = None
    compartments: Mapping[str, Collection[IdentityId]] = field(default_factory=dict)
    guests: Collection[Guest] = ()


@dataclass(frozen=True, slots=True)
class ReadGrant:
    """A reading that is allowed. `recorded`: the reading itself must go into the record, with `ground`.

    `compartments` None opens all of them. `guest`: he reads what was passed on to him, and changes nothing.
    """

    ground: str  # 参与办理 | 流程管理 | 业务审计 | 流程负责 | 系统 | 传阅 | 沟通 | 督办
    recorded: bool = False
    compartments: frozenset[str] | None = frozenset()
    guest: bool = False

    @property
    def oversees(self) -> bool:
        """One who runs or audits the process, not one who works on the case: he reads its whole record."""
        return self.recorded or self.compartments is None

    def opens(self, compartment: str) -> bool:
        """Whether what lies in `compartment` ("" = in none) may be shown."""
        return not compartment or self.compartments is None or compartment in self.compartments


@dataclass(frozen=True, slots=True)
class SigningFacts:
    """加签. Of an added signer's item: `added_by` and `after` (his turn comes when that one has decided). Of any other:
    where its holder stands and who has not signed, in words. `why_ended`: what ended an added signer's item unsigned."""

    added_by: str = ""
    after: bool = False
    standing: Standing = Standing.HIS
    unsigned: str = ""
    votes: bool = False  # added as a member of the vote
    why_ended: str = ""


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """A work item. `holder` and `since` say in words who has (or decided) it and when; both may be empty.

    `case`: who else may know of the item, asked for only where somebody else wants it; without it only the assignee and
    the candidates do.
    """

    state: WorkItemState
    assignee: IdentityId | None = None
    candidates: Collection[IdentityId] = ()
    task_open: bool = True
    holder: str = ""  # 「王敏（彭溪街道党政办 主任）」
    since: str = ""  # 「2026年3月1日 09:30」
    case: Callable[[], ReadFacts] | None = None
    compartment: str = ""
    case_state: CaseState = CaseState.RUNNING
    asked_by: str = ""  # who asked the holder to work on it (委派) and decides himself, in words
    signing: SigningFacts = field(default_factory=SigningFacts)
    stand_ins: Mapping[IdentityId, IdentityId] = field(default_factory=dict)  # 代理: who may act now -> in whose place
    # Who stood in and may not any more -> the sentence that says so, "" where it is not for its time.
    stood_in: Mapping[IdentityId, str] = field(default_factory=dict)

    @property
    def near(self) -> Collection[IdentityId]:
        """Whoever may know of it because it is or was offered or lent to him."""
        return (*self.candidates, *self.stand_ins, *self.stood_in)


@dataclass(frozen=True, slots=True)
class ReceiverFacts:
    """Somebody who shall get an item from its holder. `within`: how far the diagram lets it go, `inside`: whether he may
    see behind the doors it lies behind."""

    name: str
    within: str
    in_office: bool
    is_giver: bool
    is_applicant: bool
    recused: bool
    has_it: bool
    in_reach: bool
    inside: bool


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """A case somebody wants to withdraw. `blocking`: labels of the open steps that do not allow it."""

    initiator: IdentityId
    state: CaseState
    all_open_withdrawable: bool
    blocking: Collection[str] = ()
    read: ReadFacts | None = None


@dataclass(frozen=True, slots=True)
class RetractFacts:
    """A decision its author wants to take back. `until`: how long the diagram lets him, `normal`: it was one of the
    step's outcomes (no 退回), `settled`: several decided the step together, and it is decided; `signed`: it is a signature
    of somebody added (加签), or others were added who signed under it."""

    item: WorkItemState
    decided_by: IdentityId | None
    until: str
    case_state: CaseState
    normal: bool
    settled: bool
    read: ReadFacts
    signed: bool = False
    compartment: str = ""


@dataclass(frozen=True, slots=True)
class VoidFacts:
    """A case somebody wants to void. `requested_by`: who has asked for it, while that waits for a second person."""

    state: CaseState
    requested_by: IdentityId | None
    read: ReadFacts


@dataclass(frozen=True, slots=True)
class ReversalFacts:
    """A finished case somebody wants to undo. `process`: by which process, "" where none is named; `under_way`: the
    number of a case that undoes it and has not ended."""

    state: CaseState
    process: str
    under_way: str
    read: ReadFacts


@dataclass(frozen=True, slots=True)
class HoldFacts:
    """A case somebody wants to hold or resume. `holders`: who holds an open step; `holdable`: those of them whose step
    the diagram lets them hold; `job`: the name of a system job that is running, "" when none is."""

    state: CaseState
    holders: Collection[IdentityId]
    holdable: Collection[IdentityId]
    job: str = ""
    read: ReadFacts | None = None


@dataclass(frozen=True, slots=True)
class MessageFacts:
    """A message the case waits for, and what may be said of it to those who may read the case."""

    label: str = ""  # 「提前归还」
    senders: str = ""  # in words: 「彭溪街道党政办 主任」
    case: ReadFacts | None = None
    case_state: CaseState = CaseState.RUNNING
    compartment: str = ""  # behind whose closed doors it is waited for


@dataclass(frozen=True, slots=True)
class RegisterFacts:
    """A register (台账). `readers`: identities who may read all of it; `public`: everybody who is signed in may."""

    name: str
    public: bool = False
    readers: Collection[IdentityId] = ()
