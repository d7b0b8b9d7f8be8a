"""Sentences about what people do with a case besides deciding it: hold, resume, limits. A plugin beside `sentences`."""

from __future__ import annotations

from pytest_bdd import parsers, step, then

from jiecheng import cases, store
from jiecheng.acceptance.clock import read_date
from jiecheng.acceptance.words import DATE, NAME
from jiecheng.acceptance.world import World, actor, identity_of
from jiecheng.cases import BEIJING, organisation
from jiecheng.directory import Index
from jiecheng.model.directory import Post


@step(parsers.re(rf"(?P<who>{NAME})挂起办件，原因是“(?P<reason>[^”]*)”，依据是“(?P<basis>[^”]*)”"))
def _hold(world: World, who: str, reason: str, basis: str) -> None:
    world.attempt(lambda tx: cases.hold_case(tx, cases.HoldCase(actor(world, tx, who), world.current(), reason, basis)))


@step(parsers.re(rf"(?P<who>{NAME})撤回修改，原因是“(?P<reason>[^”]*)”"))
def _recall(world: World, who: str, reason: str) -> None:
    world.attempt(lambda tx: cases.recall_case(tx, cases.RecallCase(actor(world, tx, who), world.current(), reason)))


@step(parsers.re(rf"(?P<who>{NAME})催办(?:，说“(?P<words>[^”]*)”)?"))
def _urge(world: World, who: str, words: str | None) -> None:
    world.attempt(lambda tx: cases.urge_case(tx, cases.UrgeCase(actor(world, tx, who), world.current(), words or "")))


@step(parsers.re(rf"(?P<who>{NAME})恢复办理"))
def _resume(world: World, who: str) -> None:
    world.attempt(lambda tx: cases.resume_case(tx, cases.ResumeCase(actor(world, tx, who), world.current())))


@step(parsers.re(rf"(?P<who>{NAME})登记(?P<whom>{NAME})自(?P<day>{DATE})起离任(?:，由(?P<successor>{NAME})接办)?"))
def _relieve(world: World, who: str, whom: str, day: str, successor: str | None) -> None:
    def deed(tx: cases.Tx) -> str:
        values = {"identity": str(identity_of(world, tx, whom))}
        if successor:
            values["successor"] = str(identity_of(world, tx, successor))
        return organisation.plan_change(
            tx, organisation.ChangeOrganisation(actor(world, tx, who), "离任", values, read_date(day))
        )

    world.attempt(deed)


@step(parsers.re(rf"(?P<who>{NAME})登记(?P<whom>{NAME})自(?P<day>{DATE})起任“(?P<post>[^”]+)”"))
def _appoint(world: World, who: str, whom: str, day: str, post: str) -> None:
    def deed(tx: cases.Tx) -> str:
        known = tx.organisation
        person = known.identity(identity_of(world, tx, whom)).person
        posts = [one.id for one in known.directory.posts.values() if post in _names_of(known, one)]
        assert len(posts) == 1, f"示范区里名为“{post}”的岗位有 {len(posts)} 个。"
        return organisation.plan_change(
            tx,
            organisation.ChangeOrganisation(
                actor(world, tx, who), "任职", {"person": str(person), "post": str(posts[0])}, read_date(day)
            ),
        )

    world.attempt(deed)


@then(parsers.re(rf"“(?P<at>[^”]+)”的期限是(?P<day>{DATE})"))
def _due(world: World, at: str, day: str) -> None:
    assert _limit(world, at) == read_date(day).isoformat()


@then(parsers.re(r"“(?P<at>[^”]+)”没有期限"))
def _no_due(world: World, at: str) -> None:
    assert _limit(world, at) == ""


def _names_of(known: Index, post: Post) -> tuple[str, str]:
    organ = known.directory.organs[post.organ]
    return f"{organ.name}{post.name}", f"{known.street_name(organ.street)}{organ.name}{post.name}"


def _limit(world: World, at: str) -> str:
    with world.transaction() as tx:
        tasks = [task for task in store.task.open_of_case(tx.db, world.current()) if task.name == at]
        assert tasks, f"现在没有“{at}”这个环节。"
        return tasks[0].due_at.astimezone(BEIJING).date().isoformat() if tasks[0].due_at else ""
