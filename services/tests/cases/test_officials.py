"""Officials play at random; the house stays right.

`JIECHENG_OFFICIALS`: examples x steps of each (`make fuzz` plays batches until 5,000 x 50, each with a seed of its own).
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from officials_machine import Officials, second_head

from jiecheng.acceptance import sample

# What a hundred examples always come to; the rarer commands (claim, release, hold, resume) not in every play.
DEEDS = ("decide_work_item", "return_case", "transfer_work_item", "delegate_work_item")
PLAYED = tuple((deed, end) for deed in DEEDS for end in ("done", "refused"))
PLAY = os.environ.get("JIECHENG_OFFICIALS", "")
EXAMPLES, STEPS = (int(one) for one in (PLAY or "100x30").split("x"))


def test_whatever_officials_do_the_house_is_what_the_model_says(office, clock):
    with office.house.transaction() as tx:
        sample.deploy(tx)
        second_head(tx)
    run_state_machine_as_test(
        lambda: Officials(office, clock),
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=not PLAY,
            database=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
    rare = {one for one in PLAYED if Officials.seen[one] == 0}
    assert not rare, f"never came to pass: {rare}"
