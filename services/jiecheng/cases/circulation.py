"""传阅: show a case to readers. It blocks nothing and goes on after the end; what a reader says is a view, no decision.

A view stands in the history and on the page of the case, never among the opinions and never on the approval sheet.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from jiecheng import permissions, store
from jiecheng.cases import people
from jiecheng.cases.case import answer
from jiecheng.cases.house import Tx
from jiecheng.cases.inbox import MOST_COUNTED, PAGE, Page, number_of, page_of
from jiecheng.cases.once import Answer, once
from jiecheng.cases.open_case import OpenCase, open_case
from jiecheng.cases.passing import passage_of, passing_facts, readers_named, require_readers
from jiecheng.cases.readers import tell
from jiecheng.cases.typed import words_of
from jiecheng.model.actor import SYSTEM_IDENTITY, Actor
from jiecheng.model.errors import Refused
from jiecheng.model.ids import CaseId, IdentityId, WorkItemId
from jiecheng.model.values import Value
from jiecheng.store.circulation import CirculationRow


@dataclass(frozen=True, slots=True)
class CirculateCase:
    """`to`: names of people and organs with 、 between; `item`: the step it is passed on from, None: one's own."""

    actor: Actor
    case: CaseId
    to: str
    words: str = ""
    item: WorkItemId | None = None
    operation: str = ""


@dataclass(frozen=True, slots=True)
class WithdrawCirculation:
    actor: Actor
    circulation: int
    operation: str = ""


@dataclass(frozen=True, slots=True)
class ViewCirculation:
    actor: Actor
    circulation: int
    words: str
    operation: str = ""


def circulate_case(tx: Tx, command: CirculateCase) -> Answer:
    content = {"circulate": command.case, "to": command.to, "words": command.words, "item": command.item}
    return once(tx, command.actor, command.operation, content, lambda: _circulate(tx, command))


def withdraw_circulation(tx: Tx, command: WithdrawCirculation) -> Answer:
    content = {"withdraw_circulation": command.circulation}
    return once(tx, command.actor, command.operation, content, lambda: _withdraw(tx, command))


def view_circulation(tx: Tx, command: ViewCirculation) -> Answer:
    content = {"view": command.circulation, "words": command.words}
    return once(tx, command.actor, command.operation, content, lambda: _view(tx, command))


def list_unread(tx: Tx, actor: Actor, key: str = "", limit: int = PAGE) -> Page[CirculationRow]:
    rows = store.circulation.list_unread(tx.db, actor.identities, number_of(key), limit + 1)
    return page_of(rows, limit, lambda row: str(row.id))


def count_unread(tx: Tx, actor: Actor) -> int:
    return store.circulation.count_unread(tx.db, actor.identities, MOST_COUNTED)


def mark_read(tx: Tx, actor: Actor, chosen: Collection[int] | None = None, until: int | None = None) -> int:
    """One's own, these or all up to `until`: what came in after one looked stays unread. Beside the formal record."""
    return store.circulation.mark_read(tx.db, actor.identities, chosen, until)


def _circulate(tx: Tx, command: CirculateCase) -> Answer:
    opened, actor = open_case(tx, command.case), command.actor
    passage = passage_of(opened, actor, command.item)
    permissions.require_circulate(actor, passing_facts(opened, passage))
    readers = readers_named(tx, command.to)
    require_readers(opened, actor, passage, readers)
    waiting = {
        row.reader
        for row in store.circulation.of_case(tx.db, opened.id)
        if row.element == passage.element and row.instance_key == passage.instance_key
        and row.read_at is None and row.withdrawn_at is None
    }  # fmt: skip
    fresh = [one for one in readers if one not in waiting]
    if not fresh:
        raise Refused("已经发给他们了，还没有看，不用再发。", rule="circulated_already", conflict=True)
    words = command.words.strip()
    values = {**passage.columns, "case_id": opened.id, "sender": actor.identity, "words": words}
    first = store.circulation.add(tx.db, values, fresh)[0]
    names = "、".join(people.labels(tx, fresh))
    said = f"传阅给{names}{f'：{words}' if words else ''}"
    public: dict[str, Value] = {"element": passage.element, "name": passage.name, "readers": len(fresh)}
    told: dict[str, Value] = {"words": said, "circulation.readers": list(fresh)}
    opened.record("case_circulated", actor, public, told, compartment=passage.compartment)
    note = f"：{words}" if words else "，请阅。"
    tell(opened, f"circulation:{first}", fresh, f"「{opened.case.title}」{actor.name}传阅给您{note}")
    opened.close()
    return answer(opened, f"已传阅给{names}。不影响办理；没有看以前可以撤回。", actor)


def _withdraw(tx: Tx, command: WithdrawCirculation) -> Answer:
    opened, row = _taken(tx, command.circulation)
    facts = _facts(tx, row)
    permissions.require_withdrawal(command.actor, facts)
    if not store.circulation.withdraw(tx.db, row.id):
        raise Refused(f"{facts.name}刚刚看过了，不能撤回。", rule="circulation_read", conflict=True)
    _record(opened, row, "circulation_withdrawn", command.actor, f"撤回给{facts.name}的传阅")
    opened.close()
    return answer(opened, f"已撤回给{facts.name}的传阅。", command.actor)


def _view(tx: Tx, command: ViewCirculation) -> Answer:
    opened, row = _taken(tx, command.circulation)
    permissions.require_view(command.actor, _facts(tx, row))
    words = words_of(command.words, "view", "请写明您的阅办意见；没有意见的，标为已读就可以。")
    store.circulation.give_view(tx.db, row.id, words)
    _record(opened, row, "circulation_viewed", command.actor, words)
    told = [] if row.sender == SYSTEM_IDENTITY else [row.sender]
    tell(opened, f"viewed:{row.id}", told, f"「{opened.case.title}」{command.actor.name}的阅办意见：{words}")
    opened.close()
    return answer(opened, "已送出阅办意见。它不是审批决定，不进审批表。", command.actor)


def _taken(tx: Tx, circulation: int) -> tuple[OpenCase, CirculationRow]:
    """The case first, then the row: two may press in the same second."""
    opened = open_case(tx, store.circulation.get(tx.db, circulation).case)
    return opened, store.circulation.get(tx.db, circulation)


def _facts(tx: Tx, row: CirculationRow) -> permissions.CirculationFacts:
    return permissions.CirculationFacts(
        row.sender, row.reader, people.label(tx, row.reader), row.read_at is not None, row.withdrawn_at is not None,
        bool(row.view),
    )  # fmt: skip


def _record(opened: OpenCase, row: CirculationRow, event: str, actor: Actor, words: str) -> None:
    public: dict[str, Value] = {"element": row.element, "name": row.name}
    readers: Sequence[IdentityId] = [row.reader]
    opened.record(
        event, actor, public, {"words": words, "circulation.readers": list(readers)}, compartment=row.compartment
    )
