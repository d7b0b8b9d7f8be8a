"""Sentences of what is found, for every process: rows of registers, results of tables, papers, and who may see what."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_bdd import parsers, then

from jiecheng.acceptance import judging, readers, registers
from jiecheng.acceptance.failure import Cause, Unmet, require_among
from jiecheng.acceptance.words import NAME, pairs
from jiecheng.acceptance.world import World

Table = Sequence[Sequence[str]]


@then(parsers.re(r"“(?P<register>[^”]+)”记有："))
def _row(world: World, register: str, datatable: Table) -> None:
    found = registers.rows(world, register)
    assert found, f"“{register}”里没有这件办件。"
    wanted = pairs(datatable, "栏", "值")
    told = [registers.in_words(world, register, row) for row in found]
    strange = wanted.keys() - told[0].keys()
    assert not strange, f"“{register}”没有{'、'.join(sorted(strange))}这样的栏，有{'、'.join(told[0])}。"
    if not any(wanted.items() <= one.items() for one in told):
        nearest = max(told, key=lambda one: len(wanted.items() & one.items()))
        other = [name for name in wanted if wanted[name] != nearest[name]]
        sides = ["，".join(f"{name}：{row[name] or '空'}" for name in other) for row in (wanted, nearest)]
        raise Unmet(f"“{register}”里这一件的{'、'.join(other)}不一样。", Cause.VALUE, *sides)


@then(parsers.re(r"“(?P<register>[^”]+)”里没有这件"))
def _no_row(world: World, register: str) -> None:
    found = registers.rows(world, register)
    assert not found, [row.status for row in found]


@then(parsers.re(r"“(?P<register>[^”]+)”的“(?P<label>[^”]+)”一行状态是“(?P<status>[^”]+)”"))
def _status_of(world: World, register: str, label: str, status: str) -> None:
    assert registers.row_of(world, register, label).status == status


@then(parsers.re(r"“(?P<at>[^”]+)”的承办理由里有“(?P<words>[^”]+)”"))
def _because(world: World, at: str, words: str) -> None:
    require_among(words, judging.reasons(world, at), f"“{at}”的承办理由")


@then(parsers.re(r"“(?P<at>[^”]+)”判定为："))
def _decided(world: World, at: str, datatable: Table) -> None:
    found = judging.decided_by_table(world, at)
    for label, words in pairs(datatable, "栏", "值").items():
        assert label in found, f"“{at}”的结果没有“{label}”，有{'、'.join(found)}。"
        assert registers.words(found[label]) == words, (label, registers.words(found[label]))


@then(parsers.re(r"“(?P<what>[^”]+)”的依据属于“(?P<authority>[^”]+)”"))
def _authority(world: World, what: str, authority: str) -> None:
    found = judging.clause_behind(world, what)
    assert found.authority == authority, found.quotation()


@then(parsers.re(r"“(?P<at>[^”]+)”未答复的有(?P<names>[^“”]+)"))
def _unanswered(world: World, at: str, names: str) -> None:
    assert readers.unanswered(world, at) == set(names.split("、"))


@then(parsers.re(r"“(?P<at>[^”]+)”因“(?P<cause>[^”]+)”取消"))
def _cancelled(world: World, at: str, cause: str) -> None:
    found = judging.cancelled_because(world, at)
    assert any(f"「{cause}」" in one for one in found), f"“{at}”取消的记录是：{found}"


@then(parsers.re(rf"(?P<who>{NAME})看不到“(?P<at>[^”]+)”的意见和表决"))
def _hidden(world: World, who: str, at: str) -> None:
    shown = readers.inside_shown(world, who, at)
    assert not shown, f"{who}看得到：{shown}"


@then(parsers.re(rf"(?P<who>{NAME})看得到“(?P<at>[^”]+)”的意见"))
def _visible(world: World, who: str, at: str) -> None:
    assert readers.inside_shown(world, who, at), f"{who}什么也看不到。"


@then(parsers.re(rf"(?P<who>{NAME})打不开这件办件"))
def _closed(world: World, who: str) -> None:
    assert not readers.opens(world, who)


@then(parsers.re(rf"(?P<who>{NAME})读得到文书“(?P<number>[^”]+)”"))
def _reads(world: World, who: str, number: str) -> None:
    assert readers.reads_paper(world, who, number)


@then(parsers.re(rf"(?P<who>{NAME})读不到文书“(?P<number>[^”]+)”"))
def _does_not_read(world: World, who: str, number: str) -> None:
    assert not readers.reads_paper(world, who, number)
