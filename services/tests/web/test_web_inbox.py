"""The lists of a working day: tabs, where a case is, drafts, saved filters, columns, many at once."""

from __future__ import annotations

import re

from web_loan import APPLICANT, BORROWED, STRANGER, guard, words

HEAD = "hansuxin"


def tally(page: str, name: str) -> str:
    found = re.search(rf">{name}(?: <span class=\"tally\"[^>]*>([^<]+))?", page.split('class="tabs"')[1])
    assert found, name
    return found[1] or ""


def test_tabs_count_and_lead_to_their_lists(browser_of):
    browser_of(APPLICANT).start()
    borrowed = browser_of(BORROWED)
    page = borrowed.get("/inbox")
    assert int(tally(page, "待办")) >= 1
    for path in re.findall(r'<li><a href="(/inbox[^"]*)"', page):
        assert 'aria-current="page"' in borrowed.get(path).split('class="tabs"')[1]


def test_started_says_step_holder_since_and_due(browser_of):
    applicant = browser_of(APPLICANT)
    applicant.start()
    row = words(applicant.get("/inbox/started").split("<tbody>")[1].split("</tr>")[0])
    assert "本人意见" in row
    assert "杨景行" in row
    assert re.search(r"2026-03-\d\d（周.）", row)


def test_done_says_what_became_of_it(browser_of):
    browser_of(APPLICANT).start()
    borrowed = browser_of(BORROWED)
    borrowed.decide(_outcome="agree")
    row = words(borrowed.get("/inbox/done").split("<tbody>")[1].split("</tr>")[0])
    assert "办理中" in row
    assert "韩素心" in row


def test_a_draft_is_listed_goes_on_and_is_discarded(browser_of):
    applicant = browser_of(APPLICANT)
    page = applicant.get("/start/staff_loan")
    applicant.post("/start/staff_loan/draft", page, necessity="还没想好")
    listed = applicant.get("/inbox/drafts")
    assert 'href="/start/staff_loan"' in listed
    assert int(tally(listed, "草稿")) == 1
    stranger = browser_of(STRANGER)
    fields = {"_subject": "start:staff_loan", "_holder": "i-weiwangshu"}
    assert stranger.post("/inbox/drafts/discard", stranger.get("/inbox/drafts"), **fields).status_code == 404
    said = applicant.post("/inbox/drafts/discard", listed, **fields)
    assert "草稿已丢弃" in said.text
    assert "没有草稿" in said.text


def test_a_filter_is_kept_and_shared_with_the_office_alone(browser_of):
    applicant = browser_of(APPLICANT)
    page = applicant.get("/inbox/started?text=杨景行")
    applicant.post(
        "/preferences/filters",
        page,
        _place="/inbox/started",
        _query="text=杨景行&after=3",
        _name="杨家的",
        _shared="yes",
    )
    own = applicant.get("/inbox/started")
    assert "杨家的" in own
    assert "科室共享" in own
    assert "after=3" not in own
    stranger = browser_of(STRANGER)
    assert "杨家的" not in stranger.get("/inbox/started")
    number = re.search(r"/preferences/filters/(\d+)/remove", own)[1]
    refused = stranger.post(f"/preferences/filters/{number}/remove", stranger.get("/inbox"), _place="/inbox/started")
    assert refused.status_code == 404
    gone = applicant.post(f"/preferences/filters/{number}/remove", own, _place="/inbox/started")
    assert "杨家的" not in gone.text


def test_columns_and_density_stay_as_chosen(browser_of):
    browser_of(APPLICANT).start()
    borrowed = browser_of(BORROWED)
    page = borrowed.get("/inbox")
    assert '<th scope="col">发起人</th>' in page
    borrowed.client.post(
        "/preferences/look",
        data={
            **guard(page), "_place": "/inbox", "_density": "compact",
            "_columns": ["step", "initiator", "since", "due"], "_shown": ["step", "due"],
        },
    )  # fmt: skip
    page = browser_of(BORROWED).get("/inbox")
    assert '<th scope="col">发起人</th>' not in page
    assert "is-compact" in page
    assert '<th scope="col">办理期限</th>' in page


def test_a_list_that_did_not_change_is_not_sent_again(browser_of):
    browser_of(APPLICANT).start()
    borrowed = browser_of(BORROWED)
    first = borrowed.client.get("/inbox")
    again = {"if-none-match": first.headers["etag"]}
    assert borrowed.client.get("/inbox", headers=again).status_code == 304
    browser_of(APPLICANT).start()
    assert borrowed.client.get("/inbox", headers=again).status_code == 200


def test_search_marks_the_words_and_asks_for_more_than_one_character(browser_of):
    case = browser_of(APPLICANT).start()
    page = browser_of(BORROWED).get("/search?q=杨景行")
    assert "<mark>杨景行</mark>" in page
    assert f'href="/cases/{case}"' in page
    assert "至少两个" in browser_of(BORROWED).get("/search?q=杨", 422)
    assert "没有找到" in browser_of(STRANGER).get("/search?q=杨景行")
