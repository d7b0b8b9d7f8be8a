"""Which flow nodes the scenarios of a release have passed. A node nobody has walked is a promise nobody has tried."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from jiecheng.model.definition import FlowNode, ProcessDefinition


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
