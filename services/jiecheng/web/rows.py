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
        here: Variables = cast(Variables, typed.read_data([form], posted))  # texts and lists of texts, as a browser sends them
        if adding:
            here = forms.add_row(form, here, adding)
        elif removing:
            here = forms.remove_row(form, here, removing)
        data |= here
    return data
