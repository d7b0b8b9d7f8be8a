"""Call activities and errors: what is called is there and does not call back; what is thrown is caught somewhere."""

from __future__ import annotations

from collections.abc import Iterator

from jiecheng.engine.names import Element, event_definitions, q, tag
from jiecheng.engine.refusals.drawing import refuse
from jiecheng.model.errors import Finding


def findings(roots: list[Element]) -> Iterator[Finding]:
    processes = {node.get("id", ""): node for root in roots for node in root.iter(q("process"))}
    calls = {
        identity: [call.get("calledElement", "") for call in node.iter(q("callActivity"))]
        for identity, node in processes.items()
    }
    for process in processes.values():
        for call in process.iter(q("callActivity")):
            called_process = call.get("calledElement", "")
            if called_process not in processes:
                yield refuse(
                    "no-process",
                    call,
                    f"调用的流程「{called_process}」不在这个版本里",
                    f"请把它的流程图 {called_process}.bpmn 放进同一个文件夹",
                )
            elif process.get("id", "") in _reached(called_process, calls):
                yield refuse(
                    "cyclic-call", call, f"调用「{called_process}」后又会调用回来，没有尽头", "请改用流程内的回路"
                )
        for end in process.iter(q("endEvent")):
            yield from _uncaught(end, roots)


def _reached(start: str, calls: dict[str, list[str]]) -> set[str]:
    seen: set[str] = set()
    todo = [start]
    while todo:
        process = todo.pop()
        if process not in seen:
            seen.add(process)
            todo += calls.get(process, [])
    return seen


def _uncaught(end: Element, roots: list[Element]) -> Iterator[Finding]:
    thrown = next((one for one in event_definitions(end) if tag(one) == "errorEventDefinition"), None)
    if thrown is not None and not _is_caught(end, _code(thrown, roots), roots, set()):
        yield refuse(
            "uncaught-error", end, "抛出的错误没有人接", "请在外层子流程或调用活动上画错误边界事件，或改成普通结束事件"
        )


def _is_caught(thrower: Element, code: str, roots: list[Element], seen: set[str]) -> bool:
    scope = thrower.getparent()
    if scope is None:
        return False
    if _caught_beside(thrower, scope, code, roots):
        return True
    hosts = [scope] if tag(scope) != "process" else _callers(scope.get("id", ""), roots)
    for host in hosts:
        identity = host.get("id", "")
        if identity in seen:
            continue
        seen.add(identity)
        if _catches(host, code, roots) or _is_caught(host, code, roots, seen):
            return True
    return False


def _caught_beside(thrower: Element, scope: Element, code: str, roots: list[Element]) -> bool:
    """By an event sub-process of the same scope."""
    beside = [node for node in scope if node.get("triggeredByEvent") == "true" and node is not thrower]
    definitions = [
        one for node in beside for start in node.findall(q("startEvent")) for one in event_definitions(start)
    ]
    return any(tag(one) == "errorEventDefinition" and _code(one, roots) in ("", code) for one in definitions)


def _callers(process: str, roots: list[Element]) -> list[Element]:
    return [call for root in roots for call in root.iter(q("callActivity")) if call.get("calledElement") == process]


def _catches(host: Element, code: str, roots: list[Element]) -> bool:
    around = host.getparent()
    for node in [] if around is None else around:
        if tag(node) == "boundaryEvent" and node.get("attachedToRef") == host.get("id"):
            for one in event_definitions(node):
                if tag(one) == "errorEventDefinition" and _code(one, roots) in ("", code):
                    return True
    return False


def _code(definition: Element, roots: list[Element]) -> str:
    reference = definition.get("errorRef")
    for root in roots:
        for error in root.iter(q("error")):
            if reference is not None and error.get("id") == reference:
                return error.get("errorCode", "")
    return ""
