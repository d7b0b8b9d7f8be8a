"""A supervision (督办) and its lifecycle: a superior's own duty on a case, 立项→交办→签收→反馈→办结."""

from __future__ import annotations

from enum import StrEnum


class SupervisionState(StrEnum):
    FILED = "filed"
    ASSIGNED = "assigned"
    RECEIVED = "received"
    ANSWERED = "answered"
    CLOSED = "closed"


_FILED, _ASSIGNED, _RECEIVED = SupervisionState.FILED, SupervisionState.ASSIGNED, SupervisionState.RECEIVED
_ANSWERED, _CLOSED = SupervisionState.ANSWERED, SupervisionState.CLOSED

# state -> {command: next state}; a command that is not in the row of a state is refused there.
SUPERVISION_LIFECYCLE: dict[SupervisionState, dict[str, SupervisionState]] = {
    _FILED: {"assign_supervision": _ASSIGNED},
    # Who has not answered may leave his post, or be the wrong one: it is assigned to another.
    _ASSIGNED: {"assign_supervision": _ASSIGNED, "receive_supervision": _RECEIVED},
    _RECEIVED: {"assign_supervision": _ASSIGNED, "answer_supervision": _ANSWERED},
    _ANSWERED: {"return_supervision": _RECEIVED, "close_supervision": _CLOSED},
    _CLOSED: {},
}

# Who takes each step: the one who supervises, or the one who answers to him.
OWNERS_COMMANDS = frozenset({"assign_supervision", "return_supervision", "close_supervision"})

CHINESE_SUPERVISION_STATES: dict[SupervisionState, str] = {
    _FILED: "已立项",
    _ASSIGNED: "已交办",
    _RECEIVED: "已签收",
    _ANSWERED: "已反馈",
    _CLOSED: "已办结",
}

# While these last somebody owes an answer, and the limit counts.
OWING = (_ASSIGNED, _RECEIVED)

# And in these it is the one who supervises that is waited for: to assign, or to close.
OWNERS_TURN = (_FILED, _ANSWERED)
