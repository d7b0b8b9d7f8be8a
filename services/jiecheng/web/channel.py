"""Pages of the ways out of the house: the district's, for the system administrator; and everybody's own choice.

A secret is typed in and never shown again.
"""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from jiecheng.cases import channel
from jiecheng.cases.channel import Choice, SaveChannel
from jiecheng.model.errors import Invalid, JiechengError, Refused
from jiecheng.web.posted import Posted, PostedForm
from jiecheng.web.visit import Visit, enter

router = APIRouter()
_FIELDS = ("host", "port", "security", "sender", "user", "domains", "trusted")


@router.get("/channels")
def show(request: Request) -> Response:
    with enter(request) as visit:
        return _page(visit)


@router.get("/channels/{name}/sent")
def show_sent(request: Request, name: str) -> Response:
    """Only the list of what went out lately: the page asks again while something is on its way."""
    with enter(request) as visit:
        views = {one.name: one for one in channel.show_channels(visit.tx, visit.actor).channels}
        if name not in views:
            raise Invalid("没有这种提醒通道。")
        return visit.page("channel_sent.html", one=views[name])


@router.post("/channels/address")
def save_address(request: Request, posted: PostedForm) -> Response:
    try:
        with enter(request, posted) as visit:
            said = channel.save_public_address(visit.tx, visit.actor, posted.one("_address"))
            return visit.go("/channels", said)
    except (Invalid, Refused) as problem:
        return _again(request, "", problem, posted)


@router.post("/channels/{name}")
def save(request: Request, name: str, posted: PostedForm) -> Response:
    try:
        with enter(request, posted) as visit:
            given = {field: posted.one(f"_{field}") for field in _FIELDS}
            enabled = posted.one("_enabled") == "yes"
            command = SaveChannel(visit.actor, name, enabled, given, posted.one("_secret"))
            return visit.go(f"/channels#{name}", channel.save_channel(visit.tx, command))
    except (Invalid, Refused) as problem:
        return _again(request, name, problem, posted)


@router.post("/channels/{name}/trial")
def send_trial(request: Request, name: str, posted: PostedForm) -> Response:
    try:
        with enter(request, posted) as visit:
            key = posted.one("_operation")
            said = channel.try_channel(visit.tx, visit.actor, name, posted.one("_to"), key)
            return visit.go(f"/channels#{name}", said)
    except (Invalid, Refused) as problem:
        return _again(request, name, problem, posted)


@router.post("/channels/{name}/again")
def send_again(request: Request, name: str, posted: PostedForm) -> Response:
    with enter(request, posted) as visit:
        return visit.go(f"/channels#{name}", channel.revive_channel(visit.tx, visit.actor, name))


@router.get("/my/channels")
def show_own(request: Request) -> Response:
    with enter(request) as visit:
        return _own(visit, channel.choice_of(visit.tx, visit.actor.person))


@router.post("/my/channels")
def save_own(request: Request, posted: PostedForm) -> Response:
    choice = Choice(
        mail=posted.one("_mail").strip(),
        via=frozenset(posted.fields.get("_via", ())),
        topics={topic: posted.one(f"_topic_{topic}") or channel.DIGEST for topic in channel.TOPICS},
        quiet=posted.one("_quiet") == "yes",
    )
    try:
        with enter(request, posted) as visit:
            return visit.go("/my/channels", channel.save_choice(visit.tx, visit.actor, choice))
    except Invalid as problem:
        with enter(request) as visit:
            return _own(visit, choice, problem)


def _own(visit: Visit, choice: Choice, problem: JiechengError | None = None) -> Response:
    told = visit.trouble(problem) if problem else None
    return visit.page(
        "own_channels.html", told.status if told else 200, choice=choice, offered=channel.offered(visit.tx),
        topics=channel.TOPICS, when=channel.WHEN, problem=told,
    )  # fmt: skip


def _again(request: Request, name: str, problem: JiechengError, posted: Posted) -> Response:
    with enter(request) as visit:
        return _page(visit, name, problem, posted)


def _page(visit: Visit, name: str = "", problem: JiechengError | None = None, posted: Posted | None = None) -> Response:
    """What was typed comes back, but for the secret."""
    told = visit.trouble(problem) if problem else None
    typed = {field: posted.one(f"_{field}") for field in (*_FIELDS, "to", "address")} if posted else {}
    return visit.page(
        "channels.html", told.status if told else 200, view=channel.show_channels(visit.tx, visit.actor), problem=told,
        typed=typed, asked=name, securities=channel.SECURITIES,
    )  # fmt: skip
