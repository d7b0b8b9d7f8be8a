"""The web application: middleware, pages, API, health. `build_site` is all that the assembly needs."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from anyio import to_thread
from fastapi import APIRouter, Depends, FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles

from jiecheng.cases.deployment import DemoAccount
from jiecheng.cases.house import House
from jiecheng.model.actor import Role
from jiecheng.web import (
    api,
    attachment,
    bulk,
    calendar,
    case,
    channel,
    circulation,
    diagram,
    ending,
    handling,
    history,
    inbox,
    incident,
    letter,
    message,
    migration,
    organisation,
    papers,
    phrase,
    preference,
    profile,
    public,
    question,
    register,
    release,
    search,
    session,
    start,
    studio,
    studio_editor,
    substitution,
    supervision,
    unread,
    work_item,
)
from jiecheng.web.assets import Assets
from jiecheng.web.errors import answer_errors
from jiecheng.web.page import Pages
from jiecheng.web.parked import Refills
from jiecheng.web.security import BoundedBody, SecureHeaders, require_writable_address
from jiecheng.web.straight import StraightRouter
from jiecheng.web.visit import Site, enter

# Asked one after the other for every request: what officials open and decide stands first.
PAGES = (
    work_item,
    handling,
    inbox,
    session,
    bulk,
    preference,
    phrase,
    search,
    start,
    case,
    diagram,
    message,
    attachment,
    register,
    history,
    release,
    studio,
    studio_editor,
    letter,
    organisation,
    calendar,
    channel,
    papers,
    profile,
    migration,
    incident,
    public,
    ending,
    circulation,
    question,
    supervision,
    unread,
    substitution,
)


@dataclass(frozen=True, slots=True)
class SiteOptions:
    """`https`: browsers reach us by https. `district`: the name in the header. `demo`: accounts that the login page
    offers, in a demonstration only."""

    https: bool = False
    district: str = "云川区"
    version: str = "0.1.0"
    demo: Sequence[DemoAccount] = ()


# No more requests at once than the house has connections for. Python runs one at a time anyway: with forty half-done each
# waits for all the others at every question to the database, and a thread that has its answer gets its turn back late.
AT_ONCE = 8
TURN_SECONDS = 0.001


@asynccontextmanager
async def few_at_once(_: FastAPI) -> AsyncIterator[None]:
    to_thread.current_default_thread_limiter().total_tokens = AT_ONCE
    sys.setswitchinterval(TURN_SECONDS)
    yield


def build_site(house: House, options: SiteOptions | None = None) -> FastAPI:
    """Pages at /, API at /api/v1 with its description at /api/v1/openapi.json, health at /healthz."""
    options = options or SiteOptions()
    assets = Assets()
    site = FastAPI(
        title="街程 API",
        version=options.version,
        description="区街镇审批平台的程序接口。先用 POST /api/v1/session 取得令牌，再以 Authorization: Bearer 携带。",
        openapi_url="/api/v1/openapi.json",
        docs_url=None,  # both viewers load from a CDN and run inline scripts
        redoc_url=None,
        lifespan=few_at_once,
        dependencies=[Depends(require_writable_address)],
    )
    site.state.site = Site(house, Pages(assets), options.https, options.district, options.demo)
    site.state.refills = Refills()
    site.add_middleware(BoundedBody)
    site.add_middleware(SecureHeaders, https=options.https)
    answer_errors(site)
    for page in PAGES:
        if isinstance(page.router, StraightRouter):
            site.router.routes.extend(page.router.routes)
    site.mount("/static", StaticFiles(directory=assets.folder), name="static")
    site.add_api_route("/", show_front, include_in_schema=False)
    site.add_api_route("/healthz", show_health, include_in_schema=False)
    for page in PAGES:
        if isinstance(page.router, APIRouter):
            site.include_router(page.router, include_in_schema=False)
    for forms in (start, work_item, case, ending, message, studio, studio_editor):
        forms.offer_refills(site.state.refills)
    site.include_router(api.router, prefix="/api/v1")
    return site


def show_front(request: Request) -> Response:
    """Whoever has business sees his open work first; an auditor what there is to audit; the system's keeper how it runs."""
    with enter(request) as visit:
        if Role.SYSTEM_ADMINISTRATOR in visit.actor.roles:
            return RedirectResponse("/machinery", 303)  # he sees no business, so his list would always be empty
        auditor = visit.actor.roles == frozenset({Role.AUDITOR})
        return RedirectResponse("/audit" if auditor else "/inbox", 303)


def show_health(request: Request) -> Response:
    """200 while a transaction can be opened. For machines: no page, no session."""
    site: Site = request.app.state.site
    reachable = site.is_reachable()
    return JSONResponse({"status": "ok" if reachable else "database unreachable"}, 200 if reachable else 503)
