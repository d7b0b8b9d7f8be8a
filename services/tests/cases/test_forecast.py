"""预计下一步: what a dry run says of a case, and that it leaves no trace."""

from __future__ import annotations

import pytest
from consult_process import bundle

from jiecheng import cases, store
from jiecheng.cases.open_case import CLOSED_DOORS
from jiecheng.cases.release import Publication, deploy_release
from jiecheng.model.ids import IdentityId, ProcessId

FINANCE = IdentityId("i-caochengze")


def ahead(office, case, who):
    return [(one.step, one.people) for one in office.case(case, who).ahead]


def test_a_loan_is_expected_to_go_to_the_committee_and_then_to_the_organisation_department(office):
    case = office.start().case
    office.decide(office.LENT, "agree")
    assert ahead(office, case, office.BORROWER)[:2] == [
        ("党(工)委集体研究", ("郑嘉树",)),
        ("组织部备案", ("许书宁",)),
    ]


def test_what_was_expected_comes_when_everybody_agrees(office):
    case = office.bring_to_committee().case
    expected = ahead(office, case, office.BORROWER)[0]
    office.committee_agrees()
    (now,) = [step for step in office.case(case, office.BORROWER).steps if step.state == "open"]
    assert (now.name, tuple(one.split("（")[0] for one in now.holders)) == expected


def test_a_dry_run_leaves_no_trace(office):
    case = office.start().case

    def everything():
        with office.house.transaction() as tx:
            found = store.case.get(tx.db, case)
            locks = tx.db.connection.exec_driver_sql("SELECT count(*) FROM registers").scalar()
            return found, len(store.task.of_case(tx.db, case)), locks, len(store.job.of_case(tx.db, case))

    before = everything()
    assert ahead(office, case, office.BORROWER)
    assert everything() == before


def test_behind_closed_doors_only_the_door_is_expected(office):
    with office.house.transaction() as tx:
        deploy_release(tx, bundle(), Publication("test", {}))
    data = {"plan_name": "停车管理方案", "streets": ["pengxi-office"]}
    case = office.do(cases.start_case, cases.StartCase(office.actor(FINANCE), ProcessId("plan_consult"), data)).case
    # It stands before the door already; what comes is what is heard from behind it.
    assert ahead(office, case, FINANCE)[:2] == [("街镇答复（彭溪街道）", ("郑嘉树",)), ("汇总意见", ("曹承泽",))]
    inside = [step for step, _ in ahead(office, case, IdentityId("i-zhengjiashu"))]
    assert inside[0] == "党工委会议研究（彭溪街道）"


def test_a_fan_out_is_one_line_with_all_it_goes_to(office):
    with office.house.transaction() as tx:
        deploy_release(tx, bundle(), Publication("test", {}))
        streets = [one for one in tx.organisation.directory.organs.values() if one.kind == "街道办事处"][:5]
    for several, words in ((2, "彭溪街道、{}"), (5, "彭溪街道、{}、{}等5个")):
        names = [one.name.removesuffix("办事处") for one in streets[1:several]]
        data = {"plan_name": "停车管理方案", "streets": [one.id for one in streets[:several]]}
        case = office.do(cases.start_case, cases.StartCase(office.actor(FINANCE), ProcessId("plan_consult"), data)).case
        found = ahead(office, case, FINANCE)
        assert found[0][0] == f"街镇答复（{words.format(*names)}）"
        assert CLOSED_DOORS not in str(found)
        assert len([step for step, _ in found if "街镇答复" in step]) == 1


@pytest.mark.parametrize("end", ["withdraw"])
def test_an_ended_case_has_nothing_ahead(office, end):
    case = office.start().case
    office.do(cases.withdraw_case, cases.WithdrawCase(office.actor(office.BORROWER), case, "不需要了"))
    assert ahead(office, case, office.BORROWER) == []
