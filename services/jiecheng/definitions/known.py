"""What can be said of an expression while only some of its variables are known: its value, or that it is open.

Says "open" whenever it is not certain, so that a proof over all paths never rests on a guess.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from jiecheng import feel
from jiecheng.model.definition import SequenceFlow
from jiecheng.model.values import Value

Known = Mapping[str, Any]

_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')


class _Open:
    """The value of what nobody knows yet."""

    def __repr__(self) -> str:
        return "OPEN"


OPEN = _Open()


def value_of(source: str, known: Known) -> Value | _Open:
    """The value of FEEL text, OPEN when it rests on a variable that is not known."""
    text = source.strip().removeprefix("=").strip()
    if text.startswith("if "):
        return _choice(text, known)
    for word, decisive in (("or", True), ("and", False)):
        parts = _split(text, word)
        if len(parts) > 1:
            return _junction([value_of(part, known) for part in parts], decisive)
    if _around(text):
        return value_of(text[1:-1], known)
    compiled = _compiled(text)
    if compiled is None or not _names(compiled) <= known.keys():
        return OPEN
    try:
        return feel.to_json(compiled.evaluate(known))
    except feel.FeelError:
        return OPEN


def possible_ways(flows: Collection[SequenceFlow], known: Known) -> Iterator[SequenceFlow]:
    """Which way a gateway's question may take, in the order of the diagram: what may be true, until something is; the
    default one when nothing surely is."""
    default = next((flow for flow in flows if not flow.condition), None)
    for flow in flows:
        if flow is default:
            continue
        answer = value_of(flow.condition, known)
        if answer is OPEN or answer is True:
            yield flow
        if answer is True:
            return
    if default is not None:
        yield default


def names_in(source: str) -> frozenset[str]:
    """The variables an expression reads; a text that cannot be read reads none."""
    compiled = _compiled(source.strip().removeprefix("=").strip())
    return frozenset() if compiled is None else _names(compiled)


def _compiled(text: str) -> feel.Expression | None:
    try:
        return feel.compile_expression(text)
    except feel.FeelError:
        return None


def _names(compiled: feel.Expression) -> frozenset[str]:
    return compiled.names | compiled.perhaps


def _junction(values: list[Value | _Open], decisive: bool) -> Value | _Open:
    """`or` is decided by one true, `and` by one false, however little is known of the others."""
    if any(value is decisive for value in values):
        return decisive
    return OPEN if any(value is OPEN for value in values) else all(value is True for value in values)


def _choice(text: str, known: Known) -> Value | _Open:
    test, _, rest = text.removeprefix("if ").partition(" then ")
    then, _, otherwise = rest.rpartition(" else ")
    # A condition inside a condition: which "then" and "else" belong together is the parser's business, not ours.
    if not then or " then " in then or _compiled(test) is None or _compiled(then) is None:
        compiled = _compiled(text)
        whole = compiled is not None and _names(compiled) <= known.keys()
        return feel.to_json(compiled.evaluate(known)) if whole and compiled is not None else OPEN
    chosen = value_of(test, known)
    if chosen is OPEN:
        return OPEN
    return value_of(then if chosen is True else otherwise, known)


def _split(text: str, word: str) -> list[str]:
    """The text at every `word` that stands outside brackets and quotation marks; ranges and loops are left whole."""
    bare = _QUOTED.sub(lambda found: "·" * len(found[0]), text)
    if re.search(r"\b(between|for|some|every|if)\b", bare):
        return [text]
    places = [found.span() for found in re.finditer(rf"\s{word}\s", bare) if _depth(bare[: found.start()]) == 0]
    return list(_cut(text, places))


def _cut(text: str, places: list[tuple[int, int]]) -> Iterator[str]:
    start = 0
    for begin, end in places:
        yield text[start:begin]
        start = end
    yield text[start:]


def _depth(text: str) -> int:
    return sum((character in "([{") - (character in ")]}") for character in text)


def _around(text: str) -> bool:
    """Whether one pair of brackets holds the whole text."""
    bare = _QUOTED.sub(lambda found: "·" * len(found[0]), text)
    if not (bare.startswith("(") and bare.endswith(")")):
        return False
    return all(_depth(bare[:place]) > 0 for place in range(1, len(bare)))
