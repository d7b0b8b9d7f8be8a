"""What a form is made of, read once from its form-js schema. Only values; nothing here looks at data."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from operator import attrgetter
from typing import Any, TypeAlias

from jiecheng.feel import TextPattern
from jiecheng.forms.expression import NO_TEXT, Expression, Setting, Template
from jiecheng.model.values import Value


class Kind(StrEnum):
    """Input components; the words are form-js's."""

    TEXT = "textfield"
    TEXTAREA = "textarea"
    NUMBER = "number"
    DATETIME = "datetime"
    CHECKBOX = "checkbox"
    RADIO = "radio"
    SELECT = "select"
    CHECKLIST = "checklist"  # several of few, as boxes
    TAGLIST = "taglist"  # several of many
    FILES = "filepicker"  # ids of attachments that the caller keeps


CHOICES = frozenset({Kind.RADIO, Kind.SELECT, Kind.CHECKLIST, Kind.TAGLIST, Kind.FILES})
SEVERAL = frozenset({Kind.CHECKLIST, Kind.TAGLIST, Kind.FILES})


class Moment(StrEnum):
    """Subtypes of a datetime component."""

    DATE = "date"
    TIME = "time"
    DATETIME = "datetime"


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose. `detail` tells equals apart and groups them: the organ of an identity."""

    value: Value
    label: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Rules:
    """What a value must be beyond its kind; numbers and dates may be FEEL."""

    required: bool = False
    min_length: Setting = None
    max_length: Setting = None
    minimum: Setting = None
    maximum: Setting = None
    pattern: TextPattern | None = None
    pattern_message: str = ""
    validation_type: str = ""  # email | phone
    decimal_digits: int | None = None
    increment: Setting = None
    no_past: bool = False  # disallowPassedDates


@dataclass(frozen=True, slots=True)
class Choices:
    """Where options come from: a picker, else FEEL, else a variable, else the list in the schema."""

    values: tuple[Option, ...] = ()
    variable: str = ""
    expression: Expression | None = None
    picker: str = ""  # identity | organ
    scope: Setting = ""


@dataclass(frozen=True, slots=True)
class Layout:
    row: str = ""
    columns: int | None = None  # of form-js's 16; None shares what the row leaves


@dataclass(frozen=True, slots=True)
class Field:
    id: str
    key: str
    kind: Kind
    label: Template
    description: Template = NO_TEXT
    rules: Rules = Rules()
    choices: Choices = Choices()
    moment: Moment = Moment.DATE
    hide: Setting = None
    read_only: tuple[Setting, ...] = ()
    default: Value = None
    personal: bool = False
    prefix: str = ""
    suffix: str = ""
    accept: str = ""
    layout: Layout = Layout()


@dataclass(frozen=True, slots=True)
class Computed:
    """A value the server computes from the others; never taken from a request, never shown by itself."""

    id: str
    key: str
    expression: Expression
    hide: Setting = None


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that belong together; with a `path` their values lie in a context of that name."""

    id: str
    path: str
    label: Template
    components: tuple[Component, ...]
    hide: Setting = None
    layout: Layout = Layout()


@dataclass(frozen=True, slots=True)
class DynamicList:
    """Rows of the same fields. `growing`: the person may add and remove rows."""

    id: str
    path: str
    label: Template
    components: tuple[Component, ...]
    growing: bool = True
    first_rows: int = 1
    hide: Setting = None
    layout: Layout = Layout()


@dataclass(frozen=True, slots=True)
class Text:
    """Blocks of ("heading" | "paragraph" | "list", lines)."""

    id: str
    blocks: tuple[tuple[str, tuple[Template, ...]], ...]
    hide: Setting = None


@dataclass(frozen=True, slots=True)
class Separator:
    id: str
    hide: Setting = None


@dataclass(frozen=True, slots=True)
class Column:
    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Table:
    id: str
    label: Template
    source: Expression
    columns: tuple[Column, ...]
    hide: Setting = None


Component: TypeAlias = "Field | Computed | Group | DynamicList | Text | Separator | Table"


@dataclass(frozen=True, slots=True)
class Form:
    """`inputs`: path without row numbers ("items.qty") -> field. `watched`: words that conditions, computed values and
    texts look at, so that a page knows which fields change the rest of it."""

    id: str
    components: tuple[Component, ...]
    inputs: Mapping[str, Field] = field(default_factory=dict)
    watched: frozenset[str] = frozenset()


def walk(components: tuple[Component, ...], prefix: str = "") -> Iterator[tuple[str, Component]]:
    """Every component with its path (row numbers left out), in the order of the page."""
    for component in components:
        path = place_of(component, prefix)
        yield path, component
        if isinstance(component, Group | DynamicList):
            yield from walk(component.components, prefix_inside(component, prefix))


def _nowhere(_: object) -> str:
    return ""


# Asked for every component at every look at a form, so by type.
_OWN_PLACE: Mapping[type, Callable[[Any], str]] = {
    Field: attrgetter("key"), Computed: attrgetter("key"), Group: attrgetter("path"), DynamicList: attrgetter("path"),
}  # fmt: skip


def place_of(component: Component, prefix: str) -> str:
    """The path of a component below `prefix`; what holds no data has the empty path."""
    own = _OWN_PLACE.get(type(component), _nowhere)(component)
    return prefix + own if own else ""


def prefix_inside(container: Group | DynamicList, prefix: str) -> str:
    """The prefix of what a container holds."""
    return f"{prefix}{container.path}." if container.path else prefix


def field_labels(form: Form) -> dict[str, str]:
    """Path -> label of every field and list, for pages that name a changed value; expressions in labels are left out."""
    labelled = (
        (path, item.label)
        for path, item in walk(form.components)
        if isinstance(item, Field | DynamicList) or (isinstance(item, Group) and path)
    )
    return {path: "".join(part for part in label.parts if isinstance(part, str)) for path, label in labelled}


def personal_fields(form: Form) -> frozenset[str]:
    """Paths of the fields that name or describe a person: marked `personal`, or a picker of identities."""
    return frozenset(path for path, item in form.inputs.items() if item.personal or item.choices.picker == "identity")
