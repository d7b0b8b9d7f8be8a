"""Who may do what. Every check is one function: it raises, or it returns (a `ReadGrant` where a reading is allowed).

Owns the platform's answers to "may this person". Never looks anything up: the facts are handed in as values. Field
rights are `forms`' business, who gets the work is `directory`'s.

Three sentences hold everywhere: a person is the same person in each of his identities; whoever may not know of a
case hears `NotFound`; the three separated administrators and the system decide nothing.
"""

from jiecheng.permissions.actor import is_separated, require_official
from jiecheng.permissions.calendar import may_change_calendar, require_calendar_change
from jiecheng.permissions.case import require_start, require_withdraw
from jiecheng.permissions.channel import require_channels
from jiecheng.permissions.facts import (
    CaseFacts,
    Guest,
    HoldFacts,
    ItemFacts,
    MessageFacts,
    ReadFacts,
    ReadGrant,
    ReceiverFacts,
    RegisterFacts,
    RetractFacts,
    ReversalFacts,
    SigningFacts,
    VoidFacts,
)
from jiecheng.permissions.handing import require_answer, require_delegation, require_receiver, require_transfer
from jiecheng.permissions.hold import require_hold, require_resume
from jiecheng.permissions.item import (
    require_claim,
    require_decision,
    require_message,
    require_nobody_awaited,
    require_release,
    require_signature,
    require_signers,
    require_withdrawal_of_signer,
)
from jiecheng.permissions.migration import require_migrate, require_migrations
from jiecheng.permissions.organisation import may_change_directory, require_directory_change
from jiecheng.permissions.passing import (
    CirculationFacts,
    PassingFacts,
    ReaderFacts,
    require_circulate,
    require_new_reader,
    require_question,
    require_reply,
    require_view,
    require_withdrawal,
)
from jiecheng.permissions.phrase import may_keep_organ_phrases, require_organ_phrases, require_own_phrase
from jiecheng.permissions.reading import (
    may_read_case,
    may_read_register,
    may_see_inside,
    require_case_read,
    require_inside,
    require_item_read,
    require_paper,
    require_register_read,
    require_release_read,
    require_working_reader,
)
from jiecheng.permissions.retract import require_retract
from jiecheng.permissions.reversal import require_reversal
from jiecheng.permissions.studio import may_approve, may_draft, require_approval, require_drafting
from jiecheng.permissions.substitution import (
    ArrangementFacts,
    StandInFacts,
    may_arrange,
    require_arrangement,
    require_declining,
    require_known,
    why_not_stand_in,
)
from jiecheng.permissions.supervision import SuperviseFacts, SupervisionFacts, require_step, require_supervise
from jiecheng.permissions.urge import require_urge
from jiecheng.permissions.voiding import require_void_settlement, require_voiding

__all__ = [
    "ArrangementFacts",
    "CaseFacts",
    "CirculationFacts",
    "Guest",
    "HoldFacts",
    "ItemFacts",
    "MessageFacts",
    "PassingFacts",
    "ReadFacts",
    "ReadGrant",
    "ReaderFacts",
    "ReceiverFacts",
    "RegisterFacts",
    "RetractFacts",
    "ReversalFacts",
    "SigningFacts",
    "StandInFacts",
    "SuperviseFacts",
    "SupervisionFacts",
    "VoidFacts",
    "is_separated",
    "may_approve",
    "may_arrange",
    "may_change_calendar",
    "may_change_directory",
    "may_draft",
    "may_keep_organ_phrases",
    "may_read_case",
    "may_read_register",
    "may_see_inside",
    "require_answer",
    "require_approval",
    "require_arrangement",
    "require_calendar_change",
    "require_case_read",
    "require_channels",
    "require_circulate",
    "require_claim",
    "require_decision",
    "require_declining",
    "require_delegation",
    "require_directory_change",
    "require_drafting",
    "require_hold",
    "require_inside",
    "require_item_read",
    "require_known",
    "require_message",
    "require_migrate",
    "require_migrations",
    "require_new_reader",
    "require_nobody_awaited",
    "require_official",
    "require_organ_phrases",
    "require_own_phrase",
    "require_paper",
    "require_question",
    "require_receiver",
    "require_register_read",
    "require_release",
    "require_release_read",
    "require_reply",
    "require_resume",
    "require_retract",
    "require_reversal",
    "require_signature",
    "require_signers",
    "require_start",
    "require_step",
    "require_supervise",
    "require_transfer",
    "require_urge",
    "require_view",
    "require_void_settlement",
    "require_voiding",
    "require_withdraw",
    "require_withdrawal",
    "require_withdrawal_of_signer",
    "require_working_reader",
    "why_not_stand_in",
]
