"""Sentences about what goes wrong elsewhere: double presses, new versions under way, fields that may only be read, drafts."""

from __future__ import annotations

from dataclasses import replace

from pytest_bdd import given, parsers, step, then

from jiecheng import cases, store
from jiecheng.acceptance import deeds, judging, sample
from jiecheng.acceptance.words import NAME
from jiecheng.acceptance.world import World, actor, identity_of, open_items
from jiecheng.cases.release import Publication, deploy_release
from jiecheng.model.actor import Actor
from jiecheng.model.ids import WorkItemId


@step(parsers.re(rf"(?P<who>{NAME})连按两次“(?P<at>[^”]+)”的“(?P<outcome>[^”]+)”"))
def _press_twice(world: World, who: str, at: str, outcome: str) -> None:
    """The page sends the same operation key both times."""
    with world.transaction() as tx:
        me, item, value = _chosen(world, tx, who, at, outcome)
    command = cases.DecideWorkItem(me, item, value, operation=f"{who}:{at}:{outcome}")
    first = world.attempt(lambda tx: cases.decide_work_item(tx, command))
    assert world.attempt(lambda tx: cases.decide_work_item(tx, command)) == first


@step(parsers.re(rf"(?P<who>{NAME})对“(?P<at>[^”]+)”表示“(?P<outcome>[^”]+)”，还把只读的“事项”改成“(?P<words>[^”]+)”"))
def _overwrite(world: World, who: str, at: str, outcome: str, words: str) -> None:
    with world.transaction() as tx:
        me, item, value = _chosen(world, tx, who, at, outcome)
    command = cases.DecideWorkItem(me, item, value, data={"matter": words})
    world.attempt(lambda tx: cases.decide_work_item(tx, command))


@given("已发布示例流程“分头核查”")
def _check_sample(world: World) -> None:
    with world.transaction() as tx:
        sample.deploy(tx, sample.check_bundle())


@step(parsers.re(rf"(?P<who>{NAME})提请核查，由(?P<checkers>{NAME}(?:、{NAME})*)核查，(?P<reviewer>{NAME})复核"))
def _ask_for_check(world: World, who: str, checkers: str, reviewer: str) -> None:
    with world.transaction() as tx:
        named = [identity_of(world, tx, name) for name in checkers.split("、")]
        data = {"matter": "停车收费", "way": "分头", "reviewer": identity_of(world, tx, reviewer), "signers": named}
    deeds.start(world, sample.CHECK, who, data)


@step("示例流程发布了新版本")
def _new_version(world: World) -> None:
    """The next version has another first step: a case that took it over would not find its own."""
    bundle = sample.bundle()
    changed = bundle.bpmn.replace("preliminary_review", "first_look").replace('name="预审"', 'name="初看"')
    with world.transaction() as tx:
        assert deploy_release(tx, replace(bundle, bpmn=changed), Publication("sample", {})) is not None


@step(parsers.re(rf"(?P<who>{NAME})在“(?P<at>[^”]+)”暂存意见“(?P<words>[^”]+)”"))
def _draft(world: World, who: str, at: str, words: str) -> None:
    def deed(tx: cases.Tx) -> None:
        _, item = deeds.his(world, tx, who, open_items(tx, world.current(), at))
        cases.save_draft(tx, actor(world, tx, who, item.candidates), f"item:{item.id}", {"opinion": words})

    world.attempt(deed)


@then(parsers.re(rf"(?P<who>{NAME})在“(?P<at>[^”]+)”暂存的意见还是“(?P<words>[^”]+)”"))
def _draft_kept(world: World, who: str, at: str, words: str) -> None:
    world.expect_no_refusal()
    with world.transaction() as tx:
        _, item = deeds.his(world, tx, who, open_items(tx, world.current(), at))
        assert cases.show_item(tx, actor(world, tx, who, item.candidates), item.id).opinion == words


@then(parsers.re(r"“事项”仍然是“(?P<words>[^”]+)”"))
def _unchanged(world: World, words: str) -> None:
    world.expect_no_refusal()
    with world.transaction() as tx:
        assert store.form.of_case(tx.db, world.current())["matter"]["matter"] == words


@then(parsers.re(rf"(?P<who>{NAME})没有收到通知“(?P<words>.+)”"))
def _not_told(world: World, who: str, words: str) -> None:
    found = judging.notices(world, who)
    assert not any(words in one for one in found), found


@then(parsers.re(r"办件的编号是“(?P<number>[^”]+)”"))
def _number(world: World, number: str) -> None:
    with world.transaction() as tx:
        assert judging.case_of(world, tx).number == number


@then(parsers.re(r"“(?P<at>[^”]+)”办结了(?P<count>\d+)次"))
def _completed(world: World, at: str, count: str) -> None:
    world.expect_no_refusal()
    with world.transaction() as tx:
        events = cases.history.events_of(tx, world.current())
    found = [one for one in events if one.type == "task_completed" and one.public.get("name") == at]
    assert len(found) == int(count), [one.public for one in found]


@then(parsers.re(r"历史里有“(?P<words>[^”]+)”的原因“(?P<why>[^”]+)”"))
def _in_history(world: World, words: str, why: str) -> None:
    with world.transaction() as tx:
        events = cases.history.events_of(tx, judging.case_of(world, tx).id)
    told = [(one.public.get("name"), one.public.get("why")) for one in events if one.public.get("why")]
    assert (words, why) in told, told


def _chosen(world: World, tx: cases.Tx, who: str, at: str, outcome: str) -> tuple[Actor, WorkItemId, str]:
    _, item = deeds.his(world, tx, who, open_items(tx, world.current(), at))
    task = store.task.get(tx.db, item.task)
    node = tx.release(store.case.get(tx.db, item.case).release).node(task.element)
    value = next(one.value for one in node.outcomes if one.label == outcome)
    return actor(world, tx, who, item.candidates), item.id, value
