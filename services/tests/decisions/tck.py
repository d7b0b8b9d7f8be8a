"""Runs the DMN Technology Compatibility Kit against the room of decisions. Data stays outside the repository."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from lxml import etree

from jiecheng.decisions import combine, evaluate
from jiecheng.decisions.model import DecisionModel
from jiecheng.decisions.read import read_definitions
from jiecheng.feel import FeelValue
from jiecheng.feel.boxed import equal
from jiecheng.feel.temporal_text import read_date, read_date_time, read_duration, read_time

XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
# The standard's now() and today() need a clock; the product hands one in, so does this run.
CLOCK = {"now": read_date_time("2026-05-04T09:30:00+08:00"), "today": read_date("2026-05-04")}
PRECISION = Decimal("1e-8")


@dataclass(frozen=True)
class Outcome:
    folder: str
    case: str
    node: str
    passed: bool
    expects_null: bool
    note: str = ""


def local(node: etree._Element) -> str:
    return etree.QName(node).localname


def kids(node: etree._Element, *names: str) -> list[etree._Element]:
    return [child for child in node if isinstance(child.tag, str) and local(child) in names]


READERS = {
    "string": str,
    "boolean": lambda text: text.strip() in ("true", "1"),
    "date": read_date,
    "time": read_time,
    "dateTime": read_date_time,
    "duration": read_duration,
    "dayTimeDuration": read_duration,
    "yearMonthDuration": read_duration,
}


def value_of(node: etree._Element) -> FeelValue:
    """The value of an inputNode, expected, component or item."""
    for child in kids(node, "value", "list", "component"):
        if local(child) == "value":
            if child.get(f"{XSI}nil") == "true":
                return None
            kind = (child.get(f"{XSI}type") or "string").rpartition(":")[2]
            text = child.text or ""
            return READERS[kind](text) if kind in READERS else Decimal(text.strip())
        if local(child) == "list":
            return [value_of(item) for item in kids(child, "item")]
    components = kids(node, "component")
    return {part.get("name"): value_of(part) for part in components} if components else None


def same(expected: FeelValue, found: FeelValue) -> bool:
    if isinstance(expected, Decimal) and isinstance(found, Decimal):
        return abs(expected - found) <= PRECISION * max(1, abs(expected))
    if isinstance(expected, list) and isinstance(found, list):
        return len(expected) == len(found) and all(map(same, expected, found))
    if isinstance(expected, dict) and isinstance(found, dict):
        return expected.keys() == found.keys() and all(same(expected[key], found[key]) for key in expected)
    return equal(expected, found) is True


def model_of(folder: Path) -> DecisionModel:
    return combine(DecisionModel((read_definitions(path.read_text()),)) for path in sorted(folder.glob("*.dmn")))


def run_file(path: Path) -> Iterator[Outcome]:
    root = etree.parse(str(path)).getroot()
    wanted = kids(root, "modelName")[0].text or ""
    files = sorted(path.parent.glob("*.dmn"), key=lambda file: file.name != wanted)
    model, broken = None, ""
    try:
        model = combine(DecisionModel((read_definitions(file.read_text()),)) for file in files)
    except Exception as error:
        broken = f"model: {error}"
        findings = getattr(error, "findings", ())
        broken += " | ".join(finding.message for finding in findings)
        model = DecisionModel(tuple(read_definitions(file.read_text()) for file in files)) if findings else None
    for case in kids(root, "testCase"):
        inputs = CLOCK | {node.get("name"): value_of(node) for node in kids(case, "inputNode")}
        for node in kids(case, "resultNode"):
            expected = value_of(kids(node, "expected")[0])
            name = case.get("invocableName") or node.get("name")
            note, passed = broken, False
            if model is not None:
                try:
                    result = evaluate(model, name, inputs)
                    found = result.raw
                    if case.get("invocableName") and isinstance(found, dict) and node.get("name") in found:
                        found = found[node.get("name")]
                    passed = same(expected, found)
                    note = f"expected {expected!s}, found {found!s} {result.reasons} {broken}"
                except Exception as error:
                    note = f"{type(error).__name__}: {error} {broken}"
            yield Outcome(path.parent.name, case.get("id", ""), node.get("name", ""), passed, expected is None, note)


def run_all(root: Path) -> Iterator[Outcome]:
    for path in sorted(root.glob("compliance-level-*/*/*.xml")):
        yield from run_file(path)


def main(root: Path, only: str = "") -> None:
    outcomes = [outcome for outcome in run_all(root) if only in outcome.folder]
    for outcome in outcomes:
        if not outcome.passed:
            print(f"{outcome.folder} {outcome.case} {outcome.node}: {outcome.note[:300]}")
    for level in ("level-2", "level-3"):
        folders = {path.name for path in (root / f"compliance-{level}").iterdir()}
        mine = [outcome for outcome in outcomes if outcome.folder in folders]
        solid = [outcome for outcome in mine if not outcome.expects_null]
        counts = Counter(outcome.passed for outcome in mine)
        print(f"{level}: {counts[True]}/{len(mine)}, not null {sum(o.passed for o in solid)}/{len(solid)}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
