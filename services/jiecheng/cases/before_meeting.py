"""Sending a case back before a meeting: the secretary finds that something is missing, and nobody has voted.

Owns when that is so. A decision of the body is never one of these: 同意 and 不同意 come from votes alone.
"""

from __future__ import annotations

from collections.abc import Sequence

from jiecheng.cases.open_item import OpenItem
from jiecheng.definitions.onward import before_meeting
from jiecheng.model.definition import OutcomeOption
from jiecheng.model.voting import Ballot, Vote

SAID = "会前退回，没有表决"


def options(at: OpenItem) -> Sequence[OutcomeOption]:
    """The outcomes of this step that need no meeting."""
    deployed = at.opened.deployed
    return deployed.memo.of(("before_meeting", at.node.id), lambda: before_meeting(deployed.definition, at.node))


def is_before(at: OpenItem, outcome: str, ballots: Sequence[Ballot]) -> bool:
    """Whether no meeting was held: nobody voted or was absent. That somebody stands aside is known beforehand."""
    return any(one.value == outcome for one in options(at)) and all(one.vote is Vote.RECUSED for one in ballots)
