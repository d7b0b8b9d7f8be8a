"""Rules and their sources: every clause named exists; every scenario says which rule it proves."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from jiecheng.definitions.bundle import RULE_ID, rule_of
from jiecheng.definitions.extensions import clauses
from jiecheng.definitions.gherkin_text import read_feature
from jiecheng.definitions.lint.subject import Subject, called
from jiecheng.model.errors import Finding, Invalid


def clauses_exist(subject: Subject) -> Iterator[Finding]:
    rules = known_rules(subject.bundle.clauses)
    process = subject.definition.id
    named: list[tuple[str, str, tuple[str, ...]]] = (
        [(process, f"流程 {process} ", clauses(subject.elements[process]))] if process in subject.elements else []
    )
    named += [(node.id, called(node), node.clauses) for node in subject.nodes]
    for place, name, ids in named:
        for clause in ids:
            if clause not in rules:
                sentence = f"{name}依据的条款 {clause} 不在条款库（bpmn/clauses.yaml）里，请改正或补录。"
                yield Finding("clause_unknown", place, sentence)
    for node in subject.nodes:
        basis = node.due.basis if node.due else ""
        if RULE_ID.match(basis) and basis not in rules:
            sentence = f"{called(node)}的期限依据 {basis} 不在条款库（bpmn/clauses.yaml）里，请改正或补录。"
            yield Finding("clause_unknown", node.id, sentence)


def scenarios_name_rules(subject: Subject) -> Iterator[Finding]:
    rules = known_rules(subject.bundle.clauses)
    for file, text in subject.bundle.features.items():
        yield from feature_findings(file, text, rules)


def known_rules(clauses: Collection[str]) -> set[str]:
    """Clause ids, and the rules they belong to."""
    return {*clauses, *(rule_of(clause) for clause in clauses)}


def feature_findings(file: str, text: str, rules: Collection[str]) -> Iterator[Finding]:
    """Language, grammar and rule tags of one feature file."""
    try:
        feature = read_feature(file, text)
    except Invalid as error:
        yield from error.findings
        return
    if feature.language != "zh-CN":
        yield Finding("feature_language", f"{file}:1", f"{file} 第一行应当写 # language: zh-CN。")
    for scenario in feature.scenarios:
        tags = [tag for tag in scenario.tags if RULE_ID.match(rule_of(tag))]
        place = f"{file}:{scenario.line}"
        if not tags:
            sentence = f"{file} 第 {scenario.line} 行的场景「{scenario.name}」没有规则标签，请写明它证明哪条规则。"
            yield Finding("scenario_untagged", place, sentence)
        for tag in tags:
            if tag not in rules:
                sentence = f"{file} 第 {scenario.line} 行的标签 @{tag} 不在条款库（bpmn/clauses.yaml）里，请改正。"
                yield Finding("clause_unknown", place, sentence)
