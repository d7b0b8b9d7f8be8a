"""The lists in a real browser: a list that keeps itself up to date, keys, many at once; at a desk and on a phone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from web_loan import APPLICANT, BORROWED, PASSWORD

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}
NARROW = "document.documentElement.scrollWidth <= window.innerWidth"
PICTURES = os.environ.get("JIECHENG_PICTURES", "")  # a folder to leave screenshots in


@pytest.fixture
def seat(chromium, address) -> Iterator[object]:
    """Opens a page as somebody; what goes wrong in it fails the test."""
    contexts, faults = [], []

    def open_as(account: str, **options: object):
        context = chromium.new_context(base_url=address, locale="zh-CN", **{"viewport": DESK, **options})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)  # a busy machine is no fault
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto("/login")
        page.fill("#account", account)
        page.fill("#password", PASSWORD)
        page.click("button:has-text('登录')")
        page.wait_for_selector("nav.side", state="attached")
        return page

    yield open_as
    for context in contexts:
        context.close()
    assert faults == []


def picture(page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"), full_page=True)


def rows(page) -> int:
    return page.locator("#list tbody tr").count()


def test_a_new_item_comes_by_itself_and_what_is_ticked_stays(seat, browser_of):
    applicant = browser_of(APPLICANT)
    for day in ("2026-03-10", "2026-03-11"):
        applicant.start(start_date=day)
    page = seat(BORROWED)
    page.clock.install()
    page.goto("/inbox")
    before = rows(page)
    page.clock.run_for(21_000)  # the first look learns the stamp
    page.wait_for_timeout(300)
    page.locator("#list tbody input[type=checkbox]").first.check()
    applicant.start(start_date="2026-03-12")
    page.locator("#list tbody a.title").first.focus()
    with page.expect_response(lambda answer: answer.url.endswith("/inbox")):
        page.clock.run_for(21_000)
    page.wait_for_selector("tr.is-new")
    assert rows(page) == before + 1
    assert page.locator("#list tbody input[type=checkbox]").first.is_checked()
    assert "1 件新待办" in page.inner_text("#news")
    assert page.evaluate("document.activeElement.className") == "title"


def test_keys_move_open_search_and_help(seat, browser_of):
    browser_of(APPLICANT).start(start_date="2026-03-13")
    page = seat(BORROWED)
    page.goto("/inbox")
    page.keyboard.press("j")
    first = page.evaluate("document.activeElement.href")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.href") != first
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.href") == first
    page.keyboard.press("?")
    assert "下一行" in page.inner_text(".keys")
    picture(page, "keys-1440")
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.type("j")  # typed, not obeyed
    assert page.input_value("#text") == "j"
    page.goto("/inbox")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/work-items/*")


def test_a_decides_only_when_confirmed(seat, browser_of):
    browser_of(APPLICANT).start(start_date="2026-03-14")
    page = seat(BORROWED)
    page.goto("/inbox")
    page.locator("#list a.title").first.click()
    page.wait_for_selector("#work .decide")
    here = page.url
    asked: list[str] = []
    page.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    page.keyboard.press("a")
    page.wait_for_timeout(200)
    assert asked == ["确定办理为“同意”吗？"]
    assert page.url == here
    page.once("dialog", lambda dialog: dialog.accept())
    page.keyboard.press("a")
    page.wait_for_url("**/cases/*")
    picture(page, "case-1440")


@pytest.mark.parametrize(("name", "size"), [("1440", DESK), ("390", PHONE)])
def test_many_at_once_and_no_list_is_wider_than_its_screen(seat, browser_of, name, size):
    applicant = browser_of(APPLICANT)
    for day in ("2026-03-16", "2026-03-17", "2026-03-18"):
        applicant.start(start_date=day)
    applicant.post("/start/staff_loan/draft", applicant.get("/start/staff_loan"), necessity="还没想好")
    page = seat(BORROWED, viewport=size)
    page.goto("/inbox")
    picture(page, f"inbox-{name}")
    assert page.evaluate(NARROW)
    page.click("text=显示设置")
    assert page.evaluate(NARROW)
    picture(page, f"look-{name}")
    for box in page.locator("#list tbody input[type=checkbox]").all()[:3]:
        box.check()
    page.click("text=批量办理所选")
    page.wait_for_selector("text=全部同意")
    picture(page, f"bulk-{name}")
    page.click("text=全部同意")
    page.wait_for_selector("text=办理完毕：3 件已办")
    picture(page, f"bulk-done-{name}")
    assert page.evaluate(NARROW)
    other = seat(APPLICANT, viewport=size)
    for path in ("/inbox/started?text=杨", "/inbox/drafts", "/inbox/unread", "/search?q=杨景行"):
        other.goto(path)
        assert other.evaluate(NARROW), path
        picture(other, path.strip("/").split("?")[0].replace("/", "-") + f"-{name}")
    page.goto("/inbox/done")
    picture(page, f"done-{name}")
    assert page.evaluate(NARROW)
