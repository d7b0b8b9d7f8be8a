"""Decision tables from XML to nouns."""

from __future__ import annotations

from lxml import etree

from jiecheng.decisions.model import DecisionTable, InputColumn, OutputColumn, Rule
from jiecheng.decisions.read_xml import attribute, child, children, invalid, text_of, type_name

HIT_POLICIES = frozenset({"UNIQUE", "ANY", "PRIORITY", "FIRST", "RULE ORDER", "OUTPUT ORDER", "COLLECT"})
AGGREGATIONS = frozenset({"", "SUM", "COUNT", "MIN", "MAX"})


def read_table(node: etree._Element, place: str) -> DecisionTable:
    policy = attribute(node, "hitPolicy") or "UNIQUE"
    aggregation = attribute(node, "aggregation")
    if policy not in HIT_POLICIES or aggregation not in AGGREGATIONS:
        raise invalid("decision_hit_policy", place, f"判定表“{place}”没有这种命中策略：{policy} {aggregation}".rstrip())
    inputs = tuple(_input(column) for column in children(node, "input"))
    outputs = tuple(_output(column, place) for column in children(node, "output"))
    if not outputs:
        raise invalid("decision_outputs", place, f"判定表“{place}”没有输出列，请至少加一列")
    rules = tuple(
        _rule(row, number, (place, len(inputs), len(outputs)))
        for number, row in enumerate(children(node, "rule"), start=1)
    )
    names = tuple(attribute(column, "name") for column in children(node, "annotation"))
    return DecisionTable(attribute(node, "id"), policy, aggregation, inputs, outputs, rules, names, type_name(node))


def _input(node: etree._Element) -> InputColumn:
    expression = child(node, "inputExpression")
    text = text_of(expression)
    label = attribute(node, "label") or attribute(expression, "label") or text.strip()
    return InputColumn(label, text, type_name(expression), text_of(child(node, "inputValues")))


def _output(node: etree._Element, place: str) -> OutputColumn:
    name = attribute(node, "name")
    return OutputColumn(
        name,
        attribute(node, "label") or name or place,
        type_name(node),
        text_of(child(node, "outputValues")),
        text_of(child(node, "defaultOutputEntry")),
    )


def _rule(node: etree._Element, number: int, shape: tuple[str, int, int]) -> Rule:
    place, inputs, outputs = shape
    tests = tuple(text_of(entry).strip() for entry in children(node, "inputEntry"))
    results = tuple(text_of(entry).strip() for entry in children(node, "outputEntry"))
    if len(tests) != inputs or len(results) != outputs:
        message = f"判定表“{place}”第 {number} 行应有 {inputs} 个条件、{outputs} 个结果"
        raise invalid("decision_row", f"{place}#{number}", message)
    notes = tuple(text_of(entry).strip() for entry in children(node, "annotationEntry"))
    description = child(node, "description")
    said = "" if description is None or description.text is None else str(description.text).strip()
    return Rule(number, tests, results, notes, said)
