"""Decision tables for people who read policy, not FEEL: plain cells, and wide tables with only the conditions that count."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from jiecheng.cases.release import TableView

# Beyond this a row is mostly "any": its few conditions read better as one sentence.
MOST_COLUMNS = 5
ANY = ("", "-")
LITERALS = {"true": "是", "false": "否", "null": "空", '""': "空"}
_TEXTS = re.compile(r'"[^"]*"(?:\s*,\s*(?:"[^"]*"|null))*')


@dataclass(frozen=True, slots=True)
class ReadableTable:
    name: str
    hit_policy: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]


def readable(table: TableView) -> ReadableTable:
    """The same rules in the same order; nothing is left out but the conditions that say "any"."""
    count = len(table.inputs)
    outputs = [f"那么 {label}" for label in table.outputs]
    if count <= MOST_COLUMNS:
        heads = ["序", *(f"如果 {label}" for label in table.inputs), *outputs, *table.annotations]
        rows = [[row[0], *(_cell(cell) for cell in row[1:])] for row in table.rows]
        return ReadableTable(table.name, table.hit_policy, heads, rows)
    heads = ["序", "如果", *outputs, *table.annotations]
    rows = [
        [row[0], _conditions(table.inputs, row[1 : count + 1]), *(_cell(cell) for cell in row[count + 1 :])]
        for row in table.rows
    ]
    return ReadableTable(table.name, table.hit_policy, heads, rows)


def _conditions(labels: Sequence[str], cells: Sequence[str]) -> str:
    told = [f"{label}：{_cell(cell)}" for label, cell in zip(labels, cells, strict=True) if cell.strip() not in ANY]
    return "，且 ".join(told) or "其他情况"


def _cell(cell: str) -> str:
    text = cell.strip()
    if text in ANY:
        return "不限"
    if text in LITERALS:
        return LITERALS[text]
    if _TEXTS.fullmatch(text):
        parts = (part.strip() for part in text.split(","))
        return "、".join(dict.fromkeys(LITERALS.get(part, part.strip('"')) for part in parts))
    return text
