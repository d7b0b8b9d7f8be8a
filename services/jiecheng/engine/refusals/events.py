"""Events: which kinds stand where, and that what they refer to exists and has a name."""

from __future__ import annotations

from collections.abc import Iterator

from jiecheng.engine.names import CHINESE_ACTIVITIES, Element, event_definitions, q, tag
from jiecheng.engine.refusals.drawing import Drawn, link_name, refuse, scopes
from jiecheng.model.errors import Finding

# Where an event stands -> kinds that are executed there ("" = none event).
ALLOWED: dict[str, tuple[str, ...]] = {
    "startEvent": ("", "message", "signal", "timer", "conditional"),
    "endEvent": ("", "message", "signal", "error", "escalation", "terminate"),
    "intermediateCatchEvent": ("message", "signal", "timer", "conditional", "link"),
    "intermediateThrowEvent": ("", "message", "signal", "escalation", "link"),
    "boundaryEvent": ("message", "signal", "timer", "conditional", "error", "escalation"),
}
INSIDE_START = ("message", "signal", "timer", "error", "escalation", "conditional")  # start of an event sub-process
# Who can throw what a boundary event catches; a service task by its job, which fires the event when it fails.
THROWERS = {
    "error": ("subProcess", "callActivity", "serviceTask"),
    "escalation": ("subProcess", "callActivity"),
}
ONLY_INTERRUPTING = ("error", "conditional")
REFERENCES = {"message": "消息", "signal": "信号", "error": "错误", "escalation": "升级"}


def findings(roots: list[Element]) -> Iterator[Finding]:
    declared = {(kind, node.get("id")): node for root in roots for kind in REFERENCES for node in root.iter(q(kind))}
    for scope in scopes(roots):
        for node in scope.nodes.values():
            if tag(node) in ALLOWED:
                yield from _event(scope, node)
            if tag(node) == "boundaryEvent":
                yield from _boundary(scope, node)
            if tag(node) == "eventBasedGateway":
                yield from _event_gateway(scope, node)
            yield from _references(node, declared)
        yield from _links(scope)
        if scope.element.get("triggeredByEvent") == "true":
            yield from _event_subprocess(scope)


def kind_of(node: Element) -> str:
    """message, timer … of an event with one definition, "" without any."""
    found = [tag(one).removesuffix("EventDefinition") for one in event_definitions(node)]
    return found[0] if found else ""


def _event(scope: Drawn, node: Element) -> Iterator[Finding]:
    if len(event_definitions(node)) > 1:
        yield refuse("multiple-event", node, "带了两个以上的事件定义", "请改用事件网关，每个事件画一支")
        return
    if node.find(q("eventDefinitionRef")) is not None:
        yield refuse("event-reference", node, "引用了公共的事件定义，执行时会被忽略", "请把事件定义直接放在它里面")
    beside = tag(node) == "startEvent" and scope.element.get("triggeredByEvent") == "true"
    if kind_of(node) not in (("", *INSIDE_START) if beside else ALLOWED[tag(node)]):
        kind = kind_of(node) or "空"
        yield refuse("unsupported-event", node, f"是「{kind}」事件，不能在这里执行", "请改用消息、定时、信号或普通事件")
    inner = tag(scope.element) != "process" and scope.element.get("triggeredByEvent") != "true"
    if tag(node) == "startEvent" and inner and kind_of(node):
        yield refuse("inner-start", node, "在子流程里带有事件", "请用普通开始事件，把等待画成后面的中间捕获事件")


def _boundary(scope: Drawn, node: Element) -> Iterator[Finding]:
    host = scope.nodes.get(node.get("attachedToRef", ""))
    if host is None or tag(host) not in CHINESE_ACTIVITIES or host.get("triggeredByEvent") == "true":
        yield refuse("boundary", node, "没有附在同一层的任务或子流程上", "请把它拖到任务或子流程的边上")
    elif tag(host) in ("sendTask", "businessRuleTask"):
        yield refuse("boundary", node, "附在一个立即通过的任务上，永远等不到", "请附在用户任务、服务任务或子流程上")
    if node.get("cancelActivity") == "false" and kind_of(node) in ONLY_INTERRUPTING:
        yield refuse("not-interrupting", node, "不能是非中断的", "请改成中断的边界事件")
    throwers = THROWERS.get(kind_of(node))
    if throwers is not None and host is not None and tag(host) not in throwers:
        yield refuse("boundary", node, "附在一个不会抛出它的任务上，永远等不到", "请附在里面画了这种结束事件的子流程上")


def _event_gateway(scope: Drawn, gateway: Element) -> Iterator[Finding]:
    if gateway.get("eventGatewayType") == "Parallel":
        yield refuse("event-gateway", gateway, "要等全部事件，不能执行", "请用并行网关，每支画一个捕获事件")
    targets = [scope.nodes.get(flow.get("targetRef", "")) for flow in scope.outgoing(gateway.get("id", ""))]
    for node in [target for target in targets if target is not None]:
        identity = node.get("id", "")
        attached = any(other.get("attachedToRef") == identity for other in scope.nodes.values())
        if tag(node) not in ("intermediateCatchEvent", "receiveTask") or kind_of(node) in ("link", "conditional"):
            yield refuse(
                "event-gateway", node, "接在事件网关后面，但不等消息、信号或时间", "请在网关后面只接这三种捕获事件"
            )
        elif attached or len(scope.incoming(identity)) > 1 or list(node.iter(q("multiInstanceLoopCharacteristics"))):
            yield refuse("event-gateway", node, "在事件网关后面又有别的来路、会签或边界事件", "请让它只从事件网关进入")


def _references(node: Element, declared: dict[tuple[str, str | None], Element]) -> Iterator[Finding]:
    for one in [*event_definitions(node), *([node] if node.get("messageRef") else [])]:
        kind = "message" if one is node else tag(one).removesuffix("EventDefinition")
        if kind not in REFERENCES:
            continue
        reference = one.get(f"{kind}Ref")
        if not reference and kind in ("error", "escalation") and tag(node) in ("boundaryEvent", "startEvent"):
            continue  # catches every code
        target = declared.get((kind, reference))
        if target is None:
            yield refuse("reference", node, f"没有指明是哪个{REFERENCES[kind]}", f"请在属性里选择{REFERENCES[kind]}")
        elif kind in ("message", "signal") and not (target.get("name") or "").strip():
            yield refuse("reference", node, f"指的{REFERENCES[kind]}没有名称", f"请给{REFERENCES[kind]}起一个名称")
        elif kind in ("error", "escalation") and not target.get(f"{kind}Code"):
            yield refuse("reference", node, f"指的{REFERENCES[kind]}没有代码", f"请给{REFERENCES[kind]}填写代码")


def _links(scope: Drawn) -> Iterator[Finding]:
    links = [(node, link_name(node)) for node in scope.nodes.values() if link_name(node) is not None]
    for node, name in links:
        pairs = [other for other, its in links if its == name and tag(other) == "intermediateCatchEvent"]
        if len(pairs) != 1:
            yield refuse(
                "link", node, f"的链接「{name}」在这一层有 {len(pairs)} 个落点", "请画恰好一个同名的链接捕获事件"
            )


def _event_subprocess(scope: Drawn) -> Iterator[Finding]:
    starts = [node for node in scope.nodes.values() if tag(node) == "startEvent"]
    if len(starts) != 1 or kind_of(starts[0]) not in INSIDE_START:
        reason = "不是由恰好一个消息、信号、定时、条件、错误或升级开始事件触发的"
        yield refuse("event-subprocess", scope.element, reason, "请画一个这样的开始事件")
    for start in starts:
        if start.get("isInterrupting") == "false" and kind_of(start) in ONLY_INTERRUPTING:
            yield refuse("not-interrupting", start, "不能是非中断的", "请改成中断的开始事件")
    if scope.element.find(q("multiInstanceLoopCharacteristics")) is not None:
        yield refuse("event-subprocess", scope.element, "不能会签", "请在里面画会签的任务")
