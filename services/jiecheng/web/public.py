"""What anybody may read without a login: the published versions of public registers, as pages and as JSON.

Nothing here knows a session. Answers may be kept by caches, say so, and are bounded: in rows a page, and in requests a
minute from one address.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response

from jiecheng.cases import published
from jiecheng.cases.house import Tx
from jiecheng.web.inbox import query_of
from jiecheng.web.page import Shell
from jiecheng.web.visit import site_of

router = APIRouter(prefix="/public")

A_MINUTE, A_DAY = 60, 86_400
REQUESTS_A_MINUTE = 240  # an office behind one address looks at a list together
_MOST_ADDRESSES = 10_000
_LONGEST_TEXT = 60

SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "jiecheng-register-1",
    "description": "一个公开清单的一个版本。各版本公布后不再改动；SHA-256 按 RFC 8785 规范形式计算。",
    "type": "object",
    "required": ["format", "register", "title", "version", "effective_on", "published_at", "columns", "rows"],
    "properties": {
        "format": {"const": "jiecheng-register-1"},
        "register": {"type": "string", "description": "清单标识"},
        "title": {"type": "string", "description": "清单名称"},
        "version": {"type": "integer", "minimum": 1, "description": "第几版，从 1 起连续"},
        "effective_on": {"type": "string", "format": "date", "description": "生效日期"},
        "published_at": {"type": "string", "format": "date-time", "description": "公布时间"},
        "columns": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["key", "title", "kind"],
                "properties": {
                    "key": {"type": "string"},
                    "title": {"type": "string"},
                    "kind": {"enum": ["text", "date", "number", "link"]},
                },
            },
        },
        "rows": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["number", "key", "status", "values"],
                "properties": {
                    "number": {"type": "string", "description": "办件编号"},
                    "key": {"type": "string", "description": "同一办件的第几行，例如承接街镇"},
                    "status": {"type": "string", "description": "状态"},
                    "values": {"type": "object", "description": "栏标识 → 内容；没有内容的是 null"},
                },
            },
        },
        "withheld": {"type": "array", "items": {"type": "string"}, "description": "公布后改为不公开的栏目"},
    },
}  # fmt: skip


class Turnstile:
    """So many requests a minute from one address; forgets the addresses it has not seen for longest."""

    def __init__(self, a_minute: int = REQUESTS_A_MINUTE, clock: Callable[[], float] = time.monotonic) -> None:
        self._a_minute, self._clock = a_minute, clock
        self._seen: OrderedDict[str, tuple[float, int]] = OrderedDict()
        self._lock = threading.Lock()

    def admits(self, address: str) -> bool:
        now = self._clock()
        with self._lock:
            begun, count = self._seen.pop(address, (now, 0))
            if now - begun >= A_MINUTE:
                begun, count = now, 0
            self._seen[address] = (begun, count + 1)
            while len(self._seen) > _MOST_ADDRESSES:
                self._seen.popitem(last=False)
        return count < self._a_minute


turnstile = Turnstile()


@router.get("")
def show_lists(request: Request) -> Response:
    return _page(request, "public_lists.html", lambda tx: {"lists": published.public_registers(tx)})


@router.get("/schema.json")
def show_schema(request: Request) -> Response:
    return _admitted(request) or JSONResponse(SCHEMA, headers={"cache-control": f"public, max-age={A_DAY}"})


@router.get("/{name}.json")
def show_document(request: Request, name: str) -> Response:
    return _document(request, name, None)


@router.get("/{name}/v{version:int}.json")
def show_version_document(request: Request, name: str, version: int) -> Response:
    return _document(request, name, version)


@router.get("/{name}/v{version:int}")
def show_version(
    request: Request, name: str, version: int, text: str = "", category: str = "", row: int = 0
) -> Response:
    return _version(request, name, version, (text, category, row))


@router.get("/{name}")
def show_latest(request: Request, name: str, text: str = "", category: str = "", row: int = 0) -> Response:
    return _version(request, name, None, (text, category, row))


def _version(request: Request, name: str, version: int | None, wish: tuple[str, str, int]) -> Response:
    text, category, row = wish[0].strip()[:_LONGEST_TEXT], wish[1][:_LONGEST_TEXT], max(0, min(wish[2], 1_000_000))

    def values(tx: Tx) -> dict[str, object]:
        view = published.public_version(tx, name, version, text=text, category=category, row=row)
        return {
            "view": view,
            "versions": published.public_versions(tx, name),
            "query": query_of(request),
            "text": text,
            "category": category,
            "row": row,
        }

    return _page(request, "public_list.html", values)


def _document(request: Request, name: str, version: int | None) -> Response:
    refused = _admitted(request)
    if refused is not None:
        return refused
    with site_of(request).house.transaction() as tx:
        found = published.public_document(tx, name, version)
    headers = {"x-content-sha256": found.sha256} if found.whole else {}
    return _kept(request, Response(found.text, media_type="application/json", headers=headers))


def _page(request: Request, template: str, values: Callable[[Tx], dict[str, object]]) -> Response:
    refused = _admitted(request)
    if refused is not None:
        return refused
    site = site_of(request)
    with site.house.transaction() as tx:
        # No clock, no token, no name on it: the same page for everybody, so caches may keep it.
        shell = Shell(district=site.district, now=tx.now, token="")
        html = site.pages.render(template, shell, values(tx))
    return _kept(request, HTMLResponse(html))


def _admitted(request: Request) -> Response | None:
    """None, or the answer to somebody who asks too often."""
    address = request.client.host if request.client else ""
    if turnstile.admits(address):
        return None
    words = "查询太频繁，请过一分钟再看。需要全部内容请下载 JSON。"
    return PlainTextResponse(words, 429, headers={"retry-after": str(A_MINUTE)})


def _kept(request: Request, response: Response) -> Response:
    """Tell caches how long it holds; nothing is sent again that the reader has already."""
    tag = f'"{hashlib.sha256(bytes(response.body)).hexdigest()[:32]}"'
    headers = {"etag": tag, "cache-control": f"public, max-age={A_MINUTE}"}
    asked = [one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")]
    if tag in asked or "*" in asked:
        return Response(status_code=304, headers=headers)
    response.headers.update(headers)
    return response
