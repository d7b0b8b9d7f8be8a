"""From a submission to checked data: the only way in.

`validate` refuses what is wrong; `refill` takes the same way and keeps it, for showing the page again and for drafts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from jiecheng.forms.components import Component, DynamicList, Form, Group, place_of, prefix_inside
from jiecheng.forms.lookup import Lookup, Remembering
from jiecheng.forms.rights import is_edited
from jiecheng.forms.scope import root_names, rows_of, without_blank_rows
from jiecheng.forms.taking import PASSES, Place, Taking
from jiecheng.model.errors import Invalid
from jiecheng.model.form import FormUse
from jiecheng.model.values import Value, Variables


@dataclass(frozen=True, slots=True)
class Checked:
    """`data`: all of the form's data after the step. `changed`: paths whose value differs from the stored one; a list
    counts as one."""

    data: dict[str, Value]
    changed: tuple[str, ...]


def validate(
    form: Form,
    use: FormUse,
    submitted: Mapping[str, object],
    stored: Variables,
    *,
    context: Variables,
    lookup: Lookup,
) -> Checked:
    """Check a submission (from `parse_fields` or a JSON body) against the form and the step's rights.

    `context` holds the case's variables, `initiator`, `profile` and `today`. Raises `Invalid` whose fields are named
    as the page names its inputs ("items.0.qty").
    """
    data, taking = _settled(form, use, submitted, stored, context, lookup)
    if taking.errors:
        raise Invalid(f"有 {len(taking.errors)} 处需要修改。", fields=taking.errors)
    clean = without_blank_rows(form.components, data)
    return Checked(clean, tuple(_changed(form.components, "", stored, clean)))


def refill(
    form: Form,
    use: FormUse,
    submitted: Mapping[str, object],
    stored: Variables,
    *,
    context: Variables,
    lookup: Lookup,
) -> dict[str, Value]:
    """The data to show again or to keep as a draft: what was typed, right or wrong, within the step's rights."""
    data, taking = _settled(form, use, submitted, stored, context, lookup)
    for target, key, typed in taking.typed:
        target[key] = typed
    return data


def _settled(
    form: Form,
    use: FormUse,
    submitted: Mapping[str, object],
    stored: Variables,
    context: Variables,
    lookup: Lookup,
) -> tuple[dict[str, Value], Taking]:
    """Walk until nothing moves: a condition may look at a value that another condition hides, or that is computed."""
    remembering = Remembering(lookup)
    edited = is_edited(form, use)
    guess: Variables = stored
    for _ in range(PASSES):
        taking = Taking(use, remembering, edited)
        names = root_names(form, guess, context, remembering)
        place = Place("", "", use.default, submitted, dict(stored), names)
        taking.walk(form.components, place)
        if place.data == guess:
            return place.data, taking
        guess = place.data
    raise Invalid("表单里的显示条件或计算互相依赖，无法确定结果。请联系流程负责人修改表单。")


def _changed(components: tuple[Component, ...], prefix: str, old: Variables, new: Variables) -> list[str]:
    changed: list[str] = []
    for component in components:
        path = place_of(component, prefix)
        if isinstance(component, Group):
            inner_old, inner_new = (
                (old, new) if not component.path else (_context(old, component.path), _context(new, component.path))
            )
            changed += _changed(component.components, prefix_inside(component, prefix), inner_old, inner_new)
        elif path:
            key = path.removeprefix(prefix)
            if isinstance(component, DynamicList):
                same = _bare(rows_of(old.get(key))) == _bare(rows_of(new.get(key)))
            else:
                same = old.get(key) == new.get(key) or (not old.get(key) and new.get(key) in (None, []))
            changed += [] if same else [path]
    return changed


def _context(data: Variables, key: str) -> Variables:
    value = data.get(key)
    return value if isinstance(value, Mapping) else {}


def _bare(rows: list[Mapping[str, Value]]) -> list[dict[str, Value]]:
    return [{key: value for key, value in row.items() if value is not None} for row in rows]
