"""Notices in the product itself: one per debt and reader, however often the debt is delivered."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import JSON, ColumnElement, Text, any_, bindparam, cast, column, func, select, update
from sqlalchemy.dialects.postgresql import ARRAY, insert

from jiecheng.model.ids import CaseId, IdentityId
from jiecheng.store.database import Question, Transaction
from jiecheng.store.statement import Statement
from jiecheng.store.tables import cases, dump_json, notices


@dataclass(frozen=True, slots=True)
class NoticeRow:
    id: int
    case: CaseId | None
    number: str
    text: str
    created_at: datetime
    read_at: datetime | None


def add(tx: Transaction, *, key: str, identity: IdentityId, case: CaseId | None, text: str) -> None:
    statement = insert(notices).values(
        key=f"{key}:{identity}", identity=identity, case_id=case, text=text, created_at=tx.now
    )
    tx.connection.execute(statement.on_conflict_do_nothing(index_elements=[notices.c.key]))


_RECEIVED = (
    func.json_to_recordset(cast(bindparam("rows", type_=Text), JSON))
    .table_valued(*[column(name, notices.c[name].type) for name in ("key", "identity", "case_id", "text")])
    .render_derived(with_types=True)
)
_ADD_ALL = Statement(
    insert(notices)
    .from_select(
        ["key", "identity", "case_id", "text", "created_at"],
        select(*_RECEIVED.c, bindparam("at", type_=notices.c.created_at.type)),
    )
    .on_conflict_do_nothing(index_elements=[notices.c.key])
)


_COUNT_UNREAD = Statement(
    select(func.count()).where(
        notices.c.identity == any_(bindparam("identities", type_=ARRAY(Text))), notices.c.read_at.is_(None)
    )
)


def add_all(tx: Transaction, rows: Sequence[tuple[str, IdentityId, CaseId | None, str]]) -> None:
    """Key of the debt, reader, case, text: many at once, each still once."""
    found = [
        {"key": f"{key}:{identity}", "identity": identity, "case_id": case, "text": text}
        for key, identity, case, text in rows
    ]
    tx.run(_ADD_ALL, rows=dump_json(found), at=tx.now)


def list_latest(
    tx: Transaction, identities: Collection[IdentityId], before: int | None, limit: int
) -> Sequence[NoticeRow]:
    return _listed(tx, (notices.c.identity.in_(identities),), before, limit)


def list_unread(
    tx: Transaction, identities: Collection[IdentityId], before: int | None, limit: int
) -> Sequence[NoticeRow]:
    """The same of those not yet read: what `count_unread` counts."""
    return _listed(tx, _unread(identities), before, limit)


def _listed(
    tx: Transaction, which: tuple[ColumnElement[bool], ...], before: int | None, limit: int
) -> Sequence[NoticeRow]:
    statement = select(notices, cases.c.number).outerjoin(cases, cases.c.id == notices.c.case_id).where(*which)
    if before is not None:
        statement = statement.where(notices.c.id < before)
    rows = tx.connection.execute(statement.order_by(notices.c.id.desc()).limit(limit))
    return [
        NoticeRow(row.id, _case(row.case_id), row.number or "", row.text, row.created_at, row.read_at) for row in rows
    ]


def asks_unread(identities: Collection[IdentityId]) -> Question:
    """The question of `count_unread`, for who foresees it."""
    return _COUNT_UNREAD, {"identities": list(identities)}


def count_unread(tx: Transaction, identities: Collection[IdentityId]) -> int:
    rows = tx.rows(_COUNT_UNREAD, identities=list(identities))
    return int(rows[0][0]) if rows else 0


def mark_read(
    tx: Transaction,
    identities: Collection[IdentityId],
    chosen: Collection[int] | None = None,
    until: int | None = None,
) -> int:
    """Those of `chosen` (None: all, up to number `until`) that are still unread. How many there were."""
    some = () if chosen is None else (notices.c.id.in_(chosen),)
    seen = () if until is None else (notices.c.id <= until,)
    done = update(notices).where(*_unread(identities), *some, *seen).values(read_at=tx.now)
    return int(tx.connection.execute(done).rowcount)


def _unread(identities: Collection[IdentityId]) -> tuple[ColumnElement[bool], ...]:
    return notices.c.identity.in_(identities), notices.c.read_at.is_(None)


def _case(value: int | None) -> CaseId | None:
    return None if value is None else CaseId(value)
