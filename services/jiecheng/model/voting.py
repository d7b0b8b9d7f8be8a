"""Nouns of the decision of a step: the rule, the votes, what came out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum


class Mode(StrEnum):
    SINGLE = "single"  # 单人
    ALL = "all"  # 会签: all agree
    ANY = "any"  # 或签: the first decision counts
    SEQUENTIAL = "sequential"  # 依次: each in turn agrees
    RATIO = "ratio"  # 票签: a share of the members agrees
    MEETING = "meeting"  # 集体研究, entered by the secretary of a meeting body


class Vote(StrEnum):
    AGREE = "agree"  # 同意
    DISAGREE = "disagree"  # 不同意
    ABSTAIN = "abstain"  # 弃权
    ABSENT = "absent"  # 缺席
    RECUSED = "recused"  # 回避


@dataclass(frozen=True, slots=True)
class MeetingRule:
    """`quorum`: share of the eligible members (all minus the recused) who must be present; `majority`: share of those
    present whose agreement carries; `strict`: more than the share, not just the share."""

    quorum: Decimal = Decimal("0.5")
    quorum_strict: bool = True
    majority: Decimal = Decimal("0.5")
    majority_strict: bool = True


# Those in which every member has an item of his own.
SEVERAL = frozenset({Mode.ALL, Mode.ANY, Mode.SEQUENTIAL, Mode.RATIO})


class Tie(StrEnum):
    """What exactly half for and half against means."""

    FAILS = "fails"
    PASSES = "passes"


@dataclass(frozen=True, slots=True)
class VotingRule:
    """How several people decide a step together.

    `ratio`: share of the base whose agreement carries (票签 only). `quorum`: share of the members who must have voted
    before it can pass. `abstentions_count`: an abstention stays in the base, else it leaves it. `veto`: members whose
    disagreement alone decides. `weights`: member -> weight, 1 where nothing is said.
    """

    mode: Mode
    ratio: Decimal = Decimal(1)
    quorum: Decimal = Decimal(0)
    abstentions_count: bool = True
    tie: Tie = Tie.FAILS
    veto: frozenset[str] = frozenset()
    weights: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class VotingOutcome:
    """`passed` None: nothing is decided yet. `next`: who may vote now. `unvoted`: why those who did not vote never will."""

    passed: bool | None
    next: tuple[str, ...]
    unvoted: str
    sentence: str  # "5 人须 4 人同意；已同意 3，不同意 0"


AGREE, DISAGREE, ABSTAIN = Vote.AGREE.value, Vote.DISAGREE.value, Vote.ABSTAIN.value  # as outcomes of a step


@dataclass(frozen=True, slots=True)
class Ballot:
    member: str  # identity id
    vote: Vote
    reason: str = ""


@dataclass(frozen=True, slots=True)
class MeetingOutcome:
    members: int
    recused: int
    present: int
    agree: int
    disagree: int
    abstain: int
    quorum_reached: bool
    passed: bool
    sentence: (
        str  # for people: "应到 7 人，回避 1 人，缺席 1 人，实到 5 人；同意 4，不同意 1，弃权 0；超过到会半数，通过"
    )
