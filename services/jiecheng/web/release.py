"""Releases for process owners: what was published, as it is executed. Read only."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from jiecheng.cases import release
from jiecheng.cases.people import label
from jiecheng.cases.sections import form_title
from jiecheng.model.ids import IdentityId, ReleaseHash
from jiecheng.web.decision_table import readable
from jiecheng.web.visit import enter

router = APIRouter(prefix="/releases")


@router.get("")
def show_list(request: Request) -> Response:
    with enter(request) as visit:
        releases = release.list_releases(visit.tx, visit.actor)
        names = {one.published_by: label(visit.tx, IdentityId(one.published_by)) for one, _ in releases}
        return visit.page("releases.html", releases=releases, names=names)


@router.get("/{content}")
def show(request: Request, content: str) -> Response:
    with enter(request) as visit:
        view = release.show_release(visit.tx, visit.actor, ReleaseHash(content))
        tables = [readable(table) for table in view.tables]
        deployed = visit.tx.release(ReleaseHash(content))
        return visit.page(
            "release.html",
            view=view,
            release=view.release,
            definition=view.definition,
            tables=tables,
            titles={name: form_title(deployed, name) for name in view.forms},
        )
