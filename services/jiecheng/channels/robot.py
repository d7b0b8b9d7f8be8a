"""The robots of chat groups (WeCom, DingTalk, Feishu), through apprise's plugins.

The whole address of a robot is its secret. A plugin takes HTTP 200 for success, but these services answer 200 with an
error code inside; so the plugins' wire is listened to, and an error code counts as the refusal it is.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import requests

from jiecheng.channels.parcel import NotSent, Parcel
from jiecheng.model.errors import Invalid

# What the robots are called, and where in their address the token stands.
ROBOTS: Mapping[str, str] = {"wecom": "企业微信", "dingtalk": "钉钉", "feishu": "飞书"}
TAKEN, REFUSED = 200, 422
_TOKENS = {
    "wecom": re.compile(r"[?&]key=([A-Za-z0-9_-]+)"),
    "dingtalk": re.compile(r"[?&]access_token=([A-Za-z0-9]+)"),
    "feishu": re.compile(r"/hook/([A-Za-z0-9_-]+)"),
}
_HELP = {
    "wecom": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=……",
    "dingtalk": "https://oapi.dingtalk.com/robot/send?access_token=……",
    "feishu": "https://open.feishu.cn/open-apis/bot/v2/hook/……",
}


@dataclass(frozen=True, slots=True)
class Robot:
    kind: str
    webhook: str


def require_webhook(kind: str, address: str) -> None:
    """Invalid unless the address is one that this kind of robot hands out."""
    if not re.match(r"https?://[^\s{}]+$", address) or not _TOKENS[kind].search(address):
        raise Invalid(f"这不是{ROBOTS[kind]}群机器人的地址。请从群机器人设置里整行复制，形如 {_HELP[kind]}。")


def send_robot(robot: Robot, parcel: Parcel) -> None:
    """Raises NotSent. When it returns, the service has taken the message over."""
    _heard.words = ""
    if not _plugin(robot).send(body=f"{parcel.subject}\n{parcel.text}"):
        said = _heard.words or "没有说明原因"
        raise NotSent(f"{ROBOTS[robot.kind]}没有接收：{said}。请核对群机器人的地址和安全设置。")


def _plugin(robot: Robot) -> Any:  # noqa: ANN401 - apprise's plugins have no type of their own
    found = _TOKENS[robot.kind].search(robot.webhook)
    if found is None:
        raise NotSent(f"{ROBOTS[robot.kind]}群机器人的地址不完整，请重新填写。")
    made = _plugins()[robot.kind](found[1])
    # As it was copied: a house may have a relay of its own before the service.
    setattr(made, "api_url" if robot.kind == "wecom" else "notify_url", robot.webhook)
    return made


@cache
def _plugins() -> Mapping[str, Callable[[str], Any]]:
    """Loaded when a robot is first spoken to: most processes never do."""
    from apprise.plugins import dingtalk, feishu, wecombot

    for module in (dingtalk, feishu, wecombot):
        vars(module)["requests"] = _Listening()
    return {"wecom": wecombot.NotifyWeComBot, "dingtalk": dingtalk.NotifyDingTalk, "feishu": feishu.NotifyFeishu}


class _Heard(threading.local):
    words: str = ""


class _Listening:
    """Stands in the plugins' modules where `requests` does, and remembers what the service said."""

    def __getattr__(self, name: str) -> object:
        return getattr(requests, name)

    def post(self, *args: Any, **options: Any) -> requests.Response:  # noqa: ANN401 - handed on as they come
        try:
            answer = requests.post(*args, **options)  # noqa: S113 - the plugins set their timeout
        except requests.RequestException as error:
            _heard.words = _reach_words(error)
            raise
        _heard.words = _refusal(answer)
        if _heard.words:
            answer.status_code = REFUSED
        return answer


def _reach_words(error: Exception) -> str:
    if isinstance(error, requests.Timeout):
        return "几秒内没有回答，可能是网络不通"
    if isinstance(error, requests.exceptions.SSLError):
        return "加密连接没有建成，证书不受信任"
    return "连接不上，可能是网络不通或地址有误"


def _refusal(answer: requests.Response) -> str:
    """Why the service did not take it, "" when it did."""
    if answer.status_code != TAKEN:
        return f"回答 HTTP {answer.status_code}"
    try:
        said = answer.json()
    except ValueError:
        said = None
    if not isinstance(said, dict):
        return "回答不是它应有的格式，地址可能有误"
    code = said.get("errcode", said.get("code", said.get("StatusCode", 0)))
    words = str(said.get("errmsg") or said.get("msg") or said.get("StatusMessage") or "")[:120]
    return "" if code == 0 else f"{code} {words}".strip()


_heard = _Heard()
