"""A user task (办理环节) that the engine waits for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from jiecheng.model.ids import CaseId, ElementId, IdentityId, TaskId, Token


class TaskState(StrEnum):
    OPEN = "open"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Task:
    """`reason` says why these people have it; `vacant`: nobody was found and the process administrator must act."""

    id: TaskId
    case: CaseId
    token: Token
    element: ElementId
    name: str
    state: TaskState
    opened_at: datetime
    closed_at: datetime | None
    due_at: datetime | None
    due_provisional: bool
    due_days: int | None
    due_basis: str
    reason: str
    vacant: bool
    body: str
    recused: tuple[IdentityId, ...]
    outcome: str
    cause: str
