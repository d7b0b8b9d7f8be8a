"""Boxed expressions from XML to nouns."""

from __future__ import annotations

from collections.abc import Callable

from lxml import etree

from jiecheng.decisions.model import (
    Boxed,
    BoxedContext,
    BoxedFilter,
    BoxedList,
    Conditional,
    Entry,
    FunctionDefinition,
    Invocation,
    Iterator,
    Literal,
    Parameter,
    Relation,
)
from jiecheng.decisions.read_table import read_table
from jiecheng.decisions.read_xml import attribute, child, children, invalid, local_name, text_of, type_name

FEEL_LANGUAGES = ("", "feel")


def read_boxed(node: etree._Element, place: str) -> Boxed:
    return READERS[local_name(node)](node, place)


def boxed_child(node: etree._Element | None, place: str) -> Boxed | None:
    """The one boxed expression inside `node`, None when there is none."""
    if node is None:
        return None
    found = children(node, *READERS)
    return read_boxed(found[0], place) if found else None


def read_parameter(node: etree._Element) -> Parameter:
    return Parameter(attribute(node, "name"), type_name(node))


def require_feel(node: etree._Element, place: str) -> None:
    language = attribute(node, "expressionLanguage").rstrip("/").lower()
    if language.rpartition("/")[2] not in FEEL_LANGUAGES:
        raise invalid("decision_language", place, f"判定“{place}”用了别的表达式语言，只能用 FEEL")


def _literal(node: etree._Element, place: str) -> Literal:
    require_feel(node, place)
    return Literal(text_of(node), place, type_name(node))


def _context(node: etree._Element, place: str) -> BoxedContext:
    entries = []
    for row in children(node, "contextEntry"):
        variable = child(row, "variable")
        name = attribute(variable, "name")
        entries.append(Entry(name, type_name(variable), boxed_child(row, place)))
    return BoxedContext(tuple(entries), type_name(node))


def _list(node: etree._Element, place: str) -> BoxedList:
    return BoxedList(tuple(read_boxed(item, place) for item in children(node, *READERS)), type_name(node))


def _relation(node: etree._Element, place: str) -> Relation:
    columns = tuple(attribute(column, "name") for column in children(node, "column"))
    rows = tuple(tuple(read_boxed(cell, place) for cell in children(row, *READERS)) for row in children(node, "row"))
    if any(len(row) != len(columns) for row in rows):
        raise invalid("decision_relation", place, f"判定“{place}”的关系表有一行的列数不对")
    return Relation(columns, rows, type_name(node))


def read_function(node: etree._Element, place: str) -> FunctionDefinition:
    parameters = tuple(read_parameter(parameter) for parameter in children(node, "formalParameter"))
    return FunctionDefinition(parameters, boxed_child(node, place), attribute(node, "kind") or "FEEL", type_name(node))


def _invocation(node: etree._Element, place: str) -> Invocation:
    bindings = []
    for binding in children(node, "binding"):
        parameter = child(binding, "parameter")
        bound = Parameter(attribute(parameter, "name"), type_name(parameter))
        bindings.append((bound, boxed_child(binding, place)))
    return Invocation(boxed_child(node, place), tuple(bindings), type_name(node))


def _conditional(node: etree._Element, place: str) -> Conditional:
    test, then, otherwise = (boxed_child(child(node, name), place) for name in ("if", "then", "else"))
    return Conditional(test, then, otherwise, type_name(node))


def _filter(node: etree._Element, place: str) -> BoxedFilter:
    return BoxedFilter(boxed_child(child(node, "in"), place), boxed_child(child(node, "match"), place), type_name(node))


def _iterator(node: etree._Element, place: str) -> Iterator:
    kind = local_name(node)
    body = child(node, "return" if kind == "for" else "satisfies")
    return Iterator(
        kind,
        attribute(node, "iteratorVariable"),
        boxed_child(child(node, "in"), place),
        boxed_child(body, place),
        type_name(node),
    )


READERS: dict[str, Callable[[etree._Element, str], Boxed]] = {
    "literalExpression": _literal,
    "context": _context,
    "list": _list,
    "relation": _relation,
    "functionDefinition": read_function,
    "invocation": _invocation,
    "conditional": _conditional,
    "filter": _filter,
    "for": _iterator,
    "some": _iterator,
    "every": _iterator,
    "decisionTable": read_table,
}
