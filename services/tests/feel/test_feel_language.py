"""The language: names, operators, three truth values, conditions, loops, functions, reasons."""

from __future__ import annotations

from decimal import Decimal

import pytest

from jiecheng.feel import FeelError, Vocabulary, compile_expression, compile_unary_tests, to_json

CASE = {
    "金额": 6000,
    "类别": "设备",
    "每月 上限": 3,
    "initiator": {"organ_level": "街镇级", "name": "沈文博"},
    "人员": [{"姓名": "甲", "年龄": 35}, {"姓名": "乙", "年龄": 25}],
}


def value(source: str, **variables: object) -> object:
    return to_json(compile_expression(source).evaluate(variables or CASE))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("2 ** 3 ** 2", 64),
        ("-2 ** 2", 4),
        ("10 - 2 - 3", 5),
        ("0.1 + 0.2 = 0.3", True),
        ("1 / 3 * 3 = 1", False),
        ('"借" + "调"', "借调"),
        ("= 金额", 6000),
        ("if 金额 > 5000 then 1 else 2", 1),
        ("if null then 1 else 2", 2),
        ("金额 between 1 and 6000", True),
        ('类别 in ("设备", "工程")', True),
        ("金额 in [1..6000)", False),
        ("金额 in (> 5000, < 10)", True),
        ("金额 in ]5000..6000]", True),
        ("5 in [[1..3], [5..6]]", True),
        ("每月 上限 * 2", 6),
        ("initiator.organ_level", "街镇级"),
        ("人员[年龄 > 30].姓名", ["甲"]),
        ("人员[item.年龄 < 30][1].姓名", "乙"),
        ("人员[-1].姓名", "乙"),
        ("sum(人员.年龄)", 60),
        ("for p in 人员 return p.年龄 + 1", [36, 26]),
        ("for x in 1..3, y in [10, 20] return x * y", [10, 20, 20, 40, 30, 60]),
        ("for i in 3..1 return i", [3, 2, 1]),
        ("for i in 0..4 return if i = 0 then 1 else i * partial[-1]", [1, 1, 2, 6, 24]),
        ("some p in 人员 satisfies p.年龄 > 30", True),
        ("every p in 人员 satisfies p.年龄 > 30", False),
        ("{a: 1, b: a + 1}.b", 2),
        ('{"x y": 1, z: x y + 1}.z', 2),
        ("{f: function(a, b) a + b, r: f(1, 2)}.r", 3),
        ("{f: function(n, g) if n <= 1 then 1 else n * g(n - 1, g), r: f(10, f)}.r", 3628800),
        ("(function(x) x * 2)(21)", 42),
        ('substring(start position: 2, string: "街道办")', "道办"),
        ("1 instance of number", True),
        ('[1, "a"] instance of list<number>', False),
        ("{a: 1} instance of context<a: number>", True),
        ("(function(a: number) a) instance of function<number> -> number", True),
        ("1 // 到行尾的注释\n + /* 中间 */ 1", 2),
    ],
)
def test_expression_has_the_value_the_standard_says(source: str, expected: object) -> None:
    assert value(source) == expected


TRUTH = {"true": True, "false": False, "null": None}


@pytest.mark.parametrize("left", TRUTH)
@pytest.mark.parametrize("right", TRUTH)
def test_and_and_or_follow_kleene(left: str, right: str) -> None:
    a, b = TRUTH[left], TRUTH[right]
    conjunction = False if False in (a, b) else None if None in (a, b) else True
    disjunction = True if True in (a, b) else None if None in (a, b) else False
    assert value(f"{left} and {right}", x=1) is conjunction
    assert value(f"{left} or {right}", x=1) is disjunction


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("1 / 0", "除数为零"),
        ('1 + "a"', "数字与文字之间不能用“+”"),
        ('1 < "a"', "数字与文字不能用“<”比较"),
        ("没有", "没有变量“没有”"),
        ("initiator.没有", "结构里没有“没有”"),
        ("没有这个函数(1)", "没有函数“没有这个函数”"),
        ('date("2026-02-30")', "date：没有日期 2026-2-30"),
        ("today()", "today：没有给出“today”"),
        ("now()", "now：没有给出“now”"),
        ("[1, 2][5]", "清单没有第 5 项"),
        ('number("一百")', "number：“一百”不是数字"),
    ],
)
def test_null_comes_with_a_reason(source: str, reason: str) -> None:
    found, reasons = compile_expression(source).explain(CASE)
    assert found is None
    assert reason in reasons


def test_a_null_inside_does_not_hide_the_answer_but_keeps_its_reason() -> None:
    found, reasons = compile_expression("没有 > 5 or 金额 > 5000").explain(CASE)
    assert found is True
    assert "没有变量“没有”" in reasons


@pytest.mark.parametrize(
    ("source", "line", "column", "words"),
    [
        ("", 1, 1, "表达式是空的"),
        ("1 +", 1, 4, "应为一个值"),
        ("(1", 1, 3, "括号没有配对"),
        ("a\n  > > 1", 2, 5, "应为一个值"),
        ("金额＞5", 1, 3, "请改用半角“>”"),
        ('"abc', 1, 1, "缺少结尾的双引号"),
        ("if a then b", 1, 12, "if 一定要有 else"),
        ("1 2", 1, 3, "应已结束"),
        ("x instance of 没有的类型", 1, 15, "没有类型"),
        ("{a: 1, a: 2}", 1, 8, "写了两次"),
        ("f(a: 1, 2)", 1, 11, "要么全部写名称"),
        ("/* 没完", 1, 1, "注释没有结束"),
        ("1 § 2", 1, 3, "不认识的符号"),
    ],
)
def test_error_names_the_place_and_says_what_to_do(source: str, line: int, column: int, words: str) -> None:
    with pytest.raises(FeelError) as caught:
        compile_expression(source)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert words in caught.value.message


def test_free_names_leave_out_what_the_expression_binds_and_filters_may_bind() -> None:
    expression = compile_expression(
        "for p in 人员[年龄 > 界限] return p.年龄 + 加数 + {k: 1, m: k}.m + sum([金额]) + partial[1]"
    )
    assert expression.names == {"人员", "加数", "金额"}
    assert expression.perhaps == {"年龄", "界限"}


def test_names_with_signs_are_found_when_they_are_known() -> None:
    words = Vocabulary(frozenset({"贷款-余额", "date and place", "A/B 比"}))
    variables = {"贷款-余额": 5, "date and place": "x", "A/B 比": 2, "贷款": 9}
    assert compile_expression("贷款-余额 * A/B 比", words).evaluate(variables) == 10
    assert compile_expression("date and place", words).evaluate(variables) == "x"
    assert compile_expression("贷款 - 1", words).evaluate(variables) == 8
    assert compile_expression("`贷款-余额` + 1").evaluate(variables) == 6


def test_caller_may_give_a_variable_the_name_of_a_function_without_losing_the_function() -> None:
    assert compile_expression("count + count([1])").evaluate({"count": 4}) == 5


@pytest.mark.parametrize(
    ("tests", "given", "expected"),
    [
        ("-", 1, True),
        ("", None, True),
        ("5", 5, True),
        ("< 5", 5, False),
        ("<= 5", 5, True),
        ("= 5", 5, True),
        ("!= 5", 5, False),
        ('"甲", "乙"', "乙", True),
        ('not("甲", "乙")', "乙", False),
        ('not("甲")', "丙", True),
        ("[1..5)", 5, False),
        ("(1..5]", 5, True),
        ("]1..5[", 1, False),
        ("null", None, True),
        ("null", 1, False),
        ("true", True, True),
        ("? > 3 and ? < 9", 4, True),
        ("? in [1..3]", 4, False),
        ("> 界限", 7, True),
        ("界限", 5, True),
        ("[1, 2, 3]", 2, True),
        ('"a", < 5', 3, True),
        ("< 5", "a", None),
        ("< 5", None, None),
        ('starts with(?, "借")', "借调", True),
        ('@"2026-01-01"', __import__("datetime").date(2026, 1, 1), True),
        ("-1", -1, True),
        ("[-5..-1]", -3, True),
    ],
)
def test_cell_of_a_decision_table_accepts_or_refuses(tests: str, given: object, expected: bool | None) -> None:
    assert compile_unary_tests(tests).matches(given, {"界限": 5}) is expected


def test_nothing_of_python_is_reachable() -> None:
    for source in ("x.__class__", 'x["__class__"]', "x.keys", "__import__", 'get value(x, "__class__")', "x.real"):
        assert value(source, x={"a": 1}) in (None, [])
    assert value("x.real", x=Decimal(1)) is None


def test_values_of_the_expression_are_not_the_callers_objects() -> None:
    given = {"x": [1, {"a": 2}]}
    found = compile_expression("append(x, 3)").evaluate(given)
    assert len(found) == 3
    assert given == {"x": [1, {"a": 2}]}


def test_an_unknown_python_object_is_null_not_a_way_in() -> None:
    assert value("x", x=object()) is None
    assert value("x.y", x=open) is None
