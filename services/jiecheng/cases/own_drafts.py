"""草稿: what a person has begun and not handed in, where to go on with it, and throwing it away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from jiecheng import store
from jiecheng.cases import people
from jiecheng.cases.house import Tx
from jiecheng.model.actor import Actor
from jiecheng.model.errors import JiechengError, NotFound
from jiecheng.model.ids import CaseId, ElementId, IdentityId, ProcessId, WorkItemId
from jiecheng.model.task import titled
from jiecheng.store.form import DraftRow

MOST = 200
KINDS = {"item": "办理意见", "start": "发起办件", "message": "提交事项"}


@dataclass(frozen=True, slots=True)
class OwnDraft:
    """`path`: where to go on, "" when that is over. `identity`: in which of his identities, in words, "" for the present."""

    subject: str
    holder: IdentityId
    kind: str
    title: str
    detail: str
    path: str
    identity: str
    saved_at: datetime


def list_drafts(tx: Tx, actor: Actor) -> Sequence[OwnDraft]:
    """The latest first, in all of the person's identities."""
    return [_shown(tx, actor, row) for row in store.form.drafts_of(tx.db, actor.identities, MOST)]


def discard_draft(tx: Tx, actor: Actor, subject: str, holder: IdentityId) -> None:
    """Gone for good; nothing of it was ever handed in, so nothing is recorded."""
    if holder not in actor.identities or store.form.draft(tx.db, holder, subject) is None:
        raise NotFound("没有这份草稿，可能已经提交或丢弃。请回到「草稿」页面看最新情况。")
    store.form.drop_drafts(tx.db, subject, holder)


def _shown(tx: Tx, actor: Actor, row: DraftRow) -> OwnDraft:
    kind, _, rest = row.subject.partition(":")
    try:
        title, detail, path = _PLACES[kind](tx, rest)
    except (JiechengError, KeyError, ValueError):
        title, detail, path = "原来的事项已经不在了", row.subject, ""
    other = "" if row.identity == actor.identity else people.label(tx, row.identity)
    return OwnDraft(row.subject, row.identity, KINDS.get(kind, kind), title, detail, path, other, row.saved_at)


def _item(tx: Tx, rest: str) -> tuple[str, str, str]:
    item = WorkItemId(int(rest))
    _, task = store.work_item.with_task(tx.db, item)
    found = store.case.get(tx.db, task.case)
    return found.title, f"{task.title}　{found.number}", f"/work-items/{item}"


def _start(tx: Tx, rest: str) -> tuple[str, str, str]:
    newest = tx.latest_releases()[ProcessId(rest)]
    return tx.release(newest).definition.name, "还没有发起", f"/start/{rest}"


def _message(tx: Tx, rest: str) -> tuple[str, str, str]:
    number, element, *instance = rest.split(":")
    found = store.case.get(tx.db, CaseId(int(number)))
    node = tx.release(found.release).node(ElementId(element))
    name = titled(node.name, instance[0] if instance else "")
    return found.title, f"{name}　{found.number}", f"/cases/{found.id}/messages/{element}"


_PLACES = {"item": _item, "start": _start, "message": _message}
