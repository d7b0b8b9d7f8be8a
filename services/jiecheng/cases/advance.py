"""Turns what the engine answered into rows: what is over, what was passed, what waits now, the end of the case.

Never decides where a token goes (engine) nor who may act (permissions).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from jiecheng import outbox, store
from jiecheng.cases import facts
from jiecheng.cases.assignment import resolve
from jiecheng.cases.circulated import circulate_by_itself
from jiecheng.cases.open_case import OpenCase
from jiecheng.cases.opening import by_their_numbers, open_wait
from jiecheng.cases.place import Place, organ_id, place_of
from jiecheng.model.case import Case, CaseState
from jiecheng.model.definition import FlowNode, RegisterEntry
from jiecheng.model.errors import Invalid
from jiecheng.model.ids import ElementId
from jiecheng.model.step import Closed, Closing, Decide, Kept, Passed, Step
from jiecheng.model.task import TaskState, titled
from jiecheng.model.values import Value, Variables


def decider(opened: OpenCase) -> Decide:
    """What the engine asks when it passes a business rule task."""

    def answer(element: ElementId, variables: Variables) -> Value:
        return facts.decide(opened, element, variables)

    return answer


def advance(opened: OpenCase, step: Step, *, cause: str, compartment: str = "", why: str = "") -> None:
    """Apply one step of the engine. `cause`: the element whose completion or firing made the step, `compartment`: behind
    whose doors it was, `why`: what ended the waits that it cancelled, where no element of the diagram did."""
    opened.update(variables={**opened.case.variables, **step.writes}, snapshot=dict(step.snapshot))
    if step.passed or step.writes:
        opened.record_consequence(
            "case_advanced",
            cause,
            {"passed": list(step.passed), "cause": cause},
            {f"variables.{name}": value for name, value in step.writes.items()},
            compartment=compartment,
        )
    for kept in step.kept:
        _record_kept(opened, kept, cause)
    for closed in step.closed:
        _close_wait(opened, closed, why)
    for passed in step.worked:
        _pass(opened, passed)
    for wait in by_their_numbers(opened, step.opened):
        open_wait(opened, wait)
    if step.done:
        _end(opened, step)


def _record_kept(opened: OpenCase, kept: Kept, cause: str) -> None:
    """What was written inside an instance is as much on record as what was written for the whole case."""
    place = place_of(opened, kept.element, kept.inside)
    opened.record_consequence(
        "case_advanced",
        cause,
        {"element": kept.element, "instance": place.key, "name": place.label, "cause": cause},
        {f"variables.{name}": value for name, value in kept.writes.items()},
        compartment=place.compartment,
    )


def _close_wait(opened: OpenCase, closed: Closed, why: str) -> None:
    completed = closed.closing is Closing.COMPLETED
    cause = "" if completed else why or _cause_label(opened, closed.cause)
    state = TaskState.COMPLETED if completed else TaskState.CANCELLED
    known = opened.tasks.pop(closed.token, None)
    found = store.task.close_token(opened.tx.db, opened.id, closed.token, state, cause, known)
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
    job = store.job.latest_at(opened.tx.db, opened.id, closed.token) if node is not None and node.document else None
    if node is not None and job is not None and job.number:
        public: dict[str, Value] = {"element": node.id, "name": job.name, "number": job.number, "why": cause}
        opened.record_consequence("number_voided", node.id, public, compartment=job.compartment)


def _cause_label(opened: OpenCase, cause: str) -> str:
    if cause == "migration":
        return "因办件转到新版本，本环节有变化"
    node = opened.deployed.definition.nodes.get(ElementId(cause))
    return f"因「{node.name}」取消" if node is not None else "因办件结束取消"


def _pass(opened: OpenCase, passed: Passed) -> None:
    """What a flow node does when a token goes through it, besides moving on."""
    node = opened.deployed.definition.nodes.get(passed.element)
    if node is None or not (node.register_entries or node.notice or node.circulate):
        return
    place = place_of(opened, node.id, passed.inside)
    for entry in node.register_entries:
        _write_entry(opened, node, entry, place)
    if node.notice and node.assignment is not None:
        _owe_notice(opened, node, place)
    if node.circulate is not None:
        circulate_by_itself(opened, node, place)


def _write_entry(opened: OpenCase, node: FlowNode, entry: RegisterEntry, place: Place) -> None:
    """Lay the node's columns over the case's row in the register; the history keeps every value before and after."""
    known = place.known
    key = organ_id(facts.evaluate(entry.key, known, node.name)) if entry.key else ""
    if entry.key and not key:
        raise Invalid(f"「{node.name}」登记台账时没有写明是哪一行（{entry.key}）。请联系流程负责人。")
    status = str(facts.evaluate(entry.status, known, node.name) or "")
    columns = {name: facts.evaluate(text, known, node.name) for name, text in entry.columns.items()}
    opened.lock_registers()
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


def _end(opened: OpenCase, step: Step) -> None:
    nodes = opened.deployed.definition.nodes
    ends = [nodes[ElementId(one)] for one in step.passed if one in nodes and nodes[ElementId(one)].kind == "endEvent"]
    if any(node.retractable for node in nodes.values()):
        store.undo.forget(opened.tx.db, opened.id)
    outer = [node for node in ends if node.scope is None and not node.process]
    outcome = outer[-1].name if outer else ""
    opened.update(state=CaseState.ENDED, ended_at=opened.tx.now, outcome=outcome)
    opened.record_consequence("case_ended", outer[-1].id if outer else "", {"outcome": outcome})
    case, result = opened.case, f"：{outcome}" if outcome else ""
    undone = store.reversal.undone(opened.tx.db, opened.id) if "reversed_case" in case.variables else None
    if undone is None:
        tell(opened, "case_ended", f"{case.number}「{case.title}」已办结{result}。")
        return
    # Those of the finished one may not have asked for it, and it is their matter.
    both = dict.fromkeys((*_concerned(case), *_concerned(store.case.get(opened.tx.db, undone.case))))
    told = f"{undone.number}「{undone.title}」的撤销（{case.number}）已办结{result}。"
    _owe(opened, "case_ended", list(both), told)


def stop(opened: OpenCase, step: Step, state: CaseState, outcome: str, why: str) -> None:
    """The case is over, and by no end of the diagram: whatever it waited for is cancelled with the cause."""
    opened.update(snapshot=dict(step.snapshot), state=state, ended_at=opened.tx.now, outcome=outcome)
    for closed in step.closed:
        _close_wait(opened, closed, why)
    store.undo.forget(opened.tx.db, opened.id)


def tell(opened: OpenCase, occasion: str, text: str) -> None:
    """Tell the applicant, and whom the case is about, what has become of it."""
    _owe(opened, occasion, _concerned(opened.case), text)


def _concerned(case: Case) -> Sequence[str]:
    subject = case.variables.get("subject")
    about = str(subject["id"]) if isinstance(subject, Mapping) and subject.get("id") else ""
    return [one for one in dict.fromkeys((case.initiator, about)) if one]


def _owe(opened: OpenCase, occasion: str, readers: Sequence[str], text: str) -> None:
    if readers:
        key = f"{occasion}:{opened.id}:{opened.case.seq + len(opened.events)}"
        payload = {"identities": readers, "text": text}
        store.outbox.owe(opened.tx.db, key=key, kind=outbox.NOTICE, case=opened.id, payload=payload)
