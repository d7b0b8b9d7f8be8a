"""沟通: who asks and answers, and to whom the words are kept: on the page, in the record, in what is exported."""

from __future__ import annotations

import pytest
from test_circulation import READER, consulted, finds, inside_item, page
from test_closed_doors import SECRET
from test_consultation import PENGXI, PENGXI_STAFF, ask
from test_handing import begin
from test_joint_steps import ASKER, REVIEWER, desk, events
from test_races import together

from jiecheng import cases, store
from jiecheng.cases import question
from jiecheng.model.errors import Invalid, NotFound, Refused
from jiecheng.model.ids import IdentityId

__all__ = ["consulted", "desk"]
ADMINISTRATOR = IdentityId("i-lumuqing")
WORDS, REPLY = "去年收了多少钱", "一共三十二万元"


def put(office, who, case, to=READER, *, words=WORDS, item=None, operation=""):
    command = question.AskQuestion(office.actor(who), case, to, words, item, operation)
    return office.do(question.ask_question, command)


def reply(office, who, row, words=REPLY, operation=""):
    return office.do(question.answer_question, question.AnswerQuestion(office.actor(who), row.id, words, operation))


def rows(office, case):
    with office.house.transaction() as tx:
        return store.question.of_case(tx.db, case)


def told(office, case, who):
    """All that the record says of it to one who oversees: its page, and the file for the offline verifier."""
    with office.house.transaction() as tx:
        actor = cases.accounts.actor_of(tx, who)
        history = cases.history.show_history(tx, actor, case)
        return repr(history.rows) + cases.history.export_case(tx, actor, case)[1]


def test_pressed_twice_it_is_one_question_and_one_answer(desk):
    case = begin(desk)
    assert put(desk, REVIEWER, case, operation="a") == put(desk, REVIEWER, case, operation="a")
    (row,) = rows(desk, case)
    assert reply(desk, READER, row, operation="b") == reply(desk, READER, row, operation="b")
    kinds = [one.type for one in events(desk, case)]
    assert (kinds.count("question_asked"), kinds.count("question_answered")) == (1, 1)


def test_two_answers_in_the_same_second_are_one(desk):
    case = begin(desk)
    put(desk, REVIEWER, case)
    (row,) = rows(desk, case)
    results = together(lambda: reply(desk, READER, row, "甲"), lambda: reply(desk, READER, row, "乙"))
    assert sorted(type(one).__name__ for one in results) == ["Answer", "Refused"]


def test_the_asked_read_the_step_and_nobody_else_does(desk):
    case = begin(desk)
    put(desk, REVIEWER, case)
    assert desk.case(case, READER).ground == "沟通"
    assert finds(desk, READER) == [case]
    with pytest.raises(NotFound):
        desk.case(case, IdentityId("i-zhousuxin"))


def test_the_words_are_for_the_two_and_the_auditor(desk):
    case = begin(desk)
    put(desk, REVIEWER, case)
    reply(desk, READER, rows(desk, case)[0])
    for who in (REVIEWER, READER, desk.AUDITOR):
        assert WORDS in page(desk, case, who)
        assert REPLY in page(desk, case, who)
    for who in (ASKER, ADMINISTRATOR):
        assert WORDS not in page(desk, case, who)
        assert REPLY not in page(desk, case, who)
        assert "沟通" in page(desk, case, who)
    assert REPLY in told(desk, case, desk.AUDITOR)
    assert REPLY not in told(desk, case, ADMINISTRATOR)
    with desk.house.transaction() as tx:
        assert cases.history.verify_case(tx, cases.accounts.actor_of(tx, ADMINISTRATOR), case).ok


def test_after_the_step_is_decided_nothing_is_asked_about_it_any_more(desk):
    case = begin(desk)
    item = desk.items(REVIEWER)[0]
    put(desk, REVIEWER, case)
    desk.decide(REVIEWER, "agree")
    with pytest.raises(Refused, match="已经办完了"):
        put(desk, REVIEWER, case, item=item)
    assert "已答复" in reply(desk, READER, rows(desk, case)[0]).sentence


def test_a_withdrawn_case_asks_and_answers_nothing(desk):
    case = begin(desk)
    put(desk, REVIEWER, case)
    desk.do(cases.withdraw_case, cases.WithdrawCase(desk.actor(ASKER), case, "不办了"))
    with pytest.raises(Refused, match="不需要再答复"):
        reply(desk, READER, rows(desk, case)[0])


def test_what_is_empty_is_not_asked_and_not_answered(desk):
    case = begin(desk)
    with pytest.raises(Invalid, match="要问什么"):
        put(desk, REVIEWER, case, words=" ")
    put(desk, REVIEWER, case)
    with pytest.raises(Invalid, match="答复的内容"):
        reply(desk, READER, rows(desk, case)[0], "")


def test_from_behind_a_door_only_those_behind_it_are_asked(consulted):
    case = ask(consulted)
    item = consulted.items(PENGXI)[0]
    with pytest.raises(Refused, match="不是这个机关的人"):
        put(consulted, PENGXI, case, READER, item=item)
    put(consulted, PENGXI, case, PENGXI_STAFF, item=item, words=SECRET)
    inside_item(consulted, case)
    assert SECRET in page(consulted, case, PENGXI_STAFF)
    assert SECRET not in page(consulted, case, IdentityId("i-caochengze"))
