"""A change of the working days moves limits, reminders and timers in one press; whoever looks first sees just that."""

import threading
from datetime import UTC, date, datetime

import pytest

from jiecheng import cases, store
from jiecheng.calendar import Day
from jiecheng.cases import BEIJING, calendar
from jiecheng.definitions import counted_in_working_days
from jiecheng.model.errors import Invalid, Refused
from jiecheng.model.ids import IdentityId

KEEPER = IdentityId("i-fangsongnian")


def propose(office, day, working=False, name="防汛停工"):
    keeper = office.actor(KEEPER)
    return office.do(calendar.propose_day, calendar.ProposeDay(keeper, day, working, name))


def confirm(office, proposal):
    keeper = office.actor(KEEPER)
    with office.house.transaction() as tx:
        return calendar.confirm_change(tx, keeper, proposal.id)


def due(office, case):
    with office.house.transaction() as tx:
        return store.task.open_of_case(tx.db, case)[0].due_at.astimezone(BEIJING).date()


def reminders(office, case):
    with office.house.transaction() as tx:
        rows = tx.db.connection.exec_driver_sql(
            "SELECT kind, due_at FROM reminders WHERE case_id = %s AND state = 'waiting' ORDER BY due_at", (case,)
        )
        return [(row.kind, row.due_at.astimezone(BEIJING).date()) for row in rows]


def events(office, case, kind):
    with office.house.transaction() as tx:
        return [one for one in cases.history.events_of(tx, case) if one.type == kind]


def test_a_look_changes_nothing_and_the_press_moves_limit_reminders_and_history(office):
    case = office.start().case  # Monday 2 March 2026, three working days
    found = propose(office, date(2026, 3, 4))
    assert found.effect.sentence == "1 件待办的期限改日子，通知承办人。"
    (one,) = found.effect.moved
    assert (one.before, one.after.date) == (date(2026, 3, 5), date(2026, 3, 6))
    assert due(office, case) == date(2026, 3, 5)
    assert "1 件待办、督办的期限改了日子" in confirm(office, found)
    assert due(office, case) == date(2026, 3, 6)
    assert [kind for kind, _ in reminders(office, case)] == ["before_due", "overdue", "supervise"]
    assert [day for _, day in reminders(office, case)] == [date(2026, 3, 5), date(2026, 3, 6), date(2026, 3, 10)]
    (event,) = events(office, case, "limit_recounted")
    assert (event.public["due_before"], event.public["due"]) == ("2026-03-05", "2026-03-06")
    assert event.personal["actor.name"] == "系统"
    office.run_flows()
    with office.house.transaction() as tx:
        actor = cases.accounts.actor_of(tx, office.LENT)
        texts = [row.text for row in cases.inbox.list_notices(tx, actor).rows]
    assert [one for one in texts if "由 2026-03-05 改为 2026-03-06：本区 2026-03-04 放假（防汛停工）" in one]
    with office.house.transaction() as tx:
        view = cases.explain_due(tx, cases.accounts.actor_of(tx, office.LENT), office.items(office.LENT)[0])
    assert "本区放假：防汛停工" in next(step[2] for step in view.due.steps if step[0] == date(2026, 3, 4))


def test_a_day_given_back_moves_everything_back(office):
    case = office.start().case
    confirm(office, propose(office, date(2026, 3, 4)))
    confirm(office, propose(office, date(2026, 3, 4), None, ""))
    assert due(office, case) == date(2026, 3, 5)
    with pytest.raises(Invalid, match="不是本区另定的日子"):
        propose(office, date(2026, 3, 4), None, "")


def test_the_district_s_own_day_stays_over_a_published_year(office):
    confirm(office, propose(office, date(2026, 3, 4)))
    with office.house.transaction() as tx:
        keeper = cases.accounts.actor_of(tx, KEEPER)
        found = calendar.propose_days(tx, keeper, 2026, [Day(date(2026, 1, 1), False, name="元旦放假")])
    confirm(office, found)
    with office.house.transaction() as tx:
        assert not tx.working_days.day(date(2026, 3, 4)).working
        assert tx.working_days.day(date(2026, 2, 17)).working, "the Spring Festival was not in that paper"


def test_pressed_twice_and_by_two_at_once_it_is_done_once(office):
    case = office.start().case
    found = propose(office, date(2026, 3, 4))
    said = []
    threads = [threading.Thread(target=lambda: said.append(confirm(office, found))) for _ in range(3)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(set(said)) == 1
    assert len(said) == 3
    assert len(events(office, case, "limit_recounted")) == 1


def test_a_proposal_looked_at_before_another_change_must_be_looked_at_again(office):
    early = propose(office, date(2026, 3, 5), name="停电")
    confirm(office, propose(office, date(2026, 3, 4)))
    with pytest.raises(Refused, match="重新核对"):
        confirm(office, early)


def test_a_held_case_counts_by_the_new_calendar_when_it_resumes(office, clock):
    case = office.start().case
    administrator = office.actor(IdentityId("i-lumuqing"))
    office.do(cases.hold_case, cases.HoldCase(administrator, case, "等材料", "通知"))
    found = propose(office, date(2026, 3, 4))
    assert found.effect.moved == []
    confirm(office, found)
    office.do(cases.resume_case, cases.ResumeCase(administrator, case))
    assert due(office, case) == date(2026, 3, 6)


def test_what_is_said_already_is_not_said_again(office, clock):
    case = office.start().case
    clock.now = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
    desk = cases.clockwork.Desk(office.house)
    for one in desk.due_reminder_ids():
        desk.send_reminder(one)
    assert [kind for kind, _ in reminders(office, case)] == ["overdue", "supervise"]
    confirm(office, propose(office, date(2026, 3, 9)))  # only the supervision moves, and the limit stays
    confirm(office, propose(office, date(2026, 3, 3)))  # after the fact: the day before yesterday was none
    assert due(office, case) == date(2026, 3, 6)
    assert [kind for kind, _ in reminders(office, case)] == ["before_due", "overdue", "supervise"]


def test_only_the_system_administrator_changes_and_everybody_looks(office):
    with pytest.raises(Refused, match="只有系统管理员"):
        office.do(calendar.propose_day, calendar.ProposeDay(office.actor(office.LENT), date(2026, 3, 4), False, "休息"))
    with office.house.transaction() as tx:
        view = calendar.show_year(tx, cases.accounts.actor_of(tx, office.LENT), 2026)
    assert not view.may_change
    assert (view.working_days, view.provisional, len(view.months)) == (248, False, 12)


def test_timers_counted_in_working_days_are_told_from_plain_dates(house):
    with house.transaction() as tx:
        found = {
            process: counted_in_working_days(deployed.definition, deployed.release.bundle)
            for process, release in tx.latest_releases().items()
            if (deployed := tx.release(release))
        }
    assert found["appointment_consent"].variables == {"reply_due"}
    assert len(found["appointment_consent"].timers) == 1
    assert found["staff_loan"].timers == frozenset(), "a loan ends on its date, whatever day that is"
