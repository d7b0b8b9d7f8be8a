"""待阅: what was circulated to oneself, papers nobody of the office has signed for, notices. The tab counts these lists."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from jiecheng.cases import circulation, inbox
from jiecheng.cases.received import list_unsigned
from jiecheng.web.inbox import query_of, tabs
from jiecheng.web.posted import Posted, PostedForm
from jiecheng.web.visit import enter

router = APIRouter(prefix="/inbox/unread")


@router.get("")
def show(request: Request, circulated: str = "", papers: str = "", notices: str = "") -> Response:
    """Each parameter continues one of the three lists."""
    with enter(request) as visit:
        return visit.page(
            "inbox_unread.html",
            circulated=circulation.list_unread(visit.tx, visit.actor, circulated),
            papers=list_unsigned(visit.tx, visit.actor, papers),
            notices=inbox.list_unread_notices(visit.tx, visit.actor, notices),
            query=query_of(request),
            tabs=tabs(visit, "unread"),
        )


@router.post("")
def mark_read(request: Request, posted: PostedForm) -> Response:
    """What was ticked, or all that the page knew of."""
    with enter(request, posted) as visit:
        if posted.one("_which") == "all":
            done = circulation.mark_read(visit.tx, visit.actor, until=_until(posted, "_circulated_until"))
            done += inbox.read_notices(visit.tx, visit.actor, until=_until(posted, "_notices_until"))
        else:
            done = circulation.mark_read(visit.tx, visit.actor, _numbers(posted, "_circulated"))
            done += inbox.read_notices(visit.tx, visit.actor, _numbers(posted, "_notices"))
        if not done:
            return visit.go("/inbox/unread", "没有勾选未读的内容，什么也没有改。", "warn")
        return visit.go("/inbox/unread", f"已标为已读，共 {done} 条。")


def _numbers(posted: Posted, name: str) -> frozenset[int]:
    return frozenset(int(one) for one in posted.fields.get(name, ()) if one.isdecimal() and len(one) < 19)


def _until(posted: Posted, name: str) -> int:
    """The newest that the page showed; nothing where it showed none."""
    found = posted.one(name)
    return int(found) if found.isdecimal() and len(found) < 19 else 0
