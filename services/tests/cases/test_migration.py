"""A running case keeps its release until it is migrated; then what is unchanged stays, and nothing is lost or guessed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from test_joint_steps import ASKER, REVIEWER, desk, items_of
from test_returning import HEAD, at_the_head, offered, open_steps, send_back

from jiecheng import cases, store
from jiecheng.cases import history
from jiecheng.cases.migration import MigrateCase, list_migratable, migrate_case, preview_migration, show_migration
from jiecheng.cases.release import Publication, deploy_release
from jiecheng.model.errors import Refused
from jiecheng.model.ids import ProcessId

__all__ = ["desk"]
LOAN = ProcessId("staff_loan")
JOINT = ProcessId("joint_review")


@pytest.fixture
def administrator(house):
    with house.transaction() as tx:
        people = tx.organisation.directory.persons.values()
        for person in people:
            for identity in cases.accounts.identities_of(tx, person.id):
                actor = cases.accounts.actor_of(tx, identity)
                if any(role.value == "流程管理员" for role in actor.roles):
                    return actor
    raise AssertionError("the demo district has a process administrator")


@pytest.fixture
def publish(house):
    """A next release of the loan, its diagram changed."""

    def run(change, process=LOAN):
        with house.transaction() as tx:
            bundle = tx.release(tx.latest_releases()[process]).release.bundle
            text = change(bundle.bpmn)
            assert text != bundle.bpmn
            return deploy_release(
                tx, replace(bundle, bpmn=text), Publication(source="test", gate={}, approved_by="test")
            )

    return run


def reworded(text):
    return text.replace("</bpmn:process>", "<!-- 说明更正 --></bpmn:process>", 1)


def rows(house, case):
    """What must not change: open tasks, items, and what waits for time or messages."""
    with house.transaction() as tx:
        tasks = [(one.id, one.token, one.due_at) for one in store.task.open_of_case(tx.db, case)]
        items = [(item.id, item.assignee) for _, item in store.work_item.waiting(tx.db, case)]
        waits = [(one.id, one.token, one.due_at) for one in store.subscription.waiting(tx.db, case)]
        return tasks, items, waits


def release_of(house, case):
    with house.transaction() as tx:
        return store.case.get(tx.db, case).release


def test_a_new_release_leaves_running_cases_alone(office, house, publish):
    """Fault 16: a newer version must not break a running case, nor change what it waits for."""
    case = office.bring_to_committee().case
    before, release = rows(house, case), release_of(house, case)
    publish(reworded)
    assert (rows(house, case), release_of(house, case)) == (before, release)
    office.committee_agrees()
    office.decide(office.FILING, "file")
    office.run_flows()
    assert release_of(house, case) == release


def test_a_migrated_case_keeps_steps_items_and_dates_and_goes_on(office, house, publish, administrator, clock):
    case = office.bring_to_committee().case
    before, old = rows(house, case), release_of(house, case)
    new = publish(reworded)
    command = MigrateCase(administrator, case, new.hash, operation="press-1")
    answer = office.do(migrate_case, command)
    assert "转到第 2 版" in answer.sentence
    assert rows(house, case) == before
    assert release_of(house, case) == new.hash
    assert office.do(migrate_case, command) == answer  # the same press again
    with house.transaction() as tx:
        found = history.show_history(tx, administrator, case)
        (event,) = [one.public for one in found.rows if one.event == "case_migrated"]
    assert (event["from_version"], event["to_version"], event["from_release"]) == (1, 2, old)
    office.committee_agrees()
    office.decide(office.FILING, "file")
    office.run_flows()
    assert "借调" in office.case(case).case.title


def test_what_was_typed_and_not_yet_sent_survives_a_migration(office, house, publish, administrator):
    """Fault 25: a draft is not lost by a new version."""
    case = office.start().case
    item = office.items(office.LENT)[0]
    actor = office.actor(office.LENT)
    with house.transaction() as tx:
        cases.save_draft(tx, actor, f"item:{item}", {"opinion": "还在考虑"})
    new = publish(reworded)
    office.do(migrate_case, MigrateCase(administrator, case, new.hash))
    with house.transaction() as tx:
        assert "还在考虑" in str(cases.show_item(tx, actor, item))
    office.decide(office.LENT, "agree")
    assert office.items(office.SECTION_HEAD)


def draft_of(office, house, who, item):
    with house.transaction() as tx:
        return str(cases.show_item(tx, office.actor(who), item))


@pytest.mark.parametrize("name", ["", "派出单位意见（重订）"])
def test_a_renamed_step_keeps_its_item_what_was_typed_and_its_dates(office, house, publish, administrator, name):
    """Fault 25: the same step under another id, and under another name when somebody has looked at it."""
    case = office.start().case
    item = office.items(office.LENT)[0]
    with house.transaction() as tx:
        cases.save_draft(tx, office.actor(office.LENT), f"item:{item}", {"opinion": "还在考虑"})
        (task,) = store.task.open_of_case(tx.db, case)
        forms = store.form.of_case(tx.db, case)
    before = rows(house, case)
    new_name = f'name="{name or task.name}"'
    new = publish(lambda text: text.replace(task.element, "asked_anew").replace(f'name="{task.name}"', new_name))
    command = MigrateCase(administrator, case, new.hash, operation="press-2")
    if name:
        with pytest.raises(Refused, match=task.name):
            office.do(migrate_case, command)
        command = replace(command, confirmed=frozenset({task.element}), operation="press-3")
    outlook = office.do(preview_migration, command)
    assert (outlook.obstacles, outlook.staying) == ([], [task.title])
    assert outlook.changes == ([f"「{task.name}」改称「{name}」，照旧办理"] if name else [])
    answer = office.do(migrate_case, command)
    assert office.do(migrate_case, command) == answer  # the same press again
    assert rows(house, case) == before
    assert "还在考虑" in draft_of(office, house, office.LENT, item)
    with house.transaction() as tx:
        (now,) = store.task.open_of_case(tx.db, case)
        assert (now.element, now.name) == ("asked_anew", name or task.name)
        assert store.form.of_case(tx.db, case) == forms
        found = history.show_history(tx, administrator, case)
    events = [one for one in found.rows if one.event in ("case_migrated", "task_cancelled")]
    assert [one.event for one in events] == ["case_migrated"]
    assert events[0].public["renamed"] == {task.element: "asked_anew"}
    office.decide(office.LENT, "agree")
    assert office.items(office.SECTION_HEAD)


def test_a_step_done_under_its_old_name_can_be_returned_to_and_read(desk, house, publish, administrator):
    case = at_the_head(desk)
    reviewed = next(item for item in items_of(desk, case) if item.assignee == REVIEWER)
    new = publish(lambda text: text.replace("preliminary_review", "first_look").replace('"预审"', '"初审"'), JOINT)
    desk.do(migrate_case, MigrateCase(administrator, case, new.hash, frozenset({"preliminary_review"})))
    assert "first_look" in offered(desk, case)["head_decides"]
    assert "预审" in draft_of(desk, house, REVIEWER, reviewed.id)  # what was done keeps the name it was done under
    send_back(desk, HEAD, "applicant_revises", "direct")
    desk.decide(ASKER, "submit")
    assert open_steps(desk, case) == ["负责人核定"]  # the way straight back knows it, too
    send_back(desk, HEAD, "first_look")
    assert open_steps(desk, case) == ["初审"]


def test_what_was_done_in_a_step_that_is_gone_can_still_be_read(desk, house, publish, administrator):
    case = at_the_head(desk)
    reviewed = next(item for item in items_of(desk, case) if item.assignee == REVIEWER)
    new = publish(lambda text: text.replace("preliminary_review", "first_look").replace('"预审"', '"另一件事"'), JOINT)
    desk.do(migrate_case, MigrateCase(administrator, case, new.hash))
    assert "first_look" not in offered(desk, case)["head_decides"]
    assert "预审" in draft_of(desk, house, REVIEWER, reviewed.id)


def test_a_renamed_timer_does_not_begin_anew(office, house, publish, administrator, clock):
    case = office.bring_to_committee().case
    office.committee_agrees()
    office.decide(office.FILING, "file")
    office.run_flows()
    with house.transaction() as tx:
        before = {one.element: (one.id, one.due_at) for one in store.subscription.waiting(tx.db, case)}
    assert set(before) == {"loan_start_date_reached"}
    clock.move(days=2)
    new = publish(lambda text: text.replace("loan_start_date_reached", "loan_begins_today"))
    office.do(migrate_case, MigrateCase(administrator, case, new.hash))
    with house.transaction() as tx:
        after = {one.element: (one.id, one.due_at) for one in store.subscription.waiting(tx.db, case)}
    assert after == {"loan_begins_today": before["loan_start_date_reached"]}


def test_a_renamed_job_keeps_the_number_of_its_paper(office, house, publish, administrator):
    case = office.bring_to_committee().case
    office.committee_agrees()
    office.decide(office.FILING, "file")
    new = publish(lambda text: text.replace("issue_loan_letter", "print_loan_letter"))
    office.do(migrate_case, MigrateCase(administrator, case, new.hash))
    office.run_flows()
    with house.transaction() as tx:
        found = history.show_history(tx, administrator, case)
    drawn, issued, voided = (
        [one.public["number"] for one in found.rows if one.event == event]
        for event in ("job_opened", "document_issued", "number_voided")
    )
    assert issued == drawn
    assert len(drawn) == 1
    assert voided == []


def test_a_step_that_is_gone_is_named_and_nothing_changes(office, house, publish, administrator):
    case = office.start().case
    before, old = rows(house, case), release_of(house, case)
    with house.transaction() as tx:
        task = store.task.open_of_case(tx.db, case)[0]
    new = publish(
        lambda text: text.replace(task.element, "asked_anew").replace(f'name="{task.name}"', 'name="改为书面征询"')
    )
    outlook = office.do(preview_migration, MigrateCase(administrator, case, new.hash))
    assert outlook.obstacles
    assert task.name in outlook.obstacles[0]
    with pytest.raises(Refused, match=task.name) as refused:
        office.do(migrate_case, MigrateCase(administrator, case, new.hash))
    assert refused.value.rule == "migrate_place"
    assert (rows(house, case), release_of(house, case)) == (before, old)


def test_a_look_ahead_changes_nothing_and_says_what_would_happen(office, house, publish, administrator):
    case = office.bring_to_committee().case
    before, old = rows(house, case), release_of(house, case)
    publish(reworded)
    with house.transaction() as tx:
        assert [(one[0], one[3]) for one in list_migratable(tx, administrator)] == [(LOAN, 1)]
        (outlook,) = show_migration(tx, administrator, LOAN).cases
    assert (outlook.obstacles, outlook.changes) == ([], [])
    assert outlook.staying
    assert (rows(house, case), release_of(house, case)) == (before, old)


def test_only_a_process_administrator_migrates_and_only_running_cases(office, house, publish, administrator):
    case = office.start().case
    new = publish(reworded)
    with pytest.raises(Refused) as refused:
        office.do(migrate_case, MigrateCase(office.actor(office.BORROWER), case, new.hash))
    assert refused.value.rule == "migrate"
    office.do(cases.withdraw_case, cases.WithdrawCase(office.actor(office.BORROWER), case, "不再需要", ""))
    with pytest.raises(Refused) as refused:
        office.do(migrate_case, MigrateCase(administrator, case, new.hash))
    assert refused.value.rule == "migrate_ended"
