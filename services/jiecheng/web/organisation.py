"""Pages of the organisation: who holds which post, and, for those who keep it, what to change and from which day.

A change is previewed first (what it means, how much open work goes over) and made by a second press.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from jiecheng import directory
from jiecheng.cases import organisation, organisation_view
from jiecheng.cases.organisation import ChangeOrganisation
from jiecheng.model.errors import Invalid, Refused
from jiecheng.model.ids import OrganId
from jiecheng.web.posted import Posted, PostedForm
from jiecheng.web.trouble import Trouble
from jiecheng.web.visit import Visit, enter

router = APIRouter(prefix="/organisation")
_OWN = ("_kind", "_first", "_organ")


@router.get("")
def show_list(request: Request, text: str = "") -> Response:
    with enter(request) as visit:
        return visit.page("organisation.html", rows=organisation_view.list_organs(visit.tx, text.strip()), text=text)


@router.get("/people")
def find_people(request: Request, text: str = "") -> Response:
    """Who fits what is being typed where somebody is named; for the page's script."""
    with enter(request) as visit:
        return JSONResponse({"names": organisation_view.people_named(visit.tx, text)})


@router.get("/recipients")
def find_recipients(request: Request, text: str = "") -> Response:
    """The same with organs, where an organ's name stands for its clerks."""
    with enter(request) as visit:
        people = organisation_view.people_named(visit.tx, text)
        return JSONResponse({"names": [*people, *organisation_view.organs_named(visit.tx, text)]})


@router.get("/changes")
def show_changes(request: Request) -> Response:
    with enter(request) as visit:
        return visit.page("organisation_changes.html", rows=organisation_view.list_changes(visit.tx, visit.actor))


@router.post("/changes/{change}/cancel")
def cancel(request: Request, change: int, posted: PostedForm) -> Response:
    try:
        with enter(request, posted) as visit:
            back = posted.one("_organ")
            said = organisation.cancel_change(visit.tx, visit.actor, change)
            return visit.go(f"/organisation/organs/{back}" if back else "/organisation/changes", said)
    except (Invalid, Refused) as problem:
        with enter(request) as visit:
            return visit.go("/organisation", visit.trouble(problem).message, "bad")


@router.get("/organs/{organ}")
def show_organ(request: Request, organ: str, on: str = "") -> Response:
    with enter(request) as visit:
        return _organ(visit, organ, on=_day(on) if on else None)


@router.post("/organs/{organ}/preview")
def preview(request: Request, organ: str, posted: PostedForm) -> Response:
    try:
        with enter(request, posted) as visit:
            command = _command(visit, posted)
            found = organisation.preview(visit.tx, command)
            view = organisation_view.show_organ(visit.tx, visit.actor, OrganId(organ))
            return visit.page("organisation_preview.html", found=found, view=view, command=command)
    except (Invalid, Refused) as problem:
        with enter(request) as visit:
            return _organ(visit, organ, visit.trouble(problem), posted)


@router.post("/organs/{organ}/changes")
def change(request: Request, organ: str, posted: PostedForm) -> Response:
    try:
        with enter(request, posted) as visit:
            said = organisation.plan_change(visit.tx, _command(visit, posted))
            return visit.go(f"/organisation/organs/{organ}", said)
    except (Invalid, Refused) as problem:
        with enter(request) as visit:
            return _organ(visit, organ, visit.trouble(problem), posted)


@router.get("/import")
def show_import(request: Request) -> Response:
    with enter(request) as visit:
        return visit.page("organisation_import.html", draft=None, difference=())


@router.post("/import")
def upload(request: Request, posted: PostedForm) -> Response:
    """The tables are read and compared; what they would change is shown before anything does."""
    try:
        with enter(request, posted) as visit:
            uploads = posted.files.get("_files", ())
            if not uploads:
                raise Invalid("请选择机构人员表：organs、posts、persons、identities，需要时加上 relations、bodies。")
            tables = {_table_name(one.name): _rows(one.name, one.content) for one in uploads}
            draft, difference = organisation.draft_import(visit.tx, visit.actor, tables)
            return visit.page("organisation_import.html", draft=draft, difference=difference)
    except (Invalid, Refused) as problem:
        with enter(request) as visit:
            told = visit.trouble(problem)
            findings = problem.findings if isinstance(problem, Invalid) else ()
            return visit.page(
                "organisation_import.html", told.status, draft=None, difference=(), problem=told, findings=findings
            )


@router.post("/import/{draft}")
def confirm(request: Request, draft: int, posted: PostedForm) -> Response:
    try:
        with enter(request, posted) as visit:
            return visit.go("/organisation/changes", organisation.confirm_import(visit.tx, visit.actor, draft))
    except (Invalid, Refused) as problem:
        with enter(request) as visit:
            told = visit.trouble(problem)
            return visit.page("organisation_import.html", told.status, draft=None, difference=(), problem=told)


def _command(visit: Visit, posted: Posted) -> ChangeOrganisation:
    values: Mapping[str, str] = {
        name.removeprefix("v_"): posted.one(name) for name in posted.typed if name.startswith("v_")
    }
    return ChangeOrganisation(visit.actor, posted.one("_kind"), values, _day(posted.one("_first")))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid("请填写日期，例如 2026-12-01。", fields={"first": ["请填写日期。"]}) from None


def _organ(
    visit: Visit, organ: str, problem: Trouble | None = None, posted: Posted | None = None, on: date | None = None
) -> Response:
    view = organisation_view.show_organ(visit.tx, visit.actor, OrganId(organ), on)
    typed = {name: posted.one(name) for name in posted.typed} if posted else {}
    status = problem.status if problem else 200
    return visit.page(
        "organisation_organ.html", status, view=view, problem=problem, typed=typed, today=visit.tx.today.isoformat()
    )


def _table_name(name: str) -> str:
    return name.rsplit("/", 1)[-1].rsplit(".", 1)[0].lower() + ".csv"


def _rows(name: str, content: bytes) -> directory.Rows:
    return directory.parse_xlsx(content) if name.lower().endswith(".xlsx") else directory.parse_csv(content)
