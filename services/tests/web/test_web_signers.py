"""加签, 减签 and 常用语 on the pages: without JavaScript, over the API, and in a real browser at a desk and on a phone."""

from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient
from test_web_inbox_browser import NARROW, PHONE, picture, seat
from web_loan import PASSWORD, SECRETARY, SECTION_HEAD, Plain, guard, words

from jiecheng import cases, store
from jiecheng.acceptance import sample
from jiecheng.model.ids import IdentityId, ProcessId

__all__ = ["seat"]
REVIEWER = "songmingli"  # 宋明理, 区司法局 法制审核科科长
COLLEAGUE = "lvzijin"  # 吕子衿, 区司法局 科员
HEAD = "qinxiangwan"  # 秦向晚, 区司法局局长
BASE = "/api/v1"


@pytest.fixture(scope="module")
def review(house):
    """Brings a matter of the sample process to 预审; the item of who reviews it."""
    with house.transaction() as tx:
        sample.deploy(tx)

    def bring() -> int:
        signers = ["i-youyizhou", "i-huazhujun"]
        data = {"matter": "停车收费", "way": "分头", "reviewer": "i-songmingli", "signers": signers}
        with house.transaction() as tx:
            asker = cases.accounts.actor_of(tx, IdentityId("i-caochengze"))
            case = cases.start_case(tx, cases.StartCase(asker, ProcessId(sample.PROCESS), data)).case
            return store.work_item.of_case(tx.db, case)[-1].id

    return bring


def add(browser: Plain, item: int, to: str, way: str, status: int = 200, **fields: str) -> str:
    page = browser.get(f"/work-items/{item}")
    posted = {"_signer_to": to, "_signer_way": way, "_signer_reason": "请核对任职时间", **fields}
    answer = browser.post(f"/work-items/{item}/signers", page, **posted)
    assert answer.status_code == status, words(answer.text)[:400]
    return answer.text


def test_who_waits_reads_why_and_the_signer_signs_from_his_list(review, browser_of):
    item, holder, clerk = review(), browser_of(REVIEWER), browser_of(COLLEAGUE)
    page = add(holder, item, "吕子衿", "before", _opinion="拟同意办理。")
    assert "还没有签，签完以后由您办理" in words(page)
    assert 'name="_outcome"' not in page
    assert "减签：吕子衿" in words(page)
    assert "（加签）" in words(clerk.get("/inbox"))
    mine = clerk.first_item()
    shown = clerk.get(f"/work-items/{mine}")
    assert re.search(r"宋明理（[^）]+）请您签署意见： 请核对任职时间", words(shown))
    assert re.findall(r'name="_outcome" value="(\w+)"', shown) == ["agree", "disagree"]
    assert "其他操作" not in shown
    refused = clerk.post(f"/work-items/{mine}/decide", shown, _outcome="disagree")
    assert "必须写明意见" in words(refused.text)
    signed = clerk.post(f"/work-items/{mine}/decide", shown, _outcome="agree", _opinion="时间无误。")
    assert "已签：同意" in words(signed.text)
    page = holder.get(f"/work-items/{item}")
    assert "时间无误。" in words(page)
    assert "拟同意办理。" in page, "what stood in the form was kept"
    assert 'name="_outcome"' in page


def test_an_added_signer_can_be_let_go_on_the_page(review, browser_of):
    item, holder = review(), browser_of(REVIEWER)
    page = add(holder, item, "吕子衿", "before")
    signer = re.findall(r"/signers/(\d+)/withdraw", page)[0]
    answer = holder.post(f"/work-items/{item}/signers/{signer}/withdraw", page, **{f"_withdraw_reason:{signer}": ""})
    assert "请写明为什么减签" in words(answer.text)
    page = holder.get(f"/work-items/{item}")
    answer = holder.post(
        f"/work-items/{item}/signers/{signer}/withdraw", page, **{f"_withdraw_reason:{signer}": "已当面核对"}
    )
    assert "已减签（已当面核对）" in words(answer.text)
    assert 'name="_outcome"' in answer.text


def test_the_case_and_the_approval_sheet_say_who_was_added_and_why(review, browser_of):
    item, holder, head = review(), browser_of(REVIEWER), browser_of(HEAD)
    add(holder, item, "秦向晚", "after")
    page = holder.get(f"/work-items/{item}")
    decided = holder.post(f"/work-items/{item}/decide", page, _outcome="agree")
    assert "等秦向晚" in words(decided.text)
    case = int(decided.url.path.rsplit("/", 1)[1])
    assert "您在等加签的人签完" in words(holder.get(f"/cases/{case}"))
    inbox = holder.get("/inbox")
    assert "您已办理，签完生效；不等了可以减签" in words(inbox)
    assert f'href="/work-items/{item}"' in inbox
    mine = re.findall(r'href="/work-items/(\d+)"', head.get(f"/cases/{case}"))[0]
    head.post(f"/work-items/{mine}/decide", head.get(f"/work-items/{mine}"), _outcome="agree", _opinion="同意报备。")
    page = words(holder.get(f"/cases/{case}"))
    assert "预审：加签情况" in page
    assert "请核对任职时间" in page
    assert "同意报备。" in page
    sheet = holder.client.get(f"/cases/{case}/sheet")
    assert sheet.headers["content-type"] == "application/pdf"


def test_a_refused_addition_shows_the_page_again_with_what_was_typed(review, browser_of):
    item, holder = review(), browser_of(REVIEWER)
    page = add(holder, item, "曹承泽", "before", 403, _opinion="拟同意办理。")
    assert "不能办理自己的事" in words(page)
    assert "拟同意办理。" in page
    assert re.search(r'<details class="mt-3" open>', page)


def test_a_step_that_says_nothing_offers_nothing(review, browser_of):
    holder = browser_of(REVIEWER)
    item = review()
    holder.post(f"/work-items/{item}/decide", holder.get(f"/work-items/{item}"), _outcome="agree")
    finance = browser_of("huazhujun")
    item = finance.first_item()
    page = finance.get(f"/work-items/{item}")
    assert "signer-to" not in page
    answer = finance.post(f"/work-items/{item}/signers", page, _signer_to="吕子衿", _signer_way="before")
    assert "这个环节不能加签" in words(answer.text)


def test_the_api_adds_shows_and_withdraws(site, review):
    item = review()

    def client_of(account: str) -> TestClient:
        client = TestClient(site, base_url="http://127.0.0.1", raise_server_exceptions=False)
        answer = client.post(f"{BASE}/session", json={"account": account, "password": PASSWORD})
        client.headers["authorization"] = f"Bearer {answer.json()['token']}"
        return client

    holder = client_of(REVIEWER)
    assert holder.get(f"{BASE}/work-items/{item}").json()["signer_ways"] == ["before", "after", "parallel"]
    body = {"to": "吕子衿", "way": "before", "reason": "请核对"}
    key = {"Idempotency-Key": "add-1"}
    first = holder.post(f"{BASE}/work-items/{item}/signers", json=body, headers=key)
    assert first.status_code == 200, first.text
    assert holder.post(f"{BASE}/work-items/{item}/signers", json=body, headers=key).json() == first.json()
    shown = holder.get(f"{BASE}/work-items/{item}").json()
    assert [(one["state"], one["may_withdraw"]) for one in shown["step"]["signers"]] == [("还没有签", True)]
    late = holder.post(f"{BASE}/work-items/{item}/decision", json={"outcome": "agree"})
    assert (late.status_code, "还没有签" in late.text) == (403, True)
    signer = shown["step"]["signers"][0]["item"]
    done = holder.post(f"{BASE}/work-items/{signer}/withdrawal", json={"reason": "已核对"})
    assert done.status_code == 200, done.text
    again = holder.post(f"{BASE}/work-items/{signer}/withdrawal", json={"reason": "已核对"})
    assert again.status_code == 409
    assert holder.post(f"{BASE}/work-items/{item}/decision", json={"outcome": "agree"}).status_code == 200


def test_phrases_are_kept_changed_and_put_into_the_opinion_without_a_script(review, browser_of):
    item, holder = review(), browser_of(REVIEWER)
    for text in ("材料齐全，同意办理。", "材料齐全，同意办理。", "请补充会议纪要。"):
        assert "已存为常用语" in holder.post("/phrases", holder.get("/phrases"), _words=text).text
    page = holder.get("/phrases")
    assert page.count('value="材料齐全，同意办理。"') == 1
    phrase = re.findall(r'action="/phrases/(\d+)"', page)[1]
    holder.post(f"/phrases/{phrase}", page, _words="请补充纪要原件。")
    page = holder.get(f"/work-items/{item}")
    assert "请补充纪要原件。" in page
    answer = holder.post(f"/work-items/{item}/phrase", page, _opinion="经核对，", _phrase="材料齐全，同意办理。")
    assert "经核对， 材料齐全，同意办理。</textarea>" in answer.text
    assert guard(answer.text)["_operation"]
    page = holder.get("/phrases")
    holder.post(f"/phrases/{phrase}/remove", page)
    assert "请补充纪要原件。" not in holder.get("/phrases")


def test_an_organs_phrases_are_its_clerks_to_keep(site, browser_of):
    clerk, colleague, outsider = browser_of(SECRETARY), browser_of(SECTION_HEAD), browser_of(REVIEWER)
    clerk.post("/phrases", clerk.get("/phrases"), _words="经党工委研究，同意。", _shared="yes")
    assert "经党工委研究，同意。" in colleague.get("/phrases")
    assert "经党工委研究，同意。" not in outsider.get("/phrases")
    assert "给本单位的人再存一条" not in colleague.get("/phrases")
    refused = colleague.post("/phrases", colleague.get("/phrases"), _words="我加的", _shared="yes")
    assert (refused.status_code, "由本单位办公室负责人维护" in refused.text) == (403, True)
    phrase = re.findall(r'action="/phrases/(\d+)"', clerk.get("/phrases"))[-1]
    assert colleague.post(f"/phrases/{phrase}/remove", colleague.get("/phrases")).status_code == 403
    own = colleague.post("/phrases", colleague.get("/phrases"), _words="只给自己看")
    assert own.status_code == 200
    mine = re.findall(r'action="/phrases/(\d+)"', colleague.get("/phrases"))[0]
    assert clerk.post(f"/phrases/{mine}/remove", clerk.get("/phrases")).status_code == 404


def test_in_a_browser_a_phrase_goes_in_where_the_cursor_stands_and_a_signer_is_added(seat, review, browser_of):
    item = review()
    keeper = browser_of(REVIEWER)
    keeper.post("/phrases", keeper.get("/phrases"), _words="同意办理。")
    page = seat(REVIEWER)
    page.goto(f"/work-items/{item}")
    page.fill("#opinion", "经核对，")
    page.focus("#phrase")
    page.select_option("#phrase", "同意办理。")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.input_value("#opinion") == "经核对，同意办理。"
    assert page.url.endswith(f"/work-items/{item}")
    page.click("summary:has-text('其他操作')")
    page.fill("#signer-to", "吕子衿")
    page.fill("#signer-reason", "请核对任职时间")
    picture(page, "signers-before-desk")
    page.click("button:has-text('加签')")
    page.wait_for_selector("#signers-title")
    assert "还没有签" in page.inner_text("main")
    picture(page, "signers-waiting-desk")
    page.goto("/inbox")
    picture(page, "signers-inbox-desk")
    page.set_viewport_size(PHONE)
    assert page.evaluate(NARROW)
    picture(page, "signers-inbox-phone")
    phone = seat(COLLEAGUE, viewport=PHONE)
    phone.goto("/inbox")
    phone.click("#list a.title >> nth=-1")
    assert phone.evaluate(NARROW)
    picture(phone, "signers-signing-phone")
    phone.fill("#opinion", "时间无误。")
    phone.click(".decide button:has-text('同意') >> nth=0")
    phone.wait_for_load_state()
    assert "已签：同意" in phone.inner_text("main")
    narrow = seat(REVIEWER, viewport=PHONE)
    narrow.goto(f"/work-items/{item}")
    assert narrow.evaluate(NARROW)
    picture(narrow, "signers-back-phone")
    narrow.goto("/phrases")
    assert narrow.evaluate(NARROW)
    picture(narrow, "phrases-phone")
