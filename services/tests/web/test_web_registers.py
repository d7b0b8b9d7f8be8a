"""Registers on their pages, what the public reads without a login, and letters before they are issued."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from jiecheng.cases import House
from jiecheng.web import public

sys.path.insert(0, str(Path(__file__).parents[1]))

import power_register

OFFICIAL, OWNER, AUDITOR = "youyizhou", "fengwangchuan", "fanruogu"


@pytest.fixture(scope="module", autouse=True)
def published(house: House) -> None:
    """Two cases wrote the list; the versions stand."""
    power_register.deploy(house)
    power_register.start(house)
    power_register.start(house, power="=违法建设处罚<b>", street="donglu")
    for _ in range(3):
        power_register.run_once(house)


@pytest.fixture
def anybody(site) -> TestClient:
    public.turnstile = public.Turnstile()
    return TestClient(site, base_url="http://127.0.0.1")


def test_the_public_reads_the_last_version_without_a_login(anybody: TestClient) -> None:
    front = anybody.get("/public")
    assert front.status_code == 200
    assert "赋权清单" in front.text
    assert "借调台账" not in front.text
    page = anybody.get("/public/power_list")
    assert page.status_code == 200
    assert "占道经营处罚" in page.text
    assert "与上一版的差别" in page.text
    assert "<b>" not in page.text
    assert anybody.get("/public/power_list/v1").status_code == 200
    assert "这是旧版本" in anybody.get("/public/power_list/v1").text
    assert "set-cookie" not in page.headers


def test_nothing_else_is_public(anybody: TestClient) -> None:
    for path in ("staff_loan", "staff_loan.json", "unadmitted_duty", "power_list/v99", "power_list/v99.json", "none"):
        assert anybody.get(f"/public/{path}").status_code == 404, path
    answer = anybody.get("/registers/power_list", follow_redirects=False)
    assert answer.status_code in (303, 401)


def test_the_json_is_the_published_content_with_its_digest_and_caches_may_keep_it(anybody: TestClient) -> None:
    answer = anybody.get("/public/power_list.json")
    assert hashlib.sha256(answer.content).hexdigest() == answer.headers["x-content-sha256"]
    document = answer.json()
    schema = anybody.get("/public/schema.json").json()
    assert set(schema["required"]) <= set(document)
    assert set(document) <= set(schema["properties"])
    assert answer.headers["cache-control"] == "public, max-age=60"
    again = anybody.get("/public/power_list.json", headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    page = anybody.get("/public/power_list")
    assert anybody.get("/public/power_list", headers={"if-none-match": page.headers["etag"]}).status_code == 304


def test_the_public_page_is_searched_and_bounded(anybody: TestClient) -> None:
    assert "占道经营处罚" in anybody.get("/public/power_list/v1?text=占道").text
    assert "没有符合条件" in anybody.get("/public/power_list?text=没有这一项").text
    assert anybody.get("/public/power_list?row=-5").status_code == 200
    assert anybody.get("/public/power_list?row=x").status_code == 404


def test_who_asks_too_often_is_asked_to_wait(anybody: TestClient) -> None:
    now = [0.0]
    public.turnstile = public.Turnstile(3, lambda: now[0])
    assert [anybody.get("/public").status_code for _ in range(4)] == [200, 200, 200, 429]
    assert anybody.get("/public/power_list.json").status_code == 429
    now[0] = 61.0
    assert anybody.get("/public").status_code == 200


def test_an_official_finds_register_row_story_and_versions(browser_of) -> None:
    browser = browser_of(OFFICIAL)
    listed = browser.get("/registers")
    assert "赋权清单" in listed
    assert "借调台账" in listed
    page = browser.get("/registers/power_list?tab=all&street=pengxi&category=城镇管理&on=2026-04-02")
    assert "占道经营处罚" in page
    assert "违法建设处罚" not in page
    assert "没有符合条件" in browser.get("/registers/power_list?tab=all&on=2026-01-01")
    entry = browser.get("/registers/power_list/entries/1?key=pengxi")
    assert "怎样来的" in entry
    assert "已生效" in entry
    assert "打开办件" in entry
    versions = browser.get("/registers/power_list/versions")
    assert "首次公布" in versions
    assert "内容指纹" in browser.get("/registers/power_list/versions/1")
    assert browser.client.get("/registers/power_list/versions/99").status_code == 404
    assert browser.client.get("/registers/power_list/entries/999").status_code == 404


def test_an_export_keeps_a_formula_as_text(browser_of) -> None:
    text = browser_of(OFFICIAL).get("/registers/power_list.csv?tab=all")
    assert "'=违法建设处罚" in text
    assert "承接街镇" in text


def test_the_counts_are_checked_against_the_document_of_the_city(browser_of, house: House) -> None:
    from jiecheng import store

    browser = browser_of(OFFICIAL)
    assert "核对" not in browser.get("/registers/power_list")
    with house.transaction() as tx:
        before = tx.profile
        store.setting.put(tx.db, "profile", "福山")
    try:
        page = browser.get("/registers/power_list")
    finally:
        with house.transaction() as tx:
            store.setting.put(tx.db, "profile", before)
    assert "核对不一致" in page
    assert "应为 32 = 2+6+8+3+4+5+4" in page


def test_a_process_owner_sees_the_letters_and_the_paper_they_make(browser_of) -> None:
    browser = browser_of(OWNER)
    assert "关于赋权的决定" in browser.get("/letters")
    assert "云川区委专用" in browser.get("/letters/power_test/grant@district-party")
    paper = browser.client.get("/letters/power_test/grant.pdf")
    assert paper.headers["content-type"] == "application/pdf"
    assert paper.content.startswith(b"%PDF")
    assert paper.headers["content-disposition"].startswith("inline")
    assert browser.client.get("/letters/power_test/none.pdf").status_code == 404
    assert browser_of(OFFICIAL).client.get("/letters").status_code == 403


def test_a_row_that_does_not_hold_yet_shows_no_day_as_if_it_held(anybody: TestClient) -> None:
    assert "尚未生效（拟 2026-04-01）" in anybody.get("/public/power_list/v1").text
    assert "尚未生效" not in anybody.get("/public/power_list/v3").text.partition("违法建设处罚")[0]


def test_whoever_reads_the_lists_is_not_sent_to_work(anybody: TestClient) -> None:
    missing = anybody.get("/public/staff_loan")
    assert missing.status_code == 404
    assert "回到待办" not in missing.text
    assert 'href="/public"' in missing.text
