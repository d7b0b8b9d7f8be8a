"""Staff loans brought where a bench needs them, through the case service, outside the measured time."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Mapping, Sequence
from datetime import timedelta

from jiecheng import cases, store
from jiecheng.cases.house import House, Tx
from jiecheng.model.actor import Actor
from jiecheng.model.ids import CaseId, IdentityId, ProcessId, WorkItemId

BORROWER, BORROWER_ACCOUNT = IdentityId("i-youyizhou"), "youyizhou"  # 区司法局 人事科长
LENT, LENT_ACCOUNT = IdentityId("i-yangjingxing"), "yangjingxing"  # 彭溪街道 社区管理办公室 科员
OTHER, OTHER_ACCOUNT = IdentityId("i-zhousuxin"), "zhousuxin"  # 青檀镇 社区管理办公室 科员

_APPLIED = itertools.count()


def application(tx: Tx, days: int = 60, borrowed: str = LENT) -> dict[str, str]:
    """An application that meets every condition; with 400 days one that is longer than any policy allows."""
    # No two about the same: each page would name the others beside it, which is seldom in life.
    first = tx.today + timedelta(days=30 + next(_APPLIED) % 300)
    return {
        "borrowed": borrowed,
        "start_date": first.isoformat(),
        "end_date": (first + timedelta(days=days)).isoformat(),
        "necessity": "全区开展矛盾纠纷化解专项督察，需要熟悉街道调解工作的同志参与，本局没有这样的人员，时间两个月。",
        "work_content": "参与专项督察，整理台账，跟踪整改。",
    }


def actor(house: House, identity: IdentityId) -> Actor:
    with house.transaction() as tx:
        return cases.accounts.actor_of(tx, identity)


def start(house: House, by: Actor, days: int = 60, borrowed: str = LENT) -> CaseId:
    with house.transaction() as tx:
        command = cases.StartCase(by, ProcessId("staff_loan"), application(tx, days, borrowed), secrets.token_hex(8))
        return cases.start_case(tx, command).case


def open_items(house: House, case: CaseId) -> Sequence[WorkItemId]:
    with house.transaction() as tx:
        return [one.id for one in store.work_item.of_case(tx.db, case) if one.closed_at is None]


def waiting_for_opinion(house: House, count: int, borrowed: str = LENT) -> list[WorkItemId]:
    """Items of that many new cases in which the person to be lent states his opinion."""
    borrower = actor(house, BORROWER)
    return [open_items(house, start(house, borrower, borrowed=borrowed))[0] for _ in range(count)]


def decide(
    house: House, by: Actor, item: WorkItemId, outcome: str = "agree", data: Mapping[str, str] | None = None
) -> None:
    """One step as the web makes it: with an operation key of its own."""
    with house.transaction() as tx:
        command = cases.DecideWorkItem(by, item, outcome, "", data or {}, (), secrets.token_hex(8))
        cases.decide_work_item(tx, command)
