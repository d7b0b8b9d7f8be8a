"""Limits: reminders before, at and after them; explained day by day; and what an administrator does about trouble."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from jiecheng import cases, outbox, store
from jiecheng.cases.machinery import show_machinery
from jiecheng.model.errors import Refused
from jiecheng.model.ids import IdentityId

ADMINISTRATOR = IdentityId("i-lumuqing")
SYSTEM_ADMINISTRATOR = IdentityId("i-fangsongnian")


def remind(office):
    desk = cases.clockwork.Desk(office.house)
    for reminder in desk.due_reminder_ids():
        desk.send_reminder(reminder)
    for entry in desk.claim_outbox("test"):
        desk.deliver(entry, "test")


def notices(office, identity):
    with office.house.transaction() as tx:
        actor = cases.accounts.actor_of(tx, identity)
        return [row.text for row in cases.inbox.list_notices(tx, actor).rows]


def test_a_limit_is_explained_day_by_day(office):
    office.start()
    item = office.items(office.LENT)[0]
    with office.house.transaction() as tx:
        view = cases.explain_due(tx, cases.accounts.actor_of(tx, office.LENT), item)
    # Monday 2 March 2026; the day after receipt is day 1, three working days.
    assert (view.received, view.working_days, view.due.date) == (date(2026, 3, 2), 3, date(2026, 3, 5))
    assert [day for day, counted, _ in view.due.steps if counted] == [
        date(2026, 3, 3),
        date(2026, 3, 4),
        date(2026, 3, 5),
    ]


def test_reminder_before_overdue_to_the_superior_then_supervision(office, clock):
    case = office.start().case
    clock.now = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
    remind(office)
    assert [text for text in notices(office, office.LENT) if "即将到期" in text]
    assert notices(office, office.SECTION_HEAD) == []
    clock.now = datetime(2026, 3, 5, 10, 0, tzinfo=UTC)
    remind(office)
    assert [text for text in notices(office, office.LENT) if "已超期" in text]
    assert [text for text in notices(office, office.SECTION_HEAD) if "已超期" in text]
    clock.now = datetime(2026, 3, 9, 2, 0, tzinfo=UTC)
    remind(office)
    assert [text for text in notices(office, ADMINISTRATOR) if "督办" in text]
    # Whoever is late is told to get on with it, not to see to himself.
    assert [text for text in notices(office, office.LENT) if "已报上级，请尽快办理" in text]
    assert not [text for text in notices(office, office.LENT) if "请督办" in text]
    with office.house.transaction() as tx:
        overdue = [one.public["stage"] for one in cases.history.events_of(tx, case) if one.type == "task_overdue"]
    assert overdue == ["overdue", "supervise"]


def test_nobody_is_reminded_of_a_task_that_is_done(office, clock):
    office.start()
    office.decide(office.LENT, "agree")
    clock.now = datetime(2026, 3, 9, 2, 0, tzinfo=UTC)
    desk = cases.clockwork.Desk(office.house)
    for reminder in desk.due_reminder_ids():
        desk.send_reminder(reminder)
    desk.claim_outbox("test")
    assert notices(office, office.LENT) == []


def test_silence_decides_nothing(office, clock):
    case = office.start().case
    clock.move(days=60)
    remind(office)
    office.run_flows()
    assert [step.name for step in office.case(case).steps if step.state == "open"] == ["本人意见"]


def test_one_digest_a_person_and_morning(office, clock):
    office.start()
    desk = cases.clockwork.Desk(office.house)
    desk.send_digest()
    desk.send_digest()
    assert notices(office, office.LENT) == ["今日待办 1 件。"]
    clock.move(days=7)
    desk.send_digest()
    assert notices(office, office.LENT)[0] == "今日待办 1 件，其中超期 1 件，请先办理。"


def vacate(office, identity):
    with office.house.transaction() as tx:
        known = store.directory.load(tx.db)
        left = replace(known.identities[identity], valid_to=date(2026, 2, 1))
        store.directory.replace(tx.db, replace(known, identities={**known.identities, identity: left}))
    return known


def test_a_vacant_post_is_an_incident_that_is_retried_when_the_post_is_filled(office):
    before = vacate(office, office.FILING)
    office.bring_to_committee()
    case = office.committee_agrees()
    assert case.holders[0].people == ()
    administrator = office.actor(ADMINISTRATOR)
    with office.house.transaction() as tx:
        (incident,) = cases.incident.list_incidents(tx, administrator)
        assert cases.inbox.counts(tx, administrator).incidents == 1
        assert cases.inbox.counts(tx, office.actor(office.SECRETARY)).incidents == 0
    assert "没有找到承办人" in incident.message
    office.run_flows()
    (told,) = notices(office, ADMINISTRATOR)
    assert incident.message in told
    assert "空缺与异常" in told
    retry = cases.ResolveIncident(administrator, incident.id, "已请组织部明确科长人选")
    with pytest.raises(Refused, match="仍然空缺"):
        office.do(cases.resolve_incident, retry)
    with office.house.transaction() as tx:
        store.directory.replace(tx.db, before)
    office.do(cases.resolve_incident, retry)
    assert len(office.items(office.FILING)) == 1
    assert "已请组织部明确科长人选" in [one.detail for one in office.case(case.case).timeline]
    with office.house.transaction() as tx:
        assert cases.incident.list_incidents(tx, administrator) == []
        assert cases.inbox.counts(tx, administrator).incidents == 0


def test_a_delivery_that_fails_for_good_is_an_incident_with_its_words_and_can_be_retried(office, clock, monkeypatch):
    office.start()
    clock.now = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
    desk = cases.clockwork.Desk(office.house)
    for reminder in desk.due_reminder_ids():
        desk.send_reminder(reminder)

    def broken(*_):
        raise OSError("磁盘已满")

    monkeypatch.setitem(cases.clockwork.DELIVERIES, "notice", broken)
    for _ in range(outbox.MOST_ATTEMPTS):
        (entry,) = desk.claim_outbox("test")
        with pytest.raises(OSError, match="磁盘已满"):
            desk.deliver(entry, "test")
        desk.fail(entry, "test", "deliver: OSError")
        clock.now += timedelta(minutes=10)
    assert desk.claim_outbox("test") == []
    administrator = office.actor(ADMINISTRATOR)
    with office.house.transaction() as tx:
        (incident,) = cases.incident.list_incidents(tx, administrator)
    assert "磁盘已满" in incident.message
    monkeypatch.undo()
    with pytest.raises(Refused, match="请写明"):
        office.do(cases.resolve_incident, cases.ResolveIncident(administrator, incident.id, " "))
    office.do(cases.resolve_incident, cases.ResolveIncident(administrator, incident.id, "已清理磁盘"))
    (entry,) = desk.claim_outbox("test")
    desk.deliver(entry, "test")
    assert len(notices(office, office.LENT)) == 1


def test_the_system_administrator_sees_counts_and_no_case(office):
    case = office.start().case
    actor = office.actor(SYSTEM_ADMINISTRATOR)
    with office.house.transaction() as tx:
        assert show_machinery(tx, actor).incidents == 0
        with pytest.raises(Refused):
            cases.incident.list_incidents(tx, actor)
    with pytest.raises(Exception, match="没有这件办件"):
        office.case(case, SYSTEM_ADMINISTRATOR)
