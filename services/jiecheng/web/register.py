"""Registers (台账): tabs, a search, export. Read only; processes write them."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from jiecheng.cases import register
from jiecheng.web.attachment import file_answer
from jiecheng.web.inbox import query_of
from jiecheng.web.visit import enter

router = APIRouter(prefix="/registers")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get("/{name}.csv")
def export_csv(request: Request, name: str, tab: str = "", text: str = "") -> Response:
    with enter(request) as visit:
        content = register.export_csv(visit.tx, visit.actor, name, tab=tab, text=text.strip())
        return file_answer(content, f"{register.REGISTERS[name].title}.csv", "text/csv; charset=utf-8")


@router.get("/{name}.xlsx")
def export_xlsx(request: Request, name: str, tab: str = "", text: str = "") -> Response:
    with enter(request) as visit:
        content = register.export_xlsx(visit.tx, visit.actor, name, tab=tab, text=text.strip())
        return file_answer(content, f"{register.REGISTERS[name].title}.xlsx", XLSX)


@router.get("/{name}")
def show(request: Request, name: str, tab: str = "", text: str = "", after: str = "") -> Response:
    with enter(request) as visit:
        view = register.list_entries(visit.tx, visit.actor, name, tab=tab, text=text.strip(), key=after)
        return visit.page(
            "register.html",
            view=view,
            definition=view.definition,
            page=view.page,
            query=query_of(request),
            today=visit.tx.today.isoformat(),
            soon=(visit.tx.today + timedelta(days=view.definition.soon_days)).isoformat(),
            others=[(other.name, other.title) for other in register.REGISTERS.values()],
        )
