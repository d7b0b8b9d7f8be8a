"""The flow that runs gates, by Prefect: each once, its report kept; what fails comes back with its lease."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest

from jiecheng_flows import gates

pytestmark = pytest.mark.usefixtures("prefect_server")


class GatePaper:
    """Gates in a list; `reports` is what came of them."""

    def __init__(self, *runs: int) -> None:
        self.waiting = list(runs)
        self.reports: list[tuple[int, object]] = []

    def claim_gate(self, owner: str) -> object:
        return SimpleNamespace(run=self.waiting.pop(0)) if self.waiting else None

    def note_gate(self, run: int, owner: str, progress: object) -> bool:
        return True

    def finish_gate(self, run: int, owner: str, report: object) -> None:
        self.reports.append((run, report))


def test_every_gate_that_waits_is_run_and_a_broken_one_holds_nothing_up(monkeypatch: pytest.MonkeyPatch) -> None:
    paper = GatePaper(1, 2, 3)

    def run(work: SimpleNamespace, ground: object, tell: object) -> dict[str, object]:
        if work.run == 2:
            raise OSError("no such server")
        return {"passed": True}

    monkeypatch.setattr(gates, "desk", lambda: paper)
    monkeypatch.setattr(gates, "run_gate", run)
    monkeypatch.setattr(gates, "ground", lambda: None)
    assert asyncio.run(gates.run_gates()) == 2
    assert paper.reports == [(1, {"passed": True}), (3, {"passed": True})]
