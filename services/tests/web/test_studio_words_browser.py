"""The studio's editors in words: what expressions mean, conditions that are chosen, tables by their names; and a lost login."""

from __future__ import annotations

import re

import pytest
from test_studio_browser import english, field, open_draft, open_editor, owner, seat_of, type_in
from web_loan import PASSWORD

from jiecheng import definitions

pytestmark = pytest.mark.long

__all__ = ["owner", "seat_of"]


def edit_loan(owner, file):
    open_editor(owner, open_draft(owner, "借调审批"), file)
    return owner.page


def choose_way(page, question, target):
    """Select the way that leads from a gateway to a step, in the list of what the diagram holds."""
    page.click("[data-tab=list]")
    page.locator(f".studio-list > li:has(> button:text-is('{question}')) li button:has-text('{target}')").click()


def leave_unsaved(page):
    """What was only tried is not saved, now or by itself a while later."""
    page.evaluate("studio.session.dirty = false")
    page.evaluate("clearTimeout(studio.session.timer)")


def test_a_table_opens_as_it_is_called_types_as_typed_and_its_drawing_shows_names(owner):
    page = edit_loan(owner, "loan_limits.dmn")
    assert page.inner_text("[data-views] [aria-pressed=true]") == "适用条件"
    assert "本区执行静安的政策口径" in page.inner_text(".studio-views")
    page.click("[data-views] button:text-is('借用方向')")
    cell = page.locator("td.input-cell").first
    cell.click()
    page.keyboard.press("Control+a")
    page.keyboard.type('not("区级")')
    assert cell.inner_text() == 'not("区级")'
    cell.dblclick()
    page.keyboard.press("Control+a")
    page.keyboard.type('"乡')
    assert cell.inner_text() == '"乡', "nothing is added to what is typed"
    page.click("[data-views] button:text-is('关系图')")
    page.wait_for_selector(".djs-label:has-text('政策口径')")
    assert english(page) == []
    page.dblclick(".djs-element[data-element-id=input_profile]")
    page.keyboard.press("Control+a")
    page.keyboard.type("本区口径")
    page.mouse.click(900, 500)
    page.wait_for_selector(".djs-label:has-text('本区口径')")
    xml = page.evaluate("studio.session.collect()")
    assert '<variable id="input_profile_variable" name="profile"' in xml, "expressions still find it"
    assert 'label="本区口径" name="profile"' in xml
    leave_unsaved(page)


def test_the_properties_say_what_expressions_mean_and_a_ways_condition_is_chosen(owner):
    page = edit_loan(owner, "staff_loan.bpmn")
    panel = page.locator("[data-panel=properties]")
    page.click("[data-tab=list]")
    page.click(".studio-list > li > button:text-is('组织部备案')")
    said = panel.inner_text()
    assert "取自判定表「适用条件」的“备案时限（工作日）”栏，现在静安是 5" in said
    assert panel.locator("a:text-is('去改这张表')").get_attribute("href").endswith("/files/loan_limits.dmn")
    assert "limits.filing_days" not in said
    choose_way(page, "党(工)委意见？", "组织部备案")
    choice = field(page, "condition-choice")
    assert choice.evaluate("one => one.selectedOptions[0].label") == "“党(工)委集体研究”的结果是“同意”"
    choice.select_option(label="“党(工)委集体研究”的结果是“不同意”")
    assert 'committee_outcome = "disagree"' in page.evaluate("studio.session.collect()")
    page.click("[data-undo]")
    assert choice.evaluate("one => one.selectedOptions[0].label") == "“党(工)委集体研究”的结果是“同意”"
    leave_unsaved(page)


def test_every_new_result_of_a_step_gets_a_code_that_no_other_has(owner):
    page = edit_loan(owner, "staff_loan.bpmn")
    page.click("[data-tab=list]")
    page.click(".studio-list > li > button:text-is('本人意见')")
    results = page.locator("[data-word=outcome]")
    if not results.get_attribute("open") and results.get_attribute("open") != "":
        results.locator("summary").first.click()
    for _ in range(7):
        results.locator("button:text-is('再加一个')").last.click()
    codes = re.findall(r'<jc:outcome value="(result_\d+)"', page.evaluate("studio.session.collect()"))
    assert len(codes) == len(set(codes)) == 7
    leave_unsaved(page)


def test_a_step_that_is_done_only_when_a_loan_is_long_is_drawn_without_an_expression(owner):
    page = edit_loan(owner, "staff_loan.bpmn")
    before = page.evaluate("studio.session.collect()")
    choose_way(page, "党(工)委意见？", "组织部备案")
    page.click("button:text-is('加一个符合条件才办的环节')")
    type_in(page, "name", "书记专题会研究")
    choose_way(page, "需要这一环节吗？", "书记专题会研究")
    page.click("summary:text-is('按两个日期相隔多久')")
    page.click("button:text-is('用这个条件')")
    after = page.evaluate("studio.session.collect()")
    process = definitions.read_process(after)
    (gateway,) = [one for one in process.nodes.values() if one.name == "需要这一环节吗？"]
    ways = {process.nodes[one.target].name: one for one in process.flows.values() if one.source == gateway.id}
    assert ways["书记专题会研究"].condition == 'date(end_date) > date(start_date) + duration("P3M")'
    assert ways["组织部备案"].name == "不需要"
    for _ in range(20):
        page.click("[data-undo]")
    undone, was = (definitions.read_process(text) for text in (page.evaluate("studio.session.collect()"), before))
    assert (undone.nodes, undone.flows) == (was.nodes, was.flows)
    leave_unsaved(page)


def test_an_editor_saves_after_a_new_login_in_another_window(seat_of):
    seat = seat_of("jiangnanqiao")
    number = open_draft(seat, "未经准入事项报告")
    page = seat.page
    open_editor(seat, number, "duty_report.bpmn")
    type_in(page, "name", "未经准入事项报告（改）")
    seat.context.clear_cookies()
    page.click("[data-save]")
    page.wait_for_selector("[data-problem] >> text=登录已过期")
    door = seat.context.new_page()
    door.goto("/login")
    door.fill("#account", "jiangnanqiao")
    door.fill("#password", PASSWORD)
    door.click("button:has-text('登录')")
    door.wait_for_selector("nav.side", state="attached")
    page.click("[data-save]")
    page.wait_for_selector("text=已保存为第 2 稿")
    assert not page.is_visible("[data-problem]")
