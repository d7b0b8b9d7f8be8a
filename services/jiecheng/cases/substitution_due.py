"""Beginnings and ends of substitutions (代理) at their moment: case by case, each in a transaction of its own.

Late or cut off in the middle does no harm: what a substitute may do is asked of the moment, and whoever is late goes on
where it stopped. A substitution whose giver or substitute has left his post ends with the post.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime

from jiecheng import store
from jiecheng.cases import people
from jiecheng.cases.house import House, Tx
from jiecheng.cases.open_case import open_case
from jiecheng.cases.substitution import notify
from jiecheng.model.ids import CaseId, IdentityId
from jiecheng.model.substitution import Substitution, SubstitutionState

_log = logging.getLogger("jiecheng_flows")


def next_due(tx: Tx) -> datetime | None:
    return store.substitution.next_due(tx.db)


def apply_due(house: House) -> int:
    """Begin and end what is due; how many substitutions were carried out."""
    retire(house)
    with house.transaction() as tx:
        waiting = store.substitution.due(tx.db)
    return sum(_carry_out(house, one) for one in waiting)


def retire(house: House) -> None:
    """End those whose giver or substitute holds his post no more."""
    with house.transaction() as tx:
        left = [(one, who) for one in store.substitution.unfinished(tx.db) if (who := _who_left(tx, one)) is not None]
        for one, who in left:
            cause = f"{people.label(tx, who)}已不在任"
            values = {"ends_at": min(one.ends_at, tx.now), "cause": one.cause or cause}
            store.substitution.change(tx.db, one.id, values)


def _who_left(tx: Tx, one: Substitution) -> IdentityId | None:
    known = tx.organisation
    return next(
        (who for who in (one.giver, one.substitute) if not known.in_office(known.identity(who), tx.today)), None
    )


def _carry_out(house: House, substitution: int) -> int:
    with house.transaction() as tx:
        one = store.substitution.get(tx.db, substitution)
        ends = one.ends_at <= tx.now
        reached = (
            store.substitution.cases_reached(tx.db, one.id)
            if ends
            else store.substitution.cases_of_giver(tx.db, one.giver)
        )
    if not _settle(house, reached):
        return 0
    with house.transaction() as tx:
        one = store.substitution.get(tx.db, substitution, lock=True)
        if one.state not in (SubstitutionState.PLANNED, SubstitutionState.ACTIVE):
            return 0
        if ends:
            _close(tx, one)
        elif one.state is SubstitutionState.PLANNED:
            _begin(tx, one)
    return 1


def _settle(house: House, cases: Sequence[CaseId]) -> bool:
    """False where a case could not be brought in line: it is tried again, and holds up none of the others."""
    whole = True
    for case in cases:
        try:
            with house.transaction() as tx:
                open_case(tx, case).close()
        except Exception:
            _log.exception("stand-ins of case %s", case)
            whole = False
    return whole


def _begin(tx: Tx, one: Substitution) -> None:
    store.substitution.change(tx.db, one.id, {"state": SubstitutionState.ACTIVE})
    count = store.substitution.tallies(tx.db, [one.id]).get(one.id, (0, 0))[0]
    giver, who, until = people.label(tx, one.giver), people.label(tx, one.substitute), people.moment(one.ends_at)
    to_do = f"现有 {count} 件" if count else "现在没有要办的"
    _tell(tx, one, "began", one.substitute, f"您开始代{giver}办理，到{until}为止，{to_do}，请看「我代办的」。")
    _tell(tx, one, "began", one.giver, f"{who}开始代您办理，到{until}为止，现有 {count} 件；您自己也可以办。")


def _close(tx: Tx, one: Substitution) -> None:
    store.substitution.change(tx.db, one.id, {"state": SubstitutionState.ENDED})
    done = store.substitution.tallies(tx.db, [one.id]).get(one.id, (0, 0))[1]
    giver, who = people.label(tx, one.giver), people.label(tx, one.substitute)
    why = f"（{one.cause}）" if one.cause else ""
    _tell(tx, one, "over", one.substitute, f"您代{giver}办理已经结束{why}，共办了 {done} 件；没有办的回到对方名下。")
    _tell(tx, one, "over", one.giver, f"{who}代您办理已经结束{why}，共办了 {done} 件；没有办的回到您的待办。")


def _tell(tx: Tx, one: Substitution, occasion: str, reader: IdentityId, text: str) -> None:
    notify(tx, one.id, occasion, reader, text)
