"""加签 and 减签 at random: whatever is added, withdrawn and signed, no step hangs or closes too early."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_handing import COLLEAGUE, JUSTICE_HEAD, begin
from test_joint_steps import SIGNERS, desk, events, raise_matter
from test_signers import add, withdraw

from jiecheng import store
from jiecheng.model.errors import Invalid, NotFound, Refused
from jiecheng.model.work_item import OPEN_ITEM_STATES

__all__ = ["desk"]


DEEDS = st.lists(
    st.tuples(
        st.sampled_from(["before", "after", "parallel", "withdraw", "sign", "refuse", "decide"]), st.integers(0, 5)
    ),
    max_size=14,
)


@pytest.mark.parametrize(("way", "step"), [("分头", "预审"), ("会签", "会签"), ("票决", "票决"), ("依次", "依次签")])
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=DEEDS)
def test_whatever_is_added_withdrawn_and_signed_the_step_neither_hangs_nor_closes_early(desk, way, step, deeds):
    case = begin(desk) if step == "预审" else raise_matter(desk, way, SIGNERS[:2])
    for deed, number in deeds:
        if _own_items(desk, case, step) is None:
            break
        _try(desk, case, step, deed, number)
        _check(desk, case, step)
    for _ in range(60):  # everybody does what waits for him: it must come to an end
        if (items := _own_items(desk, case, step)) is None:
            break
        todo = next(one for one in items if one.state in OPEN_ITEM_STATES)
        desk.decide(todo.assignee, "agree", item=todo.id)
        _check(desk, case, step)
    assert _own_items(desk, case, step) is None, "the step hangs"
    completed = [one for one in events(desk, case) if one.type == "task_completed" and one.public["name"] == step]
    assert len(completed) == 1


def _own_items(office, case, step):
    """Items of the open step, None when it is over."""
    with office.house.transaction() as tx:
        tasks = [task for task in store.task.open_of_case(tx.db, case) if task.name == step]
        return list(store.work_item.of_task(tx.db, tasks[0].id)) if tasks else None


def _try(office, case, step, deed, number):
    """One person presses one button; whether it is allowed now is the platform's to say."""
    items = _own_items(office, case, step)
    own = [one for one in items if one.under is None]
    added = [one for one in items if one.under is not None]
    holder = own[number % len(own)]
    try:
        if deed in ("before", "after", "parallel"):
            add(office, holder.assignee, (COLLEAGUE, JUSTICE_HEAD, *SIGNERS[2:4])[number % 4], deed, item=holder.id)
        elif deed == "withdraw" and added:
            signer = added[number % len(added)]
            above = next(one for one in items if one.id == signer.under)
            withdraw(office, above.assignee, signer.id)
        elif deed in ("sign", "refuse") and added:
            signer = added[number % len(added)]
            # A vote against may end a joint step at once; here it is about those who advise.
            word = "disagree" if deed == "refuse" and signer.advises else "agree"
            office.decide(signer.assignee, word, item=signer.id, opinion="意见。")
        elif deed == "decide":
            office.decide(holder.assignee, "agree", item=holder.id)
    except (Refused, Invalid, NotFound):
        pass


def _check(office, case, step):
    with office.house.transaction() as tx:
        task = [one for one in store.task.of_case(tx.db, case) if one.name == step][-1]
        items = store.work_item.of_task(tx.db, task.id)
    if task.state == "open":
        assert any(one.state in OPEN_ITEM_STATES for one in items), "nobody can do anything: the step hangs"
        return
    decided = {one.id for one in items if one.state == "decided" and one.under is None}
    for one in items:
        assert one.closed_at is not None
        if one.under in decided and one.advises:
            # Under a decision that held everybody signed it, or was withdrawn, or signed again after it was given back.
            again = [each for each in items if each.under == one.under and each.assignee == one.assignee]
            assert one.outcome or "减签" in one.cause or again[-1].id != one.id, one
            assert one.way != "after" or again[-1].outcome == "agree" or "减签" in again[-1].cause, one
