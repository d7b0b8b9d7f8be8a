"""A consent in a real browser: the department asks, the street considers behind closed doors, its reply comes back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from test_web_browser import DESK, PHONE, Seat
from web_loan import MEMBERS, MovedClock

from jiecheng.acceptance.world import World, deliver
from jiecheng.cases import House

DEPARTMENT = "huazhujun"  # 华竹君, 区市场监督管理局 人事科长
DRAFTER = "gubingwen"  # 顾秉文, 彭溪街道党工委 组织委员
SECRETARY = "zhengjiashu"  # 郑嘉树, 党政办公室主任
SECRET = "会上两位同志对时机有保留"
Sit = Callable[..., Seat]


@pytest.fixture
def sit(chromium, address) -> Sit:
    seats: list[Seat] = []

    def sit(account: str, **options: object) -> Seat:
        seats.append(Seat(chromium, address, **options).log_in(account))
        return seats[-1]

    yield sit
    for seat in seats:
        seat.context.close()
    assert [fault for seat in seats for fault in seat.faults] == []


@pytest.fixture
def issue(house: House, clock: MovedClock) -> Callable[[], None]:
    """What the flows do: make the papers that are owed."""
    return lambda: deliver(World(house, clock))


def look(seat: Seat, name: str) -> None:
    """No page is wider than its window, on a desk and on a phone."""
    for size in (DESK, PHONE):
        seat.page.set_viewport_size(size)
        assert seat.page.evaluate("document.documentElement.scrollWidth") <= size["width"], (name, size)
    seat.page.set_viewport_size(DESK)


def test_a_consent_goes_from_the_department_to_the_street_and_back(sit: Sit, issue: Callable[[], None]) -> None:
    asking = sit(DEPARTMENT)
    asking.page.goto("/start/appointment_consent")
    look(asking, "start")
    asking.page.select_option("[name=agency]", "pengxi-agency-market")
    asking.page.check("[name=post_kind][value=负责人]")
    asking.page.fill("[name=post_name]", "所长")
    asking.page.select_option("[name=person]", "i-lvjiping")
    asking.page.check("[name=action][value=免]")
    asking.page.fill("[name=reason]", "任职已满六年，按规定交流。")
    asking.page.fill("[name='appraisals.0.appraisal_year']", "2025")
    asking.page.select_option("[name='appraisals.0.appraisal_grade']", "优秀")
    asking.page.click("button:has-text('提交申请')")
    assert "下一步：酝酿沟通记录（华竹君" in asking.says()

    asking.open_first_item()
    look(asking, "talk")
    asking.page.fill("[name=talked_on]", "2026-03-02")
    asking.page.fill("[name=department_people]", "严秉文、华竹君")
    asking.page.fill("[name=street_people]", "周立言、顾秉文")
    asking.page.fill("[name=talk_points]", "街镇希望接任人选熟悉农贸市场。")
    asking.page.click(".decide >> button:has-text('沟通完成')")
    issue()

    drafter = sit(DRAFTER)
    drafter.open_first_item()
    look(drafter, "draft")
    assert "优秀" in drafter.says()
    drafter.page.fill("[name=appraisal_review]", "群众满意度连续三年靠前。")
    drafter.page.fill("[name=draft_view]", "拟同意。")
    drafter.page.click(".decide >> button:has-text('提交集体研究')")

    secretary = sit(SECRETARY)
    secretary.open_first_item()
    look(secretary, "meeting")
    secretary.page.fill("[name=meeting_date]", "2026-03-02")
    secretary.page.fill("[name=minutes_number]", "彭溪党工委纪要〔2026〕31号")
    secretary.page.fill("[name=minutes_excerpt]", SECRET)
    secretary.page.fill("[name=reply_words]", "请尽快明确接任人选。")
    for member in MEMBERS:
        secretary.page.check(f"[name='_vote:i-{member}'][value=agree]")
    secretary.page.click(".decide >> button:text-is('同意')")
    assert "已办理：同意" in secretary.says()
    issue()
    secretary.page.goto("/cases/1")
    look(secretary, "case of the street")
    assert SECRET in secretary.says()

    asking.page.goto("/cases/1")
    look(asking, "case of the department")
    said = asking.says()
    assert "彭工委函〔2026〕1号" in said
    assert SECRET not in said
    assert "群众满意度" not in said
    assert "内部办理" in said

    asking.open_first_item()
    look(asking, "act")
    asking.page.fill("[name=decision_meeting]", "区市场监督管理局党组会议")
    asking.page.fill("[name=decision_number]", "云市监党组〔2026〕6号")
    asking.page.evaluate("document.querySelector('[name=decided_on]').value = '2026-03-02'")
    asking.page.evaluate("document.querySelector('form.item, form').noValidate = true")
    asking.page.click(".decide >> button:has-text('已作出任免决定')")
    assert "不能早于" in asking.says()
    asking.page.goto("/registers/appointment_consent?tab=all")
    look(asking, "register")
    assert "已同意" in asking.says()
