"""The same step in an early and in a late round of a case returned again and again: a history must cost nothing."""

from __future__ import annotations

from collections.abc import Iterator

from bench import loans
from bench.browser import Browser
from bench.figure import Figure
from bench.meter import Sample, timed
from bench.stage import Stage
from jiecheng.model.ids import CaseId, WorkItemId

NAME = "rounds"
EARLY, FULL, LATE = 5, 40, 500  # FULL: from here on the page shows as many steps and events as it ever will
TOO_LONG = 400  # days: the conditions are not met, so every resubmission comes back to the applicant
YOUNG_CASES = 8
AROUND = 5  # rounds measured of each case, its age the middle one of them
AIM = 1.2


class Returned:
    """A case that comes back to its applicant at every step."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._applicant = loans.actor(stage.house, loans.BORROWER)
        self.case: CaseId = loans.start(stage.house, self._applicant, TOO_LONG)
        with stage.house.transaction() as tx:
            self.data = loans.application(tx, TOO_LONG)

    @property
    def item(self) -> WorkItemId:
        return loans.open_items(self._stage.house, self.case)[-1]

    def go_round(self, times: int) -> None:
        for _ in range(times):
            self.at_service(self.item)

    def at_service(self, item: WorkItemId) -> None:
        loans.decide(self._stage.house, self._applicant, item, "resubmit", self.data)


def measure(stage: Stage) -> Iterator[Figure]:
    late = stage.sized(LATE, 40)
    old = Returned(stage)
    old.go_round(late)
    browser = Browser("127.0.0.1", stage.settings.port)
    spenders = stage.spenders()
    browser.log_in(loans.BORROWER_ACCOUNT)
    floor = stage.floor()
    ages = {EARLY: young(stage, EARLY), FULL: young(stage, FULL), late: [old] * YOUNG_CASES}
    samples = {(age, what): Sample() for age in ages for what in ("service", "http", "page")}

    def batch(one: Returned, age: int) -> None:
        """AROUND rounds, each after the other at the service, over HTTP, and the page before it."""
        for number in range(AROUND):
            what = "http" if number % 2 else "service"
            item = one.item
            with spenders.watch(samples[age, "page"], "web", "database"):
                timed(samples[age, "page"], lambda item=item: browser.get(f"/work-items/{item}"))
            sample = samples[age, what]
            with spenders.watch(sample, "web" if what == "http" else "self", "database"):
                if what == "http":
                    timed(sample, lambda item=item: browser.decide(item, "resubmit", one.data))
                else:
                    timed(sample, lambda item=item: one.at_service(item))

    for number in range(YOUNG_CASES):
        for age, those in ages.items():
            batch(those[number], age)
        floor.run(AROUND)
    words = {"http": "HTTP 办理", "service": "案件服务办理", "page": "HTTP 打开待办页"}
    for what, name in words.items():
        for age in ages:
            yield Figure(NAME, f"{name}，第 {age} 轮：p50", samples[age, what].ms(50), "ms", floor=floor.sample.ms(50))
        # In round 5 the page and its timeline are not full yet: what a long case makes it grow is what comes after FULL.
        for first, aim in ((FULL, AIM), (EARLY, None if what == "page" else AIM)):
            yield from compared(name, (first, samples[first, what]), (late, samples[late, what]), aim)


def compared(name: str, early: tuple[int, Sample], late: tuple[int, Sample], aim: float | None) -> Iterator[Figure]:
    (first, before), (last, after) = early, late
    words = f"{name}：第 {last} 轮是第 {first} 轮的几倍"
    detail = {"early_cpu_ms": before.cpu_ms(), "late_cpu_ms": after.cpu_ms(), "n": after.count}
    yield Figure(NAME, f"{words}（p50）", after.ms(50) / before.ms(50), "×", aim, detail=detail)
    yield Figure(NAME, f"{words}（CPU）", after.cpu_ms() / before.cpu_ms(), "×", aim)


def young(stage: Stage, age: int) -> list[Returned]:
    """Cases so old when the middle one of their rounds is measured."""
    found = [Returned(stage) for _ in range(YOUNG_CASES)]
    for one in found:
        one.go_round(age - 1 - AROUND // 2)
    return found
