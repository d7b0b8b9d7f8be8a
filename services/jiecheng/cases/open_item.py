"""A work item in the hands of one command, with the step it belongs to."""

from __future__ import annotations

from dataclasses import dataclass, replace

from jiecheng import store
from jiecheng.cases import standing
from jiecheng.cases.house import Tx
from jiecheng.cases.open_case import OpenCase, open_case
from jiecheng.model.definition import FlowNode
from jiecheng.model.ids import WorkItemId
from jiecheng.model.task import Task, TaskState
from jiecheng.model.work_item import WorkItem


@dataclass(frozen=True, slots=True)
class OpenItem:
    """An item in the hands of a command, with the step it belongs to."""

    opened: OpenCase
    item: WorkItem
    task: Task
    node: FlowNode

    @property
    def name(self) -> str:
        return self.task.title

    def beside(self, item: WorkItem) -> OpenItem:
        """Another item of the same step."""
        return replace(self, item=item)


def open_item(tx: Tx, item: WorkItemId) -> OpenItem:
    case = store.work_item.case_of(tx.db, item)
    tx.db.foresee(store.work_item.asks_with_task(item), store.setting.asks())
    with tx.db.ahead():  # what was filled in before
        store.form.rows_of(tx.db, case)
    opened = open_case(tx, case)
    found, task = store.work_item.with_task(tx.db, item)
    standing.hand(opened, found)
    if task.state is TaskState.OPEN:
        opened.tasks[task.token] = task
    return OpenItem(opened, found, task, opened.deployed.node(task.element))
