"""Names of a page become nested data, and a list grows and shrinks without JavaScript."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from jiecheng.forms import add_row, parse_fields, remove_row


def test_names_become_the_shape_of_the_form(application):
    pairs = [
        ("borrowed", "zhang"), ("streets", "px"), ("streets", "hz"), ("office.name", "人事科"),
        ("items.0._row", "1"), ("items.0.duty", "值班"), ("items.1.duty", "整理"), ("items.1.days", "3"),
    ]  # fmt: skip
    assert parse_fields(application, pairs) == {
        "borrowed": "zhang",
        "streets": ["px", "hz"],
        "office": {"name": "人事科"},
        "items": [{"_row": "1", "duty": "值班"}, {"duty": "整理", "days": "3"}],
    }


def test_names_the_form_does_not_know_are_dropped(application):
    pairs = [("evil", "1"), ("_outcome", "agree"), ("office", "x"), ("office.evil", "1"), ("items", "x"),
             ("items.0", "x"), ("items.x.duty", "1"), ("items.01.duty", "1"), ("items.0.duty.more", "1"),
             ("total", "9"), ("", "x"), (".", "x")]  # fmt: skip
    assert parse_fields(application, pairs) == {"items": [{}]}


def test_gaps_between_row_numbers_close_and_the_order_stays(application):
    pairs = [(f"items.{number}.duty", str(number)) for number in (10, 2, 999)]
    assert [row["duty"] for row in parse_fields(application, pairs)["items"]] == ["2", "10", "999"]


def test_of_a_repeated_single_field_the_last_counts(application):
    assert parse_fields(application, [("urgent", "false"), ("urgent", "true")]) == {"urgent": "true"}


def test_a_prefix_keeps_two_forms_on_one_page_apart(application):
    pairs = [("a.phone", "1"), ("b.phone", "2"), ("phone", "3")]
    assert parse_fields(application, pairs, prefix="b.")["phone"] == "2"


def test_a_flood_of_rows_is_cut_so_that_it_can_be_refused(application):
    pairs = [(f"items.{number}.duty", "x") for number in range(900)]
    assert len(parse_fields(application, pairs)["items"]) == 201


def test_a_row_is_added_at_the_end_and_removed_where_it_stands(application):
    data = {"phone": "1", "items": [{"_row": "0", "duty": "甲"}, {"_row": "1", "duty": "乙"}]}
    assert add_row(application, data, "items")["items"] == [*data["items"], {"_row": ""}]
    assert remove_row(application, data, "items.0") == {"phone": "1", "items": [data["items"][1]]}
    assert add_row(application, {}, "items") == {"items": [{"_row": ""}]}


def test_a_list_inside_a_row_grows_too(form_of):
    inner = {"type": "dynamiclist", "path": "b", "label": "乙", "components": []}
    form = form_of({"type": "group", "path": "g", "components": [
        {"type": "dynamiclist", "path": "a", "label": "甲", "components": [inner]}]})  # fmt: skip
    data = {"g": {"a": [{"b": []}, {"b": [{"_row": "0"}]}]}}
    assert add_row(form, data, "g.a.1.b") == {"g": {"a": [{"b": []}, {"b": [{"_row": "0"}, {"_row": ""}]}]}}
    assert remove_row(form, data, "g.a.1.b.0") == {"g": {"a": [{"b": []}, {"b": []}]}}


@given(
    st.text(max_size=12),
    st.dictionaries(st.sampled_from(["items", "office", "phone"]), st.lists(st.none()), max_size=2),
)
def test_a_button_with_a_forged_place_does_no_harm(application, place, data):
    for pressed in (add_row, remove_row):
        assert isinstance(pressed(application, data, place), dict)


@given(st.lists(st.tuples(st.text(alphabet="items.office0129_rowduty", max_size=16), st.text(max_size=3)), max_size=8))
def test_any_names_are_read_or_dropped(application, pairs):
    assert set(parse_fields(application, pairs)) <= {*application.inputs, "office", "items"}
