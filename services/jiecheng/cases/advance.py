"""Turns what the engine answered into rows: tasks and work items, timers, registers, notices, the end of the case.

Never decides where a token goes (engine) nor who may act (permissions).
"""

from __future__ import annotations

from collections.abc import Mapping

from jiecheng import calendar, directory, outbox, store
from jiecheng.cases import facts, moments, papers, reminder
from jiecheng.cases.open_case import OpenCase
from jiecheng.cases.place import Place, organ_id, own_names, place_of
from jiecheng.model.case import CaseState
from jiecheng.model.definition import Assignment, FlowNode, RegisterEntry
from jiecheng.model.directory import Resolution
from jiecheng.model.errors import Invalid
from jiecheng.model.ids import ElementId, IdentityId, OrganId
from jiecheng.model.step import Closed, Closing, Decide, Passed, Step, Wait, WaitKind
from jiecheng.model.task import TaskState, titled
from jiecheng.model.values import Value, Variables
from jiecheng.store.incident import Trouble


def decider(opened: OpenCase) -> Decide:
    """What the engine asks when it passes a business rule task."""

    def answer(element: ElementId, variables: Variables) -> Value:
        return facts.decide(opened, element, variables)

    return answer


def advance(opened: OpenCase, step: Step, *, cause: str, compartment: str = "") -> None:
    """Apply one step of the engine. `cause`: the element whose completion or firing made the step, `compartment`: behind
    whose doors it was."""
    opened.update(variables={**opened.case.variables, **step.writes}, snapshot=dict(step.snapshot))
    if step.passed or step.writes:
        opened.record_consequence(
            "case_advanced",
            cause,
            {"passed": list(step.passed), "cause": cause},
            {f"variables.{name}": value for name, value in step.writes.items()},
            compartment=compartment,
        )
    for closed in step.closed:
        _close_wait(opened, closed)
    for passed in step.worked:
        _pass(opened, passed)
    for wait in step.opened:
        _open_wait(opened, wait)
    if step.done:
        _end(opened, step)


def resolve(
    opened: OpenCase, assignment: Assignment, where: str, known: Mapping[str, Value]
) -> tuple[Resolution, tuple[IdentityId, ...]]:
    """Who an assignment names today, and who is kept out of it (回避). `known`: what its expressions see."""
    parameters = {name: facts.evaluate(text, known, where) for name, text in assignment.parameters.items()}
    excluded = tuple(one for text in assignment.exclude for one in _identities(_excluded(text, known, where)))
    found = directory.resolve(
        opened.tx.organisation,
        assignment.resolver,
        parameters,
        on=opened.tx.today,
        initiator=opened.case.initiator,
        exclude=excluded,
    )
    return found, excluded


def _excluded(text: str, known: Mapping[str, Value], where: str) -> Value:
    if text in ("initiator", "subject"):
        who = known.get(text)
        return who.get("id") if isinstance(who, Mapping) else None
    return facts.evaluate(text, known, where)


def _identities(found: Value) -> tuple[IdentityId, ...]:
    """One identity, a picked one with its id, or a list of them."""
    if isinstance(found, list | tuple):
        return tuple(one for each in found for one in _identities(each))
    code = found.get("id") if isinstance(found, Mapping) else found
    return (IdentityId(str(code)),) if code else ()


def _close_wait(opened: OpenCase, closed: Closed) -> None:
    completed = closed.closing is Closing.COMPLETED
    cause = "" if completed else _cause_label(opened, closed.cause)
    state = TaskState.COMPLETED if completed else TaskState.CANCELLED
    found = store.task.close_token(opened.tx.db, opened.id, closed.token, state, cause)
    if found is None:
        if not completed:
            _void_number(opened, closed, cause)
        return
    name = titled(found.name, found.label)
    public: dict[str, Value] = {"element": closed.element, "name": name, "task": found.id, "token": closed.token}
    if completed:
        opened.record_consequence("task_completed", closed.element, public, compartment=found.compartment)
    else:
        public |= {"cause": closed.cause, "why": cause}
        opened.record_consequence("task_cancelled", closed.element, public, compartment=found.compartment)


def _void_number(opened: OpenCase, closed: Closed, cause: str) -> None:
    """A paper that will not come leaves its number unused for ever; the gap says here whose it was and why."""
    node = opened.deployed.definition.nodes.get(closed.element)
    number = store.job.number_at(opened.tx.db, opened.id, closed.token) if node is not None and node.document else ""
    if node is not None and number:
        public: dict[str, Value] = {"element": node.id, "name": node.name, "number": number, "why": cause}
        opened.record_consequence("number_voided", node.id, public)


def _cause_label(opened: OpenCase, cause: str) -> str:
    if cause == "migration":
        return "因办件转到新版本，本环节有变化"
    node = opened.deployed.definition.nodes.get(ElementId(cause))
    return f"因「{node.name}」取消" if node is not None else "因办件结束取消"


def _pass(opened: OpenCase, passed: Passed) -> None:
    """What a flow node does when a token goes through it, besides moving on."""
    node = opened.deployed.definition.nodes.get(passed.element)
    if node is None or not (node.register_entries or node.notice):
        return
    place = place_of(opened, node.id, passed.inside)
    for entry in node.register_entries:
        _write_entry(opened, node, entry, place)
    if node.notice and node.assignment is not None:
        _owe_notice(opened, node, place)


def _write_entry(opened: OpenCase, node: FlowNode, entry: RegisterEntry, place: Place) -> None:
    """Lay the node's columns over the case's row in the register; the history keeps every value before and after."""
    known = place.known
    key = organ_id(facts.evaluate(entry.key, known, node.name)) if entry.key else ""
    if entry.key and not key:
        raise Invalid(f"「{node.name}」登记台账时没有写明是哪一行（{entry.key}）。请联系流程负责人。")
    status = str(facts.evaluate(entry.status, known, node.name) or "")
    columns = {name: facts.evaluate(text, known, node.name) for name, text in entry.columns.items()}
    before = store.register.write(opened.tx.db, entry.register, opened.id, status, columns, key=str(key))
    opened.record_consequence(
        "register_entry_written",
        node.id,
        {"register": entry.register, "element": node.id, "status": status, **({"key": str(key)} if key else {})},
        {
            f"register.{name}": {"old": before.columns.get(name) if before else None, "new": value}
            for name, value in {**columns, "status": status}.items()
        }
        | ({"register.status": {"old": before.status, "new": status}} if before else {}),
        clause=" ".join(node.clauses),
        compartment=place.compartment,
    )


def _owe_notice(opened: OpenCase, node: FlowNode, place: Place) -> None:
    assert node.assignment is not None
    found, _ = resolve(opened, node.assignment, node.name, place.known)
    text = str(facts.evaluate(node.notice, place.known, node.name))
    # The event's number makes the key: the same node passed again owes another notice, a retry of this one does not.
    key = f"notice:{opened.id}:{node.id}:{opened.case.seq + len(opened.events)}"
    payload = {"identities": list(found.identities), "text": text}
    store.outbox.owe(opened.tx.db, key=key, kind=outbox.NOTICE, case=opened.id, payload=payload)
    opened.record_consequence(
        "notice_owed",
        node.id,
        {"element": node.id, "name": place.called(node.name), "readers": len(found.identities)},
        {"notice.identities": list(found.identities), "notice.text": text, "notice.reason": found.reason},
        clause=" ".join(node.clauses),
        compartment=place.compartment,
    )


def _open_wait(opened: OpenCase, wait: Wait) -> None:
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
    task = store.task.add(
        opened.tx.db,
        {
            "case_id": opened.id, "token": wait.token, "element": wait.element, "name": node.name,
            "state": TaskState.OPEN, "opened_at": opened.tx.now,
            "due_at": calendar.end_of_day(due.date) if due else None,
            "due_provisional": due.provisional if due else False,
            "due_days": days, "due_basis": node.due.basis if node.due else "",
            "reason": found.reason, "vacant": found.vacant, "body": found.body or "", "recused": list(excluded),
            **place.columns, "scope": own_names(opened, place) if wait.inside else {},
        },
    )  # fmt: skip
    item = store.work_item.add(
        opened.tx.db,
        task=task,
        case=opened.id,
        identities=found.identities,
        due_at=calendar.end_of_day(due.date) if due else None,
    )
    public: dict[str, Value] = {
        "element": wait.element, "name": place.called(node.name), "task": task, "item": item, "token": wait.token,
        "candidates": len(found.identities), "vacant": found.vacant,
        "due": due.date.isoformat() if due else None,
    }  # fmt: skip
    people: dict[str, Value] = {"task.candidates": list(found.identities), "task.reason": found.reason}
    clause = " ".join(node.clauses)
    opened.record_consequence("task_opened", wait.element, public, people, clause, place.compartment)
    if due is not None and days:
        reminder.arm(opened, task, due, days)
    if found.vacant:
        # The administrator learns that a post is empty, not what is done behind the doors.
        why = "" if place.compartment else f"：{found.reason}"
        message = f"「{place.called(node.name)}」没有找到承办人{why or '。'}请补齐任职后重新指派。"
        store.incident.add(opened.tx.db, opened.id, Trouble("vacant", task, wait.element, message))
        public = {"element": wait.element}
        opened.record_consequence("incident_raised", wait.element, public, {"message": message}, "", place.compartment)


def _open_job(opened: OpenCase, wait: Wait) -> None:
    """Owe the work of a service task. Its paper's number is drawn here, once, whatever happens to the tries."""
    node = opened.deployed.node(wait.element)
    place = place_of(opened, wait.element, wait.inside)
    issuer, number, name = "", "", place.called(node.name)
    recipients: tuple[str, ...] = ()
    if node.document is not None:
        issuer = organ_id(facts.evaluate(node.document.issuer, place.known, node.name))
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


def _end(opened: OpenCase, step: Step) -> None:
    nodes = opened.deployed.definition.nodes
    ends = [nodes[ElementId(one)] for one in step.passed if one in nodes and nodes[ElementId(one)].kind == "endEvent"]
    outer = [node for node in ends if node.scope is None]
    outcome = outer[-1].name if outer else ""
    opened.update(state=CaseState.ENDED, ended_at=opened.tx.now, outcome=outcome)
    opened.record_consequence("case_ended", outer[-1].id if outer else "", {"outcome": outcome})
    tell(opened, "case_ended", f"{opened.case.number}「{opened.case.title}」已办结：{outcome or '结束'}。")


def tell(opened: OpenCase, occasion: str, text: str) -> None:
    """Tell the applicant, and whom the case is about, what has become of it."""
    subject = opened.case.variables.get("subject")
    concerned = str(subject["id"]) if isinstance(subject, Mapping) and subject.get("id") else ""
    readers = [one for one in dict.fromkeys((opened.case.initiator, concerned)) if one]
    key = f"{occasion}:{opened.id}:{opened.case.seq + len(opened.events)}"
    payload = {"identities": readers, "text": text}
    store.outbox.owe(opened.tx.db, key=key, kind=outbox.NOTICE, case=opened.id, payload=payload)
