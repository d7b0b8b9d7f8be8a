"""What a person hands in with a step: forms checked against rights, stored, and turned into variables for the engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from jiecheng import forms, store
from jiecheng.cases import facts
from jiecheng.cases.open_case import OpenCase
from jiecheng.cases.place import Place
from jiecheng.model.definition import FlowNode
from jiecheng.model.errors import Invalid
from jiecheng.model.form import FormUse
from jiecheng.model.values import Value


@dataclass(frozen=True, slots=True)
class Submission:
    """`stored`: form -> its data after the step; `changes`: personal paths of the history, old and new."""

    stored: Mapping[str, Mapping[str, Value]]
    changes: Mapping[str, Value] = field(default_factory=dict)


def accept(
    opened: OpenCase,
    uses: Sequence[FormUse],
    submitted: Mapping[str, object],
    before: Mapping[str, Mapping[str, Value]],
    place: Place,
) -> Submission:
    """Check what was typed in all forms of the step at once, so that a person sees every mistake in one go."""
    stored: dict[str, Mapping[str, Value]] = dict(before)
    changes: dict[str, Value] = {}
    wrong: dict[str, Sequence[str]] = {}
    context = place.known
    lookup = facts.PeopleLookup(opened.tx)
    for use in uses:
        form = opened.deployed.forms[use.form]
        if not forms.is_edited(form, use):
            continue
        old = before.get(use.form, {})
        try:
            checked = forms.validate(form, use, submitted, old, context=context, lookup=lookup)
        except Invalid as invalid:
            wrong |= invalid.fields
            continue
        stored[use.form] = checked.data
        changes |= {
            f"form.{use.form}.{key}": {"old": old.get(key), "new": checked.data.get(key)} for key in checked.changed
        }
    if wrong:
        raise Invalid(f"有 {len(wrong)} 处需要修改，请按提示改正后再提交。", fields=wrong)
    return Submission(stored, changes)


def filled_before(opened: OpenCase, place: Place) -> dict[str, dict[str, Any]]:
    """Form -> what stands in it for a step at this place; what others filled in behind their doors is not there."""
    rows = store.form.rows_of(opened.tx.db, opened.id)
    return store.form.seen_from([row for row in rows if row.compartment in ("", place.compartment)], place.key)


def keep(opened: OpenCase, submission: Submission, before: Mapping[str, Mapping[str, Value]], place: Place) -> None:
    for form, data in submission.stored.items():
        if data is not before.get(form):
            row = store.form.FormRow(form, dict(data), place.key, place.label, place.compartment)
            store.form.save(opened.tx.db, opened.id, row)


def outputs(
    opened: OpenCase, node: FlowNode, submission: Submission, extra: Mapping[str, Value], place: Place
) -> dict[str, Value]:
    """The variables this step writes: its declared outputs, and its outcome under the result variable."""
    known = {**facts.step_facts(opened, node.forms, submission.stored, place.known), **extra}
    written = {one.target: facts.evaluate(one.source, known, node.name) for one in node.outputs}
    if node.result_variable and "outcome" in extra:
        written[node.result_variable] = extra["outcome"]
    return written
