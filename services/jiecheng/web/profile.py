"""What differs between two cities, for process owners and auditors: the tables' rows and the clauses, in words."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from jiecheng.cases import profile
from jiecheng.definitions.profiles import PROFILES
from jiecheng.web.visit import enter

router = APIRouter(prefix="/profiles")


@router.get("")
def show(request: Request, first: str = "", second: str = "") -> Response:
    with enter(request) as visit:
        here = visit.tx.profile
        first = first or here
        second = second or next(one for one in PROFILES if one != first)
        found = profile.compare_here(visit.tx, visit.actor, first, second)
        return visit.page("profiles.html", found=found, here=here, profiles=PROFILES)
