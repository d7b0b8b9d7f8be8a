"""The view tree: what is in it, in which words, and what is not in it at all."""

from __future__ import annotations

import pytest

from jiecheng.forms import NO_LOOKUP, fields_in, read_only, refill, validate, view
from jiecheng.forms.nodes import FieldView, GroupView, ListView, TableView, TextView
from jiecheng.model.errors import Invalid
from jiecheng.model.form import FormUse, Right

from .conftest import CONTEXT, EDIT, GOOD


@pytest.fixture
def stored(application, district):
    return validate(application, EDIT, GOOD, {}, context=CONTEXT, lookup=district).data


@pytest.fixture
def look(application, district):
    def looked(data, use=EDIT, **more):
        return view(application, use, data, context=CONTEXT, lookup=district, **more)

    return looked


def fields(shown) -> dict[str, FieldView]:
    return {one.name: one for one in fields_in(shown.nodes)}


def lists(shown) -> list[ListView]:
    return [node for node in shown.nodes if isinstance(node, ListView)]


def test_values_are_said_as_people_read_them(look, stored):
    texts = {name: one.text for name, one in fields(look({**stored, "subsidy": stored["subsidy"] * 10})).items()}
    assert texts["borrowed"] == "张伟（彭溪街道党政办 科员）"
    assert texts["start"] == "2026年4月1日"
    assert texts["subsidy"] == "12,005.00 元"
    assert texts["urgent"] == "否"
    assert texts["kind"] == "半脱产"
    assert texts["streets"] == "彭溪街道办事处"
    assert texts["items.1.days"] == "5"


def test_inputs_hold_what_a_browser_needs(look, stored):
    shown = fields(look(stored))
    assert (shown["start"].control, shown["start"].value, shown["start"].minimum) == (
        "date",
        "2026-04-01",
        "2026-03-01",
    )
    assert (shown["end"].minimum, shown["end"].maximum) == ("2026-04-01", "2026-12-31")
    assert shown["subsidy"].value == "1200.50"
    assert shown["borrowed"].required
    assert [one.value for one in shown["kind"].flat_options if one.chosen] == ["half"]
    assert shown["urgent"].watched
    assert not shown["phone"].watched


def test_people_are_offered_under_their_organs(look):
    groups = fields(look({}))["borrowed"].options
    assert [group.heading for group in groups] == ["彭溪街道党政办", "彭溪司法所"]


def test_a_hidden_field_is_not_in_the_tree_and_no_text_quotes_it(look, stored):
    use = FormUse(
        "application", Right.READ, {"borrowed": Right.HIDDEN, "end": Right.HIDDEN, "items.days": Right.HIDDEN}
    )
    shown = look(stored, use)
    assert not {"borrowed", "end", "items.0.days"} & fields(shown).keys()
    assert "张伟" not in repr(shown)
    assert "9月30日" not in repr(shown)
    assert lists(shown)[0].heads == ("任务", "审核意见")


@pytest.mark.parametrize("hidden", ["items", "office"])
def test_a_hidden_container_is_gone_with_all_that_is_in_it(look, stored, hidden):
    use = FormUse("application", Right.READ, {hidden: Right.HIDDEN, f"{hidden}.name": Right.READ})
    shown = look(stored, use)
    assert not any(name.startswith(f"{hidden}.") for name in fields(shown))
    assert "整理档案" not in repr(shown) if hidden == "items" else "人事科" not in repr(shown)


def test_a_form_hidden_by_default_shows_what_is_named(look, stored):
    shown = look(stored, FormUse("application", Right.HIDDEN, {"office.name": Right.READ}))
    assert list(fields(shown)) == ["office.name"]
    assert lists(shown) == []


def test_a_text_in_a_row_quotes_no_hidden_cell(form_of):
    form = form_of({"type": "dynamiclist", "path": "r", "label": "行", "components": [
        {"type": "textfield", "key": "a", "label": "甲"}, {"type": "textfield", "key": "b", "label": "乙 {{a}}"},
        {"type": "text", "text": "{{a}}、{{b}}"}]})  # fmt: skip
    use = FormUse("f", Right.READ, {"r.a": Right.HIDDEN})
    shown = view(form, use, {"r": [{"a": "秘密", "b": "公开"}]}, context={}, lookup=NO_LOOKUP)
    assert "秘密" not in repr(shown)
    assert "、公开" in repr(shown)


def test_a_field_that_a_condition_hides_is_absent(look, stored):
    assert "reason" not in fields(look(stored))
    assert "reason" in fields(look({**stored, "urgent": True}))


def test_what_may_only_be_read_offers_nothing_to_fill_in(look, stored, district):
    district.asked.clear()
    shown = look(stored, read_only(EDIT))
    assert not shown.editable
    assert not shown.watched
    assert all(not one.editable and not one.options and not one.required for one in fields(shown).values())
    assert not lists(shown)[0].growing
    assert ("identity", "") not in district.asked


def test_a_locked_field_is_shown_as_read(form_of):
    form = form_of(
        {"type": "textfield", "key": "a", "label": "甲", "readonly": "=today != null", "defaultValue": "初值"}
    )
    field = fields(view(form, EDIT, {}, context=CONTEXT, lookup=NO_LOOKUP))["a"]
    assert (field.right, field.text, field.editable) == (Right.READ, "初值", False)


def test_texts_and_tables_are_filled_from_the_data(look, stored):
    shown = look(stored)
    text = next(node for node in shown.nodes if isinstance(node, TextView))
    assert [(block.kind, block.lines) for block in text.blocks] == [
        ("heading", ("借调申请",)),
        ("paragraph", ("请如实填写。",)),
        ("list", ("期限至 2026年9月30日", "借 张伟")),
    ]
    table = next(node for node in shown.nodes if isinstance(node, TableView))
    assert (table.heads, table.rows) == (("年度", "人员"), (("2025", "王某"),))


def test_errors_stand_at_their_fields_and_in_the_summary_in_the_order_of_the_page(application, look, district):
    bad = {**GOOD, "borrowed": "", "subsidy": "十", "items": [{"duty": "x"}, {"days": "2"}]}
    with pytest.raises(Invalid) as refused:
        validate(application, EDIT, bad, {}, context=CONTEXT, lookup=district)
    data = refill(application, EDIT, bad, {}, context=CONTEXT, lookup=district)
    shown = look(data, errors={**refused.value.fields, "_outcome": ["请选择结论。"]})
    assert [(link.anchor, link.label) for link in shown.errors] == [
        ("f-borrowed", "借调人员"),
        ("f-subsidy", "补贴"),
        ("f-items-1-duty", "分工 第 2 行 任务"),
        ("f-_outcome", ""),
    ]
    assert fields(shown)["subsidy"].value == "十"
    assert fields(shown)["items.1.duty"].errors == ("请填写此项。",)


def test_rows_know_where_they_came_from(look, stored, application, district):
    assert [row.origin for row in lists(look(stored))[0].rows] == ["0", "1"]
    typed = {**GOOD, "items": [{"_row": "1", "duty": "值班"}, {"_row": "", "duty": "新"}]}
    again = look(refill(application, EDIT, typed, stored, context=CONTEXT, lookup=district))
    assert [(row.origin_name, row.origin) for row in lists(again)[0].rows] == [
        ("items.0._row", "1"),
        ("items.1._row", ""),
    ]


def test_an_empty_list_begins_with_a_row_only_where_rows_may_be_written(look):
    assert len(lists(look({}))[0].rows) == 1
    assert lists(look({}, read_only(EDIT)))[0].rows == ()


def test_a_prefix_goes_before_every_name_and_id(look, stored):
    shown = look(stored, prefix="application.", errors={"phone": ["x"]})
    assert all(name.startswith("application.") for name in fields(shown))
    assert lists(shown)[0].place == "application.items"
    assert shown.errors[0].anchor == "f-application-phone"


def test_sixteen_columns_become_twelve(look):
    shown = fields(look({}))
    assert (shown["borrowed"].span, shown["start"].span, shown["end"].span) == (6, 3, 3)
    assert shown["subsidy"].span == 12


def test_rows_too_wide_for_a_table_become_blocks(form_of):
    cells = [{"type": "textfield", "key": f"k{at}", "label": str(at)} for at in range(7)]
    form = form_of({"type": "dynamiclist", "path": "r", "label": "行", "components": cells})
    assert lists(view(form, EDIT, {}, context={}, lookup=NO_LOOKUP))[0].heads == ()


def test_a_group_in_which_nothing_is_shown_is_not_shown(look, stored):
    use = FormUse("application", Right.READ, {"office.name": Right.HIDDEN, "office.chief": Right.HIDDEN})
    assert not [node for node in look(stored, use).nodes if isinstance(node, GroupView)]
