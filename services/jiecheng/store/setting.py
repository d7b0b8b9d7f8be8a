"""Small settings of a deployment that live with its data: the policy profile, the directory's version."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from jiecheng.store.database import Transaction
from jiecheng.store.tables import settings


def get(tx: Transaction, name: str, default: str = "") -> str:
    value = tx.connection.execute(select(settings.c.value).where(settings.c.name == name)).scalar_one_or_none()
    return default if value is None else str(value)


def put(tx: Transaction, name: str, value: str) -> None:
    statement = insert(settings).values(name=name, value=value)
    tx.connection.execute(
        statement.on_conflict_do_update(index_elements=[settings.c.name], set_={"value": statement.excluded.value})
    )
