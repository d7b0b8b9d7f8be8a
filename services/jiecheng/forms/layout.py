"""form-js lays out on 16 columns, the pages on 12: where each component of a level goes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from jiecheng.forms.components import Component, DynamicList, Field, Group, Layout

_FORM_JS, _PAGE, _LEAST = 16, 12, 2


@dataclass(frozen=True, slots=True)
class Slot:
    """`span` of 12 columns; `breaks`: begins a new row."""

    span: int = _PAGE
    breaks: bool = False


def slots(components: Sequence[Component]) -> Iterator[tuple[Component, Slot]]:
    """Each component with its slot; neighbours of one named row stand side by side."""
    numbered = list(enumerate(components))
    for _, members in groupby(numbered, key=lambda one: _layout(one[1]).row or str(one[0])):
        row = list(members)
        spans = _spans([_layout(component).columns for _, component in row])
        for place, (index, component) in enumerate(row):
            yield component, Slot(spans[place], breaks=place == 0 and index > 0)


def _layout(component: Component) -> Layout:
    return component.layout if isinstance(component, Field | Group | DynamicList) else Layout()


def _spans(columns: Sequence[int | None]) -> list[int]:
    """Columns of the page; those without a wish share what the others leave."""
    taken = sum(wish for wish in columns if wish)
    open_wishes = sum(1 for wish in columns if not wish)
    share = max(_FORM_JS - taken, _LEAST * open_wishes) / open_wishes if open_wishes else 0
    spans = [min(max(round((wish or share) * _PAGE / _FORM_JS), _LEAST), _PAGE) for wish in columns]
    while sum(spans) > _PAGE and max(spans) > _LEAST:
        spans[spans.index(max(spans))] -= 1
    return spans
