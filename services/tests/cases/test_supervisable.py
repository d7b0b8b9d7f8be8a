"""Whoever supervises picks from a list: whose it is, what it says of what he may not read, and numbers as people type them."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, event
from test_circulation import consulted, inside_item
from test_consultation import ask
from test_handing import JUSTICE_HEAD, begin
from test_joint_steps import ASKER, REVIEWER, desk, events
from test_races import together
from test_supervision import OTHER, PARTY_SECRETARY, latest, supervise

from jiecheng import cases, directory, store
from jiecheng.cases.escalated import LEVELS, superiors_of
from jiecheng.cases.supervisable import choose, list_supervisable, why_not_listed
from jiecheng.model.errors import Invalid, NotFound, Refused
from jiecheng.model.ids import IdentityId
from jiecheng.model.number import as_written
from jiecheng.store.wire import Wire

__all__ = ["consulted", "desk"]
INSPECTOR = IdentityId("i-peijianzhou")


def picked(office, who, text="", limit=30):
    """The list, page after page."""
    rows, key = [], ""
    while True:
        with office.house.transaction() as tx:
            page = list_supervisable(tx, cases.accounts.actor_of(tx, who), text, key, limit)
        rows += page.rows
        key = page.next_key
        if not key:
            return rows


@pytest.mark.parametrize(
    "typed",
    [
        "借调〔2026〕12号",
        " 借调[2026]12",
        "借调（２０２６）第０１２号",
        "借调【2026】12号。",
        "借调 2026 12",
        "借调2026-12号",
    ],
)
def test_a_number_is_understood_however_it_is_typed(typed):
    assert as_written(typed) == "借调〔2026〕12号"


@pytest.mark.parametrize("text", ["会审：停车收费", "2026", "借调2026", "张三 12", ""])
def test_what_is_no_number_stays_what_it_is(text):
    assert as_written(text) == text


def test_who_is_below_is_who_has_him_above(desk):
    with desk.house.transaction() as tx:
        known = tx.organisation
        staff = [one.id for one in known.directory.identities.values() if known.in_office(one, tx.today)]
        above = {one: set(superiors_of(tx, one)) for one in staff}
        for boss in set().union(*above.values()):
            expected = {one for one in staff if boss in above[one]}
            assert directory.people_below(known, [boss], LEVELS, tx.today) == expected, boss


def test_a_superior_picks_among_his_people_and_reads_no_title_that_is_not_for_him(desk):
    case = begin(desk)
    (row,) = picked(desk, JUSTICE_HEAD)
    assert (row.case, row.handler.partition("（")[0], row.supervised) == (case, "宋明理", False)
    (seen,) = picked(desk, INSPECTOR)
    assert (seen.title, seen.process) == ("", "联合会审")
    typed = seen.number.replace("〔", "[").replace("〕", "]").removesuffix("号")
    assert [one.case for one in picked(desk, INSPECTOR, typed)] == [case]
    assert picked(desk, INSPECTOR, "停车收费") == []  # a title he does not read is not found by its words either
    for nobody in (OTHER, ASKER, REVIEWER):
        assert picked(desk, nobody) == []


def test_the_list_goes_on_page_by_page_the_nearest_limit_first(desk):
    made = {begin(desk) for _ in range(5)}
    rows = picked(desk, INSPECTOR, limit=2)
    assert {row.case for row in rows} == made
    assert len(rows) == 5
    assert [row.due_at for row in rows] == sorted(row.due_at for row in rows)


def test_rows_without_a_title_are_told_apart_by_number_organ_and_day(desk):
    begin(desk), begin(desk)
    first, second = picked(desk, INSPECTOR)
    assert (first.title, second.title) == ("", "")
    assert first.number != second.number
    assert all((row.organ, row.begun) == (first.organ, desk.house.clock()) for row in (first, second))


def test_a_page_costs_the_same_whether_it_has_one_row_or_five(desk, monkeypatch):
    sent = []
    talk = Wire.talk
    monkeypatch.setattr(Wire, "talk", lambda self, said: sent.extend(said) or talk(self, said))
    event.listen(Engine, "before_cursor_execute", count := lambda *what: sent.append(what[2]))

    def cost(who):
        sent.clear()
        rows = picked(desk, who)
        return len(rows), len(sent)

    try:
        case = begin(desk)
        supervise(desk, case, who=INSPECTOR, task=picked(desk, INSPECTOR)[0].task)  # from here on he reads this one
        cost(INSPECTOR)
        before = [cost(INSPECTOR), cost(JUSTICE_HEAD)]
        for _ in range(4):
            begin(desk)
        after = [cost(INSPECTOR), cost(JUSTICE_HEAD)]
    finally:
        event.remove(Engine, "before_cursor_execute", count)
    assert [rows for rows, _ in (*before, *after)] == [1, 1, 5, 5]
    assert [statements for _, statements in before] == [statements for _, statements in after]
    assert [bool(row.title) for row in sorted(picked(desk, INSPECTOR), key=lambda row: row.case)] == [
        True,
        *[False] * 4,
    ]


def test_a_step_that_is_supervised_says_so_and_a_step_that_is_over_is_refused(desk):
    case = begin(desk)
    (row,) = picked(desk, INSPECTOR)
    supervise(desk, case, who=INSPECTOR, task=row.task, to="宋明理")
    assert latest(desk, case).handler == REVIEWER
    assert picked(desk, INSPECTOR)[0].supervised
    with desk.house.transaction() as tx:
        inspector = cases.accounts.actor_of(tx, INSPECTOR)
        with pytest.raises(Refused, match="已经办完了"):
            choose(tx, inspector, case, row.task + 1)
        with pytest.raises(NotFound):
            choose(tx, cases.accounts.actor_of(tx, OTHER), case)
    desk.do(cases.withdraw_case, cases.WithdrawCase(desk.actor(ASKER), case, "不办了"))
    assert picked(desk, INSPECTOR) == []
    with desk.house.transaction() as tx:
        assert "不能再立项督办" in why_not_listed(tx, cases.accounts.actor_of(tx, INSPECTOR), row.number)
        assert why_not_listed(tx, cases.accounts.actor_of(tx, OTHER), row.number) == ""


def test_from_before_the_door_one_picks_the_door(consulted):
    case = ask(consulted, ["pengxi-office"])
    inside_item(consulted, case)
    consulted.run_flows()
    (outside,) = [row for row in picked(consulted, INSPECTOR) if row.case == case]
    assert (outside.handler, outside.step.partition("（")[0]) == ("", "街镇内部研究")
    inner = [row for row in picked(consulted, PARTY_SECRETARY) if row.case == case]
    assert all(row.handler and "内部研究" not in row.step for row in inner)
    for word in (inner[0].step, inner[0].handler.partition("（")[0]):
        assert case not in [row.case for row in picked(consulted, INSPECTOR, word)]


def test_pressed_twice_or_by_two_at_once_each_opens_and_assigns_once(desk):
    case = begin(desk)

    def press(operation):
        return supervise(desk, case, who=INSPECTOR, operation=operation, to="宋明理")

    assert press("one") == press("one")
    again = together(lambda: press("two"), lambda: press("two"))
    assert again[0] == again[1]
    with desk.house.transaction() as tx:
        rows = store.supervision.of_case(tx.db, case)
        chains = store.supervision.steps_of(tx.db, [row.id for row in rows])
    assert [row.handler for row in rows] == [REVIEWER, REVIEWER]
    for row in rows:
        assert [one.command for one in chains[row.id]] == ["supervise_case", "assign_supervision"]
    with pytest.raises(Refused, match="同一个操作编号"):
        supervise(desk, case, who=INSPECTOR, operation="one", to="吕子衿")


def test_whom_it_cannot_be_assigned_to_opens_nothing(desk):
    case = begin(desk)
    before = len(events(desk, case))
    with pytest.raises(Invalid, match="没有姓名为"):
        supervise(desk, case, who=INSPECTOR, to="没有这个人")
    assert len(events(desk, case)) == before
