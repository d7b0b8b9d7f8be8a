"""What cannot be read is refused with the decision and the row; hostile XML is refused outright."""

from __future__ import annotations

import pytest

from jiecheng.decisions import combine, read_decisions
from jiecheng.model.errors import Finding, Invalid

HEAD = '<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" namespace="urn:test" name="试">'
TABLE = (
    '<decision id="level" name="审批层级"><decisionTable id="t"><input label="金额"><inputExpression><text>{0}</text>'
    '</inputExpression></input><output name="r"/><rule><inputEntry><text>1</text></inputEntry><outputEntry><text>1</text>'
    "</outputEntry></rule><rule><inputEntry><text>{1}</text></inputEntry>{2}</rule></decisionTable></decision>"
)
OUTPUT = "<outputEntry><text>2</text></outputEntry>"


def findings(body: str) -> list[Finding]:
    with pytest.raises(Invalid) as caught:
        read_decisions(f"{HEAD}{body}</definitions>")
    return list(caught.value.findings)


@pytest.mark.parametrize(
    ("body", "code", "place", "words"),
    [
        (TABLE.format("金额", "&gt; &gt; 2", OUTPUT), "decision_feel", "level#第 2 行", "判定“审批层级”的第 2 行"),
        (TABLE.format("金额", "2", "<outputEntry><text>(</text></outputEntry>"), "decision_feel", "level#第 2 行", "第 2 行"),
        (TABLE.format("金额 +", "2", OUTPUT), "decision_feel", "level#输入列“金额”", "输入列“金额”"),
        (TABLE.format("金额", "2", ""), "decision_row", "level#2", "第 2 行应有 1 个条件、1 个结果"),
        ('<decision id="d" name="d"><informationRequirement><requiredDecision href="#无"/></informationRequirement>'
         "</decision>", "decision_reference", "d", "指向不存在的“无”"),
        ('<decision id="d" name="甲"/><decision id="d" name="乙"/>', "decision_id", "d", "id"),
        ('<decision id="d" name="d"><decisionTable hitPolicy="BEST"><output/></decisionTable></decision>',
         "decision_hit_policy", "d", "BEST"),
        ('<decision id="d" name="d"><decisionTable/></decision>', "decision_outputs", "d", "没有输出列"),
        ('<decision id="d" name="d"><literalExpression expressionLanguage="javascript"><text>1</text></literalExpression>'
         "</decision>", "decision_language", "d", "只能用 FEEL"),
        ('<itemDefinition name="T"><typeRef>number</typeRef><allowedValues><text>[1..</text></allowedValues>'
         '</itemDefinition><decision id="d" name="d"><variable name="d" typeRef="T"/></decision>',
         "decision_type", "T", "类型“T”"),
    ],
)  # fmt: skip
def test_finding_names_the_place_and_says_what_is_wrong(body: str, code: str, place: str, words: str) -> None:
    found = findings(body)
    assert (found[0].code, found[0].place) == (code, place)
    assert words in found[0].message


def test_all_wrong_cells_are_found_at_once() -> None:
    places = {
        finding.place for finding in findings(TABLE.format("(", ")", "<outputEntry><text>[</text></outputEntry>"))
    }
    assert places == {"level#输入列“金额”", "level#第 2 行"}


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        ("", "dmn_xml"),
        ("不是 XML", "dmn_xml"),
        ("<definitions/>", "dmn_namespace"),
        (f"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'b'>]>{HEAD}</definitions>", "dmn_doctype"),
        (
            "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>"
            f"{HEAD}<decision id='d' name='d'><literalExpression><text>&a;</text></literalExpression></decision></definitions>",
            "dmn_doctype",
        ),
        (HEAD + "<decision/>" * 30_000 + "</definitions>", "dmn_too_big"),
        (HEAD + " " * (2 * 1024 * 1024) + "</definitions>", "dmn_too_big"),
        (HEAD + "<list>" * 200 + "</list>" * 200 + "</definitions>", "dmn_too_deep"),
    ],
)
def test_hostile_or_foreign_xml_is_refused(xml: str, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        read_decisions(xml)
    assert caught.value.findings[0].code == code


def test_an_xml_declaration_with_an_encoding_is_no_obstacle() -> None:
    model = read_decisions(f'<?xml version="1.0" encoding="UTF-8"?>\n{HEAD}<decision id="d" name="d"/></definitions>')
    assert list(model.decisions) == ["d"]


def test_the_same_decision_in_two_files_of_a_release_is_refused() -> None:
    one = read_decisions(f'{HEAD}<decision id="d" name="d"/></definitions>')
    two = read_decisions(f'{HEAD}<decision id="d" name="d"/></definitions>')
    with pytest.raises(Invalid, match="两个文件里都有"):
        combine([one, two])
