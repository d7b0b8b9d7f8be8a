"""Fires due timers. A timer fires once, whoever asks and however often; a case that has moved on is left alone."""

from __future__ import annotations

from jiecheng import engine, store
from jiecheng.cases import facts, moments
from jiecheng.cases.advance import advance, decider
from jiecheng.cases.house import BEIJING, Tx
from jiecheng.cases.open_case import open_case
from jiecheng.model.task import titled
from jiecheng.model.values import Value


def fire_timer(tx: Tx, subscription: int) -> bool:
    """Fire it if it still waits and is due. True when it fired now."""
    row = store.subscription.get(tx.db, subscription)
    if row is None:
        return False
    opened = open_case(tx, row.case)
    # Read again behind the lock: what was due may have been cancelled while we waited for the case.
    row = store.subscription.get(tx.db, subscription)
    if row is None or row.state != "waiting" or row.due_at is None or row.due_at > tx.now:
        return False
    store.subscription.mark_fired(tx.db, row.id)
    node = opened.deployed.definition.nodes.get(row.element)
    due = row.due_at.astimezone(BEIJING).isoformat(timespec="minutes")
    name = titled(node.name, row.instance_label) if node else ""
    public: dict[str, Value] = {"element": row.element, "name": name, "token": row.token, "due": due}
    clause = " ".join(node.clauses) if node else ""
    opened.record_consequence("timer_fired", row.element, public, clause=clause, compartment=row.compartment)
    again = moments.next_cycle(row.value) if row.kind == "timeCycle" else None
    step = engine.fire(
        opened.deployed.executable,
        opened.case.snapshot,
        facts.case_facts(opened),
        row.token,
        row.element,
        {},
        decider(opened),
    )
    advance(opened, step, cause=row.element, compartment=row.compartment)
    still_armed = all(closed.token != row.token for closed in step.closed)
    if again is not None and still_armed and not step.done:
        next_time = moments.due_at("timeCycle", again, row.due_at)
        store.subscription.add(
            tx.db,
            [
                {
                    "case_id": opened.id, "token": row.token, "element": row.element, "kind": row.kind,
                    "value": again, "due_at": next_time, "instance_key": row.instance_key,
                    "instance_label": row.instance_label, "compartment": row.compartment,
                }
            ],
        )  # fmt: skip
    opened.close()
    return True
