"""From bytes to XML trees that are safe to look at. Refuses DOCTYPE, entities and floods; never reads a file or a wire."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

from lxml import etree

from jiecheng.engine.names import Element, q
from jiecheng.model.errors import Finding, Invalid

MAX_BYTES = 2 * 1024 * 1024
MAX_ELEMENTS = 20_000


def read(documents: Sequence[bytes | Element]) -> list[Element]:
    """The roots of the documents, each a tree of its own: what the caller keeps is never changed."""
    return [_checked(_parsed(document), place) for place, document in enumerate(documents, 1)]


def _parsed(document: bytes | Element) -> Element:
    if not isinstance(document, bytes):
        return copy.deepcopy(document)
    if len(document) > MAX_BYTES:
        raise _invalid(
            "too-large",
            "",
            f"流程文件有 {len(document)} 字节，上限是 {MAX_BYTES} 字节；请拆成几个流程，用调用活动连接。",
        )
    # No network, no entities, no DTD: the text of a diagram is data, whatever it says.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_pis=True)
    try:
        return etree.fromstring(document, parser)
    except etree.XMLSyntaxError as error:
        row, column = error.position
        raise _invalid(
            "xml", f"{row}:{column}", f"第 {row} 行第 {column} 列不是合法的 XML；请用流程设计器重新保存。"
        ) from None


def _checked(root: Element, place: int) -> Element:
    docinfo: Any = root.getroottree().docinfo  # the stubs do not know all of it
    if docinfo.doctype:
        raise _invalid("doctype", str(place), "流程文件含有 DOCTYPE 声明；请删去这一行后再上传。")
    for count, _ in enumerate(root.iter()):
        if count >= MAX_ELEMENTS:
            raise _invalid("too-many-elements", str(place), f"流程文件超过 {MAX_ELEMENTS} 个元素；请拆成几个流程。")
    if root.tag != q("definitions"):
        raise _invalid("not-bpmn", str(place), "文件的根元素不是 BPMN 2.0 的 definitions；请上传 .bpmn 文件。")
    return root


def _invalid(code: str, place: str, message: str) -> Invalid:
    return Invalid(message, findings=(Finding(code, place, message),))
