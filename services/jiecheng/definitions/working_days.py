"""Which timers of a process are counted in working days: theirs is a date that another calendar would make another one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jiecheng.definitions import safe_xml as sx
from jiecheng.model.definition import FlowNode, Input, Output, ProcessDefinition
from jiecheng.model.ids import ElementId
from jiecheng.model.release import Bundle

_SOURCE = "next_working_days"
_WORD = re.compile(r"[A-Za-z_]\w*")


@dataclass(frozen=True, slots=True)
class Counted:
    """`variables`: what holds such a date; `timers`: the events whose date speaks of one of them."""

    variables: frozenset[str]
    timers: frozenset[ElementId]


def counted_in_working_days(definition: ProcessDefinition, bundle: Bundle) -> Counted:
    if not any(_SOURCE in text for text in bundle.diagrams):
        return Counted(frozenset(), frozenset())
    known = _variables(definition)
    timers = {
        element
        for text in bundle.diagrams
        for element, date in _timer_dates(text).items()
        if not known.isdisjoint(_WORD.findall(date))
    }
    return Counted(frozenset(known - {_SOURCE}), frozenset(timers))


def _variables(definition: ProcessDefinition) -> set[str]:
    """The source, and whatever is written from it; called processes hand it on under other names."""
    known = {_SOURCE}
    while True:
        pairs = [(one.source, one.target) for node in definition.nodes.values() for one in _written(node)]
        written = {target for source, target in pairs if not known.isdisjoint(_WORD.findall(source))}
        if written <= known:
            return known
        known |= written


def _written(node: FlowNode) -> Sequence[Input | Output]:
    return [*node.inputs, *node.outputs]


def _timer_dates(diagram: str) -> Mapping[ElementId, str]:
    found = {}
    for timer in sx.parse_xml(diagram).iter(sx.bpmn("timerEventDefinition")):
        date, event = timer.find(sx.bpmn("timeDate")), timer.getparent()
        if date is not None and event is not None:
            found[ElementId(str(event.get("id", "")))] = sx.text_of(date)
    return found
