"""收文: the papers of one's organs, as its people list, read and sign for them.

A paper is read by the people of the organ it was sent to, whatever else of the case they may see.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from jiecheng import directory, permissions, store
from jiecheng.cases.case import answer, read_facts
from jiecheng.cases.house import Tx
from jiecheng.cases.inbox import PAGE, Page, number_of, page_of
from jiecheng.cases.once import Answer, once
from jiecheng.cases.open_case import OpenCase, open_case
from jiecheng.model.actor import Actor
from jiecheng.model.errors import Invalid
from jiecheng.model.ids import CaseId, IdentityId, OrganId
from jiecheng.model.values import Value
from jiecheng.store.paper import PaperRow


@dataclass(frozen=True, slots=True)
class ReceivePaper:
    """签收 of one paper."""

    actor: Actor
    paper: int
    operation: str = ""


@dataclass(frozen=True, slots=True)
class PaperView:
    """`organ`, `issuer` in words; `case` None where this person may not open the case itself."""

    id: int
    document: int
    number: str
    title: str
    organ: str
    issuer: str
    case_number: str
    case: CaseId | None
    size: int
    sent_at: datetime
    received_at: datetime | None
    received_by: str
    voided_at: datetime | None = None


def list_papers(tx: Tx, actor: Actor, text: str = "", key: str = "", limit: int = PAGE) -> Page[PaperView]:
    """What the organs of this person's identities were sent, latest first."""
    permissions.require_official(actor)
    if key and not key.isdecimal():
        raise Invalid("列表的翻页位置无效。请回到第一页。")
    before = int(key) if key else None
    organs = organs_of(tx, actor)
    rows = store.paper.list_received(tx.db, organs, text=text, before=before, limit=limit + 1) if organs else []
    shown = [_view(tx, actor, row) for row in rows[:limit]]
    return Page(shown, str(shown[-1].id) if len(rows) > limit else "")


def list_unsigned(tx: Tx, actor: Actor, key: str = "", limit: int = PAGE) -> Page[PaperView]:
    """Of it what nobody has signed for: what `count_unsigned` counts, and nothing for those who run the house."""
    organs = organs_of(tx, actor)
    if not organs:
        return Page((), "")
    before = number_of(key)
    rows = store.paper.list_received(tx.db, organs, text="", before=before, limit=limit + 1, unsigned=True)
    return page_of([_view(tx, actor, row) for row in rows], limit, lambda row: str(row.id))


def count_unsigned(tx: Tx, actor: Actor) -> int:
    organs = organs_of(tx, actor)
    return store.paper.count_unsigned(tx.db, organs) if organs else 0


def receive_paper(tx: Tx, command: ReceivePaper) -> Answer:
    """Anybody of the organ signs for it, once; who and when stays in the history of the case."""
    return once(tx, command.actor, command.operation, {"receive": command.paper}, lambda: _receive(tx, command))


def may_read_paper(tx: Tx, actor: Actor, document: int) -> bool:
    """Whether one of this person's organs was sent the document."""
    mine = organs_of(tx, actor)
    return any(row.organ in mine for row in store.paper.of_document(tx.db, document))


def organs_of(tx: Tx, actor: Actor) -> frozenset[OrganId]:
    """The organs whose papers this person reads; none for those who run the house."""
    if actor.is_system or permissions.is_separated(actor):
        return frozenset()
    known: directory.Index = tx.organisation
    return frozenset(
        organ.id for identity in actor.identities for organ in directory.organs_of_person(known, IdentityId(identity))
    )


def _receive(tx: Tx, command: ReceivePaper) -> Answer:
    opened = open_case(tx, store.paper.get(tx.db, command.paper).case)
    row = store.paper.get(tx.db, command.paper)
    permissions.require_paper(
        command.actor, mine=row.organ in organs_of(tx, command.actor), signed=row.received_by_name
    )
    store.paper.sign(tx.db, row.id, command.actor.identity, command.actor.name)
    public: dict[str, Value] = {"document": row.document, "organ": row.organ, "name": "收文签收"}
    compartment = store.job.document(tx.db, row.document)[0].compartment
    opened.record("document_received", command.actor, public, {"document.title": row.title}, "", compartment)
    opened.close()
    return Answer(opened.id, opened.case.number, answer(opened, "").state, f"已签收：{row.title}（{row.number}）。")


def _view(tx: Tx, actor: Actor, row: PaperRow) -> PaperView:
    found = store.case.get(tx.db, row.case)
    readable = permissions.may_read_case(actor, read_facts(OpenCase(tx, found, tx.release(found.release)))) is not None
    organs = tx.organisation.directory.organs
    issuer = organs.get(OrganId(row.issuer))
    return PaperView(
        id=row.id,
        document=row.document,
        number=row.number,
        title=row.title,
        organ=organs[OrganId(row.organ)].name,
        issuer=issuer.name if issuer else "",
        case_number=row.case_number,
        case=row.case if readable else None,
        size=row.size,
        sent_at=row.sent_at,
        received_at=row.received_at,
        received_by=row.received_by_name,
        voided_at=row.voided_at,
    )
