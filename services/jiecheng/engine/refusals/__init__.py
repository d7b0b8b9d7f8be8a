"""What the engine refuses before anything runs: whatever was not proven. Names the element and what to draw instead."""

from __future__ import annotations

from jiecheng.engine.names import Element
from jiecheng.engine.refusals import calls, elements, events, expressions, flows, identity, inclusive
from jiecheng.model.errors import Finding

CHECKS = (
    identity.findings,
    elements.findings,
    events.findings,
    expressions.findings,
    flows.findings,
    inclusive.findings,
    calls.findings,
)


def findings(roots: list[Element]) -> list[Finding]:
    """In the order of the checks and, within a check, of the documents: the same drawing always gives the same list."""
    return [finding for check in CHECKS for finding in check(roots)]
