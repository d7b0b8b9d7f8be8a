"""Edges: round corners, arrow heads, the walked ones in colour and on top."""

from __future__ import annotations

import math

from jiecheng.definitions.picture.palette import NOTE, PALE, PAPER, PLAIN, WALKED
from jiecheng.definitions.picture.scene import Edge, Point
from jiecheng.definitions.picture.svg import number, points, tag

_CORNER = 7.0
_HEAD = 9.0


def draw_edge(edge: Edge, walked: bool, beside_walked: bool) -> str:
    """`beside_walked`: some path is painted, so that this one steps back when it is not part of it."""
    colour = WALKED if walked else PALE.stroke if beside_walked else PLAIN.stroke
    if edge.kind == "messageFlow":
        return _message_flow(edge, colour)
    if edge.kind != "sequenceFlow":
        return tag(
            "path",
            d=_path(edge.points),
            fill="none",
            stroke=NOTE,
            stroke_width=1.2,
            stroke_dasharray="1.5 4",
            stroke_linecap="round",
        )
    width = 2.4 if walked else 1.4
    shortened = (*edge.points[:-1], _towards(edge.points[-1], edge.points[-2], _HEAD - 2))
    parts = [
        tag("path", d=_path(shortened), fill="none", stroke=colour, stroke_width=width),
        _head(edge.points, colour),
    ]
    if edge.default:
        parts.append(_default_slash(edge.points, colour, width))
    return tag("g", *parts, data_element=edge.id, data_state="done" if walked else None)


def _message_flow(edge: Edge, colour: str) -> str:
    start, end = edge.points[0], edge.points[-1]
    ring = tag("circle", cx=start[0], cy=start[1], r=4, fill=PAPER, stroke=colour, stroke_width=1.3)
    line = tag("path", d=_path(edge.points), fill="none", stroke=colour, stroke_width=1.3, stroke_dasharray="7 5")
    head = tag("polygon", points=points(_corners(end, edge.points[-2])), fill=PAPER, stroke=colour, stroke_width=1.2)
    return tag("g", line, ring, head, data_element=edge.id)


def _head(places: tuple[Point, ...], colour: str) -> str:
    return tag("polygon", points=points(_corners(places[-1], places[-2])), fill=colour)


def _corners(tip: Point, before: Point) -> list[Point]:
    back = _towards(tip, before, _HEAD)
    length = math.dist(tip, back) or 1
    across = (-(tip[1] - back[1]) / length * 4, (tip[0] - back[0]) / length * 4)
    return [tip, (back[0] + across[0], back[1] + across[1]), (back[0] - across[0], back[1] - across[1])]


def _default_slash(places: tuple[Point, ...], colour: str, width: float) -> str:
    x, y = _towards(places[0], places[1], 9)
    return tag(
        "path",
        d=f"M{number(x - 4)} {number(y + 6)} L{number(x + 4)} {number(y - 6)}",
        stroke=colour,
        stroke_width=width,
    )


def _path(places: tuple[Point, ...]) -> str:
    steps = [f"M{_pair(places[0])}"]
    for before, corner, after in zip(places, places[1:], places[2:], strict=False):
        room = min(_CORNER, math.dist(before, corner) / 2, math.dist(corner, after) / 2)
        steps.append(
            f"L{_pair(_towards(corner, before, room))} Q{_pair(corner)} {_pair(_towards(corner, after, room))}"
        )
    steps.append(f"L{_pair(places[-1])}")
    return " ".join(steps)


def _pair(point: Point) -> str:
    return f"{number(point[0])} {number(point[1])}"


def _towards(start: Point, goal: Point, by: float) -> Point:
    """A point `by` pixels from the start on the way to the goal, never past it."""
    length = math.dist(start, goal)
    share = min(1.0, by / length) if length else 0.0
    return start[0] + (goal[0] - start[0]) * share, start[1] + (goal[1] - start[1]) * share
