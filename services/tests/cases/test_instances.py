"""Each organ of a fan-out has its own clock and sends its own messages; what it writes is on record."""

from __future__ import annotations

import pytest
from consult_process import PROCESS, bundle, fuller
from test_consultation import DONGLU, FINANCE, LIUWAN, PENGXI, ask, fan, reply, study

from jiecheng import cases, store
from jiecheng.cases.fanout import FanState
from jiecheng.cases.message import CorrelateMessage, MessageAt
from jiecheng.cases.release import Publication, deploy_release
from jiecheng.model.errors import NotFound, Refused
from jiecheng.model.ids import ElementId

STOP = ElementId("street_steps_out")


@pytest.fixture
def desk(office):
    with office.house.transaction() as tx:
        deploy_release(tx, bundle(fuller()), Publication("test", {}))
    return office


def begin(desk, who):
    """Through the doors to the reply; the paper inside is issued on the way."""
    secret = f"{who}的内部意见"
    desk.decide(who, "submit", data={"inner_words": secret})
    desk.run_flows()
    item = desk.items(who)[0]
    with desk.house.transaction() as tx:
        view = cases.show_item(tx, cases.accounts.actor_of(tx, who), item)
    from test_consultation import cases_ballot

    desk.decide(who, "agree", item=item, ballots=[cases_ballot(one.identity, "agree") for one in view.meeting.members])


def stop(desk, case, who, instance=""):
    command = CorrelateMessage(desk.actor(who), case, STOP, {"stop_words": f"{who}停用"}, instance=instance)
    return desk.do(cases.correlate_message, command)


def replies(desk, case):
    with desk.house.transaction() as tx:
        return store.case.get(tx.db, case).variables["replies"]


def test_the_clock_of_one_organ_ends_only_that_organ(desk, clock):
    case = ask(desk)
    begin(desk, PENGXI)
    clock.move(days=5)
    desk.run_flows()
    table = fan(desk, case)
    assert {row.label: row.state for row in table.rows} == {
        "彭溪街道": FanState.OPEN,
        "东麓街道": FanState.SILENT,
        "柳湾街道": FanState.SILENT,
    }
    assert desk.items(DONGLU) == desk.items(LIUWAN) == []
    reply(desk, PENGXI, "彭溪同意")
    assert [one and one["street"] for one in replies(desk, case)] == ["彭溪街道", None, None]


def test_two_organs_that_wait_for_the_same_message_each_send_their_own(desk):
    case = ask(desk)
    for who in (DONGLU, PENGXI):
        begin(desk, who)
    assert [one.instance for one in desk.case(case, DONGLU).messages] == ["donglu-office"]
    assert [one.name for one in desk.case(case, DONGLU).messages] == ["停用（东麓街道）"]
    with pytest.raises(Refused, match="由郑嘉树"):
        stop(desk, case, DONGLU, "pengxi-office")
    with pytest.raises(Refused, match="不接受"):
        stop(desk, case, DONGLU, "liuwan-office")
    stop(desk, case, DONGLU)
    assert {row.label: row.state for row in fan(desk, case).rows}["彭溪街道"] is FanState.OPEN
    reply(desk, PENGXI, "彭溪同意")
    begin(desk, LIUWAN)
    stop(desk, case, LIUWAN, "liuwan-office")
    assert [(one["street"], one["position"]) for one in replies(desk, case)] == [
        ("彭溪街道", "agree"),
        ("东麓街道", "stop"),
        ("柳湾街道", "stop"),
    ]


def test_who_may_send_for_several_organs_must_say_for_which(office):
    senders = '<jc:assignment resolver="party_organ_post" street="=street.street" post="党政办公室主任"/>\n        <jc:form name="stop"'
    process = fuller()
    assert senders in process
    process = process.replace(senders, '<jc:assignment resolver="initiator"/>\n        <jc:form name="stop"')
    with office.house.transaction() as tx:
        deploy_release(tx, bundle(process), Publication("test", {}))
    case = ask(office)
    for who in (DONGLU, PENGXI):
        begin(office, who)
    with pytest.raises(Refused, match="「停用（彭溪街道）」"):
        stop(office, case, FINANCE)
    stop(office, case, FINANCE, "pengxi-office")
    stop(office, case, FINANCE)  # only one is left
    assert office.items(PENGXI) == office.items(DONGLU) == []


def test_the_page_and_the_draft_of_a_message_are_of_one_organ(desk):
    case = ask(desk)
    for who in (DONGLU, PENGXI):
        begin(desk, who)
    with desk.house.transaction() as tx:
        for who, organ, name in ((DONGLU, "donglu-office", "东麓街道"), (PENGXI, "pengxi-office", "彭溪街道")):
            view = cases.show_message(tx, cases.accounts.actor_of(tx, who), MessageAt(case, STOP, organ))
            assert (view.name, view.instance) == (f"停用（{name}）", organ)
            assert view.draft_subject.endswith(f":{organ}")
        with pytest.raises(NotFound):
            cases.show_message(tx, cases.accounts.actor_of(tx, desk.STRANGER), MessageAt(case, STOP, "donglu-office"))


def test_what_is_written_inside_an_instance_is_on_record(desk):
    case = ask(desk)
    begin(desk, PENGXI)
    reply(desk, PENGXI, "彭溪同意")
    with desk.house.transaction() as tx:
        history = cases.history.show_history(tx, cases.accounts.actor_of(tx, desk.AUDITOR), case)
    written = {
        (row.public.get("instance"), change.path): change.new
        for row in history.rows
        if row.event == "case_advanced"
        for change in row.changes
    }
    assert written["pengxi-office", "variables.position"] == "agree"
    assert written["pengxi-office", "variables.inner_words_seen"] == f"{PENGXI}的内部意见"


def test_organs_whose_turn_has_not_come_are_shown_as_not_begun(office):
    process = PROCESS.replace(
        "<bpmn:multiInstanceLoopCharacteristics>", '<bpmn:multiInstanceLoopCharacteristics isSequential="true">'
    )
    with office.house.transaction() as tx:
        deploy_release(tx, bundle(process), Publication("test", {}))
    case = ask(office)
    table = fan(office, case)
    assert [(row.label, row.state) for row in table.rows] == [
        ("彭溪街道", FanState.OPEN),
        ("东麓街道", FanState.WAITING),
        ("柳湾街道", FanState.WAITING),
    ]
    assert table.unanswered == ("彭溪街道", "东麓街道", "柳湾街道")
    study(office, PENGXI)
    reply(office, PENGXI, "同意")
    assert [row.state for row in fan(office, case).rows] == [FanState.ANSWERED, FanState.OPEN, FanState.WAITING]
