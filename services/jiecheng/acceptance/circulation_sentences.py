"""Sentences about showing a case to readers: circulate, read, take back, give a view; and what is on the approval sheet."""

from __future__ import annotations

from pytest_bdd import parsers, step, then

from jiecheng import cases, store
from jiecheng.acceptance import deeds, judging
from jiecheng.acceptance.words import NAME
from jiecheng.acceptance.world import World, actor, identity_of, open_items
from jiecheng.cases import circulation
from jiecheng.cases.beside import CirculationView
from jiecheng.cases.passing import readers_named
from jiecheng.store.circulation import CirculationRow

_WHOM = r"[\u4e00-\u9fff、]+"


@step(parsers.re(rf"(?P<who>{NAME})把“(?P<at>[^”]+)”传阅给(?P<to>{_WHOM})(?:，说“(?P<words>[^”]*)”)?"))
def _circulate_step(world: World, who: str, at: str, to: str, words: str | None) -> None:
    def deed(tx: cases.Tx) -> None:
        _, item = deeds.his(world, tx, who, open_items(tx, world.current(), at))
        me = actor(world, tx, who, item.candidates)
        command = circulation.CirculateCase(me, world.current(), to, words or "", item.id)
        circulation.circulate_case(tx, command)

    world.attempt(deed)


@step(parsers.re(rf"(?P<who>{NAME})把办件传阅给(?P<to>{_WHOM})"))
def _circulate(world: World, who: str, to: str) -> None:
    world.attempt(
        lambda tx: circulation.circulate_case(tx, circulation.CirculateCase(actor(world, tx, who), world.current(), to))
    )


@step(parsers.re(rf"(?P<who>{NAME})撤回给(?P<reader>{NAME})的传阅"))
def _withdraw(world: World, who: str, reader: str) -> None:
    def deed(tx: cases.Tx) -> None:
        command = circulation.WithdrawCirculation(actor(world, tx, who), _copy(world, tx, reader).id)
        circulation.withdraw_circulation(tx, command)

    world.attempt(deed)


@step(parsers.re(rf"(?P<who>{NAME})打开这件办件"))
def _open(world: World, who: str) -> None:
    world.attempt(lambda tx: cases.show_case(tx, actor(world, tx, who), world.current()))


@step(parsers.re(rf"(?P<who>{NAME})写阅办意见“(?P<words>[^”]*)”"))
def _view(world: World, who: str, words: str) -> None:
    def deed(tx: cases.Tx) -> None:
        command = circulation.ViewCirculation(actor(world, tx, who), _copy(world, tx, who).id, words)
        circulation.view_circulation(tx, command)

    world.attempt(deed)


@then(parsers.re(rf"(?P<who>{NAME})有(?P<count>\d+)份待阅"))
def _unread(world: World, who: str, count: str) -> None:
    world.expect_no_refusal()
    with world.transaction() as tx:
        me = actor(world, tx, who)
        listed = circulation.list_unread(tx, me).rows
        assert circulation.count_unread(tx, me) == len(listed) == int(count), listed


@then(parsers.re(r"(?P<organ>[\u4e00-\u9fff]+)收文的人都有(?P<count>\d+)份待阅"))
def _clerks_unread(world: World, organ: str, count: str) -> None:
    world.expect_no_refusal()
    with world.transaction() as tx:
        clerks = readers_named(tx, organ)
        found = [circulation.count_unread(tx, cases.accounts.actor_of(tx, one)) for one in clerks]
    assert found
    assert set(found) == {int(count)}


@then(parsers.re(rf"(?P<who>{NAME})看到(?P<reader>{NAME})已经看过"))
def _has_read(world: World, who: str, reader: str) -> None:
    assert _shown(world, who, reader).read_at is not None


@then(parsers.re(rf"(?P<who>{NAME})看到(?P<reader>{NAME})的阅办意见“(?P<words>[^”]*)”"))
def _has_said(world: World, who: str, reader: str, words: str) -> None:
    assert _shown(world, who, reader).view == words


@then(parsers.re(r"“(?P<at>[^”]+)”的意见仍然是“(?P<words>[^”]*)”"))
def _opinion(world: World, at: str, words: str) -> None:
    with world.transaction() as tx:
        case = judging.case_of(world, tx)
        tasks = {task.id for task in store.task.of_case(tx.db, case.id) if task.name == at}
        found = [one.opinion for one in store.work_item.of_case(tx.db, case.id) if one.task in tasks and one.opinion]
    assert found == [words]


@then(parsers.re(r"审批表上写着“(?P<words>[^”]+)”"))
def _printed(world: World, words: str) -> None:
    assert words in _sheet(world)


@then(parsers.re(r"审批表上没有“(?P<words>[^”]+)”"))
def _not_printed(world: World, words: str) -> None:
    assert words not in _sheet(world)


def _sheet(world: World) -> str:
    """What the applicant prints, without its line breaks."""
    with world.transaction() as tx:
        case = judging.case_of(world, tx)
        paper = cases.approval_sheet(tx, cases.accounts.actor_of(tx, case.initiator), case.id)[1]
    return paper.text.replace("\n", "")


def _copy(world: World, tx: cases.Tx, reader: str) -> CirculationRow:
    who = identity_of(world, tx, reader)
    mine = [row for row in store.circulation.of_case(tx.db, world.current()) if row.reader == who]
    assert mine, f"没有传阅给{reader}。"
    return mine[-1]


def _shown(world: World, who: str, reader: str) -> CirculationView:
    world.expect_no_refusal()
    with world.transaction() as tx:
        found = cases.show_case(tx, actor(world, tx, who), world.current()).beside.circulations
    return next(one for one in found if one.reader.startswith(reader))
