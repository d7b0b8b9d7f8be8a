"""Published versions as they are read: by officials with their differences, and by the public without a login."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jiecheng import store
from jiecheng.cases import register as registers
from jiecheng.cases.house import Tx
from jiecheng.model.actor import Actor
from jiecheng.model.errors import NotFound
from jiecheng.model.register import Register
from jiecheng.store.register_version import VersionRow

MOST_VERSIONS = 200
PUBLIC_PAGE = 100
NO_LIST = "没有这份公开清单。请回到公开清单的首页查看。"


@dataclass(frozen=True, slots=True)
class VersionView:
    definition: Register
    version: VersionRow
    columns: Sequence[Mapping[str, str]]
    rows: Sequence[Mapping[str, Any]]
    latest: int
    total: int  # rows of the whole version, before any filter
    next_row: int = 0  # where the next page begins, 0 at the end
    categories: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class PublicDocument:
    """`text`: what is handed out; `sha256`: its digest. `whole`: the very bytes that were published."""

    text: str
    sha256: str
    whole: bool


def list_versions(tx: Tx, actor: Actor, register: str) -> tuple[Register, Sequence[VersionRow]]:
    """Latest first."""
    definition = registers.readable(tx, actor, register, "查看台账版本")
    return definition, store.register_version.of_register(tx.db, register, MOST_VERSIONS)


def show_version(tx: Tx, actor: Actor, register: str, version: int) -> VersionView:
    """A version with its rows; a 街镇 sees of a register that is not public only the number of rows and nothing in them."""
    definition = registers.readable(tx, actor, register, "查看台账版本")
    found = store.register_version.get(tx.db, register, version)
    if found is None:
        raise NotFound("没有这个版本。请从版本列表重新打开。")
    document = json.loads(found.content)
    rows = document["rows"] if not registers.compartment(tx, actor, definition) else []
    return VersionView(definition, found, document["columns"], rows, _latest(tx, register), len(document["rows"]))


def public_registers(tx: Tx) -> Sequence[tuple[Register, VersionRow]]:
    """What the public may read: public registers that have been published."""
    found = []
    for definition in tx.registers.values():
        versions = store.register_version.of_register(tx.db, definition.name, 1) if definition.public else ()
        if versions:
            found.append((definition, versions[0]))
    return found


def public_versions(tx: Tx, register: str) -> Sequence[VersionRow]:
    _public(tx, register)
    return store.register_version.of_register(tx.db, register, MOST_VERSIONS)


def public_version(
    tx: Tx, register: str, version: int | None, *, text: str = "", category: str = "", row: int = 0
) -> VersionView:
    """A page of the version, the last one when no number is given. `row`: where the page begins; versions never change."""
    definition, found = _public_row(tx, register, version)
    document = _without_withheld(definition, json.loads(found.content))
    everything = document["rows"]
    fitting = [one for one in everything if _fits(definition, one, text, category)]
    page = fitting[row : row + PUBLIC_PAGE]
    more = row + PUBLIC_PAGE if len(fitting) > row + PUBLIC_PAGE else 0
    kept = {one["key"] for one in document["columns"]}
    named = {str(one["values"].get(definition.category) or "") for one in everything} - {""}
    categories = sorted(named) if definition.category in kept else []
    return VersionView(
        definition, found, document["columns"], page, _latest(tx, register), len(everything), more, categories
    )


def public_document(tx: Tx, register: str, version: int | None) -> PublicDocument:
    """The version for machines: the published bytes themselves, unless a column has been withheld since."""
    definition, found = _public_row(tx, register, version)
    document = json.loads(found.content)
    kept = _without_withheld(definition, document)
    if kept is document:
        return PublicDocument(found.content, found.sha256, whole=True)
    return PublicDocument(json.dumps(kept, ensure_ascii=False), found.sha256, whole=False)


def _public(tx: Tx, register: str) -> Register:
    definition = tx.registers.get(register)
    if definition is None or not definition.public:
        raise NotFound(NO_LIST)
    return definition


def _public_row(tx: Tx, register: str, version: int | None) -> tuple[Register, VersionRow]:
    definition = _public(tx, register)
    versions = store.register_version
    found = versions.last(tx.db, register) if version is None else versions.get(tx.db, register, version)
    if found is None:
        raise NotFound(NO_LIST)
    return definition, found


def _without_withheld(definition: Register, document: Any) -> Any:  # noqa: ANN401 - JSON as it was published
    """Without the columns that have been made personal or not public since: what was published once may be taken back."""
    withheld = [
        one
        for one in document["columns"]
        if one["key"] in definition.columns and definition.columns[one["key"]] not in definition.published
    ]
    if not withheld:
        return document
    gone = {one["key"] for one in withheld}
    return {
        **document,
        "columns": [one for one in document["columns"] if one["key"] not in gone],
        "rows": [
            {**row, "values": {key: value for key, value in row["values"].items() if key not in gone}}
            for row in document["rows"]
        ],
        "withheld": [one["title"] for one in withheld],
    }


def _fits(definition: Register, row: Mapping[str, Any], text: str, category: str) -> bool:
    values = row["values"]
    if category and str(values.get(definition.category) or "") != category:
        return False
    return not text or text in " ".join([row["number"], row["status"], *(str(one) for one in values.values())])


def _latest(tx: Tx, register: str) -> int:
    found = store.register_version.of_register(tx.db, register, 1)
    return found[0].version if found else 0
