"""Sentences of the loan processes: a loan applied for, in force, given back, or taken without asking."""

from __future__ import annotations

from pytest_bdd import given, parsers, step, then

from jiecheng.acceptance import deeds, judging
from jiecheng.acceptance.clock import moment, read_date
from jiecheng.acceptance.deeds import Decision
from jiecheng.acceptance.words import DATE, NAME
from jiecheng.acceptance.world import World, identity_of

# Short ways to a state: every step on the way is really taken.


@given(
    parsers.re(rf"(?P<who>{NAME})申请借调(?P<whom>{NAME})，从(?P<start>{DATE})到(?P<end>{DATE})，已办到“(?P<at>.+)”")
)
def _applied_up_to(world: World, who: str, whom: str, start: str, end: str, at: str) -> None:
    deeds.start(world, "staff_loan", who, deeds.loan(world, whom, read_date(start), read_date(end)))
    deeds.carry_on_to(world, at)


@given(parsers.re(rf"(?P<who>{NAME})已借调(?P<whom>{NAME})，从(?P<start>{DATE})到(?P<end>{DATE})"))
def _lent(world: World, who: str, whom: str, start: str, end: str) -> None:
    deeds.lend(world, who, whom, read_date(start), read_date(end))


@given(parsers.re(rf"(?P<who>{NAME})曾借调(?P<whom>{NAME})，从(?P<start>{DATE})到(?P<end>{DATE})，已经归还"))
def _lent_and_returned(world: World, who: str, whom: str, start: str, end: str) -> None:
    today = world.clock.now
    world.clock.now = moment(read_date(start))
    deeds.lend(world, who, whom, read_date(start), read_date(end))
    deeds.give_back(world, read_date(end))
    world.clock.now = today


# What people do, and what is found.


@step(
    parsers.re(
        rf"(?P<who>{NAME})申请借调(?P<whom>{NAME})，从(?P<start>{DATE})到(?P<end>{DATE})(?:，理由是“(?P<reason>.+)”)?"
    )
)
def _apply(world: World, who: str, whom: str, start: str, end: str, reason: str | None) -> None:
    deeds.start(world, "staff_loan", who, deeds.loan(world, whom, read_date(start), read_date(end), reason or ""))


@step(parsers.re(rf"(?P<who>{NAME})申请借调(?P<whom>{NAME})，从(?P<start>{DATE})起，没有写结束日期"))
def _apply_without_end(world: World, who: str, whom: str, start: str) -> None:
    deeds.start(world, "staff_loan", who, deeds.loan(world, whom, read_date(start), None))


@step(parsers.re(rf"(?P<who>{NAME})把日期改为(?P<start>{DATE})到(?P<end>{DATE})，重新提交"))
def _correct(world: World, who: str, start: str, end: str) -> None:
    said = {"start_date": read_date(start).isoformat(), "end_date": read_date(end).isoformat()}
    deeds.decide(world, who, "申请人补正", Decision("重新提交", said=said))


@step(parsers.re(rf"(?P<who>{NAME})报告(?P<whom>{NAME})从(?P<since>{DATE})起被(?P<organ>.+)擅自借用"))
def _report(world: World, who: str, whom: str, since: str, organ: str) -> None:
    with world.transaction() as tx:
        taken = identity_of(world, tx, whom)
        holder = next(one.id for one in tx.organisation.directory.organs.values() if one.name == organ)
    data = {"taken": taken, "holder": holder, "since_date": read_date(since).isoformat(), "facts": "长期不在街镇上班。"}
    deeds.start(world, "loan_stop", who, data)


@then(parsers.re(rf"台账上没有(?P<who>{NAME})的借调"))
def _not_registered(world: World, who: str) -> None:
    assert not judging.rows_of_person(world, "staff_loan", who)


@then(parsers.re(r"(?P<what>条件|核对)的?依据属于“(?P<authority>.+)”"))
def _authority(world: World, what: str, authority: str) -> None:
    found = (
        judging.variable(world, "limits")["basis"] if what == "条件" else judging.variable(world, "approval")["clause"]
    )
    assert judging.clause(world, str(found)).authority == authority


@then(parsers.re(r"一次借调最长(?P<months>\d+)个月，街镇名额(?P<quota>\d+)人"))
def _limits(world: World, months: str, quota: str) -> None:
    limits = judging.variable(world, "limits")
    assert (limits["max_months"], limits["street_quota"]) == (int(months), int(quota))
