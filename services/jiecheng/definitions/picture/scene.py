"""The diagram interchange of a BPMN file as plain shapes and edges; knows nothing about colours."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from lxml import etree

from jiecheng.definitions import extensions as ext
from jiecheng.definitions import safe_xml as sx
from jiecheng.definitions.process import event_definitions
from jiecheng.definitions.vocabulary import FLOW_NODES, SUB_PROCESSES
from jiecheng.model.errors import Invalid

Point = tuple[float, float]

BAND_WIDTH = 30.0


@dataclass(frozen=True, slots=True)
class Box:
    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    @property
    def middle(self) -> Point:
        return self.x + self.width / 2, self.y + self.height / 2

    def overlap(self, other: Box) -> float:
        """The shared area."""
        wide = min(self.right, other.right) - max(self.x, other.x)
        high = min(self.bottom, other.bottom) - max(self.y, other.y)
        return wide * high if wide > 0 and high > 0 else 0.0

    def grown(self, by: float) -> Box:
        return Box(self.x - by, self.y - by, self.width + 2 * by, self.height + 2 * by)


@dataclass(frozen=True, slots=True)
class Shape:
    """`event`: timer, message, … or ""; `expanded`: a sub-process whose inside is drawn; `markers`: loop, parallel, sequential."""

    id: str
    kind: str
    name: str
    box: Box
    label: Box | None
    event: str = ""
    expanded: bool = False
    interrupting: bool = True
    by_event: bool = False  # an event sub-process
    meeting: bool = False
    markers: tuple[str, ...] = ()

    @property
    def band(self) -> Box | None:
        """Where the name of a pool or lane stands."""
        named = self.kind == "participant" or (self.kind == "lane" and self.name)
        return Box(self.box.x, self.box.y, BAND_WIDTH, self.box.height) if named else None

    @property
    def is_container(self) -> bool:
        return self.kind in ("participant", "lane", "group") or self.expanded

    @property
    def is_node(self) -> bool:
        return self.kind in FLOW_NODES


@dataclass(frozen=True, slots=True)
class Edge:
    id: str
    kind: str  # sequenceFlow, messageFlow, association, dataInputAssociation …
    name: str
    points: tuple[Point, ...]
    label: Box | None
    default: bool = False
    from_gateway: bool = False


@dataclass(frozen=True, slots=True)
class Scene:
    """Shapes and edges in the file's order; containers come before what they contain."""

    shapes: tuple[Shape, ...] = ()
    edges: tuple[Edge, ...] = field(default=())
    name: str = ""


def read_scene(bpmn: str) -> Scene:
    """Raises `Invalid` when nothing is drawn in the file."""
    root = sx.parse_xml(bpmn)
    elements = {str(each.get("id")): each for each in root.iter() if each.get("id")}
    plane = next(root.iter(f"{{{sx.BPMNDI}}}BPMNPlane"), None)  # further planes are insides of closed sub-processes
    if plane is None:
        raise Invalid("这个文件里只有流程，没有画图（缺少 BPMNDiagram），请用流程设计器打开并保存一次。")
    defaults = {str(each.get("default")) for each in elements.values() if each.get("default")}
    shapes = [shape for each in plane.findall(f"{{{sx.BPMNDI}}}BPMNShape") if (shape := _shape(each, elements))]
    edges = [edge for each in plane.findall(f"{{{sx.BPMNDI}}}BPMNEdge") if (edge := _edge(each, elements, defaults))]
    process = next(root.iter(sx.bpmn("process")), None)
    name = "" if process is None else str(process.get("name", ""))
    shapes.sort(key=_depth_key(elements))
    return Scene(tuple(shapes), tuple(edges), name)


def _depth_key(elements: dict[str, etree._Element]) -> Callable[[Shape], tuple[int, int]]:
    def key(shape: Shape) -> tuple[int, int]:
        # Boundary events last: they sit on the border of what may contain everything else.
        layer = {"participant": 0, "lane": 1, "boundaryEvent": 3}.get(shape.kind, 2)
        return layer, sum(1 for _ in elements[shape.id].iterancestors())

    return key


def _shape(drawn: etree._Element, elements: dict[str, etree._Element]) -> Shape | None:
    element = elements.get(str(drawn.get("bpmnElement", "")))
    box = _bounds(drawn)
    if element is None or box is None or sx.namespace(element) != sx.BPMN:
        return None
    kind = sx.local(element)
    events = [sx.local(each).removesuffix("EventDefinition") for each in event_definitions(element)]
    name = sx.text_of(element.find(sx.bpmn("text"))) if kind == "textAnnotation" else str(element.get("name", ""))
    return Shape(
        id=str(element.get("id")),
        kind=kind,
        name=name.strip(),
        box=box,
        label=_label(drawn),
        event=events[0] if len(events) == 1 else "multiple" if events else "",
        expanded=kind in SUB_PROCESSES and drawn.get("isExpanded", "true") != "false",
        interrupting="false" not in (element.get("cancelActivity"), element.get("isInterrupting")),
        by_event=element.get("triggeredByEvent") == "true",
        meeting=next(ext.words(element, "meeting"), None) is not None,
        markers=tuple(_markers(element)),
    )


def _markers(element: etree._Element) -> Iterator[str]:
    if element.find(sx.bpmn("standardLoopCharacteristics")) is not None:
        yield "loop"
    several = element.find(sx.bpmn("multiInstanceLoopCharacteristics"))
    if several is not None:
        yield "sequential" if several.get("isSequential") == "true" else "parallel"


def _edge(drawn: etree._Element, elements: dict[str, etree._Element], defaults: set[str]) -> Edge | None:
    element = elements.get(str(drawn.get("bpmnElement", "")))
    places = [_point(each) for each in drawn.findall(f"{{{sx.DI}}}waypoint")]
    points = [point for index, point in enumerate(places) if index == 0 or point != places[index - 1]]
    if element is None or len(points) < 2:
        return None
    source = elements.get(str(element.get("sourceRef", "")))
    return Edge(
        id=str(element.get("id")),
        kind=sx.local(element),
        name=str(element.get("name", "")).strip(),
        points=tuple(points),
        label=_label(drawn),
        default=element.get("id") in defaults,
        from_gateway=source is not None and sx.local(source).endswith("Gateway"),
    )


def _label(drawn: etree._Element) -> Box | None:
    label = drawn.find(f"{{{sx.BPMNDI}}}BPMNLabel")
    return None if label is None else _bounds(label)


def _bounds(drawn: etree._Element) -> Box | None:
    bounds = drawn.find(f"{{{sx.DC}}}Bounds")
    if bounds is None:
        return None
    return Box(*(_number(bounds, key) for key in ("x", "y", "width", "height")))


def _point(drawn: etree._Element) -> Point:
    return _number(drawn, "x"), _number(drawn, "y")


def _number(drawn: etree._Element, key: str) -> float:
    try:
        value = float(str(drawn.get(key, "")))
    except ValueError:
        value = float("nan")
    if not abs(value) < 1_000_000:  # also false for what is no number
        line = sx.line_of(drawn)
        raise Invalid(f"第 {line} 行：图形的坐标 {key} 不是正常的数字，请用流程设计器打开并重新保存。")
    return value
