"""Decision tables for people who read policy, not FEEL: plain cells, and wide tables with only the conditions that count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jiecheng.cases.release import TableView
from jiecheng.decisions import ANY_CELL, cell_in_words

# Beyond this a row is mostly "any": its few conditions read better as one sentence.
MOST_COLUMNS = 5


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
        rows = [[row[0], *(cell_in_words(cell) for cell in row[1:])] for row in table.rows]
        return ReadableTable(table.name, table.hit_policy, heads, rows)
    heads = ["序", "如果", *outputs, *table.annotations]
    rows = [
        [row[0], _conditions(table.inputs, row[1 : count + 1]), *(cell_in_words(cell) for cell in row[count + 1 :])]
        for row in table.rows
    ]
    return ReadableTable(table.name, table.hit_policy, heads, rows)


def _conditions(labels: Sequence[str], cells: Sequence[str]) -> str:
    told = [
        f"{label}：{cell_in_words(cell)}"
        for label, cell in zip(labels, cells, strict=True)
        if cell.strip() not in ANY_CELL
    ]
    return "，且 ".join(told) or "其他情况"
