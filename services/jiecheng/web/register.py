"""Registers (台账、清单): the list of them, one with its filters and exports, one row with its story, its versions."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from jiecheng.cases import published, register
from jiecheng.cases.register import Wish
from jiecheng.model.ids import CaseId
from jiecheng.web.attachment import file_answer
from jiecheng.web.inbox import query_of
from jiecheng.web.visit import enter

router = APIRouter(prefix="/registers")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def wish(tab: str = "", text: str = "", category: str = "", street: str = "", on: str = "") -> Wish:
    return Wish(tab, text.strip(), category, street, on)


Wished = Annotated[Wish, Depends(wish)]


@router.get("")
def show_all(request: Request) -> Response:
    with enter(request) as visit:
        return visit.page("registers.html", rows=register.list_registers(visit.tx, visit.actor))


@router.get("/{name}.csv")
def export_csv(request: Request, name: str, wanted: Wished) -> Response:
    with enter(request) as visit:
        content = register.export_csv(visit.tx, visit.actor, name, wanted)
        return file_answer(content, f"{register.title_of(visit.tx, name)}.csv", "text/csv; charset=utf-8")


@router.get("/{name}.xlsx")
def export_xlsx(request: Request, name: str, wanted: Wished) -> Response:
    with enter(request) as visit:
        content = register.export_xlsx(visit.tx, visit.actor, name, wanted)
        return file_answer(content, f"{register.title_of(visit.tx, name)}.xlsx", XLSX)


@router.get("/{name}")
def show(request: Request, name: str, wanted: Wished, after: str = "") -> Response:
    with enter(request) as visit:
        view = register.list_entries(visit.tx, visit.actor, name, wanted, key=after)
        tab = view.definition.tabs[view.tab]
        return visit.page(
            "register.html",
            view=view,
            definition=view.definition,
            page=view.page,
            query=query_of(request),
            wanted=wanted,
            filtered=bool(wanted.text or wanted.category or wanted.street or wanted.on),
            today=visit.tx.today.isoformat(),
            soon=(visit.tx.today + timedelta(days=tab.within_days or 14)).isoformat(),
        )


@router.get("/{name}/versions")
def show_versions(request: Request, name: str) -> Response:
    with enter(request) as visit:
        definition, versions = published.list_versions(visit.tx, visit.actor, name)
        return visit.page("register_versions.html", definition=definition, versions=versions)


@router.get("/{name}/versions/{version}")
def show_version(request: Request, name: str, version: int) -> Response:
    with enter(request) as visit:
        view = published.show_version(visit.tx, visit.actor, name, version)
        return visit.page("register_version.html", view=view)


@router.get("/{name}/entries/{case}")
def show_entry(request: Request, name: str, case: int, key: str = "") -> Response:
    with enter(request) as visit:
        story = register.show_entry(visit.tx, visit.actor, name, CaseId(case), key)
        return visit.page("register_entry.html", story=story, definition=story.definition, row=story.row)
