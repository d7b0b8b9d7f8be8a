"""What comes of the virus scan of an attachment: it may be opened, or it is closed for good with an incident."""

from __future__ import annotations

from jiecheng import outbox, scanner, store
from jiecheng.cases.doors import door_title
from jiecheng.cases.house import House
from jiecheng.cases.open_case import CLOSED_DOORS, open_case
from jiecheng.cases.trouble import raise_incident
from jiecheng.model.ids import AttachmentId, ElementId
from jiecheng.model.values import Value
from jiecheng.store.attachment import BAD, CLEAN, WAITING
from jiecheng.store.incident import Trouble
from jiecheng.store.outbox import OutboxRow

RULE = "病毒检查"


def deliver_scan(house: House, row: OutboxRow, owner: str) -> None:
    """Ask without a lock, then note the verdict; a second worker that asked too notes nothing. Raises NotScanned."""
    attachment = AttachmentId(int(row.payload["attachment"]))
    with house.transaction() as tx:
        waits = store.attachment.get(tx.db, attachment).scan == WAITING
        content = store.attachment.content(tx.db, attachment) if waits else b""
    # An installation that gave its scanner up must not leave files closed for ever.
    found = scanner.scan(house.scanner, content) if waits and house.scanner is not None else ""
    verdict = BAD if found else CLEAN if house.scanner is not None else ""
    _note(house, row, owner, attachment, (verdict, found))


def _note(house: House, row: OutboxRow, owner: str, attachment: AttachmentId, judged: tuple[str, str]) -> None:
    verdict, found = judged
    assert row.case is not None, "an attachment is a case's"
    with house.transaction() as tx:
        opened = open_case(tx, row.case)
        file = store.attachment.get(tx.db, attachment)
        store.outbox.finish(tx.db, row.id, owner)
        if file.scan != WAITING:
            return
        store.attachment.set_scan(tx.db, attachment, verdict)
        if verdict != BAD:
            return
        public: dict[str, Value] = {"attachment": attachment, "sha256": file.sha256, "element": file.element}
        told: dict[str, Value] = {"attachment.name": file.name, "message": f"没有通过病毒检查：{found}"}
        opened.record_consequence("attachment_refused", RULE, public, told, compartment=file.compartment)
        message = f"附件「{file.name}」没有通过病毒检查（{found}），已不能打开。上传人：{file.uploaded_by_name}。"
        place = door_title(opened, ElementId(file.element), "") if file.compartment else ""
        outside = f"「{place}」里有一个附件没有通过病毒检查，已不能打开（{CLOSED_DOORS}）。"
        raise_incident(opened, Trouble("scan", attachment, file.element, message), file.compartment, outside)
        text = f"{opened.case.number}：您上传的附件「{file.name}」没有通过病毒检查，已不能打开。请换一份重新上传。"
        payload = {"identities": [file.uploaded_by], "text": text}
        store.outbox.owe(tx.db, key=f"scanned:{attachment}", kind=outbox.NOTICE, case=opened.id, payload=payload)
        opened.close()
