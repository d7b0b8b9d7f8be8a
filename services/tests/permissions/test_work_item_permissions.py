"""Claim, release, decide, send: who may, who hears why not, and who hears nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from jiecheng.model.actor import Actor, Role, system_actor
from jiecheng.model.errors import NotFound, Refused
from jiecheng.model.work_item import WorkItemState
from jiecheng.permissions import (
    ItemFacts,
    MessageFacts,
    ReadFacts,
    require_claim,
    require_decision,
    require_message,
    require_release,
)

WANG = Actor("p-wang", "王敏", "wang-office", ("wang-office", "wang-party"), post="彭溪街道党政办 主任")
LI = Actor("p-li", "李强", "li-office", ("li-office",))
ZHAO = Actor("p-zhao", "赵静", "zhao-bureau", ("zhao-bureau",))  # the initiator, at the borrowing bureau
STRANGER = Actor("p-qian", "钱某", "qian", ("qian",))
CASE = ReadFacts("zhao-bureau", participants=("wang-party", "li-office"), compartments={"街道": ("wang-party",)})
OFFERED = ItemFacts(WorkItemState.OFFERED, None, ("wang-party", "li-office"), case=lambda: CASE, compartment="街道")
HELD = replace(
    OFFERED,
    state=WorkItemState.ASSIGNED,
    assignee="wang-party",
    holder="王敏（彭溪街道党工委 组织委员）",
    since="2026年3月1日 09:30",
)
DECIDED = replace(HELD, state=WorkItemState.DECIDED)
CLOSED = replace(HELD, state=WorkItemState.CLOSED)
CHECKS = (require_decision, require_claim, require_release)


def refusal(check, actor, item) -> Refused:
    with pytest.raises(Refused) as refused:
        check(actor, item)
    return refused.value


def test_the_holder_decides_in_whichever_of_his_posts_he_acts():
    require_decision(WANG, HELD)
    require_decision(replace(WANG, identity="wang-party"), HELD)


def test_a_post_held_no_longer_gives_no_right():
    with pytest.raises(NotFound):
        require_decision(replace(WANG, identities=("wang-office",)), HELD)


@pytest.mark.parametrize("check", CHECKS)
def test_a_stranger_does_not_even_learn_that_the_item_exists(check):
    for item in (OFFERED, HELD, DECIDED, CLOSED, replace(HELD, case=None)):
        with pytest.raises(NotFound) as unknown:
            check(STRANGER, item)
        assert "王敏" not in unknown.value.message


def test_a_fellow_candidate_learns_who_holds_it_and_since_when():
    refused = refusal(require_decision, LI, HELD)
    assert "王敏（彭溪街道党工委 组织委员） 于 2026年3月1日 09:30" in refused.message
    assert refusal(require_claim, LI, HELD).conflict


def test_to_the_initiator_outside_the_compartment_the_item_does_not_exist():
    with pytest.raises(NotFound) as unknown:
        require_decision(ZHAO, HELD)
    assert "没有这件待办" in unknown.value.message


def test_an_auditor_reads_and_decides_nothing():
    auditor = replace(STRANGER, roles=frozenset({Role.AUDITOR}))
    assert "不能办理" in refusal(require_decision, auditor, HELD).message


def test_an_offered_item_is_claimed_before_it_is_decided():
    require_claim(WANG, OFFERED)
    refused = refusal(require_decision, WANG, OFFERED)
    assert (refused.rule, refused.conflict) == ("claim_first", False)


def test_a_reader_who_is_no_candidate_cannot_claim():
    in_the_open = replace(OFFERED, compartment="")
    assert refusal(require_claim, ZHAO, in_the_open).rule == "candidates_only"
    assert refusal(require_decision, ZHAO, in_the_open).rule == "candidates_only"


def test_claiming_twice_is_a_conflict_that_says_it_is_already_yours():
    refused = refusal(require_claim, WANG, HELD)
    assert refused.conflict
    assert "您名下" in refused.message


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("item", [DECIDED, CLOSED, replace(HELD, task_open=False), replace(OFFERED, task_open=False)])
def test_whatever_comes_after_the_end_is_a_conflict(check, item):
    refused = refusal(check, WANG, item)
    assert refused.conflict
    assert refused.rule == "item_closed"


def test_only_the_holder_releases_and_only_when_somebody_else_can_take_it():
    require_release(WANG, HELD)
    assert refusal(require_release, LI, HELD).rule == "assignee_only"
    assert refusal(require_release, WANG, replace(HELD, candidates=("wang-party",))).rule == "sole_candidate"
    own_posts_only = replace(HELD, candidates=("wang-party", "wang-office"))
    assert refusal(require_release, WANG, own_posts_only).rule == "sole_candidate"
    assert refusal(require_release, WANG, OFFERED).rule == "not_claimed"


@pytest.mark.parametrize("check", CHECKS)
def test_the_system_decides_in_nobodys_name(check):
    assert refusal(check, system_actor("L5"), HELD).rule == "X3"


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR, Role.SECURITY_AUDITOR])
@pytest.mark.parametrize("check", CHECKS)
def test_the_separated_administrators_handle_no_business_even_when_it_is_addressed_to_them(check, role):
    refused = refusal(check, replace(WANG, roles=frozenset({role})), HELD)
    assert refused.rule == "separated_roles"
    assert role.value in refused.message


def test_a_message_is_sent_by_those_who_may_and_named_to_those_who_may_know():
    message = MessageFacts("提前归还", "彭溪街道党政办 主任", CASE)
    require_message(WANG, ("wang-office",), message)
    with pytest.raises(Refused, match="「提前归还」由彭溪街道党政办 主任提交"):
        require_message(ZHAO, ("wang-office",), message)
    for about in (message, None):
        with pytest.raises(NotFound):
            require_message(STRANGER, ("wang-office",), about)
