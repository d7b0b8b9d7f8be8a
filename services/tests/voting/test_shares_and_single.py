"""How shares are written, and the decision of one person."""

from __future__ import annotations

from fractions import Fraction

import pytest

from jiecheng.model.definition import OutcomeOption
from jiecheng.model.errors import Invalid
from jiecheng.voting import count_single, read_rule
from jiecheng.voting.rule import exact, say_share

OPTIONS = (OutcomeOption("agree", "同意"), OutcomeOption("disagree", "不同意", opinion_required=True))


def test_half_means_more_than_half_and_any_other_share_at_least_that():
    rule = read_rule("1/2", "2/3")
    assert (rule.quorum_strict, rule.majority_strict) == (True, False)
    assert exact(rule.majority) == Fraction(2, 3)
    assert (say_share(rule.quorum), say_share(rule.majority)) == ("半数", "三分之二")


@pytest.mark.parametrize("share", ["", "过半数", "0/2", "3/2", "1/0", "-1/2", "0.5", "1/2/3"])
def test_what_is_no_share_is_refused_with_an_example(share):
    with pytest.raises(Invalid, match="2/3"):
        read_rule(share, "1/2")


def test_a_minority_can_never_carry_a_decision():
    with pytest.raises(Invalid, match="不能低于一半"):
        read_rule("1/2", "1/3")


def test_the_one_person_chooses_an_outcome_of_the_step():
    assert count_single(OPTIONS, "agree").label == "同意"


@pytest.mark.parametrize("outcome", ["", "Agree", "同意", "cancel"])
def test_an_outcome_the_step_does_not_offer_is_refused_and_the_offered_are_named(outcome):
    with pytest.raises(Invalid, match="同意、不同意") as refused:
        count_single(OPTIONS, outcome)
    assert set(refused.value.fields) == {"_outcome"}


@pytest.mark.parametrize("opinion", ["", "  \n"])
def test_an_outcome_that_needs_an_opinion_is_refused_without_one(opinion):
    with pytest.raises(Invalid) as refused:
        count_single(OPTIONS, "disagree", opinion)
    assert set(refused.value.fields) == {"_opinion"}
    assert count_single(OPTIONS, "disagree", "人手不足").value == "disagree"
