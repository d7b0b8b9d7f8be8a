"""How a person looks at his lists: saved filters (shared with his own office if he likes), columns, density.

Kept on the server, so that they are there on every machine he works at. Nothing here opens a case to anybody: a shared
filter is only an address, and whoever uses it sees what he may see.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from jiecheng import store
from jiecheng.cases.house import Tx
from jiecheng.model.actor import Actor
from jiecheng.model.errors import Invalid, NotFound
from jiecheng.model.ids import IdentityId
from jiecheng.store.preference import FilterRow

PLACES = frozenset({"/inbox", "/inbox/lent", "/inbox/done", "/inbox/started", "/search"})
DENSITIES = {"standard": "标准", "compact": "紧凑"}
_NEVER_SAVED = frozenset({"after"})  # a place in a list is no condition
_LONGEST_NAME, _LONGEST_QUERY = 30, 1_000


@dataclass(frozen=True, slots=True)
class SaveFilter:
    actor: Actor
    place: str
    name: str
    query: str
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """`hidden`: keys of columns that are not shown."""

    density: str = "standard"
    hidden: frozenset[str] = frozenset()


def save_filter(tx: Tx, command: SaveFilter) -> None:
    """Under a name of one's own; the same name again replaces it."""
    name, query = command.name.strip(), _conditions(command.query)
    _require_place(command.place)
    if not name or len(name) > _LONGEST_NAME:
        raise Invalid(f"请给这组条件起个名字，不超过 {_LONGEST_NAME} 个字。", fields={"name": ["请填写名称。"]})
    if not query or len(query) > _LONGEST_QUERY:
        raise Invalid("现在没有选择任何条件，没有保存。请先选好条件并查询，再保存。")
    organ = _office(tx, command.actor.identity) if command.shared else ""
    values = {"place": command.place, "name": name, "query": query, "organ": organ}
    store.preference.put_filter(tx.db, {**values, "person": command.actor.person, "maker": command.actor.name})


def remove_filter(tx: Tx, actor: Actor, filter_id: int) -> None:
    if not store.preference.drop_filter(tx.db, filter_id, actor.person):
        raise NotFound("没有这组条件，或者它是别人保存的：科室共享的条件只有保存的人能改、能删。")


def list_filters(tx: Tx, actor: Actor, place: str) -> Sequence[FilterRow]:
    organs = {_office(tx, IdentityId(one)) for one in actor.identities}
    return store.preference.filters_of(tx.db, actor.person, organs, place)


def look_of(tx: Tx, actor: Actor, place: str) -> Look:
    kept = store.preference.of_person(tx.db, actor.person)
    density = kept.get("density", "standard")
    hidden = kept.get(f"hidden:{place}", [])
    return Look(density if density in DENSITIES else "standard", frozenset(str(one) for one in hidden))


def save_look(tx: Tx, actor: Actor, place: str, density: str, hidden: Collection[str]) -> None:
    _require_place(place)
    if density not in DENSITIES:
        raise Invalid("行距请选“标准”或“紧凑”。")
    store.preference.put(tx.db, actor.person, "density", density)
    store.preference.put(tx.db, actor.person, f"hidden:{place}", sorted(hidden)[:20])


def _require_place(place: str) -> None:
    if place not in PLACES:
        raise Invalid("这个列表不能保存条件。")


def _conditions(query: str) -> str:
    """The conditions among what an address says, in a fixed order."""
    found = [(key, value) for key, value in parse_qsl(query) if value.strip() and key not in _NEVER_SAVED]
    return urlencode(sorted(found))


def _office(tx: Tx, identity: IdentityId) -> str:
    """The office a person sits in: his section where he has one, else the organ itself."""
    held = tx.organisation.directory.identities.get(identity)
    return "" if held is None else tx.organisation.organ_of(held).id
