"""From text to a tree of plain elements, safely: no DOCTYPE, no entities, bounded size. Names of DMN 1.1 to 1.5."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from jiecheng.model.errors import Finding, Invalid

MAX_BYTES = 2 * 1024 * 1024
MAX_ELEMENTS = 20_000
MAX_DEPTH = 120
NAMESPACES = frozenset(
    {
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20191111/MODEL/",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
    }
)


def invalid(code: str, place: str, message: str) -> Invalid:
    return Invalid(message, findings=(Finding(code, place, message),))


def parse(xml: str) -> etree._Element:
    """The root of a DMN text, or Invalid with one finding."""
    data = xml.encode()
    if len(data) > MAX_BYTES:
        raise invalid("dmn_too_big", "", "DMN 文件超过 2 MB，请拆成几个文件")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        raise invalid("dmn_xml", f"{line}:{column}", f"DMN 不是正确的 XML：第 {line} 行第 {column} 列") from error
    _require_safe(root, xml)
    return root


def _require_safe(root: etree._Element, xml: str) -> None:
    if "<!DOCTYPE" in xml or any(not isinstance(node.tag, str) for node in root.iter()):
        raise invalid("dmn_doctype", "", "DMN 文件不能有 DOCTYPE 或实体，请删去")
    if sum(1 for _ in root.iter()) > MAX_ELEMENTS:
        raise invalid("dmn_too_big", "", f"DMN 文件超过 {MAX_ELEMENTS} 个元素，请拆成几个文件")
    if any(depth > MAX_DEPTH for depth in _depths(root)):
        raise invalid("dmn_too_deep", "", f"DMN 文件嵌套超过 {MAX_DEPTH} 层")
    name = etree.QName(root)
    if name.localname != "definitions" or name.namespace not in NAMESPACES:
        raise invalid("dmn_namespace", "", "这不是 DMN 文件：最外层应为 DMN 1.1 至 1.5 的 definitions")


def _depths(root: etree._Element) -> Iterator[int]:
    depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        yield depth


def local_name(node: etree._Element) -> str:
    return etree.QName(node).localname


def children(node: etree._Element, *names: str) -> list[etree._Element]:
    """Child elements of DMN's own namespaces; all of them when no name is given."""
    return [
        child
        for child in node
        if etree.QName(child).namespace in NAMESPACES and (not names or local_name(child) in names)
    ]


def child(node: etree._Element, name: str) -> etree._Element | None:
    return next(iter(children(node, name)), None)


def attribute(node: etree._Element | None, name: str) -> str:
    return "" if node is None else str(node.get(name, "")).strip()


def text_of(node: etree._Element | None) -> str:
    """The text of a `<text>` child, as it stands."""
    inner = None if node is None else child(node, "text")
    return "" if inner is None or inner.text is None else str(inner.text)


def type_name(node: etree._Element | None) -> str:
    """`typeRef` as attribute or child, without the prefix that DMN 1.1 wrote in front of FEEL's own types."""
    if node is None:
        return ""
    inner = child(node, "typeRef")
    found = attribute(node, "typeRef") or ("" if inner is None or inner.text is None else str(inner.text).strip())
    return found.partition(":")[2] if found.startswith(("feel:", "xsd:")) else found
