"""The studio speaks Chinese to a process owner who never saw XML: nothing in the properties stands under a code word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from jiecheng.web import studio_words


def labels(word: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield word["name"], word["label"]
    for attribute in word["attributes"]:
        yield f"{word['name']}.{attribute['name']}", attribute["label"]
        for choice in attribute["choices"]:
            yield f"{word['name']}.{attribute['name']}={choice['value']}", choice["label"]
    for child in word["children"]:
        yield from labels(child)


SHOWN = [
    *(each for word in studio_words.words() for each in labels(word)),
    *((one["name"], one["label"]) for one in studio_words.attributes()),
    *((one["value"], one["label"]) for one in studio_words.resolvers()),
    *(
        (f"{one['value']}.{each['name']}", each["label"])
        for one in studio_words.resolvers()
        for each in one["parameters"]
    ),
]


@pytest.mark.parametrize(("code", "label"), SHOWN, ids=[code for code, _ in SHOWN])
def test_every_word_of_the_properties_has_a_chinese_name(code: str, label: str) -> None:
    assert not label.isascii(), f"{code} 还没有中文名称"
