"""Before an application is handed in: the warning leaves no trace, one press is one case, and the API says the same."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi.testclient import TestClient

from jiecheng import cases, store
from jiecheng.cases.case import rehearse_start
from jiecheng.cases.deployment import DEMO_PASSWORD
from jiecheng.cases.rehearsal import Forewarned
from jiecheng.model.errors import Invalid
from jiecheng.model.ids import ProcessId
from jiecheng.web.site import build_site

LOAN = ProcessId("staff_loan")
SHORT = {"necessity": "工作需要"}


def command(office, mark="", operation="", **changes):
    actor = office.actor(office.BORROWER)
    return cases.StartCase(actor, LOAN, office.application(**changes), operation, mark)


def left_behind(office):
    tables = ("cases", "numbers", "operations", "history_events", "tasks", "outbox")
    with office.house.transaction() as tx:
        return [tx.db.connection.exec_driver_sql(f"SELECT count(*) FROM {one}").scalar() for one in tables]


def warned(office, **changes):
    with pytest.raises(Forewarned) as refused:
        office.do(cases.start_case, command(office, **changes))
    return refused.value.rehearsal


def test_a_warning_leaves_nothing_and_draws_no_number(office):
    before = left_behind(office)
    for _ in range(2):
        found = warned(office, operation="press-1", **SHORT)
        assert office.do(rehearse_start, command(office, **SHORT)) == found
    assert left_behind(office) == before
    assert found.step == "申请人补正"
    assert [one.rule for one in found.reasons] == ["L1"]
    assert "「上级机关一般不得借调街镇工作人员" in found.reasons[0].basis


def test_who_has_read_the_warning_hands_in_once_even_when_he_presses_twice_at_once(office):
    found = warned(office, **SHORT)
    twice = [command(office, found.mark, "press-2", **SHORT)] * 2
    with ThreadPoolExecutor(2) as both:
        first, second = both.map(lambda one: office.do(cases.start_case, one), twice)
    assert first == second
    assert first.number == "借调〔2026〕1号"
    assert office.case(first.case, office.BORROWER).came_back[0].reasons == found.reasons


def test_another_fault_is_another_warning(office):
    found = warned(office, **SHORT)
    assert [one.rule for one in warned(office, mark=found.mark, end_date="2027-03-01", **SHORT).reasons] == ["L3", "L1"]


def test_a_double_is_warned_of_and_the_press_that_made_the_first_one_is_not(office):
    first = office.do(cases.start_case, command(office, "", "press-3"))
    assert office.do(cases.start_case, command(office, "", "press-3")) == first
    (double,) = warned(office, operation="press-4").alike
    assert (double.case, double.number, double.title) == (first.case, first.number, "借调杨景行到区司法局")


def test_two_who_handed_in_together_hear_of_each_other_on_the_way(office):
    """Neither could be warned: when each was looked at, the other one was not there yet."""
    first, second = (office.do(cases.start_case, command(office, None)) for _ in range(2))
    for mine, other in ((first, second), (second, first)):
        (beside,) = office.case(mine.case, office.BORROWER).alike
        assert (beside.case, beside.number) == (other.case, other.number)
        with office.house.transaction() as tx:
            lent = cases.accounts.actor_of(tx, office.LENT)
            item = next(one for _, one in store.work_item.waiting(tx.db, mine.case))
            assert [one.number for one in cases.show_item(tx, lent, item.id).case.alike] == [other.number]
    office.do(cases.withdraw_case, cases.WithdrawCase(office.actor(office.BORROWER), first.case, "重复"))
    assert office.case(second.case, office.BORROWER).alike == ()


def test_a_double_is_found_by_the_index(office):
    office.start()
    question = "EXPLAIN SELECT id FROM cases WHERE process = 'staff_loan' AND alike = 'x' AND alike <> ''"
    with office.house.transaction() as tx:
        tx.db.connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        plan = "\n".join(row[0] for row in tx.db.connection.exec_driver_sql(question))
    assert "ix_cases_alike" in plan, plan


def test_a_form_that_is_not_filled_in_is_no_matter_of_warnings(office):
    with pytest.raises(Invalid, match="需要修改"):
        office.do(rehearse_start, command(office, end_date=""))


def test_what_goes_on_its_way_is_handed_in_at_once(office):
    assert not office.do(rehearse_start, command(office)).warns
    assert office.do(cases.start_case, command(office)).holders[0].step == "本人意见"


def test_the_api_says_what_would_come_of_it(office):
    with TestClient(build_site(office.house), base_url="https://testserver") as client:
        login = {"account": "youyizhou", "password": DEMO_PASSWORD}
        token = client.post("/api/v1/session", json=login).json()["token"]
        body = {"process": "staff_loan", "data": office.application(**SHORT)}
        found = client.post("/api/v1/cases/rehearsal", json=body, headers={"Authorization": f"Bearer {token}"})
    assert found.status_code == 200, found.text
    told = found.json()
    assert (told["warns"], told["step"], told["ending"]) == (True, "申请人补正", "")
    assert "请写明为什么非借此人不可" in told["reasons"][0]["message"]
