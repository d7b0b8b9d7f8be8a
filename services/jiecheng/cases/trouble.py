"""What goes wrong by itself, kept for the process administrator and in the case's history. Never repairs anything."""

from __future__ import annotations

from dataclasses import replace

from jiecheng import outbox, store
from jiecheng.cases.accounts import administrators
from jiecheng.cases.doors import door_id, outside_title
from jiecheng.cases.house import Tx
from jiecheng.cases.open_case import CLOSED_DOORS, OpenCase
from jiecheng.model.case import Case
from jiecheng.model.ids import ElementId
from jiecheng.model.task import Task
from jiecheng.model.values import Value
from jiecheng.store.incident import Trouble


def report(tx: Tx, case: Case | None, trouble: Trouble) -> None:
    """Keep it, and tell those who administer processes that there is something to do."""
    incident, readers = store.incident.add(tx.db, case.id if case else None, trouble), administrators(tx)
    if not readers:
        return
    about = f"{case.number}：" if case else ""
    payload = {"identities": list(readers), "text": f"{about}{trouble.message.rstrip('。')}。请到“空缺与异常”里处理。"}
    store.outbox.owe(
        tx.db, key=f"incident:{incident}", kind=outbox.NOTICE, case=case.id if case else None, payload=payload
    )


def raise_incident(opened: OpenCase, trouble: Trouble, compartment: str = "", outside: str = "") -> None:
    """Keep it for the administrator and in the case's history. Of what happened behind closed doors the administrator
    reads the words `outside`; the message itself is for those inside."""
    shown = trouble
    if compartment:
        shown = replace(trouble, element=door_id(opened, ElementId(trouble.element)), message=outside)
    report(opened.tx, opened.case, shown)
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
