"""催办: a notice to those who have it, once in half a working day, and nothing in the formal record."""

from __future__ import annotations

import pytest
from test_handing import begin
from test_joint_steps import ASKER, REVIEWER, SIGNERS, desk
from test_races import together

from jiecheng import cases
from jiecheng.model.errors import Refused

__all__ = ["desk"]


def urge(office, who, case, operation=""):
    return office.do(cases.urge_case, cases.UrgeCase(office.actor(who), case, "", operation))


def test_urging_leaves_no_event(desk):
    case = begin(desk)
    before = desk.case(case).case.seq
    assert "1 件待办" in urge(desk, ASKER, case).sentence
    assert desk.case(case).case.seq == before


def test_two_who_urge_in_the_same_second_send_one_notice(desk):
    case = begin(desk)
    desk.decide(REVIEWER, "agree")
    results = together(lambda: urge(desk, ASKER, case), lambda: urge(desk, REVIEWER, case))
    assert sorted(type(one).__name__ for one in results) == ["Answer", "Refused"]


def test_who_has_one_of_two_items_urges_the_other(desk):
    case = begin(desk)
    desk.decide(REVIEWER, "agree")
    assert "1 件待办" in urge(desk, SIGNERS[0], case).sentence


def test_a_held_case_is_not_urged(desk):
    case = begin(desk)
    hold = cases.HoldCase(desk.actor("i-lumuqing"), case, "等候答复", "会议决定")
    desk.do(cases.hold_case, hold)
    with pytest.raises(Refused, match="不需要催办"):
        urge(desk, ASKER, case)


def test_the_press_sent_twice_is_one_urging(desk):
    case = begin(desk)
    assert urge(desk, ASKER, case, "press") == urge(desk, ASKER, case, "press")
