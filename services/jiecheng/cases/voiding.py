"""Void a case (作废): one administrator asks with the reason, another confirms. Nothing is deleted, no number used again.

What becomes of it: its letters stay on file and are marked 作废; its rows in registers get the status 作废. While one of
those rows is in force the case is not voided: what others rely on is ended by the process first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jiecheng import directory, engine, outbox, permissions, store
from jiecheng.cases import people
from jiecheng.cases.accounts import identities_of
from jiecheng.cases.advance import stop, tell
from jiecheng.cases.case import answer, read_facts
from jiecheng.cases.house import Tx
from jiecheng.cases.once import Answer, once
from jiecheng.cases.open_case import OpenCase, open_case
from jiecheng.cases.typed import words_of
from jiecheng.model.actor import Actor, Role
from jiecheng.model.case import CaseState
from jiecheng.model.errors import Refused
from jiecheng.model.ids import CaseId, IdentityId
from jiecheng.model.values import Value
from jiecheng.store.register import EntryRow
from jiecheng.store.voiding import CONFIRMED, DECLINED, OPEN, VoidRow, WaitingVoid

VOIDED = "作废"
_RULE = "void_case"


@dataclass(frozen=True, slots=True)
class RequestVoiding:
    actor: Actor
    case: CaseId
    reason: str
    operation: str = ""


@dataclass(frozen=True, slots=True)
class ConfirmVoiding:
    actor: Actor
    case: CaseId
    note: str = ""
    operation: str = ""


@dataclass(frozen=True, slots=True)
class DeclineVoiding:
    actor: Actor
    case: CaseId
    note: str
    operation: str = ""


def request_voiding(tx: Tx, command: RequestVoiding) -> Answer:
    content = {"request_voiding": command.case, "reason": command.reason}
    return once(tx, command.actor, command.operation, content, lambda: _request(tx, command))


def confirm_voiding(tx: Tx, command: ConfirmVoiding) -> Answer:
    content = {"confirm_voiding": command.case, "note": command.note}
    return once(tx, command.actor, command.operation, content, lambda: _confirm(tx, command))


def decline_voiding(tx: Tx, command: DeclineVoiding) -> Answer:
    content = {"decline_voiding": command.case, "note": command.note}
    return once(tx, command.actor, command.operation, content, lambda: _decline(tx, command))


def list_waiting(tx: Tx, actor: Actor) -> Sequence[WaitingVoid]:
    """Requests that this process administrator may settle, or waits for himself."""
    return store.voiding.waiting(tx.db) if Role.PROCESS_ADMINISTRATOR in actor.roles else ()


def void_facts(opened: OpenCase, request: VoidRow | None) -> permissions.VoidFacts:
    waiting = request is not None and request.state == OPEN
    asked_by = request.requested_by if request is not None and waiting else None
    return permissions.VoidFacts(opened.case.state, asked_by, read_facts(opened))


def _request(tx: Tx, command: RequestVoiding) -> Answer:
    opened = open_case(tx, command.case)
    permissions.require_voiding(command.actor, void_facts(opened, store.voiding.latest(tx.db, opened.id)))
    _require_nothing_in_force(opened)
    reason = words_of(command.reason, "reason", "请写明作废的原因：错在哪里，为什么不能撤回或退回。")
    store.voiding.add(tx.db, opened.id, (command.actor.identity, command.actor.name), reason)
    opened.record("voiding_requested", command.actor, {}, {"reason": reason, "words": reason})
    asker = people.label(tx, command.actor.identity)
    text = f"{opened.case.number}「{opened.case.title}」{asker}提请作废：{reason}。请核对后确认，或者写明不同意。"
    _notify(opened, "void_asked", _other_administrators(tx, command.actor), text)
    opened.close()
    return answer(
        opened, f"{opened.case.number} 已提请作废，等候另一位流程管理员确认；确认以前照常办理。", command.actor
    )


def _confirm(tx: Tx, command: ConfirmVoiding) -> Answer:
    opened = open_case(tx, command.case)
    request = store.voiding.latest(tx.db, opened.id)
    permissions.require_void_settlement(command.actor, void_facts(opened, request))
    assert request is not None, "permitted where it was asked for"
    _require_nothing_in_force(opened)
    by = (command.actor.identity, command.actor.name)
    store.voiding.settle(tx.db, request.id, CONFIRMED, by, command.note.strip())
    words = f"{request.requested_by_name}提请：{request.reason}"
    opened.record(
        "case_voided",
        command.actor,
        {"number": opened.case.number},
        {"reason": request.reason, "requested_by": request.requested_by, "words": words},
    )
    _void_numbers(opened)
    _void_rows(opened)
    _end(opened, request)
    opened.close()
    return answer(opened, f"{opened.case.number} 已作废。编号不再使用，文书标为作废，记录保留。", command.actor)


def _decline(tx: Tx, command: DeclineVoiding) -> Answer:
    opened = open_case(tx, command.case)
    request = store.voiding.latest(tx.db, opened.id)
    permissions.require_void_settlement(command.actor, void_facts(opened, request))
    assert request is not None, "permitted where it was asked for"
    note = words_of(command.note, "note", "请写明为什么不同意作废。")
    store.voiding.settle(tx.db, request.id, DECLINED, (command.actor.identity, command.actor.name), note)
    opened.record("voiding_declined", command.actor, {}, {"reason": note, "words": note})
    text = f"{opened.case.number}「{opened.case.title}」没有同意作废：{note}"
    _notify(opened, "void_declined", [request.requested_by], text)
    opened.close()
    return answer(opened, f"{opened.case.number} 没有作废，照常办理。", command.actor)


def _require_nothing_in_force(opened: OpenCase) -> None:
    for row in store.register.of_case(opened.tx.db, opened.id):
        register = opened.tx.registers.get(row.register)
        if _in_force(opened, row):
            title = register.title if register is not None else row.register
            raise Refused(
                f"「{title}」里还有这件办件登记的有效内容（{row.status}），别人正以它为准，不能作废。"
                "请先按流程办理归还、收回或退出，登记失效以后再作废。",
                rule="void_registered",
                conflict=True,
            )


def _in_force(opened: OpenCase, row: EntryRow) -> bool:
    register = opened.tx.registers.get(row.register)
    statuses = register.in_force if register is not None else ()
    return row.status != VOIDED and (not statuses or row.status in statuses)


def _void_numbers(opened: OpenCase) -> None:
    """The case's own number and those of its letters: used, void, and never given again."""
    numbers = [(opened.case.number, "", "")]
    papers = store.job.documents_of(opened.tx.db, opened.id)
    numbers += [(paper.number, paper.title, paper.compartment) for paper in papers if paper.number]
    for number, title, compartment in numbers:
        public: dict[str, Value] = {"number": number, "why": "办件作废"}
        told: dict[str, Value] = {"document.title": title} if title else {}
        opened.record_consequence("number_voided", _RULE, public, told, compartment=compartment)
    store.voiding.mark_documents(opened.tx.db, opened.id)
    for paper in store.paper.of_case(opened.tx.db, opened.id):
        clerks = directory.resolve(
            opened.tx.organisation, "organ_clerk", {"organ": paper.organ}, on=opened.tx.today, initiator=None
        )
        _notify(opened, f"paper_void:{paper.id}", clerks.identities, f"文书「{paper.title}」（{paper.number}）已作废。")


def _void_rows(opened: OpenCase) -> None:
    opened.lock_registers()
    for row in store.register.of_case(opened.tx.db, opened.id):
        if row.status != VOIDED:
            store.register.write(opened.tx.db, row.register, opened.id, VOIDED, {}, key=row.key)
            public: dict[str, Value] = {
                "register": row.register,
                "status": VOIDED,
                **({"key": row.key} if row.key else {}),
            }
            change: dict[str, Value] = {"register.status": {"old": row.status, "new": VOIDED}}
            opened.record_consequence("register_entry_written", _RULE, public, change)


def _end(opened: OpenCase, request: VoidRow) -> None:
    db = opened.tx.db
    if opened.case.state is CaseState.HELD:
        # What stood still is cancelled like everything else, and not left behind.
        held_at = next(row.held_at for row in store.hold.of_case(db, opened.id) if row.resumed_at is None)
        store.hold.end(db, opened.id)
        store.hold.start_clocks(db, opened.id, held_at)
    holders = [one for _, item in store.work_item.waiting(db, opened.id) for one in item.holders]
    step = engine.end(opened.deployed.executable, opened.case.snapshot)
    stop(opened, step, CaseState.VOIDED, VOIDED, "办件作废")
    text = f"{opened.case.number}「{opened.case.title}」已作废：{request.reason}"
    tell(opened, "case_voided", text)
    _notify(opened, "void_holders", list(dict.fromkeys(holders)), text)


def _other_administrators(tx: Tx, actor: Actor) -> Sequence[IdentityId]:
    persons = store.account.persons_with(tx.db, Role.PROCESS_ADMINISTRATOR)
    return [one for person in persons if person != actor.person for one in identities_of(tx, person)[:1]]


def _notify(opened: OpenCase, occasion: str, readers: Sequence[IdentityId], text: str) -> None:
    if readers:
        key = f"{occasion}:{opened.id}:{opened.case.seq + len(opened.events)}"
        payload = {"identities": list(readers), "text": text}
        store.outbox.owe(opened.tx.db, key=key, kind=outbox.NOTICE, case=opened.id, payload=payload)
