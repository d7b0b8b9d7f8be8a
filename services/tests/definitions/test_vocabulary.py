"""The table of words, and the document that explains them to people, say the same."""

from __future__ import annotations

import re
from pathlib import Path

from jiecheng.definitions.vocabulary import ATTRIBUTES, WORDS

README = (Path(__file__).parents[3] / "bpmn" / "README.md").read_text(encoding="utf-8")


def test_every_word_is_explained_and_no_other() -> None:
    explained = set(re.findall(r"^#+ `<jc:(\w+)>`", README, re.MULTILINE))
    assert explained == {name for name, word in WORDS.items() if not word.within <= set(WORDS)}


def test_every_attribute_of_every_word_is_explained() -> None:
    for name, word in WORDS.items():
        for key in (*word.required, *word.optional):
            assert re.search(rf"`{key}`|\b{key}=", README), f"jc:{name} {key}"
        for choices in word.choices.values():
            for choice in choices:
                assert f"`{choice}`" in README, f"jc:{name} {choice}"


def test_every_attribute_on_bpmn_elements_is_explained() -> None:
    assert set(re.findall(r"^\| `jc:(\w+)`", README, re.MULTILINE)) == set(ATTRIBUTES)


def test_words_inside_words_are_explained_with_them() -> None:
    for name, word in WORDS.items():
        if word.within <= set(WORDS):
            assert f"<jc:{name} " in README
