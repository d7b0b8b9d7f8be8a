"""The page of a message (提前归还、停用 …) that a case waits for and this person may send, in his instance of a fan-out."""

from __future__ import annotations

import re

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from jiecheng.cases.message import CorrelateMessage, MessageAt, correlate_message
from jiecheng.cases.start_view import show_message
from jiecheng.cases.views import Refill
from jiecheng.cases.work_item import save_draft
from jiecheng.model.errors import Invalid, Refused
from jiecheng.model.ids import CaseId, ElementId
from jiecheng.web import typed
from jiecheng.web.parked import Refills
from jiecheng.web.posted import Posted, PostedForm
from jiecheng.web.rows import change_rows
from jiecheng.web.trouble import Trouble
from jiecheng.web.visit import Visit, enter
from jiecheng.web.wording import message_tone, said

router = APIRouter(prefix="/cases")
_INSTANCE = "_instance"  # which organ's, where several wait for the same message


@router.get("/{case}/messages/{element}")
def ask(request: Request, case: int, element: str, instance: str = "") -> Response:
    with enter(request) as visit:
        return _page(visit, MessageAt(CaseId(case), ElementId(element), instance))


@router.post("/{case}/messages/{element}")
def send(request: Request, case: int, element: str, posted: PostedForm) -> Response:
    at = _at(case, element, posted)
    try:
        with enter(request, posted) as visit:
            shown = typed.message_forms(visit.tx, at.case, at.element)
            if (changed := change_rows(shown, posted)) is not None:
                return _page(visit, at, Refill(changed))
            data, operation = typed.read_data(shown, posted), posted.one("_operation")
            command = CorrelateMessage(visit.actor, at.case, at.element, data, operation, at.instance)
            answer = correlate_message(visit.tx, command)
            return visit.go(f"/cases/{case}", said(answer), message_tone(answer))
    except (Invalid, Refused) as problem:
        with enter(request) as visit:
            trouble = visit.trouble(problem)
            return _page(visit, at, Refill(_typed(visit, at, posted), trouble.fields), problem=trouble)


@router.post("/{case}/messages/{element}/draft")
def keep_draft(request: Request, case: int, element: str, posted: PostedForm) -> Response:
    at = _at(case, element, posted)
    with enter(request, posted) as visit:
        view = show_message(visit.tx, visit.actor, at)  # who may not send it keeps no draft
        save_draft(visit.tx, visit.actor, view.draft_subject, _typed(visit, at, posted))
        back = f"?instance={at.instance}" if at.instance else ""
        return visit.saved(f"/cases/{case}/messages/{element}{back}")


@router.post("/{case}/messages/{element}/refresh")
def refresh(request: Request, case: int, element: str, posted: PostedForm) -> Response:
    at = _at(case, element, posted)
    with enter(request, posted) as visit:
        view = show_message(visit.tx, visit.actor, at, Refill(_typed(visit, at, posted)))
        return visit.page("form_part.html", sections=view.sections, refresh=request.url.path)


def offer_refills(refills: Refills) -> None:
    refills.add(r"/cases/(\d+)/messages/(\w+)(?:/draft)?", _refill)


def _refill(visit: Visit, match: re.Match[str], posted: Posted) -> Response:
    at = _at(int(match[1]), match[2], posted)
    address = f"/cases/{at.case}/messages/{at.element}"
    return _page(visit, at, Refill(_typed(visit, at, posted)), refilled=True, address=address)


def _at(case: int, element: str, posted: Posted) -> MessageAt:
    return MessageAt(CaseId(case), ElementId(element), posted.one(_INSTANCE))


def _typed(visit: Visit, at: MessageAt, posted: Posted) -> dict[str, object]:
    return typed.read_data(typed.message_forms(visit.tx, at.case, at.element), posted)


def _page(
    visit: Visit, at: MessageAt, refill: Refill | None = None, *, problem: Trouble | None = None, **values: object
) -> Response:
    view = show_message(visit.tx, visit.actor, at, refill)
    return visit.page("message.html", problem.status if problem else 200, view=view, problem=problem, **values)
