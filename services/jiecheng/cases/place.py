"""Where in a case something stands or happens: what expressions see there, in which instance, behind whose doors.

A step in the case itself sees the case's variables. Inside a multi-instance activity it also sees its item and what was
written in its instance; in a called process only what was handed to it. The engine says what that is. Never decides who
may read (permissions).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from jiecheng import engine
from jiecheng.cases import facts
from jiecheng.cases.open_case import OpenCase
from jiecheng.model.definition import FlowNode
from jiecheng.model.errors import Invalid
from jiecheng.model.ids import ElementId, Token
from jiecheng.model.step import Inside, Seen
from jiecheng.model.task import Task, TaskState, titled
from jiecheng.model.values import Value


@dataclass(frozen=True, slots=True)
class Place:
    """`known`: what expressions see; `key`, `label`: the instance ("" in the case itself); `compartment`: an organ, or ""."""

    known: Mapping[str, Any]
    key: str = ""
    label: str = ""
    compartment: str = ""

    def called(self, name: str) -> str:
        return titled(name, self.label)

    @property
    def columns(self) -> dict[str, str]:
        """As the rows of tasks, jobs and subscriptions keep it."""
        return {"instance_key": self.key, "instance_label": self.label, "compartment": self.compartment}


def place_of(opened: OpenCase, element: ElementId, inside: Inside | None) -> Place:
    """Where the engine says a wait or a passed node is. `inside` None: in the case itself."""
    return place_among(opened, element, facts.case_facts(opened) if inside is None else inside.names)


def place_among(opened: OpenCase, element: ElementId, known: Mapping[str, Any]) -> Place:
    """The place of an element whose expressions see `known`."""
    definition = opened.deployed.definition
    around = list(_around(opened, element, known))
    several = [(node, seen) for node, seen in reversed(around) if definition.is_told_apart(node)]
    keys = [_key(node, seen) for node, seen in several]
    labels = [text for node, seen in several if (text := _label(node, seen))]
    wall = next(((node, seen) for node, seen in around if node.compartment), None)
    compartment = _organ(*wall) if wall is not None else ""
    return Place(known, "/".join(keys), "·".join(labels), compartment)


def _around(
    opened: OpenCase, element: ElementId, known: Mapping[str, Any]
) -> Iterator[tuple[FlowNode, Mapping[str, Any]]]:
    """The nodes around an element, innermost first, each with what its expressions see: a call activity sees the
    process that calls, not the one it calls."""
    calls = known.calls if isinstance(known, Seen) else ()
    left = list(calls)
    for node in opened.deployed.definition.around(element, [call for call, _ in calls]):
        if left and node.id == left[0][0]:
            known = left.pop(0)[1]
        yield node, known


def place_of_token(opened: OpenCase, element: ElementId, token: Token) -> Place:
    """The place of something that waits now."""
    return place_among(opened, element, visible(opened, element, token))


def place_of_task(opened: OpenCase, task: Task) -> Place:
    """A task's place; one that is over keeps what it saw when it opened."""
    if task.state is TaskState.OPEN:
        known: Mapping[str, Any] = visible(opened, task.element, task.token)
    else:
        known = {**_outside(opened, task.element), **task.scope}
    return Place(known, task.instance_key, task.instance_label, task.compartment)


def visible(opened: OpenCase, element: ElementId, token: Token) -> Mapping[str, Any]:
    """What the expressions of a waiting token see."""
    known = facts.case_facts(opened)
    definition = opened.deployed.definition
    if definition.several_around(element) is None and not definition.nodes[element].process:
        return known
    return engine.visible(opened.deployed.executable, opened.case.snapshot, known, token)


def own_names(opened: OpenCase, place: Place) -> dict[str, Value]:
    """What a place sees that is not simply the case's."""
    behind = isinstance(place.known, Seen) and place.known.calls
    around = _everywhere(opened) if behind else facts.case_facts(opened)
    return {name: value for name, value in place.known.items() if name not in around or around[name] != value}


def _outside(opened: OpenCase, element: ElementId) -> Mapping[str, Any]:
    """What a step sees without what is its place's own."""
    node = opened.deployed.definition.nodes.get(element)
    return _everywhere(opened) if node is not None and node.process else facts.case_facts(opened)


def _everywhere(opened: OpenCase) -> Mapping[str, Any]:
    return {name: value for name, value in facts.case_facts(opened).items() if name in engine.EVERYWHERE}


def organ_id(value: object) -> str:
    """An organ as a diagram may name it: its id, or what a picker knows of it."""
    found = value.get("id") if isinstance(value, Mapping) else value
    return str(found) if found else ""


def _key(node: FlowNode, known: Mapping[str, Any]) -> str:
    if not node.several:
        return str(node.id)  # one of several calls of the same process
    if node.instance is None:
        return str(known.get("loopCounter", ""))
    found = organ_id(facts.evaluate(node.instance.key, known, node.name))
    if not found:
        raise Invalid(f"「{node.name}」的各份没有算出标识（{node.instance.key}），分不开。请联系流程负责人。")
    return found.replace("/", "_")


def _label(node: FlowNode, known: Mapping[str, Any]) -> str:
    if not node.several:
        return node.name
    if node.instance is None:
        return ""
    found = facts.evaluate(node.instance.label or node.instance.key, known, node.name)
    return "" if found is None else str(found)


def _organ(wall: FlowNode, known: Mapping[str, Any]) -> str:
    found = organ_id(facts.evaluate(wall.compartment, known, wall.name))
    if not found:
        # Nobody would be inside, or everybody: neither is what the diagram asks for.
        raise Invalid(f"「{wall.name}」没有算出是哪个机关的内部办理（{wall.compartment}）。请联系流程负责人。")
    return found
