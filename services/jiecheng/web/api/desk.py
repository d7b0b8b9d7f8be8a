"""One API request: its transaction and who acts, by bearer token. No cookies here, hence no form tokens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.requests import Request

from jiecheng.cases import accounts
from jiecheng.cases.house import Tx
from jiecheng.model.actor import Actor
from jiecheng.web.visit import NotLoggedIn, site_of

_bearer = HTTPBearer(auto_error=False, description="POST /api/v1/session 返回的令牌")
Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
OperationKey = Annotated[
    str, Header(alias="Idempotency-Key", description="同一操作重复提交时用同一个值，只会办理一次。", max_length=200)
]


@dataclass(frozen=True, slots=True)
class Desk:
    """What a handler needs before it opens its transaction."""

    request: Request
    token: str

    @contextmanager
    def open(self) -> Iterator[tuple[Tx, Actor]]:
        with site_of(self.request).house.transaction() as tx:
            session = accounts.load_session(tx, self.token) if self.token else None
            if session is None:
                raise NotLoggedIn
            yield tx, session.actor


def desk(request: Request, credentials: Credentials) -> Desk:
    return Desk(request, credentials.credentials if credentials else "")


AtDesk = Annotated[Desk, Depends(desk)]
