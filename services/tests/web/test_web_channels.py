"""The pages of the ways out of the house: set up and tried by the system administrator, chosen by everybody for himself."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from web_loan import APPLICANT, BORROWED, MovedClock, words

from jiecheng.cases import House
from jiecheng.cases.clockwork import Desk
from jiecheng.cases.vault import Vault

sys.path.insert(0, str(Path(__file__).parents[1]))

from outside_world import Group, Mailbox, chat_server, mail_server

KEEPER = "fangsongnian"


@pytest.fixture(scope="module")
def house(module_district_url: str, clock: MovedClock) -> Iterator[House]:
    opened = House(module_district_url, clock, pool=6, vault=Vault("a key of this test"))
    yield opened
    opened.close()


def server(port: int) -> dict[str, str]:
    return {
        "_host": "127.0.0.1", "_port": str(port), "_security": "none", "_sender": "jc@yunchuan.example",
        "_enabled": "yes",
    }  # fmt: skip


def test_nobody_else_sees_the_channels_and_there_is_nothing_to_choose_yet(browser_of):
    person = browser_of(APPLICANT)
    person.get("/channels", status=403)
    assert "本区还没有开通往外发的提醒" in words(person.get("/my/channels"))


def test_a_mail_server_is_set_up_and_tried_with_the_result_in_a_sentence(browser_of, house):
    keeper, box = browser_of(KEEPER), Mailbox()
    with mail_server(box) as port:
        said = keeper.post("/channels/mail", keeper.get("/channels"), **server(port))
        assert "已保存：邮件通道启用" in words(said.text)
        tried = keeper.post("/channels/mail/trial", said.text, _to="keeper@yunchuan.example")
        assert "正在发送。" in words(tried.text)
        assert 'hx-get="/channels/mail/sent"' in tried.text
        assert Desk(house).send_dispatches("test", 20) == 1
        shown = keeper.get("/channels/mail/sent")
        assert "已发出，对方的服务器已接收。" in words(shown)
        assert "hx-get" not in shown
    assert box.messages[0][:2] == ("keeper@yunchuan.example", "街程：试发一条")
    keeper.post("/channels/mail/trial", keeper.get("/channels"), _to="keeper@yunchuan.example")
    Desk(house).send_dispatches("test", 20)
    assert "没有发出：邮件服务器" in words(keeper.get("/channels"))


def test_mistakes_stand_beside_what_was_typed(browser_of):
    keeper = browser_of(KEEPER)
    answer = keeper.post("/channels/mail", keeper.get("/channels"), **{**server(70000), "_host": "mail.example"})
    assert answer.status_code == 422
    assert "端口是 1 到 65535 之间的整数" in words(answer.text)
    assert 'value="mail.example"' in answer.text


def test_a_robot_s_address_is_never_shown_again(browser_of, house):
    keeper, group = browser_of(KEEPER), Group()
    with chat_server(group) as address:
        secret = f"{address}/robot/send?access_token=verysecret"
        said = keeper.post("/channels/dingtalk", keeper.get("/channels"), _secret=secret, _enabled="yes")
        assert "已保存，不再显示" in said.text
        assert "verysecret" not in said.text
        # An empty field keeps the address that is there.
        kept = keeper.post("/channels/dingtalk", said.text, _secret="", _enabled="yes")
        keeper.post("/channels/dingtalk/trial", kept.text)
        assert Desk(house).send_dispatches("test", 20) == 1
    assert "试发" in str(group.posts[0][1])
    wrong = keeper.post(
        "/channels/feishu", keeper.get("/channels"), _secret="https://x.example/verysecret", _enabled="yes"
    )
    assert "这不是飞书群机器人的地址" in words(wrong.text)
    assert "verysecret" not in wrong.text


def test_everybody_chooses_for_himself(browser_of):
    person = browser_of(BORROWED)
    page = person.get("/my/channels")
    assert "我的邮箱" in page
    chosen = {"_topic_reminder": "now", "_topic_urge": "digest", "_topic_other": "inside", "_quiet": "yes"}
    wrong = person.post("/my/channels", page, _via="mail", _mail="not an address", **chosen)
    assert wrong.status_code == 422
    assert "请填写邮箱地址" in words(wrong.text)
    assert 'value="not an address"' in wrong.text
    said = person.post("/my/channels", page, _via="mail", _mail="yang@yunchuan.example", **chosen)
    assert "还用邮件提醒您" in words(said.text)
    assert 'name="_topic_urge" value="digest" checked' in said.text
    assert "yang@yunchuan.example" not in browser_of(APPLICANT).get("/my/channels")
