"""Idempotency: the same operation key from the same person gives the same answer, and nothing happens twice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from jiecheng.model.errors import Refused
from jiecheng.model.ids import PersonId
from jiecheng.store.database import Transaction
from jiecheng.store.tables import operations


def begin(tx: Transaction, person: PersonId, key: str, fingerprint: str) -> dict[str, Any] | None:
    """None: go on, the key is ours. Else the answer of the first time. A twin in flight is waited for here."""
    won = tx.connection.execute(
        insert(operations)
        .values(person=person, key=key, fingerprint=fingerprint, answer={}, at=tx.now)
        .on_conflict_do_nothing()
        .returning(operations.c.key)
    ).first()
    if won is not None:
        return None
    row = tx.connection.execute(select(operations).where(operations.c.person == person, operations.c.key == key)).one()
    if row.fingerprint != fingerprint:
        raise Refused("同一个操作编号已用于另一项操作。请刷新页面后重试。", rule="operation-key", conflict=True)
    return dict(row.answer)


def finish(tx: Transaction, person: PersonId, key: str, answer: Mapping[str, object]) -> None:
    tx.connection.execute(
        update(operations).where(operations.c.person == person, operations.c.key == key).values(answer=answer)
    )
