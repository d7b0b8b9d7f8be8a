"""What one person gets wrong at the pages of a loan, or does at the same moment as another: nothing typed is lost, the no is said."""

from __future__ import annotations

import re

from web_loan import (
    APPLICANT,
    APPLICATION,
    STRANGER,
    guard,
    words,
)


def test_a_mistake_keeps_every_word_and_says_where_it_is(browser_of):
    browser = browser_of(APPLICANT)
    page = browser.get("/start/staff_loan")

    answer = browser.post("/start/staff_loan", page, **{**APPLICATION, "end_date": ""})

    assert answer.status_code == 422
    assert APPLICATION["necessity"] in answer.text
    anchor = re.search(r'<li><a href="#([^"]+)">结束日期', answer.text)[1]
    assert f'id="{anchor}"' in answer.text


def test_a_draft_waits_until_the_next_visit(browser_of):
    browser = browser_of("sunianci")
    page = browser.get("/start/staff_loan")

    saved = browser.post("/start/staff_loan/draft", page, necessity="写了一半")

    assert "已暂存" in saved.text
    assert "写了一半" in browser_of("sunianci").get("/start/staff_loan")


def test_a_disagreement_without_reasons_is_asked_for_them(browser_of):
    browser_of("geleshan").start(borrowed="i-zhuwenlan")

    answer = browser_of("zhuwenlan").decide(_outcome="disagree", personal_note="家中有困难")

    assert answer.status_code == 422
    assert "必须写明意见" in answer.text
    assert "家中有困难" in answer.text


def test_the_applicant_withdraws_and_must_say_why(browser_of):
    browser = browser_of("douwenlan")
    case = browser.start(borrowed="i-sushiyu")
    page = browser.get(f"/cases/{case}")

    unsure = browser.post(f"/cases/{case}/withdraw", page, _reason="任务取消")
    assert unsure.status_code == 422
    assert "撤销后不能恢复。确实要撤销的" in unsure.text
    unexplained = browser.post(f"/cases/{case}/withdraw", page, _reason=" ", _sure="yes")
    withdrawn = browser.post(f"/cases/{case}/withdraw", unexplained.text, _reason="任务取消", _sure="yes")

    assert unexplained.status_code == 403
    assert "请写明撤销的原因" in unexplained.text
    assert "已撤销" in withdrawn.text


def test_the_same_press_twice_is_one_decision(browser_of):
    browser_of("zousuxin").start(borrowed="i-jiangcaiwei")
    browser = browser_of("jiangcaiwei")
    item = browser.first_item()
    page = browser.get(f"/work-items/{item}")

    first = browser.post(f"/work-items/{item}/decide", page, _outcome="agree")
    second = browser.post(f"/work-items/{item}/decide", page, _outcome="agree")

    assert first.status_code == second.status_code == 200
    assert first.url == second.url
    assert words(first.text).count("本人意见 同意") == words(second.text).count("本人意见 同意") == 1


def test_a_decision_on_what_another_just_decided_is_told_so(browser_of):
    browser_of("zousuxin").start(borrowed="i-hezijin")
    browser = browser_of("hezijin")
    item = browser.first_item()
    page, other_window = browser.get(f"/work-items/{item}"), browser.get(f"/work-items/{item}")
    browser.post(f"/work-items/{item}/decide", page, _outcome="agree")

    late = browser.post(f"/work-items/{item}/decide", other_window, _outcome="agree")

    assert guard(page)["_operation"] != guard(other_window)["_operation"]
    assert late.status_code in (403, 409)
    assert 'role="alert"' in late.text


def test_nobody_decides_or_saves_in_an_item_of_another(browser_of):
    browser_of("zousuxin").start(borrowed="i-taoleshan")
    item = browser_of("taoleshan").first_item()
    stranger = browser_of(STRANGER)
    page = stranger.get("/inbox")

    decided = stranger.post(f"/work-items/{item}/decide", page, _outcome="agree")
    saved = stranger.post(f"/work-items/{item}/draft", page, _opinion="混入")

    assert decided.status_code == saved.status_code == 404
    reader = browser_of("zousuxin")  # the applicant may read the case, and still not work on this item
    page = reader.get(f"/work-items/{item}")
    assert reader.post(f"/work-items/{item}/draft", page, _opinion="混入").status_code == 404
    assert 'name="_outcome"' not in page


def test_a_refused_file_says_what_is_taken(browser_of):
    browser_of("zousuxin").start(borrowed="i-zouzhujun")
    browser = browser_of("zouzhujun")
    item = browser.first_item()
    page = browser.get(f"/work-items/{item}")

    answer = browser.post(
        f"/work-items/{item}/attachments",
        page,
        files={"_files": ("x.exe", b"MZ", "application/octet-stream")},
        _opinion="写好的意见",
    )

    assert answer.status_code == 422
    assert "可以上传" in answer.text
    assert "写好的意见" in answer.text


def test_a_limit_can_be_opened_day_by_day(browser_of):
    browser_of("zousuxin").start(borrowed="i-zhousuxin")
    browser = browser_of("zhousuxin")

    page = words(browser.get(f"/work-items/{browser.first_item()}/due"))

    assert "收到 2026-03-02（周一），当天不计" in page
    assert "2026-03-03（周二） 计入" in page


def test_a_form_saves_itself_and_an_expired_session_leaves_the_page_alone(browser_of):
    browser = browser_of("panjiping")
    page = browser.get("/start/staff_loan")
    piece = {"hx-request": "true"}

    saved = browser.client.post("/start/staff_loan/draft", data={**guard(page), "necessity": "写"}, headers=piece)
    browser.client.cookies.delete("jc_session")
    late = browser.client.post("/start/staff_loan/draft", data={**guard(page), "necessity": "写完"}, headers=piece)

    assert "已自动暂存" in saved.text
    assert "<" not in saved.text
    assert late.status_code == 204
    assert "hx-refresh" not in late.headers


def test_a_long_list_is_read_page_by_page(browser_of):
    browser = browser_of("hanhuaian")
    for _ in range(31):
        browser.start()

    first = browser.get("/inbox/started")
    second = browser.get("/inbox/started" + re.search(r'href="(\?after=[^"]+)">下一页', first)[1])

    assert first.count('class="title"') == 30
    assert second.count('class="title"') == 1
    assert "回到第一页" in second
