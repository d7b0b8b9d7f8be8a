"""Attachments of a case: type by content, bounded size, hashed; versions, removal and reading.

A new version leaves the old one where it was. What was uploaded by mistake may go while its step is not decided: the
content goes, the row and the hash in the history stay.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from jiecheng import outbox, permissions, store
from jiecheng.cases import standing
from jiecheng.cases.case import answer, read_facts
from jiecheng.cases.file_kind import MAX_BYTES, SHOWN, clean_name, media_type_of
from jiecheng.cases.house import Tx
from jiecheng.cases.once import Answer, once
from jiecheng.cases.open_case import OpenCase, open_case
from jiecheng.model.actor import Actor
from jiecheng.model.case import CaseState
from jiecheng.model.errors import NotFound, Refused
from jiecheng.model.ids import AttachmentId, CaseId, TaskId, WorkItemId
from jiecheng.model.task import TaskState
from jiecheng.model.values import Value
from jiecheng.store.attachment import BAD, WAITING, AttachmentRow

__all__ = [
    "MAX_BYTES",
    "SHOWN",
    "AddAttachment",
    "RemoveAttachment",
    "add_attachment",
    "read_attachment",
    "removable",
    "remove_attachment",
]


@dataclass(frozen=True, slots=True)
class AddAttachment:
    """`replaces`: the attachment whose next version this is."""

    actor: Actor
    case: CaseId
    name: str
    content: bytes
    element: str = ""
    item: WorkItemId | None = None  # handed in with this work item: it lies where the step lies
    replaces: AttachmentId | None = None


@dataclass(frozen=True, slots=True)
class RemoveAttachment:
    actor: Actor
    attachment: AttachmentId
    operation: str = ""


def add_attachment(tx: Tx, command: AddAttachment) -> AttachmentId:
    """Raises Invalid for a file that is empty, too large or of a type that is not taken. The same file handed in twice for
    the same step is there once."""
    media_type = media_type_of(command.name, command.content)
    opened = open_case(tx, command.case)
    grant = permissions.require_case_read(command.actor, read_facts(opened))
    permissions.require_working_reader(grant)
    compartment, task = _place(opened, command, grant)
    if opened.case.state is not CaseState.RUNNING:
        raise Refused("办件已经结束，不能再添加附件。", rule="case_closed", conflict=True)
    name, digest = clean_name(command.name), hashlib.sha256(command.content).hexdigest()
    replaced = _replaced(opened, command)
    twin = _twin(opened, command, name, digest, task)
    if twin is not None:
        return twin
    if replaced is not None:
        compartment, task = replaced.compartment, replaced.task
    added = store.attachment.add(
        tx.db,
        {
            "case_id": opened.id, "element": replaced.element if replaced else command.element, "name": name,
            "media_type": media_type, "size": len(command.content), "sha256": digest, "content": command.content,
            "uploaded_by": command.actor.identity, "uploaded_by_name": command.actor.name, "compartment": compartment,
            "version": replaced.version + 1 if replaced else 1, "task_id": task,
            "scan": WAITING if tx.house.scanner else "",
        },
    )  # fmt: skip
    public: dict[str, Value] = {
        "attachment": added, "sha256": digest, "size": len(command.content), "media_type": media_type,
    }  # fmt: skip
    if replaced is not None:
        store.attachment.replace(tx.db, replaced.id, added)
        public |= {"version": replaced.version + 1, "replaces": replaced.id, "replaced_sha256": replaced.sha256}
    event = "attachment_replaced" if replaced else "attachment_added"
    opened.record(event, command.actor, public, {"attachment.name": name}, compartment=compartment)
    if tx.house.scanner:
        payload = {"attachment": added}
        store.outbox.owe(tx.db, key=f"scan:{added}", kind=outbox.SCAN, case=opened.id, payload=payload)
    opened.close()
    return added


def remove_attachment(tx: Tx, command: RemoveAttachment) -> Answer:
    content = {"remove_attachment": command.attachment}
    return once(tx, command.actor, command.operation, content, lambda: _remove(tx, command))


def removable(tx: Tx, actor: Actor, row: AttachmentRow) -> bool:
    """Whether this person may take it away now: his own, with a step that is not decided."""
    if row.uploaded_by not in (actor.identity, *actor.identities) or row.task is None or row.replaced_by is not None:
        return False
    return store.task.get(tx.db, row.task).state is TaskState.OPEN


def read_attachment(tx: Tx, actor: Actor, attachment: AttachmentId) -> tuple[AttachmentRow, bytes]:
    """Refused while the scanner has not looked at it, and for good when it found something."""
    row = store.attachment.get(tx.db, attachment)
    opened = open_case(tx, row.case)
    grant = permissions.require_case_read(actor, read_facts(opened))
    permissions.require_inside(actor, grant, row.compartment)
    _require_clean(row)
    if grant.recorded:
        store.account.log_access(tx.db, actor.person, actor.identity, f"下载附件（{grant.ground}）", opened.case.number)
    return row, store.attachment.content(tx.db, attachment)


def _remove(tx: Tx, command: RemoveAttachment) -> Answer:
    row = store.attachment.get(tx.db, command.attachment)
    opened = open_case(tx, row.case)
    grant = permissions.require_case_read(command.actor, read_facts(opened))
    permissions.require_inside(command.actor, grant, row.compartment)
    row = store.attachment.get(tx.db, command.attachment)  # again, behind the lock
    if row.uploaded_by not in (command.actor.identity, *command.actor.identities):
        raise Refused("只有上传的人可以删除附件。", rule="attachment_owner")
    if opened.case.state is not CaseState.RUNNING or not removable(tx, command.actor, row):
        raise Refused(
            "这个附件所在的环节已经办完，或者它不属于哪个环节，不能删除。传错的请上传新的一版，旧的会注明已替换。",
            rule="attachment_decided",
            conflict=True,
        )
    store.attachment.remove(tx.db, row.id)
    public: dict[str, Value] = {"attachment": row.id, "sha256": row.sha256, "size": row.size}
    names: dict[str, Value] = {"attachment.name": row.name}
    opened.record("attachment_removed", command.actor, public, names, compartment=row.compartment)
    opened.close()
    return answer(opened, f"已删除附件「{row.name}」，历史里留有它的名称和摘要。", command.actor)


def _replaced(opened: OpenCase, command: AddAttachment) -> AttachmentRow | None:
    if command.replaces is None:
        return None
    row = store.attachment.get(opened.tx.db, command.replaces)
    if row.case != opened.id:
        raise NotFound("没有找到这个附件。")
    if row.uploaded_by not in (command.actor.identity, *command.actor.identities):
        raise Refused("只有上传的人可以换新的一版。您的文件请另外上传。", rule="attachment_owner")
    if row.replaced_by is not None:
        raise Refused("这个附件刚才已经换过新的一版，请刷新页面。", rule="attachment_replaced", conflict=True)
    return row


def _twin(opened: OpenCase, command: AddAttachment, name: str, digest: str, task: TaskId | None) -> AttachmentId | None:
    """The very same file of the same person at the same place, handed in a moment before."""
    for row in store.attachment.of_case(opened.tx.db, opened.id):
        same = (row.name, row.sha256, row.task) == (name, digest, task)
        if same and row.replaced_by is None and row.uploaded_by == command.actor.identity:
            return row.id
    return None


def _require_clean(row: AttachmentRow) -> None:
    if row.scan == WAITING:
        raise Refused("附件正在检查病毒，检查完就能打开。请过几秒再试。", rule="attachment_scan", conflict=True)
    if row.scan == BAD:
        raise Refused("这个附件没有通过病毒检查，不能打开。请联系上传的人重新提供。", rule="attachment_scan")


def _place(opened: OpenCase, command: AddAttachment, grant: permissions.ReadGrant) -> tuple[str, TaskId | None]:
    """A file handed in with a step behind closed doors stays behind them."""
    if command.item is None:
        return "", None
    item = store.work_item.get(opened.tx.db, command.item)
    task = store.task.get(opened.tx.db, item.task)
    if task.case != opened.id:
        raise NotFound("没有找到这条待办。")
    permissions.require_item_read(command.actor, grant, task.compartment, item.near)
    standing.hand(opened, item)
    return task.compartment, task.id
