"""A case (办件) and its lifecycle."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from jiecheng.model.ids import CaseId, IdentityId, ProcessId, ReleaseHash
from jiecheng.model.values import Value


class CaseState(StrEnum):
    RUNNING = "running"
    HELD = "held"
    ENDED = "ended"
    WITHDRAWN = "withdrawn"
    VOIDED = "voided"


# state -> {command: next state}; a command that is not in the row of a state is refused there.
CASE_LIFECYCLE: dict[CaseState, dict[str, CaseState]] = {
    CaseState.RUNNING: {
        "decide_work_item": CaseState.RUNNING,
        "return_case": CaseState.RUNNING,
        "correlate_message": CaseState.RUNNING,
        "fire_timer": CaseState.RUNNING,
        "end_case": CaseState.ENDED,
        "withdraw_case": CaseState.WITHDRAWN,
        "urge_case": CaseState.RUNNING,
        "recall_case": CaseState.RUNNING,
        "retract_decision": CaseState.RUNNING,
        "hold_case": CaseState.HELD,
        "void_case": CaseState.VOIDED,
        "migrate_case": CaseState.RUNNING,
        "circulate_case": CaseState.RUNNING,
        "supervise_case": CaseState.RUNNING,
        "ask_question": CaseState.RUNNING,
        "answer_question": CaseState.RUNNING,
    },
    # While it is held nothing moves: neither people nor timers.
    CaseState.HELD: {
        "resume_case": CaseState.RUNNING,
        "void_case": CaseState.VOIDED,
        "circulate_case": CaseState.HELD,
        "supervise_case": CaseState.HELD,
        "ask_question": CaseState.HELD,
        "answer_question": CaseState.HELD,
    },
    # What was decided may still be shown to readers, and what was asked still be answered.
    CaseState.ENDED: {"circulate_case": CaseState.ENDED, "answer_question": CaseState.ENDED},
    CaseState.WITHDRAWN: {},
    CaseState.VOIDED: {},
}

CHINESE_CASE_STATES: dict[CaseState, str] = {
    CaseState.RUNNING: "办理中",
    CaseState.HELD: "已挂起",
    CaseState.ENDED: "已办结",
    CaseState.WITHDRAWN: "已撤销",
    CaseState.VOIDED: "已作废",
}


@dataclass(frozen=True, slots=True)
class Case:
    """`variables` is what expressions see; `snapshot` belongs to the engine; `seq` is the last history event's number."""

    id: CaseId
    number: str
    process: ProcessId
    release: ReleaseHash
    state: CaseState
    title: str
    initiator: IdentityId
    initiator_name: str
    initiator_organ: str
    snapshot: Mapping[str, object]
    variables: dict[str, Value]
    outcome: str
    started_at: datetime
    ended_at: datetime | None
    seq: int
    head_sha256: str
    head_sm3: str
    alike: str = ""  # what it is about, as a key: the same in two cases about the same
