"""The recommended rules of bpmn.io, said in Chinese. The library is young: its faults cost its findings, never the lint."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from bpmn_io import create_moddle
from bpmn_io.lint import Linter
from bpmn_io.lint.config.recommended import CONFIG
from bpmn_io.lint.resolver.static_resolver import StaticResolver
from bpmn_io.lint.rules import RULES
from lxml import etree

from jiecheng.definitions.lint.subject import Subject
from jiecheng.definitions.safe_xml import bpmn
from jiecheng.model.errors import Finding

# Rules that ours say better, or that contradict ours.
_OURS = (
    "conditional-flows",
    "fake-join",  # a rework loop enters a task directly; `engine` judges joins on the graph
    "end-event-required",
    "label-required",
    "no-bpmndi",
    "no-complex-gateway",
    "no-implicit-end",
    "start-event-required",
    "no-inclusive-gateway",
)

_SENTENCES = {
    "ad-hoc-sub-process": "即席子流程里不能有开始或结束事件",
    "conditional-event": "条件事件没有写条件",
    "event-based-gateway": "事件网关至少要有两条去路，去路上不能写条件",
    "event-sub-process-typed-start-event": "事件子流程的开始事件要有类型（定时、消息等）",
    "global": "消息、信号或错误定义没有名称、没有被引用，或者重名",
    "link-event": "链接事件的名称缺失、重复，或者两头对不上",
    "no-disconnected": "没有连上任何一步",
    "no-duplicate-sequence-flows": "两步之间有重复的连线",
    "no-gateway-join-fork": "同一个网关又合又分，请拆成两个",
    "no-implicit-split": "一步之后有几条没有条件的去路，请用网关分开",
    "no-implicit-start": "没有来路，请从上一步连过来",
    "no-overlapping-elements": "与别的图形重叠，或画到了所在范围之外",
    "single-blank-start-event": "有几个普通开始事件，只能有一个",
    "single-event-definition": "一个事件有几种类型，只能有一种",
    "standard-size": "图形大小不是标准尺寸",
    "sub-process-blank-start-event": "子流程的开始事件不能有类型",
    "superfluous-gateway": "网关只有一进一出，没有作用，请删去",
    "superfluous-label": "这里不需要名称",
    "superfluous-termination": "终止结束事件是多余的，普通结束事件就够了",
}


def recommended(subject: Subject) -> Iterator[Finding]:
    try:
        report = _report(_with_ends(subject))
    except Exception as error:
        sentence = f"通用画法检查没有完成（{type(error).__name__}），其余检查不受影响。"
        yield Finding("bpmn_io", "文件", sentence, severity="warning")
        return
    for rule, reports in report.items():
        for each in reports:
            place = str(each.get("id") or "文件")
            severity = "error" if each.get("category") == "error" else "warning"
            yield Finding(f"bpmn_io_{rule.replace('-', '_')}", place, f"{place}：{_said(rule, each)}。", severity)


def _with_ends(subject: Subject) -> str:
    """The diagram with incoming and outgoing at every node: optional in BPMN, but all that the library looks at.

    Without what it does not look at, our own words above all: it reads letter by letter, and they are half of the text.
    """
    root = deepcopy(subject.root)
    for unread in [*root.iter(bpmn("extensionElements"), bpmn("documentation"), "{*}BPMNEdge", "{*}BPMNLabel")]:
        holder = unread.getparent()
        if holder is not None:
            holder.remove(unread)
    for each in root.iter():
        each.text = each.text if each.text and each.text.strip() else None
        each.tail = None
    elements = {each.get("id"): each for each in root.iter()}
    for word in ("incoming", "outgoing"):
        for written in list(root.iter(bpmn(word))):
            holder = written.getparent()
            if holder is not None:
                holder.remove(written)
    for flow in subject.definition.flows.values():
        for word, end in (("outgoing", flow.source), ("incoming", flow.target)):
            if end in elements:
                etree.SubElement(elements[end], bpmn(word)).text = flow.id
    return etree.tostring(root, encoding="unicode")


def _report(xml: str) -> dict[str, list[dict[str, Any]]]:
    # The library's own parts disagree about their types; they meet here and nowhere else.
    root: Any = create_moddle().from_xml(xml).root_element
    # Rules from this table only: the library's usual resolver asks every installed package for more.
    resolver: Any = StaticResolver({f"rule:bpmnlint/{name}": factory for name, factory in RULES.items()})
    rules = {name: severity for name, severity in CONFIG["rules"].items() if name not in _OURS}
    return Linter(resolver=resolver).lint(root, {"rules": rules})


def _said(rule: str, report: dict[str, object]) -> str:
    return _SENTENCES.get(rule, f"通用画法检查 {rule}：{report.get('message', '')}")
