"""The history of a case: events go in sealed, through `ledger`, and never change. A trigger refuses update and delete."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from sqlalchemy import Column, Table, bindparam, func, insert, select, update
from sqlalchemy.dialects.postgresql import ARRAY

from jiecheng import ledger
from jiecheng.model.case import Case
from jiecheng.model.history import HistoryEvent, LedgerEntry, Opening
from jiecheng.model.ids import CaseId
from jiecheng.store.database import Transaction
from jiecheng.store.statement import Statement
from jiecheng.store.tables import cases, history_events, history_openings


def _many(table: Table) -> Statement:
    """Rows of one case in one statement: a list per column."""
    columns: list[Column[object]] = [column for column in table.c if column.name != "case_id"]
    lists = [func.unnest(bindparam(column.name, type_=ARRAY(column.type))) for column in columns]
    rows = select(bindparam("case", type_=table.c.case_id.type), *lists)
    return Statement(insert(table).from_select([table.c.case_id, *columns], rows))


_ADD_EVENTS, _ADD_OPENINGS = _many(history_events), _many(history_openings)
_MOVE_HEAD = Statement(update(cases).where(cases.c.id == bindparam("case")), "last_seq", "head_sha256", "head_sm3")
_ENTRIES = Statement(
    select(history_events).where(history_events.c.case_id == bindparam("case")).order_by(history_events.c.seq)
)
_OPENINGS = Statement(
    select(history_openings)
    .where(history_openings.c.case_id == bindparam("case"))
    .order_by(history_openings.c.seq, history_openings.c.path)
)


def record(tx: Transaction, case: Case, events: Sequence[HistoryEvent]) -> Case:
    """Seal these events behind the case's last one. The caller holds the lock on the case's row.

    Returns the case with its new head; `seq` of the events is given here.
    """
    if not events:
        return case
    previous = LedgerEntry(case.id, case.seq, "", case.head_sha256, case.head_sm3) if case.seq else None
    entries: list[LedgerEntry] = []
    openings: list[Opening] = []
    for number, event in enumerate(events, start=case.seq + 1):
        previous, opened = ledger.seal(replace(event, seq=number), previous, tx.salt)
        entries.append(previous)
        openings += opened
    assert previous is not None
    tx.run(
        _ADD_EVENTS,
        case=case.id,
        type=[event.type for event in events],
        at=[event.at for event in events],
        **_columns(entries, "seq", "leaf", "sha256", "sm3"),
    )
    if openings:
        tx.run(_ADD_OPENINGS, case=case.id, **_columns(openings, "seq", "path", "salt", "value"))
    tx.run(_MOVE_HEAD, case=case.id, last_seq=previous.seq, head_sha256=previous.sha256, head_sm3=previous.sm3)
    return replace(case, seq=previous.seq, head_sha256=previous.sha256, head_sm3=previous.sm3)


def entries_of(tx: Transaction, case: CaseId) -> Sequence[LedgerEntry]:
    """The sealed entries in the order of their numbers."""
    rows = tx.rows(_ENTRIES, case=case)
    return [LedgerEntry(CaseId(row.case_id), row.seq, row.leaf, row.sha256, row.sm3) for row in rows]


def openings_of(tx: Transaction, case: CaseId) -> Sequence[Opening]:
    rows = tx.rows(_OPENINGS, case=case)
    return [Opening(CaseId(row.case_id), row.seq, row.path, row.salt, row.value) for row in rows]


def _columns(rows: Sequence[object], *names: str) -> dict[str, list[object]]:
    return {name: [getattr(row, name) for row in rows] for name in names}


def heads(tx: Transaction) -> Iterator[tuple[CaseId, str, int, str, str]]:
    """Case, its number, last event and both digests as the case's row has them: every case, oldest first."""
    rows = tx.connection.execute(
        select(cases.c.id, cases.c.number, cases.c.last_seq, cases.c.head_sha256, cases.c.head_sm3).order_by(cases.c.id)
    )
    for row in rows:
        yield CaseId(row.id), row.number, row.last_seq, row.head_sha256, row.head_sm3
