"""Search in a district of a million cases, as one who takes part in a tenth of them and as the auditor: words that stand
in every case, words that stand in one, and words that stand in none must all cost one page. And 200 items at one press."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import urlencode

from bench import loans
from bench.browser import Browser
from bench.figure import Figure
from bench.inbox import FILL
from bench.meter import Floor, Sample, Spenders, timed
from bench.stage import Stage
from jiecheng import store
from jiecheng.cases.bulk import MOST, DecideMany, decide_many
from jiecheng.model.ids import CaseId
from jiecheng.model.search import fold, pairs
from jiecheng.store.search import stretches

NAME = "search"
CASES, MINE = 1_000_000, 10  # every tenth is the searcher's
PAGES, WARM = 40, 5
AIM_MS, BULK_AIM = 50.0, 3.0
AUDITOR_ACCOUNT = "fanruogu"
NEEDLE = "龘靐齉"  # in one case, the oldest that is the searcher's
SURNAMES = "王李张刘陈杨赵黄周吴徐孙马朱胡郭何林高罗"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰建文志海燕"
PHRASES = (
    "同意，请按程序办理", "情况属实，拟同意", "工作可以安排，不影响本科室任务", "请注意到期归还", "建议缩短期限后再报",
    "已与本人谈话", "附件齐全", "经研究，同意上报", "交接已明确", "请组织部门核定",
)  # fmt: skip
OFFICES = ("司法局", "财政局", "民政局", "城管局", "信访办", "卫健委", "教育局", "应急局", "文旅局", "统计局")
QUERIES: Mapping[str, str] = {
    "词在每件里": "借调",
    "两个常见词": "同意 组织部门",
    "词只在一件里": NEEDLE,
    "词一件里也没有": "从未写过",
}


def measure(stage: Stage) -> Iterator[Figure]:
    size = stage.sized(CASES, 5_000)
    model = loans.waiting_for_opinion(stage.house, 1)[0]
    fill(stage, model, size)
    floor = stage.floor()
    spenders = stage.spenders()
    for who, account in (("参与其中一成的人", loans.LENT_ACCOUNT), ("审计员", AUDITOR_ACCOUNT)):
        browser = Browser("127.0.0.1", stage.settings.port)
        browser.log_in(account)
        for what, words in QUERIES.items():
            path = f"/search?{urlencode({'q': words})}"
            yield from _pages(spenders, floor, browser, path, f"检索 {size:,} 件，{who}，{what}")
        if account == loans.LENT_ACCOUNT:
            for what, path in (("待办", "/inbox"), ("今日到期", "/inbox?due=today"), ("待办第三", _third(browser))):
                yield from _pages(spenders, floor, browser, path, f"{what}页，{size // MINE:,} 件")
    yield many_at_once(stage, spenders)


def _pages(spenders: Spenders, floor: Floor, browser: Browser, path: str, name: str) -> Iterator[Figure]:
    sample = Sample()
    for _ in range(WARM):
        browser.get(path)
    with spenders.watch(sample, "web", "database"):
        for _ in range(PAGES):
            timed(sample, lambda: browser.get(path))
    floor.run(10)
    detail = {who: sample.cpu_ms(who) for who in sample.cpu}
    yield Figure(NAME, f"{name}：p50", sample.ms(50), "ms", AIM_MS, floor.sample.ms(50), detail=detail)
    yield Figure(NAME, f"{name}：CPU", sample.cpu_ms(), "ms", floor=floor.sample.cpu_ms(), detail=detail)


def _third(browser: Browser) -> str:
    path = "/inbox"
    for _ in range(2):
        page = browser.get(path).text
        following = page.rpartition('">下一页</a>')[0].rpartition('href="')[2]
        path = f"/inbox{following}".replace("&amp;", "&")
    return path


def many_at_once(stage: Stage, spenders: Spenders) -> Figure:
    """As many items as one press may take, each in a transaction of its own."""
    items = loans.waiting_for_opinion(stage.house, MOST, loans.OTHER)
    by = loans.actor(stage.house, loans.OTHER)
    sample = Sample()
    began = time.perf_counter()
    with spenders.watch(sample, "self", "database"):
        results = list(decide_many(stage.house, DecideMany(by, items, "agree", operation="bench")))
    seconds = time.perf_counter() - began
    assert all(one.done for one in results), next(one.sentence for one in results if not one.done)
    return Figure(NAME, f"批量办理 {MOST} 件", seconds, "s", BULK_AIM, detail=dict(sample.cpu))


def fill(stage: Stage, model: int, size: int) -> None:
    """Cases by copy, a tenth of them open for one post; then what can be found of each."""
    with stage.sql() as connection:
        connection.execute(FILL, {"item": model, "identity": loans.LENT, "first": 1, "last": size // MINE})
        connection.execute(_OTHERS, {"item": model, "first": size // MINE + 1, "last": size})
        ids = [row[0] for row in connection.execute("SELECT id FROM cases ORDER BY id").fetchall()]
        connection.execute("DELETE FROM search_rows")
        chance = random.Random(7)
        columns = "case_id, compartment, started_at, texts, folded, grams, readers"
        with connection.cursor().copy(f"COPY search_rows ({columns}) FROM STDIN") as copy:
            for at, case in enumerate(ids):
                # The first tenth of the ids has the searcher's items; spread his part over all ages besides.
                copy.write_row(_row(chance, CaseId(int(str(case))), mine=at % MINE == 0, needle=at == MINE))
        connection.execute("ANALYZE cases, tasks, work_items, candidates, search_rows")
        connection.execute("VACUUM search_rows")


def _row(chance: random.Random, case: CaseId, *, mine: bool, needle: bool) -> Sequence[object]:
    name = chance.choice(SURNAMES) + "".join(chance.choices(GIVEN, k=2))
    texts = [
        ["title", f"借调{name}到区{chance.choice(OFFICES)}"], ["number", f"测量〔2026〕{case}号"],
        ["initiator", chance.choice(SURNAMES) + chance.choice(GIVEN)],
        *(["opinion", chance.choice(PHRASES)] for _ in range(4)), ["attachment", f"{name}任职证明.pdf"],
    ]  # fmt: skip
    if needle:
        texts.append(["opinion", NEEDLE])
    folded = fold("\n".join(text for _, text in texts))
    grams = sorted(pairs(folded) | {"#p:staff_loan", "#s:running", *stretches(case)})
    readers = sorted({str(loans.LENT) if mine else "i-nobody", f"i-{chance.randrange(500)}"})
    return (case, "", "2026-03-02T01:00:00Z", store.tables.dump_json(texts), folded, grams, readers)


_OTHERS = """
INSERT INTO cases (number, process, release_hash, state, title, initiator, initiator_name, initiator_organ,
                   snapshot, variables, started_at)
SELECT '测量〔2026〕' || n || '号', c.process, c.release_hash, c.state, c.title, 'i-nobody', c.initiator_name,
       c.initiator_organ, '{}', '{}', c.started_at
FROM cases c JOIN work_items i ON i.case_id = c.id, generate_series(%(first)s::int, %(last)s::int) AS n
WHERE i.id = %(item)s
"""
