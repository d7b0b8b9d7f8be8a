"""The jc: words as the browser's diagram editor wants them: a moddle descriptor made from the one table of words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jiecheng.definitions.safe_xml import JC
from jiecheng.definitions.vocabulary import ATTRIBUTES, FLOW_NODES, SUB_PROCESSES, TASKS, WORDS, Word


def moddle_descriptor() -> dict[str, Any]:
    """`<jc:registerEntry>` is type RegisterEntry; an attribute on BPMN elements is a trait of those elements."""
    return {
        "name": "Jiecheng",
        "uri": JC,
        "prefix": "jc",
        "xml": {"tagAlias": "lowerCase"},
        "types": [
            *(_element(name, word) for name, word in WORDS.items()),
            *(_trait(name, tags) for name, tags in ATTRIBUTES.items()),
        ],
    }


def children_of(name: str) -> Mapping[str, Word]:
    """The words that stand inside this word."""
    return {child: word for child, word in WORDS.items() if name in word.within}


def _element(name: str, word: Word) -> dict[str, Any]:
    attributes = dict.fromkeys((*word.required, *word.optional, *word.choices))
    properties: list[dict[str, Any]] = [{"name": each, "isAttr": True, "type": "String"} for each in attributes]
    properties += [{"name": f"{child}s", "type": type_name(child), "isMany": True} for child in children_of(name)]
    return {"name": type_name(name), "superClass": ["Element"], "properties": properties}


def _trait(name: str, tags: frozenset[str]) -> dict[str, Any]:
    return {
        "name": f"{type_name(name)}Attribute",
        "extends": [f"bpmn:{type_name(tag)}" for tag in sorted(_widest(tags))],
        "properties": [{"name": name, "isAttr": True, "type": "String"}],
    }


def type_name(tag: str) -> str:
    return tag[:1].upper() + tag[1:]


def _widest(tags: frozenset[str]) -> set[str]:
    """Without what inherits from another of them: a property that comes twice is an error there."""
    if tags >= FLOW_NODES:
        return {"flowNode", *(tags - FLOW_NODES)}
    kept = set(tags)
    for parent, family in (("task", TASKS), ("subProcess", SUB_PROCESSES)):
        if parent in kept:
            kept -= family - {parent}
    return kept
