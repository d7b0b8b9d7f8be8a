"""Sentences about 加签 and 减签. A plugin beside `sentences`."""

from __future__ import annotations

from pytest_bdd import parsers, step, then

from jiecheng import cases, store
from jiecheng.acceptance import deeds
from jiecheng.acceptance.words import NAME
from jiecheng.acceptance.world import World, actor, identity_of, open_items
from jiecheng.model.ids import WorkItemId
from jiecheng.model.task import TaskState

_WAYS = {"前加签": "before", "并加签": "parallel", "后加签": "after"}
_WORDS = {"同意": "agree", "不同意": "disagree"}


@step(parsers.re(rf"(?P<who>{NAME})就“(?P<at>[^”]+)”(?P<way>[前并后]加签)(?P<to>{NAME})：“(?P<reason>[^”]*)”"))
def _add(world: World, who: str, at: str, way: str, to: str, reason: str) -> None:
    def deed(tx: cases.Tx) -> None:
        item = _own(world, tx, who, at)
        me = actor(world, tx, who, store.work_item.get(tx.db, item).candidates)
        cases.add_signer(tx, cases.AddSigner(me, item, identity_of(world, tx, to), _WAYS[way], reason))

    world.attempt(deed)


@step(parsers.re(rf"(?P<who>{NAME})就“(?P<at>[^”]+)”减签(?P<whom>{NAME})，原因是“(?P<reason>[^”]*)”"))
def _withdraw(world: World, who: str, at: str, whom: str, reason: str) -> None:
    def deed(tx: cases.Tx) -> None:
        signer = _added(world, tx, whom, at)
        cases.withdraw_signer(tx, cases.WithdrawSigner(actor(world, tx, who), signer, reason))

    world.attempt(deed)


@step(parsers.re(rf"(?P<who>{NAME})就“(?P<at>[^”]+)”签“(?P<word>同意|不同意)”(?:，意见是“(?P<opinion>[^”]*)”)?"))
def _sign(world: World, who: str, at: str, word: str, opinion: str | None) -> None:
    def deed(tx: cases.Tx) -> None:
        signer = _added(world, tx, who, at)
        me = actor(world, tx, who, store.work_item.get(tx.db, signer).candidates)
        cases.decide_work_item(tx, cases.DecideWorkItem(me, signer, _WORDS[word], opinion or ""))

    world.attempt(deed)


@then(parsers.re(rf"“(?P<at>[^”]+)”记有(?P<by>{NAME})(?P<way>[前并后]加签)的(?P<whom>{NAME})：“(?P<said>[^”]*)”"))
def _told(world: World, at: str, by: str, way: str, whom: str, said: str) -> None:
    """As whoever added him reads it on the page of the case."""
    world.expect_no_refusal()
    with world.transaction() as tx:
        view = cases.show_case(tx, actor(world, tx, by), world.current())
    found = [
        f"{one.state}，{one.opinion}" if one.opinion else one.state
        for shown in view.steps
        if shown.name == at
        for one in shown.signers
        if one.name.startswith(whom) and one.added_by.startswith(by) and one.way.startswith(way)
    ]
    assert said in found, found


def _own(world: World, tx: cases.Tx, who: str, at: str) -> WorkItemId:
    """The item of the step that this person holds, or waits with; whatever he presses on a page of others is refused."""
    me = identity_of(world, tx, who)
    tasks = [task for task in store.task.of_case(tx.db, world.current()) if task.name == at]
    items = [item for task in tasks for item in store.work_item.of_task(tx.db, task.id) if item.closed_at is None]
    mine = [item.id for item in items if me in (item.assignee, *item.candidates)]
    return mine[-1] if mine else deeds.his(world, tx, who, open_items(tx, world.current(), at))[1].id


def _added(world: World, tx: cases.Tx, whom: str, at: str) -> WorkItemId:
    """The item of somebody who was added to the step, the latest."""
    me = identity_of(world, tx, whom)
    tasks = [task for task in store.task.of_case(tx.db, world.current()) if task.name == at]
    open_first = sorted(tasks, key=lambda task: task.state is TaskState.OPEN)
    items = [item for task in open_first for item in store.work_item.of_task(tx.db, task.id)]
    mine = [item.id for item in items if item.under is not None and item.assignee == me]
    assert mine, f"{whom}没有在“{at}”被加签。"
    return mine[-1]
