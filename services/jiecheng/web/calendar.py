"""Pages of the working days: a year as a grid of months for everybody; for its keeper what to change, seen before it is."""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from jiecheng.cases import calendar
from jiecheng.cases.calendar import Proposal, ProposeDay, ProposeYear
from jiecheng.model.errors import Invalid, JiechengError, Refused
from jiecheng.web.posted import Posted, PostedForm
from jiecheng.web.visit import Visit, enter

router = APIRouter(prefix="/calendar")
_KINDS = {"off": False, "work": True, "published": None}


@router.get("")
def show(request: Request, year: int = 0) -> Response:
    with enter(request) as visit:
        return _page(visit, year or visit.tx.today.year)


@router.post("/{year}/published")
def propose_year(request: Request, year: int, posted: PostedForm) -> Response:
    """A file, or what the library knows: compared with the calendar, and shown with its effect before anything changes."""
    try:
        with enter(request, posted) as visit:
            uploads = posted.files.get("_file", ())
            if not uploads and posted.one("_from") == "file":
                raise Invalid("请选择放假安排的文件（CSV 或 ICS）。")
            file = (uploads[0].name, uploads[0].content) if uploads else None
            return _proposal(visit, calendar.propose_year(visit.tx, ProposeYear(visit.actor, year, file)))
    except (Invalid, Refused) as problem:
        return _again(request, year, problem)


@router.post("/days")
def propose_day(request: Request, posted: PostedForm) -> Response:
    year = 0
    try:
        with enter(request, posted) as visit:
            day = _day(posted.one("_day"))
            year = day.year
            working = _KINDS.get(posted.one("_kind"), False)
            command = ProposeDay(visit.actor, day, working, posted.one("_name"))
            return _proposal(visit, calendar.propose_day(visit.tx, command))
    except (Invalid, Refused) as problem:
        return _again(request, year, problem, posted)


@router.get("/changes/{change}")
def show_change(request: Request, change: int) -> Response:
    with enter(request) as visit:
        return _proposal(visit, calendar.show_proposal(visit.tx, visit.actor, change))


@router.post("/changes/{change}/confirm")
def confirm(request: Request, change: int, posted: PostedForm) -> Response:
    year = posted.one("_year")
    try:
        with enter(request, posted) as visit:
            said = calendar.confirm_change(visit.tx, visit.actor, change)
            return visit.go(f"/calendar?year={year}" if year.isdecimal() else "/calendar", said)
    except (Invalid, Refused) as problem:
        return _again(request, int(year) if year.isdecimal() else 0, problem)


def _proposal(visit: Visit, found: Proposal) -> Response:
    return visit.page("calendar_preview.html", found=found, year=found.changed[0].after.date.year)


def _again(request: Request, year: int, problem: JiechengError, posted: Posted | None = None) -> Response:
    with enter(request) as visit:
        return _page(visit, year or visit.tx.today.year, problem, posted)


def _page(visit: Visit, year: int, problem: JiechengError | None = None, posted: Posted | None = None) -> Response:
    told = visit.trouble(problem) if problem else None
    findings = problem.findings if isinstance(problem, Invalid) else ()
    try:
        view = calendar.show_year(visit.tx, visit.actor, year)
    except Invalid:
        view = calendar.show_year(visit.tx, visit.actor, visit.tx.today.year)
    typed = {name: posted.one(name) for name in ("_day", "_kind", "_name")} if posted else {}
    status = told.status if told else 200
    return visit.page(
        "calendar.html", status, view=view, today=visit.tx.today, problem=told, findings=findings, typed=typed,
        first_year=calendar.FIRST_YEAR,
    )  # fmt: skip


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid("请填写日期，例如 2026-12-31。", fields={"day": ["请填写日期。"]}) from None
