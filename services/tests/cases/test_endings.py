"""作废 and 撤销已办结: a second person, numbers that stay used, links on both cases; pages, API, double presses, two at once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from test_handing import JUSTICE_HEAD
from test_handling_pages import ORIGIN, Person
from test_joint_steps import ASKER, REVIEWER, SIGNERS, desk, events, raise_matter
from test_races import together

from jiecheng import cases, store
from jiecheng.model.case import CaseState
from jiecheng.model.errors import Refused
from jiecheng.model.ids import IdentityId
from jiecheng.web.site import build_site

__all__ = ["desk"]
FIRST, SECOND = IdentityId("i-lumuqing"), IdentityId("i-pengshouzheng")
HEAD = IdentityId("i-shijingshu")


@pytest.fixture
def client(desk) -> Iterator[TestClient]:
    with TestClient(build_site(desk.house), base_url=ORIGIN) as opened:
        yield opened


def ask(office, case, who=FIRST, operation=""):
    return office.do(cases.request_voiding, cases.RequestVoiding(office.actor(who), case, "登记了两次", operation))


def confirm(office, case, who=SECOND, operation=""):
    return office.do(cases.confirm_voiding, cases.ConfirmVoiding(office.actor(who), case, "", operation))


def reverse(office, case, who=ASKER, operation=""):
    command = cases.ReverseCase(office.actor(who), case, {"why": "依据已废止"}, operation)
    return office.do(cases.reverse_case, command)


def finished(office):
    case = raise_matter(office, "会签", SIGNERS[:2])
    for one in (*SIGNERS[:2], HEAD):
        office.decide(one, "agree")
    return case


def test_each_press_voids_once_and_the_chain_holds(desk):
    case = raise_matter(desk, "分头", SIGNERS[:2])
    assert ask(desk, case, operation="a") == ask(desk, case, operation="a")
    assert confirm(desk, case, operation="b") == confirm(desk, case, operation="b")
    told = [one.type for one in events(desk, case)]
    assert (told.count("voiding_requested"), told.count("case_voided")) == (1, 1)
    assert [one.public["number"] for one in events(desk, case) if one.type == "number_voided"] == ["会审〔2026〕1号"]
    with desk.house.transaction() as tx:
        found = store.case.get(tx.db, case)
        assert (found.state, found.outcome) == (CaseState.VOIDED, "作废")
        assert cases.history.check_chain(tx, found).ok
        assert store.task.open_of_case(tx.db, case) == []
    assert [desk.items(one) for one in SIGNERS[:2]] == [[], []]


def test_who_confirms_and_who_decides_in_the_same_second(desk):
    for _ in range(6):
        case = raise_matter(desk, "会签", SIGNERS[:2])
        ask(desk, case)
        with desk.house.transaction() as tx:
            item = store.work_item.waiting(tx.db, case)[0][1]
        voided, decided = together(
            lambda case=case: confirm(desk, case), lambda item=item: desk.decide(item.assignee, "agree", item=item.id)
        )
        assert isinstance(voided, cases.Answer), voided
        with desk.house.transaction() as tx:
            votes = [one for one in store.work_item.of_case(tx.db, case) if one.decided_by == item.assignee]
        assert isinstance(decided, cases.Answer) == bool(votes)


def test_two_undo_the_same_case_in_the_same_second_and_one_is_told_by_which(desk):
    case = finished(desk)
    answers = together(*[lambda: reverse(desk, case)] * 2)
    (refused,) = [one for one in answers if isinstance(one, Refused)]
    assert "正在用 撤销〔2026〕1号" in refused.message
    with desk.house.transaction() as tx:
        assert len(store.reversal.undoing(tx.db, case)) == 1
        assert cases.history.check_chain(tx, store.case.get(tx.db, case)).ok


def test_undone_by_one_press_and_once_more_when_the_first_was_refused(desk):
    case = finished(desk)
    first = reverse(desk, case, operation="press")
    assert reverse(desk, case, operation="press") == first
    desk.decide(HEAD, "disagree", opinion="理由不成立。")
    assert reverse(desk, case).number == "撤销〔2026〕2号"
    assert [one.public["number"] for one in events(desk, case) if one.type == "reversal_begun"] == [
        "撤销〔2026〕1号",
        "撤销〔2026〕2号",
    ]


def test_what_became_of_undoing_is_told_to_those_of_both_cases_in_its_own_words(desk):
    case = finished(desk)
    reverse(desk, case, who=REVIEWER)
    desk.decide(JUSTICE_HEAD, "agree")
    desk.run_flows()
    for who in (ASKER, REVIEWER):
        with desk.house.transaction() as tx:
            told = [row.text for row in cases.inbox.list_notices(tx, cases.accounts.actor_of(tx, who)).rows]
        assert [one for one in told if "」的撤销（撤销〔2026〕1号）已办结：决定已撤销。" in one], told


def test_the_pages_offer_each_to_whom_it_belongs(desk, client):
    case = raise_matter(desk, "会签", SIGNERS[:2])
    page = f"/cases/{case}"
    assert "作废办件" not in Person(client, "songmingli").page(page)
    first = Person(client, "lumuqing")
    assert first.press(page, f"{page}/request-voiding", _reason=" ").status_code == 422
    first.press(page, f"{page}/request-voiding", _reason="登记了两次")
    assert "确认作废" not in first.page(page)
    assert first.api("POST", f"{page}/voiding", note="").status_code == 403
    second = Person(client, "pengshouzheng")
    assert "登记了两次" in second.page("/incidents")
    shown = second.page(page)
    assert "确认作废（第二人）" in shown
    assert second.press(page, f"{page}/decline-voiding", _note="").status_code == 422
    second.press(page, f"{page}/void", _note="核对属实")
    shown = second.page(page)
    assert "已作废" in shown
    assert "核对属实" in shown


def test_a_finished_case_is_undone_from_its_page_and_both_name_each_other(desk, client):
    case = finished(desk)
    page = f"/cases/{case}"
    asker = Person(client, "caochengze")
    assert "撤销已办结" in asker.page(page)
    start = f"{page}/reverse"
    assert "提交申请" in asker.page("/start/joint_review")  # the same page, where nothing is undone
    assert "会审〔2026〕1号" in asker.page(start)
    assert asker.press(start, start, why="").status_code == 422
    asker.press(start, start, why="依据已废止")
    assert "撤销〔2026〕1号" in asker.page(page)
    new = asker.api("GET", f"/cases/{case}").json()["undone_by"]
    assert new == ["撤销〔2026〕1号"]
    with desk.house.transaction() as tx:
        (undoing,) = store.reversal.undoing(tx.db, case)
    assert f'href="/cases/{case}"' in asker.page(f"/cases/{undoing.case}")


def test_a_decision_is_taken_back_from_the_page_of_the_case(desk, client):
    case = raise_matter(desk, "会签", SIGNERS[:2])
    page = f"/cases/{case}"
    reviewer = Person(client, "songmingli")
    assert "撤回我对“预审”的办理" in reviewer.page(page)
    (item,) = reviewer.api("GET", f"/cases/{case}").json()["retractable"]
    reviewer.press(page, f"{page}/retract/{item}", _reason="点错了")
    assert len(desk.items(REVIEWER)) == 1
    refused = reviewer.api("POST", f"/work-items/{item}/retraction", reason="")
    assert (refused.status_code, "已经撤回" in refused.text) == (409, True)
    assert "点错了" in reviewer.page(page)
