"""The district's ways out of the house as their keeper sets them up; and what each person wants to be told, and where.

Nothing is sent here. A secret goes in and never comes out again; a trial is owed like everything that leaves the house.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from jiecheng import channels, outbox, permissions, store
from jiecheng.cases.house import Tx
from jiecheng.model.actor import Actor
from jiecheng.model.errors import Invalid
from jiecheng.model.ids import PersonId
from jiecheng.store.channel import ChannelRow

MAIL = "mail"
CHANNELS: Mapping[str, str] = {MAIL: "邮件", **channels.ROBOTS}
TOPICS: Mapping[str, str] = {"reminder": "期限提醒、超期", "urge": "催办", "other": "其他通知"}
NOW, DIGEST, INSIDE = "now", "digest", "inside"
WHEN: Mapping[str, str] = {NOW: "马上发", DIGEST: "并入每日汇总", INSIDE: "只在系统内"}
SECURITIES: Mapping[str, str] = {
    "starttls": "STARTTLS（多用 587 端口）",
    "tls": "TLS（多用 465 端口）",
    "none": "不加密（只限内网）",
}
ENABLED, PUBLIC_ADDRESS = "channels_enabled", "public_address"
_PREFERENCE = "channels"
_ADDRESS = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,252})")


@dataclass(frozen=True, slots=True)
class SaveChannel:
    """`secret`: the password, or a robot's whole address; "" keeps the one that is there."""

    actor: Actor
    name: str
    enabled: bool
    settings: Mapping[str, str]
    secret: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person wants: `via` which channels, `topics` when; `quiet`: not outside office hours."""

    mail: str = ""
    via: frozenset[str] = frozenset()
    topics: Mapping[str, str] = field(default_factory=lambda: {"reminder": NOW, "urge": NOW, "other": DIGEST})
    quiet: bool = True

    def channels_for(self, when: str, topic: str = "") -> frozenset[str]:
        return self.via if when == DIGEST or self.topics.get(topic, DIGEST) == when else frozenset()


@dataclass(frozen=True, slots=True)
class Sent:
    """One thing owed to the outside, in a sentence."""

    at: datetime
    trial: bool
    tone: str
    sentence: str


@dataclass(frozen=True, slots=True)
class ChannelView:
    name: str
    title: str
    row: ChannelRow | None
    sent: Sequence[Sent]
    given_up: int

    @property
    def has_secret(self) -> bool:
        return self.row is not None and bool(self.row.secret)


@dataclass(frozen=True, slots=True)
class ChannelsView:
    channels: Sequence[ChannelView]
    public_address: str
    can_seal: bool


def show_channels(tx: Tx, actor: Actor) -> ChannelsView:
    permissions.require_channels(actor)
    rows = store.channel.every(tx.db)
    views = [
        ChannelView(name, title, rows.get(name), sent_by(tx, name), store.dispatch.dead_of(tx.db, name))
        for name, title in CHANNELS.items()
    ]
    return ChannelsView(views, store.setting.get(tx.db, PUBLIC_ADDRESS), tx.house.vault.is_open)


def sent_by(tx: Tx, name: str) -> Sequence[Sent]:
    """The latest that went or should go this way. Neither to whom nor with which words."""
    return [_sent(tx, *one) for one in store.dispatch.latest(tx.db, name)]


def save_channel(tx: Tx, command: SaveChannel) -> str:
    permissions.require_channels(command.actor)
    _require_name(command.name)
    kept = store.channel.every(tx.db).get(command.name)
    secret, settings = command.secret.strip(), _settings(command)
    if command.name != MAIL and secret:
        channels.require_webhook(command.name, secret)
    sealed = tx.house.vault.seal(secret) if secret else (kept.secret if kept else "")
    if command.enabled and not sealed and (command.name != MAIL or settings["user"]):
        raise Invalid("请填写密码或机器人地址，再启用。", fields={"secret": ["请填写。"]})
    values = {
        "enabled": command.enabled, "settings": settings, "secret": sealed, "changed_by_name": command.actor.name,
    }  # fmt: skip
    store.channel.put(tx.db, command.name, values)
    store.setting.put(tx.db, ENABLED, ",".join(store.channel.enabled(tx.db)))
    _log(tx, command.actor, f"{'启用' if command.enabled else '停用'}提醒通道", CHANNELS[command.name])
    return f"已保存：{CHANNELS[command.name]}通道{'启用' if command.enabled else '停用'}。"


def save_public_address(tx: Tx, actor: Actor, address: str) -> str:
    """Where people find the pages; what leaves the house links there."""
    permissions.require_channels(actor)
    found = address.strip().rstrip("/")
    if found and not re.fullmatch(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?(/[\w./-]*)?", found):
        raise Invalid("平台地址应以 http:// 或 https:// 开头，例如 https://jiecheng.example.gov.cn。")
    store.setting.put(tx.db, PUBLIC_ADDRESS, found)
    _log(tx, actor, "修改平台地址", found)
    return f"已保存：提醒里的链接{f'指向 {found}' if found else '不再附上'}。"


def try_channel(tx: Tx, actor: Actor, name: str, to: str, operation: str) -> str:
    """Owe one trial; how it went is told by `sent_by` a moment later."""
    permissions.require_channels(actor)
    _require_name(name)
    row = store.channel.every(tx.db).get(name)
    if row is None or not row.enabled:
        raise Invalid(f"{CHANNELS[name]}通道还没有启用，请先填好、启用、保存，再试。")
    if name == MAIL:
        _require_address(to.strip(), row)
    payload = {
        "channel": name, "trial": True, "to": to.strip(), "person": actor.person, "subject": "街程：试发一条",
        "text": "这是系统管理员试发的一条提醒，收到说明通道已通。",
    }  # fmt: skip
    store.outbox.owe(tx.db, key=f"trial:{actor.person}:{operation}", kind=outbox.DISPATCH, case=None, payload=payload)
    _log(tx, actor, "试发一条", CHANNELS[name])
    return "已交给流程发送，几秒后在下面“最近发送”里看结果。"


def revive_channel(tx: Tx, actor: Actor, name: str) -> str:
    """What was given up after many attempts is tried again."""
    permissions.require_channels(actor)
    _require_name(name)
    number = store.dispatch.revive(tx.db, name)
    store.incident.resolve_subject(tx.db, "channel", list(CHANNELS).index(name), f"{actor.name}重新发送")
    _log(tx, actor, "重新发送", CHANNELS[name])
    return f"已重新排队 {number} 条，几秒内再次发送。"


def choice_of(tx: Tx, person: PersonId) -> Choice:
    kept: Any = store.preference.of_person(tx.db, person).get(_PREFERENCE)
    if not isinstance(kept, Mapping):
        return Choice()
    return Choice(str(kept["mail"]), frozenset(kept["via"]), dict(kept["topics"]), bool(kept["quiet"]))


def offered(tx: Tx) -> Mapping[str, str]:
    """The channels that the district has opened; nothing is read of them where there are none."""
    names = [one for one in store.setting.get(tx.db, ENABLED).split(",") if one]
    return {name: title for name, title in CHANNELS.items() if name in names}


def save_choice(tx: Tx, actor: Actor, choice: Choice) -> str:
    """Everybody for himself."""
    open_now = offered(tx)
    unknown = [one for one in choice.via if one not in open_now]
    if unknown or set(choice.topics) - set(TOPICS) or set(choice.topics.values()) - set(WHEN):
        raise Invalid("所选的提醒方式现在不能用，请刷新页面重新选择。")
    if MAIL in choice.via or choice.mail:
        row = store.channel.every(tx.db).get(MAIL)
        _require_address(choice.mail, row)
    value = {"mail": choice.mail, "via": sorted(choice.via), "topics": dict(choice.topics), "quiet": choice.quiet}
    store.preference.put(tx.db, actor.person, _PREFERENCE, value)
    ways = "、".join(open_now[one] for one in open_now if one in choice.via)
    return f"已保存：除了系统内的通知，还用{ways}提醒您。" if ways else "已保存：只在系统内提醒您。"


def _settings(command: SaveChannel) -> Mapping[str, str]:
    if command.name != MAIL:
        return {}
    given = {
        name: command.settings.get(name, "").strip()
        for name in ("host", "port", "security", "sender", "user", "domains", "trusted")
    }
    wrong: dict[str, list[str]] = {}
    if not _HOST.fullmatch(given["host"]):
        wrong["host"] = ["请填写邮件服务器的名称或地址。"]
    if not given["port"].isdecimal() or not 0 < int(given["port"]) < 65536:
        wrong["port"] = ["端口是 1 到 65535 之间的整数，例如 465。"]
    if given["security"] not in SECURITIES:
        wrong["security"] = ["请选择连接方式。"]
    if not _ADDRESS.fullmatch(given["sender"]):
        wrong["sender"] = ["请填写发件地址，例如 jiecheng@example.gov.cn。"]
    if given["security"] == "none" and given["user"]:
        wrong["user"] = ["不加密时不能用用户名和密码登录，密码会被旁人看到。请改用 STARTTLS 或 TLS。"]
    if wrong:
        raise Invalid("".join(words[0] for words in wrong.values()), fields=wrong)
    return given


def _require_name(name: str) -> None:
    if name not in CHANNELS:
        raise Invalid("没有这种提醒通道。")


def _require_address(address: str, row: ChannelRow | None) -> None:
    if not _ADDRESS.fullmatch(address):
        raise Invalid("请填写邮箱地址，例如 name@example.gov.cn。", fields={"mail": ["请填写邮箱地址。"]})
    domains = str(row.settings.get("domains", "")).replace("，", " ").replace(",", " ").split() if row else []
    if domains and address.rpartition("@")[2].lower() not in [one.lower() for one in domains]:
        raise Invalid(
            f"本区只允许发到这些邮箱：{'、'.join('@' + one for one in domains)}。", fields={"mail": ["不在范围内。"]}
        )


def _sent(tx: Tx, row: store.outbox.OutboxRow, done: datetime | None, due: datetime) -> Sent:
    trial = bool(row.payload.get("trial"))
    if row.state == "done" and not row.error:
        return Sent(done or row.created_at, trial, "good", "已发出，对方的服务器已接收。")
    if row.state == "done":
        return Sent(done or row.created_at, trial, "plain", f"没有发：{row.error}")
    if row.state == "dead":
        return Sent(
            row.created_at,
            trial,
            "bad",
            f"没有发出：{row.error}" if trial else f"试了 {row.attempts} 次没有发出：{row.error}",
        )
    if row.error:
        return Sent(row.created_at, trial, "warn", f"第 {row.attempts} 次没有发出，会自动再试：{row.error}")
    return Sent(row.created_at, trial, "plain", "正在发送。" if due <= tx.now else "等到上班时间再发。")


def _log(tx: Tx, actor: Actor, action: str, subject: str) -> None:
    store.account.log_access(tx.db, actor.person, actor.identity, action, subject)
