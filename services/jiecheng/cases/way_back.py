"""After a return: the step returned to knows who sent it back and why, and may lead straight back to him (直达).

The way straight back is walked with what was decided before, by the engine and without touching anything; where it
would differ now it stops, and people decide again from there. Nobody's decision is repeated in his name.
"""

from __future__ import annotations

from dataclasses import replace

from jiecheng import engine, store
from jiecheng.cases import facts
from jiecheng.cases.open_case import OpenCase
from jiecheng.model.errors import Refused
from jiecheng.model.ids import ElementId
from jiecheng.model.step import Decide, Step, Wait, WaitKind
from jiecheng.model.task import Task, TaskState
from jiecheng.model.values import Value
from jiecheng.model.work_item import WorkItemState


def straight_back(opened: OpenCase, task: Task, step: Step, decide: Decide) -> Step:
    """The engine's step after `task` was decided; for one that was returned 直达 the step that leads back at once."""
    first = _only_wait(step)
    if not task.way_back or first is None:
        return step
    skipped = _walk(opened, task, step, decide)
    target = skipped.pop() if skipped else first.element
    if target == first.element:
        return step
    known = {**facts.case_facts(opened), **step.writes}
    deployed = opened.deployed
    try:
        jump = engine.move(deployed.executable, step.snapshot, known, [first.token], [target], decide)
    except Refused:
        return step  # the drawing does not allow it: every step again
    differs = target != task.way_back
    public: dict[str, Value] = {
        "element": target, "name": deployed.node(target).name, "skipped": list(skipped), "differs": differs,
        "why": "路线与退回前不同，从这里起逐级办理" if differs else "直达退回的环节",
    }  # fmt: skip
    opened.record_consequence("way_back_taken", task.element, public, compartment=task.compartment)
    return replace(
        step,
        snapshot=jump.snapshot,
        writes={**step.writes, **jump.writes},
        opened=jump.opened,
        done=jump.done,
        worked=(*step.worked, *jump.worked),
    )


def _walk(opened: OpenCase, task: Task, step: Step, decide: Decide) -> list[ElementId]:
    """The steps from here to where the way back ends, each decided as it was before; the last one is where it stops."""
    known = {**facts.case_facts(opened), **step.writes}
    before = {
        one.element: one for one in store.task.of_case(opened.tx.db, opened.id) if one.state is TaskState.COMPLETED
    }
    seen: list[ElementId] = []
    ahead = step
    while (wait := _only_wait(ahead)) is not None and wait.element not in seen:
        if wait.element == task.element:
            # Back over the step just decided: this decision leads elsewhere than the one before it.
            return seen[:1]
        seen.append(wait.element)
        earlier = before.get(wait.element)
        if wait.element == task.way_back or earlier is None:
            break
        node = opened.deployed.node(wait.element)
        written = {node.result_variable: _outcome(opened, earlier)} if node.result_variable else {}
        try:
            ahead = engine.complete(
                opened.deployed.executable, ahead.snapshot, {**known, **ahead.writes}, wait.token, written, decide
            )
        except Refused:
            break
        known |= {**written, **ahead.writes}
    return seen


def _only_wait(step: Step) -> Wait | None:
    """The one user task that the step opened; several at once, a job or the end are no way straight back."""
    people = [wait for wait in step.opened if wait.kind is WaitKind.USER]
    return people[0] if len(people) == 1 and not step.done else None


def _outcome(opened: OpenCase, task: Task) -> Value:
    node = opened.deployed.node(task.element)
    if node.voting is not None:
        return opened.case.variables.get(node.result_variable)
    items = store.work_item.of_task(opened.tx.db, task.id)
    return next(
        (item.outcome for item in reversed(items) if item.state is WorkItemState.DECIDED and not item.advises), None
    )
