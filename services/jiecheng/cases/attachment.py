"""Attachments of a case: type by content, bounded size, hashed; written in the transaction of the deed they belong to."""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass

from jiecheng import permissions, store
from jiecheng.cases import standing
from jiecheng.cases.case import read_facts
from jiecheng.cases.house import Tx
from jiecheng.cases.open_case import OpenCase, open_case
from jiecheng.model.actor import Actor
from jiecheng.model.case import CaseState
from jiecheng.model.errors import Invalid, Refused
from jiecheng.model.ids import AttachmentId, CaseId, WorkItemId
from jiecheng.model.values import Value
from jiecheng.store.attachment import AttachmentRow

MAX_BYTES = 20 * 1024 * 1024

# What a file is, its first bytes say; its name and the browser only claim.
_SIGNATURES: tuple[tuple[bytes, frozenset[str], str], ...] = (
    (b"%PDF-", frozenset({"pdf"}), "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", frozenset({"png"}), "image/png"),
    (b"\xff\xd8\xff", frozenset({"jpg", "jpeg"}), "image/jpeg"),
    (b"PK\x03\x04", frozenset({"docx"}), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    (b"PK\x03\x04", frozenset({"xlsx"}), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    (b"PK\x03\x04", frozenset({"ofd"}), "application/ofd"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", frozenset({"doc", "wps"}), "application/msword"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", frozenset({"xls", "et"}), "application/vnd.ms-excel"),
)
_ALLOWED = "PDF、OFD、Word、Excel、WPS 文档，PNG、JPEG 图片和 TXT 文本"


@dataclass(frozen=True, slots=True)
class AddAttachment:
    actor: Actor
    case: CaseId
    name: str
    content: bytes
    element: str = ""
    item: WorkItemId | None = None  # handed in with this work item: it lies where the step lies


def add_attachment(tx: Tx, command: AddAttachment) -> AttachmentId:
    """Raises Invalid for a file that is empty, too large or of a type that is not taken."""
    media_type = media_type_of(command.name, command.content)
    opened = open_case(tx, command.case)
    grant = permissions.require_case_read(command.actor, read_facts(opened))
    permissions.require_working_reader(grant)
    compartment = _compartment(opened, command, grant)
    if opened.case.state is not CaseState.RUNNING:
        raise Refused("办件已经结束，不能再添加附件。", rule="case_closed", conflict=True)
    digest = hashlib.sha256(command.content).hexdigest()
    name = _clean_name(command.name)
    added = store.attachment.add(
        tx.db,
        {
            "case_id": opened.id, "element": command.element, "name": name, "media_type": media_type,
            "size": len(command.content), "sha256": digest, "content": command.content,
            "uploaded_by": command.actor.identity, "uploaded_by_name": command.actor.name, "compartment": compartment,
        },
    )  # fmt: skip
    public: dict[str, Value] = {
        "attachment": added,
        "sha256": digest,
        "size": len(command.content),
        "media_type": media_type,
    }
    opened.record("attachment_added", command.actor, public, {"attachment.name": name}, compartment=compartment)
    opened.close()
    return added


def read_attachment(tx: Tx, actor: Actor, attachment: AttachmentId) -> tuple[AttachmentRow, bytes]:
    row = store.attachment.get(tx.db, attachment)
    opened = open_case(tx, row.case)
    grant = permissions.require_case_read(actor, read_facts(opened))
    permissions.require_inside(actor, grant, row.compartment)
    if grant.recorded:
        store.account.log_access(tx.db, actor.person, actor.identity, f"下载附件（{grant.ground}）", opened.case.number)
    return row, store.attachment.content(tx.db, attachment)


def _compartment(opened: OpenCase, command: AddAttachment, grant: permissions.ReadGrant) -> str:
    """A file handed in with a step behind closed doors stays behind them."""
    if command.item is None:
        return ""
    item = store.work_item.get(opened.tx.db, command.item)
    task = store.task.get(opened.tx.db, item.task)
    permissions.require_item_read(command.actor, grant, task.compartment, item.near)
    standing.hand(opened, item)
    return task.compartment


def media_type_of(name: str, content: bytes) -> str:
    """The type the content shows, which must agree with the name's ending."""
    if not content:
        raise Invalid("文件是空的，请重新选择。", fields={"attachment": ["文件是空的，请重新选择。"]})
    if len(content) > MAX_BYTES:
        sentence = f"文件有 {len(content) / 1024 / 1024:.1f} MB，超过 20 MB 的上限。请压缩或拆分后再上传。"
        raise Invalid(sentence, fields={"attachment": [sentence]})
    ending = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    for start, endings, media_type in _SIGNATURES:
        if content.startswith(start) and ending in endings:
            return media_type
    if ending == "txt" and _is_text(content):
        return "text/plain; charset=utf-8"
    sentence = f"不接受这种文件，或者文件内容与扩展名不符。可以上传：{_ALLOWED}。"
    raise Invalid(sentence, fields={"attachment": [sentence]})


def _is_text(content: bytes) -> bool:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return all(char in "\r\n\t" or unicodedata.category(char)[0] != "C" for char in text.removeprefix("\ufeff"))


def _clean_name(name: str) -> str:
    """The bare file name, without folders and control characters."""
    bare = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(char for char in bare if unicodedata.category(char)[0] != "C").strip()
    return kept[-120:] or "附件"
