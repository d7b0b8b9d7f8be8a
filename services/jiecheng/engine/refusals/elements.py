"""Kinds of elements that are not executed, and what an element must say to be executed."""

from __future__ import annotations

from collections.abc import Iterator

from jiecheng.engine.names import CHINESE_NODES, Element, own, q, tag
from jiecheng.engine.refusals.drawing import refuse, scopes
from jiecheng.model.errors import Finding

MAX_LEVELS = 20  # sub-processes inside sub-processes
MAX_NODES = 350  # the library reads and predicts recursively

# tag -> (code, what is wrong with it, what to draw instead)
UNSUPPORTED: dict[str, tuple[str, str, str]] = {
    "scriptTask": ("script", "不能执行脚本", "请改用规则任务（DMN）或环节的输出映射"),
    "complexGateway": ("unsupported", "不能执行", "请改用排他、并行或包容网关"),
    "adHocSubProcess": ("unsupported", "不能执行", "请改画成普通子流程，把先后顺序画出来"),
    "transaction": ("unsupported", "不能执行", "请改画成普通子流程，用错误边界事件处理失败"),
    "dataStore": ("data", "不能执行", "数据放在办件变量和台账里，请删去数据存储"),
    "dataStoreReference": ("data", "不能执行", "数据放在办件变量和台账里，请删去数据存储"),
    "correlationKey": ("correlation", "不能执行", "消息由平台按办件投递，请删去关联键"),
    "correlationProperty": ("correlation", "不能执行", "消息由平台按办件投递，请删去关联属性"),
}
DATA = ("ioSpecification", "dataInputAssociation", "dataOutputAssociation")
# Children of a scope that are drawn for readers and carry no token.
SILENT = frozenset(
    {
        "sequenceFlow", "laneSet", "textAnnotation", "association", "group", "documentation", "extensionElements",
        "incoming", "outgoing", "dataObject", "dataObjectReference", "multiInstanceLoopCharacteristics",
        "standardLoopCharacteristics", "property", "auditing", "monitoring", "category", "ioSpecification",
        "dataInputAssociation", "dataOutputAssociation", "dataStoreReference", "adHocSubProcess", "supports",
        "resourceRole", "performer", "potentialOwner", "correlationSubscription", "artifact",
    }
)  # fmt: skip


def findings(roots: list[Element]) -> Iterator[Finding]:
    for root in roots:
        for node in root.iter():
            yield from _kind(node)
    for scope in scopes(roots):
        if sum(1 for _ in scope.element.iterancestors(q("subProcess"))) == MAX_LEVELS:
            yield refuse(
                "too-large", scope.element, f"在第 {MAX_LEVELS} 层子流程里面", "请画成单独的流程，用调用活动连接"
            )
        if len(scope.nodes) > MAX_NODES:
            instead = "请把一部分画成单独的流程，用调用活动连接"
            yield refuse(
                "too-large", scope.element, f"一层里有 {len(scope.nodes)} 个节点，上限是 {MAX_NODES} 个", instead
            )
        for child in scope.element:
            if tag(child) and tag(child) not in CHINESE_NODES and tag(child) not in SILENT:
                yield refuse("unsupported", child, "不能执行", "请删去或改用平台支持的元素")
        for node in scope.nodes.values():
            yield from _said(node)


def _kind(node: Element) -> Iterator[Finding]:
    kind = tag(node)
    if kind in UNSUPPORTED:
        code, reason, instead = UNSUPPORTED[kind]
        yield refuse(code, node, reason, instead)
    if kind in DATA:
        parent = node.getparent()
        place = node if parent is None else parent
        yield refuse("data", place, "画了数据输入或输出关联", "数据放在办件变量里，请删去关联，改用输出映射")
    if kind == "process" and node.get("isExecutable") == "false":
        yield refuse("not-executable", node, "没有勾选“可执行”", "请在流程属性里勾选“可执行”")


def _said(node: Element) -> Iterator[Finding]:
    if node.get("isForCompensation") == "true":
        yield refuse("unsupported", node, "是补偿活动，不能执行", "请用错误边界事件引到处理环节")
    if node.get("instantiate") == "true":
        yield refuse("unsupported", node, "不能自己发起流程", "请画一个开始事件")
    if tag(node) == "businessRuleTask":
        if not own(node, "decision"):
            yield refuse("no-decision", node, "没有写明用哪个决策（jc:decision）", "请填写 DMN 决策的 id")
        if not own(node, "resultVariable"):
            yield refuse("no-result", node, "没有写明结果放进哪个变量（jc:resultVariable）", "请填写变量名")
    if tag(node) == "receiveTask" and not node.get("messageRef"):
        yield refuse("no-message", node, "没有写明等哪条消息，会不等就通过", "请在属性里选择消息")
    yield from _repeated(node)


def _repeated(node: Element) -> Iterator[Finding]:
    several = node.find(q("multiInstanceLoopCharacteristics"))
    if several is not None:
        given = [several.find(q(name)) for name in ("loopCardinality", "loopDataInputRef")]
        if sum(one is not None for one in given) != 1:
            yield refuse("instances", node, "的会签既没有名单也没有份数，或者两样都写了", "请只写名单变量或只写份数")
        if several.get("behavior", "All") != "All":
            yield refuse("instances", node, "的会签要在中途抛出事件，不能执行", "请改用完成条件")
    loop = node.find(q("standardLoopCharacteristics"))
    if loop is not None:
        most = loop.get("loopMaximum")
        if most is None and loop.find(q("loopCondition")) is None:
            yield refuse("loop", node, "的循环没有写次数也没有写条件", "请填写最多次数或继续循环的条件")
        if most is not None and not (most.isdigit() and int(most) > 0):
            yield refuse("loop", node, f"的循环次数「{most}」不是正整数", "请填写正整数")
