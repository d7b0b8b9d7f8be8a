"""Shapes: pools and lanes, sub-processes, tasks, events, gateways, notes; and the mark of a state on a node."""

from __future__ import annotations

from jiecheng.definitions.picture import icons
from jiecheng.definitions.picture.palette import BAND, FRAME, INK, INSIDE, LOOKS, NOTE, PAPER, STATES, Paint
from jiecheng.definitions.picture.scene import Box, Shape
from jiecheng.definitions.picture.svg import number, points, tag, text
from jiecheng.definitions.picture.wrapping import LEADING, Block, ems, fit

# Brackets as they look in a column.
_UPRIGHT = str.maketrans("()（）「」《》", "︵︶︵︶﹁﹂︽︾")


def draw_shape(shape: Shape, paint: Paint, state: str | None) -> str:
    """The shape without labels that stand outside it."""
    if shape.kind in ("participant", "lane"):
        return _band(shape)
    if not shape.is_node:
        return _artifact(shape)
    halo = _halo(shape) if state == "active" else ""
    spoken = f"{shape.name or shape.id}：{paint.word}" if paint.word else shape.name or shape.id
    return tag(
        "g",
        tag("title", text(spoken)),
        halo,
        _node(shape, paint),
        data_element=shape.id,
        data_state=state if state in LOOKS else None,
    )


def lines_of_text(words: Block, x: float, top: float, colour: str, anchor: str = "middle") -> str:
    """A block whose first line's upper edge is at `top`."""
    step = words.size * LEADING
    lines = [
        tag("tspan", text(line), x=float(x), y=top + step * place + words.size * 0.98)
        for place, line in enumerate(words.lines)
    ]
    return tag("text", *lines, font_size=words.size, text_anchor=anchor, fill=colour)


def badge(shape: Shape, state: str) -> str:
    """The state's mark on the upper right corner, so that colour is never the only sign."""
    paint = LOOKS[state]
    x, y = shape.box.right - 3, shape.box.y + 3
    if shape.kind.endswith(("Event", "Gateway")):
        x, y = shape.box.right - shape.box.width * 0.14, shape.box.y + shape.box.height * 0.14
    disc = tag("circle", r=7.5, fill=paint.stroke, stroke=PAPER, stroke_width=1.5)
    filled = "#ffffff" if state == "active" else "none"
    mark = tag(
        "path",
        d=paint.mark,
        fill=filled,
        stroke=PAPER,
        stroke_width=1.7,
        stroke_linecap="round",
        stroke_linejoin="round",
    )
    return tag("g", disc, mark, transform=f"translate({number(x)} {number(y)})")


def _node(shape: Shape, paint: Paint) -> str:
    if shape.kind.endswith("Event"):
        return _event(shape, paint)
    if shape.kind.endswith("Gateway"):
        return _gateway(shape, paint)
    return _opened(shape, paint) if shape.expanded else _activity(shape, paint)


def _activity(shape: Shape, paint: Paint) -> str:
    box = shape.box
    width = 3.6 if shape.kind == "callActivity" else paint.width
    frame = tag(
        "rect",
        x=box.x,
        y=box.y,
        width=box.width,
        height=box.height,
        rx=9,
        fill=paint.fill,
        stroke=paint.stroke,
        stroke_width=width,
    )
    icon = icons.task_icon(shape, box.x + 14, box.y + 14, paint.stroke)
    signs = icons.markers(shape, paint.stroke)
    above, below = (20.0 if icon else 6.0), (18.0 if signs else 6.0)
    words = fit(shape.name, box.width - 12, box.height - above - below)
    top = box.y + (box.height - words.height) / 2
    # In the middle where that is free of the signs, else in the middle of what they leave.
    if top < box.y + above or top + words.height > box.bottom - below:
        top = box.y + above + (box.height - above - below - words.height) / 2
    return frame + icon + signs + lines_of_text(words, box.middle[0], top, paint.ink)


def _opened(shape: Shape, paint: Paint) -> str:
    """An expanded sub-process: its name in the upper left corner, its inside drawn by its children."""
    box = shape.box
    dashes = "2 4" if shape.by_event else None
    parts = [
        tag("rect", x=box.x, y=box.y, width=box.width, height=box.height, rx=12, fill=INSIDE, stroke=paint.stroke,
            stroke_width=paint.width, stroke_dasharray=dashes)
    ]  # fmt: skip
    if shape.kind == "transaction":
        inner = box.grown(-4)
        parts.append(
            tag(
                "rect",
                x=inner.x,
                y=inner.y,
                width=inner.width,
                height=inner.height,
                rx=9,
                fill="none",
                stroke=paint.stroke,
            )
        )
    words = fit(shape.name, box.width - 28, 32)
    name = lines_of_text(words, box.x + 14, box.y + 9, paint.ink, "start")
    return "".join(parts) + tag("g", name, font_weight=600) + icons.markers(shape, paint.stroke)


def _event(shape: Shape, paint: Paint) -> str:
    x, y = shape.box.middle
    radius = shape.box.width / 2
    dashes = None if shape.interrupting else "4 3"
    width = 3.4 if shape.kind == "endEvent" else paint.width
    rings = tag(
        "circle",
        cx=x,
        cy=y,
        r=radius,
        fill=paint.fill,
        stroke=paint.stroke,
        stroke_width=width,
        stroke_dasharray=dashes,
    )
    if shape.kind not in ("startEvent", "endEvent"):
        rings += tag(
            "circle",
            cx=x,
            cy=y,
            r=radius - 3.2,
            fill="none",
            stroke=paint.stroke,
            stroke_width=1.2,
            stroke_dasharray=dashes,
        )
    return rings + icons.event_icon(shape, paint.stroke)


def _gateway(shape: Shape, paint: Paint) -> str:
    box = shape.box
    x, y = box.middle
    frame = tag(
        "polygon",
        points=points(((x, box.y), (box.right, y), (x, box.bottom), (box.x, y))),
        fill=paint.fill,
        stroke=paint.stroke,
        stroke_width=paint.width,
        stroke_linejoin="round",
    )
    return frame + icons.gateway_icon(shape, paint.stroke)


def _halo(shape: Shape) -> str:
    """A soft ring around what waits now."""
    ring: dict[str, str | float] = {
        "fill": "none",
        "stroke": STATES["active"].stroke,
        "stroke_width": 5,
        "stroke_opacity": "0.16",
        "stroke_linejoin": "round",
    }
    x, y = shape.box.middle
    if shape.kind.endswith("Event"):
        return tag("circle", cx=x, cy=y, r=shape.box.width / 2 + 4.5, **ring)
    if shape.kind.endswith("Gateway"):
        wide, high = shape.box.width / 2 + 6, shape.box.height / 2 + 6
        return tag("polygon", points=points(((x, y - high), (x + wide, y), (x, y + high), (x - wide, y))), **ring)
    box = shape.box.grown(5)
    return tag("rect", x=box.x, y=box.y, width=box.width, height=box.height, rx=13, **ring)


def _band(shape: Shape) -> str:
    box, band = shape.box, shape.band
    frame = tag(
        "rect", x=box.x, y=box.y, width=box.width, height=box.height, fill="none", stroke=FRAME, stroke_width=1.2
    )
    if band is None:
        return frame
    strip = tag(
        "rect", x=band.x, y=band.y, width=band.width, height=band.height, fill=BAND, stroke=FRAME, stroke_width=1.2
    )
    weight = 600 if shape.kind == "participant" else None
    return tag("g", frame, strip, tag("g", _standing(shape.name, band), font_weight=weight), data_element=shape.id)


def _standing(name: str, band: Box) -> str:
    """A name in the band: characters one below the other as on a signboard, turned where Latin letters would topple."""
    x, y = band.middle
    upright = name.translate(_UPRIGHT)
    for size in (12.5, 11.0, 10.0):
        words = Block(tuple(upright), size, size, len(upright) * size * LEADING)
        if ems(upright) == len(upright) and words.height <= band.height - 6:
            return lines_of_text(words, x, y - words.height / 2, INK)
    words = fit(name, band.height - 8, band.width - 2, (12.5, 11, 10))
    turned = lines_of_text(words, 0, -words.height / 2, INK)
    return tag("g", turned, transform=f"translate({number(x)} {number(y)}) rotate(-90)")


def _artifact(shape: Shape) -> str:
    box = shape.box
    x, y = number(box.x), number(box.y)
    if shape.kind == "textAnnotation":
        bracket = tag(
            "path",
            d=f"M{number(box.x + 9)} {y} H{x} V{number(box.bottom)} H{number(box.x + 9)}",
            fill="none",
            stroke=NOTE,
            stroke_width=1.3,
        )
        words = fit(shape.name, box.width - 12, box.height, (11.5, 10.5, 9.5))
        return bracket + lines_of_text(words, box.x + 8, box.middle[1] - words.height / 2, "#52606d", "start")
    if shape.kind == "group":
        return tag("rect", x=box.x, y=box.y, width=box.width, height=box.height, rx=10, fill="none", stroke=NOTE,
                   stroke_width=1.3, stroke_dasharray="9 4 2 4")  # fmt: skip
    if shape.kind == "dataObjectReference":
        fold = f"M{x} {y} h{number(box.width - 11)} l11 11 v{number(box.height - 11)} H{x} Z m{number(box.width - 11)} 0 v11 h11"
        return tag("path", d=fold, fill=PAPER, stroke=NOTE, stroke_width=1.3, stroke_linejoin="round")
    if shape.kind == "dataStoreReference":
        return tag("path", d=_drum(box), fill=PAPER, stroke=NOTE, stroke_width=1.3)
    return ""


def _drum(box: Box) -> str:
    half, wide = number(box.width / 2), number(box.width)
    arc = f"a{half} 6 0 0"
    return f"M{number(box.x)} {number(box.y + 6)} {arc} 1 {wide} 0 v{number(box.height - 12)} {arc} 1 -{wide} 0 Z {arc} 0 {wide} 0"
