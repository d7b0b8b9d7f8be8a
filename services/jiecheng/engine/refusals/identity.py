"""Ids: every element has one, once, and none that the library or the rewrites use inside."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jiecheng.engine.names import CHINESE_NODES, Element, tag
from jiecheng.engine.refusals.drawing import refuse
from jiecheng.model.errors import Finding

MAX_LENGTH = 200
RESERVED = re.compile(
    r"^(Start|End|Root|StartEventSplit|StartEventJoin)$"
    r"|\.(EndJoin|BoundaryEventSplit|BoundaryEventJoin|out|choice|link|(out|choice)\.flow)$| \[child\]$|:"
)


def findings(roots: list[Element]) -> Iterator[Finding]:
    seen: set[str] = set()
    for root in roots:
        seen.discard(root.get("id") or "")  # every file has its own definitions; nothing refers to them
        for node in root.iter():
            yield from _one(node, seen)


def _one(node: Element, seen: set[str]) -> Iterator[Finding]:
    identity = node.get("id")
    if not tag(node):
        return
    if not identity:
        if tag(node) in CHINESE_NODES or tag(node) in ("sequenceFlow", "process"):
            yield refuse("no-id", node, "没有 id，执行时会丢失", "请用流程设计器重新保存，使每个元素都有 id")
        return
    if identity in seen:
        yield refuse("duplicate-id", node, "的 id 在文件里出现了两次", "请给它另起一个 id")
    if len(identity) > MAX_LENGTH:
        yield refuse("long-id", node, f"的 id 有 {len(identity)} 个字", f"请换一个 {MAX_LENGTH} 字以内的 id")
    if RESERVED.search(identity):
        yield refuse("reserved-id", node, "的 id 是引擎内部用的名字", "请换一个能说明含义的 id")
    seen.add(identity)
