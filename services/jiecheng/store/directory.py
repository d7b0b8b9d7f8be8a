"""The organisation's rows. They are few thousands and change rarely: read whole, and cached by their version."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sqlalchemy import Table, delete, insert, select

from jiecheng.model.directory import Directory, Identity, Level, MeetingBody, Organ, OrganKind, Person, Post, Relation
from jiecheng.store import setting
from jiecheng.store.database import Transaction
from jiecheng.store.tables import bodies, identities, organs, persons, posts, relations

_VERSION = "directory_version"


def version(tx: Transaction) -> int:
    return int(setting.get(tx, _VERSION, "0"))


def load(tx: Transaction) -> Directory:
    def rows(table: Table) -> list[dict[str, Any]]:
        return [dict(row._mapping) for row in tx.connection.execute(select(table))]

    found_organs = [
        Organ(**{**row, "kind": OrganKind(row["kind"]), "level": Level(row["level"])}) for row in rows(organs)
    ]
    found_bodies = [MeetingBody(**{**row, "members": tuple(row["members"])}) for row in rows(bodies)]
    return Directory(
        organs={organ.id: organ for organ in found_organs},
        relations=tuple(Relation(**{k: v for k, v in row.items() if k != "id"}) for row in rows(relations)),
        posts={row["id"]: Post(**row) for row in rows(posts)},
        persons={row["id"]: Person(**row) for row in rows(persons)},
        identities={row["id"]: Identity(**row) for row in rows(identities)},
        bodies={body.id: body for body in found_bodies},
    )


def replace(tx: Transaction, directory: Directory) -> None:
    """Put this organisation in the place of the one that is there. The caller has looked at the difference."""
    for table in (bodies, identities, posts, relations, organs, persons):
        tx.connection.execute(delete(table))
    _fill(tx, organs, directory.organs.values())
    _fill(tx, relations, directory.relations)
    _fill(tx, posts, directory.posts.values())
    _fill(tx, persons, directory.persons.values())
    _fill(tx, identities, directory.identities.values())
    _fill(tx, bodies, [{**asdict(body), "members": list(body.members)} for body in directory.bodies.values()])
    setting.put(tx, _VERSION, str(version(tx) + 1))


def _fill(tx: Transaction, table: Table, values: Any) -> None:  # noqa: ANN401 - rows or dataclasses of any noun
    rows = [value if isinstance(value, dict) else asdict(value) for value in values]
    if rows:
        tx.connection.execute(insert(table), rows)
