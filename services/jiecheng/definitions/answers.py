"""What each row of a decision table answers: the cases that a proof over all paths has to go through."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from jiecheng import decisions
from jiecheng.definitions.known import OPEN, value_of


@dataclass(frozen=True, slots=True)
class RowAnswer:
    """`number` from 1; `tests`: the cells of the row's inputs; `value`: its outputs by name, or the one output."""

    number: int
    tests: tuple[str, ...]
    value: Any


def row_answers(model: decisions.DecisionModel, decision: str) -> Sequence[RowAnswer]:
    """One answer a row. Raises ValueError for a decision that is no table, or a row whose answer is computed."""
    table = model.decisions[decision].logic if decision in model.decisions else None
    if not isinstance(table, decisions.DecisionTable):
        raise ValueError(f'expected a decision table "{decision}", but there is none')
    found = []
    for rule in table.rules:
        values = [value_of(text, {}) for text in rule.outputs]
        if any(value is OPEN for value in values):
            raise ValueError(f'expected row {rule.number} of "{decision}" to answer with constants, but it computes')
        named = dict(zip((column.name for column in table.outputs), values, strict=True))
        found.append(RowAnswer(rule.number, rule.tests, named if len(table.outputs) > 1 else values[0]))
    return found
