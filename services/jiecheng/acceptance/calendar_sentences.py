"""Sentences about the district's working days: a change is looked at with its effect, then confirmed. A plugin beside
`sentences`."""

from __future__ import annotations

from datetime import timedelta

from pytest_bdd import parsers, step, then

from jiecheng import store
from jiecheng.acceptance import judging
from jiecheng.acceptance.clock import read_date
from jiecheng.acceptance.words import DATE, NAME
from jiecheng.acceptance.world import World, actor
from jiecheng.calendar import Day
from jiecheng.cases import calendar
from jiecheng.cases.calendar import Proposal


@step(
    parsers.re(
        rf"(?P<who>{NAME})核对(?P<year>\d+)年的放假安排：(?P<first>{DATE})到(?P<last>{DATE})(?P<name>[^，：]+)放假"
    )
)
def _propose_year(world: World, who: str, year: str, first: str, last: str, name: str) -> None:
    begin, end = read_date(first), read_date(last)
    days = [Day(begin + timedelta(days=number), False, name=f"{name}放假") for number in range((end - begin).days + 1)]
    world.judged = world.attempt(lambda tx: calendar.propose_days(tx, actor(world, tx, who), int(year), days))


@step(parsers.re(rf"(?P<who>{NAME})核对把(?P<day>{DATE})定为(?P<kind>放假|上班)，原因是“(?P<why>[^”]*)”"))
def _propose_day(world: World, who: str, day: str, kind: str, why: str) -> None:
    world.judged = world.attempt(
        lambda tx: calendar.propose_day(
            tx, calendar.ProposeDay(actor(world, tx, who), read_date(day), kind == "上班", why)
        )
    )


@step(parsers.re(rf"(?P<who>{NAME})确认日历变更"))
def _confirm(world: World, who: str) -> None:
    proposal = world.judged
    assert isinstance(proposal, Proposal), "场景里还没有核对过日历变更。"
    world.attempt(lambda tx: calendar.confirm_change(tx, actor(world, tx, who), proposal.id))


@then(parsers.re(r"影响写着“(?P<words>[^”]+)”"))
def _effect(world: World, words: str) -> None:
    world.expect_no_refusal()
    effect = world.judged.effect
    lines = [f"{one.before.isoformat()} 改为 {one.after.date.isoformat()}" for one in effect.moved]
    assert words in "；".join([effect.sentence, *lines])


@then(parsers.re(r"“(?P<at>[^”]+)”的期限是(?P<status>暂定|正式)的"))
def _status(world: World, at: str, status: str) -> None:
    world.expect_no_refusal()
    with world.transaction() as tx:
        task = next(one for one in store.task.open_of_case(tx.db, world.current()) if one.name == at)
    assert task.due_provisional is (status == "暂定")


@then(parsers.re(rf"(?P<who>{NAME})只收到(?P<count>\d+)条通知“(?P<words>[^”]+)”"))
def _told_so_often(world: World, who: str, count: str, words: str) -> None:
    world.expect_no_refusal()
    assert len([one for one in judging.notices(world, who) if words in one]) == int(count)
