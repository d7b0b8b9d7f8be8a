"""What a person typed is never lost: not when the platform says no, not when his session ran out before he pressed."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from test_endings import finished
from test_handing import begin
from test_handling_pages import ORIGIN, Person
from test_joint_steps import REVIEWER, SIGNERS, desk, raise_matter

from jiecheng.web.site import build_site

__all__ = ["desk"]
OPINION = "材料不齐，请补会议纪要原件。"


@pytest.fixture
def client(desk) -> Iterator[TestClient]:
    with TestClient(build_site(desk.house), base_url=ORIGIN) as opened:
        yield opened


def press_late(person, page, path, **fields):
    """He presses after his session ran out, and logs in again; the page he then sees."""
    hidden = person.hidden(page)
    person.client.cookies.delete("__Host-jc_session")
    person.client.cookies.delete("jc_session")
    door = person.client.post(path, data={**hidden, **fields}, headers={"Origin": ORIGIN})
    assert door.status_code == 401
    assert "您刚才填写的内容还在" in door.text
    inputs = re.findall(r'name="(_csrf|next|parked_\w+)" value="([^"]*)"', door.text)
    carried = {name: html.unescape(value) for name, value in inputs}
    return person.client.post("/login", data={**carried, **person.login}, headers={"Origin": ORIGIN}).text


def test_a_refused_transfer_keeps_its_words(desk, client):
    begin(desk)
    page = f"/work-items/{desk.items(REVIEWER)[0]}"
    reviewer = Person(client, "songmingli")
    words = {
        "_transfer_to": "曹承泽", "_transfer_reason": "请代办。", "_delegate_to": "吕子衿", "_delegate_question": "请核对数据。",
        "_signer_to": "华竹君", "_signer_reason": "请把关。",
    }  # fmt: skip
    refused = reviewer.press(page, f"{page}/transfer", **words)
    assert refused.status_code == 403
    for name, value in words.items():
        assert re.search(rf'name="{name}"[^>]* value="{value}"', refused.text), name


@pytest.mark.parametrize("operation", ["return", "transfer", "delegate", "signers", "phrase", "decide"])
def test_every_button_of_an_item_brings_back_what_stood_on_the_page(desk, client, operation):
    raise_matter(desk, "分头", SIGNERS[:2])
    page = f"/work-items/{desk.items(SIGNERS[0])[0]}"
    signer = Person(client, "youyizhou")
    back = press_late(signer, page, f"{page}/{operation}", _opinion=OPINION, _transfer_reason="出差三天")
    assert "已经带回来了，还没有提交" in back
    assert OPINION in back
    assert 'value="出差三天"' in back


def test_the_reason_of_a_reversal_comes_back(desk, client):
    start = f"/cases/{finished(desk)}/reverse"
    back = press_late(Person(client, "caochengze"), start, start, why="原文件已经废止，依据不再成立")
    assert "已经带回来了，还没有提交" in back
    assert "原文件已经废止，依据不再成立" in back


def test_what_no_form_can_take_back_is_shown_to_be_copied(desk, client):
    case = begin(desk)
    page = f"/cases/{case}"
    back = press_late(Person(client, "caochengze"), page, f"{page}/urge", _words="会议在周五，请您看一下。")
    assert "没有提交" in back
    assert "会议在周五，请您看一下。" in back
    assert f'href="{page}"' in back


def test_another_person_at_the_same_browser_sees_none_of_it(desk, client):
    case = begin(desk)
    page = f"/cases/{case}"
    asker = Person(client, "caochengze")
    asker.login = {**asker.login, "account": "songmingli"}
    back = press_late(asker, page, f"{page}/urge", _words="会议在周五，请您看一下。")
    assert "刚才的内容是另一个人填写的" in back
    assert "会议在周五" not in back
