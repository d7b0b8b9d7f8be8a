"""Rows of the ways out of the house. A secret is here only sealed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from jiecheng.store.database import Transaction
from jiecheng.store.tables import channels


@dataclass(frozen=True, slots=True)
class ChannelRow:
    name: str
    enabled: bool
    settings: Mapping[str, Any]
    secret: str
    changed_by_name: str
    changed_at: datetime | None


def every(tx: Transaction) -> Mapping[str, ChannelRow]:
    rows = tx.connection.execute(select(channels))
    return {
        row.name: ChannelRow(row.name, row.enabled, row.settings, row.secret, row.changed_by_name, row.changed_at)
        for row in rows
    }


def put(tx: Transaction, name: str, values: Mapping[str, object]) -> None:
    statement = insert(channels).values(name=name, changed_at=tx.now, **values)
    changed = {column: statement.excluded[column] for column in (*values, "changed_at")}
    tx.connection.execute(statement.on_conflict_do_update(index_elements=[channels.c.name], set_=changed))


def enabled(tx: Transaction) -> Sequence[str]:
    return sorted(tx.connection.execute(select(channels.c.name).where(channels.c.enabled)).scalars())
