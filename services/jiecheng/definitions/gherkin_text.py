"""Feature files as far as a release needs them: language, scenarios, their tags. Sentences are `acceptance`'s business."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from gherkin.errors import CompositeParserException, ParserException
from gherkin.parser import Parser

from jiecheng.model.errors import Finding, Invalid


@dataclass(frozen=True, slots=True)
class Row:
    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sentence:
    """`kind`: Context | Action | Outcome, that of the sentence before where it goes on with that; `below`: its table or text."""

    line: int
    keyword: str
    text: str
    kind: str
    below: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Scenario:
    """`tags` without "@", those of the feature and the rule around it included; `examples`: a table each, its head first."""

    name: str
    line: int
    tags: tuple[str, ...]
    sentences: tuple[Sentence, ...] = ()
    examples: tuple[tuple[Row, ...], ...] = ()

    @property
    def steps(self) -> tuple[str, ...]:
        return tuple(f"{one.keyword}{one.text}" for one in self.sentences)


@dataclass(frozen=True, slots=True)
class Feature:
    """`backgrounds`: what goes before every scenario of the feature, or of one rule in it."""

    name: str
    language: str
    scenarios: tuple[Scenario, ...]
    backgrounds: tuple[Scenario, ...] = ()


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
    return Feature(str(feature["name"]), str(feature["language"]), scenarios, tuple(_backgrounds(feature, "背景")))


# The parser's answer is JSON-like and untyped; it does not leave this file.
def _scenarios(holder: Mapping[str, Any], outer: tuple[str, ...]) -> Iterator[Scenario]:
    tags = (*outer, *_tags(holder))
    for child in holder["children"]:
        if "rule" in child:
            yield from _scenarios(child["rule"], tags)
        elif "scenario" in child:
            yield from _one_scenario(child["scenario"], tags)


def _backgrounds(holder: Mapping[str, Any], name: str) -> Iterator[Scenario]:
    for child in holder["children"]:
        if "rule" in child:
            yield from _backgrounds(child["rule"], f"规则「{child['rule']['name']}」的背景")
        elif "background" in child:
            found = child["background"]
            yield Scenario(name, int(found["location"]["line"]), (), tuple(_sentences(found["steps"])))


def _one_scenario(found: Mapping[str, Any], outer: tuple[str, ...]) -> Iterator[Scenario]:
    tables = [one for one in found["examples"] if "tableHeader" in one]
    tags = tuple(dict.fromkeys((*outer, *_tags(found), *(tag for one in found["examples"] for tag in _tags(one)))))
    examples = tuple((_row(one["tableHeader"]), *map(_row, one["tableBody"])) for one in tables)
    yield Scenario(
        str(found["name"]), int(found["location"]["line"]), tags, tuple(_sentences(found["steps"])), examples
    )


def _sentences(steps: Sequence[Mapping[str, Any]]) -> Iterator[Sentence]:
    kind = ""
    for step in steps:
        kind = kind if step["keywordType"] == "Conjunction" else str(step["keywordType"])
        rows = tuple(map(_row, step["dataTable"]["rows"])) if "dataTable" in step else ()
        words = (
            [Row(step["docString"]["location"]["line"], (step["docString"]["content"],))] if "docString" in step else []
        )
        yield Sentence(int(step["location"]["line"]), step["keyword"].strip(), str(step["text"]), kind, (*rows, *words))


def _row(found: Mapping[str, Any]) -> Row:
    return Row(int(found["location"]["line"]), tuple(str(cell["value"]) for cell in found["cells"]))


def _tags(holder: Mapping[str, Any]) -> list[str]:
    return [str(tag["name"]).removeprefix("@") for tag in holder.get("tags", ())]


def _finding(file: str, error: ParserException) -> Finding:
    line, column = (error.location or {}).get("line", 0), (error.location or {}).get("column", 0)
    sentence = f"{file} 第 {line} 行不合 Gherkin 写法，请检查关键字（功能、规则、背景、场景、假如、当、那么、而且）。"
    return Finding("feature_syntax", f"{file}:{line}:{column}", sentence)


def _invalid(file: str, findings: list[Finding]) -> Invalid:
    return Invalid(findings[0].message if findings else f"{file} 无法读取。", findings=findings)
