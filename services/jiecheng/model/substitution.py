"""Substitution (代理): for a time, and for some of the work, another person stands in for an identity.

A substitution is of an identity, a person in a post: it ends with it. It reaches the giver's own work only, never what he
does for somebody else: so there is no chain.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from jiecheng.model.ids import IdentityId

LONGEST_DAYS = 366


class SubstitutionState(StrEnum):
    """How far the flows are; whether it holds at a moment, its dates say."""

    PLANNED = "planned"
    ACTIVE = "active"
    ENDED = "ended"
    CANCELLED = "cancelled"  # before it began


@dataclass(frozen=True, slots=True)
class Substitution:
    """`giver` (甲) is away, `substitute` (乙) stands in. From `first` to `last`, both days included; `ends_at` is earlier where
    it was ended early.

    `scope`: processes ("staff_loan") and steps ("staff_loan/committee_decides"); empty means all of the giver's work.
    `arriving`: only what comes to the giver in that time, not what he has already.
    """

    id: int
    giver: IdentityId
    substitute: IdentityId
    first: date
    last: date
    starts_at: datetime
    ends_at: datetime
    scope: tuple[str, ...]
    arriving: bool
    reason: str
    state: SubstitutionState
    arranged_by: IdentityId
    arranged_by_name: str
    arranged_at: datetime
    cause: str = ""  # what ended it early
    acted: bool = False  # something was done under it

    def holds_at(self, moment: datetime) -> bool:
        """From its first moment until just before its last."""
        return self.state is not SubstitutionState.CANCELLED and self.starts_at <= moment < self.ends_at

    def covers(self, process: str, element: str, arrived: datetime) -> bool:
        """Whether the work of this step, come to the giver at that moment, is in its scope."""
        named = not self.scope or process in self.scope or f"{process}/{element}" in self.scope
        return named and (not self.arriving or arrived >= self.starts_at)


def scopes_meet(one: Collection[str], other: Collection[str]) -> bool:
    """Whether some work lies in both scopes."""
    if not one or not other:
        return True
    return any(_within(each, other) for each in one) or any(_within(each, one) for each in other)


def _within(named: str, scope: Collection[str]) -> bool:
    return named in scope or named.partition("/")[0] in scope
