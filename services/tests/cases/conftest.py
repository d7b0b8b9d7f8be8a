"""A house over a copy of the demo district, a clock to move, and an office full of people."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from jiecheng import cases, store
from jiecheng.model.ids import IdentityId, ProcessId
from jiecheng.model.voting import Ballot, Vote

sys.path.insert(0, str(Path(__file__).parent))  # for consult_process


class MovedClock:
    """Monday morning in Beijing until a test moves it."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
def house(district_url: str, clock: MovedClock) -> Iterator[cases.House]:
    opened = cases.House(district_url, clock, pool=8)
    yield opened
    opened.close()


class Office:
    """Short ways for tests: people act by identity, each act in a transaction of its own."""

    BORROWER = IdentityId("i-youyizhou")  # 区司法局 人事科长
    LENT = IdentityId("i-yangjingxing")  # 彭溪街道 社区管理办公室 科员
    SECTION_HEAD = IdentityId("i-hansuxin")
    SECRETARY = IdentityId("i-zhengjiashu")  # 党政办公室主任, secretary of the 党工委会议
    FILING = IdentityId("i-xushuning")  # 区委组织部 干部科科长
    ORGANISER = IdentityId("i-gubingwen")  # 彭溪街道党工委 组织委员
    AUDITOR = IdentityId("i-fanruogu")
    STRANGER = IdentityId("i-zhousuxin")  # 青檀镇 社区管理办公室 科员

    def __init__(self, house: cases.House) -> None:
        self.house = house

    def do(self, command_function, command):
        with self.house.transaction() as tx:
            return command_function(tx, command)

    def actor(self, identity):
        with self.house.transaction() as tx:
            return cases.accounts.actor_of(tx, identity)

    def application(self, **changes):
        data = {
            "borrowed": self.LENT,
            "start_date": "2026-03-16",
            "end_date": "2026-06-15",
            "necessity": "全区开展矛盾纠纷化解专项督察，需要熟悉街道调解工作的同志参与，本局没有这样的人员，时间三个月。",
            "work_content": "参与专项督察。",
        }
        return data | changes

    def start(self, operation="", **changes):
        command = cases.StartCase(
            self.actor(self.BORROWER), ProcessId("staff_loan"), self.application(**changes), operation
        )
        return self.do(cases.start_case, command)

    def items(self, identity):
        with self.house.transaction() as tx:
            actor = cases.accounts.actor_of(tx, identity)
            return [row.item for row in cases.inbox.list_open(tx, actor, store.work_list.ListFilter()).rows]

    def decide(self, identity, outcome, *, item=None, opinion="", data=None, ballots=(), operation=""):
        item = item or self.items(identity)[0]
        command = cases.DecideWorkItem(self.actor(identity), item, outcome, opinion, data or {}, ballots, operation)
        return self.do(cases.decide_work_item, command)

    def ballots(self, item, **votes):
        with self.house.transaction() as tx:
            view = cases.show_item(tx, cases.accounts.actor_of(tx, self.SECRETARY), item)
        return [Ballot(one.identity, votes.get(one.identity, Vote.AGREE)) for one in view.meeting.members]

    def bring_to_committee(self):
        answer = self.start()
        self.decide(self.LENT, "agree")
        self.decide(self.SECTION_HEAD, "agree", data={"handover": "由韩素心代管网格工作。"})
        return answer

    def committee_agrees(self):
        item = self.items(self.SECRETARY)[0]
        minutes = {
            "meeting_date": "2026-03-02",
            "minutes_number": "彭溪委〔2026〕3号",
            "minutes_excerpt": "会议同意借调。",
        }
        return self.decide(self.SECRETARY, "agree", data=minutes, ballots=self.ballots(item))

    def bring_into_force(self, clock):
        answer = self.bring_to_committee()
        self.committee_agrees()
        self.decide(self.FILING, "file")
        self.run_flows()
        clock.now = datetime(2026, 3, 16, 1, 0, tzinfo=UTC)
        self.run_flows()
        return answer

    def run_flows(self):
        """Everything that is due now, and whatever follows from it."""
        desk = cases.clockwork.Desk(self.house)
        while True:
            timers, entries = desk.due_timer_ids(), desk.claim_outbox("test")
            if not timers and not entries:
                return
            for timer in timers:
                desk.fire_timer(timer)
            for entry in entries:
                desk.deliver(entry, "test")

    def case(self, case, identity=None):
        with self.house.transaction() as tx:
            return cases.show_case(tx, cases.accounts.actor_of(tx, identity or self.AUDITOR), case)


@pytest.fixture
def office(house: cases.House) -> Office:
    return Office(house)
