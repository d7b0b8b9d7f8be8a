"""Sentences about taking back: a decision (撤回), a case (作废, 撤销已办结). A plugin beside `sentences`."""

from __future__ import annotations

from pytest_bdd import parsers, step

from jiecheng import cases, store
from jiecheng.acceptance import deeds
from jiecheng.acceptance.words import NAME
from jiecheng.acceptance.world import World, actor, identity_of, open_items


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
