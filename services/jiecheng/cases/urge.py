"""Urge (催办): a notice to those who have the case now, at most once an item in half a working day; no event is sealed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jiecheng import outbox, permissions, store
from jiecheng.cases import people, standing
from jiecheng.cases.case import answer, read_facts
from jiecheng.cases.house import BEIJING, Tx
from jiecheng.cases.once import Answer, once
from jiecheng.cases.open_case import OpenCase, open_case
from jiecheng.model.actor import Actor
from jiecheng.model.errors import Refused
from jiecheng.model.ids import CaseId, IdentityId
from jiecheng.model.work_item import WorkItem

_NOON = 12


@dataclass(frozen=True, slots=True)
class UrgeCase:
    actor: Actor
    case: CaseId
    words: str = ""
    operation: str = ""


def urge_case(tx: Tx, command: UrgeCase) -> Answer:
    content = {"urge": command.case, "words": command.words}
    return once(tx, command.actor, command.operation, content, lambda: _urge(tx, command))


def require_urge(opened: OpenCase, actor: Actor) -> None:
    holders = [one for item in _waiting(opened) for one in item.having]
    permissions.require_urge(actor, opened.case.state, holders, read_facts(opened))


def _urge(tx: Tx, command: UrgeCase) -> Answer:
    opened = open_case(tx, command.case)
    require_urge(opened, command.actor)
    if not tx.working_days.day(tx.today).working:
        raise Refused("今天不是工作日，请在工作日催办。", rule="urge_working_day")
    half = _half(tx)
    items = _waiting(opened)
    done = store.urge.urged_in(tx.db, [item.id for item in items], half)
    fresh = [item for item in items if item.id not in done and _others(tx, item, command.actor)]
    if not fresh:
        raise Refused("这半天已经催办过了，请等对方办理；同一件待办半天只催一次。", rule="urge_once", conflict=True)
    store.urge.add(tx.db, [item.id for item in fresh], half, command.actor.identity)
    who, words = people.label(tx, command.actor.identity), command.words.strip()
    for item in fresh:
        text = f"{opened.case.number}「{opened.case.title}」催办：请尽快办理。{who}{f'：{words}' if words else ''}"
        payload = {"identities": _others(tx, item, command.actor), "text": text}
        store.outbox.owe(tx.db, key=f"urge:{item.id}:{half}", kind=outbox.NOTICE, case=opened.id, payload=payload)
    return answer(opened, f"已催办，通知了 {len(fresh)} 件待办的承办人。", command.actor)


def _waiting(opened: OpenCase) -> Sequence[WorkItem]:
    return [item for _, item in store.work_item.waiting(opened.tx.db, opened.id) if item.candidates]


def _others(tx: Tx, item: WorkItem, actor: Actor) -> list[IdentityId]:
    return [one for one in standing.having(tx, item) if one not in actor.identities]


def _half(tx: Tx) -> str:
    """2026-12-01 上午."""
    now = tx.now.astimezone(BEIJING)
    return f"{now.date().isoformat()} {'上午' if now.hour < _NOON else '下午'}"
