"""Who is away and who stands in (代理), as the model of officials at random has it. No product code."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from officials_model import Item, Model


@dataclass(eq=False)
class Away:
    """`scope`: a step, "" for all of the giver's work; `over`: cancelled before it began."""

    id: int
    giver: str
    substitute: str
    starts: datetime
    ends: datetime
    scope: str = ""
    over: bool = False

    def holds(self, moment: datetime) -> bool:
        return not self.over and self.starts <= moment < self.ends

    def end(self, moment: datetime) -> None:
        self.over = self.starts > moment
        self.ends = self.ends if self.over else moment

    def meets(self, other: Away) -> bool:
        return not self.over and self.starts < other.ends and self.ends > other.starts

    def shares_work(self, other: Away) -> bool:
        return not self.scope or not other.scope or self.scope == other.scope


def may_arrange(known: Sequence[Away], wanted: Away, who: str, clerks: dict[str, set[str]]) -> bool:
    """`clerks`: who keeps whose posts. No two for the same work, no chain, nobody for himself."""
    for_another = wanted.giver in clerks.get(who, set()) and who != wanted.substitute
    if wanted.giver == wanted.substitute or not (who == wanted.giver or for_another):
        return False
    return not any(
        (one.giver == wanted.giver and one.shares_work(wanted))
        or one.giver == wanted.substitute
        or one.substitute == wanted.giver
        for one in known
        if one.meets(wanted)
    )


def settle(model: Model, applicant: str, same_organ: Sequence[set[str]], reach: dict[str, str]) -> None:
    """What every command on a case comes to for those who stand in: found anew for whoever has an item then."""
    for one in model.items:
        one.lent = {} if one.state != "open" or one.step not in model.open else one.lent
    for here in model.open.values():
        taken: set[str] = set()
        for item in here.items:
            if item.state == "open":
                item.lent = dict(_found(model, item, taken, (applicant, same_organ, reach)))
                item.stood |= {who: by for who, (_, by) in item.lent.items()}


def _found(
    model: Model, item: Item, taken: set[str], world: tuple[str, Sequence[set[str]], dict[str, str]]
) -> Iterator[tuple[str, tuple[str, Away]]]:
    applicant, same_organ, reach = world
    within = reach.get(item.step, "organ")
    # The house goes by identity; of two heads the second comes first.
    for holder in sorted(item.having, reverse=True):
        for by in model.away:
            who = by.substitute
            if by.giver != holder or not by.holds(model.now()) or by.scope not in ("", item.step):
                continue
            near = within == "district" or any({holder, who} <= organ for organ in same_organ)
            if who == applicant or not near or who in {*taken, *item.askers, *_working(model, item)}:
                continue
            taken.add(who)
            yield who, (holder, by)
            break


def _working(model: Model, item: Item) -> Iterator[str]:
    """Whoever has to do with the step anyway: nobody works on it twice."""
    here = model.open[item.step]
    yield from here.members
    yield from () if item.holder else item.offered
    for other in here.items:
        if other is not item and other.state != "closed":
            yield from (*other.having, other.decided_by)
