"""Rows of what a person keeps for himself: saved filters, columns and density."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Text, any_, bindparam, delete, literal_column, or_, select
from sqlalchemy.dialects.postgresql import ARRAY, insert

from jiecheng.model.ids import PersonId
from jiecheng.store.database import Transaction
from jiecheng.store.statement import Statement
from jiecheng.store.tables import preferences, saved_filters

_OF_PERSON = Statement(select(preferences).where(preferences.c.person == bindparam("person")))
_FILTERS = Statement(
    select(saved_filters)
    .where(
        saved_filters.c.place == bindparam("place"),
        or_(
            saved_filters.c.person == bindparam("person"),
            saved_filters.c.organ == any_(bindparam("organs", type_=ARRAY(Text))),
        ),
    )
    .order_by(saved_filters.c.person != bindparam("person"), saved_filters.c.name)
    .limit(literal_column("100"))
)


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
    rows = tx.rows(_FILTERS, person=person, organs=sorted(one for one in organs if one), place=place)
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
    return {row.name: row.value for row in tx.rows(_OF_PERSON, person=person)}
