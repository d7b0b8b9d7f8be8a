"""批量办理: what was ticked, one press, and the results as they come in. The answer is sent line by line, so that two
hundred items show their progress without a script."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fastapi import APIRouter
from markupsafe import escape
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from jiecheng.cases.bulk import Choice, DecideMany, Result, choose, decide_many
from jiecheng.cases.house import House
from jiecheng.model.errors import Invalid
from jiecheng.model.ids import WorkItemId
from jiecheng.web.posted import Posted, PostedForm
from jiecheng.web.visit import enter

router = APIRouter(prefix="/inbox/bulk")
RESULTS = "<!-- results -->"


@router.post("")
def ask(request: Request, posted: PostedForm) -> Response:
    """Which items, which decisions: nothing is decided yet."""
    with enter(request, posted) as visit:
        try:
            choice = choose(visit.tx, visit.actor, _items(posted))
        except Invalid as invalid:
            return visit.go("/inbox", invalid.message, "bad")
        return visit.page("bulk.html", choice=choice)


@router.post("/decide")
def decide(request: Request, posted: PostedForm) -> Response:
    with enter(request, posted) as visit:
        try:
            choice = choose(visit.tx, visit.actor, _items(posted))
        except Invalid as invalid:
            return visit.go("/inbox", invalid.message, "bad")
        outcome = posted.one("_outcome")
        label = next((one.label for one in choice.outcomes if one.value == outcome), "")
        if not label:
            return visit.go("/inbox", "请选择一个决定，再按按钮。没有办理任何待办。", "bad")
        frame = visit.page("bulk_done.html", choice=choice, label=label, results=RESULTS)
        command = DecideMany(
            visit.actor, [row.item for row in choice.rows], outcome, posted.one("_opinion"), posted.one("_operation")
        )
        house = visit.site.house
    # The look at the list is over: each item now has a transaction of its own.
    return StreamingResponse(_told(house, command, choice, bytes(frame.body).decode()), media_type="text/html")


def _told(house: House, command: DecideMany, choice: Choice, frame: str) -> Iterator[str]:
    head, _, foot = frame.partition(RESULTS)
    rows = {row.item: row for row in choice.rows}
    yield head
    good = 0
    for number, result in enumerate(decide_many(house, command), start=1):
        row = rows[result.item]
        good += result.done
        yield _line(result, f"{number}／{len(rows)}", row.title, row.number)
    yield foot.replace("<!-- total -->", _total(good, len(rows)))


def _line(result: Result, count: str, title: str, number: str) -> str:
    tone, word = ("is-done", "已办") if result.done else ("is-over", "没有办成")
    return (
        f'<tr><td class="nowrap">{count}</td><td><a href="/work-items/{result.item}">{escape(title)}</a>'
        f'<div class="soft small">{escape(number)}</div></td><td data-label="结果"><span class="tag {tone}">{word}</span></td>'
        f'<td data-label="说明">{escape(result.sentence)}</td></tr>\n'
    )


def _total(good: int, every: int) -> str:
    failed = f"，{every - good} 件没有办成，原因写在各行，仍在您的待办里" if good < every else ""
    return f"办理完毕：{good} 件已办{failed}。"


def _items(posted: Posted) -> Sequence[WorkItemId]:
    return [WorkItemId(int(one)) for one in posted.fields.get("_items", ()) if one.isdecimal()]
