"""Which flow nodes and table rows the scenarios of a release have passed: one nobody has tried is a promise nobody kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from jiecheng import decisions
from jiecheng.model.definition import FlowNode, ProcessDefinition
from jiecheng.model.release import Bundle


@dataclass(frozen=True, slots=True)
class Coverage:
    covered: tuple[FlowNode, ...]
    missing: tuple[FlowNode, ...]

    @property
    def complete(self) -> bool:
        return not self.missing

    def sentence(self) -> str:
        """One sentence for the gate report."""
        total = len(self.covered) + len(self.missing)
        if self.complete:
            return f"全部 {total} 个节点都有场景经过。"
        names = "、".join(f"「{node.name or node.id}」" for node in self.missing)
        return f"{total} 个节点中有 {len(self.missing)} 个没有场景经过：{names}。请为它们补写场景。"


def coverage(definition: ProcessDefinition, passed: Iterable[str]) -> Coverage:
    """Nodes in the diagram's order, parted by whether `passed` (element and flow ids of any runs) names them."""
    walked = set(passed)
    nodes = tuple(definition.nodes.values())
    return Coverage(
        covered=tuple(node for node in nodes if node.id in walked),
        missing=tuple(node for node in nodes if node.id not in walked),
    )


@dataclass(frozen=True, slots=True)
class RowCoverage:
    """`missing`: (the table's name for people, number of the row that no scenario hit)."""

    rows: int
    missing: Sequence[tuple[str, int]]

    def sentence(self) -> str:
        if not self.missing:
            return f"判定表的全部 {self.rows} 行都有场景用到。"
        named = "、".join(f"「{table}」第 {row} 行" for table, row in self.missing)
        return f"判定表 {self.rows} 行中有 {len(self.missing)} 行没有场景用到：{named}。请补写场景，或删去用不到的行。"


def row_coverage(bundle: Bundle, hit: Iterable[tuple[str, int]]) -> RowCoverage:
    """`hit`: (decision id, row number from 1) that any run of the bundle's scenarios used."""
    used = set(hit)
    model = decisions.combine([decisions.read_decisions(text) for text in bundle.dmn.values()])
    rows = [
        (one.id, one.label or one.name, rule.number)
        for one in model.decisions.values()
        if isinstance(one.logic, decisions.DecisionTable)
        for rule in one.logic.rules
    ]
    return RowCoverage(len(rows), [(name, row) for decision, name, row in rows if (decision, row) not in used])
