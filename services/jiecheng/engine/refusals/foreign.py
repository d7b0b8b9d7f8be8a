"""Words with which other engines run something. They are not executed here, so they must not stand there as if they were."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from jiecheng.engine.names import BPMN, CHINESE_NODES, JIECHENG, Element, q, tag
from jiecheng.engine.refusals.drawing import refuse
from jiecheng.model.errors import Finding

ELEMENTS = frozenset(
    {
        "script", "preScript", "postScript", "executionListener", "taskListener", "eventListener", "connector", "inputOutput",
        "ioMapping", "serviceTaskOperator", "taskDefinition", "calledDecision", "calledElement", "assignmentDefinition",
        "failedJobRetryTimeCycle", "formData", "formDefinition", "in", "out",
    }
)  # fmt: skip
ATTRIBUTES = frozenset(
    {
        "expression", "delegateExpression", "class", "topic", "resource", "decisionRef", "assignee", "candidateUsers",
        "candidateGroups", "owner", "formKey", "formRef", "collection", "elementVariable", "dueDate", "followUpDate",
    }
)  # fmt: skip
INSTEAD = "请删去，改用平台的扩展（jc:assignment、jc:form、jc:output、输出映射）"


def findings(roots: list[Element]) -> Iterator[Finding]:
    for root in roots:
        for node in root.iter(etree.Element):
            if tag(node) in CHINESE_NODES or tag(node) in ("process", "multiInstanceLoopCharacteristics"):
                yield from _attributes(node)
            if tag(node) in CHINESE_NODES or tag(node) == "process":
                yield from _elements(node)


def _attributes(node: Element) -> Iterator[Finding]:
    for key in node.attrib:
        name = etree.QName(str(key))
        if name.namespace not in (None, BPMN, JIECHENG) and name.localname in ATTRIBUTES:
            yield _refuse(node, name.localname)


def _elements(node: Element) -> Iterator[Finding]:
    extensions = node.find(q("extensionElements"))
    for child in [] if extensions is None else extensions.iter(etree.Element):
        name = etree.QName(child)
        if name.namespace not in (None, BPMN, JIECHENG) and name.localname in ELEMENTS:
            yield _refuse(node, name.localname)


def _refuse(node: Element, word: str) -> Finding:
    drawn = node if tag(node) in CHINESE_NODES or tag(node) == "process" else node.getparent()
    return refuse("foreign", node if drawn is None else drawn, f"写了别的引擎的「{word}」，这里不会执行", INSTEAD)
