"""What goes wrong by itself, kept for the process administrator and in the case's history. Never repairs anything."""

from __future__ import annotations

from dataclasses import replace

from jiecheng import store
from jiecheng.cases.doors import door_id, outside_title
from jiecheng.cases.open_case import CLOSED_DOORS, OpenCase
from jiecheng.model.ids import ElementId
from jiecheng.model.task import Task
from jiecheng.model.values import Value
from jiecheng.store.incident import Trouble


def raise_incident(opened: OpenCase, trouble: Trouble, compartment: str = "", outside: str = "") -> None:
    """Keep it for the administrator and in the case's history. Of what happened behind closed doors the administrator
    reads the words `outside`; the message itself is for those inside."""
    shown = trouble
    if compartment:
        shown = replace(trouble, element=door_id(opened, ElementId(trouble.element)), message=outside)
    store.incident.add(opened.tx.db, opened.id, shown)
    public: dict[str, Value] = {"element": trouble.element, "kind": trouble.kind}
    opened.record_consequence(
        "incident_raised", trouble.element, public, {"message": trouble.message}, compartment=compartment
    )


def raise_vacancy(opened: OpenCase, task: Task, told: str) -> None:
    """A step that nobody has. The administrator learns where somebody is missing, not what is done behind the doors."""
    message = f"「{task.title}」没有找到承办人：{told}请补齐任职后重新指派。"
    outside = (
        f"「{outside_title(opened, task)}」里有一个环节没有找到承办人（{CLOSED_DOORS}）。"
        "请联系该单位补齐任职，再重新指派；缺哪个岗位，由该单位的人在办件页上看。"
    )
    raise_incident(opened, Trouble("vacant", task.id, task.element, message), task.compartment, outside)
