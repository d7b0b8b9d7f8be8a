"""会签, 或签, 依次, 票签: the examples people know, and the laws that hold for every rule and every order of votes."""

from __future__ import annotations

import itertools
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiecheng.model.errors import Invalid
from jiecheng.model.voting import Ballot, Mode, Tie, Vote, VotingOutcome, VotingRule
from jiecheng.voting import count_votes

A, D, B = Vote.AGREE, Vote.DISAGREE, Vote.ABSTAIN
FIVE = ("甲", "乙", "丙", "丁", "戊")
FOUR_OF_FIVE = VotingRule(Mode.RATIO, ratio=Decimal("0.8"))


def count(rule: VotingRule, *votes: Vote, members: tuple[str, ...] = FIVE) -> VotingOutcome:
    return count_votes(rule, members, [Ballot(who, vote) for who, vote in zip(members, votes, strict=False)])


def test_the_sentence_says_what_is_needed_and_what_there_is() -> None:
    assert count(FOUR_OF_FIVE, A, A, A).sentence == "5 人须 4 人同意；已同意 3，不同意 0"


def test_a_single_rejection_does_not_end_a_vote_by_ratio() -> None:
    assert count(FOUR_OF_FIVE, D).passed is None
    assert count(FOUR_OF_FIVE, D, A, A, A, A).passed is True


def test_a_vote_by_ratio_ends_as_soon_as_it_cannot_change() -> None:
    assert count(FOUR_OF_FIVE, A, A, A, A).passed is True
    lost = count(FOUR_OF_FIVE, D, D)
    assert (lost.passed, lost.next, lost.unvoted) == (False, (), "未表决（已达成）")


def test_everybody_signs_or_it_fails() -> None:
    rule = VotingRule(Mode.ALL)
    assert count(rule, A, A, A, A).passed is None
    assert count(rule, A, A, A, A, A).passed is True
    assert count(rule, A, D).passed is False


def test_the_first_decision_counts_agree_or_not() -> None:
    rule = VotingRule(Mode.ANY)
    assert count(rule, A).passed is True
    refused = count(rule, D)
    assert (refused.passed, refused.unvoted) == (False, "未表决（已由他人办理）")


def test_in_turn_only_the_next_one_may_vote() -> None:
    rule = VotingRule(Mode.SEQUENTIAL)
    assert count(rule).next == ("甲",)
    assert count(rule, A, A).next == ("丙",)
    with pytest.raises(Invalid, match="还没有轮到"):
        count_votes(rule, FIVE, [Ballot("丙", A)])
    assert count(rule, A, D).unvoted == "未到"


def test_half_against_half_fails_unless_the_rule_says_otherwise() -> None:
    four = FIVE[:4]
    half = VotingRule(Mode.RATIO, ratio=Decimal("0.5"))
    assert count(half, A, A, D, D, members=four).passed is False
    assert count(VotingRule(Mode.RATIO, ratio=Decimal("0.5"), tie=Tie.PASSES), A, A, D, D, members=four).passed is True


def test_an_abstention_stays_in_the_base_or_leaves_it_as_stated() -> None:
    rule = VotingRule(Mode.RATIO, ratio=Decimal("0.8"), abstentions_count=False)
    assert count(rule, A, A, A, A, B).passed is True
    assert count(rule, B, B, B, A, A).passed is True
    assert count(FOUR_OF_FIVE, B, B).passed is False


def test_one_veto_is_enough_and_its_silence_is_no_consent() -> None:
    rule = VotingRule(Mode.RATIO, ratio=Decimal("0.4"), veto=frozenset({"戊"}))
    assert count(rule, A, A, A, A).passed is None
    vetoed = count(rule, A, A, A, A, D)
    assert vetoed.passed is False
    assert vetoed.sentence.endswith("（一票否决）")


def test_weights_count_votes_not_heads() -> None:
    rule = VotingRule(Mode.RATIO, ratio=Decimal("0.5"), weights={"甲": 5})
    assert count(rule, A).passed is True
    assert count(rule, D, A, A, A, A).passed is False


def test_a_quorum_must_have_voted_before_it_can_pass() -> None:
    rule = VotingRule(Mode.RATIO, ratio=Decimal("0.4"), quorum=Decimal("0.8"))
    assert count(rule, A, A).passed is None
    assert count(rule, A, A, D, B).passed is True


@pytest.mark.parametrize(
    ("ballots", "words"),
    [
        ([Ballot("己", A)], "不在"),
        ([Ballot("甲", A), Ballot("甲", D)], "已经表决"),
        ([Ballot("甲", Vote.ABSENT)], "只能"),
    ],
)
def test_outsiders_second_votes_and_other_words_are_refused(ballots: list[Ballot], words: str) -> None:
    with pytest.raises(Invalid, match=words):
        count_votes(FOUR_OF_FIVE, FIVE, ballots)


# The laws.

SHARES = st.sampled_from([Decimal(one) for one in ("0.2", "0.25", "0.5", "0.6", "0.75", "0.8", "1")]) | st.just(
    Decimal(2) / Decimal(3)
)
VOTES = st.sampled_from([A, D, B])


@st.composite
def rules(draw: st.DrawFn, members: tuple[str, ...]) -> VotingRule:
    return VotingRule(
        mode=draw(st.sampled_from([Mode.ALL, Mode.ANY, Mode.SEQUENTIAL, Mode.RATIO])),
        ratio=draw(SHARES),
        quorum=draw(st.sampled_from([Decimal(0), Decimal("0.5"), Decimal("0.8"), Decimal(1)])),
        abstentions_count=draw(st.booleans()),
        tie=draw(st.sampled_from(list(Tie))),
        veto=draw(st.frozensets(st.sampled_from(members), max_size=2)),
        weights=draw(st.dictionaries(st.sampled_from(members), st.integers(1, 4))),
    )


@st.composite
def elections(draw: st.DrawFn) -> tuple[VotingRule, tuple[str, ...], list[Vote]]:
    members = FIVE[: draw(st.integers(1, 5))]
    return draw(rules(members)), members, [draw(VOTES) for _ in members]


@given(elections())
def test_when_all_have_voted_it_is_decided(election: tuple[VotingRule, tuple[str, ...], list[Vote]]) -> None:
    rule, members, votes = election
    decided = count(rule, *votes, members=members)
    assert decided.passed is not None
    assert decided.next == ()


@given(elections())
def test_the_early_end_equals_the_full_count(election: tuple[VotingRule, tuple[str, ...], list[Vote]]) -> None:
    rule, members, votes = election
    for given_so_far in range(len(votes)):
        early = count(rule, *votes[:given_so_far], members=members).passed
        if early is None:
            continue
        rest = len(members) - given_so_far
        for others in itertools.product((A, D, B), repeat=rest):
            # 或签 has no later votes, and 依次 none after a refusal: there is nothing more to count.
            if rule.mode in (Mode.ANY, Mode.SEQUENTIAL):
                break
            assert count(rule, *votes[:given_so_far], *others, members=members).passed is early


@given(elections(), st.randoms(use_true_random=False))
def test_the_order_of_votes_does_not_matter(
    election: tuple[VotingRule, tuple[str, ...], list[Vote]], chance: st.random_module
) -> None:
    rule, members, votes = election
    if rule.mode in (Mode.SEQUENTIAL, Mode.ANY):
        return  # in turn, and first come: there the order is the rule
    ballots = [Ballot(who, vote) for who, vote in zip(members, votes, strict=True)]
    mixed = ballots[:]
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert count_votes(rule, members, ballots).passed is count_votes(rule, members, mixed).passed


@given(elections())
def test_agreeing_instead_of_disagreeing_never_loses_a_vote(
    election: tuple[VotingRule, tuple[str, ...], list[Vote]],
) -> None:
    rule, members, votes = election
    if not count(rule, *votes, members=members).passed:
        return
    for place, vote in enumerate(votes):
        if vote is D:
            better = [*votes[:place], A, *votes[place + 1 :]]
            assert count(rule, *better, members=members).passed
