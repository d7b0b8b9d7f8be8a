"""What a letter is filled with when there is no case yet: every word it looks up stands for itself, as 〔borrowed.name〕."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from jinja2 import nodes

from jiecheng.documents import template
from jiecheng.documents.letter import Letter, letter_names

_DAY, _AMOUNT = "2026-03-16", "1234.5"


class _Word(str, Mapping[str, Any]):  # type: ignore[misc]
    """A word that can be printed, asked for its parts, and gone through once."""

    __slots__ = ("_known", "_path")
    _path: str
    _known: Mapping[str, object]

    def __new__(cls, path: str, known: Mapping[str, object]) -> _Word:
        made = super().__new__(cls, f"〔{path}〕")
        made._path, made._known = path, known
        return made

    def get(self, key: Any, default: object = None) -> Any:  # noqa: ANN401
        return self._known.get(str(key)) or _Word(f"{self._path}.{key}", self._known)

    def __iter__(self) -> Iterator[Any]:
        yield _Word(self._path, self._known)


def sample_facts(letter: Letter) -> Mapping[str, object]:
    """A value for every word of the letter: dates where it prints dates, lists where it joins."""
    texts = [text for _, text in letter.texts()]
    known: dict[str, object] = dict.fromkeys(_last_words(texts, "date"), _DAY)
    known |= dict.fromkeys(_last_words(texts, "money"), _AMOUNT)
    known |= {word: ["〔甲〕", "〔乙〕"] for word in _last_words(texts, "join")}
    if letter.each:
        known[letter.each.rpartition(".")[2]] = [_Word("item", known)]
    return {name: known.get(name) or _Word(name, known) for name in letter_names(letter)}


def _last_words(texts: Collection[str], filter_name: str) -> set[str]:
    """`start_date` for {{ loan.start_date | date }}."""
    found = set()
    for text in texts:
        for each in template.parsed(text).find_all(nodes.Filter):
            if each.name == filter_name and isinstance(each.node, nodes.Getattr | nodes.Name):
                found.add(each.node.attr if isinstance(each.node, nodes.Getattr) else each.node.name)
    return found
