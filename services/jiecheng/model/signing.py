"""加签: the ways in which the holder of an item adds signers, their lifecycle, and what becomes of his own item.

The engine hears nothing of it. Each table below is complete: what is not in it cannot happen.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum


class SignWay(StrEnum):
    BEFORE = "before"  # 前加签: advice, in before he may decide
    PARALLEL = "parallel"  # 并加签: advice, in before the step closes
    AFTER = "after"  # 后加签: signs what he decided; a disagreement gives the item back to him
    VOTE = "vote"  # 并加签 in a joint step whose diagram says so: a member of the vote like the others


# Those whose word is an opinion; a member of the vote decides like everybody in the step.
ADVISING = frozenset({SignWay.BEFORE, SignWay.PARALLEL, SignWay.AFTER})

CHINESE_WAYS: dict[SignWay, str] = {
    SignWay.BEFORE: "前加签",
    SignWay.PARALLEL: "并加签",
    SignWay.AFTER: "后加签",
    SignWay.VOTE: "并加签（参加表决）",
}


class SignerState(StrEnum):
    """Of an added signer's item."""

    PLANNED = "planned"  # after: it is his turn when the one who added him has decided
    ASKED = "asked"
    SIGNED = "signed"
    WITHDRAWN = "withdrawn"  # 减签, or the step ended, or he left and nobody took over


SIGNER_LIFECYCLE: dict[SignerState, dict[str, SignerState]] = {
    SignerState.PLANNED: {
        "decide_work_item": SignerState.ASKED,  # the one who added him decides
        "withdraw_signer": SignerState.WITHDRAWN,
        "close": SignerState.WITHDRAWN,
    },
    SignerState.ASKED: {
        "sign": SignerState.SIGNED,
        "withdraw_signer": SignerState.WITHDRAWN,
        "close": SignerState.WITHDRAWN,
    },
    SignerState.SIGNED: {},
    SignerState.WITHDRAWN: {},
}


class Standing(StrEnum):
    """Of the item under which signers were added."""

    HIS = "his"  # he may decide
    WAITS = "waits"  # 前加签 are not in: he may not decide, return or hand on
    PENDING = "pending"  # he has decided; 并加签 or 后加签 are not in, so it does not hold yet
    HOLDS = "holds"  # his decision holds: counted in a joint step, the end of any other


# (has he decided?, is there an open 前加签?, is there an open 并加签 or 后加签?) -> where he stands.
STANDINGS: dict[tuple[bool, bool, bool], Standing] = {
    (False, False, False): Standing.HIS,
    (False, False, True): Standing.HIS,
    (False, True, False): Standing.WAITS,
    (False, True, True): Standing.WAITS,
    (True, False, False): Standing.HOLDS,
    (True, False, True): Standing.PENDING,
}


def standing(open_ways: Collection[str], *, decided: bool) -> Standing:
    """Where the holder of an item stands while signers of these ways have not signed."""
    follows = SignWay.PARALLEL in open_ways or SignWay.AFTER in open_ways
    return STANDINGS[decided, SignWay.BEFORE in open_ways, follows]


def gives_back(way: str, *, agrees: bool) -> bool:
    """Whether this word of a signer undoes the decision it was to follow: only 后加签, only 不同意."""
    return way == SignWay.AFTER and not agrees
