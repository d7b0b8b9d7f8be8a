"""What the engine answers: one command in, one `Step` out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from jiecheng.model.ids import ElementId, Token
from jiecheng.model.values import Value, Variables

# Asked by the engine when it passes a business rule task: (element id, variables in scope: a `Seen`) -> result.
Decide = Callable[[ElementId, Variables], Value]


class WaitKind(StrEnum):
    USER = "user"  # a user or manual task: people work
    JOB = "job"  # a service or send task: a flow works
    EVENT = "event"  # timers, messages, signals, conditions


@dataclass(frozen=True, slots=True)
class Subscription:
    """What would wake a waiting token. `element` is the catching event's id (behind an event-based gateway: the chosen one).

    `value`: for a timer the ISO 8601 date, duration or cycle (already evaluated); else the message or signal name.
    """

    kind: str  # timeDate | timeDuration | timeCycle | message | signal | conditional | error | escalation
    element: ElementId
    value: str


class Seen(dict[str, Value]):
    """What expressions see at a place. `calls`: the call activities it lies behind, innermost first, each with what
    its own expressions see: from inside a called process the names around it cannot be seen."""

    def __init__(self, names: Variables, calls: Sequence[tuple[ElementId, Variables]] = ()) -> None:
        super().__init__(names)
        self.calls = tuple(calls)


@dataclass(frozen=True, slots=True)
class Inside:
    """Where something stands or was passed that lies in an instance or in a called process.

    `names`: all that expressions see there, and behind which calls; `instances`: the multi-instance activities around,
    outermost first, each with the index of its instance.
    """

    names: Seen
    instances: tuple[tuple[ElementId, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Passed:
    """A flow node that did its work. `inside` None: in the case itself, among the case's own variables.

    A multi-instance activity is passed once for each of its instances, inside it, and not once more as a whole.
    """

    element: ElementId
    inside: Inside | None = None


@dataclass(frozen=True, slots=True)
class Wait:
    """A token that stands still until somebody outside acts."""

    token: Token
    kind: WaitKind
    element: ElementId
    scope: Token  # the token of the sub-process around it, "0" for the process itself
    subscriptions: tuple[Subscription, ...] = ()
    instance: int | None = None  # multi-instance: 0-based index
    item: Value = None  # multi-instance: the element of the collection
    inside: Inside | None = None  # None: in the case itself


class Closing(StrEnum):
    COMPLETED = "completed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Closed:
    """A wait that ended in this step. `cause` is the element that cancelled it, "" when it completed."""

    token: Token
    element: ElementId
    closing: Closing
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Thrown:
    kind: str  # message | signal | error | escalation
    name: str
    element: ElementId


@dataclass(frozen=True, slots=True)
class Kept:
    """Variables that a flow node wrote inside an instance, where they stay. `inside`: what is seen there afterwards."""

    element: ElementId
    writes: Variables
    inside: Inside


@dataclass(frozen=True, slots=True)
class Step:
    snapshot: Mapping[str, object]  # live tokens only, JSON
    writes: Mapping[str, Value]  # variables assigned in this step
    opened: tuple[Wait, ...]
    closed: tuple[Closed, ...]
    passed: tuple[str, ...]  # element and sequence flow ids, in order
    thrown: tuple[Thrown, ...]
    done: bool
    worked: tuple[Passed, ...] = ()  # the flow nodes of `passed`, each with where it was passed
    kept: tuple[Kept, ...] = ()  # what was written, but not among the case's own variables
