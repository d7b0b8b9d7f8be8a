"""Why a case is not where a sentence expects it: which rule, or who, sent it back to its applicant. Only looks.

One number in a table can stop fifty scenarios at fifty sentences; the one cause is what the check found.
"""

from __future__ import annotations

from dataclasses import replace

from jiecheng import cases, store
from jiecheng.acceptance.failure import Cause, Failure
from jiecheng.acceptance.world import World
from jiecheng.cases.came_back import CameBack, came_back
from jiecheng.model.errors import NotFound
from jiecheng.model.task import TaskState

# What these say is about the sentence itself, wherever the case stands.
_OF_THE_SENTENCE = (Cause.OUTCOME, Cause.FIELD, Cause.SENTENCE)


def explained(found: Failure, world: World) -> Failure:
    """The failure, with where the case stands and why, if that is what the sentence stumbled over."""
    if world.case is None or found.cause in _OF_THE_SENTENCE or not _about_the_place(found, world):
        return found
    with world.transaction() as tx:
        opened = cases.open_case.read_case(tx, world.case)
        tasks = [one for one in store.task.of_case(tx.db, world.case) if one.state is TaskState.OPEN]
        backs = [came_back(opened, one, opened.deployed.node(one.element)) for one in tasks]
    titles = [one.title for one in tasks]
    if not titles or any(f"“{one}”" in found.step for one in titles):
        return found  # the sentence speaks of the step where the case stands: what it says there is the matter
    stands = "、".join(f"“{one}”" for one in titles)
    reasons = [said for one in backs if one is not None for said in _reasons(one)]
    if any(one in found.said for one in reasons) or not reasons:
        return replace(found, stands=stands)
    return replace(found, stands=stands, why="".join(dict.fromkeys(reasons)))


def _about_the_place(found: Failure, world: World) -> bool:
    """An application that was refused outright says itself what is wrong with it."""
    refusal = world.refusal
    if found.cause is not Cause.REFUSED or refusal is None:
        return True
    return isinstance(refusal, NotFound) or getattr(refusal, "rule", "") == "message_not_awaited"


def _reasons(back: CameBack) -> list[str]:
    if back.reasons:
        return [f"{one.rule} {one.message}".strip() for one in back.reasons]
    return [f"{back.by}{f'，意见是“{back.opinion}”' if back.opinion else ''}。"] if back.by else []
