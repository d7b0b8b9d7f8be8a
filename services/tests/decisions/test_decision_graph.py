"""Requirement graphs, boxed expressions, knowledge models, services, types, imports."""

from __future__ import annotations

import pytest

from jiecheng.decisions import DecisionModel, combine, evaluate, read_decisions, variables_read

NAMESPACES = (
    "https://www.omg.org/spec/DMN/20191111/MODEL/",
    "https://www.omg.org/spec/DMN/20211108/MODEL/",
    "https://www.omg.org/spec/DMN/20230324/MODEL/",
)


def definitions(body: str, namespace: str = NAMESPACES[2], own: str = "urn:test") -> str:
    return f'<definitions xmlns="{namespace}" namespace="{own}" name="试">{body}</definitions>'


def decision(logic: str, requires: str = "", name: str = "d", wanted: str = "") -> str:
    kind = f' typeRef="{wanted}"' if wanted else ""
    return f'<decision id="{name}" name="{name}"><variable name="{name}"{kind}/>{requires}{logic}</decision>'


def literal(text: str) -> str:
    return f"<literalExpression><text>{text}</text></literalExpression>"


def needs(*targets: str, kind: str = "requiredDecision") -> str:
    return "".join(f'<informationRequirement><{kind} href="#{t}"/></informationRequirement>' for t in targets)


def knows(target: str) -> str:
    return f'<knowledgeRequirement><requiredKnowledge href="#{target}"/></knowledgeRequirement>'


def answer(body: str, **variables: object) -> object:
    return evaluate(read_decisions(definitions(body)), "d", variables).value


@pytest.mark.parametrize("namespace", NAMESPACES)
def test_three_versions_of_the_standard_are_read(namespace: str) -> None:
    model = read_decisions(definitions(decision(literal("1 + 1")), namespace))
    assert evaluate(model, "d", {}).value == 2


def test_required_decisions_are_computed_once_and_by_name_with_blanks() -> None:
    body = decision(literal("基础 数 * 2 + 基础 数"), needs("base"))
    body += '<decision id="base" name="基础 数"><variable name="基础 数"/><decisionTable id="t"><output name="r"/>'
    body += "<rule><outputEntry><text>输入 + 1</text></outputEntry></rule></decisionTable></decision>"
    model = read_decisions(definitions(body))
    result = evaluate(model, "d", {"输入": 4})
    assert result.value == 15
    assert [why.decision for why in result.explanations] == ["base"]


def test_knowledge_model_calls_itself_and_is_invoked_by_name() -> None:
    body = (
        '<businessKnowledgeModel id="f" name="阶乘"><variable name="阶乘"/><encapsulatedLogic><formalParameter name="n" '
        'typeRef="number"/>'
        + literal("if n = 0 then 1 else n * 阶乘(n - 1)")
        + "</encapsulatedLogic>"
        + knows("f")
        + "</businessKnowledgeModel>"
    )
    boxed = f"<invocation>{literal('阶乘')}<binding><parameter name='n'/>{literal('5')}</binding></invocation>"
    assert answer(body + decision(boxed, knows("f"))) == 120
    assert answer(body + decision(literal('阶乘("五")'), knows("f"))) is None


BOXED = [
    (
        "<context><contextEntry><variable name='a'/>" + literal("2") + "</contextEntry>"
        "<contextEntry><variable name='b c'/>" + literal("a + 1") + "</contextEntry>"
        "<contextEntry>" + literal("a * b c") + "</contextEntry></context>",
        6,
    ),
    ("<list>" + literal("1") + literal('"二"') + "</list>", [1, "二"]),
    (
        "<relation><column name='x'/><column name='y'/><row>" + literal("1") + literal("2") + "</row></relation>",
        [{"x": 1, "y": 2}],
    ),
    ("<conditional><if>" + literal("n &gt; 3") + "</if><then>" + literal('"多"') + "</then><else>" + literal('"少"')
     + "</else></conditional>", "多"),
    ("<filter><in>" + literal("people") + "</in><match>" + literal("age &gt; n * 5") + "</match></filter>",
     [{"name": "甲", "age": 35}]),
    ("<for iteratorVariable='i'><in>" + literal("[1..3]") + "</in><return>" + literal("i * n + count(partial)")
     + "</return></for>", [5, 11, 17]),
    ("<some iteratorVariable='p'><in>" + literal("people") + "</in><satisfies>" + literal("p.age &gt; 30")
     + "</satisfies></some>", True),
    ("<every iteratorVariable='p'><in>" + literal("people") + "</in><satisfies>" + literal("p.age &gt; 30")
     + "</satisfies></every>", False),
    ("<functionDefinition kind='Java'><formalParameter name='x'/>" + literal("1") + "</functionDefinition>", "function(x)"),
]  # fmt: skip


@pytest.mark.parametrize(("logic", "expected"), BOXED)
def test_boxed_expression_has_its_value(logic: str, expected: object) -> None:
    people = [{"name": "甲", "age": 35}, {"name": "乙", "age": 25}]
    assert answer(decision(logic), n=5, people=people) == expected


TYPES = (
    '<itemDefinition name="级别"><typeRef>string</typeRef><allowedValues><text>"区级","街镇级"</text></allowedValues>'
    '</itemDefinition><itemDefinition name="人"><itemComponent name="姓名"><typeRef>string</typeRef></itemComponent>'
    '<itemComponent name="年龄"><typeRef>number</typeRef></itemComponent></itemDefinition>'
    '<itemDefinition name="人们" isCollection="true"><typeRef>人</typeRef></itemDefinition>'
)


def typed_input(wanted: str) -> str:
    data = f'<inputData id="i" name="x"><variable name="x" typeRef="{wanted}"/></inputData>'
    return TYPES + data + decision(literal("x"), needs("i", kind="requiredInput"))


@pytest.mark.parametrize(
    ("wanted", "given", "expected"),
    [
        ("级别", "区级", "区级"),
        ("级别", "省级", None),
        ("number", "5", None),
        ("number", [5], 5),
        ("人", {"姓名": "甲", "年龄": 3}, {"姓名": "甲", "年龄": 3}),
        ("人", {"姓名": "甲"}, None),
        ("人们", {"姓名": "甲", "年龄": 3}, [{"姓名": "甲", "年龄": 3}]),
        ("人们", [{"姓名": 1, "年龄": 3}], None),
        ("没有定义的类型", 5, 5),
    ],
)
def test_input_of_another_type_than_declared_is_null(wanted: str, given: object, expected: object) -> None:
    assert answer(typed_input(wanted), x=given) == expected


def test_service_is_a_function_of_its_inputs_and_hides_what_is_inside() -> None:
    body = (
        '<decisionService id="s" name="服务"><variable name="服务"/><outputDecision href="#out"/>'
        '<inputDecision href="#inner"/><inputData href="#i"/></decisionService>'
        '<inputData id="i" name="x"><variable name="x" typeRef="number"/></inputData>'
        + decision(literal("x * 10 + inner"), needs("inner") + needs("i", kind="requiredInput"), "out")
        + decision(literal("99"), "", "inner")
    )
    assert answer(body + decision(literal("服务(1, 2)"), knows("s")), x=5) == 12
    assert answer(body + decision(literal("服务(inner: 2, x: 1)"), knows("s"))) == 12
    model = read_decisions(definitions(body))
    assert evaluate(model, "s", {"x": 3, "inner": 4}).value == 34


def test_a_circle_of_requirements_is_refused_when_read() -> None:
    body = decision(literal("b"), needs("b"), "a") + decision(literal("a"), needs("a"), "b")
    with pytest.raises(Exception, match="循环"):
        read_decisions(definitions(body))


def test_imported_elements_are_reached_through_the_import_name() -> None:
    library = definitions(
        TYPES + '<businessKnowledgeModel id="hi" name="问 好"><variable name="问 好"/><encapsulatedLogic>'
        '<formalParameter name="p" typeRef="人"/>' + literal('"你好，" + p.姓名') + "</encapsulatedLogic>"
        "</businessKnowledgeModel>",
        own="urn:lib",
    )
    user = definitions(
        '<import name="库" namespace="urn:lib" importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>'
        '<inputData id="i" name="某人"><variable name="某人" typeRef="库.人"/></inputData>'
        + decision(
            literal("库.问 好(某人)"), needs("i", kind="requiredInput") + knows("hi").replace('"#', '"urn:lib#')
        )
    )  # fmt: skip
    model: DecisionModel = combine([read_decisions(library), read_decisions(user)])
    assert evaluate(model, "d", {"某人": {"姓名": "沈文博", "年龄": 40}}).value == "你好，沈文博"
    assert evaluate(model, "d", {"某人": {"姓名": "沈文博"}}).value is None


def test_two_evaluations_do_not_share_what_they_computed() -> None:
    model = read_decisions(definitions(decision(literal("b + 1"), needs("b")) + decision(literal("x"), "", "b")))
    assert [evaluate(model, "d", {"x": x}).value for x in (1, 2, 3)] == [2, 3, 4]


def test_variables_that_a_decision_reads_are_known_through_the_whole_graph() -> None:
    data = '<inputData id="i" name="被借调人"><variable name="被借调人"/></inputData>'
    body = data + decision(literal("b + 月数"), needs("b")) + decision(
        literal("count(被借调人.经历[年 &gt; 界限]) + sum(for k in 清单 return k)"), needs("i", kind="requiredInput"), "b"
    )  # fmt: skip
    assert variables_read(read_decisions(definitions(body)), "d") == {"被借调人", "月数", "清单"}
