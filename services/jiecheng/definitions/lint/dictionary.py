"""The data dictionary of a release: which names an expression may speak of at its place, and of which type each is.

Types come from forms, tables, registers and what outputs yield. What cannot be told is Any. Dates in variables are text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from jiecheng import decisions, feel
from jiecheng.definitions.lint.subject import Subject, components
from jiecheng.definitions.safe_xml import bpmn, text_of
from jiecheng.feel import ANY, ContextType, FeelType, ListType, Simple
from jiecheng.model.definition import FlowNode
from jiecheng.model.errors import Invalid

TEXT, NUMBER, BOOLEAN, DATE = (Simple(name) for name in ("string", "number", "boolean", "date"))

# What a picked or acting identity is described by; a test compares it with what the directory says.
IDENTITY_KEYS = (
    *("id", "person", "name", "post", "post_name", "organ", "organ_name", "organ_kind", "organ_level"),
    *("street", "street_name", "parent_organ", "parent_organ_name", "party_organ", "party_organ_name"),
)
ORGAN_KEYS = (
    *("id", "name", "kind", "level", "street", "street_name", "parent"),
    *("party_organ", "party_organ_name", "office", "office_name"),
)
IDENTITY = ContextType(tuple((key, TEXT) for key in IDENTITY_KEYS))
ORGAN = ContextType(tuple((key, TEXT) for key in ORGAN_KEYS))
PAPER = ContextType((("number", TEXT), ("issued_on", TEXT)))
REVERSED = ContextType(tuple((key, TEXT) for key in ("number", "title", "process", "outcome", "ended_on")))
PICKED: Mapping[str, FeelType] = {"identity": IDENTITY, "organ": ORGAN}

GIVEN: Mapping[str, FeelType] = {
    "initiator": IDENTITY,
    "profile": TEXT,
    "today": DATE,
    "all_streets": ListType(ORGAN),
    "next_working_days": ListType(TEXT),
    "reversed_case": REVERSED,
}
COUNTERS = ("loopCounter", "nrOfInstances", "nrOfActiveInstances", "nrOfCompletedInstances")
DECIDED: Mapping[str, FeelType] = {"outcome": TEXT, "opinion": TEXT}
# What form-js adds inside lists.
IN_FORMS: Mapping[str, FeelType] = {"this": ANY, "parent": ANY, "i": NUMBER}

FORM_TYPES: Mapping[str, FeelType] = {
    "textfield": TEXT,
    "textarea": TEXT,
    "number": NUMBER,
    "datetime": TEXT,  # ISO
    "checkbox": BOOLEAN,
    "filepicker": ListType(TEXT),
}
ROUNDS = 3  # how often outputs are looked at again with what the others were found to be


def stored(some: FeelType) -> FeelType:
    """The type after the value went through a variable: dates, times, durations and intervals become text."""
    if isinstance(some, ListType):
        return ListType(stored(some.item))
    if isinstance(some, ContextType):
        return ContextType(tuple((name, stored(entry)) for name, entry in some.entries), some.is_open)
    if isinstance(some, Simple):
        return some if some.name in ("number", "string", "boolean", "Null", "list", "context", "Any") else TEXT
    return ANY


# ---------------------------------------------------------------------- forms


def form_types(schema: Mapping[str, object]) -> dict[str, FeelType]:
    """The top names of a form's data."""
    return dict(_entries(schema))


def _entries(schema: Mapping[str, object]) -> Iterator[tuple[str, FeelType]]:
    inner = schema.get("components")
    for component in inner if isinstance(inner, list) else ():
        if not isinstance(component, dict):
            continue
        kind, path, key = (str(component.get(word) or "") for word in ("type", "path", "key"))
        if kind == "group" and not path:
            yield from _entries(component)
        elif kind in ("group", "dynamiclist") and path:
            # Rows of older releases may hold more.
            whole = ContextType(tuple(_entries(component)), is_open=True)
            yield path, ListType(whole) if kind == "dynamiclist" else whole
        elif key:
            yield key, _field_type(kind, component)


def _field_type(kind: str, component: Mapping[str, object]) -> FeelType:
    if kind == "number" and component.get("serializeToString"):
        return TEXT
    if kind in ("radio", "select"):
        return _choice_type(component)
    if kind in ("checklist", "taglist"):
        return ListType(_choice_type(component))
    return FORM_TYPES.get(kind, ANY)


def _choice_type(component: Mapping[str, object]) -> FeelType:
    properties, values = component.get("properties"), component.get("values")
    picker = str(properties.get("picker", "")) if isinstance(properties, dict) else ""
    if picker:
        return PICKED.get(picker, ANY)
    given = [each.get("value") for each in values if isinstance(each, dict)] if isinstance(values, list) else []
    return TEXT if given and all(isinstance(each, str) for each in given) else ANY


def inner_names(schema: Mapping[str, object]) -> dict[str, FeelType]:
    """Names inside groups and lists: in a row its fields stand beside those of the form."""
    names = {str(each[key]): ANY for each in components(schema) for key in ("key", "path") if each.get(key)}
    return {**names, **IN_FORMS, **form_types(schema)} if names else dict(IN_FORMS)


# ---------------------------------------------------------------------- variables


def with_inputs(subjects: Sequence[Subject]) -> list[Subject]:
    """The diagrams, callers first, each knowing what it is handed: one type where all callers hand over the same."""
    diagrams: dict[str, Subject] = {}
    found: list[Subject] = []
    handed: dict[str, list[tuple[str, FeelType]]] = {}
    for each in subjects:
        subject = replace(each, given=_joined(handed.get(each.definition.id, [])), diagrams=diagrams)
        diagrams[each.definition.id] = subject
        found.append(subject)
        known = variables(subject, tables_of(subject)) if any(node.calls for node in subject.nodes) else {}
        for node in subject.nodes:
            if node.calls:
                handed.setdefault(node.calls, []).extend(
                    (one.target, stored(_type_of(one.source, known))) for one in node.inputs
                )
    return found


def variables(subject: Subject, models: Mapping[str, decisions.DecisionModel]) -> dict[str, FeelType]:
    """The case's variables and what every expression may look at; `models`: the tables by decision id."""
    fixed = _fixed(subject, models)
    known: dict[str, FeelType] = {**dict.fromkeys(_targets(subject), ANY), **_joined(fixed)}
    for _ in range(ROUNDS):
        written = _joined([*fixed, *_outputs(subject, known), *_instances(subject, known)])
        after = {**known, **written, **GIVEN, **dict.fromkeys(COUNTERS, NUMBER)}
        if after == known:
            break
        known = after
    return known


def _targets(subject: Subject) -> set[str]:
    return {output.target for node in subject.nodes for output in node.outputs}


def _joined(several: Sequence[tuple[str, FeelType]]) -> dict[str, FeelType]:
    by_name: dict[str, set[FeelType]] = {}
    for name, some in several:
        by_name.setdefault(name, set()).add(some)
    return {name: found.pop() if len(found) == 1 else ANY for name, found in by_name.items()}


def _fixed(subject: Subject, models: Mapping[str, decisions.DecisionModel]) -> list[tuple[str, FeelType]]:
    """What is written without an expression: results and rows of registers."""
    columns = _register_columns(subject)
    found: list[tuple[str, FeelType]] = []
    found += subject.given.items()
    for node in subject.nodes:
        if node.result_variable:
            found.append((node.result_variable, _result_type(models, node)))
        for facts in node.facts:
            found.append((facts.target, ListType(columns.get(facts.register, _row(())))))
    return found


def _result_type(models: Mapping[str, decisions.DecisionModel], node: FlowNode) -> FeelType:
    if node.kind == "businessRuleTask":
        return _decision_type(models, node.decision)
    return PAPER if node.kind == "serviceTask" else TEXT


def _register_columns(subject: Subject) -> dict[str, FeelType]:
    names: dict[str, dict[str, None]] = {}
    for node in subject.all_nodes:
        for entry in node.register_entries:
            names.setdefault(entry.register, {}).update(dict.fromkeys(entry.columns))
    return {register: _row(tuple(columns)) for register, columns in names.items()}


def _row(columns: Sequence[str]) -> FeelType:
    """Other processes write the same register: there may be more columns, of any type."""
    known = {**dict.fromkeys(columns, ANY), "status": TEXT, "number": TEXT}
    return ContextType(tuple(known.items()), is_open=True)


def tables_of(subject: Subject) -> dict[str, decisions.DecisionModel]:
    """The readable tables by decision id."""
    models: dict[str, decisions.DecisionModel] = {}
    for file, text in subject.bundle.dmn.items():
        try:
            models[file] = decisions.read_decisions(text)
        except Invalid:
            continue  # the rule on tables reports it
    return {decision: models[file] for decision, file in subject.tables.items() if file in models}


def _decision_type(models: Mapping[str, decisions.DecisionModel], decision: str) -> FeelType:
    return stored(decisions.result_type(models[decision], decision)) if decision in models else ANY


def _outputs(subject: Subject, known: Mapping[str, FeelType]) -> Iterator[tuple[str, FeelType]]:
    for node in subject.nodes:
        names = {**known, **step_names(subject, node)}
        for output in node.outputs:
            # What a call gives back is computed over the variables of the called process.
            called_over = node.kind == "callActivity" and output.source.startswith("=")
            yield output.target, ANY if called_over else stored(_type_of(output.source, names))


def _type_of(source: str, names: Mapping[str, FeelType]) -> FeelType:
    if not source.startswith("="):
        return TEXT
    try:
        return feel.type_of(source, names)
    except feel.FeelError:
        return ANY


def step_names(subject: Subject, node: FlowNode) -> dict[str, FeelType]:
    """What the outputs of a step see besides the variables: its forms, its outcome."""
    names: dict[str, FeelType] = dict(DECIDED) if node.outcomes else {}
    for use in node.forms:
        for name, some in form_types(subject.forms.get(use.form, {})).items():
            names[name] = some if names.get(name, some) == some else ANY
    return names


def _instances(subject: Subject, known: Mapping[str, FeelType]) -> Iterator[tuple[str, FeelType]]:
    """Items and results of multi-instance activities."""
    for several in subject.root.iter(bpmn("multiInstanceLoopCharacteristics")):
        whole = known.get(text_of(several.find(bpmn("loopDataInputRef"))), ANY)
        for item in several:
            for name in {str(item.get("id", "")), str(item.get("name", ""))} - {""}:
                if item.tag == bpmn("inputDataItem"):
                    yield name, whole.item if isinstance(whole, ListType) else ANY
                elif item.tag == bpmn("outputDataItem"):
                    yield name, ANY
        result = text_of(several.find(bpmn("loopDataOutputRef")))
        if result:
            yield result, ListType(ANY)
