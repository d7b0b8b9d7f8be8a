"""Whose superior somebody is: the question of the resolver 上级, asked from above."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date

from jiecheng.directory.lookup import STREET_PARTY_KINDS, Index
from jiecheng.directory.resolvers import heads_of
from jiecheng.directory.within import people_within
from jiecheng.model.directory import Organ
from jiecheng.model.ids import IdentityId


def people_below(index: Index, mine: Collection[IdentityId], levels: int, on: date) -> frozenset[IdentityId]:
    """Everybody in office who has one of `mine` among the heads up to so many levels above him."""
    headed = {one.id for one in index.directory.organs.values() if _heads(index, one, mine, on)}
    if not headed:
        return frozenset()
    found = set()
    for organ in index.directory.organs.values():
        above = [one.id for one in _upwards(index, organ, levels)]
        own = {one.person for one in heads_of(index, organ, on)}
        for one in index.staff(organ.id, on):
            # A head's first superior sits one organ higher; for all others it is the head of their own organ.
            chain = above[1 : levels + 1] if one.person in own else above[:levels]
            if headed.intersection(chain):
                found.add(one.id)
    for party in index.directory.organs.values():
        # At a 街镇 the 党(工)委's head stands above the people of both organs (X7).
        if party.id in headed and party.kind in STREET_PARTY_KINDS and party.street:
            found.update(people_within(index, party.id, on))
    return frozenset(found - set(mine))


def _heads(index: Index, organ: Organ, mine: Collection[IdentityId], on: date) -> bool:
    return any(one.id in mine for one in heads_of(index, organ, on))


def _upwards(index: Index, organ: Organ, levels: int) -> Iterator[Organ]:
    """The organ, then those above it."""
    at: Organ | None = organ
    for _ in range(levels + 1):
        if at is None:
            return
        yield at
        at = index.directory.organs[at.parent] if at.parent else None
