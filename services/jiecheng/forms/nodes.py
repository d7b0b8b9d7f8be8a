"""The view tree: plain frozen values a template walks. What a person may not see is not in it.

`node` names the kind of node, so that a template chooses its macro by it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from jiecheng.model.form import Right


@dataclass(frozen=True, slots=True)
class OptionView:
    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class OptionGroup:
    """Options under one heading; the empty heading stands for none."""

    heading: str
    options: tuple[OptionView, ...]


@dataclass(frozen=True, slots=True)
class FieldView:
    """`control`: text | number | date | time | datetime-local | textarea | checkbox | radio | select | checklist |
    taglist | files. `value`: the text of an input; chosen values stand in `options`; `text`: for reading.
    `watched`: other parts of the form look at this field. `label` alone in a page, `full_label` alone for itself.
    """

    node: ClassVar[str] = "field"
    id: str
    name: str
    control: str
    label: str
    full_label: str
    value: str
    text: str
    right: Right
    required: bool
    description: str = ""
    options: tuple[OptionGroup, ...] = ()
    checked: bool = False
    errors: tuple[str, ...] = ()
    span: int = 12
    breaks: bool = False
    watched: bool = False
    prefix: str = ""
    suffix: str = ""
    accept: str = ""
    minimum: str = ""
    maximum: str = ""
    max_length: str = ""

    @property
    def editable(self) -> bool:
        return self.right in (Right.EDIT, Right.REQUIRED)

    @property
    def described_by(self) -> str:
        """Ids for aria-describedby, in the order they are read out."""
        boxes = self.control in ("radio", "checklist", "files", "checkbox")
        parts = {
            "prefix": self.prefix and not boxes,
            "suffix": self.suffix and not boxes,
            "description": self.description,
            "error": self.errors,
        }
        return " ".join(f"{self.id}-{part}" for part, there in parts.items() if there)

    @property
    def anchor(self) -> str:
        """The id that a link of the error summary jumps to: the control itself, or the first of its boxes."""
        return f"{self.id}-0" if self.control in ("radio", "checklist", "taglist") and self.flat_options else self.id

    @property
    def flat_options(self) -> tuple[OptionView, ...]:
        return tuple(option for group in self.options for option in group.options)


@dataclass(frozen=True, slots=True)
class GroupView:
    node: ClassVar[str] = "group"
    id: str
    label: str
    children: tuple[NodeView, ...]
    span: int = 12
    breaks: bool = False


@dataclass(frozen=True, slots=True)
class RowView:
    """`place` is what the remove button sends; `origin_name` and `origin` go into the row's hidden input."""

    number: int
    place: str
    origin_name: str
    origin: str
    children: tuple[NodeView, ...]


@dataclass(frozen=True, slots=True)
class ListView:
    """`heads`: labels of the columns when every row is a plain line of fields, else empty; then rows are fieldsets.
    `growing`: rows may be added and removed here."""

    node: ClassVar[str] = "list"
    id: str
    place: str
    label: str
    heads: tuple[str, ...]
    rows: tuple[RowView, ...]
    growing: bool
    editable: bool
    required: bool = False
    errors: tuple[str, ...] = ()
    span: int = 12
    breaks: bool = False


@dataclass(frozen=True, slots=True)
class TableView:
    node: ClassVar[str] = "table"
    id: str
    label: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class TextBlock:
    kind: str  # heading | paragraph | list
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TextView:
    """`tells`: it says what was found, and only once that is known; any other text explains a form."""

    node: ClassVar[str] = "text"
    id: str
    blocks: tuple[TextBlock, ...]
    tells: bool = False


@dataclass(frozen=True, slots=True)
class SeparatorView:
    node: ClassVar[str] = "separator"
    id: str


NodeView: TypeAlias = "FieldView | GroupView | ListView | TableView | TextView | SeparatorView"


@dataclass(frozen=True, slots=True)
class ErrorLink:
    """One line of the error summary: jumps to `anchor`, the id of the control."""

    anchor: str
    label: str
    sentence: str


@dataclass(frozen=True, slots=True)
class FormView:
    """`id`: the form's own id, for the part of the page it fills."""

    id: str
    nodes: tuple[NodeView, ...]
    errors: tuple[ErrorLink, ...] = ()
    editable: bool = False

    @property
    def watched(self) -> bool:
        """Whether some field that can be changed changes the rest of the form."""
        return any(field.watched and field.editable for field in fields_in(self.nodes))


def fields_in(nodes: tuple[NodeView, ...]) -> Iterator[FieldView]:
    """Every field of a tree, in the order of the page."""
    for node in nodes:
        match node:
            case FieldView():
                yield node
            case GroupView(children=children):
                yield from fields_in(children)
            case ListView(rows=rows):
                for row in rows:
                    yield from fields_in(row.children)
            case _:
                pass


def lists_in(nodes: tuple[NodeView, ...]) -> Iterator[ListView]:
    """Every list of a tree, outer before inner."""
    for node in nodes:
        match node:
            case GroupView(children=children):
                yield from lists_in(children)
            case ListView(rows=rows):
                yield node
                for row in rows:
                    yield from lists_in(row.children)
            case _:
                pass
