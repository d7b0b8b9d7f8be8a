"""Closed doors (内部办理): what of a case one person sees, and what the others are shown in its place.

Reading services ask here before they show a step, a form, a file, an event or a drawing. The rights are permissions'.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from jiecheng import permissions, store
from jiecheng.cases.open_case import BEHIND_DOORS, CLOSED_DOORS, OpenCase
from jiecheng.model.actor import Actor
from jiecheng.model.history import HistoryEvent
from jiecheng.model.ids import ElementId, IdentityId, TaskId
from jiecheng.model.task import Task, TaskState, titled
from jiecheng.model.work_item import WorkItem
from jiecheng.store.form import FormRow
from jiecheng.store.guest import GuestRow

BETWEEN_WORDS, BETWEEN_PEOPLE = "between.words", "between.people"  # 沟通: what was said, and between whom
BEHIND = "behind_doors"  # the event as those outside read it


@dataclass(frozen=True, slots=True)
class Sight:
    """`own`: the tasks behind doors this person works or worked on; `forms`: the forms of those behind doors, with their instance;
    `passed`: the steps that he was shown."""

    actor: Actor
    grant: permissions.ReadGrant
    own: frozenset[TaskId] = frozenset()
    forms: frozenset[tuple[str, str]] = frozenset()
    passed: tuple[GuestRow, ...] = ()

    def works_on(self, item: WorkItem) -> bool:
        return _works_on(self.actor, item)

    def actor_is(self, identity: IdentityId) -> bool:
        return identity in self.actor.identities

    def behind(self, compartment: str) -> bool:
        """Whether what lies there without belonging to a step may be shown."""
        return permissions.may_see_inside(self.actor, self.grant, compartment)

    def task(self, task: Task) -> bool:
        return self.behind(task.compartment) or task.id in self.own

    def between(self, event: HistoryEvent) -> HistoryEvent:
        """What people asked each other is read by them and by auditors; the others, that they did."""
        people = event.personal.get(BETWEEN_PEOPLE)
        if not isinstance(people, list | tuple) or self.hears([IdentityId(str(one)) for one in people]):
            return event
        return replace(event, personal={key: one for key, one in event.personal.items() if key != BETWEEN_WORDS})

    def hears(self, people: Collection[IdentityId]) -> bool:
        return self.grant.compartments is None or any(one in self.actor.identities for one in people)

    def page_of(self, task: Task) -> bool:
        """Whether he may open the step with its forms: who was only shown the case, only what he was shown of it."""
        here = (one for one in self.passed if one.element == task.element)
        return not self.grant.guest or any(one.instance_key in ("", task.instance_key) for one in here)

    def form(self, row: FormRow) -> bool:
        return self.behind(row.compartment) or (row.form, row.key) in self.forms

    def event(self, event: HistoryEvent) -> HistoryEvent:
        """The event as this person reads it: whole, or that something happened behind doors, and when."""
        compartment = str(event.public.get("compartment", ""))
        if not compartment:
            return self.between(event)
        inside = whole(event)
        if self.behind(compartment) or inside.public.get("task") in self.own:
            return self.between(inside)
        # What kind of thing it was would already tell how far they are in there.
        return replace(event, type=BEHIND, personal={}, clause="")


def sight_of(opened: OpenCase, actor: Actor, grant: permissions.ReadGrant) -> Sight:
    passed = tuple(
        one
        for one in store.guest.of_case(opened.tx.db, opened.id)
        if one.identity in actor.identities and grant.opens(one.compartment)
    )
    if not opened.deployed.definition.has_doors:
        return Sight(actor, grant, passed=passed)
    inside = store.work_item.own_inside(opened.tx.db, opened.id, actor.identities)
    forms = frozenset((use.form, key) for _, step, key in inside for use in opened.deployed.node(step).forms)
    return Sight(actor, grant, frozenset(task for task, *_ in inside), forms, passed)


def whole(event: HistoryEvent) -> HistoryEvent:
    """An event with what would be public, were it not for the doors."""
    inside = event.personal.get(BEHIND_DOORS)
    if not isinstance(inside, Mapping):
        return event
    personal = {path: value for path, value in event.personal.items() if path != BEHIND_DOORS}
    return replace(event, public={**event.public, **inside}, personal=personal)


def element_states(
    opened: OpenCase, sight: Sight, passed: Collection[str], active: Mapping[ElementId, str], tasks: Sequence[Task]
) -> tuple[dict[str, str], frozenset[str]]:
    """States of nodes and the walked flows, as far as this person sees: behind doors only what his steps show.

    `active`: what stands open besides tasks, with its compartment.
    """
    definition = opened.deployed.definition
    seen = {task.element for task in tasks if sight.task(task)}

    def hidden(element: ElementId) -> bool:
        wall = definition.walls_around(element)
        return wall is not None and sight.grant.compartments is not None and element not in seen

    states = {ElementId(one): "done" for one in passed if ElementId(one) in definition.nodes}
    states |= {task.element: "active" for task in tasks if task.state is TaskState.OPEN and sight.task(task)}
    states |= {element: "active" for element, compartment in active.items() if sight.behind(compartment)}
    shown: dict[str, str] = {element: state for element, state in states.items() if not hidden(element)}
    for task in tasks:
        wall = definition.walls_around(task.element)
        if wall is not None and task.state is TaskState.OPEN and not sight.task(task) and wall.id != task.element:
            shown[wall.id] = "active"  # the door itself: somebody is at work behind it
    flows = (definition.flows[one] for one in passed if one in definition.flows)
    return shown, frozenset(flow.id for flow in flows if not hidden(flow.source) and not hidden(flow.target))


def outside_title(opened: OpenCase, task: Task) -> str:
    """What those outside call a step: behind closed doors it is the door, not what is behind it."""
    return door_title(opened, task.element, task.instance_label) if task.compartment else task.title


def door_title(opened: OpenCase, element: ElementId, label: str) -> str:
    wall = opened.deployed.definition.walls_around(element)
    return titled(wall.name if wall else CLOSED_DOORS, label)


def door_id(opened: OpenCase, element: ElementId) -> ElementId:
    """The element as those outside may have it named."""
    wall = opened.deployed.definition.walls_around(element)
    return wall.id if wall is not None else element


def _works_on(actor: Actor, item: WorkItem) -> bool:
    mine: Collection[IdentityId] = actor.identities
    return any(who in mine for who in item.near)
