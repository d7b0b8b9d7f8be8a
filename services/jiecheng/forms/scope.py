"""What an expression of a form sees: the caller's context, over it the form's data, inside a row the row.

Picked identities and organs appear as what is known of them, not as ids. Rows nobody filled in are not there, so
that a sum over rows does not stumble over the empty one at the end.
"""

from __future__ import annotations

from collections.abc import Mapping

from jiecheng.forms.components import Component, DynamicList, Field, Form, Group
from jiecheng.forms.expression import Names
from jiecheng.forms.lookup import Lookup, described
from jiecheng.forms.values import is_empty
from jiecheng.model.values import Value, Variables

ROW = "_row"  # in a row under way: the number of the stored row it came from, "" for a new one


def describe_pickers(form: Form, data: Variables, lookup: Lookup) -> dict[str, Value]:
    """The data with each picked id replaced by what is known of it: what the case's expressions work on."""
    return _described(form.components, data, lookup)


def root_names(form: Form, data: Variables, context: Names, lookup: Lookup) -> dict[str, object]:
    """Names at the top of a form."""
    seen = _described(form.components, without_blank_rows(form.components, data), lookup)
    return {**context, **seen, "this": seen}


def group_names(group: Group, names: Names) -> Names:
    """Names inside a group; one without a path changes nothing."""
    if not group.path:
        return names
    inside = names.get(group.path)
    local = inside if isinstance(inside, Mapping) else {}
    return {**names, **local, "this": local, "parent": names.get("this")}


def row_names(rows: DynamicList, row: Variables, number: int, names: Names, lookup: Lookup) -> dict[str, object]:
    """Names inside a row; `i` counts from 1."""
    local = _described(rows.components, row, lookup)
    return {**names, **local, "this": local, "parent": names.get("this"), "i": number}


def without_blank_rows(components: tuple[Component, ...], data: Variables) -> dict[str, Value]:
    """The data without the marks of rows under way, and without the blank rows of lists that may grow."""
    clean = {key: value for key, value in data.items() if key != ROW}
    for component in components:
        match component:
            case Group(path=""):
                clean = without_blank_rows(component.components, clean)
            case Group(path=path) if isinstance(inside := clean.get(path), Mapping):
                clean[path] = without_blank_rows(component.components, inside)
            case DynamicList(path=path) if path in clean:
                rows = [without_blank_rows(component.components, row) for row in rows_of(clean[path])]
                clean[path] = [row for row in rows if not component.growing or not is_blank(row)]
            case _:
                pass
    return clean


def is_blank(row: Variables) -> bool:
    """Whether nothing at all was filled in, the mark of its origin apart."""
    return all(
        is_blank(value) if isinstance(value, Mapping) else is_empty(value) for key, value in row.items() if key != ROW
    )


def rows_of(value: object) -> list[Mapping[str, Value]]:
    """The rows of a list's value; whatever is no row is left out."""
    return [row for row in value if isinstance(row, Mapping)] if isinstance(value, list | tuple) else []


def _described(components: tuple[Component, ...], data: Variables, lookup: Lookup) -> dict[str, Value]:
    seen = {key: value for key, value in data.items() if key != ROW}
    for component in components:
        match component:
            case Field(key=key) if component.choices.picker and key in seen:
                seen[key] = described(component, seen[key], lookup)
            case Group(path=""):
                seen = _described(component.components, seen, lookup)
            case Group(path=path) if isinstance(inside := seen.get(path), Mapping):
                seen[path] = _described(component.components, inside, lookup)
            case DynamicList(path=path) if path in seen:
                seen[path] = [_described(component.components, row, lookup) for row in rows_of(seen[path])]
            case _:
                pass
    return seen
