"""Papers between organs: who is sent a document, and that their clerk hears of it. Never decides who may read (received)."""

from __future__ import annotations

from dataclasses import dataclass

from jiecheng import directory, outbox, store
from jiecheng.cases import facts
from jiecheng.cases.open_case import OpenCase
from jiecheng.cases.place import Place, organ_id
from jiecheng.model.definition import FlowNode
from jiecheng.model.ids import OrganId
from jiecheng.model.values import Value
from jiecheng.store.job import JobRow


@dataclass(frozen=True, slots=True)
class Paper:
    """A document that was just made."""

    document: int
    title: str


def recipients(opened: OpenCase, node: FlowNode, place: Place) -> tuple[str, ...]:
    """The organs a document goes to; raises Invalid for one that never was."""
    if node.document is None or not node.document.to:
        return ()
    found = facts.evaluate(node.document.to, place.known, node.name)
    named = dict.fromkeys(organ_id(one) for one in (found if isinstance(found, list | tuple) else [found]))
    return tuple(opened.tx.organisation.organ(OrganId(one)).id for one in named if one)


def send(opened: OpenCase, job: JobRow, paper: Paper) -> None:
    """Put the document into the hands of its recipients, and tell whoever receives papers there."""
    if not job.recipients:
        return
    tx = opened.tx
    store.paper.send(tx.db, paper.document, job.recipients)
    issuer = tx.organisation.organ(OrganId(job.issuer)).name if job.issuer else ""
    text = f"收到{issuer}文书：{paper.title}（{job.number}）。请到「收文」签收、办理。"
    told: list[Value] = []
    for organ in job.recipients:
        clerks = directory.resolve(tx.organisation, "organ_clerk", {"organ": organ}, on=tx.today, initiator=None)
        payload = {"identities": list(clerks.identities), "text": text}
        key = f"paper:{paper.document}:{organ}"
        store.outbox.owe(tx.db, key=key, kind=outbox.NOTICE, case=opened.id, payload=payload)
        told += clerks.identities
    opened.record_consequence(
        "document_sent",
        job.element,
        {"element": job.element, "name": job.name, "document": paper.document, "to": list(job.recipients)},
        {"document.title": paper.title, "notice.identities": told},
        compartment=job.compartment,
    )
