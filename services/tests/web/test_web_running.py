"""A loan in force: messages through their forms, notices, the register's tabs; and an item that several may take."""

from __future__ import annotations

import re

import pytest
from web_loan import (
    APPLICANT,
    BALLOTS,
    BORROWED,
    FILING,
    MINUTES,
    SECRETARY,
    SECTION_HEAD,
    STRANGER,
    guard,
    words,
)

from jiecheng.cases.clockwork import Desk


@pytest.fixture(scope="module")
def running(site, house, clock):
    """The case's id, on the day after the loan began."""
    from fastapi.testclient import TestClient
    from web_loan import Plain

    def browser(account: str) -> Plain:
        plain = Plain(TestClient(site, base_url="http://127.0.0.1"))
        assert plain.log_in(account).status_code == 200
        return plain

    case = browser(APPLICANT).start()
    browser(BORROWED).decide(_outcome="agree")
    browser(SECTION_HEAD).decide(_outcome="agree", handover="已作安排。")
    browser(SECRETARY).decide(_outcome="agree", **MINUTES, **BALLOTS)
    filed = browser(FILING).decide(_outcome="file")
    assert "备案" in filed.text
    clock.move(days=9)
    work(house)
    return case


def work(house) -> None:
    """What the flows do, until nothing is left to do: what is owed (letters, notices), then due timers."""
    desk = Desk(house)
    busy = True
    while busy:
        owed, due = desk.claim_outbox("test"), desk.due_timer_ids()
        for entry in owed:
            desk.deliver(entry, "test")
        for subscription in due:
            desk.fire_timer(subscription)
        busy = bool(owed or due)


def test_the_issued_letter_is_on_the_case_page(running, browser_of):
    browser = browser_of(APPLICANT)
    link = re.search(r'href="(/documents/\d+)"', browser.get(f"/cases/{running}"))[1]

    letter = browser.client.get(link)

    assert letter.content.startswith(b"%PDF-")
    assert letter.headers["content-disposition"].startswith("attachment;")
    browser_of(STRANGER).get(link, status=404)


def test_the_register_shows_the_running_loan_first(running, browser_of):
    page = words(browser_of(APPLICANT).get("/registers/staff_loan"))

    assert "杨景行" in page
    assert "借调中（1）" in page


def test_a_message_without_its_reason_is_asked_for_it_and_keeps_what_was_typed(running, browser_of):
    browser = browser_of(APPLICANT)
    path = f"/cases/{running}/messages/extension_requested"
    page = browser.get(path)

    answer = browser.post(path, page, new_end_date="", extension_reason="整治任务延期")

    assert answer.status_code == 422
    assert "整治任务延期" in answer.text
    saved = browser.post(f"{path}/draft", page, new_end_date="2026-06-30", extension_reason="整治任务延期到六月")
    assert "已暂存" in saved.text
    assert "整治任务延期到六月" in browser.get(path)


def test_only_the_sender_sees_the_message(running, browser_of):
    applicant, borrowed = browser_of(APPLICANT), browser_of(BORROWED)

    assert "提前归还" in words(applicant.get(f"/cases/{running}")).split("您可以提交的事项")[1]
    assert "您可以提交的事项" not in words(borrowed.get(f"/cases/{running}"))
    refused = words(borrowed.get(f"/cases/{running}/messages/return_early", status=403))
    assert "无权查看" in refused


def test_what_one_may_submit_stands_right_under_who_has_it_and_others_do_not_wait_for_it(running, browser_of):
    applicant = words(browser_of(APPLICANT).get(f"/cases/{running}"))
    borrowed = words(browser_of(BORROWED).get(f"/cases/{running}"))

    headings = [applicant.index(one) for one in ("现在谁在办", "您可以提交的事项", "附件", "办理过程")]
    assert headings == sorted(headings)
    waits = borrowed.split("现在谁在办")[1].split("附件")[0]
    assert "提前归还" not in waits
    assert re.search(r"正在等待：[^（]+（2026-\d\d-\d\d", waits), waits


def test_a_paper_is_added_to_a_running_case_from_its_page(running, browser_of):
    browser = browser_of(APPLICANT)
    path = f"/cases/{running}"

    added = browser.post(
        f"{path}/attachments", browser.get(path), files={"_files": ("补充说明.pdf", b"%PDF-1.4\n", "application/pdf")}
    )
    nothing = browser.post(f"{path}/attachments", browser.get(path))
    refused = browser.post(
        f"{path}/attachments", browser.get(path), files={"_files": ("x.exe", b"MZ", "application/octet-stream")}
    )

    assert "已上传 1 个附件" in added.text
    assert "补充说明.pdf" in added.text
    assert "没有选择文件" in nothing.text
    assert refused.status_code == 422
    assert "可以上传" in refused.text
    stranger = browser_of(STRANGER)
    kept_out = stranger.post(
        f"{path}/attachments", stranger.get("/inbox"), files={"_files": ("a.pdf", b"%PDF-1.4\n", "application/pdf")}
    )
    assert kept_out.status_code == 404


def test_the_borrower_returns_early_and_the_page_says_who_confirms(running, browser_of):
    browser = browser_of(APPLICANT)
    path = f"/cases/{running}/messages/return_early"
    page = browser.get(path)

    sent = browser.post(path, page, early_reason="整治任务提前完成")
    again = browser.post(path, page, early_reason="整治任务提前完成")

    assert "已提交「提前归还」。下一步：街镇确认归还" in words(sent.text)
    assert again.url == sent.url


def test_a_notice_is_shown_as_new_once(running, browser_of, house):
    browser = browser_of(APPLICANT)
    browser.get("/notices")  # what the walk itself told him is read
    with house.transaction() as tx:
        from jiecheng import store

        store.notice.add(tx.db, key="test", identity="i-weiwangshu", case=running, text="借调还有 14 天到期")
    assert "通知 1" in words(browser.get("/inbox"))

    first, second = browser.get("/notices"), browser.get("/notices")

    assert "借调还有 14 天到期" in first
    assert "新</span>" in first
    assert "新</span>" not in second


def test_an_item_for_several_is_claimed_and_given_back(browser_of, house):
    browser_of("zousuxin").start(borrowed="i-jiangcaiwei", start_date="2026-03-20", end_date="2026-05-18")
    browser = browser_of("jiangcaiwei")
    item = browser.first_item()
    with house.transaction() as tx:
        db = tx.db.connection
        db.exec_driver_sql(f"UPDATE work_items SET state = 'offered', assignee = NULL WHERE id = {item}")
        db.exec_driver_sql(
            "INSERT INTO candidates (item_id, identity, case_id, open, due_at)"
            f" SELECT item_id, 'i-hezijin', case_id, open, due_at FROM candidates WHERE item_id = {item}"
        )
    other = browser_of("hezijin")
    assert f"/work-items/{item}" in other.get("/inbox")

    page = browser.get(f"/work-items/{item}")
    assert "谁签收由谁办" in page
    claimed = browser.post(f"/work-items/{item}/claim", page)
    assert "已签收" in claimed.text
    assert f"/work-items/{item}" not in other.get("/inbox")

    late = other.post(f"/work-items/{item}/claim", other.get("/inbox"))
    assert late.status_code == 409
    released = browser.post(f"/work-items/{item}/release", claimed.text)
    assert "已释放" in released.text
    assert f"/work-items/{item}" in other.get("/inbox")


def test_a_changed_field_gets_only_the_form_back(browser_of):
    browser = browser_of(APPLICANT)
    page = browser.get("/start/staff_loan")

    part = browser.client.post(
        "/start/staff_loan/refresh", data={**guard(page), "necessity": "写了一半"}, headers={"hx-request": "true"}
    )

    assert part.status_code == 200
    assert "写了一半" in part.text
    assert "<html" not in part.text
