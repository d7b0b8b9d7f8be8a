"""What a form must ask of the house: who can be picked, and what is known of the one who was.

The caller hands in a `Lookup`; the room itself knows no directory. Pickers are "identity" and "organ"; for a file
field the picker is "attachment" and the scope is the field's key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from jiecheng.forms.components import CHOICES, Choices, Field, Kind, Option
from jiecheng.forms.expression import Names, as_value, settle
from jiecheng.model.values import Value, Variables


class Lookup(Protocol):
    def options(self, picker: str, scope: str) -> Sequence[Option]:
        """What may be picked now, in the order to be shown."""
        ...

    def describe(self, picker: str, value: str) -> Variables | None:
        """What is known of a picked value, in the shape FEEL sees; None when there is no such thing."""
        ...


class _NoLookup:
    def options(self, picker: str, scope: str) -> Sequence[Option]:
        return ()

    def describe(self, picker: str, value: str) -> Variables | None:
        return None


NO_LOOKUP = _NoLookup()  # for showing a form without a case: nobody can be picked


class Remembering:
    """Asks the caller's lookup each question once: a form is walked several times until its conditions settle."""

    def __init__(self, lookup: Lookup) -> None:
        self._lookup = lookup
        self._options: dict[tuple[str, str], Sequence[Option]] = {}
        self._described: dict[tuple[str, str], Variables | None] = {}

    def options(self, picker: str, scope: str) -> Sequence[Option]:
        if (picker, scope) not in self._options:
            self._options[picker, scope] = self._lookup.options(picker, scope)
        return self._options[picker, scope]

    def describe(self, picker: str, value: str) -> Variables | None:
        if (picker, value) not in self._described:
            self._described[picker, value] = self._lookup.describe(picker, value)
        return self._described[picker, value]


def options_of(field: Field, names: Names, lookup: Lookup) -> tuple[Option, ...]:
    """What may be chosen here and now."""
    choices = field.choices
    if field.kind not in CHOICES:
        return ()
    if field.kind is Kind.FILES:
        return tuple(lookup.options("attachment", field.key))
    if choices.picker:
        scope = settle(choices.scope, names)
        return tuple(lookup.options(choices.picker, "" if scope is None else str(scope)))
    return _given(choices, names)


def described(field: Field, value: Value, lookup: Lookup) -> Value:
    """A picked value as FEEL sees it; any other value as it is."""
    picker = field.choices.picker
    if not picker or value in (None, ""):
        return value
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [described(field, one, lookup) for one in value]
    known = lookup.describe(picker, str(value))
    return {"id": str(value)} if known is None else known


def _given(choices: Choices, names: Names) -> tuple[Option, ...]:
    if choices.expression is not None:
        found: object = choices.expression.evaluate(names)
    elif choices.variable:
        found = names.get(choices.variable)
    else:
        return choices.values
    return tuple(option for one in (found if isinstance(found, list | tuple) else []) if (option := _option(one)))


def _option(raw: object) -> Option | None:
    """Plain values, or contexts with value and label, as form-js reads them."""
    if isinstance(raw, Mapping):
        label, value = raw.get("label"), as_value(raw.get("value"))
        return None if value is None else Option(value, str(label or value), str(raw.get("detail") or ""))
    return None if raw is None else Option(as_value(raw), str(raw))
