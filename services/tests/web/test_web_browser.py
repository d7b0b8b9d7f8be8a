"""The pages in a real browser: a loan from end to end, the keyboard alone, no JavaScript, a phone, axe on every page."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from web_loan import (
    ADMINISTRATOR,
    APPLICANT,
    APPLICATION,
    AUDITOR,
    BORROWED,
    FILING,
    MEMBERS,
    MINUTES,
    OWNER,
    PASSWORD,
    SECRETARY,
    SECTION_HEAD,
)

AXE = Path(__file__).resolve().parents[2] / "jiecheng/web/assets/node_modules/axe-core/axe.min.js"
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}


class Seat:
    """A person at a browser. Every page he sees must be free of script errors and of breaches of the content policy."""

    def __init__(self, browser, address: str, **options: object) -> None:
        self.context = browser.new_context(base_url=address, locale="zh-CN", viewport=DESK, **options)
        self.context.set_default_timeout(30_000)  # a busy machine is no fault
        self.page = self.context.new_page()
        self.faults: list[str] = []
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", self._hear)

    def _hear(self, said) -> None:
        # A refused form answers 4xx, which the console calls an error; the page itself says it in words.
        if said.type == "error" and "the server responded with a status of" not in said.text:
            self.faults.append(said.text)

    def log_in(self, account: str) -> Seat:
        self.page.goto("/login")
        self.page.fill("#account", account)
        self.page.fill("#password", PASSWORD)
        self.page.click("button:has-text('登录')")
        self.page.wait_for_selector("nav.side", state="attached")
        return self

    def log_out(self) -> None:
        self.context.clear_cookies()

    def says(self) -> str:
        return self.page.inner_text("main")

    def open_first_item(self) -> None:
        self.page.goto("/inbox")
        self.page.click("#list tbody a")


@pytest.fixture(scope="module")
def seat_of(chromium, address) -> Iterator[object]:
    seats: list[Seat] = []

    def sit(account: str = "", **options: object) -> Seat:
        seat = Seat(chromium, address, **options)
        seats.append(seat)
        return seat.log_in(account) if account else seat

    yield sit
    for seat in seats:
        seat.context.close()
    assert [fault for seat in seats for fault in seat.faults] == []


@pytest.fixture(scope="module")
def reader_of(seat_of):
    """One seat per account for looking at many pages: logging in anew for each would be most of the time."""
    return functools.cache(seat_of)


@pytest.fixture
def at_a_task(seat_of):
    """Someone in front of a task of his own: a loan of this person was just applied for."""

    def ask(borrowed: str, applicant: str = "zousuxin", **options: object) -> Seat:
        seat = seat_of(applicant)
        fill_application(seat, f"i-{borrowed}")
        seat.page.click("button:has-text('提交申请')")
        assert "下一步：本人意见" in seat.says()
        asked = seat_of(borrowed, **options)
        asked.open_first_item()
        return asked

    return ask


def fill_application(seat: Seat, borrowed: str) -> None:
    seat.page.goto("/start/staff_loan")
    seat.page.select_option("[name=borrowed]", borrowed)
    for name in ("start_date", "end_date", "necessity", "work_content"):
        seat.page.fill(f"[name={name}]", APPLICATION[name])


def serious(page) -> list[str]:
    """What axe finds serious or critical, with the first place of each."""
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found if one["impact"] in ("serious", "critical")
    ]


def test_a_loan_is_approved_from_end_to_end(seat_of, tmp_path):
    seat = seat_of(APPLICANT)
    seat.page.click("nav >> text=发起办件")
    seat.page.click("text=填写借调审批申请")
    fill_application(seat, "i-yangjingxing")
    seat.page.click("button:has-text('提交申请')")
    assert "下一步：本人意见（杨景行" in seat.says()

    person = seat_of(BORROWED)
    person.open_first_item()
    assert "为什么由您办理" in person.says()
    person.page.fill("#opinion", "本人同意，服从组织安排。")
    person.page.click(".decide >> button:has-text('同意')")
    assert "下一步：所在科室意见（韩素心" in person.says()

    section = seat_of(SECTION_HEAD)
    section.open_first_item()
    section.page.fill("[name=handover]", "由朱文澜兼顾社区联络工作。")
    section.page.click(".decide >> button:text-is('同意')")
    assert "下一步：党(工)委集体研究（郑嘉树 彭溪街道 党政办公室主任）。" in section.says()

    secretary = seat_of(SECRETARY)
    secretary.open_first_item()
    minutes = tmp_path / "会议纪要.pdf"
    minutes.write_bytes(b"%PDF-1.4\n")
    secretary.page.set_input_files("#files", minutes)
    secretary.page.wait_for_selector("#file-list >> text=会议纪要.pdf")
    for name, value in MINUTES.items():
        secretary.page.fill(f"[name={name}]", value)
    for member in MEMBERS[:-1]:
        secretary.page.check(f"[name='_vote:i-{member}'][value=agree]")
    secretary.page.check(f"[name='_vote:i-{MEMBERS[-1]}'][value=absent]")
    assert "实到 6 人；同意 6，不同意 0，弃权 0。" in secretary.page.inner_text("[data-count]")
    secretary.page.click(".decide >> button:text-is('同意')")
    assert "下一步：组织部备案（许书宁" in secretary.says()

    filing = seat_of(FILING)
    filing.open_first_item()
    filing.page.click(".decide >> button:text-is('备案')")
    assert "已办理：备案" in filing.says()

    seat.page.goto("/registers/staff_loan?tab=all")
    assert re.search(r"杨景行.*待生效", seat.says())
    auditor = seat_of(AUDITOR)
    auditor.page.goto("/audit")
    auditor.page.click("#list tbody a")
    auditor.page.click("button:text-is('校验')")
    assert "校验通过" in auditor.says()
    with auditor.page.expect_download() as download:
        auditor.page.click("text=导出（离线校验用）")
    assert download.value.suggested_filename.endswith(".jsonl")


PAGES = [
    ("", "/login"),
    (APPLICANT, "/inbox"),
    (APPLICANT, "/inbox/done"),
    (APPLICANT, "/inbox/started"),
    (APPLICANT, "/start"),
    (APPLICANT, "/start/staff_loan"),
    (APPLICANT, "/notices"),
    (APPLICANT, "/registers/staff_loan?tab=all"),
    (APPLICANT, "/cases/1"),
    (APPLICANT, "/no-such-page"),
    (SECRETARY, "/work-items/3"),
    (AUDITOR, "/audit"),
    (AUDITOR, "/cases/1/history"),
    (OWNER, "/releases"),
    (OWNER, "the newest release"),
    (ADMINISTRATOR, "/incidents"),
]


@pytest.mark.parametrize(("account", "path"), PAGES)
def test_every_page_is_accessible_and_fits_a_phone(reader_of, account, path):
    """After the walk above: axe at both widths, no sideways scrolling, one heading of the first rank."""
    if not AXE.is_file():
        pytest.skip("axe-core is not installed: run npm ci in services/jiecheng/web/assets")
    seat = reader_of(account)
    if path == "the newest release":
        seat.page.goto("/releases")
        path = seat.page.get_attribute("tbody a:has-text('借调审批')", "href")
    for width in (DESK, PHONE):
        seat.page.set_viewport_size(width)
        seat.page.goto(path)
        assert serious(seat.page) == []
        assert seat.page.evaluate("document.documentElement.scrollWidth") <= width["width"]
        assert seat.page.locator("h1").count() == 1


def test_a_meeting_page_is_accessible_while_it_is_filled_in(seat_of, at_a_task):
    person = at_a_task("zhuwenlan", applicant="geleshan")
    person.page.click(".decide >> button:text-is('同意')")
    section = seat_of(SECTION_HEAD)
    section.open_first_item()
    section.page.fill("[name=handover]", "已作安排。")
    section.page.click(".decide >> button:text-is('同意')")

    secretary = seat_of(SECRETARY)
    secretary.open_first_item()
    for width in (DESK, PHONE):
        secretary.page.set_viewport_size(width)
        secretary.page.evaluate("scrollTo(0, 0)")
        # From the first screen on: what it is, why it is his, until when, and what he may decide.
        assert secretary.page.evaluate(IN_SIGHT, ".is-bar")
        assert secretary.page.evaluate(IN_SIGHT, ".head")
        assert "为什么由您办理" in secretary.page.inner_text(".head" if width is PHONE else "aside")
        assert serious(secretary.page) == []
        assert secretary.page.evaluate("document.documentElement.scrollWidth") <= width["width"]
    secretary.page.set_viewport_size({"width": 844, "height": 390})  # a phone on its side: nothing lies over the page
    assert secretary.page.evaluate("getComputedStyle(document.querySelector('.is-bar')).position") == "static"
    secretary.page.set_viewport_size(PHONE)
    secretary.page.check("[name='_vote:i-zhouliyan'][value=disagree]")
    assert "不同意 1" in secretary.page.inner_text("[data-count]")


IN_SIGHT = """which => {
  const box = document.querySelector(which).getBoundingClientRect();
  return box.height > 0 && box.top >= 0 && Math.floor(box.bottom) <= innerHeight;
}"""
# What has the focus lies under the bar of the decisions, and is not part of it.
COVERED = """() => {
  const one = document.activeElement, bar = document.querySelector('.is-bar');
  if (bar.contains(one) || one === document.body || one.id === 'main') return false;
  const box = one.getBoundingClientRect();
  return box.bottom > bar.getBoundingClientRect().top && box.top < innerHeight && box.height < innerHeight / 2;
}"""


def test_the_keyboard_alone_reaches_and_decides(at_a_task):
    page = at_a_task("jiangcaiwei").page
    page.goto(page.url)

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "跳到正文"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    for _ in range(60):
        page.keyboard.press("Tab")
        ring = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        place = page.evaluate("document.activeElement.outerHTML.slice(0, 120)")
        assert ring != "none", f"no visible focus on {place}"
        # A busy browser scrolls a moment after the focus has moved.
        page.wait_for_function(f"() => !({COVERED})()", timeout=3_000)
        assert not page.evaluate(COVERED), f"under the bar: {place}"
        if page.evaluate("document.activeElement.id") == "opinion":
            page.keyboard.type("同意借调。")
        if page.evaluate("document.activeElement.value") == "agree":
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/*")

    assert "「本人意见」已办理：同意" in page.inner_text("main")
    assert "同意借调。" in page.inner_text("main")


def test_enter_in_a_text_field_saves_and_never_decides(seat_of):
    seat = seat_of("sunianci")
    fill_application(seat, "i-hezijin")
    seat.page.focus("[name=start_date]")
    seat.page.keyboard.press("Enter")
    seat.page.wait_for_selector("text=已暂存")

    seat.page.goto("/inbox/started")
    assert "还没有发起过办件" in seat.says()


def test_a_person_is_found_by_typing_name_post_or_house(reader_of):
    seat = reader_of(APPLICANT)
    page = seat.page
    page.goto("/start/loan_stop")
    field = page.get_by_label("被借用人员")
    field.focus()
    page.keyboard.type("彭溪 社区管理 杨")
    page.wait_for_selector(".suggested [role=option]")
    assert serious(page) == []
    page.keyboard.press("ArrowDown")
    assert page.get_attribute("[aria-selected=true]", "id") == field.get_attribute("aria-activedescendant")
    page.keyboard.press("Enter")
    assert field.input_value().startswith("杨景行（")
    assert page.input_value("[name=taken]") == "i-yangjingxing"

    # Words that mean nobody leave the choice as it was; a name that only one has is taken, and nothing is handed in.
    page.keyboard.press("Control+a")
    page.keyboard.type("查无此人")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.input_value("[name=taken]") == "i-yangjingxing"
    assert field.input_value().startswith("杨景行（")
    field.fill("韩素心")
    page.keyboard.press("Tab")
    assert page.input_value("[name=taken]") == "i-hansuxin"
    field.fill("")
    page.keyboard.press("Tab")
    assert page.input_value("[name=taken]") == ""
    assert page.url.endswith("/start/loan_stop")


def test_without_javascript_a_form_is_filled_in_and_sent(seat_of):
    seat = seat_of("douwenlan", java_script_enabled=False)
    fill_application(seat, "i-sushiyu")
    seat.page.fill("[name=end_date]", "")
    seat.page.click("button:has-text('提交申请')")
    assert "有 1 处需要修改" in seat.says()
    assert seat.page.input_value("[name=necessity]") == APPLICATION["necessity"]

    seat.page.fill("[name=end_date]", APPLICATION["end_date"])
    seat.page.click("button:has-text('提交申请')")

    assert "已发起" in seat.says()


def test_an_expired_session_brings_the_filled_form_back(seat_of):
    seat = seat_of("qiguiyuan")
    fill_application(seat, "i-taoleshan")
    seat.log_out()
    seat.page.click("button:has-text('提交申请')")
    assert "您刚才填写的内容还在" in seat.says()

    seat.page.fill("#account", "qiguiyuan")
    seat.page.fill("#password", PASSWORD)
    seat.page.click("button:has-text('登录')")

    seat.page.wait_for_url("**/start/staff_loan")
    assert "还没有提交" in seat.says()
    assert seat.page.input_value("[name=work_content]") == APPLICATION["work_content"]
    seat.page.click("button:has-text('提交申请')")
    assert "已发起" in seat.says()


def test_a_double_click_is_one_decision(at_a_task):
    page = at_a_task("zouzhujun", applicant="huazhujun").page

    page.dblclick(".decide >> button:text-is('同意')")
    page.wait_for_url("**/cases/*")

    assert page.locator("li:has-text('本人意见') .tag:text-is('同意')").count() == 1
    assert page.locator("[role=alert]").count() == 0


def test_a_filter_narrows_the_list_without_leaving_the_page(seat_of):
    seat = seat_of(APPLICANT)
    seat.page.goto("/inbox/started")
    seat.page.evaluate("window.stayed = true")
    seat.page.fill("#text", "没有这个标题")
    seat.page.click("button:has-text('查询')")
    seat.page.wait_for_selector("text=没有符合条件的办件")

    assert seat.page.evaluate("window.stayed") is True
    assert "text=" in seat.page.url


def test_a_print_leaves_out_what_paper_cannot_use(seat_of):
    seat = seat_of(APPLICANT)
    seat.page.goto("/cases/1")
    seat.page.emulate_media(media="print")

    assert not seat.page.is_visible("nav.side")
    assert not seat.page.is_visible("header.top")
    assert seat.page.is_visible("h1")


def test_a_drawing_is_whole_on_a_desk_and_folded_on_a_phone(seat_of):
    seat = seat_of(APPLICANT)
    seat.page.set_viewport_size(DESK)
    seat.page.goto("/cases/1")
    box, drawing = seat.page.locator(".diagram"), seat.page.locator(".diagram svg")
    assert drawing.bounding_box()["width"] <= box.bounding_box()["width"]
    seat.page.click("[data-fit]")
    assert drawing.bounding_box()["width"] > box.bounding_box()["width"]

    seat.page.set_viewport_size(PHONE)
    seat.page.reload()
    assert not drawing.is_visible()
    seat.page.click("summary:has-text('流程图')")
    assert drawing.is_visible()


def test_every_link_of_the_navigation_is_seen_on_a_phone(seat_of):
    seat = seat_of(APPLICANT)
    seat.page.set_viewport_size(PHONE)
    seat.page.goto("/inbox")
    assert not seat.page.is_visible("nav.side")
    strip = seat.page.locator(".strip").bounding_box()
    assert strip["height"] < 60, "one row"
    seat.page.focus(".strip .open")
    seat.page.keyboard.press("Enter")
    assert seat.page.is_visible("nav.side")

    for link in seat.page.locator("nav.side a").all():
        box = link.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= PHONE["width"]


def test_what_went_wrong_has_the_focus(seat_of):
    seat = seat_of(APPLICANT)
    seat.page.goto("/start/staff_loan")
    seat.page.click("button:has-text('提交申请')")

    seat.page.wait_for_selector("#problem")
    assert seat.page.evaluate("document.activeElement.id") == "problem"


def test_what_is_typed_while_a_choice_is_answered_stays(seat_of):
    seat = seat_of(APPLICANT)
    seat.page.goto("/start/power_devolution")

    def slowly(route) -> None:
        seat.page.wait_for_timeout(600)
        route.continue_()

    seat.page.route("**/refresh", slowly)
    seat.page.check("[name=method][value=委托]", no_wait_after=True)
    seat.page.fill("[name=item_name]", "对擅自占道的处罚")
    seat.page.check("[name=is_enforcement][value=是]", no_wait_after=True)
    seat.page.wait_for_selector("[name=mandate_end]")
    seat.page.wait_for_selector("[name=resources]")

    assert seat.page.is_checked("[name=method][value=委托]")
    assert seat.page.is_checked("[name=is_enforcement][value=是]")
    assert seat.page.input_value("[name=item_name]") == "对擅自占道的处罚"
