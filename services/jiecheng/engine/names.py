"""Words of BPMN's XML: namespaces, tags and how an element is called in front of people. Never looks at a case."""

from __future__ import annotations

from typing import TypeAlias

from lxml import etree

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
JIECHENG = "urn:jiecheng:bpmn:1.0"

Element: TypeAlias = etree._Element

CHINESE_ACTIVITIES = {
    "task": "任务",
    "userTask": "用户任务",
    "manualTask": "手工任务",
    "serviceTask": "服务任务",
    "sendTask": "发送任务",
    "receiveTask": "接收任务",
    "businessRuleTask": "规则任务",
    "scriptTask": "脚本任务",
    "subProcess": "子流程",
    "transaction": "事务子流程",
    "callActivity": "调用活动",
}
CHINESE_GATEWAYS = {
    "exclusiveGateway": "排他网关",
    "parallelGateway": "并行网关",
    "inclusiveGateway": "包容网关",
    "eventBasedGateway": "事件网关",
    "complexGateway": "复杂网关",
}
CHINESE_EVENTS = {
    "startEvent": "开始事件",
    "endEvent": "结束事件",
    "intermediateCatchEvent": "中间捕获事件",
    "intermediateThrowEvent": "中间抛出事件",
    "boundaryEvent": "边界事件",
}
CHINESE_NODES = CHINESE_ACTIVITIES | CHINESE_GATEWAYS | CHINESE_EVENTS
CHINESE = CHINESE_NODES | {"process": "流程", "sequenceFlow": "顺序流", "adHocSubProcess": "自由子流程"}


def q(tag: str) -> str:
    """The tag as lxml writes it."""
    return f"{{{BPMN}}}{tag}"


def tag(node: Element) -> str:
    """BPMN's tag of a node, "" for anything of another namespace (and for comments)."""
    name = node.tag if isinstance(node.tag, str) else ""
    return name.removeprefix(f"{{{BPMN}}}") if name.startswith(f"{{{BPMN}}}") else ""


def own(node: Element, attribute: str) -> str:
    """An attribute of our extension namespace."""
    return (node.get(f"{{{JIECHENG}}}{attribute}") or "").strip()


def own_words(node: Element, word: str) -> list[Element]:
    """The elements of our extension namespace in the node's extensionElements."""
    return node.findall(f"{q('extensionElements')}/{{{JIECHENG}}}{word}")


def called(node: Element) -> str:
    """How a sentence names an element: 用户任务「部门审核」（department_reviews）."""
    identity, name = node.get("id") or "没有 id", (node.get("name") or "").strip()
    kind = CHINESE.get(tag(node), tag(node))
    return f"{kind}「{name}」（{identity}）" if name else f"{kind}（{identity}）"


def event_definitions(node: Element) -> list[Element]:
    return [child for child in node if tag(child).endswith("EventDefinition")]


def text(node: Element | None) -> str:
    return (node.text or "").strip() if node is not None else ""
