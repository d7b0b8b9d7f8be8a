"""What the joins of a scope are owed: whether tokens can all come to an end, however many rounds are under way.

A place has a weight for each way of counting that nothing in the drawing changes: a split hands its own on to its
branches, a join gives back what its inputs bring, starts and ends have none. Tokens from which the scope can end weigh
nothing in every way of counting (the place invariants of a Petri net); tokens that weigh something leave a join waiting.
Inclusive gateways take and give as conditions want: nothing is counted through them. Within one round, places that can
stand beside each other tell more: there a token in one branch of a parallel block asks for one in each other branch.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import combinations

from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin, BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.defaults import EndEvent, InclusiveGateway, ParallelGateway
from SpiffWorkflow.bpmn.specs.event_definitions.item_aware_event import ErrorEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.simple import TerminateEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent

from jiecheng.engine.beside import ARRIVED, Place, arrival, beside, is_join, next_places
from jiecheng.engine.specs.node import NodeSpec, ScopeSpec

Sum = dict[str, Fraction]  # name -> factor; without zeros
MOST_TRIED = 8  # inputs of a join, when the missing ones are looked for: the sentence only
Weights = dict[Place, Sum]  # place -> its weight in each way of counting


def weights(scope: ScopeSpec) -> Weights:
    """Of every place that has any; kept with the scope, for it never changes."""
    if scope.weights is None:
        scope.weights = _solved(_balances(scope))
    return scope.weights


def starving(scope: ScopeSpec, places: Sequence[Place]) -> tuple[str, list[str]] | None:
    """A join that tokens at these places leave waiting, and which inputs it waits for, where that can be told; None when
    all of them can come to an end."""
    return _half_round(scope, places) or _unbalanced(scope, places)


def _half_round(scope: ScopeSpec, places: Sequence[Place]) -> tuple[str, list[str]] | None:
    """Where one branch of a parallel block holds a token each of its branches does; ways round a loop do not count."""
    together = beside(scope)
    for join in scope.task_specs.values():
        if is_join(join) and isinstance(join, ParallelGateway):
            free = [{one for one in join._inputs if (at, arrival(one, join.name)) in together} for at in places]
            inside = [set(join._inputs) - one for one in free if one]  # the branches of the tokens within the block
            missing = set(join._inputs).difference(*inside)
            if missing and any(inside):
                return join.name, sorted(missing)
    return None


def _unbalanced(scope: ScopeSpec, places: Sequence[Place]) -> tuple[str, list[str]] | None:
    known = weights(scope)
    rest: Sum = {}
    for place in places:
        _add(rest, known.get(place, {}), Fraction(1))
    # What only ends that take everything along would have to balance, nobody waits for.
    joins = [join for join in scope.task_specs.values() if is_join(join) and _bears_on(join, rest, known)]
    found = [(join.name, _lacking(join, rest, known)) for join in joins]
    return next((one for one in found if one[1]), found[0] if found else None)


def _lacking(join: NodeSpec, rest: Sum, known: Weights) -> list[str]:
    """The fewest inputs of a join from which one token each would make up for what weighs too much."""
    for size in range(1, min(len(join._inputs), MOST_TRIED)):
        for sources in combinations(join._inputs, size):
            total = dict(rest)
            for source in sources:
                _add(total, known[arrival(source, join.name)], Fraction(1))
            if not total:
                return sorted(sources)
    return []


def _bears_on(join: NodeSpec, rest: Sum, known: Weights) -> bool:
    return any(not rest.keys().isdisjoint(known[arrival(source, join.name)]) for source in join._inputs)


# ---------------------------------------------------------------------- the drawing as equations


def _balances(scope: ScopeSpec) -> Iterator[Sum]:
    """Sums of weights that come to nothing, one for each thing that can happen to a token."""
    yield _sum(["Start"])
    yield _sum([scope.end.name])
    spec: NodeSpec
    for spec in scope.task_specs.values():
        if isinstance(spec, BoundaryEventSplit):
            yield from _around_activity(spec)
        elif not isinstance(spec, BoundaryEventJoin) and not _gives_up(spec):
            yield from _through(spec, list(next_places(scope.task_specs, spec)))


def _around_activity(split: BoundaryEventSplit) -> Iterator[Sum]:
    """An event takes the activity's token along, or makes one out of nothing."""
    activity = next(one.name for one in split.outputs if not isinstance(one, BoundaryEvent))
    yield _sum([activity], [split.name])
    for event in split.outputs:
        if isinstance(event, BoundaryEvent):
            yield _sum([event.name], [activity] if event.cancel_activity else [])


def _through(spec: NodeSpec, following: list[Place]) -> Iterator[Sum]:
    incoming = [arrival(source, spec.name) for source in spec._inputs] if is_join(spec) else []
    if isinstance(spec, InclusiveGateway) and (incoming or len(following) > 1):
        yield from (_sum([place]) for place in [spec.name, *incoming, *following])
        return
    if incoming:
        yield _sum(incoming, [spec.name])
    if isinstance(spec, ParallelGateway):
        yield _sum(following, [spec.name])
    else:
        yield from (_sum([place], [spec.name]) for place in following)


def _gives_up(spec: NodeSpec) -> bool:
    """An end that takes everything around it along: what was counted does not matter any more."""
    definition = getattr(spec, "event_definition", None)
    return isinstance(spec, EndEvent) and isinstance(definition, ErrorEventDefinition | TerminateEventDefinition)


def _sum(these: Iterable[Place], without: Iterable[Place] = ()) -> Sum:
    found: Sum = {}
    for place in these:
        _add(found, {place: Fraction(1)}, Fraction(1))
    for place in without:
        _add(found, {place: Fraction(1)}, Fraction(-1))
    return found


def _solved(balances: Iterable[Sum]) -> Weights:
    """Each place's weight in terms of those that nothing determines: of arrivals, as far as there is a choice."""
    known: dict[Place, Sum] = {}
    for balance in balances:
        rest: Sum = {}
        for place, factor in balance.items():
            _add(rest, known.setdefault(place, {place: Fraction(1)}), factor)
        if rest:
            pivot = min(rest, key=lambda place: (ARRIVED in place, place))
            share = rest.pop(pivot)
            for weight in known.values():
                if pivot in weight:
                    _add(weight, rest, -weight.pop(pivot) / share)
    return known


def _add(total: Sum, more: Sum, factor: Fraction) -> None:
    for name, part in more.items():
        total[name] = total.get(name, Fraction(0)) + part * factor
        if not total[name]:
            del total[name]
