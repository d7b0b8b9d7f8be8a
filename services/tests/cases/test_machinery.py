"""运行情况: an administrator sees what runs by itself, when it ran, how it ended and when it runs next; nobody else does."""

from datetime import UTC, datetime, time

import psycopg
import pytest

from jiecheng import cases
from jiecheng.cases.machinery import SILENT, show_machinery
from jiecheng.model.errors import Refused
from jiecheng.model.flow import DeclaredFlow
from jiecheng.model.ids import IdentityId

SYSTEM_ADMINISTRATOR = IdentityId("i-fangsongnian")
ADMINISTRATOR = IdentityId("i-lumuqing")
FLOWS = (
    DeclaredFlow("drain-outbox", "送达通知", "有通知时", "再试", "通知"),
    DeclaredFlow("send-due-reminders", "提醒", "有待办临期时", "再试", "通知"),
    DeclaredFlow("verify-ledger", "校验历史", "每天凌晨", "不再试", "只读", time(18, 30)),
)


@pytest.fixture
def desk(office):
    return cases.clockwork.Desk(office.house)


def look(office, who=SYSTEM_ADMINISTRATOR):
    with office.house.transaction() as tx:
        return show_machinery(tx, office.actor(who))


def test_before_any_worker_came_the_page_says_so(office):
    seen = look(office)
    assert not seen.alive
    assert seen.last_seen is None
    assert seen.flows == []
    with pytest.raises(Refused, match="只有系统管理员和流程管理员"):
        look(office, office.LENT)


def test_each_flow_with_its_last_run_and_its_next(office, desk, clock):
    assert not desk.beat("甲", "")  # nobody knows it yet: it has to sign in
    desk.sign_in("甲", FLOWS)
    office.start()  # a limit runs: somebody is to be reminded of it
    drain, remind, verify = look(office).flows
    assert drain.last is None
    assert drain.next_at is None
    assert remind.next_at > clock.now
    assert verify.next_at == datetime(2026, 3, 2, 18, 30, tzinfo=UTC)

    desk.run_begun("甲", "drain-outbox")
    assert look(office).flows[0].last.state == "running"
    desk.run_ended("甲", "drain-outbox", 3, "")
    for _ in range(2):
        desk.run_begun("甲", "verify-ledger")
        desk.run_ended("甲", "verify-ledger", 0, "2 件的历史校验不通过")
    drain, _, verify = look(office).flows
    assert (drain.last.state, drain.last.handled) == ("done", 3)
    assert (verify.last.state, verify.last.failures, verify.last.error) == ("failed", 2, "2 件的历史校验不通过")
    desk.run_ended("甲", "verify-ledger", 9, "")
    assert look(office).flows[2].last.failures == 0


def test_a_worker_that_fell_silent_is_not_there_and_its_run_was_cut_off(office, desk, clock):
    desk.sign_in("甲", FLOWS)
    assert desk.beat("甲", "ConnectionError")
    (alive,) = look(office).alive
    assert alive.trouble == "ConnectionError"
    desk.run_begun("甲", "drain-outbox")
    begun = clock.now
    clock.now += 2 * SILENT
    gone = look(office)
    assert not gone.alive
    assert gone.last_seen == begun
    assert gone.flows[0].cut_off

    desk.sign_in("乙", FLOWS)
    desk.run_begun("乙", "drain-outbox")
    desk.run_ended("乙", "drain-outbox", 1, "")
    after = look(office)
    assert [one.name for one in after.alive] == ["乙"]
    assert not after.flows[0].cut_off
    clock.move(days=8)
    desk.sign_in("丙", FLOWS)
    assert not desk.beat("甲", "")  # forgotten: whoever is there after all signs in again


def test_damage_found_at_night_is_an_incident_once_until_it_is_whole_again(office, desk, district_url):
    case = office.start().case
    owner = psycopg.connect(district_url, autocommit=True)

    def put(old, new):
        owner.execute("ALTER TABLE history_events DISABLE TRIGGER USER")
        change = "UPDATE history_events SET leaf = replace(leaf, %s, %s) WHERE case_id = %s AND seq = 1"
        assert owner.execute(change, (old, new, case)).rowcount == 1
        owner.execute("ALTER TABLE history_events ENABLE TRIGGER USER")

    put('"type"', '"tYpe"')
    for _ in range(2):
        (fault,) = desk.verify_all().faults
    with office.house.transaction() as tx:
        (row,) = cases.incident.list_incidents(tx, office.actor(ADMINISTRATOR))
        assert fault in row.message
    put('"tYpe"', '"type"')
    assert not desk.verify_all().faults
    with office.house.transaction() as tx:
        assert not cases.incident.list_incidents(tx, office.actor(ADMINISTRATOR))
    owner.close()
