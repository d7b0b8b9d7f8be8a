"""Expressions: FEEL that can be read, and times that are ISO 8601 or FEEL."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jiecheng import feel
from jiecheng.engine.names import CHINESE_NODES, Element, own_words, tag, text
from jiecheng.engine.refusals.drawing import refuse
from jiecheng.engine.times import ISO, is_endless
from jiecheng.model.errors import Finding

FEEL = {
    "conditionExpression": "流转条件",
    "condition": "事件条件",
    "loopCardinality": "会签份数",
    "completionCondition": "完成条件",
    "loopCondition": "循环条件",
    "loopDataInputRef": "会签名单",
}
VARIABLES = {"loopDataOutputRef": "text", "inputDataItem": "id", "outputDataItem": "id"}
MAPPED = {"input": "调用输入", "output": "调用输出"}
NAME = re.compile(r"[^\W\d]\w*\Z")
EXAMPLES = {"timeDate": "2026-05-01 或 =到期日", "timeDuration": "P3D 或 =期限", "timeCycle": "R3/P1D 或 =周期"}


def findings(roots: list[Element]) -> Iterator[Finding]:
    for root in roots:
        for node in root.iter():
            kind = tag(node)
            if kind in FEEL:
                yield from _feel(_owner(node), text(node), FEEL[kind])
            elif kind in ISO:
                yield from _time(_owner(node), kind, text(node))
            elif kind == "callActivity":
                yield from _mapping(node)
            elif kind in VARIABLES:
                name = text(node) if VARIABLES[kind] == "text" else node.get("id", "")
                if not NAME.match(name):
                    yield refuse(
                        "variable", _owner(node), f"的会签变量「{name}」不是变量名", "请用字母或汉字开头的名字"
                    )


def _owner(node: Element) -> Element:
    """The drawn element an expression belongs to."""
    current = node.getparent()
    while current is not None and tag(current) not in CHINESE_NODES and tag(current) != "sequenceFlow":
        current = current.getparent()
    return node if current is None else current


def _feel(owner: Element, expression: str, what: str) -> Iterator[Finding]:
    source = expression.removeprefix("=").strip()
    if not source:
        yield refuse("expression", owner, f"的{what}是空的", "请写一个 FEEL 表达式")
        return
    try:
        feel.compile_expression(source)
    except feel.FeelError as error:
        yield refuse("expression", owner, f"的{what}「{expression}」读不懂：{error}", "请按 FEEL 改写")


def _mapping(call: Element) -> Iterator[Finding]:
    for word, what in MAPPED.items():
        targets = [one.get("target", "") for one in own_words(call, word)]
        for one in own_words(call, word):
            source, target = one.get("source", ""), one.get("target", "")
            if not NAME.match(target):
                yield refuse("variable", call, f"的{what}「{target}」不是变量名", "请用字母或汉字开头的名字")
            elif targets.count(target) > 1:
                yield refuse("variable", call, f"的{what}「{target}」写了两次", "请只留一个")
            if source.startswith("="):
                yield from _feel(call, source, f"{what} {target}")


def _time(owner: Element, kind: str, value: str) -> Iterator[Finding]:
    if value.startswith("="):
        yield from _feel(owner, value, "时间")
    elif not ISO[kind].match(value):
        yield refuse("timer", owner, f"的时间「{value}」既不是 ISO 8601 也不是 FEEL", f"请写成 {EXAMPLES[kind]}")
    elif is_endless(kind, value):
        yield refuse("timer", owner, f"的周期「{value}」没有间隔，会不停地触发", f"请写成 {EXAMPLES[kind]}")
