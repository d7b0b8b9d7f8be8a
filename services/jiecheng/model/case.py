"""A case (办件) and its lifecycle."""

from __future__ import annotations

from enum import StrEnum


class CaseState(StrEnum):
    RUNNING = "running"
    ENDED = "ended"
    WITHDRAWN = "withdrawn"


# state -> {command: next state}; a command that is not in the row of a state is refused there.
CASE_LIFECYCLE: dict[CaseState, dict[str, CaseState]] = {
    CaseState.RUNNING: {
        "decide_work_item": CaseState.RUNNING,
        "correlate_message": CaseState.RUNNING,
        "fire_timer": CaseState.RUNNING,
        "end_case": CaseState.ENDED,
        "withdraw_case": CaseState.WITHDRAWN,
    },
    CaseState.ENDED: {},
    CaseState.WITHDRAWN: {},
}

CHINESE_CASE_STATES: dict[CaseState, str] = {
    CaseState.RUNNING: "办理中",
    CaseState.ENDED: "已办结",
    CaseState.WITHDRAWN: "已撤销",
}
