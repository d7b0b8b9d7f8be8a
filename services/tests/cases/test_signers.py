"""加签 and 减签: who waits for whom, what a signature does, and that no step hangs or closes too early."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from test_handing import COLLEAGUE, JUSTICE_HEAD, begin, delegate, reply, transfer
from test_joint_steps import ASKER, REVIEWER, SIGNERS, desk, events, items_of, leave, open_steps, raise_matter
from test_races import RACES, together

from jiecheng import cases, store
from jiecheng.acceptance import sample
from jiecheng.cases.release import Publication, deploy_release
from jiecheng.model.errors import Invalid, NotFound, Refused

__all__ = ["desk"]
MOVED_ON = ["法制审核", "财务审核"]


def add(office, who, to, way, *, item=None, operation=""):
    item = item or mine(office, who)
    command = cases.AddSigner(office.actor(who), item, to, way, "请把关。", operation)
    return office.do(cases.add_signer, command)


def withdraw(office, who, signer, operation=""):
    command = cases.WithdrawSigner(office.actor(who), signer, "不用了。", operation)
    return office.do(cases.withdraw_signer, command)


def mine(office, who):
    """The item of this person that is not over, whether he has it in his list or waits with it."""
    with office.house.transaction() as tx:
        rows = tx.db.connection.exec_driver_sql(
            "SELECT id FROM work_items WHERE assignee = %(who)s AND closed_at IS NULL ORDER BY id DESC", {"who": who}
        ).all()
    return rows[0].id


def steps_of(office, case, name):
    return next(step for step in office.case(case).steps if step.name == name)


def test_who_added_a_signer_before_has_nothing_to_do_until_he_signed(desk):
    case = begin(desk)
    add(desk, REVIEWER, COLLEAGUE, "before")
    assert desk.items(REVIEWER) == []
    for deed in (
        lambda: desk.decide(REVIEWER, "agree", item=mine(desk, REVIEWER)),
        lambda: transfer(desk, REVIEWER, JUSTICE_HEAD, item=mine(desk, REVIEWER)),
        lambda: desk.do(
            cases.return_case,
            cases.ReturnCase(desk.actor(REVIEWER), mine(desk, REVIEWER), "applicant_revises", "step", "请改。"),
        ),
    ):
        with pytest.raises(Refused, match="还没有签，签完以后由您办理"):
            deed()
    desk.decide(COLLEAGUE, "disagree", opinion="口径不一致。")
    step = steps_of(desk, case, "预审")
    assert [(one.vote, one.opinion, one.why) for one in step.signers] == [("disagree", "口径不一致。", "请把关。")]
    desk.decide(REVIEWER, "agree")
    assert open_steps(desk, case) == MOVED_ON


def test_the_decision_holds_only_when_those_after_have_signed(desk):
    case = begin(desk)
    add(desk, REVIEWER, COLLEAGUE, "after")
    add(desk, REVIEWER, JUSTICE_HEAD, "after")
    assert desk.items(COLLEAGUE) == []
    answer = desk.decide(REVIEWER, "agree", opinion="材料齐全。")
    assert "签完生效" in answer.sentence
    desk.decide(COLLEAGUE, "agree")
    assert open_steps(desk, case) == ["预审"]
    desk.decide(JUSTICE_HEAD, "agree")
    assert open_steps(desk, case) == MOVED_ON
    step = steps_of(desk, case, "预审")
    assert (step.outcome, step.opinion, step.holders[0][:3]) == ("同意", "材料齐全。", "宋明理")
    assert [one.public["element"] for one in events(desk, case) if one.type == "task_completed"] == [
        "preliminary_review"
    ]


def test_after_a_disagreement_all_of_them_sign_anew(desk):
    case = begin(desk)
    add(desk, REVIEWER, COLLEAGUE, "after")
    add(desk, REVIEWER, JUSTICE_HEAD, "after")
    desk.decide(REVIEWER, "agree")
    desk.decide(COLLEAGUE, "agree")
    desk.decide(JUSTICE_HEAD, "disagree", opinion="缺少依据。")
    assert len(desk.items(REVIEWER)) == 1
    desk.decide(REVIEWER, "agree")
    desk.decide(JUSTICE_HEAD, "agree")
    assert open_steps(desk, case) == ["预审"], "吕子衿 agreed to what was decided before, not to this"
    desk.decide(COLLEAGUE, "agree")
    assert open_steps(desk, case) == MOVED_ON


def test_advice_beside_is_in_before_the_step_closes_and_changes_nothing(desk):
    case = begin(desk)
    add(desk, REVIEWER, COLLEAGUE, "parallel")
    desk.decide(REVIEWER, "agree")
    assert open_steps(desk, case) == ["预审"]
    assert desk.items(REVIEWER) == []
    desk.decide(COLLEAGUE, "disagree", opinion="建议再议。")
    assert open_steps(desk, case) == MOVED_ON


@pytest.mark.parametrize("way", ["parallel", "after"])
def test_withdrawing_the_last_one_waited_for_lets_the_decision_hold(desk, way):
    case = begin(desk)
    add(desk, REVIEWER, COLLEAGUE, way)
    desk.decide(REVIEWER, "agree")
    withdraw(desk, REVIEWER, mine(desk, COLLEAGUE))
    assert open_steps(desk, case) == MOVED_ON
    assert desk.items(COLLEAGUE) == []


def test_only_who_added_withdraws_and_only_what_is_not_signed(desk):
    begin(desk)
    add(desk, REVIEWER, COLLEAGUE, "before")
    signer = mine(desk, COLLEAGUE)
    with pytest.raises((Refused, NotFound)):
        withdraw(desk, JUSTICE_HEAD, signer)
    with pytest.raises(Refused, match="只能减自己加的"):
        withdraw(desk, COLLEAGUE, signer)
    with pytest.raises(Refused, match="不是加签加上的"):
        withdraw(desk, REVIEWER, mine(desk, REVIEWER))
    desk.decide(COLLEAGUE, "agree")
    with pytest.raises(Refused, match="已经签完"):
        withdraw(desk, REVIEWER, signer)


@pytest.mark.parametrize(
    ("to", "way", "words"),
    [
        (COLLEAGUE, "sideways", "可以的加签方式"),
        (ASKER, "before", "申请人"),
        (REVIEWER, "before", "不能交给您自己"),
        ("", "before", "请写明交给谁"),
    ],
)
def test_who_cannot_be_added_is_refused(desk, to, way, words):
    begin(desk)
    with pytest.raises((Refused, Invalid), match=words):
        add(desk, REVIEWER, to, way)
    assert len(desk.items(REVIEWER)) == 1


def test_nobody_is_added_twice_nor_beyond_the_reach_of_the_step(desk):
    begin(desk)
    add(desk, REVIEWER, COLLEAGUE, "parallel")
    with pytest.raises(Refused, match="本来就在办"):
        add(desk, REVIEWER, COLLEAGUE, "after")
    desk.decide(COLLEAGUE, "agree")
    desk.decide(REVIEWER, "agree")
    with pytest.raises(Refused, match="不属于本机关"):
        add(desk, SIGNERS[0], SIGNERS[2], "before")


def test_a_signer_signs_and_does_nothing_else(desk):
    begin(desk)
    add(desk, REVIEWER, COLLEAGUE, "before")
    with pytest.raises(Refused, match="只签意见"):
        transfer(desk, COLLEAGUE, JUSTICE_HEAD)
    with pytest.raises(Refused, match="只签意见"):
        delegate(desk, COLLEAGUE, JUSTICE_HEAD)
    with pytest.raises(Invalid, match="请选择同意或不同意"):
        desk.decide(COLLEAGUE, "correct", opinion="请补正。")
    with pytest.raises(Invalid, match="必须写明意见"):
        desk.decide(COLLEAGUE, "disagree")
    with desk.house.transaction() as tx:
        view = cases.show_item(tx, cases.accounts.actor_of(tx, COLLEAGUE), mine(desk, COLLEAGUE))
    assert [one.value for one in view.outcomes] == ["agree", "disagree"]
    assert not any(section.view.editable for section in view.sections)
    assert (view.operations.returns, view.operations.may_transfer, view.operations.may_delegate) == ((), False, False)


def test_nothing_is_handed_on_while_signers_are_out(desk):
    begin(desk)
    add(desk, REVIEWER, COLLEAGUE, "parallel")
    for deed in (transfer, delegate):
        with pytest.raises(Refused, match="还没有签，不能"):
            deed(desk, REVIEWER, JUSTICE_HEAD)
    withdraw(desk, REVIEWER, mine(desk, COLLEAGUE))
    transfer(desk, REVIEWER, JUSTICE_HEAD)


def test_in_a_joint_step_a_vote_counts_when_its_signers_are_in(desk):
    case = raise_matter(desk, "会签", SIGNERS[:2])
    add(desk, SIGNERS[0], SIGNERS[2], "after")
    desk.decide(SIGNERS[1], "agree")
    desk.decide(SIGNERS[0], "agree")
    assert open_steps(desk, case) == ["会签"]
    desk.decide(SIGNERS[2], "agree")
    assert open_steps(desk, case) == ["负责人核定"]


def test_what_the_others_decided_ends_the_signers_of_one_who_has_not(desk):
    case = raise_matter(desk, "或签", SIGNERS[:2])
    add(desk, SIGNERS[0], SIGNERS[2], "before")
    desk.decide(SIGNERS[1], "agree")
    assert open_steps(desk, case) == ["负责人核定"]
    causes = {item.assignee: item.cause for item in items_of(desk, case) if item.state == "closed"}
    assert causes == dict.fromkeys((SIGNERS[0], SIGNERS[2]), "未表决（已由他人办理）")


def test_in_turn_the_next_one_is_asked_when_the_first_and_his_signers_are_done(desk):
    case = raise_matter(desk, "依次", SIGNERS[:2])
    add(desk, SIGNERS[0], SIGNERS[2], "after")
    desk.decide(SIGNERS[0], "agree")
    assert desk.items(SIGNERS[1]) == []
    desk.decide(SIGNERS[2], "agree")
    desk.decide(SIGNERS[1], "agree")
    assert open_steps(desk, case) == ["负责人核定"]


def test_one_added_to_the_vote_votes_like_the_others(desk):
    case = raise_matter(desk, "票决", SIGNERS[:2])
    add(desk, SIGNERS[0], SIGNERS[2], "parallel")
    assert "3 人须 2 人同意" in steps_of(desk, case, "票决").counted
    desk.decide(SIGNERS[2], "abstain")
    desk.decide(SIGNERS[0], "agree")
    answer = desk.decide(SIGNERS[1], "agree")
    assert "3 人须 2 人同意；已同意 2，不同意 0，弃权 1；通过" in answer.sentence
    assert open_steps(desk, case) == ["负责人核定"]


def test_the_vote_of_one_who_asked_another_to_work_on_it_is_withdrawn_too(desk):
    case = raise_matter(desk, "会签", SIGNERS[:2])
    add(desk, SIGNERS[0], COLLEAGUE, "parallel")
    delegate(desk, COLLEAGUE, JUSTICE_HEAD)
    withdraw(desk, SIGNERS[0], mine(desk, JUSTICE_HEAD))
    assert desk.items(JUSTICE_HEAD) == []
    desk.decide(SIGNERS[0], "agree")
    desk.decide(SIGNERS[1], "agree")
    assert open_steps(desk, case) == ["负责人核定"], "nobody's vote is waited for any more"


def test_a_signer_who_leaves_is_followed_or_let_go_and_nothing_holds_without_him(desk):
    case = begin(desk)
    add(desk, REVIEWER, COLLEAGUE, "after")
    desk.decide(REVIEWER, "agree")
    leave(desk, COLLEAGUE, successor=JUSTICE_HEAD)
    assert len(desk.items(JUSTICE_HEAD)) == 1
    leave(desk, JUSTICE_HEAD)
    assert open_steps(desk, case) == ["预审"]
    assert len(desk.items(REVIEWER)) == 1, "what should have held with his signature is decided again"
    desk.decide(REVIEWER, "agree")
    assert open_steps(desk, case) == MOVED_ON


def test_who_left_before_his_turn_came_is_withdrawn_first(desk):
    case = begin(desk)
    add(desk, REVIEWER, COLLEAGUE, "after")
    leave(desk, COLLEAGUE)
    with pytest.raises(Refused, match="已经离任，请先减签"):
        desk.decide(REVIEWER, "agree")
    withdraw(desk, REVIEWER, mine(desk, COLLEAGUE))
    desk.decide(REVIEWER, "agree")
    assert open_steps(desk, case) == MOVED_ON


def test_who_waits_for_a_signer_and_leaves_is_followed(desk):
    case = begin(desk)
    add(desk, REVIEWER, COLLEAGUE, "before")
    leave(desk, REVIEWER, successor=JUSTICE_HEAD)
    assert desk.items(JUSTICE_HEAD) == []
    withdraw(desk, JUSTICE_HEAD, mine(desk, COLLEAGUE))
    desk.decide(JUSTICE_HEAD, "agree")
    assert open_steps(desk, case) == MOVED_ON


def test_what_was_decided_stands_though_the_one_who_decided_has_left(desk):
    case = begin(desk)
    add(desk, REVIEWER, COLLEAGUE, "after")
    desk.decide(REVIEWER, "agree")
    leave(desk, REVIEWER, successor=JUSTICE_HEAD)
    assert desk.items(JUSTICE_HEAD) == []
    desk.decide(COLLEAGUE, "agree")
    assert open_steps(desk, case) == MOVED_ON


def test_what_comes_back_to_one_who_has_left_goes_to_the_administrator(desk):
    case = begin(desk)
    add(desk, REVIEWER, COLLEAGUE, "after")
    desk.decide(REVIEWER, "agree")
    leave(desk, REVIEWER)
    desk.decide(COLLEAGUE, "disagree", opinion="缺少依据。")
    assert open_steps(desk, case) == ["预审"]
    with desk.house.transaction() as tx:
        assert any("没有找到承办人" in one.message for one in store.incident.list_open(tx.db))


def test_the_same_press_twice_adds_and_withdraws_once(desk):
    case = begin(desk)
    item = mine(desk, REVIEWER)
    first = add(desk, REVIEWER, COLLEAGUE, "before", item=item, operation="add")
    assert add(desk, REVIEWER, COLLEAGUE, "before", item=item, operation="add") == first
    signer = mine(desk, COLLEAGUE)
    first = withdraw(desk, REVIEWER, signer, operation="withdraw")
    assert withdraw(desk, REVIEWER, signer, operation="withdraw") == first
    told = [one.type for one in events(desk, case)]
    assert (told.count("signer_added"), told.count("signer_withdrawn")) == (1, 1)


def test_adding_while_the_step_closes_does_one_or_the_other(desk):
    for _ in range(max(5, RACES // 10)):
        case = raise_matter(desk, "或签", SIGNERS[:2])
        first, second = mine(desk, SIGNERS[0]), mine(desk, SIGNERS[1])
        added, decided = together(
            lambda item=first: add(desk, SIGNERS[0], SIGNERS[2], "before", item=item),
            lambda item=second: desk.decide(SIGNERS[1], "agree", item=item),
        )
        assert isinstance(decided, cases.Answer)
        assert isinstance(added, cases.Answer) or added.conflict
        assert open_steps(desk, case) == ["负责人核定"]
        assert desk.items(SIGNERS[2]) == []


def test_withdrawing_while_he_signs_does_one_or_the_other(desk):
    for _ in range(max(5, RACES // 10)):
        case = begin(desk)
        add(desk, REVIEWER, COLLEAGUE, "after")
        desk.decide(REVIEWER, "agree")
        signer = mine(desk, COLLEAGUE)
        results = together(
            lambda signer=signer: withdraw(desk, REVIEWER, signer),
            lambda signer=signer: desk.decide(COLLEAGUE, "agree", item=signer),
        )
        assert sorted(type(one).__name__ for one in results) == ["Answer", "Refused"], results
        assert open_steps(desk, case) == MOVED_ON
        assert [one.type for one in events(desk, case)].count("task_completed") == 1


def test_a_member_of_a_joint_step_asks_another_and_votes_himself(desk):
    case = raise_matter(desk, "会签", SIGNERS[:2])
    delegate(desk, SIGNERS[0], COLLEAGUE)
    delegate(desk, COLLEAGUE, JUSTICE_HEAD, "请把关。")
    desk.decide(SIGNERS[1], "agree")
    assert [len(desk.items(one)) for one in (SIGNERS[0], COLLEAGUE, JUSTICE_HEAD)] == [0, 0, 1]
    with pytest.raises(Refused, match="由对方决定"):
        desk.decide(JUSTICE_HEAD, "agree")
    reply(desk, JUSTICE_HEAD)
    with pytest.raises(Refused, match="由对方决定"):
        desk.decide(COLLEAGUE, "agree")
    reply(desk, COLLEAGUE)
    desk.decide(SIGNERS[0], "agree")
    assert open_steps(desk, case) == ["负责人核定"]
    assert "2 人须全部同意；已同意 2" in steps_of(desk, case, "会签").counted


def test_a_vote_is_not_lent_to_another_member(desk):
    raise_matter(desk, "会签", SIGNERS[:2])
    with pytest.raises(Refused, match="本来就在办"):
        delegate(desk, SIGNERS[0], SIGNERS[1])


def test_while_the_case_is_held_nobody_signs_and_a_signer_cannot_hold_it(desk):
    case = begin(desk)
    add(desk, REVIEWER, COLLEAGUE, "before")
    administrator = desk.actor("i-lumuqing")
    desk.do(cases.hold_case, cases.HoldCase(administrator, case, "等候材料", "规定"))
    for deed in (
        lambda: desk.decide(COLLEAGUE, "agree", item=mine(desk, COLLEAGUE)),
        lambda: withdraw(desk, REVIEWER, mine(desk, COLLEAGUE)),
        lambda: add(desk, REVIEWER, JUSTICE_HEAD, "after"),
    ):
        with pytest.raises(Refused, match="已挂起"):
            deed()
    desk.do(cases.resume_case, cases.ResumeCase(administrator, case))
    desk.decide(COLLEAGUE, "agree")
    desk.decide(REVIEWER, "agree")
    assert open_steps(desk, case) == MOVED_ON


def test_signers_sign_on_under_a_release_that_lets_nobody_be_added(desk):
    case = begin(desk)
    add(desk, REVIEWER, COLLEAGUE, "after")
    bare = sample.bundle()
    bare = replace(bare, bpmn=re.sub("<jc:addSigner[^>]*/>", "", bare.bpmn))
    with desk.house.transaction() as tx:
        newer = deploy_release(tx, bare, Publication("test", {}))
    desk.do(cases.migrate_case, cases.MigrateCase(desk.actor("i-lumuqing"), case, newer.hash))
    with pytest.raises(Refused, match="这个环节不能加签"):
        add(desk, REVIEWER, JUSTICE_HEAD, "after")
    desk.decide(REVIEWER, "agree")
    assert open_steps(desk, case) == ["预审"]
    desk.decide(COLLEAGUE, "agree")
    assert open_steps(desk, case) == MOVED_ON


def test_what_others_signed_too_is_not_one_persons_to_take_back(desk):
    begin(desk)
    add(desk, REVIEWER, COLLEAGUE, "before")
    signer = mine(desk, COLLEAGUE)
    item = mine(desk, REVIEWER)
    desk.decide(COLLEAGUE, "agree")
    with pytest.raises(Refused, match="加签的人签过"):
        desk.do(cases.retract_decision, cases.RetractDecision(desk.actor(COLLEAGUE), signer))
    desk.decide(REVIEWER, "agree")
    with pytest.raises(Refused, match="加签的人签过"):
        desk.do(cases.retract_decision, cases.RetractDecision(desk.actor(REVIEWER), item))


def test_what_was_asked_of_one_who_left_comes_back_past_those_who_left_too(desk):
    case = begin(desk)
    delegate(desk, REVIEWER, COLLEAGUE)
    delegate(desk, COLLEAGUE, JUSTICE_HEAD, "请把关。")
    leave(desk, COLLEAGUE)
    assert len(desk.items(JUSTICE_HEAD)) == 1
    reply(desk, JUSTICE_HEAD)
    desk.decide(REVIEWER, "agree")
    assert open_steps(desk, case) == MOVED_ON


def test_one_who_was_asked_and_leaves_gives_the_item_back_or_to_his_successor(desk):
    case = begin(desk)
    delegate(desk, REVIEWER, COLLEAGUE)
    leave(desk, COLLEAGUE, successor=JUSTICE_HEAD)
    with pytest.raises(Refused, match="由对方决定"):
        desk.decide(JUSTICE_HEAD, "agree")
    leave(desk, JUSTICE_HEAD)
    desk.decide(REVIEWER, "agree")
    assert open_steps(desk, case) == MOVED_ON
