"""The robots of chat groups against a local receiver: their own format, their refusals inside HTTP 200, nobody there."""

from __future__ import annotations

import pytest
from outside_world import Group, chat_server, free_port

from jiecheng.channels import ROBOTS, NotSent, Parcel, Robot, require_webhook, send_robot
from jiecheng.model.errors import Invalid

PATHS = {
    "wecom": "/cgi-bin/webhook/send?key=abc-123",
    "dingtalk": "/robot/send?access_token=abc123",
    "feishu": "/open-apis/bot/v2/hook/abc-123",
}
PARCEL = Parcel("k", "街程提醒", "宋明理：您有 1 件事项需要查看。")


@pytest.mark.parametrize("kind", ROBOTS)
def test_each_gets_it_in_its_own_words_at_the_address_that_was_copied(kind: str) -> None:
    group = Group()
    with chat_server(group) as address:
        send_robot(Robot(kind, address + PATHS[kind]), PARCEL)
    ((path, body),) = group.posts
    assert path == PATHS[kind]
    assert "宋明理：您有 1 件事项需要查看。" in str(body)


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        ("wecom", {"errcode": 93000, "errmsg": "invalid webhook url"}),
        ("dingtalk", {"errcode": 310000, "errmsg": "keywords not in content"}),
        ("feishu", {"code": 19021, "msg": "sign match fail"}),
    ],
)
def test_a_refusal_inside_http_200_is_a_refusal(kind: str, answer: dict[str, object]) -> None:
    group = Group(answer)
    code = str(answer.get("errcode", answer.get("code")))
    with chat_server(group) as address, pytest.raises(NotSent, match=code):
        send_robot(Robot(kind, address + PATHS[kind]), PARCEL)


def test_an_error_page_and_nobody_there_are_said() -> None:
    with chat_server(Group(status=502)) as address, pytest.raises(NotSent, match="HTTP 502"):
        send_robot(Robot("wecom", address + PATHS["wecom"]), PARCEL)
    with pytest.raises(NotSent, match="连接不上"):
        send_robot(Robot("feishu", f"http://127.0.0.1:{free_port()}{PATHS['feishu']}"), PARCEL)


def test_only_an_address_of_that_robot_is_taken() -> None:
    require_webhook("wecom", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7xxx")
    for wrong in ("693a91f6", "ftp://x/?key=1", "https://open.feishu.cn/open-apis/bot/v2/hook/1"):
        with pytest.raises(Invalid, match="企业微信群机器人"):
            require_webhook("wecom", wrong)
