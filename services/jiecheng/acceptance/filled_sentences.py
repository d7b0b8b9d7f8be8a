"""Sentences with a table of what is filled in, for every process: start, decide, meet, hand in; and the walk to a step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pytest_bdd import parsers, step

from jiecheng.acceptance import deeds
from jiecheng.acceptance.deeds import Decision
from jiecheng.acceptance.words import NAME, pairs
from jiecheng.acceptance.world import World

Table = Sequence[Sequence[str]]
OPINION = "意见"


@step(parsers.re(rf"(?P<who>{NAME})发起“(?P<process>[^”]+)”："))
def _start(world: World, who: str, process: str, datatable: Table) -> None:
    deeds.start_process(world, process, who, _said(datatable))


@step(parsers.re(rf"(?P<who>{NAME})对(?:(?P<applicant>{NAME})的)?“(?P<at>[^”]+)”表示“(?P<outcome>[^”]+)”，填写："))
def _decide(  # a sentence names its parts
    world: World, who: str, applicant: str | None, at: str, outcome: str, datatable: Table
) -> None:
    said = dict(_said(datatable))
    opinion = said.pop(OPINION, "")
    deeds.decide(world, who, at, Decision(outcome, opinion, said), applicant)


@step(
    parsers.re(
        rf"(?P<who>{NAME})录入“(?P<at>[^”]+)”的表决：(?P<votes>[^“”：]+?)(?:，决定“(?P<outcome>[^”]+)”)?，填写："
    )
)
def _meet(  # a sentence names its parts
    world: World, who: str, at: str, votes: str, outcome: str | None, datatable: Table
) -> None:
    said = dict(_said(datatable))
    opinion = said.pop(OPINION, "")
    deeds.decide(world, who, at, Decision(outcome or "", opinion, said, votes))


@step(parsers.re(rf"(?P<who>{NAME})提出“(?P<message>[^”]+)”，填写："))
def _send(world: World, who: str, message: str, datatable: Table) -> None:
    deeds.send(world, who, message, _said(datatable))


@step(parsers.re(r"各环节依次同意，办到“(?P<at>[^”]+)”"))
def _carry_on_to(world: World, at: str) -> None:
    deeds.carry_on_to(world, at)


@step("各环节依次同意，直到没有待办")
def _carry_on(world: World) -> None:
    deeds.carry_on_to(world, "")


def _said(table: Table) -> Mapping[str, str]:
    return pairs(table, "栏目", "内容")
