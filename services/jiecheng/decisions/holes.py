"""Which inputs a decision table leaves without a row, and which rows of a UNIQUE table hit together.

Every cell is tried at sample points: each bound that some cell names, one point between neighbours, one beyond each
end. Between neighbours no cell can change its answer, so the samples stand for all values. Cells that speak of other
variables cannot be tried this way; their columns are reported as not checked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from jiecheng.decisions.compile import compiled_model
from jiecheng.decisions.evaluate import find_key
from jiecheng.decisions.model import Decision, DecisionModel
from jiecheng.decisions.samples import Sample, samples_of
from jiecheng.decisions.table import CompiledTable
from jiecheng.model.errors import Finding

MAX_FINDINGS = 20
MAX_VISITS = 200_000
ONE_ANSWER = frozenset({"UNIQUE", "ANY", "PRIORITY", "FIRST"})


@dataclass(frozen=True, slots=True)
class Column:
    """The samples of one input column with the rows that accept them, as a bit set."""

    label: str
    samples: tuple[tuple[Sample, int], ...]


def holes(model: DecisionModel, decision_id: str) -> list[Finding]:
    """Input combinations without a row. COLLECT and the order policies may answer with nothing and have no holes."""
    findings: list[Finding] = []
    for table in _tables(model, decision_id):
        has_default = any(output.default is not None for output in table.outputs)
        if table.table.hit_policy not in ONE_ANSWER or has_default or any(not row.tests for row in table.rows):
            continue
        columns = [_column(table, at) for at in range(len(table.inputs))]
        unknown = [column.label for column in columns if not column.samples]
        if unknown:
            findings.append(_unchecked(table, unknown))
        findings += _holes_of(table, columns)
    return findings


def overlaps(model: DecisionModel, decision_id: str) -> list[Finding]:
    """Pairs of rows of a UNIQUE table that can be hit by the same inputs."""
    findings: list[Finding] = []
    for table in _tables(model, decision_id):
        if table.table.hit_policy == "UNIQUE":
            findings += _overlaps_of(table, [_column(table, at) for at in range(len(table.inputs))])
    return findings


def _tables(model: DecisionModel, decision_id: str) -> list[CompiledTable]:
    """The tables of the decision and of the knowledge models it uses."""
    compiled = compiled_model(model)
    element = compiled.elements[find_key(model, decision_id)]
    tables = list(element.tables)
    if isinstance(element.element, Decision):
        for href in element.element.knowledge:
            knowledge = compiled.elements.get(compiled.key(element.file, href))
            tables += knowledge.tables if knowledge else ()
    return tables


def _column(table: CompiledTable, at: int) -> Column:
    label = table.table.inputs[at].label
    tests = [tuple(test for column, test in row.tests if column == at) for row in table.rows]
    asked = [(1 << bit, of_row) for bit, of_row in enumerate(tests) if of_row]
    free = sum(1 << bit for bit, of_row in enumerate(tests) if not of_row)
    merged: list[tuple[Sample, int]] = []
    for sample in samples_of(table, at):
        frame = sample.frame()
        rows = free + sum(bit for bit, of_row in asked if all(test(frame) is True for test in of_row))
        if merged and merged[-1][1] == rows and merged[-1][0].is_ordered and sample.is_ordered:
            merged[-1] = (merged[-1][0].up_to(sample), rows)
        else:
            merged.append((sample, rows))
    return Column(label, tuple(merged))


def _unchecked(table: CompiledTable, labels: list[str]) -> Finding:
    message = f"判定表“{table.decision}”的“{'、'.join(labels)}”列引用了其他变量或结构，无法自动检查有没有漏掉的情形，请人工核对"
    return Finding("decision_unchecked", table.decision, message, "warning")


def _holes_of(table: CompiledTable, columns: list[Column]) -> list[Finding]:
    findings: list[Finding] = []
    whole = (1 << len(table.rows)) - 1
    for combination in _uncovered([column for column in columns if column.samples], whole):
        if len(findings) == MAX_FINDINGS:
            message = f"判定表“{table.decision}”还有更多没有覆盖的情形，请先补上前面的，或者加一行全为“-”的兜底行"
            return [*findings, Finding("decision_hole", table.decision, message)]
        situation = "，".join(f"{label}{sample.spoken}" for label, sample in combination) or "任何输入"
        advice = (
            "（如果只会是整数，把其中一个界限改成与另一个相接即可）" if any(s.is_gap for _, s in combination) else ""
        )
        message = f"判定表“{table.decision}”没有一行适用于：{situation}。请加一行，或者加一行全为“-”的兜底行{advice}"
        findings.append(Finding("decision_hole", table.decision, message))
    return findings


Combination = tuple[tuple[str, Sample], ...]


def _uncovered(columns: list[Column], whole: int) -> Iterator[Combination]:
    """Combinations that no row accepts, shortest description first found; stops after a bounded number of visits."""
    seen: set[tuple[int, int]] = set()
    waiting: list[tuple[int, int, Combination]] = [(0, whole, ())]
    while waiting and len(seen) < MAX_VISITS:
        at, rows, chosen = waiting.pop()
        if not rows:
            yield chosen
            continue
        if at == len(columns) or (at, rows) in seen:
            continue
        seen.add((at, rows))
        column = columns[at]
        for sample, accepting in reversed(column.samples):
            matters = len(column.samples) > 1
            step = ((column.label, sample),) if matters else ()
            waiting.append((at + 1, rows & accepting, chosen + step))


def _overlaps_of(table: CompiledTable, columns: list[Column]) -> list[Finding]:
    findings: list[Finding] = []
    together = [
        _partners(column, len(table.rows)) if column.samples else _perhaps_partners(table, at)
        for at, column in enumerate(columns)
    ]
    for first in range(len(table.rows)):
        common = ((1 << len(table.rows)) - 1) >> (first + 1) << (first + 1)
        for partners in together:
            common &= partners[first]
        for second in range(first + 1, len(table.rows)):
            if common >> second & 1:
                findings.append(_overlap(table, first, second, columns))
                if len(findings) == MAX_FINDINGS:
                    return findings
    return findings


def _partners(column: Column, rows: int) -> list[int]:
    partners = [0] * rows
    for _, accepting in column.samples:
        for row in range(rows):
            if accepting >> row & 1:
                partners[row] |= accepting
    return partners


def _perhaps_partners(table: CompiledTable, at: int) -> list[int]:
    """For a column that cannot be judged: rows meet when one of them has no condition there or both have the same."""
    tests = ["-" if rule.tests[at] == "" else rule.tests[at] for rule in table.table.rules]
    return [sum(1 << bit for bit, other in enumerate(tests) if "-" in (one, other) or one == other) for one in tests]


def _overlap(table: CompiledTable, first: int, second: int, columns: list[Column]) -> Finding:
    pair = (1 << first) | (1 << second)
    example = []
    for column in columns:
        sample = next((sample for sample, rows in column.samples if rows & pair == pair), None)
        if sample is not None and len(column.samples) > 1:
            example.append(f"{column.label}{sample.spoken}")
    numbers = f"第 {table.rows[first].number} 行与第 {table.rows[second].number} 行"
    situation = "，".join(example) or "任何输入"
    message = f"判定表“{table.decision}”{numbers}会同时命中，例如：{situation}。请改写条件，或把命中策略改为 FIRST"
    return Finding("decision_overlap", f"{table.decision}#{table.rows[second].number}", message)
