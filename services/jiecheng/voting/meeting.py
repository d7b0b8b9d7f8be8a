"""集体研究: the secretary of a meeting body enters who came and how each one voted.

Invariants: 1 every member stands in the record exactly once. 2 The recused are out of the base: they count neither
for the quorum nor for the majority. 3 The majority is of those present, so an abstention weighs against. 4 Half
against half is not passed, whatever the rule says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from jiecheng.model.errors import Invalid
from jiecheng.model.voting import Ballot, MeetingOutcome, MeetingRule, Vote
from jiecheng.voting.rule import reaches, say_share

_PRESENT = (Vote.AGREE, Vote.DISAGREE, Vote.ABSTAIN)


def count_meeting(
    rule: MeetingRule,
    members: Sequence[str],
    ballots: Sequence[Ballot],
    voters_excluded: Collection[str] = (),
) -> MeetingOutcome:
    """Count a meeting of `members` (identity ids, one per person).

    `voters_excluded` must stand aside (回避): their ballot is RECUSED or missing. Other members may stand aside by
    themselves. A reason is not asked of the single member; the body's opinion carries it. Raises `Invalid` whose
    fields are member ids: outsider, double, missing, or a vote by one who must stand aside.
    """
    _require_record(members, ballots, frozenset(voters_excluded))
    votes = Counter(ballot.vote for ballot in ballots)
    recused = len(members) - sum(votes[vote] for vote in (*_PRESENT, Vote.ABSENT))
    present = sum(votes[vote] for vote in _PRESENT)
    agree, disagree = votes[Vote.AGREE], votes[Vote.DISAGREE]
    quorum = reaches(present, len(members) - recused, rule.quorum, strict=rule.quorum_strict)
    majority = reaches(agree, present, rule.majority, strict=rule.majority_strict)
    head = (
        f"应到 {len(members)} 人，回避 {recused} 人，缺席 {votes[Vote.ABSENT]} 人，实到 {present} 人；"
        f"同意 {agree}，不同意 {disagree}，弃权 {votes[Vote.ABSTAIN]}；"
    )
    return MeetingOutcome(
        members=len(members),
        recused=recused,
        present=present,
        agree=agree,
        disagree=disagree,
        abstain=votes[Vote.ABSTAIN],
        quorum_reached=quorum,
        passed=quorum and majority and agree > disagree,
        sentence=head + _verdict(rule, quorum, majority, agree > disagree),
    )


def _require_record(members: Sequence[str], ballots: Sequence[Ballot], excluded: frozenset[str]) -> None:
    if not members:
        raise Invalid("这个会议机构没有成员，无法表决。请流程管理员先补齐成员名单。")
    if len(set(members)) != len(members):
        raise Invalid("成员名单里有人重复出现。请流程管理员核对会议机构的成员。")
    fields: dict[str, list[str]] = {}
    times = Counter(ballot.member for ballot in ballots)
    for ballot in ballots:
        if ballot.member not in members:
            fields[ballot.member] = ["此人不是本次会议的成员，请删除这一票。"]
        elif ballot.member in excluded and ballot.vote is not Vote.RECUSED:
            fields[ballot.member] = ["此人与本事项有关，应当回避，不得表决。请登记为「回避」。"]
    for member in (member for member, count in times.items() if count > 1):
        fields.setdefault(member, []).append("此人登记了不止一票，请只保留一票。")
    for member in members:
        if member not in times and member not in excluded:
            fields[member] = ["还没有登记此人的表决。请登记为同意、不同意、弃权、缺席或回避。"]
    if fields:
        raise Invalid(f"表决记录有 {len(fields)} 处需要修改。", fields=fields)


def _verdict(rule: MeetingRule, quorum: bool, majority: bool, ahead: bool) -> str:
    if not quorum:
        word = "未超过" if rule.quorum_strict else "未达到"
        return f"到会人数{word}应到会（不含回避）{say_share(rule.quorum)}，不能表决，不通过"
    word = "超过" if rule.majority_strict else "达到"
    if not majority:
        return f"未{word}到会{say_share(rule.majority)}，不通过"
    if not ahead:
        return "同意没有多于不同意，不通过"
    return f"{word}到会{say_share(rule.majority)}，通过"
