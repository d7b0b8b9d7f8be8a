"""Types of decisions: what one yields, and what in its table or literal cannot be right. Runs nothing.

A literal expression and the table of a decision are looked at; boxed expressions inside others are not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping

from jiecheng import feel
from jiecheng.decisions.evaluate import find_key, variables_read
from jiecheng.decisions.item_types import TypeBook, vocabulary_of
from jiecheng.decisions.model import Decision, DecisionModel, DecisionTable, Definitions, InputData, Literal
from jiecheng.feel import ANY, ContextType, FeelType, ListType, Simple
from jiecheng.model.errors import Finding

ONE_ROW = frozenset({"UNIQUE", "ANY", "PRIORITY", "FIRST"})
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
COLLECTED = {"SUM": Simple("number"), "COUNT": Simple("number")}


def result_type(model: DecisionModel, decision_id: str) -> FeelType:
    """The type of the decision's result: as declared, else as its table's columns say, else Any."""
    found = _find(model, decision_id)
    return ANY if found is None else _result(TypeBook(model, found[0]), found[1])


def type_findings(model: DecisionModel, decision_id: str, variables: Mapping[str, FeelType]) -> list[Finding]:
    """What cannot be right in the decision; `variables`: types of those it reads without declaring them."""
    found = _find(model, decision_id)
    if found is None:
        return []
    file, decision = found
    book = TypeBook(model, file)
    known = {**dict.fromkeys(variables_read(model, decision_id), ANY), **variables, **_required(book, decision)}
    if isinstance(decision.logic, Literal):
        wanted = book.find(decision.type_name) or ANY
        text = decision.logic.text
        return list(_said(decision.id, text, feel.check(text, known, wanted, vocabulary_of(book))))
    return list(_of_table(book, decision, known)) if isinstance(decision.logic, DecisionTable) else []


def _find(model: DecisionModel, decision_id: str) -> tuple[Definitions, Decision] | None:
    namespace, identity = find_key(model, decision_id)
    file = model.file(namespace)
    element = file.elements.get(identity) if file is not None else None
    return (file, element) if file is not None and isinstance(element, Decision) else None


def _result(book: TypeBook, decision: Decision) -> FeelType:
    declared = book.find(decision.type_name)
    if declared is not None and declared != ANY:
        return declared
    if isinstance(decision.logic, DecisionTable):
        return _of_rows(book, decision.logic)
    return ANY


def _of_rows(book: TypeBook, table: DecisionTable) -> FeelType:
    if table.aggregation in COLLECTED:
        return COLLECTED[table.aggregation]
    columns = [(column.name, book.find(column.type_name) or ANY) for column in table.outputs]
    row = columns[0][1] if len(columns) == 1 else ContextType(tuple(columns))
    if table.aggregation:
        return row
    return row if table.hit_policy in ONE_ROW else ListType(row)


def _required(book: TypeBook, decision: Decision) -> dict[str, FeelType]:
    """What the decision may speak of by name: the required data and decisions of its own file, the rest unknown."""
    known: dict[str, FeelType] = dict.fromkeys(book.file.imports, ANY)
    for href in (*decision.requires, *decision.knowledge):
        element = book.file.elements.get(href.rpartition("#")[2])
        if isinstance(element, InputData):
            known[element.name] = book.find(element.type_name) or ANY
        elif element is not None:
            known[element.name] = _result(book, element) if isinstance(element, Decision) else ANY
    return known


def _of_table(book: TypeBook, decision: Decision, known: Mapping[str, FeelType]) -> Iterator[Finding]:
    table = decision.logic
    assert isinstance(table, DecisionTable)
    values: list[FeelType] = []
    words = vocabulary_of(book)
    for column in table.inputs:
        yield from _said(
            f"{decision.id}#输入列“{column.label}”", column.expression, feel.check(column.expression, known, ANY, words)
        )
        values.append(book.find(column.type_name) or feel.type_of(column.expression, known, words))
    wanted = [book.find(column.type_name) or ANY for column in table.outputs]
    declared = _required(book, decision).keys()
    for rule in table.rules:
        place = f"{decision.id}#第 {rule.number} 行"
        for test, value in zip(rule.tests, values, strict=True):
            yield from _unquoted(place, test, declared, lambda text: feel.compile_unary_tests(text, words), value)
            yield from _said(place, test, feel.check_tests(test, known, value, words))
        for text, type_ in zip(rule.outputs, wanted, strict=True):
            yield from _unquoted(place, text, declared, lambda text: feel.compile_expression(text, words), type_)
            yield from _said(place, text, feel.check(text, known, type_, words) if text else [])


def _unquoted(
    place: str,
    text: str,
    declared: Collection[str],
    read: Callable[[str], feel.Expression | feel.UnaryTests],
    wanted: FeelType,
) -> Iterator[Finding]:
    """Chinese words without quotation marks are read as a name, and nothing is called so: the row would never hold."""
    try:
        names = read(text).names - {*declared} if _CHINESE.search(text) else ()
    except feel.FeelError:
        return  # said by the reader already
    for name in sorted(names):
        if _CHINESE.search(name):
            sentence = f'“{name}”没有加引号。表里的文字两边要加英文引号，写成 "{name}"；是数目的，写阿拉伯数字。'
            if wanted == Simple("number"):
                sentence = f"“{name}”不是数。这一栏要写数目，请写阿拉伯数字，例如 4，不写单位。"
            yield Finding("feel_types", f"{place}:1:1", sentence)


def _said(place: str, text: str, remarks: list[feel.Remark]) -> Iterator[Finding]:
    for each in remarks:
        hint = f"，{each.hint}" if each.hint else ""
        sentence = f"“{text}”有误：{each.sentence}{hint}（{each.english}）"
        yield Finding("feel_types", f"{place}:{each.line}:{each.column}", f"{sentence}。".replace("？。", "？"))
