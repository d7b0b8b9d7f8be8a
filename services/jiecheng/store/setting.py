"""Small settings of a deployment that live with its data: the policy profile, the directory's version."""

from __future__ import annotations

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert

from jiecheng.store.database import Transaction
from jiecheng.store.statement import Statement
from jiecheng.store.tables import settings

_GET = Statement(select(settings.c.value).where(settings.c.name == bindparam("what")))


def get(tx: Transaction, name: str, default: str = "") -> str:
    row = tx.row(_GET, what=name)
    return default if row is None else str(row.value)


def put(tx: Transaction, name: str, value: str) -> None:
    statement = insert(settings).values(name=name, value=value)
    tx.connection.execute(
        statement.on_conflict_do_update(index_elements=[settings.c.name], set_={"value": statement.excluded.value})
    )
