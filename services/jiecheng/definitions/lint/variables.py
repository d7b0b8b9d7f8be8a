"""Names in expressions come from somewhere: an output, a result, register facts, a form of the same step, or the house."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from jiecheng import feel
from jiecheng.definitions.lint.expressions import Expression, expressions
from jiecheng.definitions.lint.subject import Subject, called, field_keys
from jiecheng.definitions.safe_xml import bpmn
from jiecheng.model.errors import Finding

# What every expression may look at; see bpmn/README.md.
GIVEN = frozenset({"initiator", "profile", "today", "loopCounter"})
# What form-js adds inside lists.
_IN_FORMS = frozenset({"this", "parent", "i"})
# What the outputs of a decided step see besides its forms.
_IN_DECISIONS = frozenset({"outcome", "opinion"})


def names_are_known(subject: Subject) -> Iterator[Finding]:
    """A name that nobody writes is null for ever: mostly a slip of the pen."""
    known = GIVEN | written(subject)
    fields = {name: frozenset(field_keys(schema)) for name, schema in subject.forms.items()}
    for each in expressions(subject):
        try:
            names = feel.compile_expression(each.text).names
        except feel.FeelError:
            continue  # the rule on parsing reports it
        for name in sorted(names - known - _nearby(each, fields)):
            sentence = f"{each.what}用到的变量 {name} 没有任何一步写入，请检查名称（{each.text}）。"
            yield Finding("variable_unknown", each.place, sentence, severity="warning")


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
    found: set[str] = set()
    for node in subject.nodes:
        found.update(output.target for output in node.outputs)
        found.update(facts.target for facts in node.facts)
        found.add(node.result_variable)
    for several in subject.root.iter(bpmn("multiInstanceLoopCharacteristics")):
        found.update(str(item.get("name", "")) for item in several.iter(bpmn("inputDataItem")))
    return found


def _nearby(each: Expression, fields: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Fields of the forms of the step, or of the form itself."""
    form, _, component = each.place.partition(".form:")
    if component or each.place.endswith(".form:"):
        return fields.get(form, frozenset()) | _IN_FORMS
    if each.step is None:
        return frozenset()
    decided = _IN_DECISIONS if each.step.outcomes else frozenset()
    return decided.union(*(fields.get(use.form, frozenset()) for use in each.step.forms))
