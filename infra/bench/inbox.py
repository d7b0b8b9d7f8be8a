"""The inbox of one identity with a thousand and with a hundred thousand open items: the page must not notice."""

from __future__ import annotations

from collections.abc import Iterator

from bench import loans
from bench.browser import Browser
from bench.figure import Figure
from bench.meter import Sample, timed
from bench.stage import Stage

NAME = "inbox"
FEW, MANY = 1_000, 100_000
PAGES, TURN = 200, 10
WARM = 10
# Two at the same kind of post, in different streets.
OFFICIALS = ((loans.LENT, loans.LENT_ACCOUNT), (loans.OTHER, loans.OTHER_ACCOUNT))
AIM_MS, RATIO_AIM = 30.0, 1.3

# Copies of one case with its task and item, as many as a bench asks for. Limits are spread over a quarter of a year.
FILL = """
WITH model AS (SELECT c.*, t.id AS task_id, i.id AS item_id FROM cases c JOIN tasks t ON t.case_id = c.id
               JOIN work_items i ON i.task_id = t.id WHERE i.id = %(item)s),
     numbers AS (SELECT generate_series(%(first)s::int, %(last)s::int) AS n),
     new_cases AS (
       INSERT INTO cases (number, process, release_hash, state, title, initiator, initiator_name, initiator_organ,
                          snapshot, variables, started_at)
       SELECT '测量〔2026〕' || n || '号', process, release_hash, state, title, initiator, initiator_name,
              initiator_organ, snapshot, variables, started_at FROM model, numbers
       RETURNING id),
     new_tasks AS (
       INSERT INTO tasks (case_id, token, element, name, state, opened_at, due_at, due_days, due_basis, reason)
       SELECT n.id, t.token, t.element, t.name, t.state, t.opened_at,
              now() + make_interval(mins => (n.id * 7919 %% 129600)::int), t.due_days, t.due_basis, t.reason
       FROM new_cases n, tasks t, model WHERE t.id = model.task_id
       RETURNING id, case_id, due_at),
     new_items AS (
       INSERT INTO work_items (task_id, case_id, state, assignee, opened_at)
       SELECT t.id, t.case_id, 'assigned', %(identity)s, now() FROM new_tasks t
       RETURNING id, case_id)
INSERT INTO candidates (item_id, identity, case_id, open, due_at)
SELECT i.id, %(identity)s, i.case_id, true, t.due_at FROM new_items i JOIN new_tasks t ON t.case_id = i.case_id
"""


def measure(stage: Stage) -> Iterator[Figure]:
    """Both in one database and turn by turn, so that nothing but the number of items differs."""
    sizes = (stage.sized(FEW, 50), stage.sized(MANY, 100))
    first = 1
    for (identity, _), size in zip(OFFICIALS, sizes, strict=True):
        model = loans.waiting_for_opinion(stage.house, 1, identity)[0]
        fill(stage, identity, model, first, size - 1)
        first += size
    floor = stage.floor()
    spenders = stage.spenders()
    browsers = [Browser("127.0.0.1", stage.settings.port) for _ in OFFICIALS]
    for browser, (_, account) in zip(browsers, OFFICIALS, strict=True):
        browser.log_in(account)
        for _ in range(WARM):
            browser.get("/inbox")
    samples = [Sample() for _ in OFFICIALS]
    for _ in range(PAGES // TURN):
        for browser, sample in zip(browsers, samples, strict=True):
            with spenders.watch(sample, "web", "database"):
                for _ in range(TURN):
                    timed(sample, lambda browser=browser: browser.get("/inbox"))
        floor.run(TURN)
    bare = floor.sample
    for size, sample in zip(sizes, samples, strict=True):
        name, detail = f"待办页，{size:,} 件", {who: sample.cpu_ms(who) for who in sample.cpu}
        yield Figure(NAME, f"{name}：p50", sample.ms(50), "ms", AIM_MS, bare.ms(50), detail=detail)
        yield Figure(NAME, f"{name}：p95", sample.ms(95), "ms", floor=bare.ms(95))
        yield Figure(NAME, f"{name}：CPU", sample.cpu_ms(), "ms", floor=bare.cpu_ms(), detail=detail)
    few, many = samples
    yield Figure(NAME, "件数百倍后，p50 是原来的几倍", many.ms(50) / few.ms(50), "×", RATIO_AIM)
    yield Figure(NAME, "件数百倍后，CPU 是原来的几倍", many.cpu_ms() / few.cpu_ms(), "×", RATIO_AIM)


def fill(stage: Stage, identity: str, model: int, first: int, count: int) -> None:
    with stage.sql() as connection:
        if count:
            connection.execute(FILL, {"item": model, "identity": identity, "first": first, "last": first + count - 1})
        # What autovacuum does within a minute of such a day.
        connection.execute("ANALYZE cases, tasks, work_items, candidates")
