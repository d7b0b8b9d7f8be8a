"""批量办理: one press, each item by itself, and never where a step asks for more than the decision."""

from __future__ import annotations

import pytest

from jiecheng import cases
from jiecheng.cases.bulk import MOST, DecideMany, choose, decide_many
from jiecheng.model.errors import Invalid, NotFound


@pytest.fixture
def waiting(office):
    """Three loans that wait for the borrowed person's own word."""
    for day in ("2026-03-16", "2026-03-17", "2026-03-18"):
        office.start(start_date=day)
    return office.items(office.LENT)


def chosen(office, who, items):
    with office.house.transaction() as tx:
        return choose(tx, cases.accounts.actor_of(tx, who), items)


def test_items_of_one_step_are_decided_each_with_its_own_answer(office, waiting):
    choice = chosen(office, office.LENT, waiting)
    assert (choice.step, [one.value for one in choice.outcomes]) == ("本人意见", ["agree"])
    found = list(decide_many(office.house, DecideMany(office.actor(office.LENT), waiting, "agree")))
    assert [one.done for one in found] == [True] * 3
    assert all("所在科室意见（韩素心" in one.sentence for one in found)
    assert office.items(office.LENT) == []
    assert len(office.items(office.SECTION_HEAD)) == 3


def test_one_that_fails_says_why_and_stops_none_of_the_others(office, waiting):
    taken = waiting[1]
    office.decide(office.LENT, "agree", item=taken)
    found = {
        one.item: one for one in decide_many(office.house, DecideMany(office.actor(office.LENT), waiting, "agree"))
    }
    assert [found[item].done for item in waiting] == [True, False, True]
    assert "已" in found[taken].sentence
    assert len(office.items(office.SECTION_HEAD)) == 3


def test_one_press_is_one_deed(office, waiting):
    command = DecideMany(office.actor(office.LENT), waiting, "agree", operation="press-1")
    first = list(decide_many(office.house, command))
    assert [one.sentence for one in decide_many(office.house, command)] == [one.sentence for one in first]
    assert len(office.items(office.SECTION_HEAD)) == 3


def test_what_somebody_began_to_fill_in_is_not_lost_to_a_press_for_many(office, waiting):
    with office.house.transaction() as tx:
        cases.save_draft(tx, cases.accounts.actor_of(tx, office.LENT), f"item:{waiting[0]}", {"opinion": "写了一半"})
    found = list(decide_many(office.house, DecideMany(office.actor(office.LENT), waiting, "agree")))
    assert [one.done for one in found] == [False, True, True]
    assert "单独办理" in found[0].sentence


def test_an_outcome_that_demands_an_opinion_is_not_offered_and_not_taken(office, waiting):
    found = list(decide_many(office.house, DecideMany(office.actor(office.LENT), waiting, "disagree", "不去")))
    assert [one.done for one in found] == [False] * 3
    assert sorted(office.items(office.LENT)) == sorted(waiting)


def test_a_step_with_a_form_or_a_meeting_is_not_for_many(office):
    office.start()
    office.decide(office.LENT, "agree")
    with pytest.raises(Invalid, match="不能批量办理"):
        chosen(office, office.SECTION_HEAD, office.items(office.SECTION_HEAD))
    office.decide(office.SECTION_HEAD, "agree", data={"handover": "由韩素心代管。"})
    with pytest.raises(Invalid, match="不能批量办理"):
        chosen(office, office.SECRETARY, office.items(office.SECRETARY))


def test_items_of_others_are_no_items_and_too_many_are_refused(office, waiting):
    with pytest.raises(NotFound):
        chosen(office, office.STRANGER, waiting)
    found = list(decide_many(office.house, DecideMany(office.actor(office.STRANGER), waiting, "agree")))
    assert [one.done for one in found] == [False] * 3
    with pytest.raises(Invalid, match="最多"):
        chosen(office, office.LENT, list(range(1, MOST + 2)))
    with pytest.raises(Invalid, match="还没有选择"):
        chosen(office, office.LENT, [])
