"""Sentences about taking back: a decision (撤回), a case (作废, 撤销已办结). A plugin beside `sentences`."""

from __future__ import annotations

from pytest_bdd import parsers, step, then

from jiecheng import cases, store
from jiecheng.acceptance import deeds, judging
from jiecheng.acceptance.words import NAME
from jiecheng.acceptance.world import World, actor, identity_of, open_items
from jiecheng.cases.rehearsal import Forewarned
from jiecheng.model.case import CaseState


@step(parsers.re(rf"(?P<who>{NAME})撤回对“(?P<at>[^”]+)”的办理"))
def _retract(world: World, who: str, at: str) -> None:
    def deed(tx: cases.Tx) -> None:
        person = tx.organisation.identity(identity_of(world, tx, who)).person
        tasks = {task.id for task in store.task.of_case(tx.db, world.current()) if task.name == at}
        mine = [
            item
            for item in store.work_item.of_case(tx.db, world.current())
            if item.task in tasks and item.decided_by and tx.organisation.identity(item.decided_by).person == person
        ]
        assert mine, f"{who}没有办理过“{at}”。"
        me = actor(world, tx, who, [one for one in (mine[-1].decided_by,) if one])
        cases.retract_decision(tx, cases.RetractDecision(me, mine[-1].id))

    world.attempt(deed)


@step(parsers.re(rf"(?P<who>{NAME})打开“(?P<at>[^”]+)”的待办"))
def _open(world: World, who: str, at: str) -> None:
    def deed(tx: cases.Tx) -> None:
        _, item = deeds.his(world, tx, who, open_items(tx, world.current(), at))
        cases.show_item(tx, actor(world, tx, who, item.candidates), item.id)

    world.attempt(deed)


@step(parsers.re(rf"(?P<who>{NAME})提请作废，原因是“(?P<reason>[^”]*)”"))
def _request_voiding(world: World, who: str, reason: str) -> None:
    world.attempt(
        lambda tx: cases.request_voiding(tx, cases.RequestVoiding(actor(world, tx, who), world.current(), reason))
    )


@step(parsers.re(rf"(?P<who>{NAME})确认作废"))
def _confirm_voiding(world: World, who: str) -> None:
    world.attempt(lambda tx: cases.confirm_voiding(tx, cases.ConfirmVoiding(actor(world, tx, who), world.current())))


@step(parsers.re(rf"(?P<who>{NAME})不同意作废，说明是“(?P<note>[^”]*)”"))
def _decline_voiding(world: World, who: str, note: str) -> None:
    world.attempt(
        lambda tx: cases.decline_voiding(tx, cases.DeclineVoiding(actor(world, tx, who), world.current(), note))
    )


@step(parsers.re(rf"(?P<who>{NAME})撤销已办结的办件，理由是“(?P<words>[^”]+)”"))
def _reverse(world: World, who: str, words: str) -> None:
    """Whatever the start form of the reversing process asks for is the reason; the case spoken of stays the finished one."""
    _hand_in(world, who, words, None)


@step(parsers.re(rf"(?P<who>{NAME})准备撤销已办结的办件，理由是“(?P<words>[^”]+)”"))
def _prepare_reversal(world: World, who: str, words: str) -> None:
    """The press of the button: handed in where there is nothing to be warned of."""
    world.warned = None
    _hand_in(world, who, words, "")
    if isinstance(world.refusal, Forewarned):
        world.warned, world.refusal = world.refusal.rehearsal, None


def _hand_in(world: World, who: str, words: str, confirmed: str | None) -> None:

    def deed(tx: cases.Tx) -> None:
        opened = cases.open_case.read_case(tx, world.current())
        newest = tx.latest_releases().get(opened.deployed.definition.reversed_by)
        form = next(iter(tx.release(newest).forms.values())) if newest else None
        data = dict.fromkeys(form.inputs, words) if form else {}
        cases.reverse_case(tx, cases.ReverseCase(actor(world, tx, who), opened.id, data, confirmed=confirmed))

    world.attempt(deed)


@then("办件已作废")
def _voided(world: World) -> None:
    assert judging.ended_as(world)[0] is CaseState.VOIDED


@then(parsers.re(r"文书“(?P<number>[^”]+)”标为作废"))
def _paper_voided(world: World, number: str) -> None:
    world.expect_no_refusal()
    with world.transaction() as tx:
        found = {one.number: one.voided_at for one in store.job.documents_of(tx.db, world.current())}
    assert found.get(number) is not None, found


@then(parsers.re(r"办件写明由“(?P<title>[^”]+)”撤销，反过来也写明"))
def _linked(world: World, title: str) -> None:
    world.expect_no_refusal()
    with world.transaction() as tx:
        undoing = store.reversal.undoing(tx.db, world.current())
        assert title in [one.title for one in undoing], undoing
        back = store.reversal.undone(tx.db, undoing[-1].case)
    assert back is not None
    assert back.case == world.current()
