"""Decision tables: those asked for exist, those there are asked for, all parse."""

from __future__ import annotations

from collections.abc import Iterator

from jiecheng import decisions
from jiecheng.definitions import safe_xml as sx
from jiecheng.definitions.lint.subject import Subject, called
from jiecheng.model.directory import Level, OrganKind
from jiecheng.model.errors import Finding, Invalid

# What the whole country calls alike; names of organs and 街镇 are the district's, and are looked up there.
WORDS = {"kind": ("机关类别", tuple(OrganKind)), "level": ("层级", tuple(Level))}


def asked_tables_exist(subject: Subject) -> Iterator[Finding]:
    for node in subject.nodes:
        if node.decision and node.decision not in subject.tables:
            sentence = f"{called(node)}用的判定表 {node.decision} 不存在，请新建或改名。"
            yield Finding("decision_unknown", node.id, sentence)


def no_unused_tables(subject: Subject) -> Iterator[Finding]:
    """A decision that another one requires is used by it."""
    asked = {node.decision for node in subject.all_nodes if node.decision}
    asked |= {name for text in subject.bundle.dmn.values() for name in _required(text)}
    for decision, file in subject.tables.items():
        if decision not in asked:
            yield Finding("decision_unused", file, f"判定表 {decision}（{file}）没有环节使用，请引用或删去。")


def _required(text: str) -> Iterator[str]:
    try:
        root = sx.parse_xml(text)
    except Invalid:
        return
    for element in root.iter():
        if sx.local(element) == "requiredDecision":
            yield str(element.get("href", "")).removeprefix("#")


def tables_parse(subject: Subject) -> Iterator[Finding]:
    """Tables that cannot be read, and those with holes or overlaps."""
    for file, text in subject.bundle.dmn.items():
        try:
            model = decisions.read_decisions(text)
            found = [
                finding
                for decision, owner in subject.tables.items()
                if owner == file
                for finding in (*decisions.holes(model, decision), *decisions.overlaps(model, decision))
            ]
        except Invalid as error:
            found = list(error.findings) or [Finding("dmn", "", error.message)]
        for each in found:
            yield Finding(each.code, f"{file}:{each.place}".rstrip(":"), f"{file}：{each.message}", each.severity)


def kinds_are_known(subject: Subject) -> Iterator[Finding]:
    """A row that asks for a kind of organ that there is not is never hit."""
    for file, text in subject.bundle.dmn.items():
        try:
            cells = list(decisions.named_cells(decisions.read_decisions(text)))
        except Invalid:
            continue
        for cell in cells:
            name, words = WORDS.get(cell.column.what, ("", ()))
            if words and cell.text not in words:
                sentence = (
                    f"判定表「{cell.column.table}」第 {cell.row} 行“{cell.column.label}”一栏：没有{name}“{cell.text}”，"
                    f"这一行永远不会用到。可以写的有：{'、'.join(words)}。"
                )
                yield Finding("kind_unknown", f"{file}:{cell.column.decision}#{cell.row}", sentence)
