"""Two at once: one wins, the other is told who and when; and a process that dies at any moment leaves all or nothing.

`JIECHENG_RACES` says how often (`make fuzz` asks for 1,000).
"""

from __future__ import annotations

import os
import signal
import threading
from dataclasses import replace

import dying
import pytest

from jiecheng import cases, store
from jiecheng.model.directory import Identity
from jiecheng.model.errors import Refused
from jiecheng.model.ids import IdentityId, PersonId, PostId

RACES = int(os.environ.get("JIECHENG_RACES", "60"))
COLLEAGUE = IdentityId("i-second-filing")


def together(*deeds):
    """Run the deeds at the same moment; each answer or the exception it raised."""
    barrier, results = threading.Barrier(len(deeds)), [None] * len(deeds)

    def run(place, deed):
        barrier.wait()
        try:
            results[place] = deed()
        except Exception as error:
            results[place] = error

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.fixture
def two_at_the_post(office):
    """A second person holds the filing post, so that its items are offered to two."""
    with office.house.transaction() as tx:
        known = store.directory.load(tx.db)
        first = known.identities[office.FILING]
        spare = next(one.id for one in known.persons.values() if one.id != first.person)
        second = Identity(COLLEAGUE, PersonId(spare), PostId(first.post))
        store.directory.replace(tx.db, replace(known, identities={**known.identities, COLLEAGUE: second}))
    return office.FILING, COLLEAGUE


def test_two_officials_decide_the_same_item_and_one_of_them_wins(office, two_at_the_post, clock):
    first, second = two_at_the_post
    won = {first: 0, second: 0}
    for _ in range(RACES):
        case = office.bring_to_committee().case
        office.committee_agrees()
        item = office.items(first)[0]
        results = together(
            lambda item=item: office.decide(first, "file", item=item),
            lambda item=item: office.decide(second, "file", item=item),
        )
        answers = [one for one in results if isinstance(one, cases.Answer)]
        refusals = [one for one in results if isinstance(one, Refused)]
        assert (len(answers), len(refusals)) == (1, 1), results
        winner = first if isinstance(results[0], cases.Answer) else second
        won[winner] += 1
        assert refusals[0].conflict
        with office.house.transaction() as tx:
            assert cases.people.label(tx, winner) in refusals[0].message
            assert "2026年3月" in refusals[0].message
            events = [one.type for one in cases.history.events_of(tx, case)]
        assert events.count("work_item_decided") == 4
        # The loan is ended here, so that the same person can be lent again in the next race.
        _forget_loan(office, case)
    assert sum(won.values()) == RACES


def test_the_same_press_sent_twice_at_once_is_one_decision_and_one_answer(office):
    for number in range(max(5, RACES // 10)):
        case = office.start().case
        item = office.items(office.LENT)[0]
        key = f"press-{number}"
        results = together(
            *[lambda item=item, key=key: office.decide(office.LENT, "agree", item=item, operation=key)] * 3
        )
        assert results[0] == results[1] == results[2]
        assert isinstance(results[0], cases.Answer)
        with office.house.transaction() as tx:
            assert [one.type for one in cases.history.events_of(tx, case)].count("work_item_decided") == 1
        office.do(cases.withdraw_case, cases.WithdrawCase(office.actor(office.BORROWER), case, "下一轮"))


def test_a_timer_and_a_message_in_the_same_second_end_the_period_once(office, clock):
    for _ in range(max(3, RACES // 20)):
        clock.now = clock.now.replace(month=3, day=2, hour=1)
        case = office.bring_into_force(clock).case
        clock.now = clock.now.replace(month=6, day=15, hour=10)
        with office.house.transaction() as tx:
            timer = next(row for row in store.subscription.waiting(tx.db, case) if row.element == "loan_due")
        back = cases.CorrelateMessage(
            office.actor(office.BORROWER), case, "return_early", {"early_reason": "任务提前完成，请求提前归还。"}
        )
        together(
            lambda back=back: office.do(cases.correlate_message, back),
            lambda timer=timer: office.do(cases.fire_timer, timer.id),
        )
        open_steps = [step.name for step in office.case(case).steps if step.state == "open"]
        assert open_steps == ["街镇确认归还"]
        with office.house.transaction() as tx:
            assert cases.history.check_chain(tx, store.case.get(tx.db, case)).ok
        _forget_loan(office, case)


def test_a_process_killed_at_any_statement_of_a_decision_leaves_all_or_nothing(office, clock):
    """kill -9 before each SQL statement in turn, then right after the commit."""
    office.start()
    item = office.items(office.LENT)[0]
    case = office.case(1).case
    office.house.close()  # a forked child must not share a socket with us
    died_before_commit = 0
    for statement in range(1, 200):
        code = _decide_in_a_child_that_dies(office, item, statement)
        office.house.close()
        now = office.case(case.id).case
        with office.house.transaction() as tx:
            assert cases.history.check_chain(tx, store.case.get(tx.db, case.id)).ok
        office.house.close()
        if now.seq == case.seq:
            assert code == -signal.SIGKILL
            died_before_commit += 1
            continue
        break
    assert died_before_commit >= 8, "the decision should have been killed at every one of its statements"
    office.house.close()
    assert office.items(office.LENT) == []
    assert len(office.items(office.SECTION_HEAD)) == 1


def _decide_in_a_child_that_dies(office, item, statement):
    """Fork; in the child the decision runs and SIGKILL comes before its n-th statement, or right after its commit."""
    child = os.fork()
    if child == 0:
        actor = office.actor(office.LENT)
        dying.before(statement)
        office.do(cases.decide_work_item, cases.DecideWorkItem(actor, item, "agree"))
        os.kill(os.getpid(), signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return -os.WTERMSIG(status)


def _forget_loan(office, case):
    """Take the register row away behind the product's back: the next round lends the same person again."""
    with office.house.transaction() as tx:
        from sqlalchemy import text

        tx.db.connection.execute(text("DELETE FROM register_entries WHERE case_id = :case"), {"case": case})
