"""Feature files as far as a release needs them: language, scenarios, their tags. Sentences are `acceptance`'s business."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from gherkin.errors import CompositeParserException, ParserException
from gherkin.parser import Parser

from jiecheng.model.errors import Finding, Invalid


@dataclass(frozen=True, slots=True)
class Scenario:
    """`tags` without "@", those of the feature and the rule around it included."""

    name: str
    line: int
    tags: tuple[str, ...]
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Feature:
    name: str
    language: str
    scenarios: tuple[Scenario, ...]


@lru_cache(maxsize=64)  # the linter, the difference and the gate each look at a release's scenarios
def read_feature(file: str, text: str) -> Feature:
    """Raises `Invalid` with a finding a place when the text is no Gherkin or promises nothing."""
    try:
        feature = Parser().parse(text).get("feature")
    except CompositeParserException as error:
        raise _invalid(file, [_finding(file, each) for each in error.errors]) from None
    except ParserException as error:
        raise _invalid(file, [_finding(file, error)]) from None
    if not feature:
        raise _invalid(file, [Finding("feature_empty", file, f"{file} 里没有功能，请写上或删去文件。")])
    scenarios = tuple(_scenarios(feature, ()))
    if not scenarios:
        raise _invalid(file, [Finding("feature_empty", file, f"{file} 里没有场景，请写上或删去文件。")])
    return Feature(str(feature["name"]), str(feature["language"]), scenarios)


# The parser's answer is JSON-like and untyped; it does not leave this file.
def _scenarios(holder: Mapping[str, Any], outer: tuple[str, ...]) -> Iterator[Scenario]:
    tags = (*outer, *_tags(holder))
    for child in holder["children"]:
        if "rule" in child:
            yield from _scenarios(child["rule"], tags)
        elif "scenario" in child:
            yield from _one_scenario(child["scenario"], tags)


def _one_scenario(found: Mapping[str, Any], outer: tuple[str, ...]) -> Iterator[Scenario]:
    examples = [tag for example in found["examples"] for tag in _tags(example)]
    tags = tuple(dict.fromkeys((*outer, *_tags(found), *examples)))
    steps = tuple(f"{step['keyword'].strip()}{step['text']}" for step in found["steps"])
    yield Scenario(str(found["name"]), int(found["location"]["line"]), tags, steps)


def _tags(holder: Mapping[str, Any]) -> list[str]:
    return [str(tag["name"]).removeprefix("@") for tag in holder.get("tags", ())]


def _finding(file: str, error: ParserException) -> Finding:
    line, column = (error.location or {}).get("line", 0), (error.location or {}).get("column", 0)
    sentence = f"{file} 第 {line} 行不合 Gherkin 写法，请检查关键字（功能、规则、背景、场景、假如、当、那么、而且）。"
    return Finding("feature_syntax", f"{file}:{line}:{column}", sentence)


def _invalid(file: str, findings: list[Finding]) -> Invalid:
    return Invalid(findings[0].message if findings else f"{file} 无法读取。", findings=findings)
