"""Several organs at once, and what stays inside one of them: the words that keep instances and compartments apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from jiecheng import feel
from jiecheng.definitions.lint import dictionary
from jiecheng.definitions.lint.expressions import expressions
from jiecheng.definitions.lint.subject import Subject, called
from jiecheng.definitions.safe_xml import bpmn
from jiecheng.feel import FeelType, ListType, Simple
from jiecheng.model.definition import FlowNode
from jiecheng.model.errors import Finding
from jiecheng.model.form import FormUse, Right
from jiecheng.model.ids import ElementId

_FITTING = ("string", "context", "Any", "Null")  # an organ's id, or an organ as a picker describes it


def told_apart(subject: Subject) -> Iterator[Finding]:
    """jc:instance stands on multi-instance activities only."""
    for node in subject.nodes:
        if node.instance is not None and not node.several:
            sentence = f"{called(node)}不是会签（多实例），不能写 jc:instance，请删去或给它加上多实例标记。"
            yield Finding("instance_without_several", node.id, sentence)


def forms_have_a_key(subject: Subject) -> Iterator[Finding]:
    """Seven 街镇 that fill in one form would overwrite each other."""
    for node in subject.nodes:
        outer = subject.whole.several_around(node.id)
        if outer is None or outer.instance is not None or not any(_is_written(use) for use in node.forms):
            continue
        sentence = (
            f"{called(node)}在会签{called(outer)}里填写表单，各份会互相覆盖；"
            f"请在{called(outer)}上写 jc:instance，用 key 把各份分开。"
        )
        yield Finding("instance_key_missing", node.id, sentence)


def forms_keep_inside(subject: Subject) -> Iterator[Finding]:
    """A form written behind a wall and in front of it would either leak or vanish."""
    inside: dict[str, FlowNode] = {}
    outside: dict[str, FlowNode] = {}
    for node in subject.all_nodes:
        for use in node.forms:
            if _is_written(use):
                (inside if subject.whole.walls_around(node.id) else outside).setdefault(use.form, node)
    for form in sorted(inside.keys() & outside.keys()):
        sentence = (
            f"表单 {form} 既在内部办理的{called(inside[form])}填写，又在{called(outside[form])}填写；"
            "内部办理的内容不能外传，请分成两张表单，要外传的用 jc:output 写成变量。"
        )
        yield Finding("form_crosses_compartment", inside[form].id, sentence)


def compartments_name_organs(subject: Subject) -> Iterator[Finding]:
    """A compartment of a number or a date has nobody inside."""
    known = dictionary.variables(subject, dictionary.tables_of(subject))
    for node in subject.nodes:
        for what, text in (
            ("内部办理的机关", node.compartment),
            ("收文机关", node.document.to if node.document else ""),
            ("收阅人", node.circulate.to if node.circulate else ""),
        ):
            several = what != "内部办理的机关"
            if text.startswith("=") and not _names_organs(text[1:], known, several=several):
                sentence = f"{called(node)}的{what}应当是机关的标识或选定的机关{'（可以几个）' if several else ''}，请改正（{text}）。"
                yield Finding("organ_expression", node.id, sentence)


def items_stay_inside(subject: Subject) -> Iterator[Finding]:
    """The item of a multi-instance activity has no value outside of it."""
    homes = _homes(subject)
    for each in expressions(subject):
        node = subject.definition.nodes.get(ElementId(each.place))
        if node is None or (each.step is not None and each.step.kind == "callActivity"):
            continue  # what a call gives back speaks of the called process
        around = {one.id for one in subject.definition.around(node.id)}
        for name in sorted(_names(each.text) & homes.keys()):
            if not homes[name] & around:
                sentence = f"{each.what}用到的 {name} 只在会签的各份里有值，{called(node)}不在会签里面，请改正（{each.text}）。"
                yield Finding("item_outside_instance", node.id, sentence)


def _names(text: str) -> frozenset[str]:
    try:
        return feel.compile_expression(text).names
    except feel.FeelError:
        return frozenset()  # the rule on parsing reports it


def _homes(subject: Subject) -> Mapping[str, set[str]]:
    """Item variable -> the activities inside which it has a value; a name that is also written otherwise is left out."""
    homes: dict[str, set[str]] = {}
    for node in subject.nodes:
        if node.several:
            for item in subject.elements[node.id].iter(bpmn("inputDataItem")):
                homes.setdefault(str(item.get("id", "")), set()).add(node.id)
    otherwise = {output.target for node in subject.nodes for output in node.outputs}
    return {name: places for name, places in homes.items() if name and name not in otherwise}


def _names_organs(text: str, known: Mapping[str, FeelType], *, several: bool) -> bool:
    try:
        found = feel.type_of(text, known)
    except feel.FeelError:
        return True  # the rule on parsing reports it
    if isinstance(found, ListType):
        return several and _fits(found.item)
    return _fits(found)


def _fits(found: FeelType) -> bool:
    return not isinstance(found, Simple) or found.name in _FITTING


def _is_written(use: FormUse) -> bool:
    written = (Right.EDIT, Right.REQUIRED)
    return use.default in written or any(right in written for right in use.rights.values())
