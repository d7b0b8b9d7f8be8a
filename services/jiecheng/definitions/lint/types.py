"""Expressions fit the data dictionary: names exist, and what is compared or computed has types that go together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from jiecheng import decisions, feel
from jiecheng.definitions.lint import dictionary
from jiecheng.definitions.lint.expressions import Expression, expressions
from jiecheng.definitions.lint.subject import Subject
from jiecheng.feel import ANY, FeelType
from jiecheng.model.definition import FlowNode
from jiecheng.model.errors import Finding

_ROW = re.compile(r"#(第 \d+ 行)")
# Expressions whose place asks for a yes or no.
_CONDITIONS = frozenset({"流转条件", "隐藏条件", "只读条件", "停用条件"})


def types_fit(subject: Subject) -> Iterator[Finding]:
    """Diagram, forms and tables. A name that nobody writes is null for ever: mostly a slip of the pen."""
    models = dictionary.tables_of(subject)
    known = dictionary.variables(subject, models)
    inside = {name: dictionary.inner_names(schema) for name, schema in subject.forms.items()}
    for each in expressions(subject):
        if each.step is not None and each.step.kind == "callActivity":
            names = _inside(subject, each.step, models)
            if names is None:
                continue  # the engine says that it is not there
        else:
            names = {**known, **_nearby(subject, each, inside)}
        wanted = dictionary.BOOLEAN if each.what in _CONDITIONS else ANY
        try:
            remarks = feel.check(each.text, names, wanted)
        except feel.FeelError:
            continue  # the rule on parsing reports it
        for remark in remarks:
            yield _finding(each, remark)
    yield from _of_tables(subject, models, known)


def _inside(
    subject: Subject, call: FlowNode, models: Mapping[str, decisions.DecisionModel]
) -> Mapping[str, FeelType] | None:
    """What a call gives back is computed over the variables of the called process."""
    found = subject.diagrams.get(call.calls)
    return None if found is None else dictionary.variables(found, models)


def _nearby(subject: Subject, each: Expression, inside: Mapping[str, Mapping[str, FeelType]]) -> Mapping[str, FeelType]:
    """What an expression sees besides the variables: the forms and the outcome of its step, or its own form."""
    form, in_form, _ = each.place.partition(".form:")
    if in_form:
        return inside.get(form, {})
    return {} if each.step is None else dictionary.step_names(subject, each.step)


def _finding(each: Expression, remark: feel.Remark) -> Finding:
    hint = f"，{remark.hint}" if remark.hint else "，请改正"
    if remark.code == "unknown_name":
        said = remark.sentence.removeprefix("没有名称 ")
        sentence = f"{each.what}用到的变量 {said} 没有任何一步写入{hint if remark.hint else '，请检查名称'}"
        return Finding("variable_unknown", each.place, _closed(sentence, each, remark), severity="warning")
    code = "feel_condition" if remark.code == "not_boolean" else "feel_types"
    place = f"{each.place}:{remark.line}:{remark.column}"
    return Finding(code, place, _closed(f"{each.what}：{remark.sentence}{hint}", each, remark))


def _closed(sentence: str, each: Expression, remark: feel.Remark) -> str:
    end = "" if sentence.endswith("？") else "。"
    return f"{sentence}{end}（{each.text}；{remark.english}）"


def _of_tables(
    subject: Subject, models: Mapping[str, decisions.DecisionModel], known: Mapping[str, FeelType]
) -> Iterator[Finding]:
    asked = _asked_here(subject)
    for decision, model in models.items():
        if subject.tables[decision] not in asked:
            continue
        file = subject.tables[decision]
        for each in decisions.type_findings(model, decision, known):
            row = _ROW.search(each.place)
            where = f"{file} {row[1]}" if row else file
            yield Finding(each.code, f"{file}:{each.place}", f"{where}：{each.message}", each.severity)


def _asked_here(subject: Subject) -> set[str]:
    """The files of the tables that this diagram asks; those that nobody asks are judged with the process's own."""
    here = {subject.tables[node.decision] for node in subject.nodes if node.decision in subject.tables}
    if subject.is_called:
        return here
    anywhere = {subject.tables[node.decision] for node in subject.all_nodes if node.decision in subject.tables}
    return here | (set(subject.tables.values()) - anywhere)
