"""A user task (办理环节) that the engine waits for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from jiecheng.model.ids import CaseId, ElementId, IdentityId, TaskId, Token
from jiecheng.model.values import Value


class TaskState(StrEnum):
    OPEN = "open"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Task:
    """`reason` says why these people have it; `vacant`: nobody was found and the process administrator must act.

    `instance_key`, `instance_label`: which instance of a fan-out it lies in, "" for none; `compartment`: the organ whose
    people alone may read what is in it; `scope`: the names it saw when it opened, besides the case's variables.
    """

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
    instance_key: str = ""
    instance_label: str = ""
    compartment: str = ""
    scope: Mapping[str, Value] = field(default_factory=dict)
    way_back: str = ""  # returned 直达: the element to which it leads straight back
    returned: str = ""  # who sent it back to here, and why
    members: tuple[IdentityId, ...] = ()  # who decides it together, in their order; empty where one person does

    @property
    def title(self) -> str:
        """What people call the step: 征求街镇意见（青枫街道）."""
        return titled(self.name, self.instance_label)


def titled(name: str, label: str) -> str:
    """The name of a step with what tells its instance from the others."""
    return f"{name}（{label}）" if label else name
