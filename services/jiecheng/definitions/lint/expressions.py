"""Every FEEL text of a release, found and parsed; and the words in it that must exist elsewhere."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from jiecheng import feel
from jiecheng.definitions import safe_xml as sx
from jiecheng.definitions.lint.subject import Subject, called, components
from jiecheng.model.definition import Assignment, FlowNode
from jiecheng.model.errors import Finding

_TIMES = ("timeDate", "timeDuration", "timeCycle")
_CONDITIONS = ("condition", "loopCondition", "completionCondition", "loopCardinality")


@dataclass(frozen=True, slots=True)
class Expression:
    """`what`: how a sentence calls it; `text`: FEEL without the leading "="; `step`: the user task or other step whose
    forms, outcome and opinion it may look at besides the case's variables."""

    place: str
    what: str
    text: str
    step: FlowNode | None = None


def expressions(subject: Subject) -> Iterator[Expression]:
    """All FEEL of diagram and forms. Plain texts (no "=" in front) are none, except where FEEL is the only reading."""
    definition = subject.definition
    yield from _when_feel(definition.id, "办件标题", definition.title)
    yield from _when_feel(definition.id, "怎样算同样的办件", definition.alike)
    yield from _assignment(definition.id, "发起人规则", definition.starters)
    for node in subject.nodes:
        yield from _of_node(node)
    for flow in definition.flows.values():
        if flow.condition:
            yield Expression(flow.id, "流转条件", flow.condition)
    yield from _of_events(subject)
    for name, schema in subject.forms.items():
        for component in components(schema):
            yield from _of_component(name, component)


def _when_feel(place: str, what: str, text: str, step: FlowNode | None = None) -> Iterator[Expression]:
    if text.startswith("="):
        yield Expression(place, what, text[1:].strip(), step)


def _assignment(place: str, what: str, assignment: Assignment | None) -> Iterator[Expression]:
    if assignment is None:
        return
    for key, value in assignment.parameters.items():
        yield from _when_feel(place, f"{what}的 {key}", value)
    for value in assignment.exclude:
        yield from _when_feel(place, f"{what}的排除项", value)


def _of_node(node: FlowNode) -> Iterator[Expression]:
    yield from _assignment(node.id, "人员规则", node.assignment)
    for given in node.inputs:
        yield from _when_feel(node.id, f"调用输入 {given.target} 的取值", given.source)
    for output in node.outputs:
        yield from _when_feel(node.id, f"变量 {output.target} 的取值", output.source, node)
    if node.due is not None:
        yield from _when_feel(node.id, "办理期限", node.due.working_days)
        yield from _when_feel(node.id, "督办的答复期限", node.due.supervise)
    yield from _when_feel(node.id, "一票否决的人", node.veto)
    yield from _when_feel(node.id, "通知内容", node.notice)
    if node.circulate is not None:
        yield from _when_feel(node.id, "传阅给谁", node.circulate.to)
        yield from _when_feel(node.id, "传阅时说的话", node.circulate.text)
        yield from _when_feel(node.id, "传阅给哪个岗位", node.circulate.post)
    if node.document is not None:
        yield from _when_feel(node.id, "发文机关", node.document.issuer)
        yield from _when_feel(node.id, "收文机关", node.document.to)
    if node.instance is not None:
        yield from _when_feel(node.id, "会签各份的标识", node.instance.key)
        yield from _when_feel(node.id, "会签各份的名称", node.instance.label)
    yield from _when_feel(node.id, "内部办理的机关", node.compartment)
    for facts in node.facts:
        yield from _when_feel(node.id, f"台账事实 {facts.target} 的条件", facts.equals)
    if node.publication is not None:
        yield from _when_feel(node.id, "生效日期", node.publication.effective)
    for entry in node.register_entries:
        yield from _when_feel(node.id, f"台账 {entry.register} 的行标识", entry.key)
        yield from _when_feel(node.id, f"台账 {entry.register} 的状态", entry.status)
        for name, source in entry.columns.items():
            yield from _when_feel(node.id, f"台账 {entry.register} 的 {name} 栏", source)


def _of_events(subject: Subject) -> Iterator[Expression]:
    for element in subject.root.iter():
        name, text = sx.local(element), sx.text_of(element)
        if sx.namespace(element) != sx.BPMN or not text:
            continue
        place = _nearest_node(subject, element)
        if name in _TIMES:
            yield from _when_feel(place, "时间", text)
        elif name in _CONDITIONS:
            yield Expression(place, "条件", text.removeprefix("=").strip())


def _nearest_node(subject: Subject, element: etree._Element) -> str:
    for above in element.iterancestors():
        if above.get("id") in subject.definition.nodes:
            return str(above.get("id"))
    return str(subject.definition.id)


def _of_component(form: str, component: Mapping[str, object]) -> Iterator[Expression]:
    place = f"{form}.form:{component.get('key') or component.get('id') or ''}"
    conditional = component.get("conditional")
    hide = conditional.get("hide") if isinstance(conditional, dict) else None
    texts = {"隐藏条件": hide, "表达式": component.get("expression"), "选项": component.get("valuesExpression")}
    texts |= {"只读条件": component.get("readonly"), "停用条件": component.get("disabled")}
    validate = component.get("validate")
    if isinstance(validate, dict):
        texts |= {f"校验 {key}": value for key, value in validate.items()}
    for what, text in texts.items():
        if isinstance(text, str):
            yield from _when_feel(place, what, text)


def parse(subject: Subject) -> Iterator[Finding]:
    for each in expressions(subject):
        try:
            feel.compile_expression(each.text)
        except feel.FeelError as error:
            sentence = f"{each.what}“{each.text}”写法有误：{error.message}。"
            yield Finding("feel", f"{each.place}:{error.line}:{error.column}", sentence)


def outcomes_exist(subject: Subject) -> Iterator[Finding]:
    """`committee = "agre"` would silently never be true."""
    results = _results(subject)
    for each in expressions(subject):
        if each.step is not None and each.step.kind == "callActivity":
            continue  # speaks of the called process's variables
        own = {"outcome": {outcome.value for outcome in each.step.outcomes}} if each.step and each.step.outcomes else {}
        for variable, values in {**results, **own}.items():
            for value in sorted(compared(variable, each.text) - values):
                known = "、".join(sorted(values))
                sentence = f"{each.what}里的 {variable} 不会等于“{value}”，办理结果只有 {known}。"
                yield Finding("outcome_unknown", each.place, sentence)


def outcomes_lead_on(subject: Subject) -> Iterator[Finding]:
    """Where a gateway asks for a result and has no default, each result needs a way."""
    results = _results(subject)
    for node in subject.nodes:
        flows = subject.leaving(node.id)
        if node.kind != "exclusiveGateway" or len(flows) < 2 or subject.default_flow(node.id):
            continue
        for variable, values in results.items():
            asked = [compared(variable, flow.condition) for flow in flows]
            missing = sorted(values - set().union(*asked)) if all(asked) else ()
            for value in missing:
                sentence = f"网关{called(node)}没有给 {variable} 为“{value}”的去路，请补一条或设缺省去路。"
                yield Finding("outcome_without_way", node.id, sentence, severity="warning")


def results_used(subject: Subject) -> Iterator[Finding]:
    """A result that nobody reads is a decision without effect."""
    several = [str(one.text or "") for one in subject.root.iter(sx.bpmn("loopDataInputRef"))]
    collected = {str(one.get("name", "")) for one in subject.root.iter(sx.bpmn("outputDataItem"))}
    written = [*subject.bundle.dmn.values(), *subject.bundle.forms.values(), *subject.bundle.letters.values()]
    texts = [*(each.text for each in expressions(subject)), *written, *several, *collected, *subject.taken_back]
    for node in subject.nodes:
        variable = node.result_variable
        # What an instance makes of its outcome is collected by the multi-instance: the variable itself ends with it.
        if any(output.target in collected and "outcome" in output.source for output in node.outputs):
            continue
        if variable and not any(re.search(rf"(?<![\w.]){re.escape(variable)}(?!\w)", text) for text in texts):
            sentence = f"{called(node)}的结果变量 {variable} 没有人用到，请在条件里使用或删去。"
            yield Finding("result_unused", node.id, sentence, severity="warning")


def _results(subject: Subject) -> dict[str, set[str]]:
    """Result variable -> the outcomes of all user tasks that write it; those with other writers are left out."""
    written_otherwise: Collection[str] = {output.target for node in subject.nodes for output in node.outputs}
    results: dict[str, set[str]] = {}
    for node in subject.nodes:
        if node.kind == "userTask" and node.result_variable and node.result_variable not in written_otherwise:
            results.setdefault(node.result_variable, set()).update(outcome.value for outcome in node.outcomes)
    return results


def compared(variable: str, text: str) -> set[str]:
    """The texts a variable is compared with: `v = "a"`, `"a" != v`, `v in ("a", "b")`."""
    name = rf"(?<![\w.]){re.escape(variable)}(?![\w.])"
    found = set(re.findall(rf'{name}\s*!?=\s*"([^"]*)"', text))
    found.update(re.findall(rf'"([^"]*)"\s*!?=\s*{name}', text))
    for listed in re.findall(rf"{name}\s+in\s*[\[(]([^\])]*)[\])]", text):
        found.update(re.findall(r'"([^"]*)"', listed))
    return found
