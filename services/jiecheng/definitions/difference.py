"""What changed between two releases, in sentences for the person who publishes. By meaning: moved shapes do not count."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TypeVar

from jiecheng import decisions, documents
from jiecheng.definitions.changes import changes, said
from jiecheng.definitions.feature_changes import feature_changes, scenario_names
from jiecheng.definitions.lint.subject import components
from jiecheng.definitions.meanings import book_of, explained
from jiecheng.definitions.named import field_names
from jiecheng.definitions.process import read_process
from jiecheng.definitions.safe_xml import local, parse_xml, text_of
from jiecheng.definitions.titles import file_titles
from jiecheng.model.definition import CalledProcess, FlowNode, ProcessDefinition, SequenceFlow
from jiecheng.model.errors import Invalid
from jiecheng.model.ids import ElementId
from jiecheng.model.release import Bundle

K = TypeVar("K", bound=str)
T = TypeVar("T")

KINDS = {
    "startEvent": "开始事件",
    "endEvent": "结束事件",
    "intermediateCatchEvent": "中间事件",
    "intermediateThrowEvent": "抛出事件",
    "boundaryEvent": "边界事件",
    "userTask": "环节",
    "sendTask": "通知",
    "receiveTask": "接收任务",
    "serviceTask": "服务任务",
    "businessRuleTask": "规则判定",
    "subProcess": "子流程",
    "callActivity": "调用活动",
}

_NODE_FIELDS = {
    "kind": "类型",
    "name": "名称",
    "documentation": "说明",
    "lane": "泳道",
    "scope": "所在子流程",
    "process": "所在流程图",
    "calls": "调用的流程",
    "clauses": "依据条款",
    "event": "事件类型",
    "attached_to": "附着的环节",
    "interrupting": "是否中断",
    "assignment": "办理人",
    "forms": "表单与字段权限",
    "mode": "办理方式",
    "meeting": "表决规则",
    "voting": "分别表决的规则",
    "veto": "谁有一票否决",
    "result_variable": "结果变量",
    "outcomes": "办理结果",
    "inputs": "调用输入",
    "outputs": "变量取值",
    "due": "办理期限",
    "withdrawable": "可否撤销",
    "returns": "可以退回到哪里",
    "transferable": "可以转办的范围",
    "retractable": "办完以后可以撤回到什么时候",
    "add_signer": "可以怎样加签",
    "holdable": "可否挂起",
    "decision": "判定表",
    "facts": "台账事实",
    "message": "消息",
    "notice": "通知内容",
    "job": "系统作业",
    "circulate": "传阅给谁",
    "document": "制发文书",
    "register_entries": "登记台账",
    "publication": "公布台账",
}
# Of a form's field, as form-js calls them.
_COMPONENT_FIELDS = {
    "label": "名称",
    "description": "说明",
    "type": "控件",
    "key": "字段标识",
    "values": "选项",
    "validate": "校验",
    "conditional": "显示条件",
    "defaultValue": "缺省值",
    "readonly": "只读",
    "text": "文字",
}
_FLOW_FIELDS = {"source": "起点", "target": "终点", "name": "名称", "condition": "条件"}
_PROCESS_FIELDS = {
    "name": "名称",
    "documentation": "说明",
    "title": "办件标题",
    "number_kind": "编号用字",
    "reversed_by": "撤销已办结用的流程",
    "alike": "怎样算同样的办件",
    "starters": "发起人",
}


_FORM_PART = re.compile(r"表单 ([a-z]\w*) ?(?:的字段的 (\w+) )?", re.ASCII)


def difference(old: Bundle, new: Bundle, profile: str = "") -> list[str]:
    """Readable lines, empty when nothing changed that matters; raises `Invalid` when a diagram cannot be read.

    `profile`: the city whose values are said beside an expression that asks a table.
    """
    before, after = read_process(old.bpmn, old.called), read_process(new.bpmn, new.called)
    titles = {**file_titles(old), **file_titles(new)}
    lines = [
        *_changed_fields("流程", before, after, _PROCESS_FIELDS),
        *_compared(before.called, after.called, _called_name, _called_changes),
        *(
            _forms_by_title(line, {**old.forms, **new.forms}, titles)
            for line in _compared(before.nodes, after.nodes, _node_name, _node_changes)
        ),
        *_compared(before.flows, after.flows, _flow_name(before, after), _flow_changes(before, after)),
        *_timers(old, new),
        *_compared(old.forms, new.forms, lambda name, _: f"表单「{titles[name]}」", _form_changes),
        *_compared(old.letters, new.letters, lambda name, _: f"文书模板「{titles[name]}」", _letter_changes),
        *_compared(old.dmn, new.dmn, lambda name, _: f"判定表「{titles[name]}」", _table_changes),
    ]
    books = (book_of(old, profile), book_of(new, profile))
    return [
        *(explained(line, *books, profile) for line in lines),
        *_compared(old.features, new.features, lambda name, _: f"场景文件「{titles[name]}」", feature_changes),
        *(
            f"随「{titles[name]}」删去的有{scenario_names(text)}。"
            for name, text in old.features.items()
            if name not in new.features
        ),
        *_compared(old.clauses, new.clauses, lambda name, _: f"条款 {name}", _clause_changes),
    ]


def _compared(
    old: Mapping[K, T], new: Mapping[K, T], name: Callable[[K, T], str], compare: Callable[[T, T], Iterator[str]]
) -> Iterator[str]:
    for key in new:
        if key not in old:
            yield f"新增{name(key, new[key])}。"
    for key in old:
        if key not in new:
            yield f"删除{name(key, old[key])}。"
    for key in new:
        if key in old and old[key] != new[key]:
            for change in compare(old[key], new[key]):
                yield f"{name(key, new[key])}：{change}。"


def _changed_fields(what: str, old: object, new: object, names: Mapping[str, str]) -> Iterator[str]:
    for change in _field_changes(old, new, names):
        yield f"{what}：{change}。"


def _field_changes(old: object, new: object, names: Mapping[str, str]) -> Iterator[str]:
    for key, chinese in names.items():
        yield from changes(chinese, getattr(old, key), getattr(new, key))


def _called_name(key: str, one: CalledProcess) -> str:
    return f"被调用的流程「{one.name or key}」"


def _called_changes(old: CalledProcess, new: CalledProcess) -> Iterator[str]:
    return _field_changes(old, new, {"name": "名称", "documentation": "说明"})


def _node_name(key: str, node: FlowNode) -> str:
    kind = "网关" if node.kind.endswith("Gateway") else KINDS.get(node.kind, "节点")
    return f"{kind}「{node.name or key}」"


def _node_changes(old: FlowNode, new: FlowNode) -> Iterator[str]:
    return _field_changes(old, new, _NODE_FIELDS)


def _forms_by_title(line: str, forms: Mapping[str, str], titles: Mapping[str, str]) -> str:
    """表单 opinion 的字段的 remark becomes 表单「负责人意见」的字段「备注」."""

    def words(found: re.Match[str]) -> str:
        name, key = f"{found[1]}.form", found[2]
        if name not in forms:
            return found[0]
        field = f"的字段「{field_names(forms[name]).get(key, key)}」" if key else ""
        return f"表单「{titles[name]}」{field}"

    return _FORM_PART.sub(words, line)


def _flow_name(before: ProcessDefinition, after: ProcessDefinition) -> Callable[[str, SequenceFlow], str]:
    nodes = {**before.nodes, **after.nodes}

    def name(key: str, flow: SequenceFlow) -> str:
        ends = [nodes[end].name or end if end in nodes else end for end in (flow.source, flow.target)]
        label = f"（{flow.name}）" if flow.name else ""
        return f"连线「{ends[0]}」→「{ends[1]}」{label}"

    return name


def _flow_changes(
    before: ProcessDefinition, after: ProcessDefinition
) -> Callable[[SequenceFlow, SequenceFlow], Iterator[str]]:
    """The ends of a way by the names of what they are."""

    def named(flow: SequenceFlow, process: ProcessDefinition) -> SequenceFlow:
        ends = [process.nodes[one].name or one for one in (flow.source, flow.target)]
        return replace(flow, source=ElementId(ends[0]), target=ElementId(ends[1]))

    def changes(old: SequenceFlow, new: SequenceFlow) -> Iterator[str]:
        # A step that was only given another name has moved nothing.
        shown = {key: word for key, word in _FLOW_FIELDS.items() if getattr(old, key) != getattr(new, key)}
        return _field_changes(named(old, before), named(new, after), shown)

    return changes


def _timers(old: Bundle, new: Bundle) -> Iterator[str]:
    """Times stand in the diagram only; the definition does not carry them."""
    before, after = times(old), times(new)
    for key in after:
        if key in before and before[key] != after[key]:
            yield f"定时事件 {key}：时间由{said(before[key])}改为{said(after[key])}。"


def times(bundle: Bundle) -> dict[str, str]:
    """Event id -> the time written in it."""
    found: dict[str, str] = {}
    for element in (each for diagram in bundle.diagrams for each in parse_xml(diagram).iter()):
        event = element.getparent()
        holder = event.getparent() if event is not None else None
        if local(element) in ("timeDate", "timeDuration", "timeCycle") and holder is not None:
            found[str(holder.get("id", ""))] = text_of(element)
    return found


def _form_changes(old: str, new: str) -> Iterator[str]:
    try:
        before, after = (_components(text) for text in (old, new))
    except (json.JSONDecodeError, AttributeError):
        yield "内容有改动"
        return
    lines = list(_compared(before, after, lambda key, each: f"字段「{each.get('label') or key}」", _component_changes))
    yield from (line.rstrip("。") for line in lines or ["版面有改动。"])


def _components(text: str) -> dict[str, Mapping[str, object]]:
    return {str(each.get("key") or each.get("id")): each for each in components(json.loads(text))}


def changed_components(old: str, new: str) -> set[str]:
    """Keys of the fields that are new or not what they were; of what has no key, like a text, its id."""
    before, after = _components(old), _components(new)
    return {key for key, one in after.items() if key not in before or any(_component_changes(before[key], one))}


def _component_changes(old: Mapping[str, object], new: Mapping[str, object]) -> Iterator[str]:
    ignored = ("id", "layout", "components")
    for key in sorted({*old, *new} - set(ignored)):
        if old.get(key) != new.get(key):
            yield f"{_COMPONENT_FIELDS.get(key, f'{key} ')}由{said(old.get(key))}改为{said(new.get(key))}"


def _letter_changes(old: str, new: str) -> Iterator[str]:
    try:
        before, after = (_letter_texts(text) for text in (old, new))
    except Invalid:
        yield "内容有改动"
        return
    places = [place for place in dict.fromkeys((*after, *before)) if before.get(place) != after.get(place)]
    yield from (f"{place}由{said(before.get(place))}改为{said(after.get(place))}" for place in places)
    if not places:
        yield "注释或写法有改动"


def _letter_texts(text: str) -> dict[str, str]:
    letter = documents.read_letter(text)
    return {"文种": letter.kind, "格式": letter.layout, **dict(letter.texts())}


def _table_changes(old: str, new: str) -> Iterator[str]:
    cells = list(_cell_changes(old, new))
    if cells:
        yield from cells
        return
    before, after = _rules(old), _rules(new)
    added = [row for row in after if row not in before]
    removed = [row for row in before if row not in after]
    yield from (f"新增一行 {row}" for row in added)
    yield from (f"删去一行 {row}" for row in removed)
    if not added and not removed:
        yield "表头、次序或画法有改动"


def _cell_changes(old: str, new: str) -> Iterator[str]:
    """Cell by cell, where the tables have the same rows and columns; nothing where they do not."""
    before, after = _tables(old), _tables(new)
    if before.keys() != after.keys() or any(_shape(before[key]) != _shape(one) for key, one in after.items()):
        return
    for (key, name), table in after.items():
        table_name = f"「{name}」" if len(after) > 1 else ""
        heads = [
            *(one.label or one.expression for one in table.inputs),
            *(one.label or one.name for one in table.outputs),
        ]
        heads += [*table.annotation_names]
        for was, rule in zip(before[key, name].rules, table.rules, strict=True):
            pairs = zip(heads, _cells(was), _cells(rule), strict=False)
            for head, one, other in pairs:
                if one != other:
                    sides = [said(decisions.cell_in_words(cell)) for cell in (one, other)]
                    row = f"{table_name}第 {rule.number} 行{_situation(table, rule)}"
                    yield f"{row}的“{head}”由{sides[0]}改为{sides[1]}"


def _tables(text: str) -> dict[tuple[str, str], decisions.DecisionTable]:
    """By id and name."""
    try:
        known = decisions.read_decisions(text).decisions
    except Invalid:
        return {}
    tables = ((key, one, one.logic) for key, one in known.items())
    return {
        (key, one.label or one.name): logic for key, one, logic in tables if isinstance(logic, decisions.DecisionTable)
    }


def _shape(table: decisions.DecisionTable) -> tuple[object, ...]:
    return (table.inputs, table.outputs, table.hit_policy, table.annotation_names, len(table.rules))


def _cells(rule: decisions.Rule) -> tuple[str, ...]:
    return (*rule.tests, *rule.outputs, *rule.annotations)


def _situation(table: decisions.DecisionTable, rule: decisions.Rule) -> str:
    told = [
        f"{column.label or column.expression}：{decisions.cell_in_words(test)}"
        for column, test in zip(table.inputs, rule.tests, strict=True)
        if test.strip() not in decisions.ANY_CELL
    ]
    return f"（{'，'.join(told)}）" if told else ""


def _rules(text: str) -> list[str]:
    """Rows of all tables of a file, as people read them; empty for what cannot be read."""
    try:
        root = parse_xml(text)
    except Invalid:
        return []
    return [
        " | ".join(
            decisions.cell_in_words(text_of(cell)) for cell in rule if local(cell) in ("inputEntry", "outputEntry")
        )
        for rule in root.iter()
        if local(rule) == "rule"
    ]


def _clause_changes(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[str]:
    for key in sorted({*old, *new}):
        if old.get(key) != new.get(key):
            yield f"{key} 由{said(old.get(key))}改为{said(new.get(key))}"
