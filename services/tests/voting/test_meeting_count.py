"""集体研究: who counts, what carries, and which records are no record."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiecheng.model.errors import Invalid
from jiecheng.model.voting import Ballot, MeetingRule, Vote
from jiecheng.voting import count_meeting, read_rule

SEVEN = tuple("甲乙丙丁戊己庚")
RULES = st.builds(
    read_rule,
    st.sampled_from(["1/2", "1/3", "2/3", "3/4", "1/1"]),
    st.sampled_from(["1/2", "2/3", "3/4", "4/5", "1/1"]),
)
VOTES = st.lists(st.sampled_from(Vote), min_size=1, max_size=9)


def ballots(*votes: Vote) -> list[Ballot]:
    return [Ballot(f"m{index}", vote) for index, vote in enumerate(votes)]


def count(rule: MeetingRule, votes: list[Vote]):
    entered = ballots(*votes)
    return count_meeting(rule, [one.member for one in entered], entered)


def of(text: str) -> list[Vote]:
    words = {"A": Vote.AGREE, "D": Vote.DISAGREE, "O": Vote.ABSTAIN, "-": Vote.ABSENT, "R": Vote.RECUSED}
    return [words[letter] for letter in text]


@pytest.mark.parametrize(
    ("votes", "passed"),
    [
        ("AAAADDD", True),
        ("AAADDD-", False),  # three of six present is a tie
        ("AAAO---", True),  # four of seven are more than half; three of four agree
        ("AAA----", False),  # three of seven are no quorum, though all agree
        ("AAAOOO-", False),  # an abstention weighs against: three of six present
        ("RRRRAA-", True),  # the recused are out of the base: two of three present, both agree
        ("RRRRRRR", False),  # nobody is left who could decide
        ("RRRRRRA", True),
    ],
)
def test_more_than_half_of_those_present_carries_when_more_than_half_of_the_eligible_came(votes, passed):
    assert count(read_rule(), of(votes)).passed is passed


@pytest.mark.parametrize(("agree", "passed"), [(4, True), (3, False)])
def test_two_thirds_is_exact_although_it_has_no_decimal(agree, passed):
    outcome = count(read_rule("1/2", "2/3"), [Vote.AGREE] * agree + [Vote.DISAGREE] * (6 - agree))
    assert outcome.passed is passed


def test_all_means_all_who_are_present():
    assert count(read_rule("1/2", "1/1"), of("AAAA-")).passed
    assert not count(read_rule("1/2", "1/1"), of("AAAO-")).passed


def test_a_tie_is_not_passed_even_under_a_rule_that_asks_for_just_half():
    just_half = MeetingRule(majority=Decimal("0.5"), majority_strict=False)
    outcome = count(just_half, of("AADD"))
    assert not outcome.passed
    assert outcome.sentence.endswith("同意没有多于不同意，不通过")


def test_the_sentence_tells_attendance_votes_and_verdict():
    outcome = count_meeting(
        read_rule(), SEVEN, [Ballot(m, v) for m, v in zip(SEVEN, of("RAAAAD-"), strict=True)], {"甲"}
    )
    assert (
        outcome.sentence == "应到 7 人，回避 1 人，缺席 1 人，实到 5 人；同意 4，不同意 1，弃权 0；超过到会半数，通过"
    )
    assert (outcome.members, outcome.recused, outcome.present) == (7, 1, 5)


def test_the_sentence_says_when_too_few_came():
    outcome = count(read_rule("2/3", "1/2"), of("AAA--"))
    assert not outcome.quorum_reached
    assert outcome.sentence.endswith("到会人数未达到应到会（不含回避）三分之二，不能表决，不通过")


def test_one_who_must_stand_aside_is_recused_without_a_ballot():
    outcome = count_meeting(read_rule(), ["甲", "乙"], [Ballot("乙", Vote.AGREE)], {"甲"})
    assert (outcome.recused, outcome.passed) == (1, True)


@pytest.mark.parametrize("vote", [Vote.AGREE, Vote.DISAGREE, Vote.ABSTAIN, Vote.ABSENT])
def test_one_who_must_stand_aside_may_enter_nothing_but_that(vote):
    with pytest.raises(Invalid) as refused:
        count_meeting(read_rule(), ["甲", "乙"], [Ballot("甲", vote), Ballot("乙", Vote.AGREE)], {"甲"})
    assert "回避" in refused.value.fields["甲"][0]


def test_a_disagreeing_member_need_not_give_a_reason():
    assert not count(read_rule(), of("DDD")).passed


def test_an_outsider_a_double_and_a_missing_ballot_are_named_together():
    entered = [Ballot("甲", Vote.AGREE), Ballot("甲", Vote.AGREE), Ballot("外人", Vote.AGREE)]
    with pytest.raises(Invalid) as refused:
        count_meeting(read_rule(), ["甲", "乙"], entered)
    assert set(refused.value.fields) == {"甲", "外人", "乙"}


@pytest.mark.parametrize("members", [[], ["甲", "甲"]])
def test_a_body_without_members_or_with_one_twice_cannot_vote(members):
    with pytest.raises(Invalid):
        count_meeting(read_rule(), members, [Ballot(member, Vote.AGREE) for member in set(members)])


@settings(max_examples=150, deadline=None)
@given(RULES, VOTES, st.randoms(use_true_random=False))
def test_the_order_of_ballots_and_members_does_not_matter(rule, votes, random):
    entered = ballots(*votes)
    members = [one.member for one in entered]
    shuffled, other = entered[:], members[:]
    random.shuffle(shuffled)
    random.shuffle(other)
    assert count_meeting(rule, members, entered) == count_meeting(rule, other, shuffled)


@settings(max_examples=300, deadline=None)
@given(RULES, VOTES, st.data())
def test_one_more_agreement_never_turns_pass_into_fail(rule, votes, data):
    index = data.draw(st.integers(0, len(votes) - 1))
    better = [*votes[:index], Vote.AGREE, *votes[index + 1 :]]
    assert count(rule, better).passed or not count(rule, votes).passed


@settings(max_examples=300, deadline=None)
@given(RULES, VOTES)
def test_a_vote_and_its_mirror_image_never_both_pass(rule, votes):
    mirror = {Vote.AGREE: Vote.DISAGREE, Vote.DISAGREE: Vote.AGREE}
    mirrored = [mirror.get(vote, vote) for vote in votes]
    assert not (count(rule, votes).passed and count(rule, mirrored).passed)


@settings(max_examples=300, deadline=None)
@given(RULES, VOTES)
def test_a_pass_has_a_quorum_and_more_for_than_against_and_everybody_is_counted_once(rule, votes):
    outcome = count(rule, votes)
    assert outcome.present == outcome.agree + outcome.disagree + outcome.abstain
    assert outcome.members == len(votes)
    if outcome.passed:
        assert outcome.quorum_reached
        assert outcome.agree > outcome.disagree
    assert outcome.sentence.endswith("，通过") is outcome.passed


@settings(max_examples=200, deadline=None)
@given(VOTES)
def test_a_stricter_majority_never_passes_what_a_milder_one_refused(votes):
    rules = [read_rule("1/2", share) for share in ("1/2", "2/3", "3/4", "1/1")]
    passed = [count(rule, votes).passed for rule in rules]
    assert passed == sorted(passed, reverse=True)
