"""What happens in a year besides decisions: an applicant withdraws his case, somebody sends it back.

Only where the process allows it; what it refuses is left to the ordinary decision.
"""

from __future__ import annotations

import random

from jiecheng import cases
from jiecheng.acceptance.world import World
from jiecheng.cases.case import withdraw_facts
from jiecheng.cases.open_case import read_case
from jiecheng.cases.returning import targets
from jiecheng.model.case import CaseState
from jiecheng.model.errors import Refused
from jiecheng.model.ids import IdentityId
from jiecheng.model.task import Task
from jiecheng.model.work_item import WorkItem

WITHDRAWN, SENT_BACK = 0.01, 0.08  # of the decisions of steps at which it may be done
WHY_WITHDRAWN = "情况有变化，暂不需要办理，以后需要时另行申请。"
WHY_SENT_BACK = ("材料不全，请补齐后再报。", "有关情况没有写清楚，请核实后再报。", "与上次报的数不一致，请核对。")


def turned(world: World, chance: random.Random, task: Task, item: WorkItem) -> bool:
    """Whether the case took another turn than a decision of this item."""
    drawn = chance.random()
    if drawn < WITHDRAWN:
        # Of a fan-out each instance would draw again, and few big cases would be left.
        return not task.instance_key and _withdrawn(world, item)
    return drawn < WITHDRAWN + SENT_BACK and _sent_back(world, chance, task, item)


def _withdrawn(world: World, item: WorkItem) -> bool:
    def deed(tx: cases.Tx) -> None:
        found = withdraw_facts(opened := read_case(tx, item.case))
        _require(found.all_open_withdrawable and found.state is CaseState.RUNNING)
        who = cases.accounts.actor_of(tx, IdentityId(opened.case.initiator))
        cases.withdraw_case(tx, cases.WithdrawCase(who, item.case, WHY_WITHDRAWN))

    world.attempt(deed)
    return _went_through(world)


def _sent_back(world: World, chance: random.Random, task: Task, item: WorkItem) -> bool:
    def deed(tx: cases.Tx) -> None:
        opened = read_case(tx, item.case)
        node, ways = opened.deployed.node(task.element), targets(opened, task)
        _require(bool(ways) and node.returns is not None)
        assert node.returns is not None
        who = cases.accounts.actor_of(tx, item.assignee or item.candidates[0])
        to, back = chance.choice(ways).element, chance.choice(node.returns.back)
        cases.return_case(tx, cases.ReturnCase(who, item.id, to, back, chance.choice(WHY_SENT_BACK)))

    world.attempt(deed)
    return _went_through(world)


def _require(possible: bool) -> None:
    if not possible:
        raise Refused("这里不能。", rule="season")


def _went_through(world: World) -> bool:
    refusal, world.refusal = world.refusal, None
    return refusal is None
