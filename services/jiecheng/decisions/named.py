"""Cells of decision tables that name something of the directory: organs, 街镇, posts, kinds, levels. Knows none of them itself.

An input asks about such a thing when its expression ends in the word by which diagrams know it (`borrowed.street_name`);
an output answers with one when the caller says so, who knows what is done with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from jiecheng.decisions.model import Decision, DecisionModel, DecisionTable

# The last word of an expression -> what its texts name.
NAMED: Mapping[str, str] = {
    "organ_kind": "kind",
    "kind": "kind",
    "organ_level": "level",
    "level": "level",
    "street": "street",
    "street_name": "street_name",
    "organ": "organ",
    "parent_organ": "organ",
    "party_organ": "organ",
    "office": "organ",
    "organ_name": "organ_name",
    "parent_organ_name": "organ_name",
    "party_organ_name": "organ_name",
    "office_name": "organ_name",
    "post_name": "post_name",
}
_PATH = re.compile(r"((?:[^\W\d]\w*\.)*)([^\W\d]\w*)")
_TEXT = re.compile(r'"((?:[^"\\]|\\.)*)"')
# What may stand around the texts of a cell that lists them: anything else is computed.
_LISTING = re.compile(r"(?:not\s*\()?[\s,]*(?:null)?[\s,]*\)?")


@dataclass(frozen=True, slots=True)
class NamedColumn:
    """`what`: one of NAMED's values."""

    decision: str
    table: str
    label: str
    what: str


@dataclass(frozen=True, slots=True)
class NamedCell:
    """`text`: what the cell says, one for each text in it."""

    column: NamedColumn
    row: int
    text: str


Given = Mapping[tuple[str, str], str]  # decision and output -> what it names


def named_cells(model: DecisionModel, given: Given | None = None) -> Iterator[NamedCell]:
    for decision, one in model.decisions.items():
        if not isinstance(one.logic, DecisionTable):
            continue
        for place, column in _columns(decision, one, given or {}):
            for rule in one.logic.rules:
                for text in _texts((*rule.tests, *rule.outputs)[place]):
                    yield NamedCell(column, rule.number, text)


def named_columns(model: DecisionModel, given: Given | None = None) -> Iterator[NamedColumn]:
    for decision, one in model.decisions.items():
        if isinstance(one.logic, DecisionTable):
            yield from (column for _, column in _columns(decision, one, given or {}))


def _columns(decision: str, one: Decision, given: Given) -> Iterator[tuple[int, NamedColumn]]:
    logic, table = one.logic, one.label or one.name
    assert isinstance(logic, DecisionTable), "asked of tables only"
    for place, column in enumerate(logic.inputs):
        path = _PATH.fullmatch(column.expression.strip())
        what = NAMED.get(path[2], "") if path is not None else ""
        # A bare "kind" or "street" may be anything; of somebody or of an organ it is the directory's.
        if path is not None and what and (path[1] or "_" in path[2]):
            yield place, NamedColumn(decision, table, column.label or column.expression, what)
    for place, output in enumerate(logic.outputs, start=len(logic.inputs)):
        if (decision, output.name) in given:
            yield place, NamedColumn(decision, table, output.label or output.name, given[decision, output.name])


def _texts(cell: str) -> Iterator[str]:
    if _LISTING.fullmatch(_TEXT.sub("", cell.strip())):
        yield from (found[1] for found in _TEXT.finditer(cell) if found[1])
