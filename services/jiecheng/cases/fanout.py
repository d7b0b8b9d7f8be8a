"""Fan-out (分头办理): one activity at several organs at once: where each of them is, since when, and who has not answered."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from jiecheng import store
from jiecheng.cases import facts, standing
from jiecheng.cases.doors import Sight, outside_title
from jiecheng.cases.open_case import CLOSED_DOORS, OpenCase
from jiecheng.cases.place import place_among
from jiecheng.model.definition import FlowNode
from jiecheng.model.ids import ElementId
from jiecheng.model.task import Task, TaskState
from jiecheng.model.work_item import WorkItem, WorkItemState


class FanState(StrEnum):
    WAITING = "未开始"  # one after the other: its turn has not come
    OPEN = "办理中"
    ANSWERED = "已答复"
    SILENT = "未答复"  # its time was over
    CANCELLED = "已取消"


@dataclass(frozen=True, slots=True)
class FanRow:
    """One instance. `step`: where it is, or was last; `cause`: what ended it unanswered."""

    key: str
    label: str
    step: str
    holders: tuple[str, ...]
    since: datetime | None
    until: datetime | None
    due_at: datetime | None
    overdue: bool
    state: FanState
    cause: str
    hidden: bool = False  # behind closed doors: what its limit is, is not shown


@dataclass(frozen=True, slots=True)
class FanOut:
    element: ElementId
    name: str
    rows: Sequence[FanRow]

    @property
    def answered(self) -> int:
        return sum(row.state is FanState.ANSWERED for row in self.rows)

    @property
    def unanswered(self) -> tuple[str, ...]:
        """Who has not answered, whether there is still time or not."""
        return tuple(row.label for row in self.rows if row.state is not FanState.ANSWERED)


def fan_outs(opened: OpenCase, sight: Sight) -> list[FanOut]:
    """A table per multi-instance activity that has begun; behind closed doors only the door is named."""
    definition = opened.deployed.definition
    if not any(node.several for node in definition.nodes.values()):
        return []
    # All of them: an organ must not drop out of the table because the case has gone on.
    tasks = store.task.of_case(opened.tx.db, opened.id)
    items: dict[int, list[WorkItem]] = {}
    for item in store.work_item.of_tasks(opened.tx.db, [task.id for task in tasks]):
        items.setdefault(item.task, []).append(item)
    waiting = {(row.instance_key) for row in store.subscription.waiting(opened.tx.db, opened.id) if row.instance_key}
    waiting |= {
        job.instance_key for job in store.job.of_case(opened.tx.db, opened.id) if job.state in ("open", "failed")
    }
    found: dict[ElementId, dict[str, list[Task]]] = {}
    for task in tasks:
        outer = definition.several_around(task.element)
        if outer is not None:
            found.setdefault(outer.id, {}).setdefault(task.instance_key, []).append(task)
    return [
        FanOut(
            activity,
            definition.nodes[activity].name,
            [
                *(_row(opened, sight, its, items, key in waiting) for key, its in keys.items()),
                *_not_begun(opened, definition.nodes[activity], keys),
            ],
        )
        for activity, keys in found.items()
    ]


def _row(
    opened: OpenCase,
    sight: Sight,
    tasks: Sequence[Task],
    items: Mapping[int, list[WorkItem]],
    waits: bool,
) -> FanRow:
    now = next((task for task in tasks if task.state is TaskState.OPEN), None)
    last = now or max(tasks, key=lambda task: (task.closed_at or task.opened_at, task.id))
    state = _state(opened, last, waits)
    over = state is not FanState.OPEN
    step = outside_title(opened, last).removesuffix(f"（{last.instance_label}）")
    holders: tuple[str, ...] = (CLOSED_DOORS,)
    inside = sight.task(last)
    if inside:
        step = last.name
        holders = tuple(words for item in _having(last, items) for words in standing.in_words(opened.tx, item))
    return FanRow(
        key=last.instance_key,
        label=last.instance_label or f"第{last.instance_key}份",
        step=step,
        holders=holders,
        since=min(task.opened_at for task in tasks),
        until=last.closed_at if over else None,
        due_at=last.due_at if inside else None,
        overdue=inside and last.due_at is not None and (last.closed_at or opened.tx.now) > last.due_at,
        state=state,
        cause=_cause(opened, last, inside) if over else "",
        hidden=not inside,
    )


def _having(task: Task, items: Mapping[int, list[WorkItem]]) -> list[WorkItem]:
    """Whose the step is or was; an added signer only while his word is awaited."""
    mine = items.get(task.id, [])
    return [item for item in mine if not item.advises or item.state is WorkItemState.ASSIGNED]


def _not_begun(opened: OpenCase, activity: FlowNode, begun: Collection[str]) -> list[FanRow]:
    """The organs whose turn has not come, where they are asked one after the other."""
    known = facts.case_facts(opened)
    listed = known.get(activity.turns.collection) if activity.turns else None
    outermost = activity.scope is None or opened.deployed.definition.several_around(activity.scope) is None
    outermost = outermost and not activity.process
    if activity.turns is None or not outermost or not isinstance(listed, list | tuple):
        return []
    places = [place_among(opened, activity.id, {**known, activity.turns.item: one}) for one in listed]
    return [
        FanRow(one.key, one.label or one.key, "", (), None, None, None, overdue=False, state=FanState.WAITING, cause="")
        for one in places
        if one.key not in begun
    ]


def _cause(opened: OpenCase, last: Task, inside: bool) -> str:
    """What ended it; of what ended it behind closed doors, those outside do not read."""
    behind = any(
        opened.deployed.definition.walls_around(node.id) and f"「{node.name}」" in last.cause for node in _nodes(opened)
    )
    return last.cause if inside or not behind else CLOSED_DOORS


def _state(opened: OpenCase, last: Task, waits: bool) -> FanState:
    if last.state is TaskState.OPEN or (waits and last.state is TaskState.COMPLETED):
        return FanState.OPEN
    if last.state is TaskState.COMPLETED:
        return FanState.ANSWERED
    timed = any(node.event == "timer" and node.name and f"「{node.name}」" in last.cause for node in _nodes(opened))
    return FanState.SILENT if timed else FanState.CANCELLED


def _nodes(opened: OpenCase) -> Sequence[FlowNode]:
    return list(opened.deployed.definition.nodes.values())
