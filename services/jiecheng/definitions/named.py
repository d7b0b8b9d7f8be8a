"""What every name of a draft is called by people, and what each expression of its diagrams says: for the editor's panel.

Taken from what is written anyway: labels of fields, inputs and columns, names of steps, words of buttons. What nothing names
stays as it is written.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jiecheng.definitions.in_words import Name, Names, in_words
from jiecheng.definitions.meanings import Book, book_of
from jiecheng.definitions.process import read_process
from jiecheng.definitions.safe_xml import bpmn, local, parse_xml, text_of
from jiecheng.model.definition import ProcessDefinition
from jiecheng.model.errors import Invalid
from jiecheng.model.release import Bundle

ALWAYS: Names = {
    "initiator": Name("发起人"),
    "today": Name("今天"),
    "profile": Name("政策口径"),
    "opinion": Name("意见"),
    "instance": Name("这一家"),
}
# An output that only hands on what it got, except the day: that means something else on each.
_PATH = re.compile(r"^=(?!today$)[a-z_][\w.]*$")
_ANSWERS = ("true", "false")
_HOLDERS = ("userTask", "callActivity", "serviceTask", "sendTask", "businessRuleTask", "startEvent", "sequenceFlow")
_BODIES = ("conditionExpression", "completionCondition", "timeDate", "timeDuration", "timeCycle")


@dataclass(frozen=True, slots=True)
class Meaning:
    """`file`: the decision table that the value comes from, "" when there is none."""

    words: str
    file: str = ""


@dataclass(frozen=True, slots=True)
class PanelWords:
    """What a panel says and offers: each expression with its meaning; the conditions that a way may have, FEEL -> in words;
    the days that such a condition may speak of, variable -> what people call it."""

    meanings: Mapping[str, Meaning]
    conditions: Mapping[str, str]
    dates: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Known:
    """What a bundle says, read once for all three."""

    bundle: Bundle
    profile: str
    process: ProcessDefinition | None
    names: Names
    book: Book


def panel_words(bundle: Bundle, profile: str) -> PanelWords:
    process, book = _process(bundle), book_of(bundle, profile)
    known = _Known(bundle, profile, process, _names(bundle, process, book), book)
    return PanelWords(_meanings(known), _conditions(known), _dates(known))


def _meanings(known: _Known) -> dict[str, Meaning]:
    """Every expression of the diagrams that has words, without its leading "="."""
    files = _files(known.bundle)
    found: dict[str, Meaning] = {}
    outcomes = {} if known.process is None else {str(node.id): node.outcomes for node in known.process.nodes.values()}
    for holder, expression in _expressions(known.bundle):
        own = Name("这一步的结果", {one.value: one.label for one in outcomes.get(holder, ())})
        if expression in found:
            continue
        if expression in known.book:
            column = known.book[expression]
            found[expression] = Meaning(column.said(known.profile), files.get(column.table, ""))
        elif words := _span(expression) or in_words(expression, {**known.names, "outcome": own}):
            found[expression] = Meaning(words)
    return found


def _conditions(known: _Known) -> dict[str, str]:
    """What a step came to, what a table says yes or no to, what was chosen on a form."""
    if known.process is None:
        return {}
    process, names, book = known.process, known.names, known.book
    asked = [
        *(f'{node.result_variable} = "{one.value}"' for node in process.nodes.values() for one in node.outcomes),
        *(f"{name} = {answer}" for name, one in book.items() if {*one.values} & {"是", "否"} for answer in _ANSWERS),
        *(f'{name} = "{value}"' for name in _handed_in(process) if name in names for value in names[name].values),
    ]
    return {condition: words for condition in dict.fromkeys(asked) if (words := in_words(condition, names))}


def _dates(known: _Known) -> dict[str, str]:
    if known.process is None:
        return {}
    forms = known.bundle.forms.values()
    days = {one["key"] for text in forms for one in _components(text) if one.get("type") == "datetime"}
    return {name: known.names[name].said for name in _handed_in(known.process) if name in days and name in known.names}


def _handed_in(process: ProcessDefinition) -> Sequence[str]:
    """The fields of forms that the process keeps under their own name, in the order of the diagram."""
    outputs = [one for node in process.nodes.values() for one in node.outputs]
    return list(dict.fromkeys(one.target for one in outputs if one.source.strip() == f"={one.target}"))


def _names(bundle: Bundle, process: ProcessDefinition | None, book: Book) -> Names:
    if process is None:
        return ALWAYS
    fields = {key: one for text in bundle.forms.values() for key, one in _fields(text).items()}
    values = {key: one.values for key, one in fields.items()}
    inputs = {
        key: Name(label, values.get(key, {})) for text in bundle.dmn.values() for key, label in _inputs(text).items()
    }
    # Later ones know better: a step's result has its buttons, a table's columns their headings.
    known = {**ALWAYS, **_items(bundle), **fields, **inputs, **_decided(bundle, process), **_results(process)}
    known |= _columns(book)
    for node in process.nodes.values():
        handed = [(one.target, one.source) for one in node.outputs] + [(one.target, one.source) for one in node.inputs]
        for target, source in handed:
            if target not in known and _PATH.match(source) and (words := in_words(source, known)):
                known[target] = Name(words)
    return known


def field_names(form: str) -> dict[str, str]:
    """Field key -> what the page calls it, those inside groups and lists included; {} when the form cannot be read."""
    return {key: one.said for key, one in _fields(form).items()}


def _fields(form: str) -> dict[str, Name]:
    return {
        str(one["key"]): Name(
            str(one.get("label") or one.get("dateLabel") or one["key"]),
            {str(each.get("value")): str(each.get("label")) for each in _dicts(one.get("values"))},
        )
        for one in _components(form)
    }


def _components(form: str) -> Sequence[Mapping[str, Any]]:
    """What holds data in a form, at whatever depth; nothing of a form that cannot be read."""

    def walk(parts: object) -> Iterator[Mapping[str, Any]]:
        for one in _dicts(parts):
            if one.get("key"):
                yield one
            yield from walk(one.get("components"))

    try:
        whole = json.loads(form)
    except ValueError:
        return ()
    return tuple(walk(whole.get("components"))) if isinstance(whole, dict) else ()


def _dicts(parts: object) -> Sequence[Mapping[str, Any]]:
    return [one for one in parts if isinstance(one, dict)] if isinstance(parts, list) else ()


def _span(text: str) -> str:
    """A timer's plain P3D."""
    span = re.fullmatch(r"P(\d+)([DM])", text)
    return f"{span[1]}{'天' if span[2] == 'D' else '个月'}" if span else ""


def _process(bundle: Bundle) -> ProcessDefinition | None:
    try:
        return read_process(bundle.bpmn, bundle.called)
    except Invalid:
        return None


def _results(process: ProcessDefinition) -> Names:
    steps = [node for node in process.nodes.values() if node.outcomes]
    return {
        node.result_variable: Name(f"“{node.name}”的结果", {one.value: one.label for one in node.outcomes})
        for node in steps
        if node.result_variable
    }


def _decided(bundle: Bundle, process: ProcessDefinition) -> Names:
    labels = {
        str(one.get("id")): str(one.get("name"))
        for text in bundle.dmn.values()
        for one in parse_xml(text).iter("{*}decision")
    }
    return {
        node.result_variable: Name(f"「{labels[node.decision]}」")
        for node in process.nodes.values()
        if node.result_variable and node.decision in labels
    }


def _columns(book: Book) -> Names:
    tables = {name.partition(".")[0]: Name(f"判定表「{column.table}」") for name, column in book.items()}
    return {**tables, **{name: Name(f"「{column.table}」的“{column.label}”") for name, column in book.items()}}


def _files(bundle: Bundle) -> dict[str, str]:
    """What people call a decision -> the file it stands in."""
    return {
        str(one.get("name", "")): file
        for file, text in bundle.dmn.items()
        for one in parse_xml(text).iter("{*}decision")
    }


def _inputs(text: str) -> dict[str, str]:
    return {
        str(one.get("name")): str(one.get("label"))
        for one in parse_xml(text).iter("{*}inputData")
        if one.get("name") and one.get("label")
    }


def _items(bundle: Bundle) -> Names:
    """One of those that a fan-out goes to."""
    return {
        str(one.get("id")): Name("这一家")
        for text in bundle.diagrams
        for one in parse_xml(text).iter(bpmn("inputDataItem"))
        if one.get("id")
    }


def _expressions(bundle: Bundle) -> Iterator[tuple[str, str]]:
    """Each with the id of the step, event or way that it stands in."""
    for text in bundle.diagrams:
        holder = ""
        for element in parse_xml(text).iter("*"):
            holder = str(element.get("id", holder)) if local(element) in _HOLDERS else holder
            for value in map(str, element.attrib.values()):
                if value.startswith("="):
                    yield holder, value[1:].strip()
            if local(element) in _BODIES:
                yield holder, text_of(element).strip().removeprefix("=").strip()
