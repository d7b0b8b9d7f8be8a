"""One loan the whole way, and what the commands promise on it."""

from datetime import UTC, datetime

import pytest

from jiecheng import cases, store
from jiecheng.model.errors import Invalid, NotFound, Refused
from jiecheng.model.ids import ElementId
from jiecheng.model.voting import Vote


def test_a_loan_runs_from_application_to_return_and_its_history_is_whole(office, clock):
    case = office.bring_into_force(clock).case
    view = office.case(case, office.BORROWER)
    assert [entry.status for entry in view.register_entries] == ["借调中"]
    assert [message.name for message in view.messages] == ["提前归还", "申请续借"]
    clock.now = datetime(2026, 6, 15, 10, 0, tzinfo=UTC)
    office.run_flows()
    office.decide(office.ORGANISER, "confirm", data={"returned_on": "2026-06-15"})
    view = office.case(case)
    assert (view.state, view.case.outcome) == ("已办结", "借调办结")
    assert [entry.status for entry in view.register_entries] == ["已归还"]
    with office.house.transaction() as tx:
        verdict = cases.history.verify_case(tx, cases.accounts.actor_of(tx, office.AUDITOR), case)
    assert verdict.ok
    assert verdict.count == view.case.seq


def test_the_same_press_twice_is_one_deed_with_the_same_answer(office):
    first = office.start(operation="press-1")
    assert office.start(operation="press-1") == first
    with office.house.transaction() as tx:
        actor = cases.accounts.actor_of(tx, office.BORROWER)
        assert len(cases.inbox.list_started(tx, actor).rows) == 1


def test_an_operation_key_cannot_be_used_for_something_else(office):
    office.start(operation="press-1")
    with pytest.raises(Refused, match="操作编号"):
        office.start(operation="press-1", end_date="2026-05-15")


def test_a_refused_command_leaves_no_row_behind(office):
    with pytest.raises(Invalid) as caught:
        office.start(end_date="")
    assert "end_date" in caught.value.fields
    with office.house.transaction() as tx:
        assert store.case.list_all(tx.db, limit=5) == []
        assert list(store.history.heads(tx.db)) == []
    # and the number is not lost either
    assert office.start().number == "借调〔2026〕1号"


def test_31_february_is_named_as_a_date_that_does_not_exist(office):
    with pytest.raises(Invalid) as caught:
        office.start(end_date="2026-02-31")
    assert any("不是一个存在的日期" in sentence for sentence in caught.value.fields["end_date"])


def test_a_name_with_quotes_and_tags_is_kept_as_typed(office):
    hostile = "<script>alert('甲\"乙')</script> & 'x' -- ; DROP TABLE cases; 需要熟悉情况的同志参加专项工作三个月"
    case = office.start(necessity=hostile).case
    with office.house.transaction() as tx:
        assert store.form.of_case(tx.db, case)["application"]["necessity"] == hostile


def test_a_stranger_is_told_that_there_is_no_such_item(office):
    office.start()
    item = office.items(office.LENT)[0]
    with pytest.raises(NotFound):
        office.decide(office.STRANGER, "agree", item=item)


def test_the_applicant_sees_the_case_but_not_who_voted_how(office):
    case = office.bring_to_committee().case
    office.committee_agrees()
    voted = [step for step in office.case(case).steps if step.votes]
    assert len(voted) == 1
    assert len(voted[0].votes) == 7
    assert all(not step.votes for step in office.case(case, office.BORROWER).steps)


def test_the_committee_without_quorum_decides_nothing(office):
    office.bring_to_committee()
    item = office.items(office.SECRETARY)[0]
    ballots = office.ballots(item)
    ballots = [*ballots[:3], *(type(one)(one.member, Vote.ABSENT) for one in ballots[3:])]
    with pytest.raises(Refused, match="法定人数"):
        office.decide(
            office.SECRETARY, "agree", data={"meeting_date": "2026-03-02", "minutes_number": "3"}, ballots=ballots
        )
    assert office.items(office.SECRETARY) == [item]


def test_the_button_cannot_say_other_than_the_votes(office):
    office.bring_to_committee()
    item = office.items(office.SECRETARY)[0]
    against = [type(one)(one.member, Vote.DISAGREE) for one in office.ballots(item)]
    with pytest.raises(Refused, match="以表决为准"):
        office.decide(
            office.SECRETARY, "agree", data={"meeting_date": "2026-03-02", "minutes_number": "3"}, ballots=against
        )


def test_an_early_timer_and_a_second_firing_do_nothing(office, clock):
    case = office.bring_into_force(clock).case
    with office.house.transaction() as tx:
        timers = [row for row in store.subscription.waiting(tx.db, case) if row.due_at]
        assert [cases.fire_timer(tx, row.id) for row in timers] == [False] * len(timers)
    clock.now = datetime(2026, 6, 15, 10, 0, tzinfo=UTC)
    office.run_flows()
    before = office.case(case).case.seq
    with office.house.transaction() as tx:
        assert [cases.fire_timer(tx, row.id) for row in timers] == [False] * len(timers)
    assert office.case(case).case.seq == before


def test_a_reminder_reaches_its_reader_once_however_often_it_is_delivered(office, clock):
    office.bring_into_force(clock)
    clock.now = datetime(2026, 6, 10, 1, 0, tzinfo=UTC)
    desk = cases.clockwork.Desk(office.house)
    for timer in desk.due_timer_ids():
        desk.fire_timer(timer)
    (entry,) = desk.claim_outbox("a")
    desk.deliver(entry, "a")
    desk.deliver(entry, "a")
    clock.move(hours=1)
    assert desk.claim_outbox("b") == []
    with office.house.transaction() as tx:
        notices = cases.inbox.list_notices(tx, cases.accounts.actor_of(tx, office.BORROWER)).rows
    assert len([one for one in notices if "到期" in one.text]) == 1


def test_only_the_applicant_asks_for_an_extension(office, clock):
    case = office.bring_into_force(clock).case
    wish = {"new_end_date": "2026-07-15", "extension_reason": "专项督察延期一个月，需继续参与收尾工作。"}
    command = cases.CorrelateMessage(office.actor(office.LENT), case, ElementId("extension_requested"), wish)
    with pytest.raises(Refused, match="申请续借"):
        office.do(cases.correlate_message, command)


def test_withdrawing_ends_the_case_and_closes_every_item_with_its_cause(office):
    case = office.start().case
    command = cases.WithdrawCase(office.actor(office.BORROWER), case, "专项督察取消")
    office.do(cases.withdraw_case, command)
    view = office.case(case)
    assert view.state == "已撤销"
    assert office.items(office.LENT) == []
    assert all(step.cause for step in view.steps)
    with pytest.raises(Refused):
        office.do(cases.withdraw_case, command)


def test_after_the_committee_decided_the_applicant_cannot_withdraw(office):
    case = office.bring_to_committee().case
    office.committee_agrees()
    with pytest.raises(Refused, match="不能撤销"):
        office.do(cases.withdraw_case, cases.WithdrawCase(office.actor(office.BORROWER), case, "不借了"))


def test_an_auditors_reading_is_itself_recorded(office):
    case = office.start().case
    office.case(case, office.AUDITOR)
    with office.house.transaction() as tx:
        logged = store.account.access_entries(tx.db, limit=10)
    assert [(entry.action, entry.subject) for entry in logged] == [("查看办件（业务审计）", "借调〔2026〕1号")]


def test_the_approval_sheet_prints_what_was_asked_and_decided(office):
    case = office.bring_to_committee().case
    office.committee_agrees()
    with office.house.transaction() as tx:
        name, paper = cases.approval_sheet(tx, cases.accounts.actor_of(tx, office.AUDITOR), case)
    assert name == "借调〔2026〕1号 审批表.pdf"
    assert paper.pdf.startswith(b"%PDF")
    for words in ("杨景行", "党(工)委集体研究", "应到 7 人", "专项督察"):
        assert words in paper.text


def test_the_letter_is_on_file_before_the_loan_starts(office):
    case = office.bring_to_committee().case
    office.committee_agrees()
    office.decide(office.FILING, "file")
    assert [wait.name for wait in office.case(case).waits] == ["制发借调函：系统正在办理，通常几秒内完成"]
    office.run_flows()
    view = office.case(case, office.BORROWER)
    assert [paper.number for paper in view.documents] == ["彭工委函〔2026〕1号"]
    assert [wait.name for wait in view.waits] == ["借调开始日"]


def test_a_job_delivered_twice_issues_one_letter(office):
    case = office.bring_to_committee().case
    office.committee_agrees()
    office.decide(office.FILING, "file")
    desk = cases.clockwork.Desk(office.house)
    (entry,) = desk.claim_outbox("a", lease_seconds=0)
    (again,) = desk.claim_outbox("b") or (entry,)
    desk.deliver(entry, "a")
    desk.deliver(again, "b")
    assert len(office.case(case).documents) == 1


def test_an_auditor_reads_what_a_table_decided_under_the_tables_own_headings(office):
    case = office.start().case
    with office.house.transaction() as tx:
        rows = cases.history.show_history(tx, cases.accounts.actor_of(tx, office.AUDITOR), case).rows
    results = [change.new for row in rows for change in row.changes if change.path == "result"]
    assert results[0]["一次最长（月）"] == 6
    assert not any(name.isascii() for name in results[0])


def test_forms_stand_in_the_order_of_the_process_and_say_their_heading_once(office):
    case = office.bring_to_committee().case
    office.committee_agrees()
    with office.house.transaction() as tx:
        auditor = cases.accounts.actor_of(tx, "i-fanruogu")
        sections = cases.reading.show_whole_case(tx, auditor, case).sections
    titles = [section.title for section in sections]
    assert titles[:4] == ["提出借调申请", "本人意见", "所在科室意见", "党(工)委集体研究"]
    for section in sections:
        assert section.title != getattr(section.view.nodes[0], "label", ""), section.title
