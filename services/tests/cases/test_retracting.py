"""撤回: a decision taken back leaves the case as it was; read marks, dates, double presses, two at once."""

from __future__ import annotations

import pytest
from test_joint_steps import ASKER, REVIEWER, SIGNERS, desk, events, items_of, open_steps, raise_matter
from test_races import together
from test_returning import send_back, waiting_timers

from jiecheng import cases, store
from jiecheng.model.errors import Refused
from jiecheng.model.ids import ProcessId
from jiecheng.model.work_item import WorkItemState

__all__ = ["desk"]


def decided_item(office, case, who):
    return [item.id for item in items_of(office, case) if item.decided_by == who][-1]


def retract(office, who, item, operation=""):
    return office.do(cases.retract_decision, cases.RetractDecision(office.actor(who), item, "点错了。", operation))


def look(office, who, item):
    with office.house.transaction() as tx:
        return cases.show_item(tx, cases.accounts.actor_of(tx, who), item)


def snapshot(office, case):
    with office.house.transaction() as tx:
        found = store.case.get(tx.db, case)
        return found.snapshot["scopes"], found.variables


def at_review(office, way="会签"):
    data = {"matter": "停车收费", "way": way, "reviewer": REVIEWER, "signers": list(SIGNERS[:2])}
    return office.do(cases.start_case, cases.StartCase(office.actor(ASKER), ProcessId("joint_review"), data)).case


@pytest.mark.parametrize("way", ["会签", "分头"])
def test_tokens_variables_and_dates_are_those_of_before(desk, clock, way):
    case = at_review(desk, way)
    before = snapshot(desk, case)
    timer = [(one.element, one.due_at) for one in waiting_timers(desk, case)]
    with desk.house.transaction() as tx:
        due = store.task.open_of_case(tx.db, case)[0].due_at
    clock.move(hours=3)
    desk.decide(REVIEWER, "agree", opinion="材料齐全。")
    assert snapshot(desk, case) != before
    assert waiting_timers(desk, case) == []
    clock.move(days=1)
    retract(desk, REVIEWER, decided_item(desk, case, REVIEWER))
    assert snapshot(desk, case) == before
    assert [(one.element, one.due_at) for one in waiting_timers(desk, case)] == timer
    with desk.house.transaction() as tx:
        (task,) = store.task.open_of_case(tx.db, case)
        assert task.due_at == due
        assert cases.history.check_chain(tx, store.case.get(tx.db, case)).ok
    assert [len(desk.items(one)) for one in (REVIEWER, *SIGNERS[:2])] == [1, 0, 0]


def test_decided_anew_the_case_ends_as_it_would_have(desk):
    case = at_review(desk)
    desk.decide(REVIEWER, "correct", opinion="缺测算。")
    retract(desk, REVIEWER, decided_item(desk, case, REVIEWER))
    view = look(desk, REVIEWER, desk.items(REVIEWER)[0])
    assert view.draft["_opinion"] == "缺测算。"
    desk.decide(REVIEWER, "agree")
    for one in SIGNERS[:2]:
        desk.decide(one, "agree")
    assert open_steps(desk, case) == ["负责人核定"]


def test_the_row_of_the_decision_stays_and_counts_no_more(desk):
    case = at_review(desk)
    desk.decide(REVIEWER, "agree")
    first = decided_item(desk, case, REVIEWER)
    retract(desk, REVIEWER, first)
    kept = next(item for item in items_of(desk, case) if item.id == first)
    assert (kept.state, kept.outcome, kept.outcome_label) == (WorkItemState.CLOSED, "agree", "同意（已撤回）")
    assert [one.type for one in events(desk, case)].count("decision_retracted") == 1
    with pytest.raises(Refused, match="已经撤回"):
        retract(desk, REVIEWER, first)


def test_a_double_press_takes_it_back_once(desk):
    case = at_review(desk)
    desk.decide(REVIEWER, "agree")
    item = decided_item(desk, case, REVIEWER)
    first = retract(desk, REVIEWER, item, "press")
    assert retract(desk, REVIEWER, item, "press") == first
    assert [one.type for one in events(desk, case)].count("decision_retracted") == 1


def test_the_first_opening_is_noted_once_and_only_of_a_holder(desk, clock):
    case = raise_matter(desk, "会签", SIGNERS[:2])
    item = desk.items(SIGNERS[0])[0]
    assert [one.item.id for one in (look(desk, SIGNERS[1], item),)] == [item]  # a colleague who may read it
    for _ in range(2):
        look(desk, SIGNERS[0], item)
        clock.move(hours=1)
    with desk.house.transaction() as tx:
        mark = store.undo.reads_of(tx.db, [item])[item]
    assert (mark.by, (clock.now - mark.at).seconds) == (SIGNERS[0], 7200)
    assert len(desk.case(case).retractable) == 0


def test_one_opens_and_one_takes_back_in_the_same_second(desk):
    """Whoever came first: either it is refused with the reader's name, or the reader finds it over. Never both."""
    for _ in range(12):
        case = raise_matter(desk, "会签", SIGNERS[:2])
        mine = decided_item(desk, case, REVIEWER)
        his = next(item.id for item in items_of(desk, case) if item.assignee == SIGNERS[0])
        taken, _ = together(
            lambda mine=mine: retract(desk, REVIEWER, mine), lambda his=his: look(desk, SIGNERS[0], his)
        )
        with desk.house.transaction() as tx:
            marked = bool(store.undo.reads_of(tx.db, [his]))
        assert isinstance(taken, Refused) == marked, taken
        if not marked:
            desk.decide(REVIEWER, "agree")


def test_what_was_returned_to_can_be_taken_back_with_its_way_back(desk):
    case = raise_matter(desk, "分头", SIGNERS[:2])
    send_back(desk, SIGNERS[0], "applicant_revises", "direct")
    desk.decide(ASKER, "submit")
    retract(desk, ASKER, decided_item(desk, case, ASKER))
    assert open_steps(desk, case) == ["补正材料"]
    view = look(desk, ASKER, desk.items(ASKER)[0])
    assert "退回" in view.task.returned
    assert view.task.way_back == "legal_review"


def test_the_undo_points_go_with_the_case(desk):
    case = at_review(desk)
    desk.decide(REVIEWER, "agree")
    item = decided_item(desk, case, REVIEWER)
    for one in SIGNERS[:2]:
        desk.decide(one, "disagree", opinion="不同意。") if open_steps(desk, case) == ["会签"] else None
    assert desk.case(case).case.outcome == "不予办理"
    with desk.house.transaction() as tx:
        assert store.undo.point(tx.db, item) is None
