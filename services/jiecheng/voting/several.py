"""会签、或签、依次、票签: several people decide one step, each by himself and at his own time.

Laws, held by property tests: never both passed and failed; the order of votes does not matter (except 依次); once it is
decided no later vote can change it, so the early end equals the full count; nobody's silence counts for anything (X3).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from jiecheng.model.errors import Invalid
from jiecheng.model.voting import Ballot, Mode, Tie, Vote, VotingOutcome, VotingRule
from jiecheng.voting.rule import exact

_VOTES = (Vote.AGREE, Vote.DISAGREE, Vote.ABSTAIN)
REACHED = "未表决（已达成）"
BY_ANOTHER = "未表决（已由他人办理）"
NOT_ASKED = "未到"
_HALF = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class _Count:
    """Weights by vote, and of those who have not voted."""

    rule: VotingRule
    members: Sequence[str]
    votes: Mapping[str, Vote]

    def weight(self, vote: Vote | None) -> int:
        return sum(self.rule.weights.get(one, 1) for one in self.members if self.votes.get(one) is vote)

    @property
    def waiting(self) -> tuple[str, ...]:
        return tuple(one for one in self.members if one not in self.votes)

    @property
    def vetoed(self) -> bool:
        return any(self.votes.get(one) is Vote.DISAGREE for one in self.rule.veto)


def count_votes(rule: VotingRule, members: Sequence[str], ballots: Sequence[Ballot]) -> VotingOutcome:
    """Count what `members` (identity ids in their order, one per person) have voted so far, in the order of `ballots`.

    Raises `Invalid` for an empty or repeated membership, an outsider, a second vote, a vote out of turn (依次), or a
    vote that is none of 同意, 不同意, 弃权.
    """
    _require_members(members)
    votes: dict[str, Vote] = {}
    for ballot in ballots:
        _require_vote(rule, members, votes, ballot)
        votes[ballot.member] = ballot.vote
    return _MODES[rule.mode](_Count(rule, members, votes))


def _require_members(members: Sequence[str]) -> None:
    if not members:
        raise Invalid("这个环节没有可以表决的人。请流程管理员先补齐人员。")
    if len(set(members)) != len(members):
        raise Invalid("表决名单里有人重复出现。请流程管理员核对人员名单。")


def _require_vote(rule: VotingRule, members: Sequence[str], votes: Mapping[str, Vote], ballot: Ballot) -> None:
    if ballot.member not in members:
        raise Invalid("此人不在本环节的表决名单里，不能表决。", fields={ballot.member: ["不在表决名单里。"]})
    if ballot.member in votes:
        raise Invalid("此人已经表决，不能再投一票。", fields={ballot.member: ["已经表决。"]})
    if ballot.vote not in _VOTES:
        raise Invalid("表决只能是同意、不同意或弃权。", fields={ballot.member: ["请选择同意、不同意或弃权。"]})
    if rule.mode is Mode.SEQUENTIAL:
        turn = next(one for one in members if one not in votes)
        if ballot.member != turn:
            raise Invalid("还没有轮到此人，请等前面的人表决以后再办。", fields={ballot.member: ["还没有轮到。"]})


def _all(count: _Count) -> VotingOutcome:
    agreed, others = len([one for one in count.votes.values() if one is Vote.AGREE]), 0
    others = len(count.votes) - agreed
    total = len(count.members)
    passed = False if others else True if agreed == total else None
    return _outcome(count, passed, f"{total} 人须全部同意", REACHED)


def _any(count: _Count) -> VotingOutcome:
    # Who abstains leaves it to the others; when all have abstained nobody has agreed.
    first = next((vote for vote in count.votes.values() if vote is not Vote.ABSTAIN), None)
    passed = None if first is None and count.waiting else first is Vote.AGREE
    return _outcome(count, passed, f"{len(count.members)} 人中一人办理即可", BY_ANOTHER)


def _sequential(count: _Count) -> VotingOutcome:
    agreed = all(vote is Vote.AGREE for vote in count.votes.values())
    passed = False if not agreed else None if count.waiting else True
    found = _outcome(count, passed, f"{len(count.members)} 人依次同意", NOT_ASKED)
    return VotingOutcome(found.passed, found.next[:1], found.unvoted, found.sentence)


def _ratio(count: _Count) -> VotingOutcome:
    rule = count.rule
    agree, against, out = (count.weight(vote) for vote in _VOTES)
    open_weight = count.weight(None)
    base = agree + against + open_weight + (out if rule.abstentions_count else 0)
    enough_voted = len(count.votes) >= exact(rule.quorum) * len(count.members)
    # The most and the least that can still come of it: all the others agree, or none of them does.
    if count.vetoed or not _carries(rule, agree + open_weight, base):
        passed: bool | None = False
    elif _carries(rule, agree, base) and enough_voted and not _veto_open(count):
        passed = True
    else:
        passed = None
    return _outcome(count, passed, _needed(rule, base), REACHED)


def _veto_open(count: _Count) -> bool:
    """Whether somebody who has a veto has not voted yet: his silence is no consent."""
    return any(one in count.waiting for one in count.rule.veto)


def _carries(rule: VotingRule, agree: int, base: int) -> bool:
    if base == 0:
        return False  # all abstained and left the base: nobody agreed
    share = exact(rule.ratio)
    needed = share * base
    if agree == needed and share == _HALF:
        return rule.tie is Tie.PASSES
    return agree >= needed


def _needed(rule: VotingRule, base: int) -> str:
    share = exact(rule.ratio)
    needed = share * base
    least = int(needed) if needed == int(needed) else int(needed) + 1
    if share == _HALF and needed == least and rule.tie is Tie.FAILS:
        least += 1
    unit = "票" if rule.weights else "人"
    return f"{base} {unit}须 {least} {unit}同意"


def _outcome(count: _Count, passed: bool | None, rule: str, unvoted: str) -> VotingOutcome:
    if passed is not False and count.vetoed:
        passed = False
    agree, against, out = (count.weight(vote) for vote in _VOTES)
    said = f"{rule}；已同意 {agree}，不同意 {against}" + (f"，弃权 {out}" if out else "")
    verdict = {None: "", True: "；通过", False: "；不通过"}[passed]
    veto = "（一票否决）" if count.vetoed else ""
    waiting = count.waiting if passed is None else ()
    return VotingOutcome(passed, waiting, unvoted if passed is not None else "", said + verdict + veto)


_MODES: Mapping[Mode, Callable[[_Count], VotingOutcome]] = {
    Mode.ALL: _all,
    Mode.ANY: _any,
    Mode.SEQUENTIAL: _sequential,
    Mode.RATIO: _ratio,
}
