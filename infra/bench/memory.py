"""Memory of the page process before and after thousands of cases were started and read in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

import psutil

from bench import loans
from bench.browser import Browser
from bench.figure import Figure
from bench.meter import Sample, timed
from bench.stage import Stage

NAME = "memory"
CASES = 10_000
WARM = 50
QUARTERS = 4


def measure(stage: Stage) -> Iterator[Figure]:
    web = psutil.Process(stage.web_pid)
    browser = Browser("127.0.0.1", stage.settings.port)
    floor = stage.floor()
    browser.log_in(loans.BORROWER_ACCOUNT)
    with stage.house.transaction() as tx:
        data = loans.application(tx)
    starting, reading = Sample(), Sample()

    def start_and_read() -> None:
        # The same person again and again: the page warns of the loan under way, and is told to hand in all the same.
        asked = browser.post("/start/staff_loan", data)
        place = [asked.place] if asked.place else []
        if mark := re.search(r'name="_confirmed" value="(\w+)"', asked.text):
            sent = {**data, "_confirmed": mark[1]}
            timed(starting, lambda: place.append(browser.post("/start/staff_loan", sent).place))
        timed(reading, lambda: browser.get(place[0]))

    for _ in range(WARM):
        start_and_read()
    first = memory_mb(web)
    count = stage.sized(CASES, 50)
    on_the_way = [first["rss"]]
    for number in range(1, count + 1):
        start_and_read()
        if number % 100 == 0:
            floor.run(10)
        if number * QUARTERS // count > len(on_the_way) - 1:
            on_the_way.append(memory_mb(web)["rss"])
    last = memory_mb(web)
    yield Figure(NAME, f"页面进程，{WARM} 件之后：RSS", first["rss"], "MB", detail=first)
    yield Figure(NAME, f"页面进程，再发起并打开 {count:,} 件之后：RSS", last["rss"], "MB", detail=last)
    yield Figure(NAME, f"页面进程，再发起并打开 {count:,} 件之后：PSS", last["pss"], "MB")
    yield Figure(NAME, "每件留下的内存", (last["rss"] - first["rss"]) * 1024 / count, "KB")
    # What is kept on purpose is bounded: growth that ends shows it, a leak would grow by the same in every quarter.
    for quarter, (before, after) in enumerate(pairwise(on_the_way), start=1):
        yield Figure(NAME, f"第 {quarter} 个四分之一里增加", after - before, "MB")
    yield Figure(NAME, "HTTP 发起一件：p50", starting.ms(50), "ms", floor=floor.sample.ms(50))
    yield Figure(NAME, "HTTP 打开办件：p50", reading.ms(50), "ms", floor=floor.sample.ms(50))


def memory_mb(process: psutil.Process) -> dict[str, float]:
    found = process.memory_full_info() if hasattr(process, "memory_full_info") else process.memory_info()
    return {"rss": found.rss / 2**20, "pss": getattr(found, "pss", 0) / 2**20, "uss": getattr(found, "uss", 0) / 2**20}
