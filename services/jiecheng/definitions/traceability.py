"""From a rule of policy to what obeys it: rule -> clauses -> elements of the diagram -> scenarios -> whether they passed.

The list of rules is data (bpmn/rules.yaml). Runs nothing: the outcomes of scenarios are handed in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import yaml

from jiecheng.definitions.bundle import RULE_ID, rule_of
from jiecheng.definitions.gherkin_text import read_feature
from jiecheng.definitions.process import read_process
from jiecheng.model.errors import Finding, Invalid
from jiecheng.model.release import Bundle

RULES = "bpmn/rules.yaml"
PLATFORM = "platform"  # a rule the platform keeps for every process; any process's scenario may prove it


@dataclass(frozen=True, slots=True)
class PolicyRule:
    """`process`: the folder that carries the rule; `hard`: its violation must be impossible, proven over all paths."""

    id: str
    process: str
    title: str
    hard: bool = False


class Proof(StrEnum):
    PASSED = "通过"
    FAILED = "有场景未通过"
    UNPROVEN = "没有场景"
    NOT_RUN = "场景没有运行"
    OPEN = "待建"  # its process does not exist yet


@dataclass(frozen=True, slots=True)
class Trace:
    """`clauses`: ids with their authority; `elements`, `scenarios`: "process：name"."""

    rule: PolicyRule
    clauses: Sequence[str]
    elements: Sequence[str]
    scenarios: Sequence[str]
    proof: Proof

    @property
    def kept(self) -> bool:
        return self.proof in (Proof.PASSED, Proof.OPEN)


def read_rules(text: str) -> Sequence[PolicyRule]:
    """The rules of bpmn/rules.yaml in its order. Raises `Invalid` with a finding for every entry that is not one."""
    try:
        content = yaml.safe_load(text) or {}
    except yaml.YAMLError as error:
        raise Invalid(f"规则总表 {RULES} 不是正确的 YAML：{error}。") from None
    wrong = list(_wrong(content))
    if wrong:
        raise Invalid(wrong[0].message, findings=wrong)
    return [
        PolicyRule(str(key), str(one["process"]), str(one["title"]), bool(one.get("hard", False)))
        for key, one in content.items()
    ]


def _wrong(content: object) -> Iterator[Finding]:
    if not isinstance(content, Mapping):
        yield Finding("rules_yaml", RULES, f"规则总表 {RULES} 应当是“编号: 各栏”的对照表。")
        return
    for key, one in content.items():
        if not RULE_ID.match(str(key)) or not isinstance(one, Mapping) or not {"process", "title"} <= set(one):
            yield Finding("rules_yaml", f"{RULES}:{key}", f"规则总表的 {key} 应当有规则编号、process 和 title。")


def trace(
    rules: Sequence[PolicyRule],
    bundles: Sequence[Bundle],
    clauses: Mapping[str, Mapping[str, object]],
    outcomes: Mapping[str, Mapping[str, bool]],
) -> Sequence[Trace]:
    """One row a rule. `outcomes`: process -> "file: scenario" -> passed; what was not run is not there."""
    elements, scenarios = _elements(bundles), _scenarios(bundles)
    built = {str(bundle.process) for bundle in bundles} | {PLATFORM}
    found = []
    for rule in rules:
        proving = scenarios.get(rule.id, ())
        found.append(
            Trace(
                rule=rule,
                clauses=[f"{key}（{one.get('authority', '')}）" for key, one in clauses.items() if rule_of(key) == rule.id],
                elements=elements.get(rule.id, ()),
                scenarios=[f"{process}：{name.partition(': ')[2]}" for process, name in proving],
                proof=_proof(rule.process in built, [outcomes.get(process, {}).get(name) for process, name in proving]),
            )
        )  # fmt: skip
    return found


def _proof(built: bool, outcomes: Sequence[bool | None]) -> Proof:
    if not outcomes:
        return Proof.UNPROVEN if built else Proof.OPEN
    if False in outcomes:
        return Proof.FAILED
    return Proof.NOT_RUN if None in outcomes else Proof.PASSED


def _elements(bundles: Sequence[Bundle]) -> Mapping[str, list[str]]:
    """Rule -> what on the diagrams and in the tables names it."""
    found: dict[str, list[str]] = {}
    for bundle in bundles:
        definition = read_process(bundle.bpmn, bundle.called)
        for node in definition.nodes.values():
            for clause in node.clauses:
                found.setdefault(rule_of(clause), []).append(f"{definition.name}：{node.name}")
    return {rule: list(dict.fromkeys(names)) for rule, names in found.items()}


def _scenarios(bundles: Sequence[Bundle]) -> Mapping[str, list[tuple[str, str]]]:
    """Rule -> (process, "file: scenario") of those that carry its tag."""
    found: dict[str, list[tuple[str, str]]] = {}
    for bundle in bundles:
        for file, text in bundle.features.items():
            for scenario in read_feature(file, text).scenarios:
                for rule in dict.fromkeys(rule_of(tag) for tag in scenario.tags if RULE_ID.match(rule_of(tag))):
                    found.setdefault(rule, []).append((str(bundle.process), f"{file}: {scenario.name}"))
    return found
