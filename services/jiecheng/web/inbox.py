"""The lists: 待办, 已办, 我发起的, and the notices. Keyset pages; a filter is a plain GET, so a list can be bookmarked."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from jiecheng.cases import inbox
from jiecheng.cases.house import Tx
from jiecheng.store.work_item import ListFilter
from jiecheng.web.visit import enter

router = APIRouter()
DUE_CHOICES = [("", "全部"), ("overdue", "已超期"), ("today", "24 小时内到期"), ("week", "7 天内到期")]


@router.get("/inbox")
def show_open(request: Request, process: str = "", due: str = "", text: str = "", after: str = "") -> Response:
    with enter(request) as visit:
        page = inbox.list_open(visit.tx, visit.actor, ListFilter(process, due, text.strip()), after)
        counts = inbox.counts(visit.tx, visit.actor)
        overdue = f"其中 {counts.overdue} 件已超期。" if counts.overdue else ""
        return visit.page(
            "inbox_open.html",
            page=page,
            title="待办",
            advice=f"共 {counts.open} 件，按办理期限从近到远排列。{overdue}",
            columns=["标题", "办理环节", "发起人", "收到时间", "办理期限"],
            empty=("没有待办", "现在没有需要您办理的事。有新的待办时，左边“待办”旁会显示件数。"),
            due_choices=DUE_CHOICES,
            **filters(request, visit.tx),
        )


@router.get("/inbox/done")
def show_decided(request: Request, process: str = "", text: str = "", after: str = "") -> Response:
    with enter(request) as visit:
        page = inbox.list_decided(visit.tx, visit.actor, ListFilter(process=process, text=text.strip()), after)
        return visit.page(
            "inbox_done.html",
            page=page,
            title="已办",
            advice="您办理过的事，最近的在前面。点开可以看办件后来的进展。",
            columns=["标题", "办理环节", "我的决定", "办理时间", "办件状态"],
            empty=("还没有办理过", "办理完的待办会出现在这里。"),
            **filters(request, visit.tx),
        )


@router.get("/inbox/started")
def show_started(request: Request, text: str = "", after: str = "") -> Response:
    with enter(request) as visit:
        page = inbox.list_started(visit.tx, visit.actor, text.strip(), after)
        shown = filters(request, visit.tx)
        return visit.page(
            "inbox_started.html",
            page=page,
            title="我发起的",
            advice="您发起的办件，最近的在前面。点开可以看走到哪一步、谁在办。",
            columns=["标题", "状态", "发起时间", "结束时间"],
            empty=("还没有发起过办件", "需要办事时，按右上的“发起办件”。"),
            **{**shown, "processes": ()},
        )


@router.get("/notices")
def show_notices(request: Request, after: str = "") -> Response:
    with enter(request) as visit:
        page = inbox.list_notices(visit.tx, visit.actor, after)
        answer = visit.page("notices.html", page=page, query=query_of(request))
        inbox.read_notices(visit.tx, visit.actor)
        return answer


def filters(request: Request, tx: Tx) -> Mapping[str, object]:
    """What the filter row of a list shows."""
    names = process_names(tx)
    return {
        "query": query_of(request),
        "here": request.url.path,
        "processes": sorted(names.items(), key=lambda item: item[1]),
        "process_names": names,
    }


def query_of(request: Request) -> Mapping[str, str]:
    return {name: value for name, value in request.query_params.items() if value}


def process_names(tx: Tx) -> Mapping[str, str]:
    """Process id -> name, as the newest release calls it."""
    return {process: tx.release(newest).definition.name for process, newest in tx.latest_releases().items()}
