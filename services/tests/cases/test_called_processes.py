"""A process that calls others: several 街镇 in one called diagram at once, a call within the call, and what each sees."""

from __future__ import annotations

import re

import pytest
from called_process import CHECK, MAIN, STREET, bundle
from fastapi.testclient import TestClient

from jiecheng import cases, definitions, store
from jiecheng.cases.deployment import DEMO_PASSWORD
from jiecheng.cases.hold import HoldCase, ResumeCase, hold_case, resume_case
from jiecheng.cases.migration import MigrateCase, migrate_case
from jiecheng.cases.release import Publication, deploy_release
from jiecheng.model.errors import Invalid, Refused
from jiecheng.model.ids import ElementId, IdentityId, ProcessId
from jiecheng.web.site import build_site

FINANCE = IdentityId("i-caochengze")  # 区财政局 科员, who asks
PENGXI, DONGLU = IdentityId("i-zhengjiashu"), IdentityId("i-baishuning")  # 党政办公室主任
KEPT = {PENGXI: "彭溪机密底线甲", DONGLU: "东麓机密底线乙"}


@pytest.fixture
def desk(office):
    with office.house.transaction() as tx:
        deploy_release(tx, bundle(), Publication("test", {}))
    return office


@pytest.fixture
def killed(desk, clock):
    """The office in a new process: of the old one nothing is left but its database."""
    first = desk.house

    def start_anew():
        fresh = cases.House(first.database.url, clock, pool=4)
        if desk.house is not first:
            desk.house.close()
        desk.house = fresh

    yield start_anew
    if desk.house is not first:
        desk.house.close()


def ask(desk):
    data = {"plan_name": "停车方案", "streets": ["pengxi-office", "donglu-office"]}
    return desk.do(cases.start_case, cases.StartCase(desk.actor(FINANCE), ProcessId("plan_review"), data)).case


def decide(desk, who, outcome):
    desk.decide(who, outcome, data={"review_words": KEPT[who]}, opinion=f"{KEPT[who]}之意见")
    desk.run_flows()


def check(desk, case, street, words="无误"):
    data = {"check_words": words}
    return desk.do(
        cases.correlate_message,
        cases.CorrelateMessage(desk.actor(FINANCE), case, ElementId("answer_checked"), data, instance=street),
    )


def replies(desk, case):
    with desk.house.transaction() as tx:
        return store.case.get(tx.db, case).variables["replies"]


def test_two_organs_are_in_one_called_process_at_once_and_their_answers_come_back(desk, killed):
    case = ask(desk)
    killed()
    decide(desk, DONGLU, "disagree")
    killed()
    decide(desk, PENGXI, "agree")
    killed()
    check(desk, case, "donglu-office")
    killed()
    check(desk, case, "pengxi-office", "属实")
    assert replies(desk, case) == [
        {"street": "彭溪街道", "verdict": "agree", "checked": "属实（彭溪街道）"},
        {"street": "东麓街道", "verdict": "disagree", "checked": "无误（东麓街道）"},
    ]
    with desk.house.transaction() as tx:
        found = store.case.get(tx.db, case)
        assert not {"place", "verdict", "limit", "remark", "answerer", "reply", "street"} & set(found.variables)
        rows = {row.key: row for row in store.form.rows_of(tx.db, case) if row.form == "review"}
    assert rows["donglu-office"].data == {"review_words": KEPT[DONGLU]}
    assert rows["pengxi-office"].compartment == "pengxi-party"
    desk.decide(FINANCE, "done", data={"summary_words": "逐一采纳"})
    with desk.house.transaction() as tx:
        found = store.case.get(tx.db, case)
        assert (str(found.state), found.outcome, found.variables["agreed"]) == ("ended", "联审完毕", 1)


def test_what_happens_inside_has_its_name_limit_register_row_paper_and_notice(desk):
    case = ask(desk)
    with desk.house.transaction() as tx:
        tasks = {task.instance_key: task for task in store.task.open_of_case(tx.db, case)}
    assert set(tasks) == {"pengxi-office", "donglu-office"}
    assert (tasks["pengxi-office"].due_days, tasks["pengxi-office"].instance_label) == (3, "彭溪街道")
    assert tasks["pengxi-office"].compartment == "pengxi-party"
    decide(desk, PENGXI, "agree")
    assert [paper.number for paper in desk.case(case, FINANCE).documents] == ["彭街办复函〔2026〕1号"]
    with desk.house.transaction() as tx:
        notices = [row.text for row in cases.inbox.list_notices(tx, cases.accounts.actor_of(tx, FINANCE)).rows]
    assert "彭溪街道已复函：停车方案" in notices
    check(desk, case, "pengxi-office")
    with desk.house.transaction() as tx:
        rows = store.register.list_entries(tx.db, "staff_loan", store.register.EntryFilter(), None, 10)
        told = cases.history.show_history(tx, cases.accounts.actor_of(tx, desk.AUDITOR), case).rows
    assert [(row.key, row.columns["person_name"]) for row in rows] == [("pengxi-office", "停车方案")]
    assert "判定审查期限（彭溪街道）" in {row.public.get("name") for row in told}
    (table,) = desk.case(case, FINANCE).fan_outs
    assert (table.element, {row.label for row in table.rows}) == ("streets_review", {"彭溪街道", "东麓街道"})


def test_a_timer_of_the_inner_call_ends_it_without_an_answer(desk, clock):
    case = ask(desk)
    decide(desk, PENGXI, "agree")
    clock.move(days=8)
    desk.run_flows()
    decide(desk, DONGLU, "agree")
    check(desk, case, "donglu-office")
    assert [one["checked"] for one in replies(desk, case)] == [None, "无误（东麓街道）"]


def test_a_case_is_held_and_resumed_inside_a_call(desk, clock):
    case = ask(desk)
    desk.do(hold_case, HoldCase(desk.actor(PENGXI), case, "等待补充材料", "本区要求"))
    clock.move(days=3)
    desk.do(resume_case, ResumeCase(desk.actor(PENGXI), case))
    with desk.house.transaction() as tx:
        tasks = {task.instance_key: task for task in store.task.open_of_case(tx.db, case)}
    assert tasks["pengxi-office"].due_at.date().isoformat() > "2026-03-05"
    decide(desk, PENGXI, "agree")
    assert desk.items(PENGXI) == []


def test_the_case_page_draws_the_called_diagrams_and_nobody_outside_reads_what_is_inside(desk):
    case = ask(desk)
    decide(desk, PENGXI, "agree")
    with TestClient(build_site(desk.house), base_url="https://testserver") as client:
        fields = dict(re.findall(r'name="(_\w+)" value="([^"]*)"', client.get("/login").text))
        login = {"account": "caochengze", "password": DEMO_PASSWORD, "next": "/"}
        client.post("/login", data={**fields, **login}, headers={"Origin": "https://testserver"})
        page = client.get(f"/cases/{case}").text
        form = client.get(f"/cases/{case}/messages/answer_checked")
    assert not [words for words in KEPT.values() if words in page]
    assert "被调用的流程：街镇审查" in page
    assert "被调用的流程：结果核对（正在这里办理）" in page
    assert page.count("<svg") >= 3
    assert "核对无误（彭溪街道）" in page
    assert form.status_code == 200
    assert "核对情况" in form.text


def test_a_case_inside_a_call_goes_on_under_a_newer_called_diagram(desk):
    case = ask(desk)
    renamed = STREET.replace("street_decides", "street_opines").replace("街镇审查意见", "街镇的审查意见")
    with desk.house.transaction() as tx:
        release = deploy_release(tx, bundle(street=renamed), Publication("test", {}))
        admin = administrator(tx)
    assert any("街镇的审查意见" in line for line in definitions.difference(bundle(), bundle(street=renamed)))
    with pytest.raises(Refused, match="街镇审查意见"):
        desk.do(migrate_case, MigrateCase(admin, case, release.hash))
    confirmed = frozenset({ElementId("street_decides")})
    desk.do(migrate_case, MigrateCase(admin, case, release.hash, confirmed))
    decide(desk, PENGXI, "agree")
    decide(desk, DONGLU, "agree")
    check(desk, case, "pengxi-office")
    check(desk, case, "donglu-office")
    assert [one["verdict"] for one in replies(desk, case)] == ["agree", "agree"]


CHECKED_TWICE = STREET.replace(
    '<bpmn:sequenceFlow id="flow_check" sourceRef="result_check" targetRef="street_done"/>',
    """<bpmn:sequenceFlow id="flow_check" sourceRef="result_check" targetRef="checked_again"/>
  <bpmn:callActivity id="checked_again" name="再次核对" calledElement="result_checked"><bpmn:extensionElements>
    <jc:input source="=place" target="answerer"/><jc:input source="=subject_matter" target="subject_matter"/>
    <jc:output source="=remark" target="checked"/></bpmn:extensionElements></bpmn:callActivity>
  <bpmn:sequenceFlow id="flow_again" sourceRef="checked_again" targetRef="street_done"/>""",
)


def test_a_renamed_call_keeps_what_was_begun_inside_it(desk):
    """Fault 25: forms and drafts of several calls are kept apart by the calls' names."""
    with desk.house.transaction() as tx:
        deploy_release(tx, bundle(street=CHECKED_TWICE), Publication("test", {}))
        admin = administrator(tx)
    case = ask(desk)
    decide(desk, PENGXI, "agree")
    decide(desk, DONGLU, "agree")
    check(desk, case, "pengxi-office/result_check", "初核无误")
    subject = f"message:{case}:answer_checked:donglu-office/result_check"
    with desk.house.transaction() as tx:
        cases.save_draft(tx, desk.actor(FINANCE), subject, {"check_words": "还在核对"})
        waiting = {one.id: (one.instance_key, one.due_at) for one in store.subscription.waiting(tx.db, case)}
    renamed = CHECKED_TWICE.replace('"result_check"', '"checked_first"')
    with desk.house.transaction() as tx:
        release = deploy_release(tx, bundle(street=renamed), Publication("test", {}))
    desk.do(migrate_case, MigrateCase(admin, case, release.hash))
    with desk.house.transaction() as tx:
        after = {one.id: (one.instance_key, one.due_at) for one in store.subscription.waiting(tx.db, case)}
        forms = {(row.form, row.key): row.data for row in store.form.rows_of(tx.db, case)}
        draft = store.form.draft(tx.db, FINANCE, subject.replace("result_check", "checked_first"))
    assert after == {key: (name.replace("result_check", "checked_first"), due) for key, (name, due) in waiting.items()}
    assert forms["check", "pengxi-office/checked_first"] == {"check_words": "初核无误"}
    assert draft is not None
    assert draft[0] == {"check_words": "还在核对"}
    check(desk, case, "donglu-office/checked_first", "初核无误")
    check(desk, case, "donglu-office/checked_again", "复核无误")
    check(desk, case, "pengxi-office/checked_again", "复核无误")
    assert [one["checked"] for one in replies(desk, case)] == ["复核无误（彭溪街道）", "复核无误（东麓街道）"]


def administrator(tx):
    for person in tx.organisation.directory.persons.values():
        for identity in cases.accounts.identities_of(tx, person.id):
            actor = cases.accounts.actor_of(tx, identity)
            if any(role.value == "流程管理员" for role in actor.roles):
                return actor
    raise AssertionError("the demo district has a process administrator")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"check": ""}, "result_checked.bpmn 放进同一个文件夹"),
        ({"street": STREET.replace('calledElement="result_checked"', 'calledElement="street_review"')}, "没有尽头"),
        ({"street": STREET.replace('process id="street_review"', 'process id="street_other"')}, "street_review.bpmn"),
        ({"main": MAIN.replace("street_review", "result_checked")}, "street_review.bpmn 没有调用活动调用"),
        ({"check": CHECK.replace("check_begins", "street_asked")}, "标识 street_asked 在本流程的两张图里都用了"),
    ],
)
def test_what_cannot_be_called_is_refused_by_its_name(desk, changed, said):
    with desk.house.transaction() as tx, pytest.raises(Invalid) as refused:
        deploy_release(tx, bundle(**changed), Publication("test", {}))
    assert [one for one in refused.value.findings if said in one.message and one.severity == "error"]
