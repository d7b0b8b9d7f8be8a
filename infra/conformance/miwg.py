"""MIWG's reference models: every one is read, drawn and handed back without loss; what cannot run says why."""

from __future__ import annotations

from pathlib import Path

from lxml import etree

from jiecheng import definitions, engine
from jiecheng.definitions import picture
from jiecheng.model.errors import Invalid

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"


def judge(path: Path) -> dict[str, str]:
    """What went wrong, by what is asked: read | drawn | kept | explained; empty when all is well."""
    asked = {"read": is_read, "drawn": is_drawn, "kept": is_kept, "explained": is_explained}
    return {name: note for name, check in asked.items() if (note := check(path))}


def is_read(path: Path) -> str:
    try:
        root = definitions.parse_xml(path.read_bytes())
    except Invalid as error:
        return error.message
    return "" if root.tag == f"{BPMN}definitions" else f"the root is {root.tag}"


def is_drawn(path: Path) -> str:
    """Every shape of the file's first diagram with a name is in the picture with its name's words."""
    text = path.read_text("utf-8-sig")
    svg = etree.fromstring(picture.draw(text, states={}, flows=(), title=path.stem).encode())
    written = "".join("".join(svg.itertext()).split())
    root = etree.fromstring(text.encode())
    names = {node.get("id"): node.get("name", "") for node in root.iter() if node.get("id")}
    plane = root.find(f".//{DI}BPMNPlane")
    shapes = [] if plane is None else list(plane.iter(f"{DI}BPMNShape"))
    elements = [shape.get("bpmnElement", "").rpartition(":")[2] for shape in shapes]
    missing = [element for element in elements if "".join(names.get(element, "").split()) not in written]
    return f"not in the picture: {missing}" if missing or not shapes else ""


def is_kept(path: Path) -> str:
    """A release keeps the text as it was; read and written again by the reader it is canonically the same."""
    raw = path.read_bytes()
    name = "model"
    bundle = definitions.read_bundle(name, {f"{name}.bpmn": raw.decode("utf-8-sig")}, {}, {}, {})
    as_read = raw.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    if bundle.bpmn != as_read:
        return "the release changed the text"
    again = definitions.parse_xml(bundle.bpmn)
    return "" if canonical(etree.tostring(again)) == canonical(raw) else "written again it is another document"


def canonical(raw: bytes) -> bytes:
    """C14N without comments and processing instructions, which are for tools and not part of the model."""
    tree = etree.fromstring(raw, etree.XMLParser(remove_comments=True, remove_pis=True, resolve_entities=False))
    return etree.tostring(tree, method="c14n2", with_comments=False)


def is_explained(path: Path) -> str:
    """It can be loaded, or each finding names its element and says what to do instead."""
    raw = path.read_bytes()
    found = engine.findings([raw])
    mute = [finding.code for finding in found if finding.place not in finding.message or "；" not in finding.message]
    if mute or found:
        return f"findings without place or remedy: {mute}" if mute else ""
    for process in etree.fromstring(raw).iter(f"{BPMN}process"):
        engine.load([raw], process.get("id"))
    return ""
