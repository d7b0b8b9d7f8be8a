"""What the hit policies do with several results: order them, or make one number of them."""

from __future__ import annotations

from decimal import Decimal

from jiecheng.feel import FeelValue
from jiecheng.feel.boxed import NoValue, Run, call_builtin, equal


def by_priority(results: list[FeelValue], priorities: list[list[FeelValue]], names: tuple[str, ...]) -> list[FeelValue]:
    """Results by the order of the allowed output values, the leftmost column first; equals keep the order of rows."""

    def rank(result: FeelValue) -> tuple[int, ...]:
        values = [result] if len(names) == 1 else [result[name] for name in names]
        return tuple(_rank(value, order) for value, order in zip(values, priorities, strict=True))

    return sorted(results, key=rank)


def _rank(value: FeelValue, order: list[FeelValue]) -> int:
    return next((at for at, known in enumerate(order) if equal(value, known) is True), len(order))


AGGREGATORS = {"SUM": "sum", "MIN": "min", "MAX": "max"}


def aggregated(results: list[FeelValue], aggregation: str, run: Run) -> FeelValue:
    if not aggregation:
        return results
    if aggregation == "COUNT":
        return Decimal(len(results))
    if results and isinstance(results[0], dict):
        return {name: aggregated([row[name] for row in results], aggregation, run) for name in results[0]}
    try:
        return call_builtin(run, AGGREGATORS[aggregation], results)
    except NoValue as no:
        run.null(no.reason)
        return None
