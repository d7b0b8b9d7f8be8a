"""A browser as far as a bench needs one: one kept connection, cookies, forms sent the way browsers send them.

By hand over a socket: the standard library's client costs half as much as the site's whole answer, on the same cores.
"""

from __future__ import annotations

import re
import secrets
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from jiecheng.cases.deployment import DEMO_PASSWORD

IDLE_SECONDS = 4.0  # the site hangs up after five
ITEM = re.compile(r'href="/work-items/(\d+)"')


class Unexpected(Exception):
    """The site answered something else than a person at work would see."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    place: str
    text: str


class Browser:
    """Logged in as one account. `token` and `identity` are those of every form this session is shown."""

    def __init__(self, host: str, port: int) -> None:
        self._place = (host, port)
        self._connection: socket.socket | None = None
        self._cookies: dict[str, str] = {}
        self._last = 0.0
        self.token = self.identity = ""

    def log_in(self, account: str) -> None:
        door = hidden(self.get("/login").text)
        fields = {**door, "account": account, "password": DEMO_PASSWORD, "next": "/"}
        body = urlencode(fields).encode()
        answer = self._ask("POST", "/login", body, "application/x-www-form-urlencoded")
        if answer.status != 303:
            raise Unexpected(f"{account}: login answered {answer.status}")
        page = hidden(self.get("/inbox").text)
        self.token, self.identity = page["_csrf"], page["_identity"]

    def get(self, path: str, expected: int = 200) -> Answer:
        answer = self._ask("GET", path)
        if answer.status != expected:
            raise Unexpected(f"GET {path}: {answer.status}")
        return answer

    def decide(self, item: int, outcome: str = "agree", fields: Mapping[str, str] | None = None) -> Answer:
        """Press a button of a work item; it must lead on to the case."""
        told = {"_outcome": outcome, "_opinion": "同意。", **(fields or {})}
        answer = self.post(f"/work-items/{item}/decide", told)
        if answer.status != 303:
            raise Unexpected(f"decide {item}: {answer.status}")
        return answer

    def post(self, path: str, fields: Mapping[str, str]) -> Answer:
        guard = {"_csrf": self.token, "_identity": self.identity, "_operation": secrets.token_urlsafe(18)}
        return self._ask("POST", path, urlencode({**guard, **fields}).encode(), "application/x-www-form-urlencoded")

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _ask(self, method: str, path: str, body: bytes = b"", kind: str = "") -> Answer:
        if time.monotonic() - self._last > IDLE_SECONDS:
            self.close()
        if self._connection is None:
            self._connection = socket.create_connection(self._place, timeout=60)
            self._connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        head = f"{method} {path} HTTP/1.1\r\nhost: {self._place[0]}:{self._place[1]}\r\ncookie: {cookies}\r\n"
        if method == "POST":
            head += f"content-type: {kind}\r\ncontent-length: {len(body)}\r\n"
        self._connection.sendall(head.encode() + b"\r\n" + body)
        status, headers, content = self._read(self._connection)
        self._last = time.monotonic()
        for cookie in headers.get("set-cookie", ()):
            name, _, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value
        return Answer(status, headers.get("location", [""])[0], content.decode())

    def _read(self, connection: socket.socket) -> tuple[int, dict[str, list[str]], bytes]:
        """One answer: the site says of each how long it is."""
        came = b""
        while (end := came.find(b"\r\n\r\n")) < 0:
            came += self._more(connection)
        first, *lines = came[:end].decode("latin-1").split("\r\n")
        headers: dict[str, list[str]] = {}
        for line in lines:
            name, _, value = line.partition(": ")
            headers.setdefault(name.lower(), []).append(value)
        length = int(headers.get("content-length", ["0"])[0])
        content = came[end + 4 :]
        while len(content) < length:
            content += self._more(connection)
        return int(first.split(" ", 2)[1]), headers, content

    def _more(self, connection: socket.socket) -> bytes:
        came = connection.recv(1 << 16)
        if not came:
            self.close()
            raise Unexpected("expected an answer of the site, but it hung up")
        return came


def hidden(page: str) -> dict[str, str]:
    """Token, identity and operation key of a page."""
    return {
        name: found[1]
        for name in ("_csrf", "_identity", "_operation")
        if (found := re.search(f'name="{name}" value="([^"]*)"', page))
    }
