"""Sentences of what an applicant reads before he hands in: what would come of it, and what he does then."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_bdd import parsers, step, then

from jiecheng import cases
from jiecheng.acceptance import deeds
from jiecheng.acceptance.failure import require_among
from jiecheng.acceptance.words import NAME, pairs
from jiecheng.acceptance.world import World, actor, open_items
from jiecheng.cases.rehearsal import Forewarned


@step(parsers.re(rf"(?P<who>{NAME})准备发起“(?P<process>[^”]+)”："))
def _prepare(world: World, who: str, process: str, datatable: Sequence[Sequence[str]]) -> None:
    """The press of the button: handed in where there is nothing to be warned of."""
    world.expect_no_refusal()
    found, data = deeds.filled_start(world, process, who, pairs(datatable, "栏目", "内容"))
    world.prepared = (who, found, data)
    _hand_in(world, "")


@step(parsers.re(rf"(?P<who>{NAME})看过提醒，仍要提交"))
def _all_the_same(world: World, who: str) -> None:
    assert world.warned is not None, "没有提醒，已经提交了。"
    assert world.prepared is not None
    assert world.prepared[0] == who
    _hand_in(world, world.warned.mark)


def _hand_in(world: World, mark: str) -> None:
    assert world.prepared is not None
    who, process, data = world.prepared
    world.warned = None

    def deed(tx: cases.Tx) -> None:
        command = cases.StartCase(actor(world, tx, who), process, data, confirmed=mark)
        world.case = world.started[who] = cases.start_case(tx, command).case

    world.attempt(deed)
    if isinstance(world.refusal, Forewarned):
        world.warned, world.refusal = world.refusal.rehearsal, None


@then(parsers.re(r"提交前提醒“(?P<words>[^”]+)”"))
def _warned(world: World, words: str) -> None:
    world.expect_no_refusal()
    assert world.warned is not None, "没有提醒，已经提交了。"
    found = world.warned
    said = [f"{one.message} {one.basis}" for one in found.reasons] + [one.sentence for one in found.alike]
    told = " ".join([found.step, found.ending, *said])
    require_among(words, [told], "提交前的提醒")


@then(parsers.re(r"提交前没有提醒"))
def _not_warned(world: World) -> None:
    world.expect_no_refusal()
    assert world.warned is None, world.warned


@then(parsers.re(r"“(?P<at>[^”]+)”写明为什么退回：“(?P<words>.+)”"))
def _why_back(world: World, at: str, words: str) -> None:
    world.expect_no_refusal()
    with world.transaction() as tx:
        _, item = open_items(tx, world.current(), at)[0]
        who = tx.organisation.person_name(tx.organisation.identity(item.candidates[0]))
        found = cases.show_item(tx, actor(world, tx, who, item.candidates), item.id).came_back
    assert found is not None
    told = " ".join([found.by, found.opinion, *(f"{one.message} {one.basis}" for one in found.reasons)])
    require_among(words, [told], f"“{at}”写明的理由")
