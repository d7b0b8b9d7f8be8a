"""Templates and the frame around every page: who is there, what the navigation shows, the fields every form carries."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from jiecheng.model.actor import Actor, Role
from jiecheng.web import wording
from jiecheng.web.assets import Assets

TEMPLATES = Path(__file__).parent / "templates"
# These three see no business content, so no lists of cases are offered to them.
PLATFORM = frozenset({Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR, Role.SECURITY_AUDITOR})


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    href: str
    count: int = 0
    current: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    links: Sequence[Link]


@dataclass(frozen=True, slots=True)
class Flash:
    tone: str  # good | warn | bad
    text: str


@dataclass(frozen=True, slots=True)
class OwnIdentity:
    """One of the person's own identities, as the menu names it."""

    id: str
    post: str


@dataclass(frozen=True, slots=True)
class Shell:
    """What the layout shows around a page."""

    district: str
    now: datetime
    token: str
    actor: Actor | None = None
    identities: Sequence[OwnIdentity] = ()
    navigation: Sequence[Group] = ()
    flashes: Sequence[Flash] = field(default_factory=tuple)


class Pages:
    """The templates, taught our words."""

    def __init__(self, assets: Assets) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals["asset"] = assets.url
        wording.teach(self._environment)

    def render(self, template: str, shell: Shell, values: Mapping[str, object]) -> str:
        defaults = {"address": "", "problem": None, "refilled": False}
        context = {**defaults, **values, "shell": shell, "guard": lambda: _guard(shell)}
        return self._environment.get_template(template).render(context)


def navigation(actor: Actor, path: str, counts: Mapping[str, int]) -> Sequence[Group]:
    """The links this actor has use for; `counts` maps a path to the number beside it."""

    def link(label: str, href: str) -> Link:
        return Link(label, href, counts.get(href, 0), current=path == href)

    groups = []
    inbox = Link("待办", "/inbox", counts.get("/inbox", 0), current=path == "/inbox" or path.startswith("/inbox/"))
    if not actor.roles & PLATFORM:
        groups.append(
            Group(
                "我的工作",
                [
                    # 已办, 我发起的 and the others are tabs of this one page.
                    inbox,
                    link("收文", "/papers"),
                    link("督办", "/supervision"),
                    link("检索", "/search"),
                ],
            )
        )
        # Who audits starts nothing from here; the page itself asks what the identity may start.
        begin = [] if Role.AUDITOR in actor.roles else [link("发起办件", "/start")]
        groups.append(Group("办件", [*begin, link("台账清单", "/registers"), link("机构人员", "/organisation")]))
    duties = [
        (Role.AUDITOR, "办件查阅", "/audit"),
        (Role.PROCESS_OWNER, "流程版本", "/releases"),
        (Role.PROCESS_OWNER, "流程设计", "/studio"),
        (Role.PROCESS_ADMINISTRATOR, "流程设计", "/studio"),
        (Role.PROCESS_OWNER, "文书模板", "/letters"),
        (Role.PROCESS_OWNER, "政策口径", "/profiles"),
        (Role.PROCESS_ADMINISTRATOR, "空缺与异常", "/incidents"),
        (Role.PROCESS_ADMINISTRATOR, "运行情况", "/machinery"),
        (Role.PROCESS_ADMINISTRATOR, "转到新版本", "/migrations"),
        (Role.SYSTEM_ADMINISTRATOR, "机构人员", "/organisation"),
        (Role.SYSTEM_ADMINISTRATOR, "工作日历", "/calendar"),
        (Role.SYSTEM_ADMINISTRATOR, "提醒通道", "/channels"),
        (Role.SYSTEM_ADMINISTRATOR, "运行情况", "/machinery"),
    ]
    held = list(dict.fromkeys(link(label, href) for role, label, href in duties if role in actor.roles))
    if held:
        groups.append(Group("监督与管理", held))
    groups.append(Group("消息", [link("通知", "/notices"), link("提醒方式", "/my/channels")]))
    return groups


def _guard(shell: Shell) -> Markup:
    """Hidden fields of every posting form: its token, the identity it was drawn for, the key of this one operation."""
    identity = shell.actor.identity if shell.actor else ""
    return Markup(
        '<input type="hidden" name="_csrf" value="{}"><input type="hidden" name="_identity" value="{}">'
        '<input type="hidden" name="_operation" value="{}">'
    ).format(shell.token, identity, secrets.token_urlsafe(18))
