"""What every answer carries and what every form must bring: strict headers, same-origin posts, the form's token.

Owns no session; the token of a form is compared with the one of the session, or of the login door's own cookie.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from jiecheng.model.errors import Refused
from jiecheng.model.writable import require_writable

# No inline script or style anywhere; data: only for the small pictures inside the style sheet.
CONTENT_POLICY = (
    "default-src 'self'; img-src 'self' data:; font-src 'self' data:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": CONTENT_POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}
YEAR = 31_536_000
_RAW = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
_NAMES = frozenset(name for name, _ in _RAW)
_LASTING = f"public, max-age={YEAR}, immutable".encode()
_HTTPS_ONLY = (b"strict-transport-security", f"max-age={YEAR}".encode())
MOST_BYTES = 64 * 1024 * 1024
DOOR_COOKIE = "jc_door"
SESSION_COOKIE = "jc_session"


class SecureHeaders:
    """ASGI middleware: adds the headers, keeps pages with personal data out of every cache."""

    def __init__(self, app: ASGIApp, https: bool) -> None:
        self.app = app
        self.https = https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message["headers"])
                own = {name for name, _ in headers}
                headers += _RAW if own.isdisjoint(_NAMES) else [one for one in _RAW if one[0] not in own]
                # Published lists are the same for everybody, and say themselves how long they hold.
                public = scope["path"].startswith("/public") and message["status"] in (200, 304)
                if not (public and b"cache-control" in own):
                    lasting = scope["path"].startswith("/static/") and message["status"] == 200
                    headers = [one for one in headers if one[0] != b"cache-control"]
                    headers.append((b"cache-control", _LASTING if lasting else b"no-store"))
                if self.https:
                    headers.append(_HTTPS_ONLY)
                message["headers"] = headers
            await send(message)

        await self.app(scope, receive, send_with_headers)


class BoundedBody:
    """ASGI middleware: a request that does not say how long it is, or says too much, is not read at all."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] not in ("GET", "HEAD", "DELETE"):
            length = next(
                (value.decode("latin-1") for name, value in scope["headers"] if name == b"content-length"), ""
            )
            # The server hands over no more than was announced, so the announcement is all there is to check.
            if not length.isdigit() or int(length) > MOST_BYTES:
                words = "请求内容太大，或没有说明长度，没有受理。附件每个不超过 20 MB，一次合计不超过 64 MB。"
                await PlainTextResponse(words, 413 if length.isdigit() else 411)(scope, receive, send)
                return
        await self.app(scope, receive, send)


async def require_writable_address(request: Request) -> None:  # asynchronous: no thread for a look at two lines
    """What stands in the address is looked for, or kept as a condition: it must be text as well."""
    require_writable([request.path_params, *request.query_params.multi_items()])


def cookie_name(plain: str, https: bool) -> str:
    """`__Host-` binds a cookie to this very host; browsers accept the prefix only over https."""
    return f"__Host-{plain}" if https else plain


def new_secret() -> str:
    return secrets.token_urlsafe(32)


def seal(secret: str, *parts: str) -> str:
    """A keyed digest over texts; lengths go in, so that no two lists of texts share one digest."""
    message = "".join(f"{len(part)}:{part}" for part in parts)
    return hmac.new(secret.encode(), message.encode(), hashlib.sha256).hexdigest()


def is_sealed(secret: str, digest: str, *parts: str) -> bool:
    return bool(secret) and hmac.compare_digest(seal(secret, *parts), digest)


def door_token(secret: str) -> str:
    """The token of the login form, derived from the door's cookie: nobody has a session there yet."""
    return seal(secret, "door")


def require_same_origin(request: Request) -> None:
    """Refuse a post that another site made the browser send; old browsers without these headers rely on the token."""
    site = request.headers.get("sec-fetch-site", "same-origin")
    origin = request.headers.get("origin", "")
    foreign = origin not in ("", "null") and origin.split("://", 1)[-1] != request.headers.get("host", "")
    if site not in ("same-origin", "none") or foreign:
        raise Refused("这个请求不是从本系统的页面发出的，没有受理。请回到本系统的页面再操作。", rule="same-origin")


def require_token(expected: str, found: str) -> None:
    if not expected or not hmac.compare_digest(expected.encode(), found.encode()):
        raise Refused("页面已过期，没有提交任何内容。请返回上一页，刷新后再提交。", rule="form-token", conflict=True)
