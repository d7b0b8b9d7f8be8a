"""What was typed when the session ran out: it waits inside the login page, sealed to this browser, and comes back.

Nothing is kept on the server and nothing is decided; the filled form is shown again and the person presses the button.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from starlette.responses import Response

from jiecheng.web import security
from jiecheng.web.posted import Posted, from_text
from jiecheng.web.visit import Visit

DRAWN_FOR = "_drawn_for"  # whose page it was
# Draws the form of a path again with these fields: (visit, the path's match, fields).
Refill = Callable[[Visit, "re.Match[str]", Posted], Response]


@dataclass(frozen=True, slots=True)
class Parked:
    """Hidden fields of the login page. `path` is where the form was posted to."""

    path: str
    fields: str
    seal: str
    files: bool = False


class Refills:
    """Which forms can come back, by the path they post to."""

    def __init__(self) -> None:
        self._refills: list[tuple[re.Pattern[str], Refill]] = []

    def add(self, pattern: str, refill: Refill) -> None:
        self._refills.append((re.compile(pattern), refill))

    def find(self, path: str) -> tuple[Refill, re.Match[str]] | None:
        for pattern, refill in self._refills:
            match = pattern.fullmatch(path)
            if match:
                return refill, match
        return None


def park(door_secret: str, path: str, posted: Posted) -> Parked:
    identity = posted.one("_identity")
    fields = Posted({**posted.typed, DRAWN_FOR: [identity]}).as_text()
    return Parked(path, fields, security.seal(door_secret, path, fields), bool(posted.files))


def take_back(door_secret: str, path: str, fields: str, digest: str) -> Posted | None:
    """The parked fields, if this browser's door sealed them for this path."""
    if not fields or not security.is_sealed(door_secret, digest, path, fields):
        return None
    return from_text(fields)
