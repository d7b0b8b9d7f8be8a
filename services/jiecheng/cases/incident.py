"""Incidents: seen, explained and retried by the process administrator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jiecheng import store
from jiecheng.cases import dispatch, joint
from jiecheng.cases.assignment import resolve
from jiecheng.cases.house import Tx
from jiecheng.cases.open_case import CLOSED_DOORS, OpenCase, open_case
from jiecheng.cases.place import place_of_task
from jiecheng.model.actor import Actor, Role
from jiecheng.model.directory import Resolution
from jiecheng.model.errors import Refused
from jiecheng.model.ids import TaskId
from jiecheng.model.task import Task, TaskState
from jiecheng.model.values import Value
from jiecheng.store.incident import IncidentRow


@dataclass(frozen=True, slots=True)
class ResolveIncident:
    """`explanation`: what was wrong and what was done, kept with the incident and in the case's history."""

    actor: Actor
    incident: int
    explanation: str


def list_incidents(tx: Tx, actor: Actor) -> Sequence[IncidentRow]:
    _require_administrator(actor)
    store.account.log_access(tx.db, actor.person, actor.identity, "查看异常", "")
    return store.incident.list_open(tx.db)


def resolve_incident(tx: Tx, command: ResolveIncident) -> str:
    """Try again what failed, with the explanation on record. Returns a sentence for the administrator."""
    _require_administrator(command.actor)
    explanation = command.explanation.strip()
    if not explanation:
        raise Refused("请写明异常的原因和处理情况。", rule="incident_explanation")
    row = store.incident.get(tx.db, command.incident)
    opened = open_case(tx, row.case) if row.case is not None else None
    row = store.incident.get(tx.db, command.incident)
    if row.resolved_at is not None:
        raise Refused("这条异常已经处理，请刷新页面。", rule="incident_closed", conflict=True)
    sentence = _retry(tx, opened, row)
    store.incident.resolve(tx.db, row.id, command.actor.identity, explanation)
    if opened is not None:
        public: dict[str, Value] = {"incident": row.id, "kind": row.kind, "element": row.element}
        opened.record("incident_resolved", command.actor, public, {"explanation": explanation})
        opened.close()
    return sentence


def _retry(tx: Tx, opened: OpenCase | None, row: IncidentRow) -> str:
    if row.kind == "outbox":
        store.outbox.revive(tx.db, row.subject)
        return "已重新排队，几秒内会再次执行。"
    if row.kind == "timer":
        store.subscription.revive(tx.db, row.subject)
        return "定时事项已重新排队，几秒内会再次触发。"
    if row.kind == "channel":
        return dispatch.revive(tx, row.subject)
    if row.kind in ("directory", "scan", "ledger"):
        return "处理情况已记录。"
    assert opened is not None
    return _fill_vacancy(tx, opened, TaskId(row.subject))


def _fill_vacancy(tx: Tx, opened: OpenCase, task_id: TaskId) -> str:
    """Look again who holds the post; the rule of the diagram decides, not the administrator."""
    task = store.task.get(tx.db, task_id)
    if task.state is not TaskState.OPEN or not task.vacant:
        return "这个环节已不需要指派。"
    node = opened.deployed.node(task.element)
    assert node.assignment is not None
    found, _ = resolve(opened, node.assignment, node.name, place_of_task(opened, task).known)
    if found.vacant:
        raise Refused(f"岗位仍然空缺{_why(task, found)}请先由系统管理员补齐任职，再重新指派。", rule="vacant_post")
    empty = [one for one in store.work_item.of_task(tx.db, task.id) if not one.candidates and not one.advises]
    if node.voting is None:
        store.work_item.offer(tx.db, empty[0].id, opened.id, found.identities, task.due_at)
    elif not joint.fill(opened, task, node, found.identities):
        raise Refused(
            f"除已有的签署人外没有别人{_why(task, found)}请先由系统管理员补齐任职，再重新指派。", rule="vacant_post"
        )
    store.task.fill_vacancy(tx.db, task.id, found.reason)
    public: dict[str, Value] = {"element": task.element, "name": task.title, "task": task.id, "item": empty[0].id}
    people: dict[str, Value] = {"task.candidates": list(found.identities), "task.reason": found.reason}
    public["vacant"] = False
    opened.record_consequence("task_opened", task.element, public, people, compartment=task.compartment)
    return "已按流程规则重新指派。"


def _why(task: Task, found: Resolution) -> str:
    """Why nobody was found; behind closed doors the rule's words stay inside."""
    return f"（{CLOSED_DOORS}）。" if task.compartment else f"：{found.reason}"


def _require_administrator(actor: Actor) -> None:
    if Role.PROCESS_ADMINISTRATOR not in actor.roles:
        raise Refused("只有流程管理员可以处理异常。", rule="incident_read")
