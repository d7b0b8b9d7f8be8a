"""Words of the full-text search: how a text is folded, cut into pairs of characters, and marked where it matches.

Chinese has no blanks between words, so a text is indexed by every two neighbouring characters. What is found by its pairs
is compared letter by letter afterwards: 合同同工 has the pairs of 合同工, but does not contain it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

MOST_TERMS = 8
MOST_LETTERS = 100


def fold(text: str) -> str:
    """Upper and lower case, wide and narrow letters are one. Every character stays one, so places in both are the same."""
    return "".join(map(_folded, text))


def terms_of(query: str) -> tuple[str, ...]:
    """What must occur, each once: the parts between blanks."""
    return tuple(dict.fromkeys(fold(query[:MOST_LETTERS]).split()))[:MOST_TERMS]


def pairs(text: str) -> set[str]:
    """Every two neighbouring characters of a folded text; none reaches over a blank."""
    return {word[at : at + 2] for word in text.split() for at in range(len(word) - 1)}


def marked(text: str, terms: Iterable[str], around: int = 60) -> Sequence[tuple[str, bool]]:
    """A piece of the text around its first match, cut into stretches; True: this stretch is what was looked for."""
    folded = fold(text)
    hits = sorted(_spans(folded, terms))
    if not hits:
        return ((text[: 2 * around] + ("…" if len(text) > 2 * around else ""), False),)
    first, last = max(0, hits[0][0] - around // 2), min(len(text), hits[0][0] + 2 * around)
    pieces: list[tuple[str, bool]] = []
    at = first
    for begin, end in hits:
        if begin < at or end > last:
            continue
        pieces += [(text[at:begin], False), (text[begin:end], True)]
        at = end
    pieces.append((text[at:last] + ("…" if last < len(text) else ""), False))
    if first:
        pieces.insert(0, ("…", False))
    return tuple(piece for piece in pieces if piece[0])


def _spans(folded: str, terms: Iterable[str]) -> Iterable[tuple[int, int]]:
    for term in terms:
        at = folded.find(term)
        while at >= 0:
            yield at, at + len(term)
            at = folded.find(term, at + len(term))


@lru_cache(maxsize=8192)  # the letters of a language come again and again
def _folded(letter: str) -> str:
    simple = unicodedata.normalize("NFKC", letter).casefold()
    return simple if len(simple) == 1 and not simple.isspace() else (" " if letter.isspace() else letter)
