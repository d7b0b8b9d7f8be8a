"""What an evaluation leaves for history and for the question "为什么"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jiecheng.feel import FeelValue
from jiecheng.feel.boxed import Run
from jiecheng.model.values import Value


@dataclass(frozen=True, slots=True)
class TableTrace:
    """One evaluated table, in FEEL values."""

    decision: str
    table: str
    hit_policy: str
    rows: tuple[int, ...]
    inputs: Mapping[str, FeelValue]
    output: FeelValue
    annotations: tuple[Mapping[str, str], ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """One evaluated table as the house keeps it. `rows`: numbers of the hit rows, from 1; `annotations`: one per hit row."""

    decision: str
    hit_policy: str
    rows: tuple[int, ...]
    inputs: Mapping[str, Value]
    output: Value
    annotations: tuple[Mapping[str, str], ...] = ()


class DecisionRun(Run):
    """A FEEL run that also remembers the tables it went through."""

    __slots__ = ("traces",)

    def __init__(self, variables: Mapping[str, Any]) -> None:
        super().__init__(variables)
        self.traces: list[TableTrace] = []
