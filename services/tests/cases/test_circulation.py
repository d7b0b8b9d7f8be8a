"""传阅: who may pass on what to whom, what a reader then sees, and that none of it decides anything."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest
from consult_process import bundle, fuller
from test_closed_doors import SECRET
from test_consultation import PENGXI, PENGXI_STAFF, ask
from test_handing import begin
from test_joint_steps import ASKER, REVIEWER, SIGNERS, desk, events
from test_races import together

from jiecheng import cases, store
from jiecheng.cases import circulation
from jiecheng.cases.release import Publication, deploy_release
from jiecheng.cases.search import Search, search_cases
from jiecheng.model.errors import Invalid, NotFound, Refused
from jiecheng.model.ids import IdentityId

__all__ = ["desk"]
READER, OTHER = IdentityId("i-xushuning"), IdentityId("i-zhousuxin")
FINANCE, DONGLU_READER = IdentityId("i-caochengze"), IdentityId("i-jiangxiaolan")


def circulate(office, who, case, to, *, item=None, words="", operation=""):
    command = circulation.CirculateCase(office.actor(who), case, to, words, item, operation)
    return office.do(circulation.circulate_case, command)


def rows(office, case):
    with office.house.transaction() as tx:
        return store.circulation.of_case(tx.db, case)


def take_back(office, who, row, operation=""):
    return office.do(
        circulation.withdraw_circulation, circulation.WithdrawCirculation(office.actor(who), row.id, operation)
    )


def say(office, who, row, words="建议公示", operation=""):
    return office.do(
        circulation.view_circulation, circulation.ViewCirculation(office.actor(who), row.id, words, operation)
    )


def unread(office, who):
    with office.house.transaction() as tx:
        actor = cases.accounts.actor_of(tx, who)
        found = [row.id for row in circulation.list_unread(tx, actor).rows]
        assert circulation.count_unread(tx, actor) == len(found)
        return found


def finds(office, who, words="停车收费"):
    with office.house.transaction() as tx:
        return [one.case.id for one in search_cases(tx, cases.accounts.actor_of(tx, who), Search(words)).rows]


@pytest.fixture
def consulted(office):
    with office.house.transaction() as tx:
        deploy_release(tx, bundle(fuller()), Publication("test", {}))
    return office


def inside_item(office, case):
    """彭溪 at work behind its doors, with a word that must not get out."""
    item = office.items(PENGXI)[0]
    office.decide(PENGXI, "submit", item=item, data={"inner_words": SECRET}, opinion=SECRET)
    return item


def test_the_press_sent_twice_is_one_circulation(desk):
    case = begin(desk)
    assert circulate(desk, ASKER, case, READER, operation="press") == circulate(
        desk, ASKER, case, READER, operation="press"
    )
    assert len(rows(desk, case)) == 1
    assert [one.type for one in events(desk, case)].count("case_circulated") == 1


def test_two_who_circulate_in_the_same_second_both_do(desk):
    case = begin(desk)
    item = desk.items(REVIEWER)[0]
    answers = together(
        lambda: circulate(desk, ASKER, case, READER), lambda: circulate(desk, REVIEWER, case, OTHER, item=item)
    )
    assert [type(one).__name__ for one in answers] == ["Answer", "Answer"]
    assert {row.reader for row in rows(desk, case)} == {READER, OTHER}


def test_a_reader_who_has_it_unread_gets_no_second_copy(desk):
    case = begin(desk)
    circulate(desk, ASKER, case, READER)
    with pytest.raises(Refused, match="已经发给他们了"):
        circulate(desk, ASKER, case, "许书宁")
    circulate(desk, ASKER, case, f"许书宁、{OTHER}")
    assert [row.reader for row in rows(desk, case)] == [READER, OTHER]


def test_what_the_step_hides_is_hidden_from_the_reader_too(desk):
    case = begin(desk)
    item = desk.items(REVIEWER)[0]
    circulate(desk, REVIEWER, case, READER, item=item)
    mine, his = desk.case(case, REVIEWER), desk.case(case, READER)
    assert his.guest
    assert his.ground == "传阅"
    assert [one.title for one in his.sections] == [one.title for one in mine.sections]
    assert his.my_items == []
    offered = (his.may_urge, his.may_recall, his.may_hold, his.withdrawable, his.beside.may_circulate)
    assert not any(offered)


def test_a_reader_opens_only_the_step_he_was_shown(desk):
    case = begin(desk)
    item = desk.items(REVIEWER)[0]
    circulate(desk, REVIEWER, case, READER, item=item)
    desk.decide(REVIEWER, "agree")
    later = desk.items(SIGNERS[0])[0]
    with desk.house.transaction() as tx:
        actor = cases.accounts.actor_of(tx, READER)
        assert cases.show_item(tx, actor, item).why_not
        with pytest.raises(NotFound):
            cases.show_item(tx, actor, later)


def test_a_reader_adds_no_file(desk):
    case = begin(desk)
    circulate(desk, ASKER, case, READER)
    with pytest.raises(Refused, match="只能看，不能改动"):
        desk.do(cases.add_attachment, cases.AddAttachment(desk.actor(READER), case, "补充.txt", b"more"))


def test_search_finds_it_for_the_reader_until_it_is_taken_back(desk):
    case = begin(desk)
    assert finds(desk, READER) == []
    circulate(desk, ASKER, case, READER)
    assert finds(desk, READER) == [case]
    assert finds(desk, OTHER) == []
    take_back(desk, ASKER, rows(desk, case)[0])
    assert finds(desk, READER) == []
    with pytest.raises(NotFound):
        desk.case(case, READER)


def test_an_auditor_who_was_shown_a_case_still_audits_it(consulted):
    case = ask(consulted)
    inside_item(consulted, case)
    circulate(consulted, FINANCE, case, consulted.AUDITOR)
    assert consulted.case(case).ground == "业务审计"
    assert finds(consulted, consulted.AUDITOR, SECRET) == [case]


@pytest.mark.parametrize("who", [READER, OTHER])
def test_nobody_else_takes_it_back(desk, who):
    case = begin(desk)
    circulate(desk, ASKER, case, READER)
    with pytest.raises((Refused, NotFound)):
        take_back(desk, who, rows(desk, case)[0])
    assert rows(desk, case)[0].withdrawn_at is None


def test_reading_and_taking_back_in_the_same_second_cannot_both_be(desk):
    case = begin(desk)
    for _ in range(8):
        circulate(desk, ASKER, case, READER)
        row = rows(desk, case)[-1]
        together(partial(take_back, desk, ASKER, row), partial(mark, desk, READER, [row.id]))
        now = rows(desk, case)[-1]
        assert (now.read_at is None) != (now.withdrawn_at is None)


def mark(office, who, chosen):
    with office.house.transaction() as tx:
        return circulation.mark_read(tx, cases.accounts.actor_of(tx, who), chosen)


def test_a_view_is_given_once_and_pressed_twice_is_once(desk):
    case = begin(desk)
    circulate(desk, ASKER, case, READER)
    row = rows(desk, case)[0]
    assert say(desk, READER, row, operation="press") == say(desk, READER, row, operation="press")
    with pytest.raises(Refused, match="已经写过"):
        say(desk, READER, row, "另一种意见")
    assert rows(desk, case)[0].view == "建议公示"
    assert rows(desk, case)[0].read_at is not None
    with pytest.raises(NotFound):
        say(desk, OTHER, row)


def test_an_empty_view_is_refused_and_a_circulation_taken_back_takes_none(desk):
    case = begin(desk)
    circulate(desk, ASKER, case, READER)
    row = rows(desk, case)[0]
    with pytest.raises(Invalid, match="阅办意见"):
        say(desk, READER, row, "  ")
    take_back(desk, ASKER, row)
    with pytest.raises(NotFound):
        say(desk, READER, row)


def test_one_several_and_all_are_marked_read_and_never_another_persons(desk):
    case = begin(desk)
    mine = []
    for who in (ASKER, REVIEWER):
        circulate(desk, who, case, f"{READER}、{OTHER}")
        mine.append(rows(desk, case)[-2].id)
    assert unread(desk, READER) == mine[::-1]
    assert mark(desk, OTHER, mine) == 0
    assert mark(desk, READER, mine[:1]) == 1
    assert unread(desk, READER) == mine[1:]
    assert mark(desk, READER, None) == 1
    assert unread(desk, READER) == []
    assert len(unread(desk, OTHER)) == 2


def test_all_means_what_one_has_seen(desk):
    case = begin(desk)
    circulate(desk, ASKER, case, READER)
    seen = unread(desk, READER)[0]
    circulate(desk, REVIEWER, case, READER)
    with desk.house.transaction() as tx:
        circulation.mark_read(tx, cases.accounts.actor_of(tx, READER), None, until=seen)
    assert len(unread(desk, READER)) == 1


def test_who_left_who_runs_the_house_and_oneself_are_refused(desk):
    case = begin(desk)
    for to, words in (
        ("没有这个人", "没有姓名为"),
        (ASKER, "不用发给您自己"),
        ("i-fangsongnian", "不查看业务内容"),
        ("", "请写明给谁"),
    ):
        with pytest.raises((Refused, Invalid), match=words):
            circulate(desk, ASKER, case, to)
    assert rows(desk, case) == []


def test_a_withdrawn_case_is_shown_to_nobody_any_more(desk):
    case = begin(desk)
    desk.do(cases.withdraw_case, cases.WithdrawCase(desk.actor(ASKER), case, "不办了"))
    with pytest.raises(Refused, match="不能再传阅"):
        circulate(desk, ASKER, case, READER)


def test_from_behind_a_door_it_goes_to_nobody_before_it(consulted):
    case = ask(consulted)
    item = inside_item(consulted, case)
    for outsider in (READER, FINANCE, DONGLU_READER):
        with pytest.raises(Refused, match="不是这个机关的人"):
            circulate(consulted, PENGXI, case, outsider, item=item)
    circulate(consulted, PENGXI, case, PENGXI_STAFF, item=item, words=SECRET)
    assert SECRET in page(consulted, case, PENGXI_STAFF)
    assert finds(consulted, PENGXI_STAFF, SECRET) == [case]
    assert SECRET not in page(consulted, case, FINANCE)
    assert finds(consulted, FINANCE, SECRET) == []


def test_shown_from_outside_nobody_sees_behind_his_own_organs_door(consulted):
    """The applicant passes on what he sees himself: not what lies behind 彭溪's door, even to people of 彭溪."""
    case = ask(consulted)
    item = inside_item(consulted, case)
    circulate(consulted, FINANCE, case, PENGXI_STAFF)
    assert SECRET not in page(consulted, case, PENGXI_STAFF)
    assert finds(consulted, PENGXI_STAFF, SECRET) == []
    with consulted.house.transaction() as tx, pytest.raises(NotFound):
        cases.show_item(tx, cases.accounts.actor_of(tx, PENGXI_STAFF), item)


def test_an_unread_notice_behind_a_page_of_read_ones_is_listed_as_it_is_counted(desk):
    with desk.house.transaction() as tx:
        for number in range(40):
            store.notice.add(tx.db, key=f"n{number}", identity=READER, case=None, text=f"通知{number}")
        actor = cases.accounts.actor_of(tx, READER)
        newest = [row.id for row in cases.inbox.list_notices(tx, actor).rows]
        assert cases.inbox.read_notices(tx, actor, newest) == len(newest)
        listed = [row.text for row in cases.inbox.list_unread_notices(tx, actor).rows]
        assert len(listed) == cases.inbox.counts(tx, actor).unread == 40 - len(newest)


def page(office, case, who):
    """All that is on the page; what the engine carries along is on none."""
    view = office.case(case, who)
    return repr(replace(view, case=replace(view.case, snapshot={}, variables={})))
