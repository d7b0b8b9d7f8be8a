"""Builds the view tree of a form at a step: what is shown, with which right, in which words.

Hidden fields never enter the tree, and no text may quote them; the same conditions and the same names as in
validation decide what stands there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from jiecheng.forms.components import (
    Component,
    Computed,
    DynamicList,
    Field,
    Form,
    Group,
    Separator,
    Table,
    Text,
    place_of,
    prefix_inside,
)
from jiecheng.forms.expression import Names, settle
from jiecheng.forms.field_view import FieldAt, field_view, html_id
from jiecheng.forms.layout import Slot, slots
from jiecheng.forms.lookup import Lookup, Remembering
from jiecheng.forms.nodes import (
    ErrorLink,
    FormView,
    GroupView,
    ListView,
    NodeView,
    RowView,
    SeparatorView,
    TableView,
    TextBlock,
    TextView,
    fields_in,
    lists_in,
)
from jiecheng.forms.rights import (
    EDITABLE,
    any_editable,
    any_visible,
    inner_right,
    is_closed,
    is_edited,
    right_of,
    without_hidden,
)
from jiecheng.forms.scope import ROW, group_names, root_names, row_names, rows_of
from jiecheng.forms.words import fill, say
from jiecheng.model.form import FormUse, Right
from jiecheng.model.values import Variables

Errors = Mapping[str, Sequence[str]]
_MOST_HEADS = 6  # a wider row is easier to fill in as a block of its own


def view(
    form: Form,
    use: FormUse,
    data: Variables,
    *,
    context: Variables,
    lookup: Lookup,
    errors: Errors | None = None,
    prefix: str = "",
) -> FormView:
    """The tree for a page. `data` is stored data, or what `refill` made of a submission; `errors` are `Invalid.fields`.

    `prefix` ("application.") keeps the names of several forms on one page apart. For print, readers and finished
    steps hand in `read_only(use)`.
    """
    remembering = Remembering(lookup)
    looking = _Looking(use, errors or {}, remembering, form.watched, prefix)
    names = root_names(form, data, context, remembering)
    shown = root_names(form, without_hidden(form.components, use, data, "", use.default), context, remembering)
    nodes = looking.nodes(form.components, _Spot("", "", use.default, data, names, shown))
    return FormView(html_id(prefix + form.id), nodes, tuple(_links(errors or {}, nodes, prefix)), is_edited(form, use))


@dataclass(frozen=True, slots=True)
class _Spot:
    """`names` decide about conditions, `shown` are what texts may quote; `around` is 「采购明细 第 2 行」."""

    name: str
    path: str
    right: Right
    data: Variables
    names: Names
    shown: Names
    around: str = ""


@dataclass(frozen=True, slots=True)
class _Looking:
    use: FormUse
    errors: Errors
    lookup: Lookup
    watched: frozenset[str]
    prefix: str

    def nodes(self, components: tuple[Component, ...], at: _Spot) -> tuple[NodeView, ...]:
        visible = [component for component in components if self._is_visible(component, at)]
        found = (self._node(component, slot, at) for component, slot in slots(visible))
        return tuple(node for node in found if node is not None)

    def _is_visible(self, component: Component, at: _Spot) -> bool:
        path = place_of(component, at.path)
        if is_closed(self.use, path) or settle(component.hide, at.names) is True:
            return False
        return not isinstance(component, Field) or right_of(self.use, path, at.right) is not Right.HIDDEN

    def _node(self, component: Component, slot: Slot, at: _Spot) -> NodeView | None:
        right = right_of(self.use, place_of(component, at.path), at.right)
        node: NodeView | None = None
        match component:
            case Field():
                node = self._field(component, slot, right, at)
            case Group():
                node = self._group(component, slot, replace(at, right=right))
            case DynamicList():
                node = self._list(component, slot, replace(at, right=right))
            case Text():
                node = _text(component, at)
            case Table():
                node = _table(component, at)
            case Separator():
                node = SeparatorView(html_id(component.id))
            case _:
                pass  # a computed value is shown only where a text quotes it
        return node

    def _field(self, item: Field, slot: Slot, right: Right, at: _Spot) -> NodeView:
        name = at.name + item.key
        place = FieldAt(
            name=self.prefix + name,
            right=right,
            slot=slot,
            data=at.data,
            names=at.names,
            shown=at.shown,
            errors=self.errors.get(name, ()),
            watched=item.key in self.watched,
            around=at.around,
        )
        return field_view(item, place, self.lookup)

    def _group(self, group: Group, slot: Slot, at: _Spot) -> NodeView | None:
        inside = at
        if group.path:
            held = at.data.get(group.path)
            inside = replace(
                at,
                name=f"{at.name}{group.path}.",
                path=prefix_inside(group, at.path),
                data=held if isinstance(held, Mapping) else {},
                names=group_names(group, at.names),
                shown=group_names(group, at.shown),
            )
        children = self.nodes(group.components, inside)
        if not children:
            return None
        return GroupView(html_id(self.prefix + group.id), fill(group.label, at.shown), children, slot.span, slot.breaks)

    def _list(self, rows: DynamicList, slot: Slot, at: _Spot) -> NodeView | None:
        name, inner = at.name + rows.path, inner_right(at.right)
        path = prefix_inside(rows, at.path)
        if not any_visible(rows, self.use, at.path, inner):
            return None
        columns = [
            item
            for item in rows.components
            if not isinstance(item, Field) or right_of(self.use, path + item.key, inner) is not Right.HIDDEN
        ]
        writable = at.right in EDITABLE
        data = rows_of(at.data.get(rows.path)) or ([{}] * rows.first_rows if writable else [])
        label = fill(rows.label, at.shown)
        spot = replace(at, path=path, right=inner)
        return ListView(
            id=html_id(self.prefix + name),
            place=self.prefix + name,
            label=label,
            heads=_heads(columns, at),
            rows=tuple(self._row(rows, row, index, label, replace(spot, name=name)) for index, row in enumerate(data)),
            growing=writable and rows.growing,
            editable=any_editable(rows, self.use, at.path, inner),
            required=at.right is Right.REQUIRED,
            errors=tuple(self.errors.get(name, ())),
            span=slot.span,
            breaks=slot.breaks,
        )

    def _row(self, rows: DynamicList, row: Variables, index: int, label: str, at: _Spot) -> RowView:
        place = f"{at.name}.{index}"
        shown = without_hidden(rows.components, self.use, row, at.path, at.right)
        inside = replace(
            at,
            name=f"{place}.",
            data=row,
            names=row_names(rows, row, index + 1, at.names, self.lookup),
            shown=row_names(rows, shown, index + 1, at.shown, self.lookup),
            around=f"{label} 第 {index + 1} 行",
        )
        return RowView(
            number=index + 1,
            place=self.prefix + place,
            origin_name=f"{self.prefix}{place}.{ROW}",
            # A row under way knows where it came from; a stored row came from where it stands.
            origin=str(row.get(ROW, index)),
            children=self.nodes(rows.components, inside),
        )


def _heads(columns: Sequence[Component], at: _Spot) -> tuple[str, ...]:
    """Column heads when each row is a short line of fields that are always there; else none."""
    shown = [item for item in columns if not isinstance(item, Computed)]
    plain = [item for item in shown if isinstance(item, Field) and item.hide is None]
    if len(plain) != len(shown) or len(plain) > _MOST_HEADS:
        return ()
    return tuple(fill(item.label, at.shown) for item in plain)


def _text(text: Text, at: _Spot) -> TextView:
    blocks = (TextBlock(kind, tuple(fill(line, at.shown) for line in lines)) for kind, lines in text.blocks)
    found = any(line.words for _, lines in text.blocks for line in lines)
    return TextView(html_id(text.id), tuple(blocks), tells=found and text.hide is not None)


def _table(table: Table, at: _Spot) -> TableView:
    found = table.source.evaluate(at.shown)
    rows = tuple(tuple(say(row.get(column.key)) for column in table.columns) for row in rows_of(found))
    return TableView(
        html_id(table.id), fill(table.label, at.shown), tuple(column.label for column in table.columns), rows
    )


def _links(errors: Errors, nodes: tuple[NodeView, ...], prefix: str) -> Iterator[ErrorLink]:
    """The error summary in the order of the page, then what belongs to no field."""
    left = dict(errors)
    for item in fields_in(nodes):
        for sentence in left.pop(item.name.removeprefix(prefix), ()):
            yield ErrorLink(item.anchor, item.full_label, sentence)
    for rows in lists_in(nodes):
        for sentence in left.pop(rows.place.removeprefix(prefix), ()):
            yield ErrorLink(rows.id, rows.label, sentence)
    for name, sentences in left.items():
        for sentence in sentences:
            yield ErrorLink(html_id(prefix + name), "", sentence)
