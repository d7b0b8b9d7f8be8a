"""The history of a case: events go in sealed, through `ledger`, and never change. A trigger refuses update and delete."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from sqlalchemy import insert, select, update

from jiecheng import ledger
from jiecheng.model.case import Case
from jiecheng.model.history import HistoryEvent, LedgerEntry, Opening
from jiecheng.model.ids import CaseId
from jiecheng.store.database import Transaction
from jiecheng.store.tables import cases, history_events, history_openings


def record(tx: Transaction, case: Case, events: Sequence[HistoryEvent]) -> Case:
    """Seal these events behind the case's last one. The caller holds the lock on the case's row.

    Returns the case with its new head; `seq` of the events is given here.
    """
    if not events:
        return case
    previous = LedgerEntry(case.id, case.seq, "", case.head_sha256, case.head_sm3) if case.seq else None
    entries: list[dict[str, object]] = []
    openings: list[dict[str, object]] = []
    for number, event in enumerate(events, start=case.seq + 1):
        previous, opened = ledger.seal(replace(event, seq=number), previous, tx.salt)
        entries.append(
            {
                "case_id": case.id, "seq": number, "type": event.type, "at": event.at,
                "leaf": previous.leaf, "sha256": previous.sha256, "sm3": previous.sm3,
            }
        )  # fmt: skip
        openings += [
            {"case_id": case.id, "seq": number, "path": one.path, "salt": one.salt, "value": one.value}
            for one in opened
        ]
    assert previous is not None
    tx.connection.execute(insert(history_events), entries)
    if openings:
        tx.connection.execute(insert(history_openings), openings)
    head = {"last_seq": previous.seq, "head_sha256": previous.sha256, "head_sm3": previous.sm3}
    tx.connection.execute(update(cases).where(cases.c.id == case.id).values(**head))
    return replace(case, seq=previous.seq, head_sha256=previous.sha256, head_sm3=previous.sm3)


def entries_of(tx: Transaction, case: CaseId) -> Sequence[LedgerEntry]:
    """The sealed entries in the order of their numbers."""
    rows = tx.connection.execute(
        select(history_events).where(history_events.c.case_id == case).order_by(history_events.c.seq)
    )
    return [LedgerEntry(CaseId(row.case_id), row.seq, row.leaf, row.sha256, row.sm3) for row in rows]


def openings_of(tx: Transaction, case: CaseId) -> Sequence[Opening]:
    rows = tx.connection.execute(
        select(history_openings)
        .where(history_openings.c.case_id == case)
        .order_by(history_openings.c.seq, history_openings.c.path)
    )
    return [Opening(CaseId(row.case_id), row.seq, row.path, row.salt, row.value) for row in rows]


def heads(tx: Transaction) -> Iterator[tuple[CaseId, str, int, str, str]]:
    """Case, its number, last event and both digests as the case's row has them: every case, oldest first."""
    rows = tx.connection.execute(
        select(cases.c.id, cases.c.number, cases.c.last_seq, cases.c.head_sha256, cases.c.head_sm3).order_by(cases.c.id)
    )
    for row in rows:
        yield CaseId(row.id), row.number, row.last_seq, row.head_sha256, row.head_sm3
