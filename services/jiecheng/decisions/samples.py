"""Sample points of an input column: values that together stand for everything the column's cells can tell apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from jiecheng.decisions.table import CompiledTable
from jiecheng.feel import FeelValue, to_json
from jiecheng.feel.boxed import FeelType, Frame, Limited, Run, Simple, conforms, order_key, points


@dataclass(frozen=True, slots=True)
class Sample:
    """A value that stands for others like it.

    `spoken`: how a sentence says it behind the column's label: 为“甲”, 大于 5. `low` and `high`: the same from one side,
    so that neighbours can be said together. `is_gap`: between two whole numbers that follow each other.
    """

    value: FeelValue
    spoken: str
    low: str = ""
    high: str = ""
    is_gap: bool = False

    @property
    def is_ordered(self) -> bool:
        return bool(self.low or self.high)

    def up_to(self, last: Sample) -> Sample:
        """This one and all of its neighbours up to `last` as one."""
        said = " 且".join(part for part in (self.low, last.high) if part)
        return replace(self, spoken=said or "为任何值", high=last.high, is_gap=False)

    def frame(self) -> Frame:
        """Where a cell's test finds the value."""
        return Frame(Run({}), {"?": self.value}, None)


ANYTHING = Sample(None, "为任何值")


def samples_of(table: CompiledTable, at: int) -> list[Sample]:
    """Empty when the column cannot be judged: a cell does more than compare with literals, or kinds are mixed."""
    wanted = table.input_types[at]
    cells = [rule.tests[at] for rule in table.table.rules if rule.tests[at] not in ("", "-")]
    if not cells:
        return [ANYTHING]
    found = [points.literals_of(text) for text in (*cells, table.table.inputs[at].values, *_limits(wanted))]
    if any(literals is None for literals in found):
        return []
    literals = [value for part in found for value in part or ()]
    kinds = {type(value) for value in literals if value is not None}
    if len(kinds) > 1 or (not kinds and _base(wanted) != "boolean"):
        return []
    samples = list(_points(literals, kinds == {bool} or not kinds))
    if any(value is None for value in literals):
        samples.append(Sample(None, "为空"))
    return [sample for sample in samples if sample.value is None or _is_allowed(table, at, sample)]


def _points(literals: list[FeelValue], is_boolean: bool) -> Iterator[Sample]:
    solid = list(dict.fromkeys(value for value in literals if value is not None))
    if is_boolean:
        yield Sample(True, "为“是”")
        yield Sample(False, "为“否”")
    elif isinstance(solid[0], str):
        yield from (Sample(text, f"为“{text}”") for text in solid)
        yield Sample(_other(solid), "为其他值")
    elif all(order_key(value) is not None for value in solid):
        yield from _ordered_points(sorted(solid, key=order_key))


def _other(texts: Iterable[str]) -> str:
    return "·".join(("其他值", *texts))


def _ordered_points(ordered: list[FeelValue]) -> Iterator[Sample]:
    below, above = points.beside(ordered[0], -1), points.beside(ordered[-1], 1)
    if below is not None:
        yield Sample(below, f"小于 {to_json(ordered[0])}", "", f"小于 {to_json(ordered[0])}")
    for value, following in zip(ordered, [*ordered[1:], None], strict=True):
        said = to_json(value)
        yield Sample(value, f"等于 {said}", f"不小于 {said}", f"不大于 {said}")
        middle = None if following is None else points.between(value, following)
        if middle is not None:
            is_gap = isinstance(value, Decimal) and following - value == 1 and value == value.to_integral_value()
            low, high = f"大于 {said}", f"小于 {to_json(following)}"
            yield Sample(middle, f"{low} 且{high}", low, high, is_gap)
    if above is not None:
        yield Sample(above, f"大于 {to_json(ordered[-1])}", f"大于 {to_json(ordered[-1])}")


def _base(wanted: FeelType | None) -> str:
    while isinstance(wanted, Limited):
        wanted = wanted.base
    return wanted.name if isinstance(wanted, Simple) else ""


def _limits(wanted: FeelType | None) -> Iterator[str]:
    while isinstance(wanted, Limited):
        yield wanted.text
        wanted = wanted.base


def _is_allowed(table: CompiledTable, at: int, sample: Sample) -> bool:
    test, wanted = table.allowed[at], table.input_types[at]
    return (test is None or test(sample.frame()) is True) and (wanted is None or conforms(sample.value, wanted))
