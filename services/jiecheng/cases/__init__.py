"""The commands: one function each, one transaction each, a story of one screen; and what pages read.

A case changes only here. Every command: lock the case, permit, validate, let the engine advance, record.
"""

from jiecheng.cases import (
    accounts,
    attachment,
    clockwork,
    deployment,
    history,
    inbox,
    incident,
    item_view,
    letter,
    people,
    publication,
    published,
    reading,
    received,
    register,
    register_version,
    release,
)
from jiecheng.cases.attachment import (
    AddAttachment,
    RemoveAttachment,
    add_attachment,
    read_attachment,
    remove_attachment,
)
from jiecheng.cases.case import StartCase, WithdrawCase, start_case, withdraw_case
from jiecheng.cases.handing import (
    AnswerDelegation,
    DelegateWorkItem,
    TransferWorkItem,
    answer_delegation,
    delegate_work_item,
    transfer_work_item,
)
from jiecheng.cases.hold import HoldCase, ResumeCase, hold_case, resume_case
from jiecheng.cases.house import BEIJING, House, Tx
from jiecheng.cases.incident import ResolveIncident, resolve_incident
from jiecheng.cases.item_view import explain_due, show_item
from jiecheng.cases.letter import preview_letter
from jiecheng.cases.message import CorrelateMessage, correlate_message
from jiecheng.cases.migration import MigrateCase, migrate_case
from jiecheng.cases.once import Answer, Holder
from jiecheng.cases.reading import read_document, show_case, show_whole_case
from jiecheng.cases.recall import RecallCase, recall_case
from jiecheng.cases.retract import RetractDecision, retract_decision
from jiecheng.cases.returning import ReturnCase, return_case
from jiecheng.cases.reversal import ReverseCase, reverse_case
from jiecheng.cases.sheet import approval_sheet
from jiecheng.cases.signers import AddSigner, WithdrawSigner, add_signer, withdraw_signer
from jiecheng.cases.start_view import show_message, show_start
from jiecheng.cases.timer import fire_timer
from jiecheng.cases.urge import UrgeCase, urge_case
from jiecheng.cases.views import Refill
from jiecheng.cases.voiding import (
    ConfirmVoiding,
    DeclineVoiding,
    RequestVoiding,
    confirm_voiding,
    decline_voiding,
    request_voiding,
)
from jiecheng.cases.work_item import (
    ClaimWorkItem,
    DecideWorkItem,
    ReleaseWorkItem,
    claim_work_item,
    decide_work_item,
    release_work_item,
    save_draft,
)

__all__ = [
    "BEIJING",
    "AddAttachment",
    "AddSigner",
    "Answer",
    "AnswerDelegation",
    "ClaimWorkItem",
    "ConfirmVoiding",
    "CorrelateMessage",
    "DecideWorkItem",
    "DeclineVoiding",
    "DelegateWorkItem",
    "HoldCase",
    "Holder",
    "House",
    "MigrateCase",
    "RecallCase",
    "Refill",
    "ReleaseWorkItem",
    "RemoveAttachment",
    "RequestVoiding",
    "ResolveIncident",
    "ResumeCase",
    "RetractDecision",
    "ReturnCase",
    "ReverseCase",
    "StartCase",
    "TransferWorkItem",
    "Tx",
    "UrgeCase",
    "WithdrawCase",
    "WithdrawSigner",
    "accounts",
    "add_attachment",
    "add_signer",
    "answer_delegation",
    "approval_sheet",
    "attachment",
    "claim_work_item",
    "clockwork",
    "confirm_voiding",
    "correlate_message",
    "decide_work_item",
    "decline_voiding",
    "delegate_work_item",
    "deployment",
    "explain_due",
    "fire_timer",
    "history",
    "hold_case",
    "inbox",
    "incident",
    "item_view",
    "letter",
    "migrate_case",
    "people",
    "preview_letter",
    "publication",
    "published",
    "read_attachment",
    "read_document",
    "reading",
    "recall_case",
    "received",
    "register",
    "register_version",
    "release",
    "release_work_item",
    "remove_attachment",
    "request_voiding",
    "resolve_incident",
    "resume_case",
    "retract_decision",
    "return_case",
    "reverse_case",
    "save_draft",
    "show_case",
    "show_item",
    "show_message",
    "show_start",
    "show_whole_case",
    "start_case",
    "transfer_work_item",
    "urge_case",
    "withdraw_case",
    "withdraw_signer",
]
