"""What the engine refuses before anything runs: whatever was not proven. Names the element and what to draw instead."""

from __future__ import annotations

from jiecheng.engine.names import Element
from jiecheng.engine.refusals import calls, elements, events, expressions, flows, foreign, identity, inclusive, standard
from jiecheng.model.errors import Finding

FIRST = (identity.findings, elements.findings)
CHECKS = (
    events.findings,
    expressions.findings,
    flows.findings,
    inclusive.findings,
    calls.findings,
    standard.findings,
    foreign.findings,
)


def findings(roots: list[Element]) -> list[Finding]:
    """In the order of the checks and, within a check, of the documents: the same drawing always gives the same list."""
    found = [finding for check in FIRST for finding in check(roots)]
    if any(finding.code == "too-large" for finding in found):
        # The other checks look at pairs of nodes: a flood of nodes must not cost a flood of time.
        return found
    return found + [finding for check in CHECKS for finding in check(roots)]
