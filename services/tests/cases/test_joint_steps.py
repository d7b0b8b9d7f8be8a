"""Steps that several people decide: an item for each, one step of the engine; late votes, double presses, who leaves."""

from __future__ import annotations

from datetime import date

import pytest
from test_races import RACES, together

from jiecheng import cases, store
from jiecheng.acceptance import sample
from jiecheng.cases import organisation
from jiecheng.model.errors import Refused
from jiecheng.model.ids import IdentityId, ProcessId

ASKER = IdentityId("i-caochengze")  # 区财政局 科员
REVIEWER = IdentityId("i-songmingli")
SIGNERS = tuple(IdentityId(one) for one in ("i-youyizhou", "i-huazhujun", "i-weiwangshu", "i-qiguiyuan", "i-zousuxin"))
ADMINISTRATOR = IdentityId("i-fangsongnian")


@pytest.fixture
def desk(office):
    with office.house.transaction() as tx:
        sample.deploy(tx)
    return office


def raise_matter(office, way, signers=SIGNERS):
    data = {"matter": "停车收费", "way": way, "reviewer": REVIEWER, "signers": list(signers)}
    case = office.do(cases.start_case, cases.StartCase(office.actor(ASKER), ProcessId("joint_review"), data)).case
    office.decide(REVIEWER, "agree")
    return case


def open_steps(office, case):
    return [step.name for step in office.case(case).steps if step.state == "open"]


def events(office, case):
    with office.house.transaction() as tx:
        return list(cases.history.events_of(tx, case))


def items_of(office, case):
    with office.house.transaction() as tx:
        return store.work_item.of_case(tx.db, case)


def test_each_signer_has_his_own_item_and_the_step_goes_on_when_all_agreed(desk):
    case = raise_matter(desk, "会签")
    for place, signer in enumerate(SIGNERS):
        assert len(desk.items(signer)) == 1
        assert open_steps(desk, case) == ["会签"]
        answer = desk.decide(signer, "agree")
        assert f"5 人须全部同意；已同意 {place + 1}，不同意 0" in answer.sentence
    assert open_steps(desk, case) == ["负责人核定"]
    assert [one.type for one in events(desk, case)].count("votes_counted") == 5
    assert [one.public.get("element") for one in events(desk, case) if one.type == "task_completed"].count(
        "all_sign"
    ) == 1


def test_the_items_nobody_decided_stay_with_their_cause(desk):
    case = raise_matter(desk, "或签")
    desk.decide(SIGNERS[2], "agree")
    assert open_steps(desk, case) == ["负责人核定"]
    causes = [item.cause for item in items_of(desk, case) if item.state == "closed"]
    assert causes == ["未表决（已由他人办理）"] * 4
    told = next(one for one in events(desk, case) if one.type == "work_items_closed")
    assert len(told.public["items"]) == 4
    assert desk.items(SIGNERS[0]) == []


def test_in_turn_the_next_one_is_asked_when_it_is_his_turn(desk):
    case = raise_matter(desk, "依次")
    assert [len(desk.items(one)) for one in SIGNERS[:2]] == [1, 0]
    desk.decide(SIGNERS[0], "agree")
    assert [len(desk.items(one)) for one in SIGNERS[:3]] == [0, 1, 0]
    desk.decide(SIGNERS[1], "disagree", opinion="费用过高。")
    assert desk.case(case).case.outcome == "不予办理"
    step = next(one for one in desk.case(case).steps if one.name == "依次签")
    assert [vote.vote for vote in step.votes] == ["agree", "disagree", "未到", "未到", "未到"]


def test_one_rejection_does_not_end_a_ratio_vote(desk):
    case = raise_matter(desk, "票决")
    desk.decide(SIGNERS[4], "disagree", opinion="不赞成。")
    assert open_steps(desk, case) == ["票决"]
    for signer in SIGNERS[:3]:
        desk.decide(signer, "agree")
    answer = desk.decide(SIGNERS[3], "agree")
    assert "5 人须 4 人同意；已同意 4，不同意 1；通过" in answer.sentence
    assert open_steps(desk, case) == ["负责人核定"]


def test_who_has_a_veto_ends_it_alone(desk):
    case = raise_matter(desk, "票决")
    answer = desk.decide(SIGNERS[0], "disagree", opinion="违反规划。")
    assert "一票否决" in answer.sentence
    assert desk.case(case).case.outcome == "不予办理"


def test_a_late_vote_is_refused_and_changes_nothing(desk):
    case = raise_matter(desk, "或签")
    late = desk.items(SIGNERS[1])[0]
    desk.decide(SIGNERS[0], "agree")
    before = desk.case(case).case.seq
    with pytest.raises(Refused, match="已经结束"):
        desk.decide(SIGNERS[1], "disagree", item=late, opinion="不同意。")
    assert desk.case(case).case.seq == before


def test_nobody_votes_on_the_item_of_another(desk):
    raise_matter(desk, "会签")
    theirs = desk.items(SIGNERS[0])[0]
    with pytest.raises(Refused, match="您不能办理"):
        desk.decide(SIGNERS[1], "agree", item=theirs)


def test_the_last_two_signers_in_the_same_second_are_both_counted(desk):
    for _ in range(max(5, RACES // 10)):
        case = raise_matter(desk, "会签", SIGNERS[:2])
        first, second = desk.items(SIGNERS[0])[0], desk.items(SIGNERS[1])[0]
        results = together(
            lambda item=first: desk.decide(SIGNERS[0], "agree", item=item),
            lambda item=second: desk.decide(SIGNERS[1], "agree", item=item),
        )
        assert all(isinstance(one, cases.Answer) for one in results), results
        assert open_steps(desk, case) == ["负责人核定"]
        completed = [one for one in events(desk, case) if one.type == "task_completed"]
        assert [one.public["element"] for one in completed] == ["preliminary_review", "all_sign"]


def test_two_who_decide_at_once_where_one_is_enough_move_the_case_once(desk):
    case = raise_matter(desk, "或签", SIGNERS[:2])
    first, second = desk.items(SIGNERS[0])[0], desk.items(SIGNERS[1])[0]
    results = together(
        lambda: desk.decide(SIGNERS[0], "agree", item=first),
        lambda: desk.decide(SIGNERS[1], "agree", item=second),
    )
    assert sorted(type(one).__name__ for one in results) == ["Answer", "Refused"]
    assert open_steps(desk, case) == ["负责人核定"]


def test_a_double_press_is_one_vote(desk):
    case = raise_matter(desk, "会签")
    item = desk.items(SIGNERS[0])[0]
    results = together(*[lambda: desk.decide(SIGNERS[0], "agree", item=item, operation="press")] * 3)
    assert results[0] == results[1] == results[2]
    assert [one.type for one in events(desk, case)].count("votes_counted") == 1


def test_a_signer_who_leaves_hands_his_vote_to_his_successor(desk):
    case = raise_matter(desk, "会签", SIGNERS[:2])
    desk.decide(SIGNERS[0], "agree")
    leave(desk, SIGNERS[1], successor=SIGNERS[3])
    answer = desk.decide(SIGNERS[3], "agree")
    assert "2 人须全部同意；已同意 2" in answer.sentence
    assert open_steps(desk, case) == ["负责人核定"]


def test_a_signer_who_leaves_in_favour_of_a_signer_gives_nobody_two_votes(desk):
    case = raise_matter(desk, "会签", SIGNERS[:2])
    leave(desk, SIGNERS[1], successor=SIGNERS[0])
    with desk.house.transaction() as tx:
        waiting = store.work_item.waiting(tx.db, case)
        assert [item.candidates for _, item in waiting] == [(SIGNERS[0],), ()]
        assert any("没有找到承办人" in one.message for one in store.incident.list_open(tx.db))


def test_whose_turn_comes_after_he_left_goes_to_the_administrator(desk):
    case = raise_matter(desk, "依次", SIGNERS[:2])
    leave(desk, SIGNERS[1])
    desk.decide(SIGNERS[0], "agree")
    assert open_steps(desk, case) == ["依次签"]
    with desk.house.transaction() as tx:
        assert any("没有找到承办人" in one.message for one in store.incident.list_open(tx.db))


def leave(office, who, successor=None):
    values = {"identity": str(who)} | ({"successor": str(successor)} if successor else {})
    with office.house.transaction() as tx:
        day = tx.today
        organisation.plan_change(
            tx, organisation.ChangeOrganisation(cases.accounts.actor_of(tx, ADMINISTRATOR), "离任", values, day)
        )
    assert isinstance(day, date)
    organisation.apply_due(office.house)
