"""Sentences about steps that several people decide, on the sample process. A plugin beside `sentences`."""

from __future__ import annotations

import threading

from pytest_bdd import given, parsers, step, then

from jiecheng import cases, store
from jiecheng.acceptance import deeds, sample
from jiecheng.acceptance.deeds import Decision
from jiecheng.acceptance.failure import require_among
from jiecheng.acceptance.words import NAME
from jiecheng.acceptance.world import World, actor, identity_of, open_items
from jiecheng.model.errors import JiechengError
from jiecheng.model.work_item import WorkItemState

REVIEWER = "宋明理"


@given("已发布示例流程“联合会审”")
def _sample(world: World) -> None:
    with world.transaction() as tx:
        sample.deploy(tx)


@step(
    parsers.re(
        rf"(?P<who>{NAME})提请会审，方式是“(?P<way>[^”]+)”，由(?P<signers>{NAME}(?:、{NAME})*)签署(?P<only>，等候预审)?"
    )
)
def _raise_matter(world: World, who: str, way: str, signers: str, only: str | None) -> None:
    with world.transaction() as tx:
        named = [identity_of(world, tx, name) for name in signers.split("、")]
        reviewer = identity_of(world, tx, REVIEWER)
    data = {"matter": "停车收费", "way": way, "reviewer": reviewer, "signers": named}
    deeds.start(world, sample.PROCESS, who, data)
    if not only:
        deeds.decide(world, REVIEWER, "预审", Decision("同意"))


@step(parsers.re(rf"(?P<first>{NAME})和(?P<second>{NAME})在同一秒对“(?P<at>[^”]+)”表示“(?P<outcome>[^”]+)”"))
def _at_once(world: World, first: str, second: str, at: str, outcome: str) -> None:
    """Each has the page open before the other presses; what is refused is remembered as ever."""
    prepared = []
    with world.transaction() as tx:
        for who in (first, second):
            me = actor(world, tx, who)
            task, item = next(one for one in open_items(tx, world.current(), at) if me.identity in one[1].candidates)
            node = tx.release(store.case.get(tx.db, item.case).release).node(task.element)
            value = next(one.value for one in node.outcomes if one.label == outcome)
            prepared.append(cases.DecideWorkItem(me, item.id, value))
    barrier = threading.Barrier(len(prepared))

    def press(command: cases.DecideWorkItem) -> None:
        barrier.wait()
        try:
            with world.transaction() as tx:
                cases.decide_work_item(tx, command)
        except JiechengError as refusal:
            world.refusal = refusal

    threads = [threading.Thread(target=press, args=(one,)) for one in prepared]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@step(
    parsers.re(
        rf"(?P<who>{NAME})把“(?P<at>[^”]+)”退回到“(?P<target>[^”]+)”(?P<direct>，改好直接回来)?，意见是“(?P<opinion>[^”]*)”"
    )
)
def _return(world: World, who: str, at: str, target: str, direct: str | None, opinion: str) -> None:
    def deed(tx: cases.Tx) -> None:
        me = actor(world, tx, who)
        _, item = deeds.his(world, tx, who, open_items(tx, world.current(), at))
        nodes = tx.release(store.case.get(tx.db, item.case).release).definition.nodes.values()
        element = next((node.id for node in nodes if node.name == target and node.kind == "userTask"), target)
        cases.return_case(tx, cases.ReturnCase(me, item.id, element, "direct" if direct else "step", opinion))

    world.attempt(deed)


@step(parsers.re(rf"(?P<who>{NAME})把“(?P<at>[^”]+)”转给(?P<to>{NAME})，原因是“(?P<reason>[^”]*)”"))
def _transfer(world: World, who: str, at: str, to: str, reason: str) -> None:
    def deed(tx: cases.Tx) -> None:
        _, item = deeds.his(world, tx, who, open_items(tx, world.current(), at))
        command = cases.TransferWorkItem(actor(world, tx, who, item.candidates), item.id, to, reason)
        cases.transfer_work_item(tx, command)

    world.attempt(deed)


@step(parsers.re(rf"(?P<who>{NAME})就“(?P<at>[^”]+)”委派(?P<to>{NAME})：“(?P<question>[^”]*)”"))
def _delegate(world: World, who: str, at: str, to: str, question: str) -> None:
    def deed(tx: cases.Tx) -> None:
        _, item = deeds.his(world, tx, who, open_items(tx, world.current(), at))
        command = cases.DelegateWorkItem(actor(world, tx, who, item.candidates), item.id, to, question)
        cases.delegate_work_item(tx, command)

    world.attempt(deed)


@step(parsers.re(rf"(?P<who>{NAME})就“(?P<at>[^”]+)”答复：“(?P<words>[^”]*)”"))
def _answer(world: World, who: str, at: str, words: str) -> None:
    def deed(tx: cases.Tx) -> None:
        _, item = deeds.his(world, tx, who, open_items(tx, world.current(), at))
        cases.answer_delegation(tx, cases.AnswerDelegation(actor(world, tx, who, item.candidates), item.id, words))

    world.attempt(deed)


@then(parsers.re(r"“(?P<at>[^”]+)”可以退回到(?P<targets>[^“”]+)"))
def _targets(world: World, at: str, targets: str) -> None:
    world.expect_no_refusal()
    with world.transaction() as tx:
        _, item = open_items(tx, world.current(), at)[0]
        who = tx.organisation.person_name(tx.organisation.identity(item.candidates[0]))
        found = cases.show_item(tx, actor(world, tx, who, item.candidates), item.id).operations.returns
    assert [name.partition("（")[0] for _, name in found] == targets.split("、"), found


@then(parsers.re(r"“(?P<at>[^”]+)”的页面写明“(?P<words>.+)”"))
def _missing(world: World, at: str, words: str) -> None:
    world.expect_no_refusal()
    with world.transaction() as tx:
        _, item = open_items(tx, world.current(), at)[0]
        who = tx.organisation.person_name(tx.organisation.identity(item.candidates[0]))
        said = cases.show_item(tx, actor(world, tx, who, item.candidates), item.id).operations.missing
    require_among(words, said, f"“{at}”的页面")


@then(parsers.re(rf"(?P<who>{NAME})的“(?P<at>[^”]+)”没有表决，原因是“(?P<cause>[^”]+)”"))
def _not_voted(world: World, who: str, at: str, cause: str) -> None:
    world.expect_no_refusal()
    with world.transaction() as tx:
        me = identity_of(world, tx, who)
        tasks = {task.id for task in store.task.of_case(tx.db, world.current()) if task.name == at}
        mine = [
            item
            for item in store.work_item.of_case(tx.db, world.current())
            if item.task in tasks and me in item.candidates
        ]
    assert [(item.state, item.cause) for item in mine[-1:]] == [(WorkItemState.CLOSED, cause)], mine
