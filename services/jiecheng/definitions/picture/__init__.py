"""The diagram as one SVG text, with the walked path painted. Pure; safe under a strict CSP (presentation attributes only)."""

from __future__ import annotations

from collections.abc import Collection, Mapping


def draw(bpmn: str, *, states: Mapping[str, str], flows: Collection[str], title: str) -> str:
    raise NotImplementedError
