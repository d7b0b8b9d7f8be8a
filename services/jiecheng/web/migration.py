"""For process administrators: running cases of older releases, what moving each would do, and the move; one case one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from jiecheng.cases.migration import MigrateCase, list_migratable, migrate_case, show_migration
from jiecheng.model.errors import JiechengError
from jiecheng.model.ids import CaseId, ElementId, ProcessId
from jiecheng.web.posted import Posted, PostedForm
from jiecheng.web.visit import enter

router = APIRouter(prefix="/migrations")


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one case. `done`: it was moved."""

    sentence: str
    done: bool


@router.get("")
def show_list(request: Request) -> Response:
    with enter(request) as visit:
        return visit.page("migrations.html", rows=list_migratable(visit.tx, visit.actor))


@router.get("/{process}")
def show(request: Request, process: str) -> Response:
    return _page(request, process, frozenset(), {})


@router.post("/{process}")
def migrate(request: Request, process: str, posted: PostedForm) -> Response:
    """Every chosen case by itself: one that cannot be moved does not hold the others."""
    confirmed = frozenset(ElementId(one) for one in posted.fields.get("_confirmed", ()))
    chosen = _chosen(posted) if posted.one("_do") == "migrate" else []
    results = {case: _migrate(request, process, posted, case, confirmed) for case in chosen}
    if not chosen:
        with enter(request, posted):
            pass  # the form is checked, nothing is done: he only looks again
    return _page(request, process, confirmed, results)


def _chosen(posted: Posted) -> Sequence[int]:
    return [int(one) for one in posted.fields.get("_case", ()) if one.isascii() and one.isdigit()]


def _migrate(request: Request, process: str, posted: Posted, case: int, confirmed: frozenset[ElementId]) -> Result:
    try:
        with enter(request, posted) as visit:
            release = visit.tx.latest_releases()[ProcessId(process)]
            key = f"{posted.one('_operation')}:{case}"
            command = MigrateCase(visit.actor, CaseId(case), release, confirmed, key)
            return Result(migrate_case(visit.tx, command).sentence, done=True)
    except JiechengError as problem:
        return Result(problem.message, done=False)


def _page(request: Request, process: str, confirmed: frozenset[ElementId], results: Mapping[int, Result]) -> Response:
    with enter(request) as visit:
        view = show_migration(visit.tx, visit.actor, ProcessId(process), confirmed)
        return visit.page("migration.html", view=view, confirmed=confirmed, results=list(results.values()))
