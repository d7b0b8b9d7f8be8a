"""One walk over a form with a submission in hand: takes what the step may write, keeps everything else.

Invariants: 1 a field that is hidden or read at this step is never looked up in the submission. 2 What the form does
not know is never looked at. 3 A cell that may only be read stays with the row it was stored in, although rows
before it were removed. 4 A computed value comes from its expression alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from jiecheng.forms.components import CHOICES, Component, Computed, DynamicList, Field, Group, place_of, prefix_inside
from jiecheng.forms.expression import Names, settle
from jiecheng.forms.lookup import Lookup, options_of
from jiecheng.forms.rights import EDITABLE, inner_right, is_closed, right_of
from jiecheng.forms.scope import ROW, group_names, is_blank, row_names, rows_of
from jiecheng.forms.values import Wrong, is_empty, take
from jiecheng.model.altered import altered
from jiecheng.model.form import FormUse, Right
from jiecheng.model.values import Value

MAX_ROWS = 200
PASSES = 8  # conditions may hang on one another; a chain longer than this is taken for a circle


@dataclass(frozen=True, slots=True)
class Place:
    """Where the walk stands. `data` begins as what is stored and is written in place."""

    name: str  # with row numbers, as the page names its inputs: "items.0."
    path: str  # without: "items."
    right: Right
    submitted: Mapping[str, object]
    data: dict[str, Value]
    names: Names


@dataclass(slots=True)
class Taking:
    """`errors`: name -> sentences. `typed`: what cannot be taken, and where it stood, so that the page can show it."""

    use: FormUse
    lookup: Lookup
    edited: bool
    errors: dict[str, tuple[str, ...]] = field(default_factory=dict)
    typed: list[tuple[dict[str, Value], str, Value]] = field(default_factory=list)

    def walk(self, components: tuple[Component, ...], at: Place) -> None:
        for component in components:
            path = place_of(component, at.path)
            if is_closed(self.use, path):
                continue
            right = right_of(self.use, path, at.right)
            match component:
                case Field():
                    if right in EDITABLE:
                        self._take_field(component, right, at)
                case Computed():
                    self._compute(component, at)
                case Group():
                    self._take_group(component, altered(at, right=right))
                case DynamicList():
                    self._take_list(component, right, at)
                case _:
                    pass

    def _take_field(self, item: Field, right: Right, at: Place) -> None:
        if any(settle(setting, at.names) is True for setting in item.read_only):
            if item.default is not None:
                at.data.setdefault(item.key, item.default)
            return
        if settle(item.hide, at.names) is True:
            at.data.pop(item.key, None)
            return
        raw = at.submitted.get(item.key)
        options = options_of(item, at.names, self.lookup)
        required = right is Right.REQUIRED or item.rules.required
        try:
            at.data[item.key] = take(item, raw, at.names, options, required=required)
        except Wrong as wrong:
            self.errors[at.name + item.key] = (str(wrong),)
            at.data[item.key] = None
            if isinstance(raw, str | int | float) and item.kind not in CHOICES and not is_empty(raw):
                self.typed.append((at.data, item.key, str(raw)))

    def _compute(self, item: Computed, at: Place) -> None:
        # A step that fills in nothing must not change the record because today is another day.
        if not self.edited:
            return
        if settle(item.hide, at.names) is True:
            at.data.pop(item.key, None)
        else:
            at.data[item.key] = item.expression.evaluate(at.names)

    def _take_group(self, group: Group, at: Place) -> None:
        if settle(group.hide, at.names) is True:
            self._drop(group.components, altered(at, path=prefix_inside(group, at.path)), group.path)
            return
        if not group.path:
            self.walk(group.components, at)
            return
        stored, submitted = at.data.get(group.path), at.submitted.get(group.path)
        inside = Place(
            name=f"{at.name}{group.path}.",
            path=f"{at.path}{group.path}.",
            right=at.right,
            submitted=submitted if isinstance(submitted, Mapping) else {},
            data=dict(stored) if isinstance(stored, Mapping) else {},
            names=group_names(group, at.names),
        )
        self.walk(group.components, inside)
        if inside.data or group.path in at.data:
            at.data[group.path] = inside.data

    def _drop(self, components: tuple[Component, ...], at: Place, into: str = "") -> None:
        """Forget what a hidden group holds, as far as this step may write it."""
        data = at.data
        if into:
            stored = at.data.get(into)
            if not isinstance(stored, Mapping):
                return
            data = at.data[into] = dict(stored)
        for component in components:
            path = place_of(component, at.path)
            if is_closed(self.use, path):
                continue
            right = right_of(self.use, path, at.right)
            if isinstance(component, Group):
                inside = altered(at, data=data, right=right, path=prefix_inside(component, at.path))
                self._drop(component.components, inside, component.path)
            elif isinstance(component, Field | DynamicList) and right in EDITABLE:
                data.pop(component.key if isinstance(component, Field) else component.path, None)
            elif isinstance(component, Computed) and self.edited:
                data.pop(component.key, None)

    def _take_list(self, rows: DynamicList, right: Right, at: Place) -> None:
        name = at.name + rows.path
        writable = right in EDITABLE
        if writable and settle(rows.hide, at.names) is True:
            at.data.pop(rows.path, None)
            return
        stored = rows_of(at.data.get(rows.path))
        raw = self._raw_rows(rows, name, at)
        growing = writable and rows.growing
        pairs = pair_rows(raw, stored) if growing else fixed_rows(raw, stored, rows.first_rows if writable else 0)
        taken = [
            self._take_row(rows, altered(at, name=f"{name}.{index}.", right=inner_right(right)), pair, index)
            for index, pair in enumerate(pairs)
        ]
        if taken or rows.path in at.data or writable:
            at.data[rows.path] = taken
        if right is Right.REQUIRED and all(is_blank(row) for row in taken) and not self._has_errors(name):
            self.errors[name] = ("请至少填写一行。",)

    def _raw_rows(self, rows: DynamicList, name: str, at: Place) -> list[Mapping[str, object]]:
        raw = at.submitted.get(rows.path)
        if raw is None:
            return []
        if not isinstance(raw, list | tuple) or not all(isinstance(row, Mapping) for row in raw):
            self.errors[name] = ("这里应是若干行，请重新填写。",)
            return []
        if len(raw) > MAX_ROWS:
            self.errors[name] = (f"最多 {MAX_ROWS} 行，请减少行数，或改用附件。",)
        return list(raw[:MAX_ROWS])

    def _take_row(self, rows: DynamicList, at: Place, pair: RowPair, index: int) -> dict[str, Value]:
        row: dict[str, Value] = dict(pair.stored)
        for _ in range(PASSES):
            attempt = Taking(self.use, self.lookup, self.edited)
            inside = altered(
                at,
                path=f"{at.path}{rows.path}.",
                submitted=pair.raw,
                data=dict(pair.stored),
                names=row_names(rows, row, index + 1, at.names, self.lookup),
            )
            attempt.walk(rows.components, inside)
            if inside.data == row:
                break
            row = inside.data
        # A row nobody touched is not asked for its required cells; it is left out in the end.
        if attempt.typed or not (rows.growing and is_blank(row)):
            self.errors.update(attempt.errors)
        self.typed.extend(attempt.typed)
        inside.data[ROW] = pair.origin
        return inside.data

    def _has_errors(self, name: str) -> bool:
        return any(place == name or place.startswith(f"{name}.") for place in self.errors)


@dataclass(frozen=True, slots=True)
class RowPair:
    """A submitted row and the stored row it came from ("" and nothing for a new one)."""

    raw: Mapping[str, object]
    stored: Mapping[str, Value] = field(default_factory=dict)
    origin: str = ""


def pair_rows(raw: list[Mapping[str, object]], stored: list[Mapping[str, Value]]) -> list[RowPair]:
    """Rows of a list that may grow. Pages mark each row with its origin; a program may leave the marks out when it
    sends as many rows as there are."""
    if not any(ROW in row for row in raw):
        if len(raw) == len(stored):
            return [RowPair(*both, str(at)) for at, both in enumerate(zip(raw, stored, strict=True))]
        return [RowPair(row) for row in raw]
    left = {str(at): row for at, row in enumerate(stored)}
    pairs = []
    for row in raw:
        origin = str(row.get(ROW))
        # Popped, so that a stored row cannot be doubled with all that may only be read in it.
        pairs.append(RowPair(row, left.pop(origin), origin) if origin in left else RowPair(row))
    return pairs


def fixed_rows(raw: list[Mapping[str, object]], stored: list[Mapping[str, Value]], first_rows: int) -> list[RowPair]:
    """Rows of a list that may not grow: those that are stored, or as many as it begins with."""
    marked = {str(row.get(ROW, at)): row for at, row in enumerate(raw)}
    return [
        RowPair(marked.get(str(at), {}), stored[at] if at < len(stored) else {}, str(at))
        for at in range(len(stored) or first_rows)
    ]
