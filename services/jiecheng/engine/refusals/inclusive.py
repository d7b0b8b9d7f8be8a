"""Inclusive gateways inside inclusive gateways: the rule of the outer join depends on the inner one; not proven, so refused."""

from __future__ import annotations

from collections.abc import Iterator

from jiecheng.engine.names import Element, tag
from jiecheng.engine.refusals.drawing import Drawn, reachable, refuse, scopes
from jiecheng.model.errors import Finding


def findings(roots: list[Element]) -> Iterator[Finding]:
    for scope in scopes(roots):
        yield from _nested(scope)


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


def _drawn_as_flows(scope: Drawn) -> list[str]:
    """Tasks with conditional flows become inclusive gateways when they are read."""
    return [
        identity
        for identity, node in scope.nodes.items()
        if tag(node).lower().endswith("task") and len(scope.outgoing(identity)) > 1 and _conditional(scope, identity)
    ]


def _conditional(scope: Drawn, identity: str) -> bool:
    return any(tag(child) == "conditionExpression" for flow in scope.outgoing(identity) for child in flow)
