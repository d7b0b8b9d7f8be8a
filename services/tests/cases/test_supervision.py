"""督办: the table of its states, who takes which step, its doors, its clock."""

from __future__ import annotations

from datetime import date

import pytest
from test_calendar_changes import confirm, propose
from test_circulation import consulted, finds, inside_item, page
from test_closed_doors import SECRET
from test_consultation import PENGXI, ask
from test_handing import JUSTICE_HEAD, begin
from test_joint_steps import ASKER, REVIEWER, desk, events
from test_races import together

from jiecheng import cases, store
from jiecheng.cases import supervision
from jiecheng.cases.supervision_view import list_supervisions
from jiecheng.model.errors import Invalid, NotFound, Refused
from jiecheng.model.ids import IdentityId
from jiecheng.model.supervision import OWNERS_COMMANDS, SUPERVISION_LIFECYCLE, SupervisionState

__all__ = ["consulted", "desk"]
OWNER, HANDLER, OTHER = JUSTICE_HEAD, REVIEWER, IdentityId("i-xushuning")
PARTY_SECRETARY, DISTRICT_HEAD = IdentityId("i-zhouliyan"), IdentityId("i-linqinghe")
STEPS = ("assign_supervision", "receive_supervision", "answer_supervision")


def supervise(office, case, who=OWNER, operation="", **values):
    values = {"demand": "说明原因", "days": 3, **values}
    return office.do(
        supervision.supervise_case, supervision.SuperviseCase(office.actor(who), case, operation=operation, **values)
    )


def take(office, command, row, who=None, operation="", to=HANDLER):
    """Give one command; by the one whose step it is, where nobody is named."""
    actor = office.actor(who or (OWNER if command in OWNERS_COMMANDS else row.handler or HANDLER))
    made = {
        "assign_supervision": lambda: supervision.AssignSupervision(actor, row.id, to, operation=operation),
        "receive_supervision": lambda: supervision.ReceiveSupervision(actor, row.id, operation),
        "answer_supervision": lambda: supervision.AnswerSupervision(actor, row.id, "明天办结", operation),
        "return_supervision": lambda: supervision.ReturnSupervision(actor, row.id, "写明哪一天", 2, operation),
        "close_supervision": lambda: supervision.CloseSupervision(actor, row.id, "同意", operation),
    }[command]()
    return office.do(getattr(supervision, command), made)


def latest(office, case):
    with office.house.transaction() as tx:
        return store.supervision.of_case(tx.db, case)[-1]


def bring(office, case, state):
    """To this state, each step by the one whose it is."""
    supervise(office, case)
    for command in (*STEPS, "close_supervision"):
        if latest(office, case).state is state:
            return latest(office, case)
        take(office, command, latest(office, case))
    return latest(office, case)


@pytest.mark.parametrize("state", SupervisionState)
def test_each_state_takes_the_commands_of_its_row_and_no_other(desk, state):
    case = begin(desk)
    for command in SUPERVISION_LIFECYCLE[SupervisionState.ANSWERED] | dict.fromkeys(STEPS):
        row = bring(desk, case, state)
        before = (latest(desk, case), len(events(desk, case)))
        if command in SUPERVISION_LIFECYCLE[state]:
            take(desk, command, row)
            assert latest(desk, case).state is SUPERVISION_LIFECYCLE[state][command]
        else:
            with pytest.raises(Refused):
                take(desk, command, row)
            assert (latest(desk, case), len(events(desk, case))) == before


def test_pressed_twice_each_step_is_taken_once(desk):
    case = begin(desk)
    assert supervise(desk, case, operation="open") == supervise(desk, case, operation="open")
    for command in (*STEPS, "close_supervision"):
        row = latest(desk, case)
        assert take(desk, command, row, operation=command) == take(desk, command, row, operation=command)
    kinds = [one.type for one in events(desk, case) if one.type.startswith("supervision")]
    assert len(kinds) == len(set(kinds)) == 5


def test_sent_back_and_closed_in_the_same_second_is_one_of_both(desk):
    case = begin(desk)
    row = bring(desk, case, SupervisionState.ANSWERED)
    results = together(lambda: take(desk, "return_supervision", row), lambda: take(desk, "close_supervision", row))
    assert sorted(type(one).__name__ for one in results) == ["Answer", "Refused"]


@pytest.mark.parametrize("command", [*STEPS, "return_supervision", "close_supervision"])
def test_nobody_takes_another_persons_step(desk, command):
    case = begin(desk)
    state = next(one for one, row in SUPERVISION_LIFECYCLE.items() if command in row)
    row = bring(desk, case, state)
    with pytest.raises(NotFound):
        take(desk, command, row, who=OTHER)
    with pytest.raises(Refused, match="只有"):
        take(desk, command, row, who=ASKER)
    assert latest(desk, case).state is state


def test_who_may_open_one(desk):
    case = begin(desk)
    supervise(desk, case, who=IdentityId("i-lumuqing"))  # the process administrator
    for who, words in ((ASKER, "只有承办人的上级"), (REVIEWER, "只有承办人的上级")):
        with pytest.raises(Refused, match=words):
            supervise(desk, case, who=who)
    with pytest.raises(NotFound):
        supervise(desk, case, who=OTHER)
    with desk.house.transaction() as tx:
        store.setting.put(tx.db, supervision.INSPECTING_POSTS[0], "干部科科长")
    supervise(desk, case, who=OTHER)


def test_a_limit_is_days_or_a_day_to_come(desk):
    case = begin(desk)
    for values in ({"days": None}, {"due": date(2026, 3, 9)}, {"days": None, "due": date(2026, 3, 1)}, {"days": 0}):
        with pytest.raises(Invalid):
            supervise(desk, case, **values)
    with pytest.raises(Invalid, match="督办的要求"):
        supervise(desk, case, demand=" ")
    supervise(desk, case, days=None, due=date(2026, 3, 9))
    take(desk, "assign_supervision", latest(desk, case))
    assert latest(desk, case).due_at.date() == date(2026, 3, 9)


def test_an_ended_case_is_not_supervised_and_a_running_supervision_outlives_it(desk):
    case = begin(desk)
    row = bring(desk, case, SupervisionState.RECEIVED)
    desk.do(cases.withdraw_case, cases.WithdrawCase(desk.actor(ASKER), case, "不办了"))
    with pytest.raises(Refused, match="不能再立项督办"):
        supervise(desk, case)
    take(desk, "answer_supervision", row)
    take(desk, "close_supervision", row)
    assert latest(desk, case).state is SupervisionState.CLOSED


def test_the_handler_reads_the_case_until_another_has_it(desk):
    case = begin(desk)
    supervise(desk, case)
    assert finds(desk, OTHER) == []
    take(desk, "assign_supervision", latest(desk, case), to=OTHER)
    assert desk.case(case, OTHER).ground == "督办"
    assert finds(desk, OTHER) == [case]
    take(desk, "assign_supervision", latest(desk, case), to=HANDLER)
    assert finds(desk, OTHER) == []
    with pytest.raises(NotFound):
        desk.case(case, OTHER)


def test_while_the_case_is_held_the_supervision_is_not(desk, clock):
    case = begin(desk)
    row = bring(desk, case, SupervisionState.ASSIGNED)
    desk.do(cases.hold_case, cases.HoldCase(desk.actor("i-lumuqing"), case, "等候答复", "会议决定"))
    clock.move(days=5)
    at = cases.clockwork.Desk(desk.house)
    for reminder in at.due_reminder_ids():
        at.send_reminder(reminder)
        at.send_reminder(reminder)  # sent twice it is sent once
    assert [one.type for one in events(desk, case)].count("supervision_overdue") == 1
    assert row.id


def test_a_superior_before_the_door_supervises_the_door(consulted):
    case = ask(consulted, ["pengxi-office"])
    inside_item(consulted, case)
    consulted.run_flows()
    supervise(consulted, case, who=IdentityId("i-lumuqing"), demand="请按期答复")
    row = latest(consulted, case)
    assert (row.name.partition("（")[0], row.compartment) == ("街镇内部研究", "")
    supervise(consulted, case, who=PARTY_SECRETARY, demand=SECRET)
    inner = latest(consulted, case)
    assert inner.compartment == "pengxi-party"
    with pytest.raises(Refused, match="不是这个机关的人"):
        take(consulted, "assign_supervision", inner, who=PARTY_SECRETARY, to=OTHER)
    take(consulted, "assign_supervision", inner, who=PARTY_SECRETARY, to=PENGXI)
    assert SECRET in page(consulted, case, PENGXI)
    for outsider in (IdentityId("i-caochengze"), IdentityId("i-lumuqing")):
        assert SECRET not in page(consulted, case, outsider)


def test_the_lists_are_mine_late_ones_and_my_organs_without_what_i_may_not_read(desk, clock):
    case = begin(desk)
    bring(desk, case, SupervisionState.ASSIGNED)

    def listed(who, which):
        with desk.house.transaction() as tx:
            return list_supervisions(tx, cases.accounts.actor_of(tx, who), which).rows

    assert [row.title for row in listed(HANDLER, "mine")] == ["会审：停车收费"]
    assert listed(HANDLER, "overdue") == []
    colleague = IdentityId("i-lvzijin")
    assert listed(colleague, "mine") == []
    assert [(row.title, row.demand, row.readable) for row in listed(colleague, "organ")] == [("", "", False)]
    assert listed(OTHER, "organ") == []
    clock.move(days=10)
    assert [row.overdue for row in listed(HANDLER, "overdue")] == [True]


def test_another_calendar_moves_what_is_owed_in_working_days_with_its_reminders_and_nothing_else(desk):
    counted, by_day, over = (begin(desk) for _ in range(3))
    for case in (counted, over):
        bring(desk, case, SupervisionState.ASSIGNED)  # Monday 2 March 2026, three working days
    for command in ("receive_supervision", "answer_supervision"):
        take(desk, command, latest(desk, over))
    supervise(desk, by_day, days=None, due=date(2026, 3, 5))
    take(desk, "assign_supervision", latest(desk, by_day))
    before = [latest(desk, case) for case in (by_day, over)]
    found = propose(desk, date(2026, 3, 4))
    assert [one.supervision.case for one in found.effect.answers] == [counted]
    confirm(desk, found)
    assert latest(desk, counted).due_at.astimezone(cases.BEIJING).date() == date(2026, 3, 6)
    assert [latest(desk, case) for case in (by_day, over)] == before
    with desk.house.transaction() as tx:
        rows = tx.db.connection.exec_driver_sql(
            "SELECT kind, due_at FROM reminders WHERE supervision_id = %(one)s AND state = 'waiting' ORDER BY due_at",
            {"one": latest(desk, counted).id},
        ).all()
    days = [(row.kind, row.due_at.astimezone(cases.BEIJING).date()) for row in rows]
    assert days == [("before_due", date(2026, 3, 5)), ("overdue", date(2026, 3, 6))]
    moved = [one for one in events(desk, counted) if one.type == "limit_recounted" and "supervision" in one.public]
    assert [(one.public["due_before"], one.public["due"]) for one in moved] == [("2026-03-05", "2026-03-06")]
