"""A schema becomes a form, or all that is wrong with it is said at once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiecheng.forms import Form, field_labels, personal_fields, read_form, unknown_fields
from jiecheng.model.errors import Finding, Invalid
from jiecheng.model.form import FormUse, Right


def findings(text: str) -> dict[str, Finding]:
    with pytest.raises(Invalid) as refused:
        read_form(text)
    return {one.code: one for one in refused.value.findings}


def of(*components: Mapping[str, object]) -> str:
    return json.dumps({"schemaVersion": 19, "components": components}, ensure_ascii=False)


TEXT = {"type": "textfield", "key": "a", "label": "甲"}


def test_every_kind_of_component_is_read(application):
    assert set(application.inputs) == {
        "borrowed", "start", "end", "subsidy", "urgent", "reason", "kind", "streets", "phone", "office.name",
        "office.chief", "items.duty", "items.days", "items.verdict", "papers",
    }  # fmt: skip
    assert {"urgent", "start", "unit", "items", "borrowed"} <= application.watched


def test_the_same_text_is_read_once():
    assert read_form(of(TEXT)) is read_form(of(TEXT))


def test_personal_fields_are_those_marked_and_those_that_name_a_person(application):
    assert personal_fields(application) == {"phone", "borrowed"}


def test_labels_are_known_by_path(application):
    labels = field_labels(application)
    assert (labels["office.name"], labels["items"], labels["start"]) == ("名称", "分工", "开始日期")


def test_a_use_that_names_a_field_the_form_lacks_is_a_slip(application):
    use = FormUse("application", rights={"borowed": Right.READ, "items.duty": Right.READ, "total": Right.READ})
    assert unknown_fields(application, use) == ("borowed",)


def test_broken_json_is_placed_by_line_and_column():
    found = findings('{\n "schemaVersion": 19,\n "components": [}\n')["json"]
    assert found.place == "3:17"
    assert "第 3 行第 17 列" in found.message


@pytest.mark.parametrize("text", ["[]", '"x"', "", "{", '{"a": 1, "a": 2}', "[" * 5000])
def test_what_is_no_schema_object_is_refused_as_unreadable(text):
    assert "json" in findings(text)


@pytest.mark.parametrize("version", [None, 20, 0, "19", True])
def test_another_schema_version_is_refused(version):
    assert "version" in findings(json.dumps({"schemaVersion": version, "components": []}))


@pytest.mark.parametrize("kind", ["html", "iframe", "image", "documentPreview", "button"])
def test_components_that_could_act_or_load_are_refused_with_what_to_use(kind):
    found = findings(of({"type": kind, "id": "x"}))["component"]
    assert kind in found.message
    assert "请" in found.message or "由" in found.message


@pytest.mark.parametrize(
    ("component", "code", "word"),
    [
        ({"type": "wizard"}, "component", "wizard"),
        ({}, "component", "不认识"),
        ({**TEXT, "label": " "}, "label", "标签"),
        ({"type": "datetime", "key": "d", "label": ""}, "label", "标签"),
        ({**TEXT, "key": ""}, "key", "键"),
        ({**TEXT, "key": "a.b"}, "key", "a.b"),
        ({**TEXT, "key": "_row"}, "key", "_row"),
        ({**TEXT, "key": "today"}, "key", "保留"),
        ({**TEXT, "key": "initiator"}, "key", "保留"),
        ({**TEXT, "conditional": {"hide": "=a >"}}, "feel", "a >"),
        ({**TEXT, "conditional": {"hide": "a > 1"}}, "feel", "="),
        ({**TEXT, "label": "{{1 +}}"}, "feel", "1 +"),
        ({"type": "text", "text": "{{#if a}}x{{/if}}"}, "feel", "{{#"),
        ({"type": "expression", "key": "e", "expression": "=1 +"}, "feel", "1 +"),
        ({"type": "expression", "key": "e"}, "feel", "表达式"),
        ({**TEXT, "validate": {"pattern": "("}}, "pattern", "("),
        ({**TEXT, "validate": {"pattern": "^(?=.*[a-z])"}}, "pattern", "第 3 个字符"),
        ({**TEXT, "validate": {"pattern": "(" * 5_000}}, "pattern", "500 个字符"),
        ({**TEXT, "validate": {"pattern": "(" * 40 + ")" * 40}}, "pattern", "嵌套过深"),
        ({**TEXT, "validate": {"validationType": "iban"}}, "schema", "iban"),
        ({"type": "select", "key": "s", "label": "选"}, "options", "可选项"),
        ({"type": "radio", "key": "s", "label": "选", "values": [{"label": "x"}]}, "options", "没有值"),
        ({"type": "radio", "key": "s", "label": "选", "values": [{"value": "1"}, {"value": 1}]}, "options", "相同"),
        ({"type": "select", "key": "s", "label": "选", "properties": {"picker": "ship"}}, "picker", "ship"),
        ({"type": "datetime", "key": "d", "label": "日", "subtype": "year"}, "schema", "year"),
        ({"type": "number", "key": "n", "label": "数", "decimalDigits": -1}, "schema", "decimalDigits"),
        ({"type": "table", "label": "表", "dataSource": "=x"}, "table", "列"),
        ({"type": "dynamiclist", "path": "", "label": "表", "components": []}, "key", "键"),
    ],
)
def test_a_fault_is_named_by_kind_and_quotes_what_was_found(component, code, word):
    assert word in findings(of(component))[code].message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f'{{"schemaVersion": {"9" * 5_000}}}', "最多 400 位"),
        ('{"schemaVersion": 19, "components": [], "max": 1e999999999}', "最多 400 位"),
        ('{"schemaVersion": 19, "components": [{"type": "text", "text": "甲\\ud800乙", "id": "a"}]}', "「甲�乙」"),
        ('{"schemaVersion": 19, "components": [], "\\udfff": 1, "\\udfff": 2}', "2 次「�」"),
    ],
)
def test_what_no_page_can_show_is_refused_in_words_that_can_be_sent(text, words):
    with pytest.raises(Invalid) as refused:
        read_form(text)
    assert words in refused.value.message
    refused.value.message.encode()


def test_a_pair_of_surrogates_is_one_character():
    assert read_form('{"schemaVersion": 19, "components": [{"type": "text", "text": "\\ud83d\\ude00", "id": "a"}]}')


def test_doubled_keys_are_found_across_groups_but_not_across_lists():
    group = {"type": "group", "components": [TEXT]}
    rows = {"type": "dynamiclist", "path": "rows", "label": "行", "components": [TEXT]}
    assert findings(of(TEXT, group))["key"].place == "a"
    assert set(read_form(of(TEXT, rows)).inputs) == {"a", "rows.a"}


def test_all_faults_are_said_at_once():
    with pytest.raises(Invalid) as refused:
        read_form(of({"type": "html"}, {**TEXT, "label": ""}, {**TEXT, "conditional": {"hide": "=("}}))
    assert {one.code for one in refused.value.findings} == {"component", "label", "feel", "key"}


def test_nesting_and_size_are_bounded():
    nested: dict[str, object] = TEXT
    for _ in range(9):
        nested = {"type": "group", "components": [nested]}
    assert "size" in findings(of(nested))
    assert "size" in findings(of(*({**TEXT, "key": f"k{at}"} for at in range(501))))
    assert "size" in findings(" " * (513 * 1024))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
KEYS = st.sampled_from(
    ["key", "path", "label", "text", "values", "validate", "properties", "conditional", "components", "appearance",
     "layout", "expression", "dataSource", "columns", "defaultValue", "decimalDigits", "readonly", "valuesExpression"]
)  # fmt: skip
KINDS = st.sampled_from(
    ["textfield", "number", "datetime", "select", "group", "dynamiclist", "table", "text", "expression"]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(KINDS, st.dictionaries(KEYS, JSON, max_size=6)), max_size=3))
def test_whatever_the_schema_says_it_is_read_or_refused_and_never_breaks(drawn):
    form = None
    with suppress(Invalid):
        form = read_form(of(*({**body, "type": kind} for kind, body in drawn)))
    assert form is None or isinstance(form, Form)
