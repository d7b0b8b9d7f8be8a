"""A history event in words for the auditor: what a person wants to read first, what only programs wrote behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from jiecheng.cases import people
from jiecheng.cases.history import ChangeRow, HistoryRow, HistoryView
from jiecheng.cases.house import Tx
from jiecheng.web.code_words import CodeWords, code_words
from jiecheng.web.vocabulary import NOTED_WORDS, PERSONAL_WORDS, TECHNICAL_WORDS
from jiecheng.web.wording import public_facts, shown

VOTES, VOTE = "meeting.votes.", "表决"
RESULT = "result"
MOVED = "case_advanced"
_CODE = "标识"


@dataclass(frozen=True, slots=True)
class Line:
    """`old` is None where the event only states a value."""

    label: str
    old: str | None
    new: str


@dataclass(frozen=True, slots=True)
class Record:
    """`lines`: what people said and saw; `rest`: what the process noted for itself on the way, in words, too. `unsaid`: how
    many of these have no words; they stand in the export. `technical`: digests and sizes, for who compares files."""

    row: HistoryRow
    lines: Sequence[Line]
    rest: Sequence[Line]
    unsaid: int = 0
    technical: Sequence[Line] = ()


def records(tx: Tx, view: HistoryView) -> Sequence[Record]:
    """The rows of a history, each in words. Identities are called by name and post."""
    labels, choices, codes = _labels(tx, view), _choices(tx, view), code_words(tx, view.case.release)
    nodes = tx.release(view.case.release).definition.nodes
    steps = {str(code): node.name for code, node in nodes.items() if node.name}
    return [_folded(_told(_record(tx, _chosen(row, choices), labels, codes), steps)) for row in view.rows]


def _folded(record: Record) -> Record:
    technical = [line for line in record.lines if line.label in TECHNICAL_WORDS]
    lines = [line for line in record.lines if line.label not in TECHNICAL_WORDS]
    return replace(record, lines=_once(lines), rest=_once(record.rest), technical=technical)


def _once(lines: Sequence[Line]) -> Sequence[Line]:
    """Nothing twice, but votes: two members may have one name. A register keeps an organ's code beside its name: read as the
    same name, the code's own line goes."""
    named = {(line.old, line.new): line.label for line in lines if not line.label.endswith(_CODE)}
    changed = {(line.label, line.new) for line in lines if line.old is not None}
    # 借调中, and 待生效 → 借调中: the change says both.
    lines = [line for line in lines if line.old is not None or (line.label, line.new) not in changed]
    found: list[Line] = []
    for line in lines:
        if line in found and line.label != VOTE:
            continue
        name = line.label.removesuffix(_CODE)
        if name == line.label:
            found.append(line)
        elif name not in named.get((line.old, line.new), ""):
            found.append(replace(line, label=name))
    return found


def _told(record: Record, steps: Mapping[str, str]) -> Record:
    """A record that only moves on says what it came by; one that says nothing at all says so."""
    passed = [steps[str(one)] for one in record.row.public.get("passed") or () if str(one) in steps]
    lines = [*([Line("经过", None, " → ".join(passed))] if passed else []), *record.lines]
    if lines or record.rest or record.unsaid or record.row.clauses:
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


def _record(tx: Tx, row: HistoryRow, labels: Mapping[str, str], codes: CodeWords) -> Record:
    lines = [Line(label, None, words) for label, words in public_facts({**_named(tx, row.public)})]
    if row.public.get("decision"):
        # The step is called what its table is called; the table's own name serves programs.
        lines.insert(0, Line("规则表", None, str(row.public.get("name") or row.public["decision"])))
    rest: list[Line] = []
    unsaid = 0
    for change in row.changes:
        if change.path == RESULT:
            found = in_words(codes, "", _named(tx, change.new))
            unworded = change.new not in (None, "", []) and found in (None, "", [], {})
            lines.append(Line(labels[RESULT], None, "见命中规则行" if unworded else _verdict(found)))
            continue
        if change.old in (None, "", []) and change.new in (None, "", []):
            continue
        label = _label(row, change.path, labels)
        # A bundle of named values is a program's; a person's value is one word or one name.
        if label and not _is_bundle(change.new):
            lines.append(Line(label, _words(tx, change.old), _words(tx, change.new) or "—"))
            continue
        noted = _noted(tx, change, codes, label)
        rest += [noted] if noted else []
        unsaid += not noted
    return Record(row, lines, rest, unsaid)


def _noted(tx: Tx, change: ChangeRow, codes: CodeWords, label: str) -> Line | None:
    """What the process noted for itself, under the name that a form, a table or a register has for it; None without one."""
    name = change.path.rpartition(".")[2]
    label = label or NOTED_WORDS.get(change.path) or codes.name(name)
    new = _words(tx, in_words(codes, name, _named(tx, change.new)))
    if not label or new in (None, "", "—"):
        return None
    return Line(label, _words(tx, in_words(codes, name, _named(tx, change.old))), new or "—")


def in_words(codes: CodeWords, name: str, value: Any) -> Any:  # noqa: ANN401 - whatever an event holds
    """Codes as the release's own words; what it has no words for is left out."""
    if isinstance(value, Mapping):
        if value.get("message"):  # a finding; what it rests on is quoted beside the record
            return str(value["message"])
        if _speaks(value):
            return value
        pairs = ((codes.name(str(key)), in_words(codes, str(key), one)) for key, one in value.items())
        return {label: one for label, one in pairs if label and one not in (None, "", [], {})}
    if isinstance(value, list | tuple):
        found = (in_words(codes, name, one) for one in value)
        return [one for one in found if one not in (None, "", [], {})]
    # A quotation under a heading 依据 need not say so again.
    return codes.value(name, value).removeprefix("依据：") if isinstance(value, str) else value


def _speaks(value: Mapping[str, object]) -> bool:
    """A value that has its own words: a person, an organ, a finding."""
    return bool({"name", "label", "text"} & set(value))


def _label(row: HistoryRow, path: str, labels: Mapping[str, str]) -> str:
    if path.startswith(VOTES):
        return VOTE
    if path == "reason" and row.event != "case_withdrawn":
        return labels["task.reason"]  # beside a task it says why this person has it
    if path.startswith("register.") and path not in labels:
        path = f"register.{row.public.get('register', '')}.{path.removeprefix('register.')}"
    return labels.get(path, "")


def _verdict(value: object) -> str:
    """What a rule table found: each finding as its sentence; none is a pass."""
    if value in (None, "", []):
        return "符合"
    found = value if isinstance(value, list | tuple) else [value]
    return "；".join(shown(one) for one in found) or "符合"


def _is_bundle(value: object) -> bool:
    return isinstance(value, Mapping) and not {"name", "label", "text"} & set(value)


def _words(tx: Tx, value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, list | tuple):
        return "；".join(_words(tx, one) or "" for one in value) or "—"
    return shown(_named(tx, value))


def _named(tx: Tx, value: Any) -> Any:  # noqa: ANN401 - whatever an event holds
    """Codes of people, posts, organs and 街镇 as their names, however deep they lie; anything else as it is."""
    if isinstance(value, Mapping):
        return {key: _named(tx, one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_named(tx, one) for one in value]
    return people.called(tx, value) if isinstance(value, str) else value
