"""Nouns of DMN: definitions, what stands in a requirement graph, boxed expressions. Data only; compiled elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Literal:
    """FEEL text. `place`: where it stands, for findings."""

    text: str
    place: str
    type_name: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a boxed context. `name` is "" for the row that gives the result."""

    name: str
    type_name: str
    value: Boxed | None


@dataclass(frozen=True, slots=True)
class BoxedContext:
    entries: tuple[Entry, ...]
    type_name: str = ""


@dataclass(frozen=True, slots=True)
class BoxedList:
    items: tuple[Boxed | None, ...]
    type_name: str = ""


@dataclass(frozen=True, slots=True)
class Relation:
    columns: tuple[str, ...]
    rows: tuple[tuple[Boxed | None, ...], ...]
    type_name: str = ""


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    type_name: str = ""


@dataclass(frozen=True, slots=True)
class FunctionDefinition:
    """`kind`: FEEL, Java or PMML; only FEEL is ever run, the others give null."""

    parameters: tuple[Parameter, ...]
    body: Boxed | None
    kind: str = "FEEL"
    type_name: str = ""


@dataclass(frozen=True, slots=True)
class Invocation:
    callee: Boxed | None
    bindings: tuple[tuple[Parameter, Boxed | None], ...]
    type_name: str = ""


@dataclass(frozen=True, slots=True)
class Conditional:
    test: Boxed | None
    then: Boxed | None
    otherwise: Boxed | None
    type_name: str = ""


@dataclass(frozen=True, slots=True)
class BoxedFilter:
    source: Boxed | None
    match: Boxed | None
    type_name: str = ""


@dataclass(frozen=True, slots=True)
class Iterator:
    """`kind`: for, some or every."""

    kind: str
    variable: str
    source: Boxed | None
    body: Boxed | None
    type_name: str = ""


@dataclass(frozen=True, slots=True)
class InputColumn:
    """`values`: the tests that every allowed value passes, "" when none are declared."""

    label: str
    expression: str
    type_name: str = ""
    values: str = ""


@dataclass(frozen=True, slots=True)
class OutputColumn:
    """`values`: allowed outputs, highest priority first. `default`: FEEL used when no row is hit."""

    name: str
    label: str
    type_name: str = ""
    values: str = ""
    default: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """One row. `number` counts from 1; `annotations` are the texts of the annotation columns."""

    number: int
    tests: tuple[str, ...]
    outputs: tuple[str, ...]
    annotations: tuple[str, ...] = ()
    description: str = ""


@dataclass(frozen=True, slots=True)
class DecisionTable:
    """`hit_policy`: UNIQUE, ANY, PRIORITY, FIRST, RULE ORDER, OUTPUT ORDER, COLLECT. `aggregation`: "", SUM, COUNT, MIN, MAX."""

    id: str
    hit_policy: str
    aggregation: str
    inputs: tuple[InputColumn, ...]
    outputs: tuple[OutputColumn, ...]
    rules: tuple[Rule, ...]
    annotation_names: tuple[str, ...] = ()
    type_name: str = ""


Boxed: TypeAlias = (
    "Literal | BoxedContext | BoxedList | Relation | FunctionDefinition | Invocation | Conditional | BoxedFilter"
    " | Iterator | DecisionTable"
)


@dataclass(frozen=True, slots=True)
class InputData:
    id: str
    name: str
    type_name: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """`requires`: hrefs of input data and decisions; `knowledge`: hrefs of knowledge models and services."""

    id: str
    name: str
    type_name: str
    requires: tuple[str, ...]
    knowledge: tuple[str, ...]
    logic: Boxed | None
    question: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class KnowledgeModel:
    id: str
    name: str
    type_name: str
    knowledge: tuple[str, ...]
    function: FunctionDefinition | None


@dataclass(frozen=True, slots=True)
class Service:
    """A decision service: its parameters are the input data, then the input decisions."""

    id: str
    name: str
    type_name: str
    outputs: tuple[str, ...]
    input_decisions: tuple[str, ...]
    input_data: tuple[str, ...]


Element: TypeAlias = "InputData | Decision | KnowledgeModel | Service"


@dataclass(frozen=True, slots=True)
class ItemDefinition:
    """A named type. `components` make a context; `tests` restrict each value, `constraint` the whole (list) value."""

    name: str
    type_name: str = ""
    components: tuple[ItemDefinition, ...] = ()
    is_collection: bool = False
    tests: str = ""
    constraint: str = ""
    function: tuple[tuple[Parameter, ...], str] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Definitions:
    """One DMN file. `imports`: name under which another namespace is visible."""

    namespace: str
    name: str
    elements: Mapping[str, Element]
    items: Mapping[str, ItemDefinition]
    imports: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class DecisionModel:
    """The decisions of a release: one or more files. Compared by identity, so that its compiled form can be kept."""

    files: tuple[Definitions, ...]

    @property
    def decisions(self) -> dict[str, Decision]:
        """All decisions by id."""
        return {
            element.id: element
            for file in self.files
            for element in file.elements.values()
            if isinstance(element, Decision)
        }

    def file(self, namespace: str) -> Definitions | None:
        return next((file for file in self.files if file.namespace == namespace), None)
