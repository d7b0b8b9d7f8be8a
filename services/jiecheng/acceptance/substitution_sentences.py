"""Sentences about substitution (代理): who asks whom, for how long, and who may act at a given second. A plugin beside `sentences`."""

from __future__ import annotations

from datetime import datetime, time

from pytest_bdd import parsers, step, then

from jiecheng import cases, store
from jiecheng.acceptance.clock import read_date
from jiecheng.acceptance.words import DATE, NAME
from jiecheng.acceptance.world import World, actor, deliver, identity_of, move_to, open_items
from jiecheng.cases import BEIJING, standing, substitution, substitution_view

_TERMS = rf"从(?P<days>{DATE}到{DATE})(?:，只代“(?P<only>[^”]+)”)?(?P<arriving>，只代新来的)?"


@step(parsers.re(rf"(?P<who>{NAME})请(?P<to>{NAME})代办，{_TERMS}"))
def _ask(world: World, who: str, to: str, days: str, only: str | None, arriving: str | None) -> None:
    _arrange(world, who, who, to, (days, only, bool(arriving)))


@step(parsers.re(rf"(?P<by>{NAME})安排(?P<to>{NAME})代(?P<who>{NAME})办理，{_TERMS}"))
def _ask_for(world: World, by: str, who: str, to: str, days: str, only: str | None, arriving: str | None) -> None:
    _arrange(world, by, who, to, (days, only, bool(arriving)))


@step(parsers.re(rf"(?P<who>{NAME})提前结束代办"))
def _end_early(world: World, who: str) -> None:
    def deed(tx: cases.Tx) -> None:
        me = actor(world, tx, who)
        newest = store.substitution.of_identities(tx.db, me.identities)[0]
        substitution.end_substitution(tx, substitution.EndSubstitution(me, newest.id))

    world.attempt(deed)
    _carry_out(world)


@step(parsers.re(rf"(?P<who>{NAME})说不能代办，原因是“(?P<why>[^”]*)”"))
def _decline(world: World, who: str, why: str) -> None:
    def deed(tx: cases.Tx) -> None:
        me = actor(world, tx, who)
        newest = store.substitution.of_identities(tx.db, me.identities)[0]
        substitution.decline_substitution(tx, substitution.DeclineSubstitution(me, newest.id, why))

    world.attempt(deed)
    _carry_out(world)


@step(parsers.re(rf"时钟走到(?P<day>{DATE})(?P<at>\d+时\d+分\d+秒)(?P<late>，系统还没有来得及处理)?"))
def _clock(world: World, day: str, at: str, late: str | None) -> None:
    """To the second; "late" is the night in which the flows stood still."""
    hour, minute, second = (int(part) for part in at[:-1].replace("时", " ").replace("分", " ").split())
    to = datetime.combine(read_date(day), time(hour, minute, second), BEIJING)
    if late:
        world.clock.now = max(world.clock.now, to)
    else:
        move_to(world, to)


@then(parsers.re(rf"“(?P<at>[^”]+)”由(?P<who>{NAME})代(?P<whom>{NAME})办理"))
def _stands_in(world: World, at: str, who: str, whom: str) -> None:
    assert (who, whom) in _standing(world, at), _standing(world, at)


@then(parsers.re(r"“(?P<at>[^”]+)”没有人代办"))
def _nobody_stands_in(world: World, at: str) -> None:
    assert _standing(world, at) == []


@then(parsers.re(rf"“(?P<at>[^”]+)”记为(?P<who>{NAME}) 代 (?P<whom>{NAME})办理"))
def _recorded(world: World, at: str, who: str, whom: str) -> None:
    """In the timeline, and in the course of the case: two names, never one for the other."""
    world.expect_no_refusal()
    with world.transaction() as tx:
        view = cases.show_whole_case(tx, actor(world, tx, whom), world.current())
    told = [row.who for row in view.timeline if row.step == at and row.event in ("work_item_decided", "case_returned")]
    assert told[-1:] == [f"{who} 代 {whom}"], told
    shown = [(*one.holders, *(vote.name for vote in one.votes)) for one in view.steps if one.name == at][-1]
    assert any(one.startswith(f"{who}（") and f" 代 {whom}（" in one for one in shown), shown


@then(parsers.re(rf"给(?P<to>{NAME})看的清单里，“(?P<at>[^”]+)”留给(?P<whom>{NAME})，因为“(?P<why>[^”]+)”"))
def _stays(world: World, to: str, at: str, whom: str, why: str) -> None:
    """The preview: what would stay with its holder if this person were to stand in from today."""
    with world.transaction() as tx:
        me = actor(world, tx, whom)
        terms = substitution.Terms(str(identity_of(world, tx, to)), tx.today, tx.today, "出差")
        found = substitution_view.preview(tx, me, me.identity, terms)
    assert [(row.step, why in row.why_not) for row in found.staying if row.step == at] == [(at, True)], found


def _arrange(world: World, by: str, who: str, to: str, terms: tuple[str, str | None, bool]) -> None:
    days, only, arriving = terms
    first, _, last = days.partition("到")

    def deed(tx: cases.Tx) -> None:
        me = str(identity_of(world, tx, to))
        scope = (_step_named(tx, only),) if only else ()
        wanted = substitution.Terms(me, read_date(first), read_date(last), "出差", scope, arriving)
        command = substitution.ArrangeSubstitution(actor(world, tx, by), identity_of(world, tx, who), wanted)
        substitution.arrange_substitution(tx, command)

    world.attempt(deed)
    _carry_out(world)


def _step_named(tx: cases.Tx, name: str) -> str:
    steps = substitution.work_of_processes(tx)
    return next(code for known in steps.values() for code, one in known.items() if one == name)


def _carry_out(world: World) -> None:
    """What flows do when the doorbell rings."""
    if world.refusal is None:
        cases.clockwork.Desk(world.house).change_organisation()
        deliver(world)


def _standing(world: World, at: str) -> list[tuple[str, str]]:
    world.expect_no_refusal()
    with world.transaction() as tx:
        return [
            (standing.name_of(tx, who), standing.name_of(tx, principal))
            for _, item in open_items(tx, world.current(), at)
            for who, principal in standing.current(tx, item).items()
        ]
