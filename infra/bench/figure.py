"""One measured number with its floor and its aim, and the table of all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

from jiecheng.cli.terminal import table


@dataclass(frozen=True, slots=True)
class Figure:
    """`aim` is the most (or, with `at_least`, the least) that is right; `floor`: a bare commit, in the same unit."""

    bench: str
    name: str
    value: float
    unit: str
    aim: float | None = None
    floor: float | None = None
    at_least: bool = False
    detail: dict[str, object] = field(default_factory=dict)

    @property
    def held(self) -> bool | None:
        if self.aim is None:
            return None
        return self.value >= self.aim if self.at_least else self.value <= self.aim

    def as_json(self) -> dict[str, object]:
        return {**asdict(self), "held": self.held}


HEAD = ("测量 Bench", "内容 What", "数值 Value", "目标 Aim", "空提交 Floor", "")
MARKS = {None: "", True: "✓", False: "✗"}


def show(figures: Sequence[Figure]) -> str:
    return table(HEAD, [_line(one) for one in figures])


def _line(one: Figure) -> tuple[str, ...]:
    aim = "" if one.aim is None else f"{'≥' if one.at_least else '≤'} {number(one.aim)}"
    floor = "" if one.floor is None else f"{number(one.floor)} {one.unit}"
    return (one.bench, one.name, f"{number(one.value)} {one.unit}".strip(), aim, floor, MARKS[one.held])


def number(value: float) -> str:
    if value == int(value) and abs(value) < 1e9:
        return f"{int(value):,}"
    return f"{value:,.1f}" if abs(value) >= 100 else f"{value:.3g}"
