"""任职到期: the last day of an appointment, a post or an organ was known from the start, so nobody registers that he leaves.

Says whose open work has to go over for that, and when to look again. The hand-over itself is `organisation`'s.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from jiecheng import store
from jiecheng.cases import people
from jiecheng.cases.house import Tx
from jiecheng.model.ids import IdentityId

LAPSE = "任职到期"


def with_work(tx: Tx) -> Sequence[IdentityId]:
    """Whose last day is over and who still is named for something. What went over today already is not asked for again."""
    known = tx.organisation
    gone = known.memo.of(
        ("lapsed", tx.today),
        lambda: tuple(one.id for one in known.directory.identities.values() if known.last_day(one) < tx.today),
    )
    found = store.directory_change.with_work(tx.db, gone)
    if not found:
        return ()
    done = store.directory_change.handed_over_on(tx.db, LAPSE, tx.today)
    return [one for one in found if one not in done]


def next_day(tx: Tx) -> date | None:
    """The first day on which somebody who serves today, or is to serve, serves no more."""
    known = tx.organisation

    def first() -> date | None:
        last = map(known.last_day, known.directory.identities.values())
        return min((one + timedelta(days=1) for one in last if tx.today <= one < date.max), default=None)

    return known.memo.of(("next_lapse", tx.today), first)


def owe_handovers(tx: Tx) -> None:
    if not with_work(tx):
        return
    # Asked again behind the lock: every worker looks, and each person's work is put down once a day.
    store.directory_change.lock_lapses(tx.db)
    for identity in with_work(tx):
        row = store.directory_change.add(
            tx.db,
            {
                "kind": LAPSE, "body": {"identity": identity}, "organ": "", "first": tx.today, "planned_by": "",
                "sentence": f"{people.label(tx, identity)}{LAPSE}，未办事项交接。", "planned_by_name": "系统",
            },
            state="done",
        )  # fmt: skip
        store.directory_change.owe_handovers(tx.db, row, {identity: None})
        store.directory_change.close(tx.db, row, "done")
