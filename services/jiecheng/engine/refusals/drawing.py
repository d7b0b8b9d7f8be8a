"""How the checks look at a drawing: scopes, their nodes and flows, ways through them. Judges nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from jiecheng.engine.names import CHINESE_NODES, Element, called, event_definitions, q, tag
from jiecheng.model.errors import Finding


@dataclass(frozen=True, slots=True)
class Drawn:
    """One scope: a process or the inside of a sub-process, without what is inside its sub-processes."""

    element: Element
    nodes: dict[str, Element]
    flows: list[Element]
    leaving: dict[str, list[Element]]
    entering: dict[str, list[Element]]

    def outgoing(self, identity: str) -> list[Element]:
        return self.leaving.get(identity, [])

    def incoming(self, identity: str) -> list[Element]:
        return self.entering.get(identity, [])

    def next_to(self) -> dict[str, list[str]]:
        """Where a token at a node may turn up next: along flows, to boundary events, over links."""
        found: dict[str, list[str]] = {identity: [] for identity in self.nodes}
        for flow in self.flows:
            found.get(flow.get("sourceRef", ""), []).append(flow.get("targetRef", ""))
        for identity, node in self.nodes.items():
            found.get(node.get("attachedToRef", ""), []).append(identity)
            if tag(node) == "intermediateThrowEvent":
                found[identity] += self._catchers(link_name(node))
        return found

    def _catchers(self, link: str | None) -> Iterator[str]:
        for identity, node in self.nodes.items():
            if link is not None and tag(node) == "intermediateCatchEvent" and link_name(node) == link:
                yield identity

    def entries(self) -> list[str]:
        """Where tokens come into being: start events and event sub-processes."""
        return [
            identity
            for identity, node in self.nodes.items()
            if tag(node) == "startEvent" or node.get("triggeredByEvent") == "true"
        ]


def scopes(roots: Iterable[Element]) -> Iterator[Drawn]:
    for root in roots:
        for element in root.iter(q("process"), q("subProcess")):
            nodes = {child.get("id", ""): child for child in element if tag(child) in CHINESE_NODES}
            flows = [child for child in element if tag(child) == "sequenceFlow"]
            yield Drawn(element, nodes, flows, _by(flows, "sourceRef"), _by(flows, "targetRef"))


def _by(flows: list[Element], end: str) -> dict[str, list[Element]]:
    found: dict[str, list[Element]] = {}
    for flow in flows:
        found.setdefault(flow.get(end, ""), []).append(flow)
    return found


def reachable(starts: Iterable[str], following: dict[str, list[str]], without: str = "") -> set[str]:
    """All nodes on ways from `starts`, the starts included, never going through `without`."""
    seen: set[str] = set()
    todo = list(starts)
    while todo:
        identity = todo.pop()
        if identity not in seen and identity != without:
            seen.add(identity)
            todo += following.get(identity, [])
    return seen


def link_name(node: Element) -> str | None:
    names = [one.get("name") for one in event_definitions(node) if tag(one) == "linkEventDefinition"]
    return names[0] if names else None


def refuse(code: str, node: Element, reason: str, instead: str) -> Finding:
    """`reason` goes on after the element's name: 脚本任务「算」（calc）不能执行脚本；请改用……。"""
    return Finding(code, node.get("id") or tag(node), f"{called(node)}{reason}；{instead}。")
