"""Small drawings, each around 0,0: what kind of task, which event, which gateway. Shapes of the BPMN standard, own lines."""

from __future__ import annotations

import math

from jiecheng.definitions.picture.palette import PAPER
from jiecheng.definitions.picture.scene import Shape
from jiecheng.definitions.picture.svg import number, tag


def _gear() -> str:
    steps = []
    for tooth in range(8):
        for offset, radius in ((-0.20, 5.2), (-0.14, 7.4), (0.14, 7.4), (0.20, 5.2)):
            angle = math.tau * tooth / 8 + offset * math.tau / 4
            steps.append(f"{number(radius * math.cos(angle))} {number(radius * math.sin(angle))}")
    return f"M{' L'.join(steps)} Z M2.4 0 A2.4 2.4 0 1 0 -2.4 0 A2.4 2.4 0 1 0 2.4 0 Z"


_PERSON = "M-2.9 -4 A2.9 2.9 0 1 1 2.9 -4 A2.9 2.9 0 1 1 -2.9 -4 Z M-6 7 C-6 -.4 6 -.4 6 7 Z"
_MEETING = (
    "M-2.6 -4.4 A2.6 2.6 0 1 1 2.6 -4.4 A2.6 2.6 0 1 1 -2.6 -4.4 Z M-4.8 7 C-4.8 -.8 4.8 -.8 4.8 7 Z "
    "M-9.8 -2 A2 2 0 1 1 -5.8 -2 A2 2 0 1 1 -9.8 -2 Z M-6.8 1.4 C-9.6 .8 -11.6 3 -11.6 7 H-7 "
    "M5.8 -2 A2 2 0 1 1 9.8 -2 A2 2 0 1 1 5.8 -2 Z M6.8 1.4 C9.6 .8 11.6 3 11.6 7 H7"
)
_ENVELOPE = "M-7.5 -5 H7.5 V5 H-7.5 Z"
_FLAP = "M-7.5 -5 L0 1 L7.5 -5"
_TABLE = "M-7 -6 H7 V6 H-7 Z M-7 -2 H7 M-7 2 H7 M-2 -2 V6"
_PAGE = "M-5 -7 H5 V7 H-5 Z M-2.6 -3.6 H2.6 M-2.6 0 H2.6 M-2.6 3.6 H2.6"
_HAND = "M-6.5 -1 L-2 -5.5 H5.5 A1.3 1.3 0 0 1 5.5 -2.9 H1 H6.4 A1.3 1.3 0 0 1 6.4 -.3 H6 A1.3 1.3 0 0 1 6 2.3 H5.2 A1.2 1.2 0 0 1 5.2 4.8 H-4 A2.5 2.5 0 0 1 -6.5 2.3 Z"  # fmt: skip  # noqa: E501

_LINES = {
    "userTask": _PERSON,
    "receiveTask": f"{_ENVELOPE} {_FLAP}",
    "businessRuleTask": _TABLE,
    "serviceTask": _gear(),
    "scriptTask": _PAGE,
    "manualTask": _HAND,
}

_EVENTS = {
    "message": "M-8.5 -6 H8.5 V6 H-8.5 Z",
    "signal": "M0 -9 L8.6 6 H-8.6 Z",
    "error": "M-8.5 8 L-4.2 -6.5 L2.2 2.6 L8.5 -8 L4.6 7.4 L-2.2 -1.8 Z",
    "escalation": "M0 -9.5 L7.5 8 L0 1.4 L-7.5 8 Z",
    "link": "M-9 -3.6 H2 V-8.4 L10 0 L2 8.4 V3.6 H-9 Z",
    "compensate": "M-.5 -7 V7 L-9.5 0 Z M9 -7 V7 L0 0 Z",
    "cancel": "M-8 -5.5 L-5.5 -8 L0 -2.6 L5.5 -8 L8 -5.5 L2.6 0 L8 5.5 L5.5 8 L0 2.6 L-5.5 8 L-8 5.5 L-2.6 0 Z",
    "multiple": "M0 -9.5 L9 -2.9 L5.6 7.7 H-5.6 L-9 -2.9 Z",
}


def task_icon(shape: Shape, x: float, y: float, colour: str) -> str:
    """The sign in a task's corner, "" where the kind has none."""
    if shape.kind == "sendTask":
        flap = tag("path", d=_FLAP, stroke=PAPER, stroke_width=1.3, fill="none")
        return _at(x, y, tag("path", d=_ENVELOPE, fill=colour), flap)
    lines = _MEETING if shape.meeting else _LINES.get(shape.kind)
    if not lines:
        return ""
    shift = 4 if shape.meeting else 0
    return _at(
        x + shift, y, tag("path", d=lines, fill="none", stroke=colour, stroke_width=1.1, stroke_linejoin="round")
    )


def event_icon(shape: Shape, colour: str) -> str:
    """The sign inside an event's circle: outlined where it catches, filled where it throws."""
    x, y = shape.box.middle
    throws = shape.kind in ("endEvent", "intermediateThrowEvent")
    if shape.event == "terminate":
        return tag("circle", cx=x, cy=y, r=shape.box.width * 0.29, fill=colour)
    if shape.event == "timer":
        return _at(x, y, *_clock(colour))
    if shape.event == "conditional":
        return _at(x, y, tag("path", d=_PAGE, fill="none", stroke=colour, stroke_width=1.2))
    outline = _EVENTS.get(shape.event)
    if not outline:
        return ""
    drawn = tag(
        "path", d=outline, fill=colour if throws else "none", stroke=colour, stroke_width=1.2, stroke_linejoin="round"
    )
    if shape.event == "message":
        flap = tag(
            "path", d="M-8.5 -6 L0 1.2 L8.5 -6", fill="none", stroke=PAPER if throws else colour, stroke_width=1.2
        )
        drawn += flap
    return _at(x, y, drawn)


def _clock(colour: str) -> list[str]:
    ticks = " ".join(
        f"M{number(8 * math.sin(angle))} {number(-8 * math.cos(angle))} "
        f"L{number(9.6 * math.sin(angle))} {number(-9.6 * math.cos(angle))}"
        for angle in (math.tau * hour / 12 for hour in range(12))
    )
    return [
        tag("circle", r=10.2, fill="none", stroke=colour, stroke_width=1.2),
        tag(
            "path",
            d=f"{ticks} M1.6 -6.6 L0 0 L4.8 1.6",
            fill="none",
            stroke=colour,
            stroke_width=1.1,
            stroke_linecap="round",
        ),
    ]


def gateway_icon(shape: Shape, colour: str) -> str:
    x, y = shape.box.middle
    if shape.kind == "inclusiveGateway":
        return tag("circle", cx=x, cy=y, r=10.5, fill="none", stroke=colour, stroke_width=2.4)
    if shape.kind == "eventBasedGateway":
        rings = [tag("circle", r=radius, fill="none", stroke=colour, stroke_width=1.1) for radius in (13.5, 11)]
        star = tag(
            "path", d="M0 -7 L6.7 -2.1 L4.1 5.7 H-4.1 L-6.7 -2.1 Z", fill="none", stroke=colour, stroke_width=1.2
        )
        return _at(x, y, *rings, star)
    crosses = {
        "exclusiveGateway": ("M-6.5 -6.5 L6.5 6.5 M6.5 -6.5 L-6.5 6.5", 2.8),
        "parallelGateway": ("M-9.5 0 H9.5 M0 -9.5 V9.5", 3.2),
        "complexGateway": ("M-9 0 H9 M0 -9 V9 M-6 -6 L6 6 M6 -6 L-6 6", 2.6),
    }
    lines, width = crosses.get(shape.kind, ("", 0.0))
    return _at(x, y, tag("path", d=lines, stroke=colour, stroke_width=width, stroke_linecap="round")) if lines else ""


def markers(shape: Shape, colour: str) -> str:
    """Signs on the lower edge of an activity: several instances, loop, closed sub-process."""
    signs = {
        "parallel": "M-4 -5 V5 M0 -5 V5 M4 -5 V5",
        "sequential": "M-5 -4 H5 M-5 0 H5 M-5 4 H5",
        "loop": "M2.6 4.4 A5 5 0 1 0 -2.6 4.4 M-6 5.4 H-2.4 V1.8",
        "closed": "M-6 -6 H6 V6 H-6 Z M-3.4 0 H3.4 M0 -3.4 V3.4",
    }
    names = [*shape.markers]
    if shape.kind in ("subProcess", "transaction", "adHocSubProcess") and not shape.expanded:
        names.append("closed")
    x, y = shape.box.middle[0] - 8 * (len(names) - 1), shape.box.bottom - 10
    return "".join(
        _at(x + 16 * place, y, tag("path", d=signs[name], fill="none", stroke=colour, stroke_width=1.5))
        for place, name in enumerate(names)
    )


def _at(x: float, y: float, *children: str) -> str:
    return tag("g", *children, transform=f"translate({number(x)} {number(y)})")
