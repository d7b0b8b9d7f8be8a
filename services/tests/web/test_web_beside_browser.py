"""传阅, 沟通 and 督办 in a real browser, at a desk and on a phone: typed by hand, and nothing wider than the page."""

from __future__ import annotations

import pytest
from test_web_inbox_browser import DESK, NARROW, PHONE, picture, seat
from web_loan import APPLICANT, BORROWED, FILING, SECTION_HEAD

__all__ = ["seat"]


@pytest.mark.parametrize(("size", "name"), [(DESK, "desk"), (PHONE, "phone")])
def test_shown_asked_and_supervised(seat, browser_of, size, name):
    case = browser_of(APPLICANT).start()
    page = seat(APPLICANT, viewport=size)
    page.goto(f"/cases/{case}")
    page.click("text=传阅给别人看")
    page.fill("#circulate-to", "许书宁、区司法局")
    page.fill("#circulate-words", "请了解借调的安排")
    page.click("#circulation button:text-is('传阅')")
    page.wait_for_selector("text=已传阅给")
    worker = seat(BORROWED, viewport=size)
    worker.goto(f"/cases/{case}")
    worker.click("text=向别人了解情况")
    worker.fill("#ask-to", "许书宁")
    worker.fill("#ask-question", "借调期间的考核由谁负责？")
    worker.click("#questions button:text-is('提问')")
    worker.wait_for_selector("text=不影响办理")
    above = seat(SECTION_HEAD, viewport=size)
    above.goto("/supervision?which=choice")
    number = page.inner_text("h1 >> xpath=preceding-sibling::p >> .nowrap")
    above.fill("#text", number.replace("〔", "(").replace("〕", ")"))
    above.click("text=查找")
    assert above.evaluate(NARROW)
    picture(above, f"supervisable-{name}")
    above.click("#list a:has-text('督办')")
    above.fill("#demand", "请说明还没有表态的原因")
    above.click("button:text-is('立项督办')")
    assert above.evaluate("document.activeElement.id") == "supervise-days"
    above.fill("#supervise-days", "3")
    assert above.evaluate(NARROW)
    picture(above, f"supervise-{name}")
    above.click("button:text-is('立项督办')")
    above.wait_for_selector("text=已交办给杨景行")
    assert above.evaluate(NARROW)
    picture(above, f"supervised-{name}")
    reader = seat(FILING, viewport=size)
    for path in ("/inbox/unread", "/inbox/questions", f"/cases/{case}"):
        reader.goto(path)
        assert reader.evaluate(NARROW), path
        picture(reader, f"reader-{path.strip('/').replace('/', '-')}-{name}")
    for path in ("/inbox", "/supervision", "/supervision?which=organ"):
        worker.goto(path)
        assert worker.evaluate(NARROW), path
    picture(worker, f"supervision-{name}")
