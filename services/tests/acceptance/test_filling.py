"""How a scenario fills in a form: by label, as people write it, and nothing that the page does not ask for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from jiecheng import forms
from jiecheng.acceptance import filling
from jiecheng.model.form import FormUse, Right

TODAY = date(2026, 12, 1)
CHOICES = [{"value": "appoint", "label": "任"}, {"value": "remove", "label": "免"}]


def page(*components: Mapping[str, Any]) -> filling.Show:
    text = {"type": "default", "id": "f", "schemaVersion": forms.SCHEMA_VERSION, "components": list(components)}
    form, use = forms.read_form(json.dumps(text)), FormUse("f", Right.EDIT)
    return lambda typed: [forms.view(form, use, typed, context={"today": "2026-12-01"}, lookup=forms.NO_LOOKUP)]  # type: ignore[arg-type]


def field(kind: str, key: str, label: str, **more: object) -> dict[str, object]:
    named = {"dateLabel": label, "subtype": "date"} if kind == "datetime" else {"label": label}
    return {"type": kind, "id": key, "key": key, **named, **more}


def filled(show: filling.Show, **said: str) -> dict[str, object]:
    return filling.fill(show, filling.Said(said), TODAY)


def test_a_label_is_as_good_as_a_key_and_a_date_is_written_as_people_write_it() -> None:
    show = page(field("datetime", "held_on", "会议日期"), field("radio", "action", "事项", values=CHOICES))
    assert filled(show, 会议日期="2026年12月5日", 事项="免") == {"held_on": "2026-12-05", "action": "remove"}


def test_what_is_required_is_filled_in_and_the_rest_stays_empty() -> None:
    show = page(
        field("textarea", "reason", "理由", validate={"required": True, "maxLength": 10}),
        field("textfield", "note", "备注"),
    )
    found = filled(show)
    assert len(str(found["reason"])) == 10
    assert found["note"] == ""


def test_a_field_can_be_left_empty_on_purpose() -> None:
    assert filled(page(field("textarea", "reason", "理由", validate={"required": True})), 理由=filling.BLANK) == {
        "reason": ""
    }


def test_a_field_that_opens_by_an_answer_is_filled_in_too() -> None:
    show = page(
        field("radio", "action", "事项", values=CHOICES),
        field("textfield", "successor", "接任人选", conditional={"hide": '=action != "remove"'}),
    )
    assert filled(show, 事项="免", 接任人选="待定") == {"action": "remove", "successor": "待定"}


def test_a_label_that_is_not_on_the_page_is_named() -> None:
    with pytest.raises(AssertionError, match="会议地点"):
        filled(page(field("textfield", "note", "备注")), 会议地点="三楼")


def test_the_second_row_of_a_list_is_spoken_of_by_its_number() -> None:
    rows = {
        "type": "dynamiclist",
        "id": "items",
        "path": "items",
        "label": "事项",
        "components": [field("textfield", "what", "名称")],
    }
    assert filled(page(rows), 事项第1行名称="巡查", 事项第2行名称="登记") == {
        "items": [{"what": "巡查"}, {"what": "登记"}]
    }


def test_a_box_is_ticked_by_yes() -> None:
    assert filled(page(field("checkbox", "talked", "双方谈过")), 双方谈过="是") == {"talked": True}
