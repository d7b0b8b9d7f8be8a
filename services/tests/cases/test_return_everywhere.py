"""退回 × 直达 from every step that waits, to every target its diagram names: somebody has it, timers fit, the way ends."""

from __future__ import annotations

import pytest
from test_joint_steps import ASKER, REVIEWER, SIGNERS, desk, events, raise_matter
from test_returning import HEAD, offered, send_back

from jiecheng import engine, store
from jiecheng.cases import facts
from jiecheng.cases.open_case import OpenCase

__all__ = ["desk"]
OUTCOMES = {"applicant_revises": "submit"}
WHERE = ("会签", "依次", "分头", "分头，一方已办", "负责人")


def brought_to(office, where):
    case = raise_matter(office, where[:2] if where != "负责人" else "会签", SIGNERS[:2])
    if where == "负责人":
        for one in SIGNERS[:2]:
            office.decide(one, "agree")
    if where == "分头，一方已办":
        office.decide(SIGNERS[1], "agree")
    return case


def require_sound(office, case):
    """Nobody-has-it never happens (4), no timer is left over or missing (5), rows and tokens are the same waits (1, 2)."""
    with office.house.transaction() as tx:
        found = store.case.get(tx.db, case)
        opened = OpenCase(tx, found, tx.release(found.release))
        tasks = store.task.open_of_case(tx.db, case)
        waits = engine.waits(opened.deployed.executable, found.snapshot, facts.case_facts(opened))
        assert {task.token for task in tasks} == {one.token for one in waits if one.kind == "user"}
        assert tasks or found.ended_at, "the case runs and waits for nobody"
        holding = {item.task for _, item in store.work_item.waiting(tx.db, case) if item.candidates}
        assert {task.id for task in tasks} <= holding
        timed = {(one.token, sub.element) for one in waits for sub in one.subscriptions}
        assert {(one.token, one.element) for one in store.subscription.waiting(tx.db, case)} == timed
        assert ("preliminary_review" in {task.element for task in tasks}) == any(
            e == "review_is_slow" for _, e in timed
        )


def go_on(office, case):
    """Everybody agrees until it ends; how often each step was decided from here on."""
    for _ in range(20):
        with office.house.transaction() as tx:
            waiting = store.work_item.waiting(tx.db, case)
        if not waiting:
            return
        step, item = waiting[0]
        office.decide(item.assignee or item.candidates[0], OUTCOMES.get(step.element, "agree"), item=item.id)
        require_sound(office, case)
    raise AssertionError("it goes round and round")


@pytest.mark.parametrize("back", ["step", "direct"])
@pytest.mark.parametrize("where", WHERE)
def test_from_every_step_to_every_target_and_once_more(desk, where, back):
    case = brought_to(desk, where)
    choices = [(element, target) for element, targets in offered(desk, case).items() for target in targets]
    assert choices
    for element, target in choices:
        assert element != target  # 15: never the step itself
        case = brought_to(desk, where)
        with desk.house.transaction() as tx:
            item = next(one for step, one in store.work_item.waiting(tx.db, case) if step.element == element)
        send_back(desk, item.assignee, target, back, item=item.id)
        require_sound(desk, case)
        with desk.house.transaction() as tx:
            # A return out of the parallel part has ended all of it.
            assert [task.element for task in store.task.open_of_case(tx.db, case)] == [target] or where == "负责人"
        again = [(one, to) for one, to in offered(desk, case).items() if to]
        assert all(one not in to for one, to in again)
        go_on(desk, case)
        assert desk.case(case).case.outcome == "同意办理"
        told = [one.public["element"] for one in events(desk, case) if one.type == "work_item_decided"]
        rounds = told.count("head_decides")
        assert rounds == 1, told


def test_a_second_return_goes_where_it_says_and_comes_back_once(desk):
    case = brought_to(desk, "负责人")
    send_back(desk, HEAD, "preliminary_review", "direct")
    send_back(desk, REVIEWER, "applicant_revises", "direct")
    require_sound(desk, case)
    desk.decide(ASKER, "submit")
    require_sound(desk, case)
    with desk.house.transaction() as tx:
        assert [task.element for task in store.task.open_of_case(tx.db, case)] == ["preliminary_review"]
    go_on(desk, case)
    assert desk.case(case).case.outcome == "同意办理"
