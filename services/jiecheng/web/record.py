"""A history event in words for the auditor: what a person wants to read first, what only programs wrote behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from jiecheng.cases import people
from jiecheng.cases.history import ChangeRow, HistoryRow, HistoryView
from jiecheng.cases.house import Tx
from jiecheng.web.vocabulary import PERSONAL_WORDS
from jiecheng.web.wording import public_facts, shown

VOTES = "meeting.votes."
RESULT = "result"
MOVED = "case_advanced"


@dataclass(frozen=True, slots=True)
class Line:
    """`old` is None where the event only states a value."""

    label: str
    old: str | None
    new: str


@dataclass(frozen=True, slots=True)
class Record:
    """`lines`: in people's words; `rest`: variables and inputs under their own names, for the one who must trace them."""

    row: HistoryRow
    lines: Sequence[Line]
    rest: Sequence[Line]


def records(tx: Tx, view: HistoryView) -> Sequence[Record]:
    """The rows of a history, each in words. Identities are called by name and post."""
    labels, choices = _labels(tx, view), _choices(tx, view)
    nodes = tx.release(view.case.release).definition.nodes
    steps = {str(code): node.name for code, node in nodes.items() if node.name}
    return [_told(_record(tx, _chosen(row, choices), labels), steps) for row in view.rows]


def _told(record: Record, steps: Mapping[str, str]) -> Record:
    """A record that only moves on says what it came by; one that says nothing at all says so."""
    passed = [steps[str(one)] for one in record.row.public.get("passed") or () if str(one) in steps]
    lines = [*([Line("经过", None, " → ".join(passed))] if passed else []), *record.lines]
    if lines or record.rest or record.row.clauses:
        return replace(record, lines=lines)
    empty = (
        "流程内部的记录：没有新的环节，内容也没有变化。" if record.row.event == MOVED else "只记下事项、经办和时间。"
    )
    return replace(record, lines=[Line("说明", None, empty)])


def _labels(tx: Tx, view: HistoryView) -> Mapping[str, str]:
    """Path of a personal value -> what the form or the register calls it."""
    labels = dict(PERSONAL_WORDS)
    for name, form in tx.release(view.case.release).forms.items():
        for key, field in form.inputs.items():
            # The label's fixed words; what an expression would put between them differs from case to case.
            words = (part for part in field.label.parts if isinstance(part, str))
            labels[f"form.{name}.{key}"] = "".join(words)
    for definition in tx.registers.values():
        for key, column in definition.columns.items():
            # Under its register's own name first: two registers may head a column of one name differently.
            labels[f"register.{definition.name}.{key}"] = column.title
    return labels


def _choices(tx: Tx, view: HistoryView) -> Mapping[str, Mapping[str, str]]:
    """Path of a field with choices -> its values as the form words them."""
    return {
        f"form.{name}.{key}": {str(option.value): option.label for option in field.choices.values}
        for name, form in tx.release(view.case.release).forms.items()
        for key, field in form.inputs.items()
        if field.choices.values
    }


def _chosen(row: HistoryRow, choices: Mapping[str, Mapping[str, str]]) -> HistoryRow:
    """The row with what was chosen as the person read it on the form, not as the form keeps it."""

    def worded(path: str, value: Any) -> Any:  # noqa: ANN401 - whatever an event holds
        words = choices.get(path, {})
        if isinstance(value, list | tuple):
            return [words.get(str(one), one) for one in value]
        return words.get(value, value) if isinstance(value, str) else value

    changes = [ChangeRow(one.path, worded(one.path, one.old), worded(one.path, one.new)) for one in row.changes]
    return replace(row, changes=changes)


def _record(tx: Tx, row: HistoryRow, labels: Mapping[str, str]) -> Record:
    lines = [Line(label, None, words) for label, words in public_facts({**_named(tx, row.public)})]
    if row.public.get("decision"):
        # The step is called what its table is called; the table's own name serves programs.
        lines.insert(0, Line("规则表", None, str(row.public.get("name") or row.public["decision"])))
    rest: list[Line] = []
    for change in row.changes:
        if change.path == RESULT:
            lines.append(Line(labels[RESULT], None, _verdict(change.new)))
            continue
        if change.old in (None, "", []) and change.new in (None, "", []):
            continue
        label = _label(row, change.path, labels)
        line = Line(label or change.path, _words(tx, change, change.old), _words(tx, change, change.new) or "—")
        # A bundle of named values is a program's; a person's value is one word or one name.
        (lines if label and not _is_bundle(change.new) else rest).append(line)
    return Record(row, lines, rest)


def _label(row: HistoryRow, path: str, labels: Mapping[str, str]) -> str:
    if path.startswith(VOTES):
        return "表决"
    if path == "reason" and row.event != "case_withdrawn":
        return labels["task.reason"]  # beside a task it says why this person has it
    if path.startswith("register.") and path not in labels:
        path = f"register.{row.public.get('register', '')}.{path.removeprefix('register.')}"
    return labels.get(path, "")


def _verdict(value: object) -> str:
    """What a rule table found: each finding as its sentence with the rule behind it; none is a pass."""
    if value in (None, "", []):
        return "符合"
    found = value if isinstance(value, list | tuple) else [value]
    return "；".join(_finding(one) for one in found) or "符合"


def _finding(value: object) -> str:
    if not isinstance(value, Mapping) or not value.get("message"):
        return shown(value)
    rule = value.get("rule") or value.get("clause")
    return f"{value['message']}（{rule}）" if rule else str(value["message"])


def _is_bundle(value: object) -> bool:
    return isinstance(value, Mapping) and not {"name", "label", "text"} & set(value)


def _words(tx: Tx, change: ChangeRow, value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, list | tuple):
        return "；".join(_words(tx, change, one) or "" for one in value) or "—"
    return shown(_named(tx, value))


def _named(tx: Tx, value: Any) -> Any:  # noqa: ANN401 - whatever an event holds
    """Codes of people, posts, organs and 街镇 as their names, however deep they lie; anything else as it is."""
    if isinstance(value, Mapping):
        return {key: _named(tx, one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_named(tx, one) for one in value]
    return people.called(tx, value) if isinstance(value, str) else value
