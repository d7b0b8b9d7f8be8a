"""Starting a case: the list of processes this person may start, and the start form."""

from __future__ import annotations

import re

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from jiecheng.cases import inbox
from jiecheng.cases.case import StartCase, start_case
from jiecheng.cases.rehearsal import Forewarned
from jiecheng.cases.start_view import show_start
from jiecheng.cases.views import Refill
from jiecheng.cases.work_item import save_draft
from jiecheng.model.errors import Invalid, Refused
from jiecheng.model.ids import ProcessId
from jiecheng.web import typed
from jiecheng.web.parked import Refills
from jiecheng.web.posted import Posted, PostedForm
from jiecheng.web.rows import change_rows
from jiecheng.web.trouble import Trouble
from jiecheng.web.visit import Visit, enter
from jiecheng.web.wording import decision_tone, said

router = APIRouter(prefix="/start")


@router.get("")
def show_list(request: Request) -> Response:
    with enter(request) as visit:
        return visit.page("start_list.html", processes=inbox.list_startable(visit.tx, visit.actor))


@router.get("/{process}")
def show(request: Request, process: str) -> Response:
    with enter(request) as visit:
        return _page(visit, ProcessId(process))


@router.post("/{process}")
def start(request: Request, process: str, posted: PostedForm) -> Response:
    try:
        with enter(request, posted) as visit:
            shown = typed.start_forms(visit.tx, ProcessId(process))
            if (changed := change_rows(shown, posted)) is not None:
                return _page(visit, ProcessId(process), Refill(changed))
            data, operation = typed.read_data(shown, posted), posted.one("_operation")
            command = StartCase(visit.actor, ProcessId(process), data, operation, posted.one("_confirmed"))
            answer = start_case(visit.tx, command)
            return visit.go(f"/cases/{answer.case}", said(answer), decision_tone(answer, visit.actor))
    except Forewarned as warned:
        with enter(request) as visit:
            data = typed.read_data(typed.start_forms(visit.tx, ProcessId(process)), posted)
            return _page(visit, ProcessId(process), Refill(data), warned=warned.rehearsal)
    except (Invalid, Refused) as problem:
        with enter(request) as visit:
            return _again(visit, ProcessId(process), posted, visit.trouble(problem))


@router.post("/{process}/draft")
def keep_draft(request: Request, process: str, posted: PostedForm) -> Response:
    with enter(request, posted) as visit:
        data = typed.read_data(typed.start_forms(visit.tx, ProcessId(process)), posted)
        show_start(visit.tx, visit.actor, ProcessId(process))  # who may not start it keeps no draft of it
        save_draft(visit.tx, visit.actor, f"start:{process}", data)
        return visit.saved(f"/start/{process}")


@router.post("/{process}/refresh")
def refresh(request: Request, process: str, posted: PostedForm) -> Response:
    with enter(request, posted) as visit:
        data = typed.read_data(typed.start_forms(visit.tx, ProcessId(process)), posted)
        view = show_start(visit.tx, visit.actor, ProcessId(process), Refill(data))
        return visit.page("form_part.html", sections=view.sections, refresh=request.url.path)


def offer_refills(refills: Refills) -> None:
    refills.add(r"/start/(\w+)(?:/draft)?", _refill)


def _refill(visit: Visit, match: re.Match[str], posted: Posted) -> Response:
    process = ProcessId(match[1])
    data = typed.read_data(typed.start_forms(visit.tx, process), posted)
    return _page(visit, process, Refill(data), refilled=True, address=f"/start/{process}")


def _again(visit: Visit, process: ProcessId, posted: Posted, problem: Trouble) -> Response:
    data = typed.read_data(typed.start_forms(visit.tx, process), posted)
    return _page(visit, process, Refill(data, problem.fields), problem=problem)


def _page(
    visit: Visit,
    process: ProcessId,
    refill: Refill | None = None,
    problem: Trouble | None = None,
    **values: object,
) -> Response:
    view = show_start(visit.tx, visit.actor, process, refill)
    return visit.page("start.html", problem.status if problem else 200, view=view, problem=problem, **values)
