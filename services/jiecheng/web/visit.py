"""One request of a logged-in person: the transaction, who acts, and the two answers (a page, a way on).

Every page handler begins with `enter`. Nothing here decides; rights are asked by `cases`.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from jiecheng.cases import accounts, inbox, register
from jiecheng.cases.deployment import DemoAccount
from jiecheng.cases.house import House, Tx
from jiecheng.model.actor import Actor
from jiecheng.model.errors import JiechengError, Refused
from jiecheng.web import security, wording
from jiecheng.web.page import Flash, OwnIdentity, Pages, Shell, navigation
from jiecheng.web.posted import Posted
from jiecheng.web.trouble import Trouble, trouble_of

FLASH_COOKIE = "jc_flash"
FLASH_SECONDS = 60
_COOKIE_VALUE = re.compile(r"[\w.=-]*", re.ASCII)
_PLAIN_PATH = re.compile(r"[\w/?&=.-]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Site:
    """What all requests share. `https`: whether browsers reach us by https (decides the cookies)."""

    house: House
    pages: Pages
    https: bool
    district: str
    demo: Sequence[DemoAccount] = ()

    def is_reachable(self) -> bool:
        """Whether a transaction can be opened. The web knows no driver, so any failure counts."""
        try:
            with self.house.transaction() as tx:
                return bool(tx.profile)
        except Exception:
            return False

    def cookie(self, plain: str) -> str:
        return security.cookie_name(plain, self.https)

    def set_cookie(self, response: Response, plain: str, value: str, seconds: int | None = None) -> None:
        assert _COOKIE_VALUE.fullmatch(value), "expected a value that stands in a cookie as it is"
        lasts = f"; Max-Age={seconds}" if seconds is not None else ""
        secure = "; Secure" if self.https else ""
        cookie = f"{self.cookie(plain)}={value}{lasts}; Path=/; HttpOnly; SameSite=lax{secure}"
        response.raw_headers.append((b"set-cookie", cookie.encode("ascii")))

    def drop_cookie(self, response: Response, plain: str) -> None:
        response.delete_cookie(self.cookie(plain), path="/", secure=self.https, httponly=True, samesite="lax")


class NotLoggedIn(Exception):
    """No session, or it has expired. `posted` is what was on its way; it must not be lost."""

    def __init__(self, posted: Posted | None = None) -> None:
        super().__init__()
        self.posted = posted


def site_of(request: Request) -> Site:
    site: Site = request.app.state.site
    return site


@dataclass(slots=True)
class Visit:
    request: Request
    site: Site
    tx: Tx
    session: accounts.Session
    path: str
    flashes: list[Flash] = field(default_factory=list)

    @property
    def actor(self) -> Actor:
        return self.session.actor

    def page(self, template: str, status: int = 200, /, **values: object) -> Response:
        """The page inside its frame."""
        # Asked for only by pages that name registers.
        words = {"register_title": lambda name: register.title_of(self.tx, name)}
        html = self.site.pages.render(template, self._shell(), {**words, **values})
        response = HTMLResponse(html, status)
        if self.flashes:
            self.site.drop_cookie(response, FLASH_COOKIE)
        return response

    def go(self, path: str, said: str = "", tone: str = "good") -> Response:
        """On to another page, which says the sentence once."""
        response = see_other(path)
        if said:
            text = base64.urlsafe_b64encode(json.dumps([tone, said], ensure_ascii=False).encode()).decode()
            value = f"{security.seal(self.session.csrf, text)}.{text}"
            self.site.set_cookie(response, FLASH_COOKIE, value, FLASH_SECONDS)
        return response

    def saved(self, path: str) -> Response:
        """A draft is kept: a page that saved by itself only gets the sentence for its note."""
        if self.request.headers.get("hx-request"):
            return HTMLResponse(f"已自动暂存（{wording.moment(self.tx.now)}），还没有提交。")
        return self.go(path, "已暂存，还没有提交。")

    def trouble(self, error: JiechengError) -> Trouble:
        """The error in words: a clause id becomes the quotation that the processes' own texts give it."""
        trouble = trouble_of(error)
        if not trouble.clause:
            return trouble
        releases = [self.tx.release(newest) for newest in self.tx.latest_releases().values()]
        quotations = [words for release in releases if (words := release.clause_words(trouble.clause, self.tx.profile))]
        return replace(trouble, clause=quotations[0] if quotations else "")

    def say(self, tone: str, text: str) -> None:
        self.flashes.append(Flash(tone, text))

    def _shell(self) -> Shell:
        counts = self._counts()
        return Shell(
            district=self.site.district,
            now=self.tx.now,
            token=self.session.csrf,
            actor=self.actor,
            identities=[OwnIdentity(one, label) for one, label in accounts.identity_choices(self.tx, self.actor)],
            navigation=navigation(self.actor, self.path, counts),
            flashes=self.flashes,
        )

    def _counts(self) -> Mapping[str, int]:
        counts = inbox.counts(self.tx, self.actor)
        return {
            "/inbox": counts.open, "/supervision": counts.supervisions, "/notices": counts.unread,
            "/incidents": counts.incidents, "/studio": counts.drafts,
        }  # fmt: skip


def see_other(path: str) -> Response:
    """On to another page of ours; most paths need no quoting."""
    if _PLAIN_PATH.fullmatch(path):
        return Response(status_code=303, headers={"location": path})
    return RedirectResponse(path, 303)


@contextmanager
def enter(
    request: Request, posted: Posted | None = None, *, token: str = "", ahead: Callable[[Tx], None] | None = None
) -> Iterator[Visit]:
    """One transaction as the logged-in person. With `posted`: the form must carry this session's token and identity.
    `token`: of a session begun in this very request, before its cookie came back. `ahead`: foresees what the page asks."""
    site = site_of(request)
    token = token or request.cookies.get(site.cookie(security.SESSION_COOKIE), "")
    with site.house.transaction() as tx:
        if ahead is not None:
            ahead(tx)
        session = accounts.load_session(tx, token) if token else None
        if session is None:
            raise NotLoggedIn(posted)
        if posted is not None:
            security.require_token(session.csrf, posted.one("_csrf"))
            _require_same_identity(posted, session)
        visit = Visit(request, site, tx, session, request.scope["path"])
        visit.flashes += _flashes(request, site, session)
        if request.method == "GET":  # most often a page, and every page has the counts in its frame
            inbox.foresee_counts(tx, session.actor)
        yield visit


def login_path(request: Request) -> str:
    """The door, with the way back to the page that was asked for."""
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return "/login" if wanted == "/" else f"/login?next={quote(wanted)}"


def _require_same_identity(posted: Posted, session: accounts.Session) -> None:
    drawn_for = posted.one("_identity")
    if drawn_for and drawn_for != session.actor.identity:
        raise Refused(
            "您在另一个窗口切换了身份，这个页面是以原来的身份打开的，没有提交任何内容。请刷新页面，确认身份后再办。",
            rule="same-identity",
            conflict=True,
        )


def _flashes(request: Request, site: Site, session: accounts.Session) -> list[Flash]:
    digest, _, text = request.cookies.get(site.cookie(FLASH_COOKIE), "").partition(".")
    if not text or not security.is_sealed(session.csrf, digest, text):
        return []
    tone, said = json.loads(base64.urlsafe_b64decode(text))
    return [Flash(tone, said)]
