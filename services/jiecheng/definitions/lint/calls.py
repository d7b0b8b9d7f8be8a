"""Call activities and the diagrams they call: each is called, begins plainly, and is called from places that are alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from jiecheng.definitions.lint.subject import Subject, called
from jiecheng.model.definition import FlowNode, ProcessDefinition
from jiecheng.model.errors import Finding
from jiecheng.model.ids import ProcessId


def mapped(subject: Subject) -> Iterator[Finding]:
    """Two processes that share variables write each other's by chance."""
    for node in subject.nodes:
        if node.kind == "callActivity" and not node.inputs and not node.outputs:
            sentence = (
                f"{called(node)}没有写交给被调用流程什么、取回什么，请用 jc:input 和 jc:output 写明；"
                "两个流程不能共用变量。"
            )
            yield Finding("call_unmapped", node.id, sentence)


def nobody_calls(subject: Subject) -> Iterator[Finding]:
    """A diagram that no case can get to is a stranger in the folder."""
    if subject.is_called and subject.definition.id not in _called_from(subject.whole):
        path = f"bpmn/{subject.bundle.process}/{subject.file}"
        sentence = f"{path} 没有调用活动调用，请在图里用调用活动调用 {subject.definition.id}，或移走这个文件。"
        yield Finding("stranger", path, sentence)


def called_start(subject: Subject) -> Iterator[Finding]:
    """Whoever calls has nothing to fill in, and is known already."""
    start = subject.definition.nodes.get(subject.definition.start)
    if not subject.is_called or start is None:
        return
    if start.event != "none":
        yield Finding("called_start", start.id, f"被调用流程的{called(start)}应当是普通的开始事件，请改正。")
    if start.forms or start.outputs:
        sentence = f"被调用流程的{called(start)}没有人填表，请把表单放到后面的环节，要用的内容用 jc:input 交进来。"
        yield Finding("called_start", start.id, sentence)


def called_alike(subject: Subject) -> Iterator[Finding]:
    """A diagram is drawn once: it lies in the same instances and behind the same doors wherever it is called."""
    callers = subject.whole.callers(subject.definition.id) if subject.is_called else ()
    if len({_surroundings(subject.whole, call) for call in callers}) > 1:
        names = "和".join(called(call) for call in callers)
        sentence = (
            f"{names}都调用 {subject.definition.id}，但所在的会签或内部办理不同，办理情况会分不清；"
            "请把它们画在同一处，或另存一张图分别调用。"
        )
        yield Finding("called_differently", callers[-1].id, sentence)


def given_twice(subject: Subject) -> Iterator[Finding]:
    """Every caller hands over the same names: what one of them leaves out is empty only when that one calls."""
    callers = subject.whole.callers(subject.definition.id) if subject.is_called else ()
    names = {one.target for call in callers for one in call.inputs}
    for call in callers:
        for missing in sorted(names - {one.target for one in call.inputs}):
            sentence = (
                f"{called(call)}没有交给 {subject.definition.id} 变量 {missing}，别的调用活动交了；请补上 jc:input。"
            )
            yield Finding("call_input_missing", call.id, sentence)


def _called_from(whole: ProcessDefinition) -> set[ProcessId]:
    """The processes that a case of the release can get into."""
    reached: set[ProcessId] = set()
    waiting = [ProcessId("")]
    while waiting:
        inside = waiting.pop()
        found = {node.calls for node in whole.nodes.values() if node.process == inside and node.calls} - reached
        reached |= found
        waiting += found
    return reached


def _surroundings(whole: ProcessDefinition, call: FlowNode) -> Sequence[str]:
    around = list(whole.around(call.id))
    wall = whole.walls_around(call.id)
    return (*(node.id for node in around if node.several), "", wall.id if wall else "")
