"""Where in a case something stands or happens: what expressions see there, in which instance, behind whose doors.

A step in the case itself sees the case's variables. Inside a multi-instance activity it also sees its item and what was
written in its instance; the engine says what that is. Never decides who may read (permissions).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jiecheng import engine
from jiecheng.cases import facts
from jiecheng.cases.open_case import OpenCase
from jiecheng.model.definition import FlowNode
from jiecheng.model.errors import Invalid
from jiecheng.model.ids import ElementId, Token
from jiecheng.model.step import Inside
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
    several = [node for node in definition.around(element) if node.several]
    keys = [_key(node, known) for node in reversed(several)]
    labels = [text for node in reversed(several) if (text := _label(node, known))]
    wall = definition.walls_around(element)
    compartment = _organ(wall, known) if wall is not None else ""
    return Place(known, "/".join(keys), "·".join(labels), compartment)


def place_of_token(opened: OpenCase, element: ElementId, token: Token) -> Place:
    """The place of something that waits now."""
    return place_among(opened, element, visible(opened, element, token))


def place_of_task(opened: OpenCase, task: Task) -> Place:
    """A task's place; one that is over keeps what it saw when it opened."""
    if task.state is TaskState.OPEN:
        known: Mapping[str, Any] = visible(opened, task.element, task.token)
    else:
        known = {**facts.case_facts(opened), **task.scope}
    return Place(known, task.instance_key, task.instance_label, task.compartment)


def visible(opened: OpenCase, element: ElementId, token: Token) -> Mapping[str, Any]:
    """What the expressions of a waiting token see."""
    known = facts.case_facts(opened)
    if opened.deployed.definition.several_around(element) is None:
        return known
    return engine.visible(opened.deployed.executable, opened.case.snapshot, known, token)


def own_names(opened: OpenCase, place: Place) -> dict[str, Value]:
    """What a place sees that is not simply the case's."""
    around = facts.case_facts(opened)
    return {name: value for name, value in place.known.items() if name not in around or around[name] != value}


def organ_id(value: object) -> str:
    """An organ as a diagram may name it: its id, or what a picker knows of it."""
    found = value.get("id") if isinstance(value, Mapping) else value
    return str(found) if found else ""


def _key(node: FlowNode, known: Mapping[str, Any]) -> str:
    if node.instance is None:
        return str(known.get("loopCounter", ""))
    found = organ_id(facts.evaluate(node.instance.key, known, node.name))
    if not found:
        raise Invalid(f"「{node.name}」的各份没有算出标识（{node.instance.key}），分不开。请联系流程负责人。")
    return found.replace("/", "_")


def _label(node: FlowNode, known: Mapping[str, Any]) -> str:
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
