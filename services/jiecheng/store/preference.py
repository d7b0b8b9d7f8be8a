"""Rows of what a person keeps for himself: saved filters, columns and density."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, or_, select
from sqlalchemy.dialects.postgresql import insert

from jiecheng.model.ids import PersonId
from jiecheng.store.database import Transaction
from jiecheng.store.tables import preferences, saved_filters


@dataclass(frozen=True, slots=True)
class FilterRow:
    """`query`: as in the address of the list at `place`; `organ`: the office it is shared with, "" for nobody."""

    id: int
    person: PersonId
    maker: str
    place: str
    name: str
    query: str
    organ: str


def put_filter(tx: Transaction, values: Mapping[str, object]) -> None:
    """A filter of the same person, list and name is replaced."""
    statement = insert(saved_filters).values(**values, saved_at=tx.now)
    changed = {name: statement.excluded[name] for name in ("query", "organ", "maker", "saved_at")}
    constraint = [saved_filters.c.person, saved_filters.c.place, saved_filters.c.name]
    tx.connection.execute(statement.on_conflict_do_update(index_elements=constraint, set_=changed))


def filters_of(tx: Transaction, person: PersonId, organs: Collection[str], place: str) -> Sequence[FilterRow]:
    """One's own first, then what the office shares, by name."""
    seen = or_(saved_filters.c.person == person, saved_filters.c.organ.in_([one for one in organs if one]))
    statement = select(saved_filters).where(saved_filters.c.place == place, seen)
    rows = tx.connection.execute(statement.order_by(saved_filters.c.person != person, saved_filters.c.name).limit(100))
    return [
        FilterRow(row.id, PersonId(row.person), row.maker, row.place, row.name, row.query, row.organ) for row in rows
    ]


def drop_filter(tx: Transaction, filter_id: int, person: PersonId) -> int:
    """How many went: none where it is somebody else's."""
    statement = delete(saved_filters).where(saved_filters.c.id == filter_id, saved_filters.c.person == person)
    return tx.connection.execute(statement).rowcount


def put(tx: Transaction, person: PersonId, name: str, value: object) -> None:
    statement = insert(preferences).values(person=person, name=name, value=value)
    changed = statement.on_conflict_do_update(
        index_elements=[preferences.c.person, preferences.c.name], set_={"value": statement.excluded.value}
    )
    tx.connection.execute(changed)


def of_person(tx: Transaction, person: PersonId) -> Mapping[str, Any]:
    rows = tx.connection.execute(select(preferences).where(preferences.c.person == person))
    return {row.name: row.value for row in rows}
