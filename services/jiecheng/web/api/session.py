"""Tokens: taken with account and password, given back when done. The same slowing down of guesses as at the door."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from jiecheng.cases import accounts
from jiecheng.model.errors import Refused
from jiecheng.web.api.desk import AtDesk
from jiecheng.web.api.shapes import LogIn, SessionOut
from jiecheng.web.visit import site_of

router = APIRouter(prefix="/session", tags=["登录"])


@router.post("", status_code=201, summary="登录，取得令牌")
def log_in(request: Request, body: LogIn) -> SessionOut:
    address = request.client.host if request.client else ""
    with site_of(request).house.transaction() as tx:
        session = accounts.log_in(tx, body.account, body.password, address)
    if session is None:  # after the commit, which keeps the count of failures
        raise Refused("账号或密码不对。", rule="login")
    actor = session.actor
    return SessionOut(
        token=session.token,
        expires_at=session.expires_at,
        person=actor.person,
        name=actor.name,
        identity=actor.identity,
        post=actor.post,
        roles=sorted(actor.roles),
    )


@router.delete("", status_code=204, summary="退出，令牌作废")
def log_out(desk: AtDesk) -> Response:
    with desk.open() as (tx, _):
        accounts.log_out(tx, desk.token)
    return Response(status_code=204)
