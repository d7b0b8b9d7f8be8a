"""转办 and 委派: who may be given an item, who has it then, and what stays on record."""

from __future__ import annotations

import pytest
from officials_machine import SECOND_HEAD, second_head
from test_joint_steps import ASKER, REVIEWER, SIGNERS, desk, events, open_steps

from jiecheng import cases
from jiecheng.cases import handing, people
from jiecheng.model.errors import Invalid, NotFound, Refused
from jiecheng.model.ids import IdentityId, ProcessId

__all__ = ["desk"]
COLLEAGUE = IdentityId("i-lvzijin")  # 区司法局 科员, as the reviewer is of 区司法局
HEAD = IdentityId("i-shijingshu")
JUSTICE_HEAD = IdentityId("i-qinxiangwan")


def begin(office, way="分头", signers=SIGNERS[:2]):
    data = {"matter": "停车收费", "way": way, "reviewer": REVIEWER, "signers": list(signers)}
    return office.do(cases.start_case, cases.StartCase(office.actor(ASKER), ProcessId("joint_review"), data)).case


def transfer(office, who, to, reason="出差，请代为审核。", item=None):
    item = item or office.items(who)[0]
    return office.do(cases.transfer_work_item, cases.TransferWorkItem(office.actor(who), item, to, reason))


def delegate(office, who, to, question="请核对数据。"):
    command = cases.DelegateWorkItem(office.actor(who), office.items(who)[0], to, question)
    return office.do(cases.delegate_work_item, command)


def reply(office, who, words="数据无误。"):
    command = cases.AnswerDelegation(office.actor(who), office.items(who)[0], words)
    return office.do(cases.answer_delegation, command)


def test_the_new_holder_decides_and_the_first_one_still_reads_the_case(desk):
    case = begin(desk)
    item = desk.items(REVIEWER)[0]
    transfer(desk, REVIEWER, COLLEAGUE)
    assert desk.items(REVIEWER) == []
    given = desk.case(case, REVIEWER)
    assert given.my_items == []  # no button that leads to a page on which he may do nothing
    assert desk.case(case, COLLEAGUE).my_items == [item]
    (step,) = [one for one in given.steps if one.state == "open"]
    assert "转办给吕子衿" in step.reason.partition("原来")[0]
    with pytest.raises(Refused, match="您不能办理"):
        desk.decide(REVIEWER, "agree", item=item)
    desk.decide(COLLEAGUE, "agree")
    assert open_steps(desk, case) == ["法制审核", "财务审核"]


def test_the_chain_is_on_record_with_its_reasons(desk):
    case = begin(desk)
    transfer(desk, REVIEWER, COLLEAGUE)
    transfer(desk, COLLEAGUE, JUSTICE_HEAD, "应由局长把关。")
    with desk.house.transaction() as tx:
        told = cases.handing.chain(tx, desk_items(desk, JUSTICE_HEAD))
    assert [("宋明理" in told[0], "吕子衿" in told[0]), ("吕子衿" in told[1], "秦向晚" in told[1])] == [
        (True, True)
    ] * 2
    moved = [one for one in events(desk, case) if one.type == "work_item_transferred"]
    assert [one.personal["actor.name"] for one in moved] == ["宋明理", "吕子衿"]


def desk_items(office, who):
    return office.items(who)[0]


@pytest.mark.parametrize(
    ("to", "words"),
    [
        ("宋明理", "不能交给您自己"),
        ("曹承泽", "申请人"),
        ("没有这个人", "没有姓名为"),
        ("", "请写明交给谁"),
    ],
)
def test_who_cannot_hold_it_is_refused(desk, to, words):
    begin(desk)
    with pytest.raises((Refused, Invalid), match=words):
        transfer(desk, REVIEWER, to)
    assert len(desk.items(REVIEWER)) == 1


def test_a_step_goes_no_further_than_the_diagram_lets_it(desk):
    case = begin(desk)
    desk.decide(REVIEWER, "agree")
    with pytest.raises(Refused, match="不属于本机关"):
        transfer(desk, SIGNERS[1], SIGNERS[2])  # 财务审核 stays within the organ
    transfer(desk, SIGNERS[0], SIGNERS[2])  # 法制审核 may go anywhere in the district
    desk.decide(SIGNERS[2], "agree")
    assert open_steps(desk, case) == ["财务审核"]


def test_a_reason_is_required_and_a_step_that_says_nothing_is_not_handed_on(desk):
    begin(desk, "会签")
    with pytest.raises(Invalid, match="原因"):
        transfer(desk, REVIEWER, COLLEAGUE, " ")
    desk.decide(REVIEWER, "agree")
    with pytest.raises(Refused, match="不能转办"):
        transfer(desk, SIGNERS[0], SIGNERS[2])


def test_nobody_hands_on_what_another_holds(desk):
    begin(desk)
    with pytest.raises((Refused, NotFound)):
        transfer(desk, COLLEAGUE, JUSTICE_HEAD, item=desk.items(REVIEWER)[0])


def test_the_answer_comes_back_and_who_asked_decides(desk):
    case = begin(desk)
    delegate(desk, REVIEWER, COLLEAGUE)
    with pytest.raises(Refused, match="由对方决定"):
        desk.decide(COLLEAGUE, "agree")
    reply(desk, COLLEAGUE)
    assert desk.items(COLLEAGUE) == []
    desk.decide(REVIEWER, "agree")
    decided = [one.personal["actor.name"] for one in events(desk, case) if one.type == "work_item_decided"]
    assert decided == ["宋明理"]


def test_nested_answers_come_back_one_after_the_other(desk):
    begin(desk)
    delegate(desk, REVIEWER, COLLEAGUE)
    delegate(desk, COLLEAGUE, JUSTICE_HEAD, "请把关。")
    with pytest.raises(Refused, match="不能再委派回去"):
        delegate(desk, JUSTICE_HEAD, REVIEWER)
    reply(desk, JUSTICE_HEAD)
    with pytest.raises(Refused, match="由对方决定"):
        desk.decide(COLLEAGUE, "agree")
    reply(desk, COLLEAGUE)
    desk.decide(REVIEWER, "agree")


@pytest.mark.parametrize("way", ["转办", "委派"])
def test_what_was_handed_on_does_not_go_back_to_the_posts_list(desk, way):
    """Whoever it was given to would otherwise stand among those who may take it."""
    begin(desk)
    desk.decide(REVIEWER, "agree")
    with desk.house.transaction() as tx:
        second_head(tx)
    for one in SIGNERS[:2]:
        desk.decide(one, "agree")
    item = desk.items(HEAD)[0]
    desk.do(cases.claim_work_item, cases.ClaimWorkItem(desk.actor(HEAD), item))
    if way == "转办":
        transfer(desk, HEAD, SECOND_HEAD)
        holder, other = SECOND_HEAD, HEAD
    else:
        delegate(desk, HEAD, SECOND_HEAD)
        reply(desk, SECOND_HEAD)
        holder, other = HEAD, SECOND_HEAD
    with pytest.raises(Refused, match="不能再释放"):
        desk.do(cases.release_work_item, cases.ReleaseWorkItem(desk.actor(holder), item))
    with desk.house.transaction() as tx:
        assert not cases.show_item(tx, desk.actor(holder), item).may_release
    assert desk.items(other) == []
    desk.decide(holder, "agree", item=item)


def test_who_was_not_asked_has_nothing_to_answer(desk):
    begin(desk)
    with pytest.raises(Refused, match="没有人委派"):
        reply(desk, REVIEWER)


def test_only_those_one_may_hand_it_to_are_named_as_near(desk):
    begin(desk)
    desk.decide(REVIEWER, "agree")
    finance = SIGNERS[1]  # within the organ
    with pytest.raises(Invalid) as wrong:
        transfer(desk, finance, "科")
    near = wrong.value.fields["to"][0]
    with desk.house.transaction() as tx:
        named = {who for who in tx.organisation.directory.identities if people.label(tx, who) in near}
        assert named
        assert named <= set(handing.reach(tx, finance, "organ"))


def test_the_page_says_from_whom_it_came(desk):
    begin(desk)
    transfer(desk, REVIEWER, "吕子衿")
    with desk.house.transaction() as tx:
        view = cases.show_item(tx, desk.actor(COLLEAGUE), desk.items(COLLEAGUE)[0])
    assert "转办给吕子衿" in view.operations.chain[-1]
    assert "出差" in view.operations.chain[-1]
