"""Which places of a scope can hold a token at the same time: what a move may leave standing side by side.

Computed from the drawing alone: two places are beside each other when a split or an event that interrupts nobody put
them there, and they stay so until a join has taken all that it waits for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations

from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin, BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.defaults import InclusiveGateway, ParallelGateway
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent

from jiecheng.engine.specs.node import NodeSpec, ScopeSpec

Place = str  # the name of a spec, or "input > join" for what has arrived at a join
Pairs = frozenset[tuple[Place, Place]]
ARRIVED = " > "


def arrival(source: str, join: str) -> Place:
    return f"{source}{ARRIVED}{join}"


def beside(scope: ScopeSpec) -> Pairs:
    """Every pair of places that can be marked together, both ways round; kept with the scope, for it never changes."""
    if scope.beside is None:
        scope.beside = frozenset(_Relation(scope).pairs)
    return scope.beside


class _Relation:
    """Grows from what splits put side by side, one step of one of the two tokens at a time."""

    def __init__(self, scope: ScopeSpec) -> None:
        self.specs: dict[str, NodeSpec] = scope.task_specs
        self.pairs: set[tuple[Place, Place]] = set()
        self.todo: list[tuple[Place, Place]] = []
        for spec in self.specs.values():
            for one, other in _put_beside(spec, list(next_places(self.specs, spec))):
                self._add(one, other)
        while self.todo:
            standing, moving = self.todo.pop()
            for place in self._after(standing, moving):
                self._add(standing, place)

    def _add(self, one: Place, other: Place) -> None:
        for pair in ((one, other), (other, one)):
            if pair not in self.pairs:
                self.pairs.add(pair)
                self.todo.append(pair)

    def _after(self, standing: Place, moving: Place) -> Iterable[Place]:
        """Where the moving token can be next while the other stands still."""
        if moving in self.specs:
            return next_places(self.specs, self.specs[moving])
        join = self.specs[moving.rpartition(ARRIVED)[2]]
        filled = all((standing, arrival(source, join.name)) in self.pairs for source in join._inputs)
        return (join.name,) if filled else ()


def next_places(specs: Mapping[str, NodeSpec], spec: NodeSpec) -> Iterator[Place]:
    """Where a token at a spec can be next."""
    for name in spec._outputs:
        following = specs[name]
        if isinstance(spec, BoundaryEvent) and isinstance(following, BoundaryEventJoin):
            continue  # the library's own way from an event to the end of its activity
        yield arrival(spec.name, name) if is_join(following) else name


def is_join(spec: NodeSpec) -> bool:
    return isinstance(spec, ParallelGateway | InclusiveGateway) and len(spec._inputs) > 1


def _put_beside(spec: NodeSpec, following: list[Place]) -> Iterator[tuple[Place, Place]]:
    if isinstance(spec, ParallelGateway | InclusiveGateway):
        yield from combinations(following, 2)
    elif isinstance(spec, BoundaryEventSplit):
        for event in spec.outputs:
            if isinstance(event, BoundaryEvent) and not event.cancel_activity:
                yield event.name, event.name  # it may come again while what it started the first time goes on
                yield from ((event.name, name) for name in following if name != event.name)
