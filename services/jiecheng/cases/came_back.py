"""Why an application lies with its applicant again: what a decision table found, or who sent it back and with what words.

A step is a correction (补正) when the applicant works on it and fills in again what he started with. Reads only.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from jiecheng import forms, store
from jiecheng.cases import standing
from jiecheng.cases.deployed import Deployed
from jiecheng.cases.open_case import OpenCase
from jiecheng.model.definition import FlowNode, ProcessDefinition
from jiecheng.model.ids import ElementId
from jiecheng.model.task import Task, TaskState
from jiecheng.model.values import Value
from jiecheng.model.work_item import WorkItemState


@dataclass(frozen=True, slots=True)
class Reason:
    """What a table found: in words, with the clause it rests on, quoted; "" where it names none."""

    message: str
    basis: str = ""
    rule: str = ""


@dataclass(frozen=True, slots=True)
class CameBack:
    """`by`: who sent it back, from which step and with which decision, "" where a check did."""

    step: str
    reasons: tuple[Reason, ...] = ()
    by: str = ""
    opinion: str = ""


def is_correction(deployed: Deployed, node: FlowNode) -> bool:
    """Whether the applicant fills in here again what he filled in to start."""
    if node.kind != "userTask" or node.assignment is None or node.assignment.resolver != "initiator":
        return False
    started = {use.form for use in deployed.node(deployed.definition.start).forms}
    return any(use.form in started and forms.is_edited(deployed.forms[use.form], use) for use in node.forms)


def reasons_of(value: Value) -> list[Reason]:
    """The findings among a table's answer: rows that say something to people."""
    rows = value if isinstance(value, list | tuple) else ()
    return [
        Reason(str(one["message"]), str(one.get("basis") or ""), str(one.get("rule") or ""))
        for one in rows
        if isinstance(one, Mapping) and one.get("message")
    ]


def came_back(opened: OpenCase, task: Task, node: FlowNode) -> CameBack | None:
    """None: it is no correction, or it came here by another way (撤回修改, 退回), which the page tells already."""
    if task.state is not TaskState.OPEN or task.returned or not is_correction(opened.deployed, node):
        return None
    found: list[Reason] = []
    for check in _checks_before(opened.deployed.definition, node.id):
        found += reasons_of(opened.case.variables.get(check.result_variable))
    if found:
        return CameBack(task.title, tuple(dict.fromkeys(found)))
    return _sent_back(opened, task)


def _sent_back(opened: OpenCase, task: Task) -> CameBack | None:
    """The decision in the same moment of which the step was opened; what was said behind closed doors stays there."""
    before = [
        one
        for one in store.task.of_case(opened.tx.db, opened.id)
        if one.state is TaskState.COMPLETED and one.closed_at == task.opened_at and one.element != task.element
    ]
    if not before or before[-1].compartment:
        return None
    items = store.work_item.of_task(opened.tx.db, before[-1].id)
    decided = [one for one in items if one.state is WorkItemState.DECIDED and not one.advises]
    if not decided:
        return None
    last = decided[-1]
    who = standing.decider_in_words(opened.tx, last)
    return CameBack(task.title, by=f"{who}在“{before[-1].title}”选择“{last.outcome_label}”", opinion=last.opinion or "")


def _checks_before(definition: ProcessDefinition, element: ElementId) -> Sequence[FlowNode]:
    """The business rules from which the drawing leads here without people working on the way."""
    sources: dict[ElementId, list[ElementId]] = {}
    for flow in definition.flows.values():
        sources.setdefault(flow.target, []).append(flow.source)
    return [
        node
        for node in _backwards(definition, sources, element, set())
        if node.kind == "businessRuleTask" and node.result_variable
    ]


def _backwards(
    definition: ProcessDefinition, sources: Mapping[ElementId, Collection[ElementId]], at: ElementId, seen: set[str]
) -> Iterator[FlowNode]:
    for source in sources.get(at, ()):
        node = definition.nodes[source]
        if source in seen or node.kind == "userTask":
            continue
        seen.add(source)
        yield node
        yield from _backwards(definition, sources, source, seen)
