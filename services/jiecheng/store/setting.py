"""Small settings of a deployment that live with its data: the policy profile, the directory's version."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from jiecheng.store.database import Question, Transaction
from jiecheng.store.statement import Statement
from jiecheng.store.tables import settings

_ALL = Statement(select(settings.c.name, settings.c.value))


def asks() -> Question:
    """The question of the first `get`, for who foresees it."""
    return _ALL, {}


def get(tx: Transaction, name: str, default: str = "") -> str:
    # All of them at the first question, a dozen rows: a transaction asks for several and sees one state of them.
    if tx.settings is None:
        tx.settings = {row.name: str(row.value) for row in tx.rows(_ALL)}
    return tx.settings.get(name, default)


def put(tx: Transaction, name: str, value: str) -> None:
    tx.settings = None
    statement = insert(settings).values(name=name, value=value)
    tx.connection.execute(
        statement.on_conflict_do_update(index_elements=[settings.c.name], set_={"value": statement.excluded.value})
    )
