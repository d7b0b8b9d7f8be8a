"""Rows of what the engine begins to wait for: tasks with their work items, jobs with their numbers, subscriptions."""

from __future__ import annotations

from collections.abc import Sequence

from jiecheng import calendar, outbox, store
from jiecheng.cases import facts, joint, moments, papers, reminder
from jiecheng.cases.assignment import resolve
from jiecheng.cases.open_case import OpenCase
from jiecheng.cases.place import Place, organ_id, own_names, place_of
from jiecheng.cases.trouble import raise_vacancy
from jiecheng.model.definition import FlowNode
from jiecheng.model.ids import OrganId
from jiecheng.model.step import Wait, WaitKind
from jiecheng.model.task import TaskState
from jiecheng.model.values import Value


def by_their_numbers(opened: OpenCase, waits: Sequence[Wait]) -> Sequence[Wait]:
    """The same waits, those whose papers draw a number in the order of the numbers' names.

    A number is a locked row to the commit: two cases that draw the same two, each the other one first, would wait for each
    other for ever.
    """
    jobs = [wait for wait in waits if wait.kind is WaitKind.JOB]
    if len(jobs) < 2:
        return waits
    ordered = iter(sorted(jobs, key=lambda wait: _number_name(opened, wait)))
    return [next(ordered) if wait.kind is WaitKind.JOB else wait for wait in waits]


def _number_name(opened: OpenCase, wait: Wait) -> str:
    paper = opened.deployed.node(wait.element).document
    if paper is None:
        return ""
    return f"{_issuer(opened, wait, place_of(opened, wait.element, wait.inside))}:{paper.number_kind}"


def open_wait(opened: OpenCase, wait: Wait) -> None:
    if wait.kind is WaitKind.USER:
        _open_task(opened, wait)
    elif wait.kind is WaitKind.JOB:
        _open_job(opened, wait)
    rows = []
    place = place_of(opened, wait.element, wait.inside) if wait.subscriptions else Place({})
    for one in wait.subscriptions:
        timed = one.kind.startswith("time")
        rows.append(
            {
                "case_id": opened.id, "token": wait.token, "element": one.element, "kind": one.kind, "value": one.value,
                "due_at": moments.due_at(one.kind, one.value, opened.tx.now) if timed else None, **place.columns,
            }
        )  # fmt: skip
    store.subscription.add(opened.tx.db, rows)


def _open_task(opened: OpenCase, wait: Wait) -> None:
    node = opened.deployed.node(wait.element)
    assert node.assignment is not None, "the linter refuses a user task without an assignment"
    place = place_of(opened, wait.element, wait.inside)
    found, excluded = resolve(opened, node.assignment, node.name, place.known)
    days = limit_days(node, place)
    due = calendar.add_working_days(opened.tx.working_days, opened.tx.today, days) if days else None
    due_at = calendar.end_of_day(due.date) if due else None
    task, items = store.work_item.add_with_task(
        opened.tx.db,
        {
            "case_id": opened.id, "token": wait.token, "element": wait.element, "name": node.name,
            "state": TaskState.OPEN, "opened_at": opened.tx.now,
            "due_at": due_at,
            "due_provisional": due.provisional if due else False,
            "due_days": days, "due_basis": node.due.basis if node.due else "",
            "reason": found.reason, "vacant": found.vacant, "body": found.body or "", "recused": list(excluded),
            **place.columns, "scope": own_names(opened, place) if wait.inside else {},
            "members": list(found.identities) if node.voting is not None else [],
        },
        joint.groups(node, found.identities),
        due_at,
    )  # fmt: skip
    public: dict[str, Value] = {
        "element": wait.element, "name": place.called(node.name), "task": task, "item": items[0], "token": wait.token,
        "candidates": len(found.identities), "vacant": found.vacant,
        "due": due.date.isoformat() if due else None, **({"items": list(items)} if len(items) > 1 else {}),
    }  # fmt: skip
    people: dict[str, Value] = {"task.candidates": list(found.identities), "task.reason": found.reason}
    clause = " ".join(node.clauses)
    opened.record_consequence("task_opened", wait.element, public, people, clause, place.compartment)
    if due is not None and days:
        reminder.arm(opened, task, due, days)
    if found.vacant:
        raise_vacancy(opened, store.task.get(opened.tx.db, task), found.reason)


def _open_job(opened: OpenCase, wait: Wait) -> None:
    """Owe the work of a service task. Its paper's number is drawn here, once, whatever happens to the tries."""
    node = opened.deployed.node(wait.element)
    place = place_of(opened, wait.element, wait.inside)
    issuer, number, name = "", "", place.called(node.name)
    recipients: tuple[str, ...] = ()
    if node.document is not None:
        issuer = _issuer(opened, wait, place)
        number = paper_number(opened, issuer, node.document.number_kind)
        recipients = papers.recipients(opened, node, place)
    job = store.job.add(
        opened.tx.db,
        {
            "case_id": opened.id, "token": wait.token, "element": wait.element, "name": name,
            "topic": node.job, "number": number, "issuer": issuer, "recipients": list(recipients), **place.columns,
        },
    )  # fmt: skip
    public: dict[str, Value] = {"element": wait.element, "name": name, "job": job, "number": number}
    clause = " ".join(node.clauses)
    opened.record_consequence("job_opened", wait.element, public, clause=clause, compartment=place.compartment)
    store.outbox.owe(opened.tx.db, key=f"job:{job}", kind=outbox.JOB, case=opened.id, payload={"job": job})


def _issuer(opened: OpenCase, wait: Wait, place: Place) -> str:
    node = opened.deployed.node(wait.element)
    assert node.document is not None, "only papers have an issuer"
    return organ_id(facts.evaluate(node.document.issuer, place.known, node.name))


def paper_number(opened: OpenCase, issuer: str, kind: str) -> str:
    """机关代字〔2026〕12号: counted per organ, kind and year from a locked row."""
    organ = opened.tx.organisation.organ(OrganId(issuer))
    word = organ.code_word or organ.name
    year = opened.tx.today.year
    return f"{word}{kind}〔{year}〕{store.case.next_number(opened.tx.db, f'{organ.id}:{kind}', year)}号"


def limit_days(node: FlowNode, place: Place) -> int | None:
    """The limit of a step in working days, None where it has none."""
    if node.due is None:
        return None
    days = facts.evaluate(node.due.working_days, place.known, node.name)
    return None if days in (None, "") else int(str(days))
