"""A history event in words for the auditor: what a person wants to read first, what only programs wrote behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jiecheng.cases import people
from jiecheng.cases.history import ChangeRow, HistoryRow, HistoryView
from jiecheng.cases.house import Tx
from jiecheng.model.ids import IdentityId
from jiecheng.web.vocabulary import PERSONAL_WORDS
from jiecheng.web.wording import public_facts, shown

VOTES = "meeting.votes."
RESULT = "result"


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
    labels = _labels(tx, view)
    return [_record(tx, row, labels) for row in view.rows]


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


def _record(tx: Tx, row: HistoryRow, labels: Mapping[str, str]) -> Record:
    lines = [Line(label, None, words) for label, words in public_facts(row.public)]
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
    if isinstance(value, str) and value in tx.organisation.directory.identities:
        return people.label(tx, IdentityId(value))
    if isinstance(value, list | tuple):
        return "；".join(_words(tx, change, one) or "" for one in value) or "—"
    return shown(value)
