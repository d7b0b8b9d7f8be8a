"""What a step may do with a field: the right of its path, else of what holds it, else the use's default.

A hidden container hides all that is in it, whatever its fields are allowed.
"""

from __future__ import annotations

from dataclasses import replace

from jiecheng.forms.components import Component, DynamicList, Field, Form, Group, place_of, prefix_inside, walk
from jiecheng.model.form import FormUse, Right

EDITABLE = frozenset({Right.EDIT, Right.REQUIRED})


def right_of(use: FormUse, path: str, around: Right) -> Right:
    """The right of `path` (row numbers left out) inside something that has the right `around`."""
    if around is Right.HIDDEN:
        return Right.HIDDEN
    return use.rights.get(path, around)


def inner_right(right: Right) -> Right:
    """What a list passes on to its cells: a list that must have rows does not need every cell of them."""
    return Right.EDIT if right is Right.REQUIRED else right


def is_edited(form: Form, use: FormUse) -> bool:
    """Whether the step may write anything in this form at all."""
    return _any_editable(form.components, use, "", use.default)


def read_only(use: FormUse) -> FormUse:
    """The same use with nothing to fill in: for a finished step, for print, for readers."""
    rights = {path: _lowered(right) for path, right in use.rights.items()}
    return replace(use, default=_lowered(use.default), rights=rights)


def unknown_fields(form: Form, use: FormUse) -> tuple[str, ...]:
    """Keys that a use names and the form does not have: a slip in the diagram."""
    known = {path for path, _ in walk(form.components) if path}
    return tuple(sorted(set(use.rights) - known))


def _lowered(right: Right) -> Right:
    return Right.READ if right in EDITABLE else right


def _any_editable(components: tuple[Component, ...], use: FormUse, prefix: str, around: Right) -> bool:
    for component in components:
        right = right_of(use, place_of(component, prefix), around)
        if isinstance(component, Field) and right in EDITABLE:
            return True
        if isinstance(component, DynamicList):
            right = inner_right(right)
        if isinstance(component, Group | DynamicList) and _any_editable(
            component.components, use, prefix_inside(component, prefix), right
        ):
            return True
    return False
