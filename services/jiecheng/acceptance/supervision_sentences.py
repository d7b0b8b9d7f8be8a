"""Sentences about supervisions: opened, assigned, received, answered, sent back, closed. They speak of the latest one."""

from __future__ import annotations

from pytest_bdd import parsers, step, then

from jiecheng import cases, store
from jiecheng.acceptance.clock import read_date
from jiecheng.acceptance.words import DATE, NAME
from jiecheng.acceptance.world import World, actor
from jiecheng.cases import BEIJING, supervision
from jiecheng.cases.supervisable import list_supervisable
from jiecheng.cases.supervision_view import list_duties
from jiecheng.model.command import CHINESE_EVENTS, COMMANDS
from jiecheng.store.supervision import SupervisionRow


@step(parsers.re(rf"(?P<who>{NAME})立项督办：“(?P<demand>[^”]*)”，期限(?P<days>\d+)个工作日"))
def _open(world: World, who: str, demand: str, days: str) -> None:
    world.attempt(
        lambda tx: supervision.supervise_case(
            tx, supervision.SuperviseCase(actor(world, tx, who), world.current(), demand, int(days))
        )
    )


@step(parsers.re(rf"(?P<who>{NAME})立项督办：“(?P<demand>[^”]*)”，期限(?P<days>\d+)个工作日，交给(?P<to>{NAME})"))
def _open_and_assign(world: World, who: str, demand: str, days: str, to: str) -> None:
    world.attempt(
        lambda tx: supervision.supervise_case(
            tx, supervision.SuperviseCase(actor(world, tx, who), world.current(), demand, int(days), to=to)
        )
    )


@step(parsers.re(rf"(?P<who>{NAME})把督办交办给(?P<to>{NAME})"))
def _assign(world: World, who: str, to: str) -> None:
    world.attempt(
        lambda tx: supervision.assign_supervision(
            tx, supervision.AssignSupervision(actor(world, tx, who), _latest(world, tx).id, to)
        )
    )


@step(parsers.re(rf"(?P<who>{NAME})签收督办"))
def _receive(world: World, who: str) -> None:
    world.attempt(
        lambda tx: supervision.receive_supervision(
            tx, supervision.ReceiveSupervision(actor(world, tx, who), _latest(world, tx).id)
        )
    )


@step(parsers.re(rf"(?P<who>{NAME})反馈督办：“(?P<words>[^”]*)”"))
def _answer(world: World, who: str, words: str) -> None:
    world.attempt(
        lambda tx: supervision.answer_supervision(
            tx, supervision.AnswerSupervision(actor(world, tx, who), _latest(world, tx).id, words)
        )
    )


@step(parsers.re(rf"(?P<who>{NAME})要求督办补充：“(?P<words>[^”]*)”，期限(?P<days>\d+)个工作日"))
def _send_back(world: World, who: str, words: str, days: str) -> None:
    world.attempt(
        lambda tx: supervision.return_supervision(
            tx, supervision.ReturnSupervision(actor(world, tx, who), _latest(world, tx).id, words, int(days))
        )
    )


@step(parsers.re(rf"(?P<who>{NAME})办结督办：“(?P<words>[^”]*)”"))
def _close(world: World, who: str, words: str) -> None:
    world.attempt(
        lambda tx: supervision.close_supervision(
            tx, supervision.CloseSupervision(actor(world, tx, who), _latest(world, tx).id, words)
        )
    )


@then(parsers.re(rf"(?P<who>{NAME})找“(?P<text>[^”]*)”，可以督办“(?P<name>[^”]*)”，承办人是(?P<holder>{NAME})"))
def _may_pick(world: World, who: str, text: str, name: str, holder: str) -> None:
    with world.transaction() as tx:
        rows = list_supervisable(tx, actor(world, tx, who), text).rows
    found = [(row.step, row.handler.partition("（")[0]) for row in rows if row.case == world.current()]
    assert found == [(name, holder)], found


@then(parsers.re(rf"(?P<who>{NAME})没有可以督办的办件"))
def _nothing_to_pick(world: World, who: str) -> None:
    with world.transaction() as tx:
        assert list_supervisable(tx, actor(world, tx, who)).rows == ()


@then(parsers.re(rf"等(?P<who>{NAME})办理的督办有(?P<count>\d+)件"))
def _duties(world: World, who: str, count: str) -> None:
    with world.transaction() as tx:
        him = actor(world, tx, who)
        assert len(list_duties(tx, him)) == cases.inbox.counts(tx, him).supervisions == int(count)


@then(parsers.re(rf"督办的期限是(?P<day>{DATE})"))
def _due(world: World, day: str) -> None:
    world.expect_no_refusal()
    with world.transaction() as tx:
        due = _latest(world, tx).due_at
    assert due is not None
    assert due.astimezone(BEIJING).date() == read_date(day)


@then(parsers.re(r"督办经过了(?P<steps>[\u4e00-\u9fff、]+)"))
def _chain(world: World, steps: str) -> None:
    world.expect_no_refusal()
    with world.transaction() as tx:
        row = _latest(world, tx)
        taken = store.supervision.steps_of(tx.db, [row.id])[row.id]
        events = [
            one for one in cases.history.events_of(tx, world.current()) if one.public.get("supervision") == row.id
        ]
    assert [CHINESE_EVENTS[COMMANDS[one.command][0].event] for one in taken] == steps.split("、")
    assert [CHINESE_EVENTS[one.type] for one in events] == steps.split("、")


def _latest(world: World, tx: cases.Tx) -> SupervisionRow:
    found = store.supervision.of_case(tx.db, world.current())
    assert found, "这件办件还没有立项督办。"
    return found[-1]
