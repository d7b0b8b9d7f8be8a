"""Sentences about asking and answering beside the record, and who reads on the page what was said."""

from __future__ import annotations

from dataclasses import replace

from pytest_bdd import parsers, step, then

from jiecheng import cases, store
from jiecheng.acceptance import deeds
from jiecheng.acceptance.words import NAME
from jiecheng.acceptance.world import World, actor, identity_of, open_items
from jiecheng.cases import question


@step(parsers.re(rf"(?P<who>{NAME})就“(?P<at>[^”]+)”问(?P<to>{NAME})：“(?P<words>[^”]*)”"))
def _ask(world: World, who: str, at: str, to: str, words: str) -> None:
    def deed(tx: cases.Tx) -> None:
        _, item = deeds.his(world, tx, who, open_items(tx, world.current(), at))
        me = actor(world, tx, who, item.candidates)
        question.ask_question(tx, question.AskQuestion(me, world.current(), to, words, item.id))

    world.attempt(deed)


@step(parsers.re(rf"(?P<who>{NAME})答复(?P<asker>{NAME})：“(?P<words>[^”]*)”"))
def _answer(world: World, who: str, asker: str, words: str) -> None:
    def deed(tx: cases.Tx) -> None:
        me = identity_of(world, tx, asker)
        asked = [row for row in store.question.of_case(tx.db, world.current()) if row.asker == me]
        question.answer_question(tx, question.AnswerQuestion(actor(world, tx, who), asked[-1].id, words))

    world.attempt(deed)


@then(parsers.re(rf"(?P<who>{NAME})有(?P<count>\d+)个问题待答复"))
def _open(world: World, who: str, count: str) -> None:
    world.expect_no_refusal()
    with world.transaction() as tx:
        me = actor(world, tx, who)
        listed = question.list_questions(tx, me).rows
        assert question.count_questions(tx, me) == len(listed) == int(count), listed


@then(parsers.re(rf"(?P<who>{NAME})在办件页上看得到“(?P<words>[^”]+)”"))
def _reads(world: World, who: str, words: str) -> None:
    assert words in _page(world, who)


@then(parsers.re(rf"(?P<who>{NAME})在办件页上看不到“(?P<words>[^”]+)”"))
def _does_not_read(world: World, who: str, words: str) -> None:
    assert words not in _page(world, who)


def _page(world: World, who: str) -> str:
    """The page of the case and, for those who may read it, the whole record."""
    world.expect_no_refusal()
    with world.transaction() as tx:
        me = actor(world, tx, who)
        view = cases.show_case(tx, me, world.current())
    return repr(replace(view, case=replace(view.case, snapshot={}, variables={})))
