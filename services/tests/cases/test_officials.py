"""Officials play at random; the house stays right.

`JIECHENG_OFFICIALS`: examples x steps of each (`make fuzz` plays batches until 5,000 x 50, each with a seed of its own).
"""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import run_state_machine_as_test
from officials_machine import Officials, second_head

from jiecheng.acceptance import sample

pytestmark = pytest.mark.long

# What a hundred examples always come to; the rarer commands (release, withdrawing what was circulated) not in every play.
DEEDS = ("decide_work_item", "return_case", "transfer_work_item", "delegate_work_item", "add_signer", "withdraw_signer")
BESIDE = ("arrange_substitution", "end_substitution", "circulate_case")
PLAYED = {(deed, end) for deed in (*DEEDS, *BESIDE) for end in ("done", "refused")}
PLAYED |= {("sign", "done"), ("in another's place", "done"), ("apply_due", "done")}
PLAY = os.environ.get("JIECHENG_OFFICIALS", "")
EXAMPLES, STEPS = (int(one) for one in (PLAY or "100x30").split("x"))
# Of a longer run Hypothesis makes mostly variations of a few examples; so each example is a run of its own, after the
# simplest one, which does nothing.
ONE = 2


def test_whatever_officials_do_the_house_is_what_the_model_says(office, clock, pytestconfig):
    with office.house.transaction() as tx:
        sample.deploy(tx)
        second_head(tx)
    chosen = settings(
        max_examples=ONE,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )
    first = int(pytestconfig.getoption("--hypothesis-seed") or 0)
    for place in range(first, first + EXAMPLES):
        run_state_machine_as_test(seed(place)(lambda: Officials(office, clock)), settings=chosen)
    print(dict(sorted(Officials.seen.items())))
    rare = {one for one in PLAYED if Officials.seen[one] == 0 and not PLAY}  # what a longer play comes to, it prints
    assert not rare, f"never came to pass: {rare}"
