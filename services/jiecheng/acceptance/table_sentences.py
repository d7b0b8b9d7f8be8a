"""Sentences about a decision table by itself: rows that guard what a form already keeps out are tried here, not walked to.

A plugin beside `sentences`; rows hit here count as passed like those hit on the way of a case.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from pytest_bdd import parsers, step, then

from jiecheng import decisions, feel
from jiecheng.acceptance.passing import PASSED
from jiecheng.acceptance.world import World


@step(parsers.re(r"用判定表“(?P<table>.+)”核对："))
def _judge(world: World, request: pytest.FixtureRequest, table: str, datatable: Sequence[Sequence[str]]) -> None:
    facts: dict[str, Any] = {}
    with world.transaction() as tx:
        facts["today"] = tx.today
        for name, value in datatable[1:]:
            _put(facts, name, feel.compile_expression(value[1:]).evaluate(facts) if value.startswith("=") else value)
        for process, content in tx.latest_releases().items():
            model = tx.release(content).tables
            found = next((one.id for one in model.decisions.values() if table in (one.label, one.name)), None)
            if found is None:
                continue
            result = decisions.evaluate(model, found, facts)
            hit = {f"{one.decision}#{row}" for one in result.explanations for row in one.rows}
            request.config.stash[PASSED].rows[str(process)] |= hit
            world.judged = result.value
            return
    raise AssertionError(f"没有名为“{table}”的判定表，请核对名称。")


@then(parsers.re(r"判定结果是“(?P<words>.*)”"))
def _judged(world: World, words: str) -> None:
    assert str(feel.to_json(world.judged)) == words


@then(parsers.re(r"判定结果写着“(?P<words>.+)”"))
def _judged_says(world: World, words: str) -> None:
    assert words in str(feel.to_json(world.judged)), f"判定结果是：{feel.to_json(world.judged)}"


def _put(facts: dict[str, Any], name: str, value: object) -> None:
    """ "borrowed.street": the entry of that name inside `borrowed`."""
    *around, last = name.split(".")
    inner = facts
    for one in around:
        inner = inner.setdefault(one, {})
    inner[last] = value
