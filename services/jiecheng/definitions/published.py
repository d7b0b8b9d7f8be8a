"""A published version of a register as a value: its rows frozen, and how it differs from the one before, in sentences.

Format `jiecheng-register-1`: RFC 8785 canonical JSON of {"format", "register", "title", "version", "effective_on",
"published_at", "columns": [{"key", "title", "kind"}], "rows": [{"number", "key", "status", "values"}]}; its SHA-256
names the version. Numbers that are not whole are written as text, so that no reader rounds them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

import rfc8785

from jiecheng.model.register import Register

FORMAT = "jiecheng-register-1"
# Beside the row's name: whose row of several it is.
_WHOSE = "street_name"


@dataclass(frozen=True, slots=True)
class FrozenRow:
    """`number`: of the case; `key`: which of the case's rows."""

    number: str
    key: str
    status: str
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Frozen:
    document: Mapping[str, Any]
    text: str
    sha256: str


def freeze(
    register: Register, rows: Sequence[FrozenRow], *, version: int, effective_on: str, published_at: str
) -> Frozen:
    """The version: only columns that may be published, rows in the order they are given."""
    columns = register.published
    document = {
        "format": FORMAT,
        "register": register.name,
        "title": register.title,
        "version": version,
        "effective_on": effective_on,
        "published_at": published_at,
        "columns": [{"key": one.key, "title": one.title, "kind": str(one.kind)} for one in columns],
        "rows": [
            {
                "number": row.number,
                "key": row.key,
                "status": row.status,
                "values": {one.key: _plain(row.values.get(one.key)) for one in columns},
            }
            for row in rows
        ],
    }
    text = rfc8785.dumps(cast(Any, document)).decode("utf-8")
    return Frozen(document, text, hashlib.sha256(text.encode("utf-8")).hexdigest())


def version_difference(register: Register, old: Mapping[str, Any] | None, new: Mapping[str, Any]) -> list[str]:
    """What a reader has to know of the new version: rows added, changed field by field, removed."""
    if old is None:
        return [f"首次公布，共 {len(new['rows'])} 行。"]
    titles = {one["key"]: one["title"] for one in (*old["columns"], *new["columns"])}
    before, after = _by_identity(old["rows"]), _by_identity(new["rows"])
    sentences = [*_new_columns(old["columns"], new["columns"])]
    for identity, row in after.items():
        if identity not in before:
            sentences.append(f"新增：{_name(register, row)}，{row['status']}。")
        elif changes := list(_changes(before[identity], row, titles)):
            sentences.append(f"{_name(register, row)}：{'；'.join(changes)}。")
    for identity, row in before.items():
        if identity not in after:
            sentences.append(f"移出：{_name(register, row)}（原为“{row['status']}”）。")
    return sentences or ["与上一版相比没有变化。"]


def _by_identity(rows: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str], Mapping[str, Any]]:
    return {(row["number"], row["key"]): row for row in rows}


def _name(register: Register, row: Mapping[str, Any]) -> str:
    name = _said(row["values"].get(register.subject)) or row["number"]
    whose = _said(row["values"].get(_WHOSE)) if register.subject != _WHOSE else ""
    return f"{name}（{whose}）" if whose else name


def _new_columns(old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    known, kept = {one["key"] for one in old}, {one["key"] for one in new}
    yield from (f"新增栏目“{one['title']}”。" for one in new if one["key"] not in known)
    yield from (f"不再公布栏目“{one['title']}”。" for one in old if one["key"] not in kept)


def _changes(old: Mapping[str, Any], new: Mapping[str, Any], titles: Mapping[str, str]) -> Iterator[str]:
    if old["status"] != new["status"]:
        yield f"状态由“{old['status']}”改为“{new['status']}”"
    for key in dict.fromkeys((*new["values"], *old["values"])):
        # A column that is new or gone has its own sentence.
        if key not in old["values"] or key not in new["values"]:
            continue
        before, after = _said(old["values"][key]), _said(new["values"][key])
        if before == after:
            continue
        if not before:
            yield f"{titles[key]}填为“{after}”"
        else:
            yield f"{titles[key]}由“{before}”改为{f'“{after}”' if after else '空'}"


def _said(value: object) -> str:
    return "、".join(_said(one) for one in value) if isinstance(value, list) else "" if value is None else str(value)


def _plain(value: object) -> object:
    match value:
        case None | bool() | str() | int():
            return value
        case Decimal():
            whole = value == value.to_integral_value()
            return int(value) if whole and abs(value) < 2**53 else str(value)
        case Mapping():
            return str(value.get("name") or value.get("label") or value.get("id") or "")
        case Sequence():
            return [_plain(one) for one in value]
    return str(value)
