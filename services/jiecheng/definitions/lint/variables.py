"""Names in expressions come from somewhere: an output, a result, register facts, a form of the same step, or the house."""

from __future__ import annotations

from collections.abc import Iterator

from jiecheng.definitions.lint.subject import Subject, called, field_keys
from jiecheng.definitions.safe_xml import bpmn
from jiecheng.feel import FUNCTIONS
from jiecheng.model.errors import Finding

# What every expression may look at; see bpmn/README.md.
GIVEN = frozenset({"initiator", "profile", "today", "loopCounter", "all_streets", "next_working_days", "reversed_case"})


def subject_is_known(subject: Subject) -> Iterator[Finding]:
    """`exclude="subject"` keeps nobody out as long as no step says who the subject is."""
    known = written(subject)
    for node in subject.nodes:
        if node.assignment is not None and "subject" in node.assignment.exclude and "subject" not in known:
            sentence = (
                f"{called(node)}要求当事人（subject）回避，却没有一步写入变量 subject，请在申请一步用 jc:output 写入。"
            )
            yield Finding("subject_unknown", node.id, sentence)


def names_are_free(subject: Subject) -> Iterator[Finding]:
    """A variable or a field called like a FEEL function is read as the function wherever it has no value yet."""
    fields = {(key, f"{name}.form") for name, schema in subject.forms.items() for key in field_keys(schema)}
    for name, place in sorted({*((name, subject.definition.id) for name in written(subject)), *fields}):
        if name in FUNCTIONS:
            sentence = f"名称 {name} 是表达式里的内置函数，没有值的时候会被当成函数。请换一个名称，例如 {name}_value。"
            yield Finding("name_of_function", place, sentence)


def written(subject: Subject) -> set[str]:
    """The variables that some step of the process writes."""
    found: set[str] = set(subject.given)
    for node in subject.nodes:
        found.update(output.target for output in node.outputs)
        found.update(facts.target for facts in node.facts)
        found.add(node.result_variable)
    found.update(str(one.text or "").strip() for one in subject.root.iter(bpmn("loopDataOutputRef")))
    for several in subject.root.iter(bpmn("multiInstanceLoopCharacteristics")):
        found.update(str(item.get("name", "")) for item in several.iter(bpmn("inputDataItem")))
    return found
