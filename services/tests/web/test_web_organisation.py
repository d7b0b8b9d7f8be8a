"""The organisation's pages: everybody looks, its keepers change with a preview, and the open work goes over."""

from __future__ import annotations

import json

import pytest
from web_loan import APPLICANT, APPLICATION, BORROWED, SECTION_HEAD, words

from jiecheng.cases import organisation, passing

SYSTEM_ADMINISTRATOR = "fangsongnian"
CLERK = "zhengjiashu"  # 郑嘉树, 彭溪街道 党政办公室主任
COMMUNITY = "/organisation/organs/pengxi-community"
LEAVES = {"_kind": "离任", "v_identity": "i-hansuxin", "v_successor": "i-zhuwenlan"}


@pytest.fixture
def with_the_section_head(browser_of):
    """A loan that waits for 韩素心."""
    applicant = browser_of(APPLICANT)
    started = applicant.hand_in("/start/staff_loan", **APPLICATION)
    assert started.status_code == 200
    browser_of(BORROWED).decide(_outcome="agree")
    return int(started.url.path.rsplit("/", 1)[1])


def test_everybody_finds_who_holds_a_post(browser_of):
    page = browser_of(APPLICANT).get("/organisation?text=顾秉文")
    assert "彭溪街道党工委" in words(page)
    organ = words(browser_of(APPLICANT).get(COMMUNITY))
    assert "韩素心" in organ
    assert "先看影响" not in organ


def test_who_is_meant_is_offered_while_one_types_and_written_as_a_command_takes_it(browser_of, at_the_door, house):
    browser = browser_of(APPLICANT)
    asked = json.loads(browser.get("/organisation/recipients?text=彭溪 党政"))["names"]
    assert asked == ["郑嘉树（彭溪街道 党政办公室主任）", "冯归远（彭溪街道党政办公室 科员）", "彭溪街道党政办公室"]
    with house.transaction() as tx:
        assert [str(one) for one in passing.readers_named(tx, "、".join(asked))] == ["i-zhengjiashu", "i-fengguiyuan"]
    assert json.loads(browser.get("/organisation/people?text=彭溪 党政"))["names"] == asked[:2]
    assert len(json.loads(browser.get("/organisation/people?text=街道"))["names"]) == 20
    assert json.loads(browser.get("/organisation/people"))["names"] == []
    assert "names" not in at_the_door().client.get("/organisation/people?text=彭溪").text


def test_who_does_not_keep_the_organ_cannot_change_it(browser_of):
    stranger = browser_of(APPLICANT)
    answer = stranger.post(f"{COMMUNITY}/changes", stranger.get(COMMUNITY), _first="2026-03-02", **LEAVES)
    assert answer.status_code == 403
    assert "只有系统管理员和本机关的办公室负责人" in words(answer.text)


def test_a_change_is_previewed_then_hands_the_work_over_and_keeps_the_name(with_the_section_head, browser_of, house):
    clerk = browser_of(CLERK)
    shown = words(clerk.post(f"{COMMUNITY}/preview", clerk.get(COMMUNITY), _first="2026-03-02", **LEAVES).text)
    assert "借调审批「所在科室意见」" in shown
    assert "转给朱文澜" in shown
    assert "韩素心" in words(clerk.get(COMMUNITY))  # nothing has changed yet

    said = clerk.post(f"{COMMUNITY}/changes", clerk.get(COMMUNITY), _first="2026-03-02", **LEAVES)
    assert "已生效：韩素心自 2026年3月2日 起不再任" in words(said.text)
    assert organisation.apply_due(house) > 0

    assert "所在科室意见" in words(browser_of("zhuwenlan").get("/inbox"))
    assert "人员调整，由他人接办" in words(browser_of(APPLICANT).get(f"/cases/{with_the_section_head}"))
    assert "空缺" in words(clerk.get(COMMUNITY))


def test_a_planned_change_can_be_cancelled_before_its_day(browser_of):
    keeper = browser_of(SYSTEM_ADMINISTRATOR)
    organ = "/organisation/organs/pengxi-party"
    values = {"_kind": "设岗", "v_organ": "pengxi-party", "v_name": "调研员", "v_rank": "8"}
    said = keeper.post(f"{organ}/changes", keeper.get(organ), _first="2026-06-01", **values)
    assert "到那一天自动生效" in words(said.text)
    page = keeper.get(organ)
    change = page.split("/organisation/changes/")[1].split("/cancel")[0]
    cancelled = keeper.post(f"/organisation/changes/{change}/cancel", page, _organ="pengxi-party")
    assert "已取消" in words(cancelled.text)
    assert "已取消" in words(keeper.get("/organisation/changes"))


def test_wrong_dates_and_empty_forms_are_said_beside_the_form(browser_of):
    keeper = browser_of(SYSTEM_ADMINISTRATOR)
    past = keeper.post(
        f"{COMMUNITY}/preview",
        keeper.get(COMMUNITY),
        _first="2026-01-01",
        _kind="设岗",
        v_organ="pengxi-community",
        v_name="科员二",
    )
    assert "不能早于今天" in words(past.text)
    none = keeper.post(
        f"{COMMUNITY}/preview",
        keeper.get(COMMUNITY),
        _first="",
        _kind="设岗",
        v_organ="pengxi-community",
        v_name="科员二",
    )
    assert "请填写日期" in words(none.text)
    assert "科员二" in none.text


def test_an_import_shows_the_difference_first(browser_of, house):
    from pathlib import Path

    keeper = browser_of(SYSTEM_ADMINISTRATOR)
    folder = Path(__file__).parents[3] / "infra" / "demo" / "district"
    names = ("organs", "posts", "persons", "identities", "relations", "bodies")
    files = {name: (folder / f"{name}.csv").read_text("utf-8") for name in names}
    files["persons"] += "p-luzhixing,路知行,luzhixing\n"
    sent = [("_files", (f"{name}.csv", text.encode(), "text/csv")) for name, text in files.items()]
    page = keeper.get("/organisation/import")
    shown = keeper.post("/organisation/import", page, files=sent)
    assert "新增人员 p-luzhixing：路知行" in words(shown.text)
    draft = shown.text.split('action="/organisation/import/')[1].split('"')[0]
    done = keeper.post(f"/organisation/import/{draft}", shown.text)
    assert "已生效" in words(done.text)
    again = keeper.post(f"/organisation/import/{draft}", keeper.get("/organisation/import"))
    assert "已经确认或取消" in words(again.text)


def test_the_log_is_for_those_who_watch(browser_of):
    assert "调整记录" in browser_of(SYSTEM_ADMINISTRATOR).get("/organisation/changes")
    browser_of(SECTION_HEAD).get("/organisation/changes", status=403)
