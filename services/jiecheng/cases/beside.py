"""What stands beside the formal record, as one person sees it on the page of a case: who was shown it, who read it when.

Reads only; nothing of it is on the approval sheet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from jiecheng import permissions, store
from jiecheng.cases import people
from jiecheng.cases.doors import Sight
from jiecheng.cases.open_case import OpenCase
from jiecheng.cases.passing import passage_of, passing_facts
from jiecheng.model.actor import SYSTEM_IDENTITY, Actor
from jiecheng.model.errors import JiechengError
from jiecheng.store.circulation import CirculationRow


@dataclass(frozen=True, slots=True)
class CirculationView:
    """`sender`: in words; `rule`: the rule of the diagram that did it, "" where a person did."""

    id: int
    step: str
    sender: str
    rule: str
    reader: str
    words: str
    sent_at: datetime
    read_at: datetime | None
    withdrawn_at: datetime | None
    view: str
    viewed_at: datetime | None
    may_withdraw: bool
    may_view: bool


@dataclass(frozen=True, slots=True)
class Beside:
    circulations: Sequence[CirculationView] = ()
    may_circulate: bool = False


def beside_of(opened: OpenCase, sight: Sight) -> Beside:
    rows = store.circulation.of_case(opened.tx.db, opened.id)
    return Beside(
        circulations=[_circulation(opened, sight.actor, row) for row in rows if _sees(sight, row)],
        may_circulate=_may_circulate(opened, sight.actor),
    )


def _sees(sight: Sight, row: CirculationRow) -> bool:
    """Who works on the case sees who was shown it; who was shown it sees his own copy."""
    if sight.grant.guest and sight.actor_is(row.reader):
        return row.withdrawn_at is None
    return sight.behind(row.compartment) and (not sight.grant.guest or sight.actor_is(row.sender))


def _circulation(opened: OpenCase, actor: Actor, row: CirculationRow) -> CirculationView:
    tx = opened.tx
    unread = row.read_at is None and row.withdrawn_at is None
    return CirculationView(
        id=row.id,
        step=row.name,
        sender="系统" if row.sender == SYSTEM_IDENTITY else people.label(tx, row.sender),
        rule=row.rule,
        reader=people.label(tx, row.reader),
        words=row.words,
        sent_at=row.sent_at,
        read_at=row.read_at,
        withdrawn_at=row.withdrawn_at,
        view=row.view,
        viewed_at=row.viewed_at,
        may_withdraw=unread and row.sender in actor.identities,
        may_view=row.withdrawn_at is None and not row.view and row.reader in actor.identities,
    )


def _may_circulate(opened: OpenCase, actor: Actor) -> bool:
    try:
        permissions.require_circulate(actor, passing_facts(opened, passage_of(opened, actor)))
    except JiechengError:
        return False
    return True
