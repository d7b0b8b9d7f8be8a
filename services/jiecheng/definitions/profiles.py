"""What differs between two cities: rows of decision tables that the profile selects, and the clauses they rest on.

One diagram serves all profiles; whatever differs is found here, in words. Pure: bundles and clauses in, differences out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from jiecheng import decisions, feel
from jiecheng.decisions import DecisionTable
from jiecheng.definitions.bundle import rule_of
from jiecheng.definitions.process import read_process
from jiecheng.model.release import Bundle, Clause

PROFILES = ("静安", "西安", "嘉兴", "上海", "福山")
SELECTOR = "profile"  # the input by which a table chooses its rows
NOTHING = "没有这一行"
_STEERING = re.compile(r"[a-z_]+")


@dataclass(frozen=True, slots=True)
class TableDifference:
    """`case`: under which other conditions; `changes`: column, value under the first profile, under the second."""

    process: str
    table: str
    case: str
    changes: Sequence[tuple[str, str, str]]

    def sentence(self, first: str, second: str) -> str:
        changed = "；".join(f"{column} {first} {one}、{second} {other}" for column, one, other in self.changes)
        return f"{self.process}「{self.table}」{self.case}：{changed}。"


@dataclass(frozen=True, slots=True)
class ClauseDifference:
    rule: str
    first: Clause | None
    second: Clause | None

    def sentence(self, first: str, second: str) -> str:
        return f"{self.rule}：{first}——{_quoted(self.first)}；{second}——{_quoted(self.second)}。"


def table_differences(bundles: Sequence[Bundle], first: str, second: str) -> Sequence[TableDifference]:
    found: list[TableDifference] = []
    for bundle in bundles:
        name = read_process(bundle.bpmn).name
        for text in bundle.dmn.values():
            for one in decisions.read_decisions(text).decisions.values():
                if isinstance(one.logic, DecisionTable):
                    found += _of_table(name, one.label or one.name, one.logic, (first, second))
    return found


def clause_differences(clauses: Mapping[str, Clause], first: str, second: str) -> Sequence[ClauseDifference]:
    """Rules that rest on other words, or on words of other weight, in the two cities."""
    rules = sorted({rule_of(key) for key in clauses}, key=lambda rule: (rule[0], len(rule), rule))
    pairs = ((rule, _clause(clauses, rule, first), _clause(clauses, rule, second)) for rule in rules)
    return [ClauseDifference(rule, one, other) for rule, one, other in pairs if one != other]


def _of_table(process: str, name: str, table: DecisionTable, pair: tuple[str, str]) -> Iterator[TableDifference]:
    selectors = [place for place, column in enumerate(table.inputs) if column.expression.strip() == SELECTOR]
    if not selectors:
        return
    selector = selectors[0]
    sides = [_rows(table, selector, profile) for profile in pair]
    for tests, one, other in _meetings(*sides):
        changes = list(dict.fromkeys(_changes(table, one, other)))
        if changes:
            yield TableDifference(process, name, _case(table, selector, tests), changes)


Tests = tuple[str, ...]
Rows = Mapping[Tests, Tests]  # the other conditions -> outputs and annotations


def _meetings(first: Rows, second: Rows) -> Iterator[tuple[Tests, Tests | None, Tests | None]]:
    """Every situation in which a row of one city meets a row of the other, and those that only one of them knows."""
    seen: set[Tests] = set()
    for tests, outputs in first.items():
        for others, values in second.items():
            both = _both(tests, others)
            # A row that an earlier one forestalls says nothing about this situation.
            if both is None or both in seen or _covering(first, both) != outputs or _covering(second, both) != values:
                continue
            seen.add(both)
            yield both, outputs, values
    for tests, outputs in first.items():
        if not any(_both(tests, others) for others in second):
            yield tests, outputs, None
    for tests, outputs in second.items():
        if not any(_both(tests, others) for others in first):
            yield tests, None, outputs


def _both(one: Tests, other: Tests) -> Tests | None:
    """The conditions of two rows together, None where they exclude each other as far as their texts show."""
    found = []
    for left, right in zip(one, other, strict=True):
        if left in decisions.ANY_CELL or right in decisions.ANY_CELL or left == right:
            found.append(right if left in decisions.ANY_CELL else left)
            continue
        common = [word for word in _words(left) if word in _words(right)]
        if not common:
            return None
        found.append(", ".join(common))
    return tuple(found)


def _words(test: str) -> Sequence[str]:
    return [word.strip() for word in test.split(",")]


def _rows(table: DecisionTable, selector: int, profile: str) -> dict[tuple[str, ...], tuple[str, ...]]:
    """The rows one city sees: its other conditions -> outputs and annotations; of equal conditions the first row counts."""
    rows: dict[tuple[str, ...], tuple[str, ...]] = {}
    for rule in table.rules:
        if feel.compile_unary_tests(rule.tests[selector]).matches(profile, {}):
            others = tuple(test.strip() for place, test in enumerate(rule.tests) if place != selector)
            rows.setdefault(others, (*rule.outputs, *rule.annotations))
    return rows


def _covering(rows: Rows, tests: Tests) -> Tests | None:
    """The outputs for these conditions: the first row that asks for the same or for less."""
    for others, outputs in rows.items():
        if all(_asks_less(other, test) for other, test in zip(others, tests, strict=True)):
            return outputs
    return None


def _asks_less(general: str, special: str) -> bool:
    return general in (special, *decisions.ANY_CELL) or set(_words(special)) <= set(_words(general))


def _changes(
    table: DecisionTable, one: tuple[str, ...] | None, other: tuple[str, ...] | None
) -> Iterator[tuple[str, str, str]]:
    names = [*(column.label or column.name for column in table.outputs), *table.annotation_names]
    for place, name in enumerate(names):
        left, right = (_cell(values, place) for values in (one, other))
        # A lower-case word steers the diagram; what it stands for is said by another column.
        if left != right and not (_STEERING.fullmatch(left) and _STEERING.fullmatch(right)):
            yield name, left, right


def _cell(values: tuple[str, ...] | None, place: int) -> str:
    if values is None:
        return NOTHING
    return decisions.cell_in_words(values[place]) if place < len(values) else ""


def _case(table: DecisionTable, selector: int, tests: tuple[str, ...]) -> str:
    labels = [column.label or column.expression for place, column in enumerate(table.inputs) if place != selector]
    told = [
        f"{label}：{decisions.cell_in_words(test)}"
        for label, test in zip(labels, tests, strict=True)
        if test not in decisions.ANY_CELL
    ]
    return f"（{'，'.join(told)}）" if told else ""


def _clause(clauses: Mapping[str, Clause], rule: str, profile: str) -> Clause | None:
    fitting = [
        one for key, one in clauses.items() if rule_of(key) == rule and (not one.profiles or profile in one.profiles)
    ]
    return next((one for one in fitting if one.id == rule), fitting[0] if fitting else None)


def _quoted(clause: Clause | None) -> str:
    if clause is None:
        return "没有这条规则的依据"
    return f"{clause.authority}：{clause.document}{clause.section}「{clause.words}」"
