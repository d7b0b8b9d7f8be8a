"""A flow as its worker declares it, and what became of its last run there. Evidence for administrators, never for a case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time


@dataclass(frozen=True, slots=True)
class DeclaredFlow:
    """`when`, `retries`, `touches`: sentences for an administrator. `daily_at`: its hour in UTC, None for what runs when
    something is due."""

    name: str
    title: str
    when: str
    retries: str
    touches: str
    daily_at: time | None = None


@dataclass(frozen=True, slots=True)
class FlowRun:
    """`state`: never, running, done or failed. `failures`: in a row. `error`: a kind or a count, no words of a case."""

    declared: DeclaredFlow
    worker: str
    state: str
    begun_at: datetime | None
    ended_at: datetime | None
    handled: int
    failures: int
    error: str


@dataclass(frozen=True, slots=True)
class Worker:
    """`trouble`: why nothing can be run at the moment, "" when it can."""

    name: str
    begun_at: datetime
    seen_at: datetime
    trouble: str
