"""The case service's desk for flows: what is due, and the deeds. Flows carry ids only; the address comes from the environment."""

from __future__ import annotations

import os
import socket
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from jiecheng.cases.gate import GateWork

# Who holds a lease: this process, told apart from its predecessor with the same number.
OWNER = f"{socket.gethostname()}-{os.getpid()}-{uuid.uuid4().hex[:6]}"


class Desk(Protocol):
    """What flows may ask of the case service. Every deed is idempotent and one transaction of its own."""

    @property
    def listen_channel(self) -> str: ...
    def next_due(self) -> datetime | None: ...
    def due_timer_ids(self, limit: int, /) -> Sequence[int]: ...
    def fire_timer(self, timer: int, /) -> None: ...
    def due_reminder_ids(self, limit: int, /) -> Sequence[int]: ...
    def send_reminder(self, reminder: int, /) -> None: ...
    def send_digest(self) -> int: ...
    def clean_sessions(self) -> int: ...
    def claim_lanes(self, owner: str, limit: int, lease_seconds: float, /) -> Sequence[Sequence[int]]: ...
    def deliver_lane(self, entries: Sequence[int], owner: str, /) -> Mapping[int, str]: ...
    def next_dispatch(self) -> datetime | None: ...
    def send_dispatches(self, owner: str, limit: int, /) -> int: ...
    def fail(self, entry: int, owner: str, error: str, /) -> None: ...
    def organisation_due(self) -> bool: ...
    def change_organisation(self) -> int: ...
    def verify_all(self) -> Sequence[str]: ...
    def has_due_gate(self) -> bool: ...
    def claim_gate(self, owner: str, /) -> GateWork | None: ...
    def note_gate(self, run: int, owner: str, progress: Mapping[str, object], /) -> bool: ...
    def finish_gate(self, run: int, owner: str, report: Mapping[str, object], /) -> None: ...


def database_url() -> str:
    url = os.environ.get("JIECHENG_DATABASE_URL", "")
    if not url:
        raise SystemExit("缺少 JIECHENG_DATABASE_URL：流程执行进程要知道用哪一个数据库。单机请用 jiecheng serve 启动。")
    return url


@cache
def desk() -> Desk:
    """One desk a process: flows run in parallel and share its connections."""
    from jiecheng import settings
    from jiecheng.cases import clockwork
    from jiecheng.scanner import read_scanner

    told = settings.read()
    return clockwork.open_desk(database_url(), clock(), told.secret_key, read_scanner(told.scanner))


@cache
def clock() -> Callable[[], datetime]:
    """The product's clock: the real one, unless a test moves it."""
    from jiecheng import settings

    return settings.read().clock
