"""Jobs of service tasks: opened in the case's transaction, done by a flow, and back as commands.

A job is tried as often as it takes; its paper has one number, drawn when the job opened, and exists once.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from jiecheng import documents, engine, store
from jiecheng.cases import facts, papers, submission
from jiecheng.cases.advance import advance, decider, tell
from jiecheng.cases.house import House, Tx
from jiecheng.cases.open_case import OpenCase, open_case
from jiecheng.cases.place import Place, place_of_token
from jiecheng.model.actor import system_actor
from jiecheng.model.definition import FlowNode
from jiecheng.model.errors import Invalid
from jiecheng.model.values import Value
from jiecheng.store.job import JobRow

OPEN = "open"


@dataclass(frozen=True, slots=True)
class Draft:
    """All a flow needs to make the paper, read in one short transaction; rendering holds no lock."""

    job: JobRow
    letter: documents.Letter
    facts: dict[str, Any]


def prepare_job(tx: Tx, job: int) -> Draft | None:
    """What is to be made, or None when the job is not open any more."""
    row = store.job.get(tx.db, job)
    if row.state not in (OPEN, "failed"):
        return None
    case = store.case.get(tx.db, row.case)
    opened = OpenCase(tx, case, tx.release(case.release))
    node = opened.deployed.node(row.element)
    if node.document is None:
        raise Invalid(f"「{node.name}」没有写明要制发哪种文书。请流程负责人修改流程图。")
    return Draft(row, opened.deployed.letter(node.document.letter, row.issuer), facts_of_job(opened, row))


def facts_of_job(opened: OpenCase, job: JobRow) -> dict[str, Any]:
    return letter_facts(opened, place_of_token(opened, job.element, job.token), job.issuer)


def letter_facts(opened: OpenCase, place: Place, issuer: str) -> dict[str, Any]:
    """What a letter may quote: what was filled in where it is issued and around it, the variables seen there, the case's
    number and title, the organ that issues it."""
    filled = submission.filled_before(opened, place)
    typed = {key: value for data in filled.values() for key, value in data.items()}
    known = {**typed, **place.known}
    lookup = facts.PeopleLookup(opened.tx)
    organ = lookup.describe("organ", issuer) if issuer else None
    return {**known, "issuer": organ, "case_number": opened.case.number, "case_title": opened.case.title}


def perform_job(house: House, job: int) -> documents.Rendered | None:
    """Make the paper. None when there is nothing to make any more."""
    with house.transaction() as tx:
        draft = prepare_job(tx, job)
        today = tx.today
    if draft is None:
        return None
    return documents.render_letter(
        draft.letter, draft.facts, number=draft.job.number, issued_on=today, fonts=house.fonts
    )


def complete_job(tx: Tx, job: int, paper: documents.Rendered) -> bool:
    """Put the paper on file and let the case go on. False when somebody else was quicker, or the case has moved away."""
    opened = open_case(tx, store.job.get(tx.db, job).case)
    row = store.job.get(tx.db, job)
    if row.state not in (OPEN, "failed"):
        return False
    digest = hashlib.sha256(paper.pdf).hexdigest()
    document = store.job.add_document(
        tx.db,
        {
            "case_id": opened.id, "job_id": row.id, "element": row.element, "title": paper.title, "number": row.number,
            "sha256": digest, "size": len(paper.pdf), "content": paper.pdf, "compartment": row.compartment,
        },
    )  # fmt: skip
    public: dict[str, Value] = {"element": row.element, "name": row.name, "job": row.id}
    paper_facts: dict[str, Value] = {
        "document": document,
        "number": row.number,
        "sha256": digest,
        "size": len(paper.pdf),
    }
    opened.record_consequence(
        "document_issued",
        row.element,
        {**public, **paper_facts},
        {"document.title": paper.title},
        compartment=row.compartment,
    )
    if not row.compartment:
        tell(opened, "document_issued", f"{opened.case.number}已制发文书：{paper.title}（{row.number}）。")
    papers.send(opened, row, papers.Paper(document, paper.title))
    finish_job(opened, row)
    return True


def finish_job(opened: OpenCase, row: JobRow) -> None:
    """The job is done: say so, and let the case go on."""
    node = opened.deployed.node(row.element)
    store.job.close(opened.tx.db, row.id, "done")
    store.incident.resolve_subject(opened.tx.db, "outbox", row.id, "重试成功")
    public: dict[str, Value] = {"element": row.element, "name": row.name, "job": row.id}
    clause = " ".join(node.clauses)
    opened.record("job_completed", system_actor(row.element), public, clause=clause, compartment=row.compartment)
    step = engine.complete(
        opened.deployed.executable,
        opened.case.snapshot,
        facts.case_facts(opened),
        row.token,
        _result(opened, node, row),
        decider(opened),
    )
    advance(opened, step, cause=row.element, compartment=row.compartment)
    opened.close()


def _result(opened: OpenCase, node: FlowNode, row: JobRow) -> dict[str, Value]:
    """The number and the day of the paper, where the diagram wants to speak of them later."""
    if not node.result_variable:
        return {}
    return {node.result_variable: {"number": row.number, "issued_on": opened.tx.today.isoformat()}}


def fail_job(tx: Tx, job: int, error: str) -> None:
    """Given up for now: the case says so, and the process administrator has an incident to explain and retry."""
    opened = open_case(tx, store.job.get(tx.db, job).case)
    row = store.job.get(tx.db, job)
    if row.state != OPEN:
        return
    store.job.mark(tx.db, row.id, "failed", error)
    public: dict[str, Value] = {"element": row.element, "name": row.name, "job": row.id}
    actor = system_actor(row.element)
    opened.record("job_failed", actor, public, {"message": error}, compartment=row.compartment)
    opened.close()
