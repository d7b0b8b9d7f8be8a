"""Routes of what officials open and decide all day, straight from the address to the handler.

The framework's own routes read each handler's signature anew for every request, which costs as much as reading the form.
Here a handler gets the request, the numbers of its address and, where it is for a form, what was posted: nothing else.
Everything around it (headers, errors, the sessions) is the same as for every other page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from jiecheng.web.posted import read_posted
from jiecheng.web.security import require_writable_address

Handler = Callable[..., Response]


class _RowNumber(Convertor[int]):
    """The number of a row; longer ones than a column holds are no address of ours."""

    regex = "[0-9]{1,18}"

    def convert(self, value: str) -> int:
        return int(value)

    def to_string(self, value: int) -> str:
        return str(value)


register_url_convertor("row", _RowNumber())


class StraightRouter:
    """Collects the routes below one prefix; addresses name their numbers as {item:row}."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self.routes: list[Route] = []

    def get(self, path: str) -> Callable[[Handler], Handler]:
        return self._adding(path, "GET", posts=False)

    def post(self, path: str) -> Callable[[Handler], Handler]:
        return self._adding(path, "POST", posts=True)

    def _adding(self, path: str, method: str, *, posts: bool) -> Callable[[Handler], Handler]:
        def add(handler: Handler) -> Handler:
            route = Route(self._prefix + path, _Endpoint(handler, posts=posts), methods=[method])
            route.methods = {
                method
            }  # not HEAD with every GET: to open an item leaves a mark, and nobody has read a head
            self.routes.append(route)
            return handler

        return add


class _Endpoint:
    """An ASGI application of one handler."""

    def __init__(self, handler: Handler, *, posts: bool) -> None:
        self._handler = handler
        self._posts = posts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive, send)
        await require_writable_address(request)
        told: Mapping[str, Any] = scope["path_params"]
        if self._posts:
            told = {**told, "posted": await read_posted(request)}
        response = await run_in_threadpool(self._handler, request, **told)
        await response(scope, receive, send)
