"""HTML form data into the shape of a form, and the two buttons of a dynamic list that work without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from jiecheng.forms.components import SEVERAL, Component, DynamicList, Field, Form, Group
from jiecheng.forms.scope import ROW, rows_of
from jiecheng.forms.taking import MAX_ROWS

_Row: TypeAlias = "Mapping[str, object]"
_Pair: TypeAlias = "tuple[list[str], str]"

_INDEX = re.compile(r"0|[1-9][0-9]{0,2}")


def parse_fields(form: Form, pairs: Iterable[tuple[str, str]], prefix: str = "") -> dict[str, object]:
    """Names and values of a page into nested data: "items.0.qty" becomes the `qty` of a row.

    Repeated names of a field with several choices become a list; of any other field the last counts. Names that the
    form does not know are dropped. Rows keep their order; gaps between their numbers close. `prefix` is the one that
    `view` was given, for pages with several forms.
    """
    own = [(name.removeprefix(prefix).split("."), value) for name, value in pairs if name.startswith(prefix)]
    return _gather(form.components, own)


def add_row(form: Form, data: Mapping[str, object], place: str) -> dict[str, object]:
    """Data under way (from `refill` or `parse_fields`) with one more blank row in the list at `place` ("items", "items.0.parts")."""
    return _at_list(form.components, data, place.split("."), lambda rows: [*rows, {ROW: ""}])


def remove_row(form: Form, data: Mapping[str, object], place: str) -> dict[str, object]:
    """Data under way (from `refill` or `parse_fields`) without the row at `place` ("items.1")."""
    path, _, number = place.rpartition(".")
    return _at_list(
        form.components,
        data,
        path.split("."),
        lambda rows: [row for index, row in enumerate(rows) if str(index) != number],
    )


def _gather(components: tuple[Component, ...], pairs: list[_Pair]) -> dict[str, object]:
    data: dict[str, object] = {}
    for component in components:
        match component:
            case Field(key=key):
                values = [value for name, value in pairs if name == [key]]
                if values:
                    data[key] = values if component.kind in SEVERAL else values[-1]
            case Group(path=""):
                data.update(_gather(component.components, pairs))
            case Group(path=path):
                before = data.get(path)
                inside = _gather(component.components, _below(path, pairs))
                if inside:
                    data[path] = {**before, **inside} if isinstance(before, dict) else inside
            case DynamicList(path=path):
                rows = _gather_rows(component, _below(path, pairs))
                if rows:
                    data[path] = rows
            case _:
                pass
    return data


def _gather_rows(rows: DynamicList, pairs: list[_Pair]) -> list[dict[str, object]]:
    numbered: dict[int, list[_Pair]] = {}
    for name, value in pairs:
        if len(name) > 1 and _INDEX.fullmatch(name[0]):
            numbered.setdefault(int(name[0]), []).append((name[1:], value))
    gathered = []
    # One row more than allowed is kept, so that the check can say so.
    for number in sorted(numbered)[: MAX_ROWS + 1]:
        row = _gather(rows.components, numbered[number])
        origin = [value for name, value in numbered[number] if name == [ROW]]
        gathered.append({**row, ROW: origin[0]} if origin else row)
    return gathered


def _below(path: str, pairs: list[_Pair]) -> list[_Pair]:
    return [(name[1:], value) for name, value in pairs if len(name) > 1 and name[0] == path]


def _at_list(
    components: tuple[Component, ...],
    data: Mapping[str, object],
    name: list[str],
    change: Callable[[list[_Row]], list[_Row]],
) -> dict[str, object]:
    """A copy of the data in which the rows of the list at `name` are changed; no such growing list changes nothing."""
    copy = dict(data)
    for component in components:
        match component:
            case Group(path=""):
                copy = _at_list(component.components, copy, name, change)
            case Group(path=path) if name[0] == path and len(name) > 1:
                inside = copy.get(path)
                before = inside if isinstance(inside, Mapping) else {}
                copy[path] = _at_list(component.components, before, name[1:], change)
            case DynamicList(path=path) if name[0] == path:
                copy[path] = _rows_changed(component, list(rows_of(copy.get(path))), name[1:], change)
            case _:
                pass
    return copy


def _rows_changed(
    rows: DynamicList, present: list[_Row], name: list[str], change: Callable[[list[_Row]], list[_Row]]
) -> list[_Row]:
    if not name:
        return change(present)[:MAX_ROWS] if rows.growing else present
    if len(name) == 1:
        return present
    return [
        _at_list(rows.components, row, name[1:], change) if str(index) == name[0] else row
        for index, row in enumerate(present)
    ]
