"""退回: where to, which way back, what becomes of the rest; the engine's joins, timers and history stay right."""

from __future__ import annotations

import pytest
from test_joint_steps import ASKER, REVIEWER, SIGNERS, desk, events, items_of, open_steps, raise_matter

from jiecheng import cases, store
from jiecheng.cases.returning import targets
from jiecheng.model.errors import Invalid, Refused
from jiecheng.model.ids import IdentityId

__all__ = ["desk"]
HEAD = IdentityId("i-shijingshu")


def send_back(office, who, target, back="step", opinion="请补充收费依据。", item=None, operation=""):
    item = item or office.items(who)[0]
    command = cases.ReturnCase(office.actor(who), item, target, back, opinion, operation)
    return office.do(cases.return_case, command)


def offered(office, case):
    with office.house.transaction() as tx:
        found = store.case.get(tx.db, case)
        opened = cases.open_case.OpenCase(tx, found, tx.release(found.release))
        return {
            task.element: [one.element for one in targets(opened, task)]
            for task in store.task.open_of_case(tx.db, case)
        }


def sign(office):
    for one in SIGNERS[:2]:
        office.decide(one, "agree")


def at_the_head(office):
    case = raise_matter(office, "会签", SIGNERS[:2])
    sign(office)
    return case


def test_returned_to_the_applicant_every_step_is_done_again(desk):
    case = at_the_head(desk)
    send_back(desk, HEAD, "applicant_revises")
    assert open_steps(desk, case) == ["补正材料"]
    assert len(desk.items(ASKER)) == 1
    desk.decide(ASKER, "submit")
    assert open_steps(desk, case) == ["预审"]
    desk.decide(REVIEWER, "agree")
    assert open_steps(desk, case) == ["会签"]
    sign(desk)
    desk.decide(HEAD, "agree")
    assert desk.case(case).case.outcome == "同意办理"


def test_the_one_returned_to_reads_who_and_why(desk):
    at_the_head(desk)
    send_back(desk, HEAD, "applicant_revises")
    with desk.house.transaction() as tx:
        actor = cases.accounts.actor_of(tx, ASKER)
        (row,) = cases.inbox.list_open(tx, actor, store.work_list.ListFilter()).rows
        view = cases.show_item(tx, actor, row.item)
    assert "施静姝" in view.task.returned
    assert "请补充收费依据。" in view.task.returned


def test_the_approval_sheet_prints_who_sent_it_back_and_why(desk):
    case = at_the_head(desk)
    send_back(desk, HEAD, "applicant_revises")
    with desk.house.transaction() as tx:
        _, paper = cases.approval_sheet(tx, cases.accounts.actor_of(tx, ASKER), case)
    printed = paper.text.replace("\n", "")
    assert "退回" in printed
    assert "请补充收费依据。" in printed
    assert printed.index("预审") < printed.index("请补充收费依据。")


def test_straight_back_skips_what_was_decided_before(desk):
    case = at_the_head(desk)
    send_back(desk, HEAD, "applicant_revises", "direct")
    desk.decide(ASKER, "submit")
    assert open_steps(desk, case) == ["负责人核定"]
    taken = next(one for one in events(desk, case) if one.type == "way_back_taken")
    assert taken.public["skipped"] == ["preliminary_review", "all_sign"]
    decided = [one.public["element"] for one in events(desk, case) if one.type == "work_item_decided"]
    assert decided == ["preliminary_review", "all_sign", "all_sign", "applicant_revises"]


def test_a_second_return_goes_to_the_step_before_in_the_drawing(desk):
    case = at_the_head(desk)
    send_back(desk, HEAD, "preliminary_review", "direct")
    desk.decide(REVIEWER, "agree")
    assert open_steps(desk, case) == ["负责人核定"]
    assert "all_sign" in offered(desk, case)["head_decides"]
    send_back(desk, HEAD, "all_sign")
    assert open_steps(desk, case) == ["会签"]
    assert [len(desk.items(one)) for one in SIGNERS[:2]] == [1, 1]


def test_straight_back_stops_where_the_route_differs_now(desk):
    case = at_the_head(desk)
    send_back(desk, HEAD, "preliminary_review", "direct")
    desk.decide(REVIEWER, "correct", opinion="请补正。")
    assert open_steps(desk, case) == ["补正材料"]


def test_the_list_never_offers_the_step_itself_or_one_not_done(desk):
    case = raise_matter(desk, "分头", SIGNERS[:2])
    assert offered(desk, case) == {
        "legal_review": ["applicant_revises", "preliminary_review"],
        "finance_review": ["applicant_revises", "preliminary_review"],
    }
    with pytest.raises(Refused, match="不能退回到那里"):
        send_back(desk, SIGNERS[0], "legal_review")
    with pytest.raises(Refused, match="不能退回到那里"):
        send_back(desk, SIGNERS[0], "head_decides")


def test_a_return_out_of_the_parallel_part_ends_all_of_it(desk):
    case = raise_matter(desk, "分头", SIGNERS[:2])
    desk.decide(SIGNERS[1], "agree")
    send_back(desk, SIGNERS[0], "preliminary_review")
    assert open_steps(desk, case) == ["预审"]
    desk.decide(REVIEWER, "agree")
    assert open_steps(desk, case) == ["法制审核", "财务审核"]
    desk.decide(SIGNERS[0], "agree")
    assert open_steps(desk, case) == ["财务审核"]  # the agreement of the round before opens no join
    desk.decide(SIGNERS[1], "agree")
    assert open_steps(desk, case) == ["负责人核定"]


def test_the_siblings_end_with_the_cause_and_stay_in_the_history(desk):
    case = raise_matter(desk, "分头", SIGNERS[:2])
    late = desk.items(SIGNERS[1])[0]
    send_back(desk, SIGNERS[0], "preliminary_review")
    assert desk.items(SIGNERS[1]) == []
    assert "「法制审核」退回「预审」" in [item.cause for item in items_of(desk, case)]
    cancelled = [one for one in events(desk, case) if one.type == "task_cancelled"]
    assert {one.public["element"] for one in cancelled} == {"legal_review", "finance_review"}
    with pytest.raises(Refused, match="已经结束"):
        desk.decide(SIGNERS[1], "agree", item=late)


def test_during_a_countersign_one_return_ends_the_step_once(desk):
    case = raise_matter(desk, "会签")
    desk.decide(SIGNERS[0], "agree")
    send_back(desk, SIGNERS[1], "preliminary_review")
    assert open_steps(desk, case) == ["预审"]
    assert all(desk.items(one) == [] for one in SIGNERS)
    desk.decide(REVIEWER, "agree")
    assert all(len(desk.items(one)) == 1 for one in SIGNERS)  # all sign again in the new round
    for one in SIGNERS[:4]:
        desk.decide(one, "agree")
        assert open_steps(desk, case) == ["会签"]


def test_timers_of_the_step_left_end_and_those_of_the_step_entered_begin(desk, clock):
    case = raise_matter(desk, "会签", SIGNERS[:2])
    assert waiting_timers(desk, case) == []
    clock.move(days=3)
    send_back(desk, SIGNERS[0], "preliminary_review")
    (timer,) = waiting_timers(desk, case)
    assert (timer.due_at - clock.now).days == 5
    with desk.house.transaction() as tx:
        (task,) = store.task.open_of_case(tx.db, case)
        assert task.due_at > clock.now


def test_an_opinion_is_required_and_a_way_that_is_not_drawn_is_refused(desk):
    case = at_the_head(desk)
    with pytest.raises(Invalid, match="必须写明意见"):
        send_back(desk, HEAD, "applicant_revises", opinion=" ")
    with pytest.raises(Invalid, match="怎样回来"):
        send_back(desk, HEAD, "applicant_revises", "sideways")
    with pytest.raises(Refused, match="您不能办理"):
        send_back(desk, SIGNERS[0], "applicant_revises", item=desk.items(HEAD)[0])
    assert open_steps(desk, case) == ["负责人核定"]


def test_a_double_press_returns_once(desk):
    case = at_the_head(desk)
    item = desk.items(HEAD)[0]
    first = send_back(desk, HEAD, "applicant_revises", item=item, operation="press")
    assert send_back(desk, HEAD, "applicant_revises", item=item, operation="press") == first
    assert [one.type for one in events(desk, case)].count("case_returned") == 1


def waiting_timers(office, case):
    with office.house.transaction() as tx:
        return [row for row in store.subscription.waiting(tx.db, case) if row.due_at is not None]
