"""Names in a text: which words belong together, and who binds them. Names with blanks and signs are normal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from jiecheng.feel import slips
from jiecheng.feel.builtins import BUILTINS
from jiecheng.feel.closures import Maker
from jiecheng.feel.lexer import name_parts
from jiecheng.feel.token_stream import TokenStream
from jiecheng.feel.types import FeelType

N = TypeVar("N")


# By the first word of a name of several: the words of each such name and the name, the longest first.
Ways = Mapping[str, list[tuple[tuple[str, ...], str]]]


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """What an author may speak of: names that exist (blanks and signs allowed) and types by name. Compared by identity.

    `is_open`: the text stands in a boxed filter, where any name may be an entry of the element.
    """

    names: frozenset[str] = frozenset()
    types: Mapping[str, FeelType] = field(default_factory=dict)
    is_open: bool = False
    ways: Ways = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "ways", with_ways({}, self.names))


@dataclass(frozen=True, slots=True)
class Scope:
    """Names bound by the expression itself. In a filter any name may be an entry of the element."""

    names: frozenset[str]
    is_filter: bool = False


def with_ways(ways: Ways, names: Iterable[str]) -> Ways:
    """`ways` and those of further names; the very same when all of these are one word, which the lexer finds by itself."""
    longer = [(parts, name) for name in names if not name.isidentifier() and len(parts := name_parts(name)) > 1]
    if not longer:
        return ways
    every = dict(ways)
    for parts, name in longer:
        here = every.get(parts[0], [])
        if (parts, name) not in here:
            every[parts[0]] = sorted([*here, (parts, name)], key=lambda way: -len(way[0]))
    return every


# Built-in functions whose names hold a keyword, by their first word: they are names only in front of "(".
KEYWORD_NAMES: dict[str, list[tuple[tuple[str, ...], str]]] = {}
for _name in BUILTINS:
    if " and " in _name:
        KEYWORD_NAMES.setdefault(_name.split()[0], []).append((name_parts(_name), _name))
GOES_ON = frozenset({"name", "number"})  # what may continue a name


class NameReader(TokenStream, Generic[N]):
    """`free`: variables the text certainly reads; `perhaps_free`: those inside filters, where elements may bind them."""

    __slots__ = ("free", "known", "make", "perhaps_free", "scopes", "vocabulary")

    def __init__(self, source: str, vocabulary: Vocabulary, make: Maker[N]) -> None:
        super().__init__(source)
        self.make = make
        self.vocabulary = vocabulary
        self.known = vocabulary.ways
        self.scopes: list[Scope] = []
        self.free: set[str] = set()
        self.perhaps_free: set[str] = set()

    def name_ahead(self) -> tuple[str, int] | None:
        """The longest name that starts here and how many tokens it takes: a known one, or a run of plain words."""
        first = self.token
        kind, text = first.kind, first.text
        if kind == "name":
            if self.tokens[self.at + 1].kind not in GOES_ON and text not in self.known and text not in KEYWORD_NAMES:
                return text, 1  # nearly every name of a condition
        elif kind == "quoted":
            return str(first.value), 1
        elif kind != "keyword":
            return None
        run = self._run_length()
        for parts, name in self.known.get(text, ()):
            if len(parts) >= run and self._stands_here(parts):
                return name, len(parts)
        for parts, name in KEYWORD_NAMES.get(text, ()):
            if self._stands_here(parts) and self.looks("(", len(parts)):
                return name, len(parts)
        return (" ".join(token.text for token in self.tokens[self.at : self.at + run]), run) if run else None

    def _stands_here(self, parts: tuple[str, ...]) -> bool:
        here = self.tokens[self.at : self.at + len(parts)]
        return len(here) == len(parts) and all(
            token.text == part and token.kind != "string" for token, part in zip(here, parts, strict=True)
        )

    def _run_length(self) -> int:
        if self.token.kind != "name":
            return 0
        length = 1
        while self.token.text != "?":
            token = self.tokens[self.at + length]
            is_word = token.kind == "name" and token.text != "?"
            if not is_word and not (token.kind == "number" and token.text.isdigit()):
                break
            if token.text == "instance" and self.looks("of", length + 1):
                break
            length += 1
        return length

    def name(self, what: slips.Pair) -> str:
        found = self.name_ahead()
        if found is None:
            self.fail(slips.no_name(what, self.spoken()))
        name, length = found
        self.skip(length)
        return name

    def bind(self, names: frozenset[str], is_filter: bool = False) -> None:
        self.known = with_ways(self.known, names)
        self.scopes.append(Scope(names, is_filter))

    def unbind(self, count: int = 1) -> None:
        del self.scopes[len(self.scopes) - count :]

    def is_bound(self, name: str) -> bool:
        """Whether the name may come from inside the expression, or from a frame of the room above."""
        words = self.vocabulary
        if words.is_open or name in words.names:
            return True
        return bool(self.scopes) and any(scope.is_filter or name in scope.names for scope in self.scopes)

    def read_name(self, name: str) -> N:
        if self.scopes:
            for scope in reversed(self.scopes):
                if name in scope.names:
                    return self.make.bound_name(name)
            if any(scope.is_filter for scope in self.scopes):
                self.perhaps_free.add(name)
                return self.make.bound_name(name)
        if name not in BUILTINS:
            self.free.add(name)
        words = self.vocabulary
        # No scope that could bind it got as far as here.
        return self.make.bound_name(name) if words.is_open or name in words.names else self.make.outer_name(name)
