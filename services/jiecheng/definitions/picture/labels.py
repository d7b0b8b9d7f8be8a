"""Where names of events, gateways and flows stand: the free place nearest to what they name.

Each label has candidates; each candidate costs what it covers (shapes, lines, labels that already stand) and how far it
is from where a reader looks first. The place that the drawer chose costs nothing by itself, but is left when it covers
something: Chinese labels are often wider than the boxes that drawing tools reserve.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from jiecheng.definitions.picture.scene import Box, Edge, Point, Scene, Shape
from jiecheng.definitions.picture.wrapping import Block, block

_SIZE = 11.5
_WIDTH = 94.0  # about eight characters
_NARROW = 62.0
_GAP = 4.0

Segment = tuple[Point, Point]
Candidate = tuple[float, Box, Block]


@dataclass(frozen=True, slots=True)
class Label:
    """`owner`: id of the shape or edge it names."""

    owner: str
    block: Block
    box: Box


def has_label_outside(shape: Shape) -> bool:
    return bool(shape.name) and (
        shape.kind.endswith(("Event", "Gateway")) or shape.kind in ("dataObjectReference", "dataStoreReference")
    )


def place_labels(scene: Scene) -> list[Label]:
    """Gateways and events first, since their names are longer, then flows."""
    solid = [shape.box for shape in scene.shapes if not shape.is_container]
    solid += [shape.band for shape in scene.shapes if shape.band]
    solid += [_slash(edge) for edge in scene.edges if edge.default]
    lines = [*_segments(scene), *_borders(scene)]
    standing: list[Label] = []
    for shape in scene.shapes:
        if has_label_outside(shape):
            candidates = [each for words in _blocks(shape.name) for each in _around(shape, words)]
            standing.append(_best(shape.id, candidates, solid, lines, standing))
    for edge in scene.edges:
        if edge.name:
            candidates = [each for words in _blocks(edge.name) for each in _along(edge, words)]
            standing.append(_best(edge.id, candidates, solid, lines, standing))
    return standing


def _blocks(name: str) -> list[Block]:
    """The name as it likes to stand, and narrower for tight places."""
    wide, narrow = block(name, _WIDTH, _SIZE), block(name, _NARROW, _SIZE)
    return [wide] if wide == narrow else [wide, narrow]


def _slash(edge: Edge) -> Box:
    """Where the mark of a default flow crosses its line."""
    (x, y), (to_x, to_y) = edge.points[0], edge.points[1]
    length = math.dist((x, y), (to_x, to_y)) or 1
    x, y = x + (to_x - x) / length * 9, y + (to_y - y) / length * 9
    return Box(x - 5, y - 7, 10, 14)


def _best(
    owner: str,
    candidates: list[Candidate],
    solid: list[Box],
    lines: list[Segment],
    standing: list[Label],
) -> Label:
    reach = _hull([box for _, box, _ in candidates])
    near_boxes = [box for box in solid if reach.overlap(box)]
    near_lines = [line for line in lines if _length_inside(line, reach)]
    near_labels = [label.box for label in standing if reach.overlap(label.box)]

    def cost(candidate: Candidate) -> float:
        distance, box, _ = candidate
        covered = sum(box.overlap(other) for other in near_boxes) * 0.5
        covered += sum(box.overlap(other) for other in near_labels) * 0.8
        return distance + covered + sum(_length_inside(line, box) for line in near_lines)

    _, box, words = min(candidates, key=cost)
    return Label(owner, words, box)


def _around(shape: Shape, words: Block) -> Iterator[Candidate]:
    wide, high, box = words.width, words.height, shape.box
    narrower = 1.5 * (len(words.lines) - 1)
    x, y = box.middle
    if shape.label is not None:
        yield narrower, Box(shape.label.middle[0] - wide / 2, shape.label.y, wide, high), words
    # A diamond's corners leave room on its flanks, so a label may come closer there.
    tuck = box.width * 0.2 if shape.kind.endswith("Gateway") else 2.0
    yield narrower + 1, Box(x - wide / 2, box.bottom + _GAP, wide, high), words
    yield narrower + 2, Box(x - wide / 2, box.y - _GAP - high, wide, high), words
    yield narrower + 3, Box(box.right - tuck, box.y + tuck - high, wide, high), words
    yield narrower + 3, Box(box.x + tuck - wide, box.y + tuck - high, wide, high), words
    yield narrower + 4, Box(box.right - tuck, box.bottom - tuck, wide, high), words
    yield narrower + 4, Box(box.x + tuck - wide, box.bottom - tuck, wide, high), words
    yield narrower + 6, Box(box.right + _GAP, y - high / 2, wide, high), words
    yield narrower + 6, Box(box.x - _GAP - wide, y - high / 2, wide, high), words
    yield narrower + 8, Box(x - wide / 2, box.bottom + 3 * _GAP, wide, high), words
    yield narrower + 8, Box(x - wide / 2, box.y - 3 * _GAP - high, wide, high), words


def _along(edge: Edge, words: Block) -> Iterator[Candidate]:
    wide, high = words.width, words.height
    narrower = 3.0 * (len(words.lines) - 1)
    if edge.label is not None:
        yield narrower, Box(edge.label.middle[0] - wide / 2, edge.label.y, wide, high), words
    for distance, (x, y), flat in _spots(edge):
        cost = distance + narrower
        if flat:
            yield cost, Box(x - wide / 2, y - high - 2.5, wide, high), words
            yield cost + 1, Box(x - wide / 2, y + 3.5, wide, high), words
        else:
            yield cost, Box(x + _GAP + 1, y - high / 2, wide, high), words
            yield cost + 1, Box(x - _GAP - 1 - wide, y - high / 2, wide, high), words
    x, y = edge.points[len(edge.points) // 2]
    yield 30, Box(x - wide / 2, y - high - _GAP, wide, high), words


def _spots(edge: Edge) -> Iterator[tuple[float, Point, bool]]:
    """Points of the line a label may stand at: (cost, point, on a flat piece).

    The answer to a gateway's question is looked for near the gateway, any other name in the middle of the line.
    """
    for order, (start, end) in enumerate(zip(edge.points, edge.points[1:], strict=False)):
        length = math.dist(start, end)
        if length < 12:
            continue
        if edge.from_gateway:
            steps = [min(length / 2, step) for step in (26.0, 40.0, 60.0, 90.0)]
            shares = [(step / length, 6.0 * order + step / 25) for step in dict.fromkeys(steps)]
        else:
            far = abs(order - (len(edge.points) - 2) / 2) * 3
            shares = [(share, far + abs(share - 0.5) * 5) for share in (0.5, 0.35, 0.65, 0.2, 0.8)]
        flat = abs(end[0] - start[0]) >= abs(end[1] - start[1])
        for share, cost in shares:
            yield cost + 1, (start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share), flat


def _segments(scene: Scene) -> Iterator[Segment]:
    for edge in scene.edges:
        yield from zip(edge.points, edge.points[1:], strict=False)


def _borders(scene: Scene) -> Iterator[Segment]:
    for shape in scene.shapes:
        if shape.is_container:
            box = shape.box
            corners = ((box.x, box.y), (box.right, box.y), (box.right, box.bottom), (box.x, box.bottom))
            yield from zip(corners, (*corners[1:], corners[0]), strict=True)


def _hull(boxes: list[Box]) -> Box:
    x, y = min(box.x for box in boxes), min(box.y for box in boxes)
    return Box(x, y, max(box.right for box in boxes) - x, max(box.bottom for box in boxes) - y)


def _length_inside(line: Segment, box: Box) -> float:
    """How many pixels of the line lie in the box (Liang and Barsky's clipping)."""
    (x, y), (to_x, to_y) = line
    if max(x, to_x) < box.x or min(x, to_x) > box.right or max(y, to_y) < box.y or min(y, to_y) > box.bottom:
        return 0.0  # most lines are elsewhere
    wide, high = to_x - x, to_y - y
    enter, leave = 0.0, 1.0
    for step, room in ((-wide, x - box.x), (wide, box.right - x), (-high, y - box.y), (high, box.bottom - y)):
        if step == 0:
            if room < 0:
                return 0.0
            continue
        share = room / step
        if step < 0:
            enter = max(enter, share)
        else:
            leave = min(leave, share)
        if enter > leave:
            return 0.0
    return (leave - enter) * float((wide * wide + high * high) ** 0.5)
