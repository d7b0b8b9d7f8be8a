"""The studio in a real browser: an owner changes a process, the gate passes, a second person publishes it."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from test_web_browser import DESK, PHONE, Seat, serious
from web_loan import ADMINISTRATOR, FILING, OWNER, words

from jiecheng import definitions, store
from jiecheng.acceptance.gate import Ground, run_gate
from jiecheng.cases import deployment
from jiecheng.cases.clockwork import Desk

pytestmark = pytest.mark.long

ROOT = Path(__file__).resolve().parents[3]
# Keys, a way to write dates, and the mark that links to bpmn.io, which its licence wants unchanged.
LATIN = ["Ctrl", "yyyy", "mm", "dd", "Powered", "by", "bpmn", "io", "FEEL", "Markdown", "UTC"]
# Every text on the page, shown or as a title, with a word in Latin letters that is none of the draft's own.
ENGLISH = """(latin) => {
  const own = new Set([...latin, ...JSON.stringify(studio.session.data).match(/[A-Za-z][A-Za-z]+/g)]);
  const seen = (element) => element.checkVisibility({ checkVisibilityCSS: true });
  const said = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let at = walk.nextNode(); at; at = walk.nextNode()) {
    if (!at.parentElement.closest('script, style, noscript') && seen(at.parentElement)) said.push(at.data);
  }
  for (const one of document.querySelectorAll('[title], [placeholder], [aria-label]')) {
    if (seen(one)) said.push(one.title, one.placeholder, one.ariaLabel);
  }
  const ours = /例如|^\\w+_\\w+$/; // an example of a code, or an id
  const foreign = (text) => (text.match(/[A-Za-z][A-Za-z]+/g) ?? []).some((word) => !own.has(word));
  return [...new Set(said.filter((text) => typeof text === 'string' && !ours.test(text) && foreign(text)))];
}"""
# One field of each kind, then everything about it unfolded.
UNFOLD = """async (kind) => {
  const { editor } = studio;
  const field = editor.get('formFieldRegistry').getAll().find((one) => one.type === kind);
  editor.get('selection').set(field);
  const next = () => new Promise((go) => requestAnimationFrame(() => setTimeout(go)));
  await next();
  const folded = '.bio-properties-panel-group-header:not(.open):not(.empty), .bio-properties-panel-collapsible-entry-header:not(.open)';
  for (let turn = 0; turn < 2; turn += 1) {
    for (const one of document.querySelectorAll(folded)) one.click();
    await next();
  }
}"""
SHOTS = os.environ.get("JIECHENG_SHOTS", "")


@pytest.fixture(scope="module")
def seat_of(chromium, address) -> Iterator[object]:
    seats: list[Seat] = []

    def sit(account: str, **options: object) -> Seat:
        seat = Seat(chromium, address, **options)
        seats.append(seat)
        return seat.log_in(account)

    yield sit
    for seat in seats:
        seat.context.close()
    assert [fault for seat in seats for fault in seat.faults] == []


@pytest.fixture(scope="module")
def owner(seat_of):
    return seat_of(OWNER)


@pytest.fixture(scope="module")
def draft_of(owner, house):
    """The draft of a process, opened once; its number."""

    @cache
    def opened(process: str) -> int:
        with house.transaction() as tx:
            name = tx.release(tx.latest_releases()[process]).definition.name
        return open_draft(owner, name)

    return opened


def shot(page, name):
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


def open_draft(seat, name):
    """The draft of a process, new or as it is; its number."""
    seat.page.goto("/studio")
    row = seat.page.locator(f"tr:has-text('{name}')").first
    row.locator("button, a.btn").first.click()
    seat.page.wait_for_url("**/studio/*")
    return int(seat.page.url.rpartition("/")[2])


def open_editor(seat, number, file):
    seat.page.goto(f"/studio/{number}/files/{file}")
    shot(seat.page, "opening")
    seat.page.wait_for_selector("[data-studio][data-ready]")


def english(page):
    return page.evaluate(ENGLISH, LATIN)


def test_a_phone_shows_the_drawing_and_a_wide_screen_opens_the_editor(seat_of, owner):
    number = open_draft(owner, "借调审批")
    seat = seat_of(OWNER)
    seat.page.set_viewport_size(PHONE)
    seat.page.goto(f"/studio/{number}/files/staff_loan.bpmn")
    seat.page.wait_for_selector("text=屏幕太窄，这里只能看")
    seat.page.wait_for_load_state("networkidle")
    assert not seat.page.locator("[data-ready]").count()
    seat.page.set_viewport_size(DESK)
    seat.page.wait_for_selector("[data-studio][data-ready]")


@pytest.mark.parametrize("process", sorted(one.name for one in (ROOT / "bpmn").iterdir() if one.is_dir()))
def test_opening_and_saving_a_diagram_loses_nothing(owner, process, draft_of):
    open_editor(owner, draft_of(process), f"{process}.bpmn")
    shot(owner.page, f"diagram-{process}")
    # The parameters of a resolver are open by design; everything else must be known to the editor.
    warnings = owner.page.evaluate("studio.warnings.map((one) => one.message)")
    assert [one for one in warnings if not one.startswith("unknown attribute")] == []
    assert owner.page.evaluate("[...studio.unknown].sort()") == []
    assert english(owner.page) == []
    saved = owner.page.evaluate("studio.modeler.saveXML({ format: true }).then((one) => one.xml)")
    original = (ROOT / "bpmn" / process / f"{process}.bpmn").read_text("utf-8")
    assert definitions.read_process(saved) == definitions.read_process(original)
    assert definitions.means_the_same(f"{process}.bpmn", original, saved)


REOPENED_TABLE = """async (text) => {
  await studio.modeler.importXML(text);
  const table = studio.modeler.getViews().find((view) => view.type === 'decisionTable');
  if (table) await studio.modeler.open(table);
  return (await studio.modeler.saveXML({ format: true })).xml;
}"""


def processes_with(pattern):
    """Process -> its files of that kind; an editor is opened once for all of a process."""
    found = {}
    for path in sorted(ROOT.glob(pattern)):
        found.setdefault(path.parent.name, []).append(path)
    return [pytest.param(process, files, id=process) for process, files in found.items()]


@pytest.mark.parametrize(("process", "files"), processes_with("bpmn/*/*.dmn"))
def test_opening_and_saving_a_table_changes_no_rule(owner, process, files, draft_of):
    open_editor(owner, draft_of(process), files[0].name)
    shot(owner.page, f"table-{files[0].name}")
    assert english(owner.page) == []
    for file in files:
        original = file.read_text("utf-8")
        saved = owner.page.evaluate(REOPENED_TABLE, original)
        assert owner.page.evaluate("[...studio.unknown].sort()") == [], file.name
        assert definitions.means_the_same(file.name, original, saved), file.name


@pytest.mark.parametrize(("process", "files"), processes_with("forms/*/*.form"))
def test_opening_and_saving_a_form_changes_no_field(owner, process, files, draft_of):
    open_editor(owner, draft_of(process), files[0].name)
    shot(owner.page, f"form-{files[0].name}")
    assert english(owner.page) == []
    for file in files:
        original = file.read_text("utf-8")
        saved = owner.page.evaluate("text => studio.open(text).then(() => studio.session.collect())", original)
        assert definitions.means_the_same(file.name, original, saved), file.name


STOP = "借调叫停"
NEW_STEP = "到单位送达"
REPORT = {
    "taken": "i-yangjingxing",
    "holder": "audit",
    "since_date": "2026-02-01",
    "facts": "三月二日到该单位查看，此人正在上班，街道没有收到任何借用手续。",
}


def run_gates(house):
    """What the flow does, beside the browser."""
    desk = Desk(house)
    while work := desk.claim_gate("test"):
        ground = Ground(house.database.url, ROOT / deployment.DISTRICT)
        report = run_gate(work, ground, lambda progress, run=work.run: desk.note_gate(run, "test", progress))
        desk.finish_gate(work.run, "test", report)


def report_stop(browser):
    """Somebody reports an unauthorised loan, of the same person all the same; where it goes next."""
    return words(browser.hand_in("/start/loan_stop", **REPORT).text)


def field(page, name):
    return page.locator(f"[data-panel=properties] [name='{name}']").first


def type_in(page, name, value):
    if not field(page, name).is_visible():
        page.click(".studio-rare > summary")  # what is rarely changed
    field(page, name).fill(value)
    field(page, name).dispatch_event("change")


def add_word(page, word):
    box = page.locator(f"[data-word={word}]")
    if not box.get_attribute("open") and box.get_attribute("open") != "":
        box.locator("summary").first.click()
    box.locator("button:text-is('加上')").click()


def test_an_owner_changes_a_process_and_a_second_person_publishes_it(seat_of, owner, browser_of, house):
    before = report_stop(browser_of("jiangchunlin"))
    assert "下一步：组织部责令归还" in before
    number = open_draft(owner, STOP)
    page = owner.page

    open_editor(owner, number, "loan_stop.bpmn")
    page.click("[data-tab=list]")
    page.click(".studio-list > li > button:text-is('组织部责令归还')")
    assert field(page, "name").input_value() == "组织部责令归还"
    # Where a value comes from stands in words; what the machine calls it is folded away.
    assert "取自判定表「台账核对」的“" in page.inner_text("[data-panel=properties]")
    assert "=approval" not in page.inner_text("[data-panel=properties]")
    assert not field(page, "outcome-value").is_visible()
    page.click("button:text-is('改成固定天数')")
    type_in(page, "due-workingDays", "3")
    shot(page, "studio-step")

    page.click("[data-tab=list]")
    page.click(".studio-list > li:has(> button:text-is('送达责令通知')) li button")
    page.click("button:text-is('在这条线上加一个办理环节')")
    type_in(page, "name", NEW_STEP)
    type_in(page, "id", "department_delivers_order")
    type_in(page, "documentation", "组织部派人到使用单位当面送达责令通知。")
    add_word(page, "assignment")
    field(page, "assignment-resolver").select_option("post")
    type_in(page, "assignment-organ", "organization-department")
    type_in(page, "assignment-post", "干部科科长")
    add_word(page, "form")
    type_in(page, "form-name", "stop_report")
    page.click("[data-save]")
    page.wait_for_selector("text=已保存为第 2 稿")
    # The findings stand on the new step: it has no outcome yet.
    page.click(".studio-badge.is-error")
    assert "办理结果" in page.inner_text("[data-panel=findings]") or "结果" in page.inner_text("[data-panel=findings]")
    shot(page, "studio-findings")
    page.click("[data-panel=findings] button >> nth=0")
    add_word(page, "outcome")
    type_in(page, "outcome-label", "已送达")
    shot(page, "studio-new-step")
    page.keyboard.press("Control+s")
    page.wait_for_selector("text=已保存为第 3 稿")
    assert page.inner_text("[data-count]") == "没有"

    page.goto(f"/studio/{number}")
    assert "新增环节「到单位送达」。" in owner.says()
    assert "工作日由“=approval.handling_days”（取自判定表「台账核对」的“" in owner.says()
    assert "）改为“3”。" in owner.says()
    shot(page, "draft-changed")
    page.click("button:text-is('运行检查')")
    page.wait_for_selector("text=等待检查第 3 稿")
    gate = threading.Thread(target=run_gates, args=(house,))
    gate.start()
    page.wait_for_selector("progress", timeout=60_000)
    shot(page, "gate-running")
    gate.join(120)
    page.wait_for_selector("#gate >> text=要改的是", timeout=20_000)
    assert "怎样办：" in owner.says()
    assert NEW_STEP in page.inner_text("#gate")
    shot(page, "gate-failed")

    page.goto(f"/studio/{number}/files/stop.feature")
    text = page.input_value("#text")
    told = "      那么 潘季平收到通知"
    said = f"      当 许书宁对“{NEW_STEP}”表示“已送达”\n"
    # Wherever an order is given, it is handed over next.
    text = re.sub(r"(?m)^(.*表示“责令归还”.*\n)", rf"\1{said}", text)
    assert told in text
    page.fill("#text", text)
    page.click("button:text-is('保存')")
    page.wait_for_selector("text=已保存为第 4 稿")
    page.goto(f"/studio/{number}")
    assert "请重新检查" in owner.says()
    page.fill("#reason", "督查要求当面送达。")
    page.click("button:text-is('提交审核')")
    assert "请重新运行检查" in owner.says()
    page.click("button:text-is('运行检查')")
    run_gates(house)
    page.wait_for_selector("#gate .tag.is-done", timeout=20_000)
    page.fill("#reason", "督查要求当面送达。")
    page.click("button:text-is('提交审核')")
    page.wait_for_selector("text=已提交审核")
    assert "不能由您本人审核发布" in owner.says()
    assert page.locator("button:has-text('发布')").count() == 0

    second = seat_of(ADMINISTRATOR)
    assert open_draft(second, STOP) == number
    assert "督查要求当面送达" in second.says()
    assert "新增环节「到单位送达」。" in second.says()
    shot(second.page, "draft-approval")
    second.page.click("button:text-is('审核通过，发布')")
    second.page.wait_for_selector("text=已发布为第 2 版")

    department = browser_of(FILING)
    old = department.decide(_outcome="order", return_deadline="2026-03-06")
    assert "下一步：街镇确认到岗" in words(old.text)
    report_stop(browser_of("jiangchunlin"))
    new = department.decide(_outcome="order", return_deadline="2026-03-06")
    assert f"下一步：{NEW_STEP}" in words(new.text)
    with house.transaction() as tx:
        release = tx.release(tx.latest_releases()["loan_stop"]).release
        assert (release.version, release.gate["passed"]) == (2, True)
        assert store.draft.get(tx.db, number).released == release.hash
    second.page.goto(f"/releases/{release.hash}")
    assert "全部通过" in second.page.inner_text("#gate")
    assert "鲁慕青" in second.says()
    assert "冯望川" in second.says()
    shot(second.page, "release")


@pytest.mark.parametrize("width", [DESK, PHONE], ids=["desk", "phone"])
def test_the_studios_pages_are_accessible_and_fit_a_phone(owner, width):
    page = owner.page
    page.set_viewport_size(width)
    number = open_draft(owner, "借调审批")
    for path in ("/studio", f"/studio/{number}", f"/studio/{number}/files/period.feature"):
        page.goto(path)
        shot(page, f"{path.strip('/').replace('/', '-')}-{width['width']}")
        assert serious(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width["width"]
    page.goto(f"/studio/{number}/files/staff_loan.bpmn")
    if width is PHONE:
        assert page.is_visible("text=屏幕太窄，这里只能看")
        assert not page.is_visible("[data-canvas]")
        shot(page, "editor-390")
    page.set_viewport_size(DESK)


def test_two_at_one_diagram_are_told_and_nothing_is_lost(seat_of, owner):
    second = seat_of("jiangnanqiao")
    number = open_draft(owner, "借调审批")
    for seat in (owner, second):
        open_editor(seat, number, "staff_loan.bpmn")
    type_in(owner.page, "name", "借调审批（修订）")
    owner.page.click("[data-save]")
    owner.page.wait_for_selector("text=已保存为第")
    type_in(second.page, "name", "借调审批（另改）")
    second.page.wait_for_selector("text=有改动，还没有保存")
    second.page.click("[data-save]")
    second.page.wait_for_selector("[data-problem] >> text=保存了新的一稿")
    assert "冯望川" in second.page.inner_text("[data-problem]")
    with second.page.expect_download() as download:
        second.page.click("text=下载我的改动")
    assert "另改" in Path(download.value.path()).read_text("utf-8")
    second.page.on("dialog", lambda dialog: dialog.accept())
    asked = second.page.evaluate("!window.dispatchEvent(new Event('beforeunload', { cancelable: true }))")
    assert asked


def test_undo_takes_back_a_property_and_the_replace_menu_speaks_chinese(owner):
    number = open_draft(owner, "借调审批")
    open_editor(owner, number, "staff_loan.bpmn")
    page = owner.page
    page.click("[data-tab=list]")
    page.click(".studio-list > li > button:text-is('组织部备案')")
    type_in(page, "name", "组织部登记备案")
    page.click("[data-undo]")
    assert field(page, "name").input_value() == "组织部备案"
    page.click(".djs-context-pad .entry[data-action=replace]")
    page.wait_for_selector(".djs-popup")
    menu = page.inner_text(".djs-popup")
    assert "发送通知" in menu
    assert "脚本" not in menu
    assert page.evaluate("[...studio.unknown]") == []
    assert english(page) == []
    shot(page, "replace-menu")
    page.keyboard.press("Escape")
    page.on("dialog", lambda dialog: dialog.accept())


def test_a_form_and_a_table_speak_chinese_wherever_one_looks(owner):
    number = open_draft(owner, "借调审批")
    page = owner.page
    open_editor(owner, number, "application.form")
    kinds = page.evaluate(
        "[...document.querySelectorAll('.fjs-palette-field')].filter((one) => one.checkVisibility())"
        ".map((one) => one.dataset.fieldType)"
    )
    assert len(kinds) > 10
    for kind in kinds:
        page.focus(f".fjs-palette-field[data-field-type={kind}]")
        page.keyboard.press("Enter")
        page.evaluate(UNFOLD, kind)
        assert english(page) == []
    shot(page, "form-kinds")

    page.evaluate("studio.session.dirty = false")  # nobody asks about leaving
    open_editor(owner, number, "loan_eligibility.dmn")
    for sort in ("input", "output"):
        page.locator(f"th.{sort}-cell").first.dblclick()
        assert english(page) == []
        page.keyboard.press("Escape")
    page.locator("td.input-cell").first.click(button="right")
    assert english(page) == []
    assert page.evaluate("[...studio.unknown]") == []
