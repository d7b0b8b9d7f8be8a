"""Buttons inside a form that decide nothing and work without JavaScript: a row more, a row less, "show it anew"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from jiecheng import forms
from jiecheng.model.values import Variables
from jiecheng.web import typed
from jiecheng.web.posted import Posted

ADD, REMOVE, REFRESH = "_add", "_remove", "_refresh"


def change_rows(shown: Sequence[forms.Form], posted: Posted) -> Mapping[str, object] | None:
    """What was typed, with the row added or removed; None when no such button was pressed."""
    adding, removing = posted.one(ADD), posted.one(REMOVE)
    if not (adding or removing or REFRESH in posted.fields):
        return None
    data: dict[str, object] = {}
    for form in shown:
        # Texts and lists of texts, as a browser sends them: all of them are values.
        here = cast(Variables, typed.read_data([form], posted))
        data |= _changed(form, here, adding, removing)
    return data


def _changed(form: forms.Form, here: Variables, adding: str, removing: str) -> Mapping[str, object]:
    if adding:
        return forms.add_row(form, here, adding)
    return forms.remove_row(form, here, removing) if removing else here
