"""Decision tables: hit policies, aggregations, defaults, explanations."""

from __future__ import annotations

from decimal import Decimal

import pytest

from jiecheng.decisions import DecisionModel, evaluate, read_decisions
from jiecheng.model.errors import NotFound

HEAD = '<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" namespace="urn:test" name="试">'


def escaped(text: object) -> str:
    return str(text).replace("&", "&amp;").replace("<", "&lt;")


def table(
    rows: list[tuple[object, ...]], policy: str = "UNIQUE", aggregation: str = "", outputs: str = ""
) -> DecisionModel:
    """One table over 金额 and 类别; the last cell of a row is its annotation."""
    cells = "".join(
        "<rule>"
        + "".join(f"<inputEntry><text>{escaped(cell)}</text></inputEntry>" for cell in row[:2])
        + "".join(f"<outputEntry><text>{escaped(cell)}</text></outputEntry>" for cell in row[2:-1])
        + f"<annotationEntry><text>{escaped(row[-1])}</text></annotationEntry></rule>"
        for row in rows
    )
    kind = f' aggregation="{aggregation}"' if aggregation else ""
    return read_decisions(
        f'{HEAD}<decision id="level" name="审批层级"><variable name="审批层级"/>'
        f'<decisionTable id="t" hitPolicy="{policy}"{kind}>'
        '<input label="金额（元）"><inputExpression typeRef="number"><text>金额</text></inputExpression></input>'
        '<input label="类别"><inputExpression typeRef="string"><text>类别</text></inputExpression></input>'
        f'{outputs or "<output name=" + chr(34) + "层级" + chr(34) + "/>"}<annotation name="条款"/>{cells}'
        "</decisionTable></decision></definitions>"
    )


ROWS: list[tuple[object, ...]] = [
    ("< 1000", "-", '"科室"', "X1"),
    (">= 1000", '"设备"', '"主任"', "X2"),
    ("> 5000", "-", '"党工委"', "X3"),
]


def answer(model: DecisionModel, amount: object = 6000, kind: object = "设备") -> object:
    return evaluate(model, "level", {"金额": amount, "类别": kind}).value


def test_unique_answers_with_its_row_and_says_why() -> None:
    result = evaluate(table(ROWS), "level", {"金额": 500, "类别": "设备"})
    assert result.value == "科室"
    (why,) = result.explanations
    assert (why.decision, why.rows, why.hit_policy) == ("level", (1,), "UNIQUE")
    assert why.inputs == {"金额（元）": Decimal(500), "类别": "设备"}
    assert why.output == "科室"
    assert why.annotations == ({"条款": "X1"},)


def test_unique_with_two_rows_hit_is_null_and_names_both_rows() -> None:
    result = evaluate(table(ROWS), "level", {"金额": 6000, "类别": "设备"})
    assert result.value is None
    assert result.explanations[0].rows == (2, 3)
    assert any("第 2、3 行同时命中" in reason for reason in result.reasons)


def test_no_row_hit_is_null_with_a_reason() -> None:
    result = evaluate(table(ROWS), "level", {"金额": 2000, "类别": "工程"})
    assert result.value is None
    assert "判定表“level”没有一行符合" in result.reasons


PRIORITIES = '<output name="层级"><outputValues><text>"党工委","主任","科室"</text></outputValues></output>'
NUMBERS: list[tuple[object, ...]] = [
    ("> 0", "-", 3, ""),
    ("> 0", "-", 5, ""),
    ("> 9000", "-", 9, ""),
    ("-", "-", 5, ""),
]


@pytest.mark.parametrize(
    ("policy", "aggregation", "rows", "outputs", "expected"),
    [
        ("FIRST", "", ROWS, "", "主任"),
        ("RULE ORDER", "", ROWS, "", ["主任", "党工委"]),
        ("PRIORITY", "", ROWS, PRIORITIES, "党工委"),
        ("OUTPUT ORDER", "", ROWS, PRIORITIES, ["党工委", "主任"]),
        ("ANY", "", ROWS, "", None),
        ("ANY", "", [("> 0", "-", 1, ""), ("> 1", "-", 1.0, "")], "", 1),
        ("COLLECT", "", NUMBERS, "", [3, 5, 5]),
        ("COLLECT", "SUM", NUMBERS, "", 13),
        ("COLLECT", "MIN", NUMBERS, "", 3),
        ("COLLECT", "MAX", NUMBERS, "", 5),
        ("COLLECT", "COUNT", NUMBERS, "", 3),
        ("COLLECT", "SUM", [("-", "-", '"x"', "")], "", None),
    ],
)
def test_hit_policy_decides_what_several_rows_mean(
    policy: str, aggregation: str, rows: list[tuple[object, ...]], outputs: str, expected: object
) -> None:
    assert answer(table(rows, policy, aggregation, outputs)) == expected


def test_several_outputs_make_a_context_and_defaults_fill_in() -> None:
    outputs = (
        '<output name="层级"><defaultOutputEntry><text>"无"</text></defaultOutputEntry></output>'
        '<output name="天数" typeRef="number"/>'
    )
    model = table([("< 1000", "-", '"科室"', "金额 / 100", "")], outputs=outputs)
    assert answer(model, 500) == {"层级": "科室", "天数": 5}
    assert answer(model, 5000) == {"层级": "无", "天数": None}


def test_output_of_another_type_than_declared_is_null_with_a_reason() -> None:
    model = table([("-", "-", '"三"', "")], outputs='<output name="天数" label="天数" typeRef="number"/>')
    result = evaluate(model, "level", {"金额": 1, "类别": "a"})
    assert result.value is None
    assert "天数：文字不符合声明的类型" in result.reasons


def test_decision_is_found_by_name_too_and_an_unknown_one_is_not() -> None:
    assert evaluate(table(ROWS), "审批层级", {"金额": 500}).value == "科室"
    with pytest.raises(NotFound):
        evaluate(table(ROWS), "没有", {})


def test_cells_may_speak_of_other_variables_and_of_the_value() -> None:
    model = table([("? > 限额 and ? < 2 * 限额", "-", '"超"', ""), ("<= 限额", "-", '"内"', "")])
    assert evaluate(model, "level", {"金额": 15, "类别": "a", "限额": 10}).value == "超"
    assert evaluate(model, "level", {"金额": 20, "类别": "a", "限额": 10}).value is None
    assert evaluate(model, "level", {"金额": 10, "类别": "a", "限额": 10}).value == "内"


def test_every_row_of_a_long_table_is_hit_by_its_own_input() -> None:
    model = table([(f"[{10 * n}..{10 * n + 10})", "-", n, "") for n in range(200)])
    for n in range(0, 200, 17):
        result = evaluate(model, "level", {"金额": 10 * n + 9, "类别": "a"})
        assert (result.value, result.explanations[0].rows) == (n, (n + 1,))
