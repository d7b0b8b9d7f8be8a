"""Deliveries in lanes: nothing lost, nothing twice, and what is owed for one case in the order in which it was owed."""

import pytest

from jiecheng import cases, outbox, store
from jiecheng.model.ids import IdentityId

READER = "i-yangjingxing"


def owe(house, *keys, case=None, kind=outbox.NOTICE, payload=None):
    with house.transaction() as tx:
        for key in keys:
            given = payload or {"identities": [READER], "text": key}
            store.outbox.owe(tx.db, key=key, kind=kind, case=case, payload=given)


def told(house):
    with house.transaction() as tx:
        rows = store.notice.list_latest(tx.db, [IdentityId(READER)], None, 500)
    return [row.text for row in reversed(rows)]


@pytest.fixture
def desk(house):
    return cases.clockwork.Desk(house)


def states(house):
    with house.transaction() as tx:
        return {name: count for name, count in store.outbox.counts(tx.db).items() if name != "late" and count}


def test_a_lane_of_notices_is_delivered_once_and_in_order(house, desk):
    keys = [f"n{number}" for number in range(30)]
    owe(house, *keys)
    (lane,) = desk.claim_lanes("a", 50, 30)
    assert desk.deliver_lane(lane, "a") == {}
    assert desk.deliver_lane(lane, "a") == {}, "a second try of the same lane does nothing"
    assert told(house) == keys
    assert states(house) == {"done": 30}


def test_one_bad_notice_fails_alone(house, desk):
    owe(house, "n1")
    owe(house, "bad", payload={"identities": [READER]})
    owe(house, "n2")
    (lane,) = desk.claim_lanes("a", 50, 30)
    assert desk.deliver_lane(lane, "a") == {lane[1]: "KeyError"}
    assert told(house) == ["n1", "n2"]
    assert states(house) == {"done": 2, "leased": 1}


def test_whose_lease_ran_out_leaves_the_entries_to_the_next(house, desk):
    owe(house, "n1", "n2")
    (lane,) = desk.claim_lanes("a", 50, -1)
    (again,) = desk.claim_lanes("b", 50, 30)
    assert again == lane
    desk.deliver_lane(again, "b")
    desk.deliver_lane(lane, "a")
    assert told(house) == ["n1", "n2"]
    assert states(house) == {"done": 2}


def test_what_a_case_is_owed_later_does_not_overtake(house, desk, office):
    case, other = office.start().case, office.start(borrowed="i-zhousuxin").case
    owe(house, "first", case=case)
    (lane,) = desk.claim_lanes("a", 50, 30)
    owe(house, "second", case=case)
    owe(house, "elsewhere", case=other)
    (free,) = desk.claim_lanes("b", 50, 30)
    desk.deliver_lane(free, "b")
    assert told(house) == ["elsewhere"], "the first is in other hands: the second waits for it"
    desk.deliver_lane(lane, "a")
    (rest,) = desk.claim_lanes("b", 50, 30)
    desk.deliver_lane(rest, "b")
    assert told(house) == ["elsewhere", "first", "second"]


def test_a_case_with_a_job_has_a_lane_of_its_own(house, desk, office):
    case, other = office.start().case, office.start(borrowed="i-zhousuxin").case
    owe(house, "before", case=case)
    owe(house, "job", case=case, kind=outbox.JOB, payload={"job": 0})
    owe(house, "after", case=case)
    owe(house, "quick", case=other)
    lanes = desk.claim_lanes("a", 50, 30)
    assert sorted(map(len, lanes)) == [1, 3]
    assert all(lane == sorted(lane) for lane in lanes)
