"""A desk made of lists in place of the case service, and one Prefect server for the session."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import pytest

from jiecheng.cases.clockwork import Verified
from jiecheng.model.flow import DeclaredFlow
from jiecheng_flows import dispatches, noted, outbox, reminders, timers, upkeep, verification


class PaperDesk:
    """Keeps what is due in memory; `bad` are the ids whose deed fails, with words that must stay in the house."""

    listen_channel = "jiecheng_work"

    def __init__(self) -> None:
        self.owed: list[int] = []
        self.leased: dict[int, str] = {}
        self.timers: list[int] = []
        self.bad: set[int] = set()
        self.delivered: list[int] = []
        self.fired: list[int] = []
        self.reminders: list[int] = []
        self.reminded: list[int] = []
        self.digests = 0
        self.outside: list[int] = []
        self.sent: list[int] = []
        self.failed: list[tuple[int, str]] = []
        self.faults: list[str] = []
        self.signed: list[str] = []
        self.beats: list[str] = []
        self.noted: list[str] = []
        self._lock = threading.Lock()

    def next_due(self) -> datetime | None:
        return datetime.now(UTC) if self.owed or self.timers or self.reminders else None

    def due_timer_ids(self, limit: int) -> list[int]:
        return self.timers[:limit]

    def fire_timer(self, timer: int) -> None:
        self._stumble(timer)
        self.timers.remove(timer)
        self.fired.append(timer)

    def due_reminder_ids(self, limit: int) -> list[int]:
        return self.reminders[:limit]

    def send_reminder(self, reminder: int) -> None:
        self._stumble(reminder)
        self.reminders.remove(reminder)
        self.reminded.append(reminder)

    def organisation_due(self) -> bool:
        return False

    def change_organisation(self) -> int:
        return 0

    def send_digest(self) -> int:
        self.digests += 1
        return 1

    def clean_sessions(self) -> int:
        return 0

    def claim_lanes(self, owner: str, limit: int, lease_seconds: float) -> list[list[int]]:
        with self._lock:
            taken, self.owed = self.owed[:limit], self.owed[limit:]
            self.leased |= dict.fromkeys(taken, owner)
        # Odd and even ones: two lanes, as two cases with jobs would be.
        return [lane for lane in (taken[::2], taken[1::2]) if lane]

    def deliver_lane(self, entries: list[int], owner: str) -> dict[int, str]:
        failed = {}
        for entry in entries:
            assert self.leased[entry] == owner
            if entry in self.bad:
                failed[entry] = "ValueError"
            elif entry not in self.delivered:
                self.delivered.append(entry)
        return failed

    def next_dispatch(self) -> datetime | None:
        return datetime.now(UTC) if self.outside else None

    def send_dispatches(self, owner: str, limit: int) -> int:
        taken, self.outside = self.outside[:limit], self.outside[limit:]
        self.sent += taken
        return len(taken)

    def fail(self, entry: int, owner: str, error: str) -> None:
        self.failed.append((entry, error))

    def verify_all(self) -> Verified:
        return Verified(7, self.faults)

    def sign_in(self, worker: str, flows: Sequence[DeclaredFlow]) -> None:
        self.signed.append(worker)

    def beat(self, worker: str, trouble: str) -> bool:
        self.beats.append(trouble)
        return worker in self.signed

    def run_begun(self, worker: str, flow: str) -> None:
        self.noted.append(f"{flow} 开始")

    def run_ended(self, worker: str, flow: str, handled: int, error: str) -> None:
        self.noted.append(f"{flow} {error or handled}")

    def _stumble(self, number: int) -> None:
        if number in self.bad:
            raise ValueError("王秀兰的身份证号写错了")


@pytest.fixture
def paper(monkeypatch: pytest.MonkeyPatch) -> PaperDesk:
    made = PaperDesk()
    for module in (dispatches, noted, outbox, reminders, timers, upkeep, verification):
        monkeypatch.setattr(module, "desk", lambda: made)
    return made


@pytest.fixture(scope="session")
def prefect_server() -> Iterator[None]:
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness(server_startup_timeout=60):
        yield
