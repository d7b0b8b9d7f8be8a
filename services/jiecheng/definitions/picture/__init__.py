"""The diagram as one SVG text, with the walked path painted. Pure; safe under a strict CSP (presentation attributes only)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from jiecheng.definitions.picture.labels import Label, place_labels
from jiecheng.definitions.picture.lines import draw_edge
from jiecheng.definitions.picture.nodes import badge, draw_shape, lines_of_text
from jiecheng.definitions.picture.palette import CHANGES, FONT, LOOKS, PALE, PAPER, WALKED, paint
from jiecheng.definitions.picture.scene import Box, Scene, read_scene
from jiecheng.definitions.picture.svg import number, tag, text
from jiecheng.definitions.picture.wrapping import block, ems
from jiecheng.model.definition import CalledProcess

_MARGIN = 22.0
_LEGEND = 34.0


def draw(bpmn: str, *, states: Mapping[str, str], flows: Collection[str], title: str) -> str:
    """The first diagram of the file. `states`: element id -> done | active | returned; `flows`: ids of walked flows.

    Stands alone as a file and inside a page. Raises `Invalid` when the file cannot be read or nothing is drawn in it.
    """
    scene, labels = _laid_out(bpmn)
    walked = bool(states or flows)
    canvas = _canvas(scene, labels, walked)
    body = [
        tag("title", text(title)),
        tag("desc", text(_spoken(scene, states))),
        tag("rect", x=canvas.x, y=canvas.y, width=canvas.width, height=canvas.height, fill=PAPER),
        *_layers(scene, states, frozenset(flows), walked),
        *(_written(label, scene, states, walked) for label in labels),
        *(badge(shape, states[shape.id]) for shape in scene.shapes if shape.is_node and states.get(shape.id) in LOOKS),
    ]
    if walked:
        body.append(_legend(canvas, scene, states))
    view = " ".join(number(each) for each in (canvas.x, canvas.y, canvas.width, canvas.height))
    return tag("svg", *body, xmlns="http://www.w3.org/2000/svg", viewBox=view, width=canvas.width, height=canvas.height,
               role="img", font_family=FONT)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CalledDrawing:
    """A called process's diagram; `active`: whether the case stands in it now."""

    name: str
    svg: str
    active: bool = False


@dataclass(frozen=True, slots=True)
class Drawing:
    """All diagrams of a release."""

    main: str
    called: tuple[CalledDrawing, ...] = ()


def draw_all(
    diagrams: Sequence[str],
    called: Sequence[CalledProcess],
    *,
    states: Mapping[str, str],
    flows: Collection[str],
    title: str,
) -> Drawing:
    """The diagrams of a release, its own first, the others in the order of `called`."""
    main, *others = (
        draw(bpmn, states=states, flows=flows, title=name)
        for bpmn, name in zip(diagrams, (title, *(one.name for one in called)), strict=True)
    )
    active = [any(state == "active" for state in _states_in(bpmn, states)) for bpmn in diagrams[1:]]
    drawn = (CalledDrawing(one.name, svg, now) for one, svg, now in zip(called, others, active, strict=True))
    return Drawing(main, tuple(drawn))


def _states_in(bpmn: str, states: Mapping[str, str]) -> Collection[str]:
    scene, _ = _laid_out(bpmn)
    return [states[shape.id] for shape in scene.shapes if shape.id in states]


# Reading and placing depend on the text alone, and one release is drawn for thousands of cases.
@lru_cache(maxsize=64)
def _laid_out(bpmn: str) -> tuple[Scene, tuple[Label, ...]]:
    scene = read_scene(bpmn)
    return scene, tuple(place_labels(scene))


def _layers(scene: Scene, states: Mapping[str, str], flows: frozenset[str], walked: bool) -> list[str]:
    """Back to front: containers, pale lines, walked lines, nodes."""
    behind = [shape for shape in scene.shapes if shape.is_container]
    front = [shape for shape in scene.shapes if not shape.is_container]
    edges = sorted(scene.edges, key=lambda edge: edge.id in flows)
    return [
        *(draw_shape(shape, paint(states.get(shape.id), walked), states.get(shape.id)) for shape in behind),
        *(draw_edge(edge, edge.id in flows, walked) for edge in edges),
        *(draw_shape(shape, paint(states.get(shape.id), walked), states.get(shape.id)) for shape in front),
    ]


def _written(label: Label, scene: Scene, states: Mapping[str, str], walked: bool) -> str:
    colour = paint(states.get(label.owner), walked).ink
    words = lines_of_text(label.block, label.box.middle[0], label.box.y, colour)
    # The white edge keeps a word readable where it has to cross a line.
    return tag("g", words, stroke=PAPER, stroke_width=3, stroke_linejoin="round", paint_order="stroke")


def _canvas(scene: Scene, labels: tuple[Label, ...], walked: bool) -> Box:
    boxes = [shape.box for shape in scene.shapes] + [label.box for label in labels]
    boxes += [Box(x, y, 0, 0) for edge in scene.edges for x, y in edge.points]
    x, y = min((box.x for box in boxes), default=0.0), min((box.y for box in boxes), default=0.0)
    right, bottom = max((box.right for box in boxes), default=1.0), max((box.bottom for box in boxes), default=1.0)
    width = max(right - x, 330.0 if walked else 1.0)  # the legend needs that much
    around = Box(x, y, width, bottom - y).grown(_MARGIN)
    return Box(around.x, around.y, around.width, around.height + (_LEGEND if walked else 0))


def _legend(canvas: Box, scene: Scene, states: Mapping[str, str]) -> str:
    x, y = canvas.x + _MARGIN, canvas.bottom - _LEGEND / 2 - 4
    used = {states.get(shape.id) for shape in scene.shapes if shape.is_node}
    parts: list[str] = []
    for state, look in LOOKS.items():
        if state in used:
            disc = tag("circle", cx=x + 7, cy=y, r=7, fill=look.stroke)
            mark = tag("path", d=look.mark, transform=f"translate({number(x + 7)} {number(y)})", stroke=PAPER,
                       stroke_width=1.6, fill=PAPER if state == "active" else "none")  # fmt: skip
            parts += [disc, mark, _word(look.word, x + 20, y)]
            x += 36 + ems(look.word) * 12
    if used & set(CHANGES):
        return tag("g", *parts, aria_hidden="true")  # nothing was walked here
    if not used <= set(LOOKS):
        box = tag("rect", x=x, y=y - 7, width=14, height=14, rx=3, fill=PALE.fill, stroke=PALE.stroke, stroke_width=1.4)
        parts += [box, _word(PALE.word, x + 20, y)]
        x += 36 + ems(PALE.word) * 12
    line = tag("path", d=f"M{number(x)} {number(y)} h22", stroke=WALKED, stroke_width=2.4)
    return tag("g", *parts, line, _word("走过的路", x + 28, y), aria_hidden="true")


def _word(words: str, x: float, y: float) -> str:
    return lines_of_text(block(words, 200, 12), x, y - 7.4, PALE.ink, "start")


def _spoken(scene: Scene, states: Mapping[str, str]) -> str:
    """The picture in sentences, for those who hear it."""
    nodes = [shape for shape in scene.shapes if shape.is_node]
    sentences = [f"流程图{f'「{scene.name}」' if scene.name else ''}，共 {len(nodes)} 个节点。"]
    for state, look in LOOKS.items():
        names = [shape.name or shape.id for shape in nodes if states.get(shape.id) == state]
        if names:
            sentences.append(f"{look.word}：{'、'.join(names)}。")
    if len(sentences) == 1:
        sentences.append(f"节点：{'、'.join(shape.name or shape.id for shape in nodes)}。")
    return "".join(sentences)
