"""The door: who gets in, what a wrong guess says, what an expired session keeps, whose identity acts."""

from __future__ import annotations

import re

import pytest
from web_loan import APPLICANT, APPLICATION, BORROWED, PASSWORD, SECTION_HEAD, TWO_POSTS, guard, words


def test_login_leads_to_the_open_work(at_the_door):
    answer = at_the_door().log_in(APPLICANT)

    assert answer.url.path == "/inbox"
    assert "魏望舒" in answer.text


def test_login_leads_to_the_page_that_was_asked_for(at_the_door):
    browser = at_the_door()

    asked = browser.client.get("/registers/staff_loan?tab=all")
    assert asked.url.path == "/login"
    wanted = re.search(r'name="next" value="([^"]*)"', asked.text)[1].replace("&amp;", "&")
    answer = browser.log_in(APPLICANT, next=wanted)

    assert str(answer.url).endswith("/registers/staff_loan?tab=all")


@pytest.mark.parametrize("elsewhere", ["https://elsewhere.example/", "//elsewhere.example/", "/\\elsewhere.example"])
def test_login_never_leads_out_of_the_house(at_the_door, elsewhere):
    answer = at_the_door().log_in(APPLICANT, next=elsewhere)

    assert answer.url.host == "127.0.0.1"
    assert answer.url.path == "/inbox"


def test_wrong_password_names_neither_account_nor_password_as_the_wrong_one(at_the_door):
    wrong = at_the_door().log_in(APPLICANT, password="wrong")
    unknown = at_the_door().log_in("nobody-of-this-name", password="wrong")

    assert wrong.status_code == unknown.status_code == 403
    assert "账号或密码不对" in wrong.text
    assert "账号或密码不对" in unknown.text


def test_guessing_is_slowed_down_and_the_page_says_how_long(at_the_door, clock):
    browser = at_the_door()
    for _ in range(5):
        browser.log_in(SECTION_HEAD, password="guess")

    even_the_right_one = browser.log_in(SECTION_HEAD)

    assert even_the_right_one.status_code == 403
    assert re.search(r"请等待 (\d+ 分 )?\d+ 秒", even_the_right_one.text)
    clock.move(minutes=16)
    assert at_the_door().log_in(SECTION_HEAD).status_code == 200


def test_cookie_is_out_of_reach_for_scripts_and_other_sites(at_the_door):
    browser = at_the_door()
    page = browser.client.get("/login").text
    answer = browser.client.post(
        "/login", data={**guard(page), "account": APPLICANT, "password": PASSWORD}, follow_redirects=False
    )

    cookie = next(one for one in answer.headers.get_list("set-cookie") if one.startswith("jc_session="))
    assert "HttpOnly" in cookie
    assert "samesite=lax" in cookie.lower()


def test_over_https_the_cookie_is_bound_to_the_host(house):
    from fastapi.testclient import TestClient

    from jiecheng.web.site import SiteOptions, build_site

    client = TestClient(build_site(house, SiteOptions(https=True)), base_url="https://office.example")
    page = client.get("/login")
    answer = client.post(
        "/login", data={**guard(page.text), "account": APPLICANT, "password": PASSWORD}, follow_redirects=False
    )

    cookie = next(one for one in answer.headers.get_list("set-cookie") if "jc_session=" in one)
    assert cookie.startswith("__Host-jc_session=")
    assert "Secure" in cookie
    assert "max-age" in answer.headers["strict-transport-security"]


def test_logged_out_means_out(browser_of):
    browser = browser_of(APPLICANT)
    token = browser.client.cookies["jc_session"]
    browser.post("/logout", browser.get("/inbox"))

    browser.client.cookies.set("jc_session", token)
    assert browser.client.get("/inbox").url.path == "/login"


def test_a_form_without_its_token_is_not_taken(browser_of):
    browser = browser_of(APPLICANT)
    page = browser.get("/start/staff_loan")

    answer = browser.post("/start/staff_loan", page, **{**APPLICATION, "_csrf": "guessed"})

    assert answer.status_code == 409
    assert "没有提交任何内容" in answer.text
    assert "还没有发起过办件" in browser.get("/inbox/started")


@pytest.mark.parametrize(
    "headers",
    [{"sec-fetch-site": "cross-site"}, {"origin": "https://elsewhere.example"}, {"sec-fetch-site": "same-site"}],
)
def test_a_form_from_another_site_is_not_taken(browser_of, headers):
    browser = browser_of(APPLICANT)
    page = browser.get("/start/staff_loan")

    answer = browser.client.post("/start/staff_loan", data={**guard(page), **APPLICATION}, headers=headers)

    assert answer.status_code == 403
    assert "还没有发起过办件" in browser.get("/inbox/started")


def test_a_person_with_two_posts_switches_and_an_old_page_does_not_act_in_the_new_one(browser_of):
    browser = browser_of(TWO_POSTS)
    before = browser.get("/start/staff_loan")
    other = re.search(r'name="_to" value="([^"]+)"', before)[1]

    switched = browser.post("/identity", before, _to=other)
    assert "已切换身份" in switched.text

    stale = browser.post("/start/staff_loan", before, **APPLICATION)
    assert stale.status_code == 409
    assert "切换了身份" in stale.text
    assert "还没有发起过办件" in browser.get("/inbox/started")


def test_nobody_switches_to_an_identity_of_somebody_else(browser_of):
    browser = browser_of(APPLICANT)

    answer = browser.post("/identity", browser.get("/inbox"), _to="i-yangjingxing")

    assert answer.status_code == 403
    assert "魏望舒" in browser.get("/inbox")


def test_what_was_typed_when_the_session_ran_out_comes_back_and_nothing_is_decided(browser_of):
    browser = browser_of(APPLICANT)
    page = browser.get("/start/staff_loan")
    browser.client.cookies.delete("jc_session")

    late = browser.post("/start/staff_loan", page, **APPLICATION)
    assert late.status_code == 401
    assert "您刚才填写的内容还在" in late.text

    back = browser.post("/login", late.text, **hidden(late.text), account=APPLICANT, password=PASSWORD)
    assert back.status_code == 200
    assert "还没有提交" in back.text
    assert APPLICATION["necessity"] in back.text
    assert 'data-address="/start/staff_loan"' in back.text
    assert "还没有发起过办件" in browser.get("/inbox/started")

    sent = browser.post("/start/staff_loan", back.text, **APPLICATION)
    assert "已发起" in sent.text


def test_what_one_typed_is_not_shown_to_another(browser_of):
    browser = browser_of(APPLICANT)
    page = browser.get("/start/staff_loan")
    browser.client.cookies.delete("jc_session")
    late = browser.post("/start/staff_loan", page, **APPLICATION)

    other = browser.post("/login", late.text, **hidden(late.text), account=BORROWED, password=PASSWORD)

    assert "刚才的内容是另一个人填写的" in other.text
    assert APPLICATION["necessity"] not in other.text


def test_parked_fields_that_this_door_did_not_seal_are_dropped(at_the_door):
    browser = at_the_door()
    page = browser.client.get("/login").text

    answer = browser.post(
        "/login",
        page,
        account=APPLICANT,
        password=PASSWORD,
        next="/start/staff_loan",
        parked_fields='{"necessity": ["planted by another site"], "_drawn_for": ["i-weiwangshu"]}',
        parked_seal="0" * 64,
    )

    assert answer.status_code == 200
    assert "planted" not in answer.text


def test_pages_forbid_inline_scripts_and_frames_and_are_not_cached(browser_of):
    answer = browser_of(APPLICANT).client.get("/inbox")

    policy = answer.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe-inline" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["cache-control"] == "no-store"
    assert not re.search(r"<script(?![^>]*\bsrc=)|\bon[a-z]+=\"|<style|style=\"", answer.text)


def test_health_needs_no_login(at_the_door):
    answer = at_the_door().client.get("/healthz")

    assert answer.status_code == 200
    assert answer.json() == {"status": "ok"}


def test_an_unknown_page_says_so_in_words(browser_of):
    page = browser_of(APPLICANT).get("/no-such-page", status=404)

    assert "没有这个页面" in words(page)


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of the login page that carry what was typed."""
    import html

    return {name: html.unescape(value) for name, value in re.findall(r'name="(next|parked_\w+)" value="([^"]*)"', page)}


def test_addresses_of_items_are_as_strict_as_all_others(browser_of):
    client = browser_of("youyizhou").client
    # Asking for the head of a page would count as having opened the item.
    assert [client.head(path).status_code for path in ("/inbox", "/work-items/1")] == [405, 405]
    for path in ("/work-items/１", "/work-items/-1", "/work-items/" + "9" * 19, "/work-items/1/dec"):
        assert client.get(path).status_code == 404, path
    for path in ("/work-items/1/claim", "/work-items/1/draft"):
        assert client.post(path, data={"_csrf": ""}).status_code == 409
        assert client.post(path, data={}, headers={"sec-fetch-site": "cross-site"}).status_code == 403


def test_a_session_ends_by_itself(browser_of, clock):
    browser = browser_of(APPLICANT)
    clock.move(hours=9)

    assert browser.client.get("/inbox").url.path == "/login"


def test_without_the_database_the_page_says_so_and_health_is_bad(tmp_path):
    from fastapi.testclient import TestClient

    from jiecheng.cases import House
    from jiecheng.web.site import build_site

    nowhere = House(f"postgresql:///none?host={tmp_path}")
    client = TestClient(build_site(nowhere), raise_server_exceptions=False)
    client.cookies.set("jc_session", "any")

    page, machine, health = client.get("/inbox"), client.get("/api/v1/inbox"), client.get("/healthz")

    assert page.status_code == health.status_code == 503
    assert "数据库暂时连不上" in page.text
    assert "请稍后再试；如仍不行，请把编号告诉系统管理员。" in page.text
    assert "没有生效" not in page.text
    assert health.json()["status"] == "database unreachable"
    assert machine.status_code in (401, 503)


def test_a_body_without_bound_is_not_read(at_the_door):
    client = at_the_door().client

    too_much = client.post("/login", content=b"x", headers={"content-length": str(65 * 1024 * 1024)})
    unannounced = client.post("/login", content=iter([b"account=x"]))

    assert too_much.status_code == 413
    assert unannounced.status_code == 411
    assert "20 MB" in too_much.text
