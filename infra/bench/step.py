"""A work item completed, whole: over HTTP against the page process, and the same at the case service without HTTP."""

from __future__ import annotations

from collections.abc import Iterator

from bench import loans
from bench.browser import Browser
from bench.figure import Figure
from bench.meter import Floor, Sample, chunks, timed
from bench.stage import Stage

NAME = "step"
STEPS = 400
WARM = 20
PARTS = 10
CPU_AIM_MS = 6.0
FLOORS_AIM = 30.0


def measure(stage: Stage) -> Iterator[Figure]:
    floor = stage.floor()
    browser = Browser("127.0.0.1", stage.settings.port)
    spenders = stage.spenders()
    browser.log_in(loans.LENT_ACCOUNT)
    over_http, service, reading = Sample(), Sample(), Sample()
    items = loans.waiting_for_opinion(stage.house, stage.sized(STEPS, 20) + WARM)
    for item in items[:WARM]:
        browser.get(f"/work-items/{item}")
        browser.decide(item)
    for part in chunks(items[WARM:], PARTS):
        with spenders.watch(reading, "web", "database"):
            for item in part:
                timed(reading, lambda item=item: browser.get(f"/work-items/{item}"))
        with spenders.watch(over_http, "web", "database"):
            for item in part:
                timed(over_http, lambda item=item: browser.decide(item))
        floor.run(len(part))
    items = loans.waiting_for_opinion(stage.house, stage.sized(STEPS, 20) + WARM)
    official = loans.actor(stage.house, loans.LENT)
    for item in items[:WARM]:
        loans.decide(stage.house, official, item)
    for part in chunks(items[WARM:], PARTS):
        with spenders.watch(service, "self", "database"):
            for item in part:
                timed(service, lambda item=item: loans.decide(stage.house, official, item))
        floor.run(len(part))
    yield from _figures("HTTP 办理一件", over_http, floor, aims=True)
    yield from _figures("案件服务办理一件（无 HTTP）", service, floor)
    yield from _figures("HTTP 打开待办页", reading, floor)


def _figures(name: str, sample: Sample, floor: Floor, *, aims: bool = False) -> Iterator[Figure]:
    bare = floor.sample
    parts = {who: round(sample.cpu_ms(who), 2) for who in sample.cpu}
    own = "web" if "web" in sample.cpu else "self"
    yield Figure(NAME, f"{name}：CPU，页面进程与数据库", sample.cpu_ms(), "ms", CPU_AIM_MS if aims else None,
                 bare.cpu_ms(), detail=parts)  # fmt: skip
    yield Figure(NAME, f"{name}：CPU，只算本进程", sample.cpu_ms(own), "ms", floor=bare.cpu_ms("self"))
    yield Figure(NAME, f"{name}：CPU，只算数据库", sample.cpu_ms("database"), "ms", floor=bare.cpu_ms("database"))
    yield Figure(NAME, f"{name}：p50", sample.ms(50), "ms", floor=bare.ms(50), detail={"n": sample.count})
    yield Figure(NAME, f"{name}：p95", sample.ms(95), "ms", floor=bare.ms(95))
    yield Figure(NAME, f"{name}：CPU 是空提交的几倍", sample.cpu_ms() / bare.cpu_ms(), "×")
    yield Figure(NAME, f"{name}：p50 是空提交的几倍", sample.ms(50) / bare.ms(50), "×", FLOORS_AIM if aims else None)
