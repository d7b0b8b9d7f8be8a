"""The history of a case: events go in sealed, through `ledger`, and never change. A trigger refuses update and delete."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    JSON,
    Column,
    Integer,
    Table,
    Text,
    all_,
    any_,
    bindparam,
    cast,
    column,
    func,
    insert,
    select,
    union,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from jiecheng import ledger
from jiecheng.model.altered import altered
from jiecheng.model.case import Case
from jiecheng.model.history import HistoryEvent, LedgerEntry, Opening
from jiecheng.model.ids import CaseId
from jiecheng.store.case import save
from jiecheng.store.database import Transaction
from jiecheng.store.statement import Statement
from jiecheng.store.tables import cases, dump_json, history_events, history_openings

TEXTS = ARRAY(Text)


def _many(table: Table) -> CTE:
    """Rows of one case in one statement, handed over as one JSON list: a parameter per value would cost more than the
    rows themselves."""
    columns: list[Column[Any]] = [one for one in table.c if one.name != "case_id"]
    fields = func.json_to_recordset(cast(bindparam(table.name, type_=Text), JSON)).table_valued(
        *[column(one.name, one.type) for one in columns]
    )
    source = fields.render_derived(with_types=True)
    rows = select(bindparam("case", type_=table.c.case_id.type), *[source.c[one.name] for one in columns])
    return insert(table).from_select([table.c.case_id, *columns], rows).cte(f"new_{table.name}")


_HEAD = ("last_seq", "head_sha256", "head_sm3")


@cache
def _seal(columns: tuple[str, ...]) -> Statement:
    """Events, openings and the case's row, its new head among the columns, in one statement."""
    values = {name: bindparam(name, type_=cases.c[name].type) for name in (*_HEAD, *columns)}
    moved = update(cases).where(cases.c.id == bindparam("case")).values(values)
    return Statement(moved.add_cte(_many(history_events), _many(history_openings)))


_ENTRIES = Statement(
    select(history_events).where(history_events.c.case_id == bindparam("case")).order_by(history_events.c.seq)
)
_OPENINGS = Statement(
    select(history_openings)
    .where(history_openings.c.case_id == bindparam("case"))
    .order_by(history_openings.c.seq, history_openings.c.path)
)


_ENTRIES_FROM = Statement(
    select(history_events)
    .where(history_events.c.case_id == bindparam("case"), history_events.c.seq >= bindparam("first"))
    .order_by(history_events.c.seq)
    .limit(bindparam("most", type_=Integer))
)
_OPENINGS_BETWEEN = Statement(
    select(history_openings).where(
        history_openings.c.case_id == bindparam("case"),
        history_openings.c.seq.between(bindparam("first"), bindparam("last")),
    )
)
_BESIDES = (
    history_events.c.case_id == bindparam("case"),
    history_events.c.type != all_(bindparam("types", type_=TEXTS)),
)
_LATEST_BESIDES = Statement(
    select(history_events)
    .where(*_BESIDES, history_events.c.seq < bindparam("before"))
    .order_by(history_events.c.seq.desc())
    .limit(bindparam("most", type_=Integer))
)
_COUNT_BESIDES = Statement(
    select(func.count()).where(*_BESIDES, history_events.c.seq.between(bindparam("first"), bindparam("last")))
)
_OPENINGS_AT = Statement(
    select(history_openings).where(
        history_openings.c.case_id == bindparam("case"),
        history_openings.c.seq.between(bindparam("first"), bindparam("last")),
        history_openings.c.path == any_(bindparam("paths", type_=TEXTS)),
    )
)
# In the leaf, or among the openings where the step was taken behind closed doors.
_PASSED = Statement(
    union(
        select(
            func.jsonb_array_elements_text(cast(history_events.c.leaf, JSONB)["public"]["passed"]).label("element")
        ).where(
            history_events.c.case_id == bindparam("case"),
            history_events.c.seq > bindparam("after"),
            history_events.c.type == "case_advanced",
        ),
        select(func.jsonb_array_elements_text(cast(history_openings.c.value, JSONB)["passed"]).label("element")).where(
            history_openings.c.case_id == bindparam("case"),
            history_openings.c.seq > bindparam("after"),
            history_openings.c.path == "public",
        ),
    )
)


def record(
    tx: Transaction, case: Case, events: Sequence[HistoryEvent], changes: Mapping[str, object] | None = None
) -> Case:
    """Seal these events behind the case's last one, and write these columns of its row. The caller holds its lock.

    Returns the case with its new head; `seq` of the events is given here.
    """
    changes = changes or {}
    if not events:
        if changes:
            save(tx, case.id, changes)
        return case
    previous = LedgerEntry(case.id, case.seq, "", case.head_sha256, case.head_sm3) if case.seq else None
    entries: list[LedgerEntry] = []
    openings: list[Opening] = []
    for number, event in enumerate(events, start=case.seq + 1):
        numbered = event if event.seq == number else altered(event, seq=number)
        previous, opened = ledger.seal(numbered, previous, tx.salt)
        entries.append(previous)
        openings += opened
    assert previous is not None
    rows = [
        {
            "seq": entry.seq, "type": event.type, "at": event.at.isoformat(),
            "leaf": entry.leaf, "sha256": entry.sha256, "sm3": entry.sm3,
        }
        for event, entry in zip(events, entries, strict=True)
    ]  # fmt: skip
    shown = [{"seq": one.seq, "path": one.path, "salt": one.salt, "value": one.value} for one in openings]
    tx.later(
        _seal(tuple(sorted(changes))),
        case=case.id,
        history_events=dump_json(rows),
        history_openings=dump_json(shown),
        **{**changes, "last_seq": previous.seq, "head_sha256": previous.sha256, "head_sm3": previous.sm3},
    )
    return altered(case, seq=previous.seq, head_sha256=previous.sha256, head_sm3=previous.sm3)


def entries_of(tx: Transaction, case: CaseId) -> Sequence[LedgerEntry]:
    """The sealed entries in the order of their numbers."""
    return [_entry(row) for row in tx.rows(_ENTRIES, case=case)]


def openings_of(tx: Transaction, case: CaseId) -> Sequence[Opening]:
    return [_opening(row) for row in tx.rows(_OPENINGS, case=case)]


def entries_from(tx: Transaction, case: CaseId, first: int, most: int) -> Sequence[LedgerEntry]:
    """So many entries from this number on."""
    return [_entry(row) for row in tx.rows(_ENTRIES_FROM, case=case, first=first, most=most)]


def openings_between(tx: Transaction, case: CaseId, first: int, last: int) -> Sequence[Opening]:
    return [_opening(row) for row in tx.rows(_OPENINGS_BETWEEN, case=case, first=first, last=last)]


def latest_besides(
    tx: Transaction, case: CaseId, types: Sequence[str], *, before: int, most: int
) -> Sequence[LedgerEntry]:
    """The last so many entries before this number that are not of these types, in their order."""
    rows = tx.rows(_LATEST_BESIDES, case=case, types=list(types), before=before, most=most)
    return [_entry(row) for row in reversed(rows)]


def count_besides(tx: Transaction, case: CaseId, types: Sequence[str], *, first: int, last: int) -> int:
    """How many events of these numbers are not of these types."""
    return int(tx.row(_COUNT_BESIDES, case=case, types=list(types), first=first, last=last)[0])


def foresee_count(tx: Transaction, case: CaseId, types: Sequence[str], *, first: int, last: int) -> None:
    tx.foresee((_COUNT_BESIDES, {"case": case, "types": list(types), "first": first, "last": last}))


def openings_at(
    tx: Transaction, case: CaseId, paths: Sequence[str], entries: Sequence[LedgerEntry]
) -> Sequence[Opening]:
    """The openings of these paths in the events from the first to the last of these."""
    if not entries:
        return []
    first, last = entries[0].seq, entries[-1].seq
    return [_opening(row) for row in tx.rows(_OPENINGS_AT, case=case, first=first, last=last, paths=list(paths))]


def passed(tx: Transaction, case: CaseId, after: int) -> Sequence[str]:
    """The elements passed in events behind this number, each once."""
    return [row.element for row in tx.rows(_PASSED, case=case, after=after)]


def _entry(row: Any) -> LedgerEntry:  # noqa: ANN401 - columns by name
    return LedgerEntry(CaseId(row.case_id), row.seq, row.leaf, row.sha256, row.sm3)


def _opening(row: Any) -> Opening:  # noqa: ANN401 - columns by name
    return Opening(CaseId(row.case_id), row.seq, row.path, row.salt, row.value)


def heads(tx: Transaction) -> Iterator[tuple[CaseId, str, int, str, str]]:
    """Case, its number, last event and both digests as the case's row has them: every case, oldest first."""
    rows = tx.connection.execute(
        select(cases.c.id, cases.c.number, cases.c.last_seq, cases.c.head_sha256, cases.c.head_sm3).order_by(cases.c.id)
    )
    for row in rows:
        yield CaseId(row.id), row.number, row.last_seq, row.head_sha256, row.head_sm3
