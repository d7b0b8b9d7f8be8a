"""Sentences about what people do with a case besides deciding it: hold, resume, limits. A plugin beside `sentences`."""

from __future__ import annotations

from pytest_bdd import parsers, step, then

from jiecheng import cases, store
from jiecheng.acceptance.clock import read_date
from jiecheng.acceptance.words import DATE, NAME
from jiecheng.acceptance.world import World, actor
from jiecheng.cases import BEIJING


@step(parsers.re(rf"(?P<who>{NAME})挂起办件，原因是“(?P<reason>[^”]*)”，依据是“(?P<basis>[^”]*)”"))
def _hold(world: World, who: str, reason: str, basis: str) -> None:
    world.attempt(lambda tx: cases.hold_case(tx, cases.HoldCase(actor(world, tx, who), world.current(), reason, basis)))


@step(parsers.re(rf"(?P<who>{NAME})恢复办理"))
def _resume(world: World, who: str) -> None:
    world.attempt(lambda tx: cases.resume_case(tx, cases.ResumeCase(actor(world, tx, who), world.current())))


@then(parsers.re(rf"“(?P<at>[^”]+)”的期限是(?P<day>{DATE})"))
def _due(world: World, at: str, day: str) -> None:
    assert _limit(world, at) == read_date(day).isoformat()


@then(parsers.re(r"“(?P<at>[^”]+)”没有期限"))
def _no_due(world: World, at: str) -> None:
    assert _limit(world, at) == ""


def _limit(world: World, at: str) -> str:
    with world.transaction() as tx:
        tasks = [task for task in store.task.open_of_case(tx.db, world.current()) if task.name == at]
        assert tasks, f"现在没有“{at}”这个环节。"
        return tasks[0].due_at.astimezone(BEIJING).date().isoformat() if tasks[0].due_at else ""
