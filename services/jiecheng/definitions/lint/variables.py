"""Names in expressions come from somewhere: an output, a result, register facts, a form of the same step, or the house."""

from __future__ import annotations

from collections.abc import Iterator

from jiecheng.definitions.lint.subject import Subject, called
from jiecheng.definitions.safe_xml import bpmn
from jiecheng.model.errors import Finding

# What every expression may look at; see bpmn/README.md.
GIVEN = frozenset({"initiator", "profile", "today", "loopCounter", "all_streets", "next_working_days"})


def subject_is_known(subject: Subject) -> Iterator[Finding]:
    """`exclude="subject"` keeps nobody out as long as no step says who the subject is."""
    known = written(subject)
    for node in subject.nodes:
        if node.assignment is not None and "subject" in node.assignment.exclude and "subject" not in known:
            sentence = (
                f"{called(node)}要求当事人（subject）回避，却没有一步写入变量 subject，请在申请一步用 jc:output 写入。"
            )
            yield Finding("subject_unknown", node.id, sentence)


def written(subject: Subject) -> set[str]:
    """The variables that some step of the process writes."""
    found: set[str] = set(subject.given)
    for node in subject.nodes:
        found.update(output.target for output in node.outputs)
        found.update(facts.target for facts in node.facts)
        found.add(node.result_variable)
    for several in subject.root.iter(bpmn("multiInstanceLoopCharacteristics")):
        found.update(str(item.get("name", "")) for item in several.iter(bpmn("inputDataItem")))
    return found
