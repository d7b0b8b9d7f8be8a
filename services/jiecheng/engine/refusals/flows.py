"""Sequence flows: every token comes from a start, always finds a way on, and no join waits for itself."""

from __future__ import annotations

from collections.abc import Iterator

from jiecheng.engine.names import CHINESE_ACTIVITIES, CHINESE_EVENTS, Element, q, tag
from jiecheng.engine.refusals.drawing import Drawn, link_name, reachable, refuse, scopes
from jiecheng.model.errors import Finding


def findings(roots: list[Element]) -> Iterator[Finding]:
    for scope in scopes(roots):
        yield from _starts(scope)
        yield from _pairs(scope)
        for identity, node in scope.nodes.items():
            yield from _ends_of(scope, identity, node)
            yield from _conditions(scope, identity, node)
        yield from _dead(scope)


def _starts(scope: Drawn) -> Iterator[Finding]:
    starts = [node for node in scope.nodes.values() if tag(node) == "startEvent"]
    if not starts:
        yield refuse("no-start", scope.element, "没有开始事件", "请画一个开始事件")
    for extra in starts[1:]:
        yield refuse("two-starts", extra, "是第二个开始事件", "请只留一个开始事件，用网关分支")
    if not any(tag(node) == "endEvent" for node in scope.nodes.values()):
        yield refuse("no-end", scope.element, "没有结束事件", "请画结束事件")


def _pairs(scope: Drawn) -> Iterator[Finding]:
    seen: set[tuple[str, str]] = set()
    for flow in scope.flows:
        pair = (flow.get("sourceRef", ""), flow.get("targetRef", ""))
        if pair[0] not in scope.nodes or pair[1] not in scope.nodes:
            yield refuse("dangling-flow", flow, "的一端没有接在同一层的节点上", "请把两端都接好")
        elif pair in seen:
            yield refuse(
                "duplicate-flow", flow, "和另一条顺序流的起点终点都相同，会丢掉一条", "请合成一条，把条件用 or 连接"
            )
        seen.add(pair)


def _ends_of(scope: Drawn, identity: str, node: Element) -> Iterator[Finding]:
    """Which ends of a node must have flows and which must not."""
    apart = node.get("triggeredByEvent") == "true"
    incoming, outgoing = scope.incoming(identity), scope.outgoing(identity)
    source = tag(node) in ("startEvent", "boundaryEvent") or apart
    sink = tag(node) == "endEvent" or apart
    link = link_name(node) is not None
    if source and incoming:
        yield refuse("wrong-flow", node, "不能有进来的顺序流", "请把这条线接到它后面的节点")
    if (sink or (link and tag(node) == "intermediateThrowEvent")) and outgoing:
        yield refuse("wrong-flow", node, "不能有出去的顺序流", "请删去它后面的线")
    elif not outgoing and not sink and not link:
        yield refuse("no-way-on", node, "没有出口，办到这里就断了", "请接到下一个节点或结束事件")
    if tag(node) in CHINESE_EVENTS and len(outgoing) > 1:
        yield refuse("several-flows", node, "有几条出口", "请在它后面画一个并行网关")


def _conditions(scope: Drawn, identity: str, node: Element) -> Iterator[Finding]:
    outgoing, kind, default = scope.outgoing(identity), tag(node), node.get("default")
    conditional = [flow for flow in outgoing if flow.find(q("conditionExpression")) is not None]
    if default is not None and default not in {flow.get("id") for flow in outgoing}:
        yield refuse("default-flow", node, f"的默认出口「{default}」不是它的出口", "请重新指定默认出口")
    if kind in ("exclusiveGateway", "inclusiveGateway"):
        open_flows = [flow for flow in outgoing if flow not in conditional and flow.get("id") != default]
        for flow in open_flows if len(outgoing) > 1 else []:
            yield refuse(
                "no-condition", flow, f"从网关（{identity}）出来，没有条件也不是默认出口", "请写上条件，或设为默认出口"
            )
    elif kind not in CHINESE_ACTIVITIES:
        for flow in conditional:
            yield refuse(
                "ignored-condition", flow, "的条件不会被执行", "请在前面画一个排他或包容网关，把条件写在它的出口上"
            )


def _dead(scope: Drawn) -> Iterator[Finding]:
    following = scope.next_to()
    alive = reachable(scope.entries(), following)
    for identity, node in scope.nodes.items():
        if identity not in alive:
            yield refuse("unreachable", node, "从开始事件走不到", "请接上来路，或者删去它")
    for identity, node in scope.nodes.items():
        sources = [flow.get("sourceRef", "") for flow in scope.incoming(identity)]
        if tag(node) != "parallelGateway" or len(sources) < 2:
            continue
        before = reachable(scope.entries(), following, without=identity)
        for source in sources:
            if source in alive and source not in before:
                yield refuse(
                    "join-loop",
                    node,
                    f"的入口「{source}」只有先通过它自己才走得到，会永远等下去",
                    "请把回路接到它前面的排他网关",
                )
