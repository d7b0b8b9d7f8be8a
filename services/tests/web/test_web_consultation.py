"""The pages of a fan-out: choosing several organs with and without scripts, the table of who has answered, the papers."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from test_web_browser import DESK, PHONE, Seat

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "cases"))  # for consult_process

from consult_process import bundle

from jiecheng.cases.release import Publication, deploy_release

ASKER = "caochengze"


@pytest.fixture(scope="module", autouse=True)
def consultation(house):
    with house.transaction() as tx:
        deploy_release(tx, bundle(), Publication("test", {}))


def overflow(page) -> int:
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_several_organs_are_chosen_and_the_table_says_who_has_not_answered(chromium, address, size, scripts):
    seat = Seat(chromium, address, java_script_enabled=scripts)
    seat.page.set_viewport_size(size)
    seat.log_in(ASKER)
    seat.page.goto("/start/plan_consult")
    seat.page.fill("[name=plan_name]", "停车管理方案")
    for one in ("pengxi-office", "donglu-office"):
        box = seat.page.locator(f"[name=streets][value={one}]")
        box.focus()
        seat.page.keyboard.press("Space")
        assert box.is_checked()
    if scripts:
        assert overflow(seat.page) <= 0
    shot(seat, f"start-{size['width']}-{scripts}")
    seat.page.click("button.btn-primary:not(.visually-hidden)")
    seat.page.wait_for_url("**/cases/*")
    assert "征求街镇意见：0／2 已答复" in seat.says()
    assert "未答复：东麓街道、彭溪街道" in seat.says()
    assert "无期限" not in seat.says()  # there is one; it is not shown outside
    if scripts:
        assert overflow(seat.page) <= 0
    shot(seat, f"case-{size['width']}-{scripts}")
    assert seat.faults == []


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_the_page_of_papers_stays_within_the_window(chromium, address, size):
    seat = Seat(chromium, address)
    seat.page.set_viewport_size(size)
    seat.log_in(ASKER)
    seat.page.goto("/papers")
    assert "发给您单位的文书" in seat.says()
    assert overflow(seat.page) <= 0
    shot(seat, f"papers-{size['width']}")
    assert seat.faults == []


def shot(seat, name) -> None:
    if folder := os.environ.get("SHOTS"):
        seat.page.screenshot(path=f"{folder}/{name}.png", full_page=True)
