"""代理 on pages and over the API: arranged with a preview, worked off under 我代办的, on record with both names."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from web_loan import APPLICANT, BORROWED, PASSWORD, SECTION_HEAD, STRANGER, words

from jiecheng.cases.clockwork import Desk

DEPUTY = "zhuwenlan"  # 朱文澜, 彭溪街道 社区管理办公室 科员
ADMINISTRATOR = "fangsongnian"
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}
NARROW = "document.documentElement.scrollWidth <= window.innerWidth"
PICTURES = os.environ.get("JIECHENG_PICTURES", "")  # a folder to leave screenshots in
TODAY = {"_to": "朱文澜", "_first": "2026-03-02", "_last": "2026-03-06", "_scope": "all", "_reason": "外出学习"}


@pytest.fixture
def waiting(browser_of, house) -> Iterator[int]:
    """A loan that waits for the head of the section; afterwards nobody stands in for him any more."""
    case = browser_of(APPLICANT).start()
    browser_of(BORROWED).decide(_outcome="agree")
    yield case
    head = browser_of(SECTION_HEAD)
    for number in set(re.findall(r'href="/substitution/(\d+)"', head.get("/substitution"))):
        head.post(f"/substitution/{number}/end", head.get("/substitution"))
    Desk(house).change_organisation()


def arrange(browser, house, **changes) -> str:
    answer = browser.post("/substitution", browser.get("/substitution"), **{**TODAY, **changes})
    Desk(house).change_organisation()
    assert answer.status_code == 200, words(answer.text)[:500]
    return words(answer.text)


def test_the_preview_names_what_goes_and_changes_nothing(browser_of, waiting):
    head = browser_of(SECTION_HEAD)
    page = head.post("/substitution/preview", head.get("/substitution"), **TODAY).text
    assert "可以由朱文澜" in words(page)
    assert "所在科室意见" in words(page)
    assert "朱文澜（彭溪街道社区管理办公室 科员） 代 韩素心" in words(page)
    assert 'name="_to" value="朱文澜"' in page
    again = head.post("/substitution/edit", page, **TODAY).text
    assert 'value="外出学习"' in again
    assert "还没有安排过" in words(again)


def test_he_works_under_his_own_tab_and_both_names_are_on_record(browser_of, house, waiting):
    head, deputy = browser_of(SECTION_HEAD), browser_of(DEPUTY)
    assert "/inbox/lent" not in deputy.get("/inbox")
    assert "已安排" in arrange(head, house)
    assert "正在代您办理" in words(head.get("/inbox"))
    page = deputy.get("/inbox/lent")
    assert "代 韩素心" in words(page)
    item = re.findall(r'href="/work-items/(\d+)"', page)[0]
    form = deputy.get(f"/work-items/{item}")
    assert "您在代 韩素心" in words(form)
    assert "/transfer" not in form
    assert "您在代别人办理，由本人决定" in words(form)
    done = deputy.post(f"/work-items/{item}/decide", form, _outcome="agree", handover="由朱文澜代管网格工作。")
    assert done.status_code == 200, words(done.text)[:400]
    case = words(head.get(done.url.path))
    assert "朱文澜 代 韩素心" in case
    assert "朱文澜 代您办理" in words(head.get("/inbox/done"))
    assert "代 韩素心 办理" in words(deputy.get("/inbox/done"))


def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(browser_of, waiting):
    head = browser_of(SECTION_HEAD)
    for wrong, told in (
        ({"_last": "2026-03-01"}, "不能早于开始日期"),
        ({"_last": ""}, "请填写日期"),
        ({"_to": "某某某"}, "没有姓名为“某某某”的在任人员，请核对"),
        ({"_to": "文澜"}, "朱文澜（彭溪街道社区管理办公室 科员）"),
        ({"_to": "许书凝"}, "相近的有：许书宁（区委组织部"),
        ({"_reason": " "}, "请写明原因"),
        ({"_to": "韩素心"}, "不能请自己代办"),
    ):
        answer = head.post("/substitution/preview", head.get("/substitution"), **{**TODAY, **wrong})
        assert answer.status_code in (403, 422), wrong
        assert told in words(answer.text), wrong
        assert 'name="_first" required min="2026-03-02" value="2026-03-02"' in answer.text


def test_changed_before_it_begins_and_ended_with_a_press(browser_of, house, waiting):
    head = browser_of(SECTION_HEAD)
    arrange(head, house, _first="2026-03-04")
    number = re.findall(r'href="/substitution/(\d+)"', head.get("/substitution"))[0]
    page = head.get(f"/substitution/{number}")
    assert "取消这条代理" in page
    seen = head.post(f"/substitution/{number}/preview", page, **{**TODAY, "_first": "2026-03-05"})
    assert "确认修改" in seen.text
    said = head.post(f"/substitution/{number}", seen.text, **{**TODAY, "_first": "2026-03-05"})
    assert "已修改" in words(said.text)
    assert "改为" in words(head.get(f"/substitution/{number}"))
    assert "已取消" in words(head.post(f"/substitution/{number}/end", page).text)


def test_who_was_named_says_on_the_page_why_he_cannot(browser_of, house, waiting):
    head, deputy = browser_of(SECTION_HEAD), browser_of(DEPUTY)
    arrange(head, house)
    number = max(re.findall(r'href="/substitution/(\d+)"', deputy.get("/substitution")), key=int)
    page = deputy.get(f"/substitution/{number}")
    assert "/decline" not in head.get(f"/substitution/{number}")
    assert "请写明为什么不能代办" in words(deputy.post(f"/substitution/{number}/decline", page, _why=" ").text)
    said = deputy.post(f"/substitution/{number}/decline", page, _why="要去培训")
    assert "已告知韩素心" in words(said.text)
    assert "朱文澜不能代办：要去培训" in words(head.get(f"/substitution/{number}"))
    assert "/decline" not in deputy.get(f"/substitution/{number}")


def test_strangers_do_not_see_it_and_the_administrator_sees_no_business(browser_of, house, waiting):
    head = browser_of(SECTION_HEAD)
    arrange(head, house)
    number = re.findall(r'href="/substitution/(\d+)"', head.get("/substitution"))[0]
    browser_of(STRANGER).get(f"/substitution/{number}", 404)
    manager = browser_of(ADMINISTRATOR)
    asked = {**TODAY, "_giver": "韩素心", "_first": "2026-04-01", "_last": "2026-04-02"}
    page = words(manager.post("/substitution/preview", manager.get("/substitution"), **asked).text)
    assert "所在科室意见」" in page
    assert "件" in page
    assert "杨景行" not in page


def test_over_the_api(browser_of, house, waiting):
    def client(account):
        browser = browser_of(account)
        token = browser.client.post("/api/v1/session", json={"account": account, "password": PASSWORD}).json()["token"]
        return browser.client, {"Authorization": f"Bearer {token}"}

    web, head = client(SECTION_HEAD)
    body = {"to": "朱文澜", "first": "2026-03-02", "last": "2026-03-06", "reason": "外出学习", "scope": ["staff_loan"]}
    seen = web.post("/api/v1/substitutions/preview", json=body, headers=head).json()
    assert [row["step"] for row in seen["going"]][-1:] == ["所在科室意见"]
    keyed = {**head, "Idempotency-Key": "sub-1"}
    first = web.post("/api/v1/substitutions", json=body, headers=keyed).json()
    assert web.post("/api/v1/substitutions", json=body, headers=keyed).json() == first
    Desk(house).change_organisation()
    web, deputy = client(DEPUTY)
    rows = web.get("/api/v1/inbox/lent", headers=deputy).json()["rows"]
    assert {row["for_whom"] for row in rows} == {"i-hansuxin"}
    shown = web.get(f"/api/v1/work-items/{rows[0]['item']}", headers=deputy).json()
    assert shown["in_place_of"].startswith("韩素心")
    assert "由朱文澜代办" in shown["step"]["holders"][0]
    number = first["substitution"]
    listed = web.get("/api/v1/substitutions", headers=deputy).json()["standing"]
    assert [one["state"] for one in listed if one["id"] == number] == ["active"]
    assert web.post(f"/api/v1/substitutions/{number}/end", headers=deputy).status_code == 403
    said = web.post(f"/api/v1/substitutions/{number}/decline", json={"reason": "忙"}, headers=head)
    assert said.status_code == 403
    assert web.put(f"/api/v1/substitutions/{number}", json=body, headers=head).status_code == 409
    assert web.post(f"/api/v1/substitutions/{number}/end", headers=head).status_code == 200
    refused = web.post(f"/api/v1/work-items/{rows[0]['item']}/decision", json={"outcome": "agree"}, headers=deputy)
    assert refused.status_code == 409
    assert "时间已经结束" in refused.json()["detail"]
    assert web.get(f"/api/v1/substitutions/{number}", headers=head).json()["log"]


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_at_a_desk_and_on_a_phone(chromium, address, browser_of, house, waiting, size):
    context = chromium.new_context(base_url=address, locale="zh-CN", viewport=size)
    page = context.new_page()
    page.set_default_timeout(15_000)

    def look(name):
        page.wait_for_load_state()
        assert page.evaluate(NARROW), name
        if PICTURES:
            page.screenshot(path=str(Path(PICTURES) / f"substitution-{name}-{size['width']}.png"), full_page=True)

    def enter(account):
        context.clear_cookies()
        page.goto("/login")
        page.fill("#account", account)
        page.fill("#password", PASSWORD)
        page.click("button:has-text('登录')")
        page.wait_for_selector("nav.side", state="attached")

    enter(SECTION_HEAD)
    page.click("details.menu summary")
    page.click("a:has-text('请人代办')")
    look("form")
    # Everybody whom the words fit, those of the own organ first; with organ and post.
    page.fill("#to", "许书")
    other = page.wait_for_selector(".suggested [role=group][aria-label=其他单位] [role=option]")
    assert other.inner_text().startswith("许书宁（区委组织部")
    page.fill("#to", "文澜")
    page.wait_for_selector(".suggested [role=group][aria-label=其他单位]")  # another street has one, too
    own = page.wait_for_selector(".suggested [role=group][aria-label=本单位] [role=option]")
    look("offered")
    own.click()
    assert page.input_value("#to").startswith("朱文澜（彭溪街道")
    page.fill("#first", "2026-03-02")
    page.fill("#last", "2026-03-06")
    page.fill("#reason", "外出学习")
    page.click("button:has-text('先看哪些会交过去')")
    look("preview")
    page.click("button:has-text('确认安排')")
    look("arranged")
    Desk(house).change_organisation()
    page.goto("/inbox")
    look("giver-inbox")
    enter(DEPUTY)
    page.goto("/substitution")
    page.click("section:has-text('我代别人办的') tr:has-text('代办中') a.title")
    page.wait_for_selector("button:has-text('不能代办')")
    look("named")
    page.goto("/inbox/lent")
    look("lent")
    page.click("#list tbody a.title >> nth=0")
    look("item")
    context.close()
