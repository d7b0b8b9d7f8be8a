"""The sentences of `features/`, as a pytest plugin. One function a sentence; `features/README.md` lists them for people.

Here stand those that every process uses; `filled_sentences` come with a table of what is filled in, `found_sentences` speak of
registers, tables, papers and compartments, `loan_sentences` belong to the loan processes.

Whoever runs them gives the fixture `scratch_url`: a database of one scenario, with releases, calendar and district.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_bdd import given, parsers, step, then

from jiecheng import cases, store
from jiecheng.acceptance import deeds, judging, machinery, passing, registers
from jiecheng.acceptance.clock import MovedClock, moment, read_date
from jiecheng.acceptance.deeds import Decision
from jiecheng.acceptance.failure import Cause, Unmet, require_among
from jiecheng.acceptance.passing import (
    pytest_addoption,
    pytest_bdd_apply_tag,
    pytest_bdd_before_scenario,
    pytest_configure,
    pytest_runtest_makereport,
    pytest_sessionfinish,
    pytest_terminal_summary,
    pytest_testnodedown,
)
from jiecheng.acceptance.words import DATE, NAME
from jiecheng.acceptance.world import World, move_to, post_of
from jiecheng.model.case import CaseState

__all__ = [
    "pytest_addoption",
    "pytest_bdd_apply_tag",
    "pytest_bdd_before_scenario",
    "pytest_configure",
    "pytest_runtest_makereport",
    "pytest_sessionfinish",
    "pytest_terminal_summary",
    "pytest_testnodedown",
]

# The other sentences. A plugin names them for pytest, which finds their steps as it finds these.
pytest_plugins = [
    "jiecheng.acceptance.attachment_sentences",
    "jiecheng.acceptance.calendar_sentences",
    "jiecheng.acceptance.circulation_sentences",
    "jiecheng.acceptance.consult_sentences",
    "jiecheng.acceptance.ending_sentences",
    "jiecheng.acceptance.channel_sentences",
    "jiecheng.acceptance.fault_sentences",
    "jiecheng.acceptance.filled_sentences",
    "jiecheng.acceptance.found_sentences",
    "jiecheng.acceptance.handling_sentences",
    "jiecheng.acceptance.joint_sentences",
    "jiecheng.acceptance.signing_sentences",
    "jiecheng.acceptance.loan_sentences",
    "jiecheng.acceptance.rehearsal_sentences",
    "jiecheng.acceptance.substitution_sentences",
    "jiecheng.acceptance.supervision_sentences",
    "jiecheng.acceptance.table_sentences",
]


@pytest.fixture
def world(scratch_url: str, request: pytest.FixtureRequest) -> Iterator[World]:
    clock = MovedClock()
    found = World(cases.House(scratch_url, clock, pool=2), clock)
    try:
        yield found
        found.expect_no_refusal()
    finally:
        passing.remember(request.config, found)
        found.house.close()


# Where and when it plays, and who is who.


@given(parsers.re(r"本区执行“(?P<profile>.+)”的政策口径"))
def _profile(world: World, profile: str) -> None:
    with world.transaction() as tx:
        store.setting.put(tx.db, "profile", profile)


@given(parsers.re(rf"今天是(?P<day>{DATE})"))
def _today(world: World, day: str) -> None:
    world.clock.now = moment(read_date(day))


@given(parsers.re(rf"(?P<who>{NAME})是(?P<organ>[^\d“”]+)的(?P<post>[^“”]+)"))
def _is(world: World, who: str, organ: str, post: str) -> None:
    with world.transaction() as tx:
        world.posts[who] = post_of(tx, who, organ, post)


# What people do.


@step(
    parsers.re(
        rf"(?P<who>{NAME})对(?:(?P<applicant>{NAME})的)?“(?P<at>[^”]+)”表示“(?P<outcome>[^”]+)”"
        rf"(?:，意见是“(?P<opinion>[^”]+)”)?(?:，日期是(?P<day>{DATE}))?"
    )
)
def _decide(  # a sentence names its parts
    world: World, who: str, applicant: str | None, at: str, outcome: str, opinion: str | None, day: str | None
) -> None:
    said = {"date": read_date(day).isoformat()} if day else {}
    deeds.decide(world, who, at, Decision(outcome, opinion or "", said), applicant)


@step(
    parsers.re(
        rf"(?P<who>{NAME})录入“(?P<at>[^”]+)”的表决：(?P<votes>[^“”：]+?)"
        r"(?:，决定“(?P<outcome>[^”]+)”)?(?:，意见是“(?P<opinion>[^”]+)”)?"
    )
)
def _meet(world: World, who: str, at: str, votes: str, outcome: str | None, opinion: str | None) -> None:
    deeds.decide(world, who, at, Decision(outcome or "", opinion or "", votes=votes))


@step(parsers.re(rf"(?P<who>{NAME})提出“(?P<message>[^”]+)”，原因是“(?P<reason>[^”]+)”"))
def _send(world: World, who: str, message: str, reason: str) -> None:
    deeds.send(world, who, message, {"reason": reason})


@step(parsers.re(rf"(?P<who>{NAME})提出“(?P<message>[^”]+)”到(?P<day>{DATE})，理由是“(?P<reason>[^”]+)”"))
def _send_with_date(world: World, who: str, message: str, day: str, reason: str) -> None:
    deeds.send(world, who, message, {"date": read_date(day).isoformat(), "reason": reason})


@step(parsers.re(rf"(?P<who>{NAME})撤回申请，原因是“(?P<reason>[^”]+)”"))
def _withdraw(world: World, who: str, reason: str) -> None:
    deeds.withdraw(world, who, reason)


@step(parsers.re(rf"到了(?P<day>{DATE})(?:(?P<hour>\d+)时)?"))
def _time_passes(world: World, day: str, hour: str | None) -> None:
    world.expect_no_refusal()
    move_to(world, moment(read_date(day), int(hour)) if hour else moment(read_date(day)))


# What is found.


@then(parsers.re(rf"“(?P<at>.+)”由(?P<who>{NAME}(?:、{NAME})*)办理"))
def _held_by(world: World, at: str, who: str) -> None:
    found = judging.holders(world, at)
    if found != set(who.split("、")):
        now = f"由{'、'.join(sorted(found))}" if found else "没有人"
        cause = Cause.VALUE if found else Cause.STEP
        raise Unmet(f"“{at}”{now}办理。", cause, f"由{who}办理", "" if found else judging.situation(world))


@then(parsers.re(r"没有人需要办理“(?P<at>.+)”"))
def _held_by_nobody(world: World, at: str) -> None:
    assert not judging.holders(world, at)


@then(parsers.re(r"办件以“(?P<end>.+)”办结"))
def _ended(world: World, end: str) -> None:
    state, as_what = judging.ended_as(world)
    if (state, as_what) != (CaseState.ENDED, end):
        now = f"以“{as_what}”办结" if state is CaseState.ENDED else judging.situation(world)
        raise Unmet(f"办件没有以“{end}”办结。", Cause.VALUE, f"以“{end}”办结", now)


@then("办件已由申请人撤销")
def _withdrawn(world: World) -> None:
    assert judging.ended_as(world)[0] is CaseState.WITHDRAWN


@then(parsers.re(r"(?:叫停)?台账记为“(?P<status>[^”]+)”"))
def _registered(world: World, status: str) -> None:
    row = registers.own_row(world)
    assert row is not None, "台账上没有这件办件。"
    assert row.status == status


@then(parsers.re(rf"(?:叫停)?台账上的“(?P<column>\w+)”是(?P<day>{DATE})"))
def _registered_date(world: World, column: str, day: str) -> None:
    row = registers.own_row(world)
    assert row is not None, "台账上没有这件办件。"
    assert row.columns.get(column) == read_date(day).isoformat()


@then(parsers.re(r"补正单写明(?P<rule>[A-Z]\d+)：“(?P<words>.+)”"))
def _corrections(world: World, rule: str, words: str) -> None:
    found = judging.findings(world)
    named = [one for one in found if one["rule"] == rule and words in one["message"]]
    told = "，".join(f"{one['rule']} {one['message']}" for one in found)
    assert named, f"补正单上写的是：{told or '没有不符合'}"
    world.clause = str(named[0]["clause"])


@then(parsers.re(r"依据是“(?P<words>.+)”"))
def _quoted(world: World, words: str) -> None:
    quotation = judging.clause(world, world.clause).quotation()
    assert words in quotation, quotation


@then(parsers.re(r"平台不予受理，提示“(?P<words>.+)”"))
def _refused(world: World, words: str) -> None:
    said = judging.refusal(world)
    require_among(words, [said], "平台的提示")


@then("没有留下办件")
def _no_case(world: World) -> None:
    assert world.case is None


@step("制文暂时不能工作")
def _papers_broken(world: World) -> None:
    machinery.break_papers(world)


@step("制文恢复工作")
def _papers_mended(world: World) -> None:
    machinery.mend_papers(world)


@step(parsers.re(r"流程管理员对异常写明“(?P<explanation>.+)”并重试"))
def _retried(world: World, explanation: str) -> None:
    machinery.retry(world, explanation)


@then(parsers.re(r"流程管理员看到异常“(?P<words>.+)”"))
def _incident(world: World, words: str) -> None:
    require_among(words, machinery.incidents(world), "流程管理员的异常")


@then(parsers.re(r"文书“(?P<number>.+)”已存档，写着“(?P<words>.+)”"))
def _paper(world: World, number: str, words: str) -> None:
    found = machinery.papers(world)
    require_among(words, [found[number]] if number in found else [], f"文书“{number}”")


@then(parsers.re(r"文书只有(?P<count>\d+)份"))
def _papers(world: World, count: str) -> None:
    assert len(machinery.papers(world)) == int(count)


@then(parsers.re(rf"(?P<who>{NAME})收到通知“(?P<words>.+)”"))
def _told(world: World, who: str, words: str) -> None:
    require_among(words, judging.notices(world, who), f"{who}收到的通知")


@then(parsers.re(r"“(?P<at>[^”]+)”写着“(?P<words>[^”]+)”"))
def _shows(world: World, at: str, words: str) -> None:
    assert words in judging.shown(world, at), judging.shown(world, at)


@then(parsers.re(r"表决记为“(?P<words>.+)”"))
def _voted(world: World, words: str) -> None:
    require_among(words, judging.votes(world), "表决记录")


@then("每一个决定都由本人作出")
def _signed_by_people(world: World) -> None:
    assert judging.decided_by_system(world) == []
