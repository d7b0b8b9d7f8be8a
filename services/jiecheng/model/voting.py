"""Nouns of the decision of a step: the rule, the votes, what came out."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Mode(StrEnum):
    SINGLE = "single"  # 单人
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
    sentence: str  # for people: "应到 7 人，回避 1 人，实到 5 人；同意 4，不同意 1，弃权 0；超过到会半数，通过"
