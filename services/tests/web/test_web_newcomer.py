"""What somebody who has only read the manual trips over: pages that promise, point and name."""

from __future__ import annotations

import re
from datetime import timedelta

from web_loan import (
    ADMINISTRATOR,
    APPLICANT,
    AUDITOR,
    BALLOTS,
    BORROWED,
    FILING,
    MINUTES,
    SECRETARY,
    SECTION_HEAD,
    words,
)

from jiecheng.web import record
from jiecheng.web.record import Line


def test_a_status_that_changed_is_said_once():
    now, changed = Line("台账状态", None, "借调中"), Line("台账状态", "待生效", "借调中")
    assert record._once([now, changed]) == [changed]
    assert record._once([now]) == [now]


def test_a_supervision_that_waits_is_not_called_nothing_to_do(browser_of):
    above = browser_of(SECTION_HEAD)
    case = browser_of(APPLICANT).start(start_date="2026-05-06", end_date="2026-06-05")
    page = above.get(f"/cases/{case}/supervisions/new")
    said = above.post(f"/cases/{case}/supervisions", page, _to="杨景行", _demand="请尽快表态", _days="3")
    assert said.status_code == 200, words(said.text)[:300]
    worker = browser_of(BORROWED)
    item = re.findall(r"/work-items/(\d+)", worker.get(f"/cases/{case}"))[0]
    worker.post(f"/work-items/{item}/decide", worker.get(f"/work-items/{item}"), _outcome="agree")
    inbox = words(worker.get("/inbox"))
    assert "等您办理的督办" in inbox
    assert "没有别的待办 除了上面的督办" in inbox


def test_the_addresses_of_buttons_lead_back_to_the_page_they_stand_on(browser_of):
    applicant = browser_of(APPLICANT)
    case = applicant.start()
    refused = applicant.post(f"/cases/{case}/recall", applicant.get(f"/cases/{case}"), _reason=" ")
    assert refused.url.path == f"/cases/{case}/recall"
    for path in (f"/cases/{case}/recall", f"/cases/{case}/circulations/9/withdrawal"):
        assert applicant.client.get(path).url.path == f"/cases/{case}"
    assert browser_of(ADMINISTRATOR).client.get("/incidents/7/resolve").url.path == "/incidents"
    assert applicant.client.get("/cases/x/recall").status_code == 404
    assert applicant.client.get("/nowhere").status_code == 404
    assert applicant.client.get("/api/v1/session").status_code == 405


def test_an_opinion_without_a_word_goes_to_the_committee_and_what_is_over_leads_on(browser_of, clock):
    applicant, person = browser_of(APPLICANT), browser_of(BORROWED)
    case = applicant.start(start_date="2026-04-10")
    item = next(int(one) for one in re.findall(r"/work-items/(\d+)", person.get(f"/cases/{case}")))
    person.post(f"/work-items/{item}/decide", person.get(f"/work-items/{item}"), _outcome="agree")
    over = person.get(f"/work-items/{item}")
    assert "刷新" not in words(over)
    assert f'您已经办结，不能再改。现在办到哪一步，请查看整个办件。 <a class="no-print" href="/cases/{case}">' in over
    section = browser_of(SECTION_HEAD)
    mine = re.findall(r"/work-items/(\d+)", section.get(f"/cases/{case}"))[0]
    page = section.get(f"/work-items/{mine}")
    file = {"_files": ("工作安排.txt", "由朱文澜兼顾。".encode(), "text/plain")}
    section.post(f"/work-items/{mine}/attachments", page, files=file)
    assert "工作安排.txt" in words(section.get(f"/cases/{case}")).partition("办理过程")[2]
    section.post(f"/work-items/{mine}/decide", page, _outcome="agree", handover="由朱文澜兼顾。")
    secretary = browser_of(SECRETARY)
    item = re.findall(r"/work-items/(\d+)", secretary.get(f"/cases/{case}"))[0]
    page = secretary.get(f"/work-items/{item}")
    assert "本人表示：同意借调。" in page
    assert "不用登记表决" in page
    due = re.search(r'办理期限</span> <time datetime="([^"]+)"', page)[1]
    before = clock.now
    clock.now = clock.now.fromisoformat(due) - timedelta(hours=2)
    try:
        that_day = browser_of(SECRETARY).get(f"/work-items/{item}")
        assert "今日到期" in words(that_day).partition("办理期限")[2][:40]
    finally:
        clock.now = before
    secretary.post(f"/work-items/{item}/decide", page, _outcome="agree", **MINUTES, **BALLOTS)
    filing = browser_of(FILING)
    item = re.findall(r"/work-items/(\d+)", filing.get(f"/cases/{case}"))[0]
    filing.post(f"/work-items/{item}/decide", filing.get(f"/work-items/{item}"), _outcome="file")
    record = words(browser_of(AUDITOR).get(f"/cases/{case}/history?whole=true"))
    assert re.search(r"2026-03-\d\d \d\d:\d\d:\d\d", record)
    assert 0 < record.index("开始日期") < record.index("结束日期")
