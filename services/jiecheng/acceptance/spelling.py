"""Which sentences of a draft's scenarios nobody understands, told while they are written and not minutes later by the gate.

The sentences register themselves with pytest-bdd; here they are only asked whether they would match, never run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from functools import cache, lru_cache
from importlib import import_module
from typing import Protocol

from jiecheng.acceptance import sentence_list
from jiecheng.definitions.gherkin_text import Scenario, Sentence, read_feature
from jiecheng.model.errors import Finding, Invalid

CODE = "unknown_sentence"
_WORD = {"given": "假如", "when": "当", "then": "那么"}
_KINDS = {"Context": "given", "Action": "when", "Outcome": "then"}
_QUOTED = re.compile(r"“[^”]*”|\d+")
_NEAR, _MOST_NEAR = 0.5, 2
_MOST_COMPARED, _LONGEST = 10, 300  # a file in which nothing is understood need not be compared line by line


class Known(Protocol):
    """A sentence of the house. `type`: the only place for it (假如、当、那么), None where it may stand anywhere."""

    @property
    def type(self) -> str | None: ...

    def matches(self, text: str) -> bool: ...


def strange_sentences(features: Mapping[str, str]) -> list[Finding]:
    """A finding for each line that no sentence fits; files that cannot be read are the linter's."""
    return [finding for file, text in features.items() for finding in _of_file(file, text)]


@lru_cache(maxsize=64)  # a save changes one file and asks about all
def _of_file(file: str, text: str) -> Sequence[Finding]:
    try:
        feature = read_feature(file, text)
    except Invalid:
        return ()
    strange = [
        (sentence, wrong)
        for scenario in (*feature.backgrounds, *feature.scenarios)
        for sentence in scenario.sentences
        for wrong in (_wrong(sentence, scenario),)
        if wrong is not None
    ]
    return [
        Finding(CODE, f"{file}:{one.line}", _told(file, one, wrong, compare=number < _MOST_COMPARED))
        for number, (one, wrong) in enumerate(strange)
    ]


def _wrong(sentence: Sentence, scenario: Scenario) -> str | None:
    """The sentence, or the first of its examples, that is not understood."""
    said = dict.fromkeys(_filled(sentence, scenario))
    return next((one for one in said if len(one) > _LONGEST or not _understood(one, sentence.kind)), None)


def _filled(sentence: Sentence, scenario: Scenario) -> Iterator[str]:
    """The sentence as it runs: with the words of each example in the place of <栏>."""
    rows = [dict(zip(head.cells, row.cells, strict=False)) for head, *body in scenario.examples for row in body]
    for words in rows or [{}]:
        said = sentence.text
        for name, value in words.items():
            said = said.replace(f"<{name}>", value)
        yield said


def _told(file: str, sentence: Sentence, wrong: str, *, compare: bool) -> str:
    beginning = f"{file} 第 {sentence.line} 行「{sentence.keyword} {sentence.text[:_LONGEST]}」"
    places = {_WORD[one.type] for one in _known() if one.type and one.matches(wrong)}
    if places:
        return f"{beginning}：这一句只能写在“{'、'.join(sorted(places))}”后面，请改开头的词。"
    near = _nearest(wrong[:_LONGEST]) if compare else ()
    advice = f"最接近的写法：{'；'.join(f'「{one}」' for one in near)}。" if near else ""
    return f"{beginning}：没有这种句式，检查时会不通过。{advice}请照「可以用的句子」改写，或检查有没有错字、少了引号。"


def _understood(text: str, kind: str) -> bool:
    return any(one.type in (None, _KINDS.get(kind)) and one.matches(text) for one in _known())


def _nearest(text: str) -> Sequence[str]:
    said = [row.replace("`", "") for chapter in sentence_list.chapters() for row, _ in chapter.rows]
    shares = sorted(((_alike(one, text), one) for one in said), reverse=True)
    return [one for share, one in shares[:_MOST_NEAR] if share >= _NEAR]


def _alike(example: str, text: str) -> float:
    """Names in quotation marks and numbers are the writer's own."""
    return SequenceMatcher(None, _QUOTED.sub("“”", example), _QUOTED.sub("“”", text)).ratio()


@cache
def _known() -> Sequence[Known]:
    """Loaded when somebody writes scenarios: they bring pytest with them, which no other page needs."""
    found: Sequence[Known] = import_module("jiecheng.acceptance.known_sentences").known()
    return found
