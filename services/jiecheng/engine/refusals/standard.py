"""What the standard forbids and the engine would otherwise overlook: the drawing says one thing and would run as another."""

from __future__ import annotations

from collections.abc import Iterator

from jiecheng.engine.names import CHINESE_ACTIVITIES, CHINESE_GATEWAYS, Element, q, tag, text
from jiecheng.engine.refusals.drawing import Drawn, link_name, refuse, scopes
from jiecheng.engine.times import ISO
from jiecheng.model.errors import Finding

# gatewayDirection -> (several ways in?, several ways out?); None where both are right.
DIRECTIONS: dict[str, tuple[bool | None, bool | None]] = {
    "Converging": (True, False),
    "Diverging": (False, True),
    "Mixed": (True, True),
    "Unspecified": (None, None),
}
ROLES = frozenset({"resourceRole", "performer", "humanPerformer", "potentialOwner"})
# Drawn for readers, but a drawing whose lines end nowhere is broken: tag -> attributes that name an element.
ENDS = {
    "association": ("sourceRef", "targetRef"),
    "messageFlow": ("sourceRef", "targetRef"),
    "participant": ("processRef",),
    "dataObjectReference": ("dataObjectRef",),
}


def findings(roots: list[Element]) -> Iterator[Finding]:
    known = {node.get("id"): node for root in roots for node in root.iter() if isinstance(node.tag, str)}
    for root in roots:
        for node in root.iter():
            yield from _said(node)
            yield from _ends(node, known)
        yield from _message_flows(root, known)
    for scope in scopes(roots):
        for identity, node in scope.nodes.items():
            yield from _node(scope, identity, node)


def _said(node: Element) -> Iterator[Finding]:
    """Attributes and children that change what an element means, and are not executed."""
    for name in ("startQuantity", "completionQuantity"):
        if node.get(name, "1") != "1" and tag(node) in CHINESE_ACTIVITIES:
            yield refuse(
                "quantity", node, f"要求令牌数量 {name}={node.get(name)}，不能执行", "请删去它，用并行网关汇合"
            )
    if tag(node) == "sequenceFlow" and node.get("isImmediate") == "false":
        yield refuse("not-immediate", node, "写着 isImmediate=false，可执行的流程里不许用", "请删去这个属性")
    if tag(node) in ROLES:
        parent = node.getparent()
        reason = "写了 BPMN 的办理人，执行时会被忽略"
        yield refuse("role", node if parent is None else parent, reason, "请改写成 jc:assignment")
    if tag(node) == "correlationSubscription":
        yield refuse("correlation", node, "不能执行", "消息由平台按办件投递，请删去关联订阅")
    if tag(node) == "extension" and node.get("mustUnderstand") == "true":
        yield refuse("extension", node, "要求理解平台不认识的扩展", "请删去这个扩展，或去掉 mustUnderstand")
    if tag(node) == "timerEventDefinition" and sum(tag(child) in ISO for child in node) != 1:
        parent = node.getparent()
        place = node if parent is None else parent
        yield refuse("timer", place, "的定时没有写时间，或者写了几种", "请在时刻、时长、周期里只写一种")


def _ends(node: Element, known: dict[str | None, Element]) -> Iterator[Finding]:
    for name in ENDS.get(tag(node), ()):
        if node.get(name) is not None and _local(node.get(name, "")) not in known:
            yield refuse("reference", node, f"指的「{node.get(name)}」不在文件里", "请重新连接，或者删去它")
    if tag(node) == "lane":
        for one in node.findall(q("flowNodeRef")):
            if _local(text(one)) not in known:
                yield refuse("reference", node, f"里的「{text(one)}」不在文件里", "请用流程设计器重新保存")


def _local(reference: str) -> str:
    """References are qualified names: "tns:send" means the element "send"."""
    return reference.rpartition(":")[2]


def _message_flows(root: Element, known: dict[str | None, Element]) -> Iterator[Finding]:
    pools = {_local(one.get("processRef", "")): one.get("id", "") for one in root.iter(q("participant"))}
    for flow in root.iter(q("messageFlow")):
        ends = [known.get(_local(flow.get(name, ""))) for name in ("sourceRef", "targetRef")]
        found = [_pool(end, pools) for end in ends if end is not None]
        if len(found) == 2 and found[0] == found[1] != "":
            yield refuse("message-flow", flow, "的两端在同一个泳池里", "请改画成顺序流，消息流只连接不同的泳池")
        for end in ends:
            if end is not None and tag(end) in CHINESE_GATEWAYS:
                yield refuse("message-flow", flow, "接在网关上", "请接到任务、事件或泳池上")


def _pool(node: Element, pools: dict[str, str]) -> str:
    if tag(node) == "participant":
        return node.get("id", "")
    around = node.iterancestors(q("process"))
    return next((pools.get(process.get("id", ""), "") for process in around), "")


def _node(scope: Drawn, identity: str, node: Element) -> Iterator[Finding]:
    if (
        node.find(q("multiInstanceLoopCharacteristics")) is not None
        and node.find(q("standardLoopCharacteristics")) is not None
    ):
        yield refuse("loop", node, "既要会签又要循环", "请只留一种，另一种画成外面的子流程")
    if tag(node) == "intermediateCatchEvent" and link_name(node) is not None and scope.incoming(identity):
        yield refuse("wrong-flow", node, "是链接的落点，不能有进来的顺序流", "请把这条线接到它后面的节点")
    yield from _direction(scope, identity, node)
    yield from _default(scope, identity, node)
    if tag(node) == "eventBasedGateway":
        yield from _event_gateway(scope, identity, node)


def _direction(scope: Drawn, identity: str, node: Element) -> Iterator[Finding]:
    direction = node.get("gatewayDirection")
    if direction is None or tag(node) not in CHINESE_GATEWAYS:
        return
    if direction not in DIRECTIONS:
        yield refuse("direction", node, f"的方向「{direction}」不是标准里的词", "请删去 gatewayDirection")
        return
    counts = (len(scope.incoming(identity)), len(scope.outgoing(identity)))
    for several, count, end in zip(DIRECTIONS[direction], counts, ("入口", "出口"), strict=True):
        if several is not None and several != (count > 1):
            said = "要有几个" if several else "只能有一个"
            yield refuse(
                "direction", node, f"的方向是 {direction}，{said}{end}，现在有 {count} 个", "请改线，或删去方向"
            )


def _default(scope: Drawn, identity: str, node: Element) -> Iterator[Finding]:
    outgoing = scope.outgoing(identity)
    for flow in outgoing:
        if flow.get("id") == node.get("default") and flow.find(q("conditionExpression")) is not None:
            yield refuse("default-flow", flow, "是默认出口又写了条件，条件不会被执行", "请删去条件，或另选默认出口")
    alone = len(outgoing) == 1 and outgoing[0].find(q("conditionExpression")) is not None
    if alone and tag(node) in CHINESE_ACTIVITIES:
        yield refuse("no-way-on", node, "只有一条有条件的出口，条件不成立就断了", "请再画一条默认出口")


def _event_gateway(scope: Drawn, identity: str, node: Element) -> Iterator[Finding]:
    targets = [scope.nodes.get(flow.get("targetRef", "")) for flow in scope.outgoing(identity)]
    if len(targets) < 2:
        yield refuse("event-gateway", node, f"只有 {len(targets)} 个出口，没有什么可等可选的", "请至少画两个捕获事件")
    receives = any(one is not None and tag(one) == "receiveTask" for one in targets)
    messages = any(one is not None and one.find(q("messageEventDefinition")) is not None for one in targets)
    if receives and messages:
        yield refuse("event-gateway", node, "后面既有接收任务又有消息事件", "请统一画成消息捕获事件")
