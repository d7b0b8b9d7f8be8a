"""XML from a stranger, made harmless: bounded, no DOCTYPE, no entities, no wire. Nothing else in the room parses XML."""

from __future__ import annotations

import re
from typing import cast

from lxml import etree

from jiecheng.model.errors import Finding, Invalid

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DI = "http://www.omg.org/spec/DD/20100524/DI"
JC = "urn:jiecheng:bpmn:1.0"

MAX_BYTES = 2 * 1024 * 1024
MAX_ELEMENTS = 20_000

# Seen as text before any parser runs, so that no parser has to be trusted with it.
_DECLARATION = re.compile(rb"<!(DOCTYPE|ENTITY|ELEMENT|ATTLIST|NOTATION)", re.IGNORECASE)


def parse_xml(data: bytes | str) -> etree._Element:
    """The root element of a small, closed, UTF-8 document; raises `Invalid` with the line and what to do."""
    raw = data.encode() if isinstance(data, str) else data
    if len(raw) > MAX_BYTES:
        raise _refusal("too_large", 0, f"文件有 {len(raw) // 1024} KiB，超过 2 MiB 的上限，请拆成几个流程")
    raw = raw.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not raw:
        raise _refusal("empty", 0, "文件是空的，请上传画好的流程图")
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise _refusal("encoding", line, "文件不是 UTF-8 编码，请另存为 UTF-8") from None
    found = _DECLARATION.search(raw)
    if found:
        line = raw.count(b"\n", 0, found.start()) + 1
        raise _refusal("doctype", line, "文件里有 DOCTYPE 或实体声明，为了安全不予读取，请删去")
    return _parse(raw)


def _parse(raw: bytes) -> etree._Element:
    # The encoding is given here because a declaration inside the text may name another one.
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(raw, parser)
    except etree.XMLSyntaxError as error:
        line = error.lineno or 0
        raise _refusal("xml", line, f"XML 写法有误，请检查标签是否成对、引号是否闭合（{error.msg}）") from None
    count = sum(1 for _ in root.iter())
    if count > MAX_ELEMENTS:
        raise _refusal("too_many", 0, f"文件有 {count} 个元素，超过 {MAX_ELEMENTS} 个的上限，请拆成几个流程")
    return root


def _refusal(code: str, line: int, sentence: str) -> Invalid:
    message = f"第 {line} 行：{sentence}。" if line else f"{sentence}。"
    return Invalid(
        message, findings=[Finding(code=f"xml_{code}", place=f"行 {line}" if line else "文件", message=message)]
    )


def local(element: etree._Element) -> str:
    """The tag without its namespace."""
    return str(etree.QName(element).localname)


def namespace(element: etree._Element) -> str:
    return str(etree.QName(element).namespace or "")


def bpmn(tag: str) -> str:
    return f"{{{BPMN}}}{tag}"


def jc(word: str) -> str:
    return f"{{{JC}}}{word}"


def line_of(element: etree._Element) -> int:
    return cast("int | None", element.sourceline) or 0


def text_of(element: etree._Element | None) -> str:
    """All text inside, without the blanks around it."""
    return "".join(str(piece) for piece in element.itertext()).strip() if element is not None else ""
