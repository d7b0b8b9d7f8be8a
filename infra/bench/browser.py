"""A browser as far as a bench needs one: one kept connection, cookies, forms sent the way browsers send them."""

from __future__ import annotations

import http.client
import re
import secrets
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
        self._connection = http.client.HTTPConnection(host, port, timeout=60)
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
        self._connection.close()

    def _ask(self, method: str, path: str, body: bytes | None = None, kind: str = "") -> Answer:
        headers = {"cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if body is not None:
            headers["content-type"] = kind
        if time.monotonic() - self._last > IDLE_SECONDS:
            self._connection.close()  # and connects again by itself
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        text = answer.read().decode()
        self._last = time.monotonic()
        for line in answer.headers.get_all("set-cookie") or ():
            name, _, value = line.partition(";")[0].partition("=")
            self._cookies[name] = value
        return Answer(answer.status, answer.headers.get("location", ""), text)


def hidden(page: str) -> dict[str, str]:
    """Token, identity and operation key of a page."""
    return {
        name: found[1]
        for name in ("_csrf", "_identity", "_operation")
        if (found := re.search(f'name="{name}" value="([^"]*)"', page))
    }
