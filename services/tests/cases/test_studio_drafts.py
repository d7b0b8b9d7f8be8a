"""A draft from copy to release: saved under a lock, judged by the gate, published by a second person."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from jiecheng import cases, store
from jiecheng.acceptance.spelling import strange_sentences
from jiecheng.cases import deployment, draft, gate, publication, studio
from jiecheng.cases.draft import SaveDraft
from jiecheng.cases.drafted_names import offered_in, unknown_names
from jiecheng.definitions import lint
from jiecheng.model.draft import DraftState
from jiecheng.model.errors import Invalid, NotFound, Refused

ROOT = Path(__file__).parents[3]
DIAGRAM = "loan_stop.bpmn"
PASSED = {"passed": True, "sentence": "全部通过"}


def actor(tx, account):
    person = next(one.id for one in tx.organisation.directory.persons.values() if one.account == account)
    return cases.accounts.actor_of(tx, cases.accounts.identities_of(tx, person)[0])


@pytest.fixture
def people(house):
    names = ("fengwangchuan", "jiangnanqiao", "lumuqing", "fanruogu", "youyizhou")
    with house.transaction() as tx:
        return {name: actor(tx, name) for name in names}


@pytest.fixture
def opened(house, people):
    with house.transaction() as tx:
        return draft.open_draft(tx, people["fengwangchuan"], "loan_stop")[0].id


def text_of(house, actor, number, name=DIAGRAM):
    with house.transaction() as tx:
        return draft.draft_files(tx, actor, number)[1][name]


def save(
    house,
    actor,
    number,
    name=DIAGRAM,
    change=lambda text: text.replace("任何人发现", "任何单位或者个人发现"),
    seen=None,
):
    before = text_of(house, actor, number, name)
    digest = store.draft.text_hash(before if seen is None else seen)
    with house.transaction() as tx:
        return draft.save_draft(tx, SaveDraft(actor, number, {name: change(before)}, {name: digest}))


def pass_gate(house, actor, number, report=PASSED):
    """What the flow does, with a report that is given."""
    with house.transaction() as tx:
        gate.ask_gate(tx, actor, number)
    work = gate.claim_gate(house, "test")
    content = cases.release.definitions.bundle_hash(work.bundle)
    gate.finish_gate(house, work.run, "test", {**report, "content": content})


def submit(house, actor, number):
    with house.transaction() as tx:
        publication.submit_draft(tx, actor, number, "按新规定改")


def publish(house, actor, number):
    with house.transaction() as tx:
        return publication.publish_draft(tx, actor, number)


def test_a_draft_is_a_copy_of_the_newest_release_and_there_is_one_a_process(house, people, opened):
    owner, second = people["fengwangchuan"], people["jiangnanqiao"]
    with house.transaction() as tx:
        found, files = draft.draft_files(tx, owner, opened)
        latest = tx.release(tx.latest_releases()["loan_stop"]).release
        assert draft.draft_bundle(tx, found, files) == latest.bundle
        again, new = draft.open_draft(tx, second, "loan_stop")
    assert (again.id, new) == (opened, False)


@pytest.mark.parametrize("account", ["lumuqing", "fanruogu", "youyizhou"])
def test_only_process_owners_write_drafts(house, people, opened, account):
    with house.transaction() as tx, pytest.raises(Refused, match="只有流程负责人"):
        draft.open_draft(tx, people[account], "loan_stop")
    with house.transaction() as tx, pytest.raises(Refused, match="只有流程负责人"):
        draft.save_draft(tx, SaveDraft(people[account], opened, {}, {}))


def test_nobody_without_a_part_in_processes_reads_a_draft(house, people, opened):
    with house.transaction() as tx, pytest.raises(Refused):
        draft.draft_files(tx, people["youyizhou"], opened)


def test_there_is_no_draft_of_a_process_that_is_not_there(house, people):
    with house.transaction() as tx, pytest.raises(NotFound):
        draft.open_draft(tx, people["fengwangchuan"], "no_such_process")


def test_every_save_is_a_revision_and_laying_out_anew_is_none(house, people, opened):
    owner = people["fengwangchuan"]
    assert save(house, owner, opened).revision == 2
    same = save(house, owner, opened, change=lambda text: text.replace("    <bpmn:outgoing>", "\n<bpmn:outgoing>"))
    assert (same.revision, same.changed) == (2, False)


def test_who_edits_an_old_text_is_told_who_was_quicker(house, people, opened):
    old = text_of(house, people["fengwangchuan"], opened)
    save(house, people["jiangnanqiao"], opened)
    with pytest.raises(Refused, match="保存了新的一稿") as refused:
        save(house, people["fengwangchuan"], opened, seen=old)
    assert refused.value.conflict
    assert "没有保存" in refused.value.message


def test_two_may_change_different_files(house, people, opened):
    save(house, people["jiangnanqiao"], opened)
    feature = save(house, people["fengwangchuan"], opened, "stop.feature", lambda text: text + "\n")
    assert feature.revision == 3


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("../../evil.form", "{}", "不能用"),
        ("conftest.py", "import os", "不能用"),
        ("second.bpmn", "<a>", "没有保存"),
        (DIAGRAM, "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "DOCTYPE"),
        (DIAGRAM, "<a>", "XML 写法有误"),
        (DIAGRAM, "<a>" + "<b/>" * 20_001 + "</a>", "超过 20000 个"),
        ("stop_report.form", "[1]", "没有字段列表"),
        ("stop_report.form", '{"components": ', "不是正确的 JSON"),
        ("stop.feature", "功能" * 200_000, "超过 256 KiB"),
        ("stop.feature", "a\x00b", "不能保存的字符"),
    ],
)
def test_what_must_not_be_kept_is_refused_with_its_name(house, people, opened, name, text, sentence):
    with house.transaction() as tx, pytest.raises(Invalid, match=sentence):
        draft.save_draft(tx, SaveDraft(people["fengwangchuan"], opened, {name: text}, {}))
    with house.transaction() as tx:
        assert store.draft.get(tx.db, opened).revision == 1


def test_a_draft_becomes_a_release_by_a_second_person(house, people, opened):
    owner, second = people["fengwangchuan"], people["lumuqing"]
    save(house, owner, opened)
    pass_gate(house, owner, opened)
    submit(house, owner, opened)
    release = publish(house, second, opened)
    assert (release.version, release.source) == (2, "studio")
    assert release.published_by == second.identity
    assert release.drafted_by == owner.identity
    assert release.gate["passed"] is True
    with house.transaction() as tx:
        assert tx.latest_releases()["loan_stop"] == release.hash
        events = [one.event for one in store.draft.log(tx.db, opened)]
    assert events == [
        "draft_published", "draft_submitted", "gate_passed", "gate_asked", "draft_saved", "draft_opened",
    ]  # fmt: skip


@pytest.mark.parametrize("writer", ["fengwangchuan", "jiangnanqiao"])
def test_nobody_publishes_what_he_wrote_or_submitted(house, people, opened, writer):
    save(house, people["jiangnanqiao"], opened)
    pass_gate(house, people["fengwangchuan"], opened)
    submit(house, people["fengwangchuan"], opened)
    with pytest.raises(Refused, match="不能由您本人审核发布") as refused:
        publish(house, people[writer], opened)
    assert refused.value.rule == "studio_second_person"


def test_another_identity_of_the_writer_is_the_writer(house, people, opened):
    from dataclasses import replace

    owner = people["fengwangchuan"]
    save(house, owner, opened)
    pass_gate(house, owner, opened)
    submit(house, owner, opened)
    with pytest.raises(Refused, match="换一个身份也不行"):
        publish(house, replace(owner, identity="i-somebody-else"), opened)


def test_without_a_passed_gate_nothing_is_submitted(house, people, opened):
    owner = people["fengwangchuan"]
    save(house, owner, opened)
    with pytest.raises(Refused, match="没有做完发布检查"):
        submit(house, owner, opened)
    pass_gate(house, owner, opened, {"passed": False, "sentence": "1 个场景没有通过。"})
    with pytest.raises(Refused, match="1 个场景没有通过"):
        submit(house, owner, opened)


def test_a_gate_older_than_the_last_save_counts_for_nothing(house, people, opened):
    owner = people["fengwangchuan"]
    save(house, owner, opened)
    pass_gate(house, owner, opened)
    save(house, owner, opened, change=lambda text: text.replace("由街镇确认到岗日期", "由街镇写明到岗日期"))
    with pytest.raises(Refused, match="重新运行检查"):
        submit(house, owner, opened)


def test_an_unchanged_draft_is_not_published(house, people, opened):
    pass_gate(house, people["fengwangchuan"], opened)
    with pytest.raises(Refused, match="没有可发布的改动"):
        submit(house, people["fengwangchuan"], opened)


def test_sent_back_it_is_edited_again_and_says_why(house, people, opened):
    owner, second = people["fengwangchuan"], people["lumuqing"]
    save(house, owner, opened)
    pass_gate(house, owner, opened)
    submit(house, owner, opened)
    with pytest.raises(Refused, match="先撤回提交"):
        save(house, owner, opened)
    with house.transaction() as tx, pytest.raises(Invalid, match="退回的原因"):
        publication.send_back_draft(tx, second, opened, " ")
    with house.transaction() as tx:
        publication.send_back_draft(tx, second, opened, "依据没有写全")
    save(house, owner, opened, change=lambda text: text.replace("由街镇确认到岗日期", "由街镇写明到岗日期"))
    with house.transaction() as tx:
        assert store.draft.log(tx.db, opened)[1].words == "依据没有写全"


def told(house, actor):
    cases.clockwork.Desk(house).deliver_all("test")
    with house.transaction() as tx:
        return [one.text for one in cases.inbox.list_notices(tx, actor).rows]


def waiting(house, actor):
    with house.transaction() as tx:
        return cases.inbox.counts(tx, actor).drafts


def test_who_may_publish_hears_of_a_draft_that_was_submitted_and_the_writer_what_came_of_it(house, people, opened):
    owner, second, administrator = (people[name] for name in ("fengwangchuan", "jiangnanqiao", "lumuqing"))
    save(house, owner, opened)
    pass_gate(house, owner, opened)
    assert waiting(house, second) == 0
    submit(house, owner, opened)
    for one in (second, administrator):
        assert waiting(house, one) == 1
        assert "草稿已提交审核，请在「流程设计」里核对" in told(house, one)[0]
        assert "缘由：按新规定改" in told(house, one)[0]
    for one in (owner, people["youyizhou"], people["fanruogu"]):
        assert waiting(house, one) == 0
        assert told(house, one) == []
    with house.transaction() as tx:
        publication.send_back_draft(tx, second, opened, "依据没有写全")
    assert told(house, owner) == ["流程「借调叫停」的草稿已退回修改：依据没有写全"]
    assert waiting(house, second) == 0
    submit(house, owner, opened)
    publish(house, second, opened)
    assert told(house, owner)[0].endswith("已审核通过，发布为第 2 版。")
    assert len(told(house, administrator)) == 2
    assert waiting(house, administrator) == 0


def test_who_wrote_with_him_is_not_asked_to_publish(house, people, opened):
    save(house, people["jiangnanqiao"], opened)
    pass_gate(house, people["fengwangchuan"], opened)
    submit(house, people["fengwangchuan"], opened)
    assert (waiting(house, people["jiangnanqiao"]), told(house, people["jiangnanqiao"])) == (0, [])


def test_a_withdrawn_draft_is_kept_and_makes_room_for_another(house, people, opened):
    owner = people["fengwangchuan"]
    with house.transaction() as tx:
        draft.withdraw_draft(tx, owner, opened, "政策没有出台")
    with house.transaction() as tx:
        found, files = draft.draft_files(tx, owner, opened)
        other, new = draft.open_draft(tx, owner, "loan_stop")
    assert (found.state, DIAGRAM in files) == (DraftState.WITHDRAWN, True)
    assert new
    assert other.id != opened


def test_a_draft_of_an_older_release_is_not_published_over_a_newer_one(house, people, opened):
    owner = people["fengwangchuan"]
    with house.transaction() as tx:
        bundle = tx.release(tx.latest_releases()["loan_stop"]).release.bundle
        newer = cases.release.Bundle(
            bundle.process, bundle.bpmn.replace("任何人发现", "谁发现"), bundle.dmn, bundle.forms, bundle.features,
            bundle.clauses, bundle.letters,
        )  # fmt: skip
        cases.release.deploy_release(tx, newer, cases.release.Publication("folders", {}))
    save(house, owner, opened)
    pass_gate(house, owner, opened)
    with pytest.raises(Refused, match="又发布了新的版本"):
        submit(house, owner, opened)


def test_the_log_and_the_revisions_refuse_to_change(house, people, opened):
    from sqlalchemy import text
    from sqlalchemy.exc import DBAPIError

    for statement in ("DELETE FROM draft_log", "UPDATE draft_revisions SET person = ''", "DELETE FROM draft_texts"):
        with pytest.raises(DBAPIError, match="never changed or removed"), house.transaction() as tx:
            tx.db.connection.execute(text(statement))


def test_a_gate_that_was_left_behind_is_taken_up_and_the_late_report_does_not_count(house, people, opened, clock):
    owner = people["fengwangchuan"]
    save(house, owner, opened)
    with house.transaction() as tx:
        run = gate.ask_gate(tx, owner, opened)
        assert gate.ask_gate(tx, owner, opened).id == run.id
    assert gate.claim_gate(house, "first").run == run.id
    assert gate.claim_gate(house, "second") is None
    clock.move(seconds=gate.LEASE.total_seconds() + 1)
    assert gate.claim_gate(house, "second").run == run.id
    assert not gate.note_gate(house, run.id, "first", {})
    gate.finish_gate(house, run.id, "first", PASSED)
    with house.transaction() as tx:
        assert store.gate.get(tx.db, run.id).state == "running"


def test_an_import_takes_the_place_of_all_files(house, people, opened):
    owner = people["fengwangchuan"]
    with house.transaction() as tx:
        files = draft.draft_files(tx, owner, opened)[1]
        with pytest.raises(Invalid, match="没有流程图"):
            draft.import_draft(tx, owner, opened, {"stop.feature": "功能: 空"})
        fewer = {name: text for name, text in files.items() if name != "order_supervision.form"}
        assert draft.import_draft(tx, owner, opened, fewer).changed
        assert "order_supervision.form" not in draft.draft_files(tx, owner, opened)[1]


def test_a_name_that_the_directory_does_not_have_is_told_at_its_step(house, people, opened):
    with house.transaction() as tx:
        found, files = draft.draft_files(tx, people["fengwangchuan"], opened)
        assert not [
            one for one in studio.findings_of(tx, found, files, strange_sentences) if one["severity"] == "warning"
        ]
        text = files[DIAGRAM].replace('organ="organization-department"', 'organ="cadre-office"')
        text = text.replace('resolver="anyone"', 'resolver="anyone" kind="街道"')
        told = studio.findings_of(
            tx, found, {**files, DIAGRAM: text.replace("干部科科长", "干部处处长")}, strange_sentences
        )
    messages = [one["message"] for one in told if one["code"] == "unknown_in_directory"]
    assert "谁可以发起：机构人员里没有机关类别“街道”" in messages[0]
    assert any("机构人员里没有机关“cadre-office”，办到这里会找不到人" in one for one in messages)
    assert any("没有岗位“干部处处长”" in one and "先在“机构人员”里设岗" in one for one in messages)


def test_cells_that_name_nobody_are_told_with_what_was_probably_meant(district_url):
    """A street and a kind in a table, an organ that a table gives to an assignment."""
    bundle = next(one for one in deployment.read_bundles(ROOT) if one.process == "staff_loan")
    wrong = bundle.dmn["loan_limits.dmn"]
    cell = '<inputEntry id="loan_direction_rule_2_input_3">\n          <text>{}</text>'
    for old, new in (
        ("<text>borrowed.street</text>", "<text>borrowed.street_name</text>"),
        (cell.format("-"), cell.format('"彭西街道"')),
        ('"派驻机构"', '"派出机构"'),
    ):
        assert old in wrong
        wrong = wrong.replace(old, new, 1)
    house = cases.House(district_url, pool=1)
    try:
        with house.transaction() as tx:
            found = unknown_names(tx, replace(bundle, dmn={**bundle.dmn, "loan_limits.dmn": wrong}))
            offered = offered_in(tx, bundle, "loan_limits.dmn")
            assert unknown_names(tx, bundle) == []
    finally:
        house.close()
    first = next(one for one in found if "彭西街道" in one.message)
    told = "判定表「借用方向」第 2 行“被借调人所在街镇”一栏：机构人员里没有街镇“彭西街道”。相近的有：彭溪街道"
    assert first.message.startswith(told)
    assert first.place == "loan_limits.dmn:loan_direction#2"
    judged = lint(replace(bundle, dmn={**bundle.dmn, "loan_limits.dmn": wrong}))
    (said,) = [one.message for one in judged if one.code == "kind_unknown"]
    assert "第 3 行“借用单位类别”一栏：没有机关类别“派出机构”" in said
    columns = {one.label: [written for written, _ in one.options] for one in offered}
    assert "派驻机构" in columns["借用单位类别"]
    assert ("pengxi", "彭溪街道") in next(one for one in offered if one.label == "被借调人所在街镇").options
