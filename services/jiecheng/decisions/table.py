"""Runs decision tables: which rows are hit, and what their hit policy makes of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jiecheng.decisions.aggregate import aggregated, by_priority
from jiecheng.decisions.model import DecisionTable, InputColumn, OutputColumn, Rule
from jiecheng.decisions.trace import DecisionRun, TableTrace
from jiecheng.feel import FeelValue
from jiecheng.feel.boxed import FeelType, Frame, Node, Vocabulary, equal, typed

if TYPE_CHECKING:
    from jiecheng.decisions.compile import Workshop


@dataclass(frozen=True, slots=True)
class CompiledRow:
    """`tests`: (column, test) of the cells that say anything; "-" needs no test."""

    number: int
    tests: tuple[tuple[int, Node], ...]
    outputs: tuple[Node, ...]
    annotations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CompiledOutput:
    column: OutputColumn
    wanted: FeelType | None
    default: Node | None
    priorities: Node | None


@dataclass(frozen=True, slots=True, eq=False)
class CompiledTable:
    decision: str
    table: DecisionTable
    inputs: tuple[Node, ...]
    input_types: tuple[FeelType | None, ...]
    allowed: tuple[Node | None, ...]
    rows: tuple[CompiledRow, ...]
    outputs: tuple[CompiledOutput, ...]

    def run(self, frame: Frame) -> FeelValue:
        values = [node(frame) for node in self.inputs]
        about = [Frame(frame.run, {"?": value}, frame) for value in values]
        for column, test, inner in zip(self.table.inputs, self.allowed, about, strict=True):
            if test is not None and inner.names["?"] is not None and test(inner) is not True:
                frame.run.null(f"“{column.label}”的值不在允许的范围内")
                return None
        hits = self._hits(about, frame)
        result = self._settle(hits, frame)
        if isinstance(frame.run, DecisionRun):
            frame.run.traces.append(self._trace(values, hits, result))
        return result

    def _hits(self, about: Sequence[Frame], frame: Frame) -> list[CompiledRow]:
        frame.run.spend(len(self.rows))
        hits = []
        first_only = self.table.hit_policy == "FIRST"
        for row in self.rows:
            for column, test in row.tests:
                if test(about[column]) is not True:
                    break
            else:
                hits.append(row)
                if first_only:
                    break
        return hits

    def _settle(self, hits: list[CompiledRow], frame: Frame) -> FeelValue:
        policy = self.table.hit_policy
        if not hits:
            return self._default(frame)
        if policy == "UNIQUE" and len(hits) > 1:
            numbers = "、".join(str(row.number) for row in hits)
            frame.run.null(f"判定表“{self.decision}”第 {numbers} 行同时命中，而它只许命中一行")
            return None
        results = [self._result(row, frame) for row in hits]
        if policy in ("UNIQUE", "FIRST"):
            return results[0]
        if policy == "ANY":
            return self._same(results, frame)
        if policy in ("PRIORITY", "OUTPUT ORDER"):
            ordered = by_priority(results, [self._priorities(output, frame) for output in self.outputs], self._names())
            return ordered[0] if policy == "PRIORITY" else ordered
        return aggregated(results, self.table.aggregation, frame.run) if policy == "COLLECT" else results

    def _same(self, results: list[FeelValue], frame: Frame) -> FeelValue:
        for result in results:
            frame.run.weigh(result)
        if all(equal(results[0], other) is True for other in results[1:]):
            return results[0]
        frame.run.null(f"判定表“{self.decision}”命中的几行结果不同，而它要求相同")
        return None

    def _names(self) -> tuple[str, ...]:
        return tuple(output.column.name for output in self.outputs)

    def _result(self, row: CompiledRow, frame: Frame) -> FeelValue:
        return self._shaped([node(frame) for node in row.outputs])

    def _shaped(self, values: list[FeelValue]) -> FeelValue:
        return values[0] if len(values) == 1 else dict(zip(self._names(), values, strict=True))

    def _default(self, frame: Frame) -> FeelValue:
        if any(output.default is not None for output in self.outputs):
            defaults = [output.default(frame) if output.default else None for output in self.outputs]
            shaped = self._shaped(defaults)
            # Policies that give several results give a list of the one default, too.
            many = self.table.hit_policy in ("RULE ORDER", "OUTPUT ORDER")
            return [shaped] if many and not isinstance(shaped, list) else shaped
        frame.run.null(f"判定表“{self.decision}”没有一行符合")
        return None

    @staticmethod
    def _priorities(output: CompiledOutput, frame: Frame) -> list[FeelValue]:
        found = output.priorities(frame) if output.priorities else []
        return found if isinstance(found, list) else []

    def _trace(self, values: list[FeelValue], hits: list[CompiledRow], result: FeelValue) -> TableTrace:
        labels = (column.label for column in self.table.inputs)
        return TableTrace(
            decision=self.decision,
            table=self.table.id,
            hit_policy=self.table.hit_policy,
            rows=tuple(row.number for row in hits),
            inputs=dict(zip(labels, values, strict=True)),
            output=result,
            annotations=tuple(self._notes(row) for row in hits),
        )

    def _notes(self, row: CompiledRow) -> Mapping[str, str]:
        names = self.table.annotation_names
        notes = {
            (names[at] if at < len(names) and names[at] else "说明"): text
            for at, text in enumerate(row.annotations)
            if text
        }
        described = self.table.rules[row.number - 1].description
        return {**({"说明": described} if described else {}), **notes}


def compile_table(shop: Workshop, table: DecisionTable, words: Vocabulary) -> CompiledTable:
    outputs = tuple(_compile_output(shop, column, words) for column in table.outputs)
    types = tuple(shop.type_of(column.type_name) for column in table.inputs)
    inputs = tuple(
        typed(shop.expression(column.expression, words, _place(shop, column)), wanted, column.label)
        for column, wanted in zip(table.inputs, types, strict=True)
    )
    allowed = tuple(
        shop.tests(column.values, words, _place(shop, column)) if column.values.strip() else None
        for column in table.inputs
    )
    rows = tuple(_compile_row(shop, rule, words, outputs) for rule in table.rules)
    return CompiledTable(shop.element.id, table, inputs, types, allowed, rows, outputs)


def _place(shop: Workshop, column: InputColumn | OutputColumn) -> str:
    kind = "输入" if isinstance(column, InputColumn) else "输出"
    return f"{shop.element.id}#{kind}列“{column.label}”"


def _compile_row(shop: Workshop, rule: Rule, words: Vocabulary, outputs: tuple[CompiledOutput, ...]) -> CompiledRow:
    place = f"{shop.element.id}#第 {rule.number} 行"
    tests = tuple(
        (column, shop.tests(text, words, place)) for column, text in enumerate(rule.tests) if text not in ("", "-")
    )
    results = tuple(
        typed(shop.expression(text, words, place), output.wanted, output.column.label)
        for text, output in zip(rule.outputs, outputs, strict=True)
    )
    return CompiledRow(rule.number, tests, results, rule.annotations)


def _compile_output(shop: Workshop, column: OutputColumn, words: Vocabulary) -> CompiledOutput:
    place = _place(shop, column)
    default = shop.expression(column.default, words, place) if column.default.strip() else None
    priorities = shop.expression(f"[{column.values}]", words, place) if column.values.strip() else None
    return CompiledOutput(column, shop.type_of(column.type_name), default, priorities)
