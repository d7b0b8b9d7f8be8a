"""Pages and API of what is done with a work item besides deciding it: what is offered, what is refused and how."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from test_joint_steps import REVIEWER, SIGNERS, desk, open_steps, raise_matter

from jiecheng.cases.deployment import DEMO_PASSWORD
from jiecheng.model.errors import Refused
from jiecheng.web.site import build_site

__all__ = ["desk"]
ORIGIN = "https://testserver"


class Person:
    """A person at the pages, without JavaScript, and at the API."""

    def __init__(self, client, account):
        self.client, self.login = client, {"account": account, "password": DEMO_PASSWORD}
        client.cookies.clear()
        client.post("/login", data={**self.hidden("/login"), **self.login, "next": "/"}, headers={"Origin": ORIGIN})

    def hidden(self, path):
        return dict(re.findall(r'name="(_\w+)" value="([^"]*)"', self.client.get(path).text))

    def page(self, path):
        return self.client.get(path).text

    def press(self, page, path, **fields):
        return self.client.post(path, data={**self.hidden(page), **fields}, headers={"Origin": ORIGIN})

    def api(self, method, path, **body):
        token = self.client.post("/api/v1/session", json=self.login).json()["token"]
        return self.client.request(
            method, f"/api/v1{path}", json=body or None, headers={"Authorization": f"Bearer {token}"}
        )


@pytest.fixture
def client(desk) -> Iterator[TestClient]:
    with TestClient(build_site(desk.house), base_url=ORIGIN) as opened:
        yield opened


def test_the_page_shows_how_the_votes_stand(desk, client):
    raise_matter(desk, "会签", SIGNERS[:2])
    desk.decide(SIGNERS[0], "agree", opinion="收费合理。")
    item = desk.items(SIGNERS[1])[0]
    page = Person(client, "huazhujun").page(f"/work-items/{item}")
    assert "会签：2 人须全部同意；已同意 1，不同意 0" in page
    assert "收费合理。" in page
    assert page.count("2 人须全部同意；已同意 1，不同意 0") == 2  # beside the votes, and in the course of the case
    assert "已依规删除" not in page


def test_a_return_from_the_page_keeps_what_was_typed_when_the_opinion_is_missing(desk, client):
    case = raise_matter(desk, "分头", SIGNERS[:2])
    item = desk.items(SIGNERS[0])[0]
    signer = Person(client, "youyizhou")
    page = f"/work-items/{item}"
    assert "其他操作" in signer.page(page)
    refused = signer.press(page, f"{page}/return", _target="preliminary_review", _back="step", _opinion=" ")
    assert refused.status_code == 422
    assert "退回时必须写明意见" in refused.text
    signer.press(page, f"{page}/return", _target="preliminary_review", _back="step", _opinion="材料不齐。")
    assert open_steps(desk, case) == ["预审"]
    again = Person(client, "songmingli").page(f"/work-items/{desk.items(REVIEWER)[0]}")
    assert "从「法制审核」退回：材料不齐。" in again


def test_the_api_says_where_an_item_may_be_returned_to(desk, client):
    case = raise_matter(desk, "分头", SIGNERS[:2])
    item = desk.items(SIGNERS[0])[0]
    signer = Person(client, "youyizhou")
    shown = signer.api("GET", f"/work-items/{item}").json()
    assert [one["target"] for one in shown["returns"]] == ["applicant_revises", "preliminary_review"]
    refused = signer.api("POST", f"/work-items/{item}/return", target="head_decides", opinion="退。")
    assert refused.status_code == 403
    done = signer.api("POST", f"/work-items/{item}/return", target="preliminary_review", opinion="材料不齐。")
    assert done.status_code == 200, done.text
    assert open_steps(desk, case) == ["预审"]


def test_handing_on_and_asking_from_the_page(desk, client):
    from test_handing import COLLEAGUE, begin

    case = begin(desk)
    item = desk.items(REVIEWER)[0]
    page = f"/work-items/{item}"
    reviewer = Person(client, "songmingli")
    refused = reviewer.press(page, f"{page}/transfer", _transfer_to="曹承泽", _transfer_reason="请代办。")
    assert refused.status_code == 403
    assert "不能办理自己的事" in refused.text
    reviewer.press(page, f"{page}/delegate", _delegate_to="吕子衿", _delegate_question="请核对数据。")
    helper = Person(client, "lvzijin")
    shown = helper.page(page)
    assert "答复委派您的人" in shown
    assert "由对方决定" in shown
    assert "请核对数据。" in shown
    helper.press(page, f"{page}/answer", _answer="数据无误。")
    assert desk.items(COLLEAGUE) == []
    reviewer = Person(client, "songmingli")
    assert "数据无误。" in reviewer.page(page)
    reviewer.press(page, f"{page}/transfer", _transfer_to="吕子衿", _transfer_reason="出差。")
    assert desk.items(COLLEAGUE) == [item]
    assert "转办给吕子衿（区司法局 科员）：出差。" in reviewer.page(f"/cases/{case}")
    assert reviewer.client.get(f"/cases/{case}").status_code == 200


def test_handing_on_over_the_api(desk, client):
    from test_handing import COLLEAGUE, begin

    begin(desk)
    item = desk.items(REVIEWER)[0]
    reviewer = Person(client, "songmingli")
    assert reviewer.api("GET", f"/work-items/{item}").json()["may_transfer"] is True
    assert reviewer.api("POST", f"/work-items/{item}/delegation", to=COLLEAGUE, question="请核对。").status_code == 200
    helper = Person(client, "lvzijin")
    assert helper.api("POST", f"/work-items/{item}/answer", answer="无误。").status_code == 200
    assert reviewer.api("POST", f"/work-items/{item}/transfer", to=COLLEAGUE, reason="出差。").status_code == 200
    assert len(helper.api("GET", f"/work-items/{item}").json()["chain"]) == 3


def test_urging_from_the_page_of_the_case_and_over_the_api(desk, client):
    from test_handing import begin

    case = begin(desk)
    asker = Person(client, "caochengze")
    page = f"/cases/{case}"
    assert "催办时说一句" in asker.page(page)
    assert asker.press(page, f"{page}/urge", _words="周五要用").status_code in (200, 303)
    again = asker.press(page, f"{page}/urge", _words="")
    assert (again.status_code, "这半天已经催办过了" in again.text) == (409, True)
    assert asker.api("POST", f"/cases/{case}/urge", words="").status_code == 409
    assert "催办时说一句" not in Person(client, "songmingli").page(page)


def test_the_applicant_takes_his_case_back_to_change_it(desk, client):
    from test_handing import begin

    case = begin(desk)
    number = desk.case(case).case.number
    asker, page = Person(client, "caochengze"), f"/cases/{case}"
    assert asker.press(page, f"{page}/recall", _reason=" ").status_code == 422
    late = desk.items(REVIEWER)[0]
    asker.press(page, f"{page}/recall", _reason="金额写错。")
    assert open_steps(desk, case) == ["补正材料"]
    assert desk.case(case).case.number == number
    assert desk.items(REVIEWER) == []
    with pytest.raises(Refused, match="已经结束"):
        desk.decide(REVIEWER, "agree", item=late)
    assert asker.api("POST", f"/cases/{case}/recall", reason="再改。").status_code == 409
