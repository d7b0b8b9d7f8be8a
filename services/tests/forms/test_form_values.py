"""What people type, kind by kind: taken exactly, or refused with a sentence that says what to do."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiecheng.forms import NO_LOOKUP, validate
from jiecheng.model.errors import Invalid
from jiecheng.model.form import FormUse, Right

EDIT = FormUse("f", Right.EDIT)
TODAY = {"today": "2026-03-01"}


@pytest.fixture
def take(form_of):
    """The value a field of the given settings takes, or the sentence it refuses with."""

    def taken(kind, raw, context=None, **settings):
        form = form_of({"type": kind, "key": "v", "label": "项目", **settings})
        try:
            checked = validate(form, EDIT, {"v": raw}, {}, context={**TODAY, **(context or {})}, lookup=NO_LOOKUP)
        except Invalid as refused:
            return " ".join(refused.fields["v"])
        return checked.data["v"]

    return taken


@pytest.mark.parametrize(
    ("typed", "value"),
    [("12", "12.00"), (" 12.5 ", "12.50"), ("-0.01", "-0.01"), ("1200.500", "1200.50"), (7, "7.00"), (0.1, "0.10")],
)
def test_money_is_decimal_with_the_digits_of_the_field(take, typed, value):
    taken = take("number", typed, decimalDigits=2)
    assert isinstance(taken, Decimal)
    assert str(taken) == value


@pytest.mark.parametrize("typed", ["abc", "1,200", "１２", "1e5", "12元", "NaN", "--1", "9" * 21, True, [], {}])
def test_what_is_no_plain_number_is_refused(take, typed):
    assert "请只填数字" in take("number", typed, decimalDigits=2)


def test_money_is_never_rounded(take):
    assert take("number", "12.345", decimalDigits=2) == "「12.345」有 3 位小数，最多 2 位小数，请改正。"
    assert "请填整数" in take("number", "1.5", decimalDigits=0)
    assert take("number", "3.0", decimalDigits=0) == 3


def test_a_limit_itself_is_within_the_limits(take):
    assert take("number", "3", validate={"min": 3, "max": 3}) == 3
    assert take("textfield", "abc", validate={"minLength": 3, "maxLength": 3}) == "abc"


def test_limits_and_steps_of_a_number_are_said_with_the_value(take):
    assert take("number", "0", validate={"min": 1}) == "不能小于 1，现为 0，请改正。"
    assert take("number", "7", validate={"max": "=limit * 2"}, context={"limit": 3}) == "不能大于 6，现为 7，请改正。"
    assert take("number", "0.25", increment=Decimal("0.5").__float__()) == "应为 0.5 的整数倍，现为 0.25，请改正。"
    assert take("number", "1.5", increment=0.5) == Decimal("1.5")


@pytest.mark.parametrize(
    ("subtype", "typed", "value"),
    [
        ("date", "2024-02-29", "2024-02-29"),
        ("time", "09:30:15", "09:30"),
        ("datetime", "2026-03-01 09:30", "2026-03-01T09:30"),
    ],
)
def test_moments_become_iso_text(take, subtype, typed, value):
    assert take("datetime", typed, subtype=subtype) == value


@pytest.mark.parametrize(
    ("subtype", "typed", "sentence"),
    [
        ("date", "2026-02-31", "2026-02-31 不是一个存在的日期，请重新填写。"),
        ("date", "2026-2-3", "日期应写成 2026-03-01 的样子，请重新填写。"),
        ("date", "2026-W01-1", "日期应写成 2026-03-01 的样子，请重新填写。"),
        ("date", 20260301, "日期应写成 2026-03-01 的样子，请重新填写。"),
        ("time", "24:30", "24:30 不是一个存在的时间，请重新填写。"),
        ("datetime", "2026-13-01T09:30", "2026-13-01T09:30 不是一个存在的日期和时间，请重新填写。"),
    ],
)
def test_a_moment_that_is_none_is_refused(take, subtype, typed, sentence):
    assert take("datetime", typed, subtype=subtype) == sentence


def test_dates_keep_their_limits(take):
    limits = {"min": "=today", "max": "2026-12-31"}
    assert take("datetime", "2026-02-28", validate=limits) == "不能早于2026年3月1日，请改正。"
    assert take("datetime", "2027-01-01", validate=limits) == "不能晚于2026年12月31日，请改正。"
    assert take("datetime", "2026-03-01", validate=limits) == "2026-03-01"
    assert take("datetime", "2026-12-31T23:59", subtype="datetime", validate=limits) == "2026-12-31T23:59"
    assert "不能早于" in take("datetime", "2026-02-28", properties={"min": "=date(today)"})


def test_a_limit_that_nobody_could_write_out_is_none(take):
    assert take("number", "5", validate={"min": "1e999999999"}) == 5


def test_passed_dates_are_measured_against_the_day_handed_in(take):
    assert take("datetime", "2026-02-28", disallowPassedDates=True) == "不能早于今天（2026年3月1日），请改正。"
    assert take("datetime", "2026-03-01", disallowPassedDates=True) == "2026-03-01"
    assert take("datetime", "2026-02-28", disallowPassedDates=True, context={"today": "2026-02-01"}) == "2026-02-28"


@pytest.mark.parametrize(
    ("rules", "typed", "sentence"),
    [
        ({"minLength": 3}, "ab", "至少 3 个字，现有 2 个字，请补充。"),
        ({"maxLength": 3}, "abcd", "最多 3 个字，现有 4 个字，请删减。"),
        ({"pattern": "^[0-9]+$"}, "12a", "格式不符合要求，请对照说明修改。"),
        ({"pattern": "^\\d+$"}, "１２", "格式不符合要求，请对照说明修改。"),
        ({"pattern": "^(a+)+$"}, "a" * 300 + "x", "格式不符合要求，请对照说明修改。"),
        ({"pattern": "^(.*)(.*)(.*)\\1\\2x$"}, "ab" * 250, "内容太长，无法核对格式，请缩短后重新填写。"),
        ({"pattern": "^a", "patternErrorMessage": "应以 a 开头"}, "b", "应以 a 开头"),
        ({"validationType": "email"}, "a@b", "这不是可用的电子邮箱地址，请按 name@example.cn 的样子填写。"),
        ({"validationType": "phone"}, "12x", "这不是可用的电话号码，请只填数字，例如 021-63210000。"),
        ({}, "a\x00b", "文字里有无法保存的控制字符，请删除后重新填写。"),
        ({}, "a" * 501, "最多 500 个字，现有 501 个字，请删减。"),
        ({}, 5, "这里应填文字，请重新填写。"),
    ],
)
def test_text_keeps_its_rules(take, rules, typed, sentence):
    assert take("textfield", typed, validate=rules) == sentence


@pytest.mark.parametrize(
    ("pattern", "fits", "does_not"),
    [
        ("(a|a)*$", "a" * 300 + "x", None),
        (r"^[\u4e00-\u9fa5]{2,4}$", "张三", "Zhang"),
        (r"^1\d{10}$", "13900000000", "１３９０００００００００"),
        (r"^a\x2eb$", "a.b", "a-b"),
        (r"^\w+\s\w+$", "a\u3000b", "甲\u3000b"),
        (r"^\\u4e00$", "\\u4e00", "一"),
    ],
)
def test_a_pattern_means_what_a_browser_means(take, pattern, fits, does_not):
    assert take("textfield", fits, validate={"pattern": pattern}) == fits
    if does_not:
        assert "格式" in take("textfield", does_not, validate={"pattern": pattern})


def test_text_is_trimmed_and_its_line_ends_are_one_kind(take):
    assert take("textarea", "  一\r\n二\r三 \n") == "一\n二\n三"
    assert take("textfield", " \t ") is None


VALUES = [{"label": "一", "value": 1}, {"label": "是", "value": True}, {"label": "甲", "value": "a"}]


def test_a_choice_is_kept_as_the_value_of_its_option(take):
    assert take("select", "1", values=VALUES) == 1
    assert take("radio", "True", values=VALUES) is True
    assert take("checklist", ["a", "1", "a", ""], values=VALUES) == ["a", 1]
    assert take("taglist", "a", values=VALUES) == ["a"]


@pytest.mark.parametrize("kind", ["select", "radio", "checklist", "taglist"])
@pytest.mark.parametrize("typed", ["b", ["b"], {"value": "a"}, "一"])
def test_a_choice_that_is_not_offered_is_refused(take, kind, typed):
    assert "不在可选范围内" in take(kind, typed, values=VALUES)


def test_options_come_from_variables_and_expressions(take):
    context = {"posts": [{"value": "x", "label": "某"}, "y"]}
    assert take("select", "y", valuesKey="posts", context=context) == "y"
    assert take("select", "x", valuesExpression="=posts", context=context) == "x"
    assert "不在可选范围内" in take("select", "z", valuesExpression="=posts", context=context)
    assert "不在可选范围内" in take("select", "z", valuesExpression="=nothing[1].there")


def test_a_missing_time_is_asked_for_as_a_time(take):
    assert take("datetime", "", subtype="time", validate={"required": True}) == "请填写时间。"


@pytest.mark.parametrize(("typed", "value"), [("on", True), ("true", True), (True, True), (None, False), ("", False)])
def test_a_box_is_ticked_or_not(take, typed, value):
    assert take("checkbox", typed) is value


def test_a_box_knows_no_third_answer(take):
    assert "勾选" in take("checkbox", "maybe")


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("textfield", "请填写此项。"),
        ("number", "请填写此项。"),
        ("datetime", "请填写日期。"),
        ("select", "请选择此项。"),
        ("checklist", "请至少选择一项。"),
        ("checkbox", "请勾选此项。"),
        ("filepicker", "请上传文件。"),
    ],
)
def test_what_is_demanded_and_missing_is_asked_for_in_fitting_words(take, kind, sentence):
    settings = {"values": VALUES} if kind in ("select", "checklist") else {}
    assert take(kind, "", validate={"required": True}, **settings) == sentence


@given(st.decimals(-(10**9), 10**9, allow_nan=False, places=2))
def test_an_amount_comes_back_as_it_was_typed(form_of, amount):
    form = form_of({"type": "number", "key": "v", "label": "金额", "decimalDigits": 2})
    assert validate(form, EDIT, {"v": f"{amount:f}"}, {}, context={}, lookup=NO_LOOKUP).data["v"] == amount
