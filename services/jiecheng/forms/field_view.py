"""One field as a view node: its text, its options, what it says when it is only read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from jiecheng.forms.components import Field, Kind, Moment, Option
from jiecheng.forms.expression import Names, settle
from jiecheng.forms.layout import Slot
from jiecheng.forms.lookup import Lookup, options_of
from jiecheng.forms.nodes import FieldView, OptionGroup, OptionView
from jiecheng.forms.rights import EDITABLE
from jiecheng.forms.values import number_of, today_of
from jiecheng.forms.words import fill, say, say_moment, say_number
from jiecheng.model.form import Right
from jiecheng.model.values import Value, Variables

_CONTROLS = {
    Kind.TEXT: "text",
    Kind.TEXTAREA: "textarea",
    Kind.NUMBER: "number",
    Kind.CHECKBOX: "checkbox",
    Kind.RADIO: "radio",
    Kind.SELECT: "select",
    Kind.CHECKLIST: "checklist",
    Kind.TAGLIST: "taglist",
    Kind.FILES: "files",
}
_MOST_BOXES = 40
_MOMENTS = {Moment.DATE: "date", Moment.TIME: "time", Moment.DATETIME: "datetime-local"}


@dataclass(frozen=True, slots=True)
class FieldAt:
    """What the walk knows of a field's place. `names` decide, `shown` may be read by the person."""

    name: str
    right: Right
    slot: Slot
    data: Variables
    names: Names
    shown: Names
    errors: Sequence[str]
    watched: bool
    around: str = ""


def html_id(name: str) -> str:
    """An id for a name: dots would need escaping in selectors."""
    return "f-" + name.replace(".", "-")


def field_view(field: Field, at: FieldAt, lookup: Lookup) -> FieldView:
    """The node of a field that is at least readable."""
    locked = any(settle(setting, at.names) is True for setting in field.read_only)
    right = Right.READ if locked else at.right
    editable = right in EDITABLE
    value = at.data.get(field.key, field.default if at.right in EDITABLE else None)
    options = options_of(field, at.names, lookup) if editable or not field.choices.picker else ()
    label = fill(field.label, at.shown)
    return FieldView(
        id=html_id(at.name),
        name=at.name,
        control=_control(field, len(options)),
        label=label,
        full_label=f"{at.around} {label}" if at.around else label,
        value=_input_text(value) if editable else "",
        text=_text(field, value, options, lookup),
        right=right,
        required=editable and (right is Right.REQUIRED or field.rules.required),
        description=fill(field.description, at.shown),
        options=_grouped(options, value) if editable else (),
        checked=value is True,
        errors=tuple(at.errors),
        span=at.slot.span,
        breaks=at.slot.breaks,
        watched=at.watched,
        prefix=field.prefix,
        suffix=field.suffix,
        accept=field.accept,
        **_limits(field, at.names),
    )


def _control(field: Field, count: int) -> str:
    if field.kind is Kind.DATETIME:
        return _MOMENTS[field.moment]
    if field.kind is Kind.TAGLIST and count <= _MOST_BOXES:
        return "checklist"  # boxes need no Ctrl key
    return _CONTROLS[field.kind]


def _limits(field: Field, names: Names) -> dict[str, str]:
    """Hints for the browser; the server checks again."""
    rules = field.rules
    if field.kind is Kind.DATETIME:
        lowest, highest = settle(rules.minimum, names), settle(rules.maximum, names)
        first = lowest if isinstance(lowest, str) else ""
        if rules.no_past and field.moment is Moment.DATE:
            first = max(first, today_of(names))
        return {"minimum": first, "maximum": highest if isinstance(highest, str) else ""}
    if field.kind in (Kind.TEXT, Kind.TEXTAREA):
        longest = number_of(settle(rules.max_length, names))
        return {"max_length": f"{longest:f}" if longest is not None else ""}
    return {}


def _input_text(value: object) -> str:
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, Decimal):
        return f"{value:f}"
    return str(value) if isinstance(value, str | int | float) else ""


def _text(field: Field, value: Value, options: Sequence[Option], lookup: Lookup) -> str:
    many = value if isinstance(value, Sequence) and not isinstance(value, str) else (value,)
    return "、".join(_one_text(field, one, options, lookup) for one in many if one not in (None, ""))


def _one_text(field: Field, value: Value, options: Sequence[Option], lookup: Lookup) -> str:
    if field.choices.picker:
        return _known_as(field.choices.picker, str(value), lookup)
    if field.kind is Kind.NUMBER and isinstance(value, Decimal | int):
        return " ".join(part for part in (field.prefix, say_number(value), field.suffix) if part)
    if field.kind is Kind.DATETIME and isinstance(value, str):
        return say_moment(value)
    label = next((option.label for option in options if option.value == value), None)
    # A text the person typed stays as typed, also where it looks like a date.
    return label or (value if isinstance(value, str) else say(value))


def _known_as(picker: str, value: str, lookup: Lookup) -> str:
    known = lookup.describe(picker, value)
    if known is None:
        return value
    name = say(known.get("name")) or value
    if picker != "identity":
        return name
    place = " ".join(say(known.get(part)) for part in ("organ_name", "post_name") if known.get(part))
    return f"{name}（{place}）" if place else name


def _grouped(options: Sequence[Option], value: Value) -> tuple[OptionGroup, ...]:
    """Options under their detail (the organ of an identity), in the order they came."""
    chosen = {str(one) for one in value} if isinstance(value, list | tuple) else {str(value)}
    groups: dict[str, list[OptionView]] = {}
    for option in options:
        text = str(option.value)
        groups.setdefault(option.detail, []).append(OptionView(text, option.label, text in chosen))
    return tuple(OptionGroup(heading, tuple(members)) for heading, members in groups.items())
