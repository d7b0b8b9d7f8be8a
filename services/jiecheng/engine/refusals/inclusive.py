"""Inclusive joins that cannot be relied on, so refused.

Inside another inclusive block the rule of the outer join depends on the inner one. Inside a parallel block behind an event
that interrupts nobody, two rounds may be under way: the inclusive join takes both together, and the parallel join waits
for the second one for ever.
"""

from __future__ import annotations

from collections.abc import Iterator

from jiecheng.engine.names import Element, tag
from jiecheng.engine.refusals.drawing import Drawn, reachable, refuse, scopes
from jiecheng.model.errors import Finding


def findings(roots: list[Element]) -> Iterator[Finding]:
    for scope in scopes(roots):
        yield from _nested(scope)
        yield from _in_rounds(scope)


def _nested(scope: Drawn) -> Iterator[Finding]:
    following = scope.next_to()
    gateways = [identity for identity, node in scope.nodes.items() if tag(node) == "inclusiveGateway"]
    joins = [identity for identity in gateways if len(scope.incoming(identity)) > 1]
    splits = [one for one in (*gateways, *_drawn_as_flows(scope)) if len(scope.outgoing(one)) > 1]
    # Ways end at the first inclusive join: what comes after it is no longer inside.
    up_to_join = {identity: [] if identity in joins else after for identity, after in following.items()}
    before_join = {one for one in splits if reachable(following[one], following) & set(joins)}
    for split in splits:
        region = reachable(following[split], up_to_join)
        for inner in splits:
            if inner != split and inner in region and inner not in joins and inner in before_join:
                outer = scope.nodes[split].get("name") or split
                yield refuse(
                    "nested-inclusive",
                    scope.nodes[inner],
                    f"在另一个包容网关「{outer}」的分支里面",
                    "请把里面的一层画成子流程，或改用并行加排他网关",
                )


def _in_rounds(scope: Drawn) -> Iterator[Finding]:
    following = scope.next_to()
    events = [identity for identity, node in scope.nodes.items() if node.get("cancelActivity") == "false"]
    behind = reachable(events, following)
    joins = [one for one in behind if len(scope.incoming(one)) > 1]
    for inner in sorted(one for one in joins if tag(scope.nodes[one]) == "inclusiveGateway"):
        parallel = [one for one in joins if tag(scope.nodes[one]) == "parallelGateway"]
        if any(_between(scope, following, split, inner, join) for split in behind for join in parallel):
            yield refuse(
                "inclusive-in-rounds",
                scope.nodes[inner],
                "在非中断事件后面的并行分支里，事件再来一次时两轮会在这里并成一轮，并行汇合就会永远等下去",
                "请把事件后面的这一段画成子流程，让每一轮各走各的，或改用排他网关",
            )


def _between(scope: Drawn, following: dict[str, list[str]], split: str, inner: str, join: str) -> bool:
    """Whether an inclusive join lies in one branch of a parallel block whose other branches go round it."""
    branches = [flow.get("targetRef", "") for flow in scope.outgoing(split)]
    if len(branches) < 2 or tag(scope.nodes[split]) in ("exclusiveGateway", "inclusiveGateway", "eventBasedGateway"):
        return False
    inside = inner in reachable(branches, following, without=join)
    return inside and join in reachable([inner], following) and join in reachable(branches, following, without=inner)


def _drawn_as_flows(scope: Drawn) -> list[str]:
    """Tasks with conditional flows become inclusive gateways when they are read."""
    return [
        identity
        for identity, node in scope.nodes.items()
        if tag(node).lower().endswith("task") and len(scope.outgoing(identity)) > 1 and _conditional(scope, identity)
    ]


def _conditional(scope: Drawn, identity: str) -> bool:
    return any(tag(child) == "conditionExpression" for flow in scope.outgoing(identity) for child in flow)
