"""Logging in and out, and acting in another of one's own identities. Guesses are slowed down by `cases.accounts`."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from jiecheng.cases import accounts
from jiecheng.model.errors import JiechengError
from jiecheng.model.ids import IdentityId
from jiecheng.web import security
from jiecheng.web.page import Shell
from jiecheng.web.parked import DRAWN_FOR, Parked, Refills, park, take_back
from jiecheng.web.posted import Posted, PostedForm
from jiecheng.web.visit import NotLoggedIn, Visit, enter, login_path, site_of

router = APIRouter()
_SUBJECT = re.compile(r"/(?:cases|work-items)/[0-9]+")


@dataclass(frozen=True, slots=True)
class Door:
    """What the login page shows. `posted`: a form that arrived without a session; `parked`: one that already waits."""

    wanted: str = "/"
    account: str = ""
    posted: Posted | None = None
    parked: Parked | None = None
    problem: str = ""
    expired: bool = False


@router.get("/login")
def show_login(request: Request, wanted: Annotated[str, Query(alias="next")] = "/") -> Response:
    return _door(request, Door(_own_path(wanted), expired=wanted != "/"))


@router.post("/login")
def log_in(request: Request, posted: PostedForm) -> Response:
    site = site_of(request)
    door = request.cookies.get(site.cookie(security.DOOR_COOKIE), "")
    wanted, account = _own_path(posted.one("next", "/")), posted.one("account")
    parked = Parked(wanted, posted.one("parked_fields"), posted.one("parked_seal"))
    here = Door(wanted, account, parked=parked if parked.fields else None)
    if not door:
        return _door(request, replace(here, problem="登录页已过期，请再输入一次密码。"))
    security.require_token(security.door_token(door), posted.one("_csrf"))
    address = request.client.host if request.client else ""
    try:
        with site.house.transaction() as tx:
            # A wrong guess is an ordinary end of the transaction: its count must be kept.
            session = accounts.log_in(tx, account, _password(posted), address)
    except JiechengError as refusal:
        return _door(request, replace(here, problem=refusal.message), 403)
    if session is None:
        return _door(request, replace(here, problem="账号或密码不对。请检查大小写后再输一次。"), 403)
    response = _way_back(request, session.token, take_back(door, wanted, parked.fields, parked.seal), wanted)
    site.set_cookie(response, security.SESSION_COOKIE, session.token)
    site.drop_cookie(response, security.DOOR_COOKIE)
    return response


@router.post("/logout")
def log_out(request: Request, posted: PostedForm) -> Response:
    site = site_of(request)
    try:
        with enter(request, posted) as visit:
            accounts.log_out(visit.tx, request.cookies[site.cookie(security.SESSION_COOKIE)])
    except NotLoggedIn:
        pass  # already out is out
    response = RedirectResponse("/login", 303)
    site.drop_cookie(response, security.SESSION_COOKIE)
    return response


@router.post("/identity")
def switch_identity(request: Request, posted: PostedForm) -> Response:
    with enter(request, posted) as visit:
        token = request.cookies[visit.site.cookie(security.SESSION_COOKIE)]
        accounts.switch_identity(visit.tx, token, IdentityId(posted.one("_to")))
        session = accounts.load_session(visit.tx, token)
        return visit.go("/", f"已切换身份，现在以“{session.actor.post}”办理。" if session else "")


def ask_to_log_in(request: Request, posted: Posted | None) -> Response:
    """No session. A page is asked for again after the door; a form is carried through the door."""
    if request.headers.get("hx-request"):
        # A piece of a page cannot become a login page. A list is loaded anew; a form that saves itself stays as it is,
        # for what was typed is only there.
        return Response(status_code=204, headers={} if posted is not None else {"hx-refresh": "true"})
    if posted is None:
        return RedirectResponse(login_path(request), 303)
    return _door(request, Door(request.url.path, posted=posted), 401)


def _door(request: Request, door: Door, status: int = 200) -> Response:
    site = site_of(request)
    secret = request.cookies.get(site.cookie(security.DOOR_COOKIE), "")
    fresh = not secret
    secret = secret or security.new_secret()
    parked = park(secret, door.wanted, door.posted) if door.posted is not None else door.parked
    shell = Shell(site.district, site.house.clock(), security.door_token(secret))
    values = {
        "next": door.wanted,
        "account": door.account,
        "parked": parked,
        "problem": door.problem,
        "expired": door.expired,
        "demo": site.demo,
    }
    response = HTMLResponse(site.pages.render("login.html", shell, values), status)
    if fresh:
        site.set_cookie(response, security.DOOR_COOKIE, secret)
    return response


def _way_back(request: Request, token: str, posted: Posted | None, wanted: str) -> Response:
    if posted is None:
        return RedirectResponse(wanted, 303)
    refills: Refills = request.app.state.refills
    with enter(request, token=token) as visit:
        mine = {visit.actor.identity, *visit.actor.identities}
        if posted.one(DRAWN_FOR) not in mine:
            return visit.go("/", "刚才的内容是另一个人填写的，没有带入。", "warn")
        visit.path = wanted
        found = refills.find(wanted)
        return found[0](visit, found[1], posted) if found is not None else _to_be_copied(visit, wanted, posted)


def _to_be_copied(visit: Visit, wanted: str, posted: Posted) -> Response:
    """A form that cannot be drawn again from its address: what he wrote stands on a page, to be taken over by hand."""
    subject = _SUBJECT.match(wanted)
    back = subject[0] if subject else "/"
    written = [one for name, values in posted.typed.items() if name != DRAWN_FOR for one in values if _is_written(one)]
    if not written:
        return visit.go(back, "登录超时，刚才按的按钮没有生效。需要的，请再按一次。", "warn")
    return visit.page("typed_before.html", written=written, back=back, address=back)


def _is_written(value: str) -> bool:
    """A person's words, and no code of a choice."""
    return not value.isascii() or " " in value.strip()


def _password(posted: Posted) -> str:
    """As typed: blanks at the ends may belong to it."""
    return (posted.fields.get("password") or ("",))[0]


def _own_path(wanted: str) -> str:
    """Only ways inside this house: "//elsewhere" and "https://…" lead to the front page instead."""
    inside = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and "\n" not in wanted
    return wanted if inside else "/"
