"""Colours and words of the picture. Calm, and never the only sign: each state has a mark of its own."""

from __future__ import annotations

from dataclasses import dataclass

FONT = "'Noto Sans CJK SC', 'Noto Sans SC', 'Source Han Sans SC', 'PingFang SC', 'Microsoft YaHei', sans-serif"
PAPER = "#ffffff"
INK = "#1f2933"
FRAME = "#b8c2cc"  # pools, lanes
BAND = "#f2f5f8"  # where pool and lane names stand
INSIDE = "#fafbfd"  # an opened sub-process
NOTE = "#7b8794"  # annotations, data


@dataclass(frozen=True, slots=True)
class Paint:
    """`word`: what the legend and the screen reader say; `mark`: a path in a 10 × 10 box around 0,0, "" for none."""

    stroke: str
    fill: str
    ink: str
    width: float
    word: str = ""
    mark: str = ""


PLAIN = Paint("#52606d", PAPER, INK, 1.5)
# Beside a walked path, what was not walked steps back; its text still has a contrast above 5 : 1.
PALE = Paint("#a3adb8", PAPER, "#5f6b78", 1.3, "未到")
STATES = {
    "done": Paint("#2f7d5b", "#ecf6f0", "#16412e", 1.7, "已办", "M-3.6 .2 L-1.1 2.8 L3.7 -2.7"),
    "active": Paint("#1d5fbf", "#e7f0fd", "#123a75", 2.4, "在办", "M-2 -3.2 L3.4 0 L-2 3.2 Z"),
    "returned": Paint("#b45309", "#fef4e6", "#6b3206", 2.0, "退回", "M-.6 -3.8 L-3.8 -1 L-.6 1.8 M-3.6 -1 H1.2 A2.2 2.2 0 0 1 1.2 3.4 H-1"),
}  # fmt: skip
# What a draft changed; never beside a walked path.
CHANGES = {
    "added": Paint("#1d5fbf", "#e7f0fd", "#123a75", 2.4, "新增", "M-3.4 0 H3.4 M0 -3.4 V3.4"),
    "changed": Paint("#b45309", "#fef4e6", "#6b3206", 2.4, "改动", "M-3 3 L-2.4 .8 L2 -3.6 L3.6 -2 L-.8 2.4 Z"),
}
WALKED = "#2f7d5b"

LOOKS = {**STATES, **CHANGES}


def paint(state: str | None, walked: bool) -> Paint:
    """The paint of a node; an unknown state is drawn like none."""
    return LOOKS.get(state or "", PALE if walked else PLAIN)
