"""Item definitions as FEEL types, imports included."""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType

from jiecheng.decisions.model import DecisionModel, Definitions, ItemDefinition
from jiecheng.feel import FeelError, FeelValue, compile_unary_tests
from jiecheng.feel.boxed import (
    ANY,
    SIMPLE_TYPES,
    ContextType,
    FeelType,
    FunctionType,
    Limited,
    ListType,
    Simple,
    Vocabulary,
)

MAX_DEPTH = 30


class TypeBook:
    """The types one file can name. Unknown names are Any: a missing type never hides a value."""

    def __init__(self, model: DecisionModel, file: Definitions) -> None:
        self.model = model
        self.file = file
        self._known: dict[str, FeelType] = {}
        self.errors: list[tuple[str, FeelError]] = []

    def find(self, name: str, depth: int = 0) -> FeelType | None:
        """The type of that name, None when no type is named."""
        if not name:
            return None
        if name not in self._known:
            self._known[name] = self._resolve(name, depth)
        return self._known[name]

    def all(self) -> dict[str, FeelType]:
        names = list(self.file.items)
        for alias, namespace in self.file.imports.items():
            imported = self.model.file(namespace)
            if imported:
                names += [f"{alias}.{item}" if alias else item for item in imported.items]
        return {name: found for name in names if (found := self.find(name)) is not None}

    def _resolve(self, name: str, depth: int) -> FeelType:
        if depth > MAX_DEPTH:
            return ANY
        if name in self.file.items:
            return self._of_item(self.file.items[name], depth)
        alias, dot, rest = name.partition(".")
        imported = self.model.file(self.file.imports.get(alias if dot else "", ""))
        if imported:
            return TypeBook(self.model, imported).find(rest if dot else name, depth + 1) or ANY
        return Simple(name) if name in SIMPLE_TYPES else ANY

    def _of_item(self, item: ItemDefinition, depth: int) -> FeelType:
        if item.components:
            entries = ((part.name, self._of_item(part, depth + 1)) for part in item.components)
            found: FeelType = ContextType(tuple(entries))
        elif item.function is not None:
            parameters, result = item.function
            types = tuple(self.find(parameter.type_name, depth + 1) or ANY for parameter in parameters)
            found = FunctionType(types, self.find(result, depth + 1) or ANY)
        else:
            found = self.find(item.type_name, depth + 1) or ANY
        if item.tests:
            found = self._limited(found, item.tests, item.name)
        if item.is_collection:
            found = ListType(found)
        return self._limited(found, item.constraint, item.name) if item.constraint else found

    def _limited(self, base: FeelType, tests: str, place: str) -> FeelType:
        try:
            allowed = compile_unary_tests(tests)
        except FeelError as error:
            self.errors.append((place, error))
            return base

        def allows(value: FeelValue) -> bool:
            return allowed.matches(value, NOTHING) is True

        return Limited(base, allows, tests)


NOTHING: MappingProxyType[str, FeelValue] = MappingProxyType({})


def component_names(items: dict[str, ItemDefinition] | MappingProxyType[str, ItemDefinition]) -> Iterator[str]:
    waiting = list(items.values())
    while waiting:
        item = waiting.pop()
        waiting += item.components
        for component in item.components:
            yield component.name


def vocabulary_of(book: TypeBook) -> Vocabulary:
    """What every expression of a file may speak of: component names and types."""
    names = set(component_names(dict(book.file.items)))
    for namespace in book.file.imports.values():
        imported = book.model.file(namespace)
        if imported:
            names |= set(component_names(dict(imported.items)))
            names |= {element.name for element in imported.elements.values()}
    return Vocabulary(frozenset(names), book.all())
