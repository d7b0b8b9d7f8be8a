"""What waits in a case under the names of another version of its process: the same rows, with their items, drafts and dates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Text, cast, func, literal, select, update
from sqlalchemy import case as case_of

from jiecheng.model.ids import CaseId, ElementId, Token
from jiecheng.store.database import Transaction
from jiecheng.store.tables import drafts, jobs, metadata, subscriptions, tasks


@dataclass(frozen=True, slots=True)
class Renamed:
    """One wait: its token and element before and now, and what people call its step now."""

    token: Token
    element: ElementId
    new_token: Token
    new_element: ElementId
    name: str


def rename_wait(tx: Transaction, case: CaseId, one: Renamed) -> None:
    values = {"token": one.new_token, "element": one.new_element}
    open_task = (tasks.c.case_id == case, tasks.c.token == one.token, tasks.c.state == "open")
    tx.connection.execute(update(tasks).where(*open_task).values(**values, name=one.name))
    undone = (jobs.c.case_id == case, jobs.c.token == one.token, jobs.c.state.in_(("open", "failed")))
    tx.connection.execute(update(jobs).where(*undone).values(**values))


def rename_event(tx: Transaction, case: CaseId, one: Renamed) -> None:
    """A timer or message that is waited for: its date stays, and so does what somebody has begun to fill in for it."""
    waiting = (
        subscriptions.c.case_id == case,
        subscriptions.c.token == one.token,
        subscriptions.c.element == one.element,
        subscriptions.c.state.in_(("waiting", "failed")),
    )
    values = {"token": one.new_token, "element": one.new_element}
    tx.connection.execute(update(subscriptions).where(*waiting).values(**values))
    before, after = f"message:{case}:{one.element}", f"message:{case}:{one.new_element}"
    subject: ColumnElement[str] = drafts.c.subject
    begun = (subject == before) | func.starts_with(subject, f"{before}:")
    rest = func.substr(subject, literal(len(before) + 1))
    tx.connection.execute(update(drafts).where(begun).values(subject=cast(literal(after), Text).concat(rest)))


def rename_done(tx: Transaction, case: CaseId, mapping: Mapping[ElementId, ElementId]) -> None:
    """Steps that are over are found under the ids of the release the case is under; what they were called then, stays."""
    if mapping:
        new = case_of({str(old): str(new) for old, new in mapping.items()}, value=tasks.c.element)
        over = (tasks.c.case_id == case, tasks.c.state != "open", tasks.c.element.in_(list(mapping)))
        tx.connection.execute(update(tasks).where(*over).values(element=new))


def rename_ways_back(tx: Transaction, case: CaseId, mapping: Mapping[ElementId, ElementId]) -> None:
    """Where steps that were returned 直达 lead straight back to."""
    for old, new in mapping.items():
        there = (tasks.c.case_id == case, tasks.c.state == "open", tasks.c.way_back == old)
        tx.connection.execute(update(tasks).where(*there).values(way_back=new))


def rename_instances(tx: Transaction, case: CaseId, mapping: Mapping[ElementId, ElementId]) -> None:
    """Forms and waits inside calls are kept apart by the calls' names: wherever one stands in a key it gets its new one."""
    for table in metadata.tables.values():
        if {"case_id", "instance_key"} <= set(table.c.keys()):
            statement = select(table.c.instance_key).where(table.c.case_id == case).distinct()
            for (key,) in tx.connection.execute(statement).all():
                new = _under(key, mapping)
                if new != key:
                    there = (table.c.case_id == case, table.c.instance_key == key)
                    tx.connection.execute(update(table).where(*there).values(instance_key=new))
    beginning = f"message:{case}:"
    subjects = tx.connection.execute(select(drafts.c.subject).where(func.starts_with(drafts.c.subject, beginning)))
    for (subject,) in subjects.all():
        element, mark, key = subject.removeprefix(beginning).partition(":")
        new = f"{beginning}{element}{mark}{_under(key, mapping)}"
        tx.connection.execute(update(drafts).where(drafts.c.subject == subject).values(subject=new))


def _under(key: str, mapping: Mapping[ElementId, ElementId]) -> str:
    return "/".join(mapping.get(ElementId(part), part) for part in key.split("/"))
