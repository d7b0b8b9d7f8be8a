"""Boxed expressions to FEEL closures, once per model; what cannot be read becomes a finding with its place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

from jiecheng.decisions.item_types import TypeBook, vocabulary_of
from jiecheng.decisions.model import (
    Boxed,
    BoxedContext,
    BoxedFilter,
    BoxedList,
    Conditional,
    Decision,
    DecisionModel,
    DecisionTable,
    Definitions,
    Element,
    FunctionDefinition,
    Invocation,
    Iterator,
    KnowledgeModel,
    Literal,
    Relation,
)
from jiecheng.decisions.table import CompiledTable, compile_table
from jiecheng.feel import Expression, FeelError, FeelValue, UnaryTests, compile_expression, compile_unary_tests
from jiecheng.feel.boxed import (
    FeelType,
    Frame,
    Node,
    Vocabulary,
    call_value,
    condition,
    constant,
    define,
    filtered,
    loop,
    make_context,
    make_list,
    quantified,
    typed,
)
from jiecheng.model.errors import Finding

Key = tuple[str, str]  # namespace and id


class Workshop:
    """Compiles the expressions of one element: its vocabulary, its types, its findings."""

    def __init__(self, element: Element, book: TypeBook, findings: list[Finding]) -> None:
        self.element = element
        self.book = book
        self.findings = findings
        self.tables: list[CompiledTable] = []
        self.names: set[str] = set()  # variables of the case that are read without being declared as input data

    def type_of(self, name: str) -> FeelType | None:
        return self.book.find(name)

    def expression(self, text: str, words: Vocabulary, place: str) -> Node:
        if not text.strip():
            return constant(None)
        try:
            return self._read(compile_expression(text, words), words)
        except FeelError as error:
            return self._wrong(error, place)

    def tests(self, text: str, words: Vocabulary, place: str) -> Node:
        try:
            return self._read(compile_unary_tests(text, words), words)
        except FeelError as error:
            return self._wrong(error, place)

    def _read(self, compiled: Expression | UnaryTests, words: Vocabulary) -> Node:
        self.names |= compiled.names - words.names
        return compiled.node

    def _wrong(self, error: FeelError, place: str) -> Node:
        row = place.partition("#")[2]
        where = f"判定“{self.element.name}”" + (f"的{row}" if row else "")
        self.findings.append(Finding("decision_feel", place, f"{where}：{error.message}"))
        return constant(None)

    def boxed(self, logic: Boxed | None, words: Vocabulary) -> Node:
        if logic is None:
            return constant(None)
        node = COMPILERS[type(logic)](self, logic, words)
        return typed(node, self.type_of(logic.type_name), self.element.name)


def widened(words: Vocabulary, *names: str) -> Vocabulary:
    return replace(words, names=words.names | {name for name in names if name})


def _literal(shop: Workshop, logic: Literal, words: Vocabulary) -> Node:
    return shop.expression(logic.text, words, logic.place)


def _context(shop: Workshop, logic: BoxedContext, words: Vocabulary) -> Node:
    entries: list[tuple[str, Node]] = []
    result: Node | None = None
    for entry in logic.entries:
        node = typed(shop.boxed(entry.value, words), shop.type_of(entry.type_name), entry.name)
        if entry.name:
            entries.append((entry.name, node))
            words = widened(words, entry.name)
        else:
            result = node
    whole = make_context(tuple(entries))
    return whole if result is None else _result_of(whole, result)


def _result_of(context: Node, result: Node) -> Node:
    def run(frame: Frame) -> FeelValue:
        return result(Frame(frame.run, context(frame), frame))

    return run


def _list(shop: Workshop, logic: BoxedList, words: Vocabulary) -> Node:
    return make_list(tuple(shop.boxed(item, words) for item in logic.items))


def _relation(shop: Workshop, logic: Relation, words: Vocabulary) -> Node:
    rows = tuple(tuple(shop.boxed(cell, words) for cell in row) for row in logic.rows)

    def run(frame: Frame) -> FeelValue:
        frame.run.spend(len(rows))
        return [{name: cell(frame) for name, cell in zip(logic.columns, row, strict=True)} for row in rows]

    return run


def _function(shop: Workshop, logic: FunctionDefinition, words: Vocabulary) -> Node:
    names = tuple(parameter.name for parameter in logic.parameters)
    types = tuple(shop.type_of(parameter.type_name) for parameter in logic.parameters)
    if logic.kind != "FEEL":
        return define(names, types, constant(None))  # code outside FEEL is never run
    return define(names, types, shop.boxed(logic.body, widened(words, *names)))


def _invocation(shop: Workshop, logic: Invocation, words: Vocabulary) -> Node:
    arguments = tuple(
        (parameter.name, typed(shop.boxed(value, words), shop.type_of(parameter.type_name), parameter.name))
        for parameter, value in logic.bindings
    )
    return call_value(shop.boxed(logic.callee, words), arguments)


def _conditional(shop: Workshop, logic: Conditional, words: Vocabulary) -> Node:
    test, then, otherwise = (shop.boxed(part, words) for part in (logic.test, logic.then, logic.otherwise))
    return condition(test, then, otherwise)


def _filter(shop: Workshop, logic: BoxedFilter, words: Vocabulary) -> Node:
    match_words = replace(widened(words, "item"), is_open=True)
    return filtered(shop.boxed(logic.source, words), shop.boxed(logic.match, match_words))


def _iterator(shop: Workshop, logic: Iterator, words: Vocabulary) -> Node:
    turns = ((logic.variable, shop.boxed(logic.source, words), None),)
    body = shop.boxed(logic.body, widened(words, logic.variable, "partial"))
    return loop(turns, body) if logic.kind == "for" else quantified(turns, body, decisive=logic.kind == "some")


def _table(shop: Workshop, logic: DecisionTable, words: Vocabulary) -> Node:
    table = compile_table(shop, logic, words)
    shop.tables.append(table)
    return table.run


COMPILERS: dict[type, Callable[..., Node]] = {
    Literal: _literal,
    BoxedContext: _context,
    BoxedList: _list,
    Relation: _relation,
    FunctionDefinition: _function,
    Invocation: _invocation,
    Conditional: _conditional,
    BoxedFilter: _filter,
    Iterator: _iterator,
    DecisionTable: _table,
}


class CompiledElement:
    """An element ready to run. `scope`: (alias or "", name there, key) of everything its logic may name."""

    def __init__(self, file: Definitions, element: Element, node: Node | None, wanted: FeelType | None) -> None:
        self.file = file
        self.element = element
        self.node = node
        self.wanted = wanted
        self.scope: tuple[tuple[str, str, Key], ...] = ()
        self.tables: tuple[CompiledTable, ...] = ()
        self.names: frozenset[str] = frozenset()


class CompiledModel:
    def __init__(self, model: DecisionModel) -> None:
        self.model = model
        self.findings: list[Finding] = []
        self.elements: dict[Key, CompiledElement] = {}
        for file in model.files:
            book = TypeBook(model, file)
            words = vocabulary_of(book)
            for element in file.elements.values():
                self.elements[file.namespace, element.id] = self._compiled(file, element, (book, words))
            for place, error in book.errors:
                self.findings.append(Finding("decision_type", place, f"类型“{place}”：{error.message}"))

    def key(self, file: Definitions, href: str) -> Key:
        namespace, _, target = href.rpartition("#")
        return namespace or file.namespace, target

    def _compiled(self, file: Definitions, element: Element, words_of: tuple[TypeBook, Vocabulary]) -> CompiledElement:
        book, words = words_of
        scope = tuple(self._scope(file, element))
        words = widened(words, *(alias or name for alias, name, _ in scope), *(name for _, name, _ in scope))
        shop = Workshop(element, book, self.findings)
        node = None
        if isinstance(element, Decision):
            node = shop.boxed(element.logic, words)
        elif isinstance(element, KnowledgeModel) and element.function is not None:
            node = shop.boxed(element.function, words)
        compiled = CompiledElement(file, element, node, book.find(element.type_name))
        compiled.scope, compiled.tables, compiled.names = scope, tuple(shop.tables), frozenset(shop.names)
        return compiled

    def _scope(self, file: Definitions, element: Element) -> list[tuple[str, str, Key]]:
        aliases = {namespace: alias for alias, namespace in file.imports.items()}
        scope = []
        hrefs = element.requires + element.knowledge if isinstance(element, Decision) else ()
        for href in element.knowledge if isinstance(element, KnowledgeModel) else hrefs:
            namespace, target = self.key(file, href)
            owner = self.model.file(namespace)
            found = owner.elements.get(target) if owner else None
            if found is not None:
                alias = "" if namespace == file.namespace else aliases.get(namespace, "")
                scope.append((alias, found.name, (namespace, target)))
        return scope


@lru_cache(maxsize=64)
def compiled_model(model: DecisionModel) -> CompiledModel:
    return CompiledModel(model)
