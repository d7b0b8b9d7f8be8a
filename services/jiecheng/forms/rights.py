"""What a step may do with a field: the right of its path, else of what holds it, else the use's default.

A container that the step names as hidden is closed, whatever its fields are allowed; one that is hidden by default
opens for the fields that are named.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from jiecheng.forms.components import (
    Component,
    Computed,
    DynamicList,
    Field,
    Form,
    Group,
    place_of,
    prefix_inside,
    walk,
)
from jiecheng.model.form import FormUse, Right
from jiecheng.model.values import Value, Variables

EDITABLE = frozenset({Right.EDIT, Right.REQUIRED})
VISIBLE = EDITABLE | {Right.READ}


def right_of(use: FormUse, path: str, around: Right) -> Right:
    """The right of `path` (row numbers left out) inside something that has the right `around`."""
    return use.rights.get(path, around) if path else around


def is_closed(use: FormUse, path: str) -> bool:
    """Whether the step names this container as hidden; then nothing in it is looked at, named or not."""
    return bool(path) and use.rights.get(path) is Right.HIDDEN


def inner_right(right: Right) -> Right:
    """What a list passes on to its cells: a list that must have rows does not need every cell of them."""
    return Right.EDIT if right is Right.REQUIRED else right


def is_edited(form: Form, use: FormUse) -> bool:
    """Whether the step may write anything in this form at all."""
    return _any_field(form.components, use, "", use.default, EDITABLE)


def demands(form: Form, use: FormUse) -> bool:
    """Whether the step asks for something that must be filled in, or for rows. In doubt, yes."""
    for path, component in walk(form.components):
        named = [use.rights[one] for one in _holders(path) if one in use.rights]
        right = named[0] if named else use.default
        if right not in EDITABLE:
            continue
        if right is Right.REQUIRED or isinstance(component, DynamicList):
            return True
        if isinstance(component, Field) and component.rules.required:
            return True
    return False


def _holders(path: str) -> tuple[str, ...]:
    """The path and the containers around it, the nearest first."""
    parts = path.split(".")
    return tuple(".".join(parts[:count]) for count in range(len(parts), 0, -1))


def any_editable(rows: DynamicList, use: FormUse, prefix: str, inner: Right) -> bool:
    """Whether the step may write any cell of a list; `inner` is the right the list passes on."""
    return _any_field(rows.components, use, prefix_inside(rows, prefix), inner, EDITABLE)


def any_visible(rows: DynamicList, use: FormUse, prefix: str, inner: Right) -> bool:
    """Whether the step shows any cell of a list."""
    return _any_field(rows.components, use, prefix_inside(rows, prefix), inner, VISIBLE)


def read_only(use: FormUse) -> FormUse:
    """The same use with nothing to fill in: for a finished step, for print, for readers."""
    rights = {path: _lowered(right) for path, right in use.rights.items()}
    return replace(use, default=_lowered(use.default), rights=rights)


def unknown_fields(form: Form, use: FormUse) -> tuple[str, ...]:
    """Keys that a use names and the form does not have: a slip in the diagram."""
    known = {path for path, _ in walk(form.components) if path}
    return tuple(sorted(set(use.rights) - known))


def without_hidden(
    components: tuple[Component, ...], use: FormUse, data: Variables, prefix: str, around: Right
) -> dict[str, Value]:
    """The data with null in place of all that is hidden at this step, for texts that are shown to the person."""
    shown = dict(data)
    for component in components:
        path = place_of(component, prefix)
        right = Right.HIDDEN if is_closed(use, path) else right_of(use, path, around)
        inside = prefix_inside(component, prefix) if isinstance(component, Group | DynamicList) else ""
        match component:
            case Field(key=key) | Computed(key=key) if right is Right.HIDDEN:
                shown[key] = None
            case Group(path=key) | DynamicList(path=key) if is_closed(use, path):
                shown[key] = None
            case Group(path=""):
                shown = without_hidden(component.components, use, shown, inside, right)
            case Group(path=key) if isinstance(held := shown.get(key), Mapping):
                shown[key] = without_hidden(component.components, use, held, inside, right)
            case DynamicList(path=key) if isinstance(rows := shown.get(key), list | tuple):
                shown[key] = [
                    without_hidden(component.components, use, row, inside, right)
                    for row in rows
                    if isinstance(row, Mapping)
                ]
            case _:
                pass
    return shown


def _lowered(right: Right) -> Right:
    return Right.READ if right in EDITABLE else right


def _any_field(
    components: tuple[Component, ...], use: FormUse, prefix: str, around: Right, wanted: frozenset[Right]
) -> bool:
    for component in components:
        path = place_of(component, prefix)
        if is_closed(use, path):
            continue
        right = right_of(use, path, around)
        if isinstance(component, Field) and right in wanted:
            return True
        if isinstance(component, DynamicList):
            right = inner_right(right)
        if isinstance(component, Group | DynamicList) and _any_field(
            component.components, use, prefix_inside(component, prefix), right, wanted
        ):
            return True
    return False
