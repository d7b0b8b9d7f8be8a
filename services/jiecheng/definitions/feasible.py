"""Every feasible path of a diagram, walked as tokens over what is known of the variables: can this be reached around that?

A proof, not a sample: where the walk does not know a variable it takes every branch. Loops end because a state already seen is not
walked again. Called processes are followed, each call with variables of its own; a path names their elements as they are
drawn, whichever call it passes them by.
Parallel tokens, sub-processes, boundary events and cancelled branches are walked as BPMN has them; an inside
that runs several times is walked once, and what it collects counts as unknown.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from jiecheng.definitions.feasible_diagram import WalkedDiagram
from jiecheng.definitions.feasible_known import Knowledge
from jiecheng.definitions.known import OPEN, possible_ways, value_of
from jiecheng.definitions.unfolded import drawn, unfolded
from jiecheng.definitions.vocabulary import ACTIVITIES, SUB_PROCESSES
from jiecheng.model.definition import FlowNode, ProcessDefinition, SequenceFlow
from jiecheng.model.ids import ElementId

MOST_STATES = 200_000
_MOST_ALIKE = 2  # tokens at one place: a reminder that fires again and again adds nothing new


@dataclass(frozen=True, slots=True)
class Way:
    """A path that leads to the target: what was passed, "element" or "element=outcome", and what was known at its end."""

    passed: tuple[str, ...]
    known: Mapping[str, Any]

    def __str__(self) -> str:
        return " → ".join(self.passed)


def reaches(
    definition: ProcessDefinition,
    target: str,
    *,
    avoiding: Collection[str] = (),
    under: Mapping[str, Any] | None = None,
    after: str = "",
) -> Way | None:
    """The shortest feasible path to `target` that passes nothing of `avoiding`, or None: then there is no such path.

    `under`: variables that keep this value all the way, such as the row a table answers with. `avoiding` and `after`:
    "element", or "element=outcome" for one outcome of a step. With `after`, only what comes after passing it counts.
    """
    named = {target, *(one.partition("=")[0] for one in (*avoiding, *([after] if after else [])))}
    strange = named - set(definition.nodes)
    if strange:
        raise ValueError(f"expected elements of {definition.id}, but it has no {', '.join(sorted(strange))}")
    walk = _Walk(unfolded(definition), under or {}, frozenset(avoiding), after)
    for before, passed in walk.steps():
        if target == passed.partition("=")[0] and before.counting:
            return walk.way(before, passed)
    return None


def reachable(
    definition: ProcessDefinition, under: Mapping[str, Any] | None = None, *, avoiding: Collection[str] = ()
) -> frozenset[str]:
    """Every element that some feasible path passes, without passing anything of `avoiding`."""
    steps = _Walk(unfolded(definition), under or {}, frozenset(avoiding)).steps()
    return frozenset(passed.partition("=")[0] for _, passed in steps if passed)


@dataclass(frozen=True, slots=True)
class _State:
    """`tokens`: "flow:id" on a sequence flow, "at:id" in an activity. `known`: JSON, so that states compare. `counting`:
    whether `after` was passed."""

    tokens: tuple[str, ...]
    known: str
    counting: bool

    def with_tokens(self, removed: Collection[str], added: Collection[str]) -> _State:
        left = Counter(self.tokens)
        left.subtract(Counter(removed))
        left.update(added)
        kept = [token for token, number in left.items() for _ in range(min(number, _MOST_ALIKE))]
        return replace(self, tokens=tuple(sorted(kept)))

    def knowing(self, known: Mapping[str, Any]) -> _State:
        return replace(self, known=json.dumps(known, sort_keys=True, ensure_ascii=False, default=str))


@dataclass
class _Walk:
    definition: ProcessDefinition
    under: Mapping[str, Any]
    avoiding: frozenset[str] = frozenset()
    after: str = ""
    came_from: dict[_State, tuple[_State | None, str]] = field(default_factory=dict)

    @cached_property
    def diagram(self) -> WalkedDiagram:
        return WalkedDiagram(self.definition)

    @cached_property
    def knowledge(self) -> Knowledge:
        return Knowledge(self.diagram, self.under)

    def steps(self) -> Iterator[tuple[_State, str]]:
        """Every step that a path may take, shortest paths first: where from, and what it passes ("" where nothing)."""
        waiting = [_State((), "{}", not self.after).knowing(self.under)]
        self.came_from[waiting[0]] = (None, "")
        while waiting:
            found: list[_State] = []
            for before in waiting:
                for state, passed in self._moves(before):
                    names = {passed, passed.partition("=")[0]}
                    if before.counting and names & self.avoiding:
                        continue
                    yield before, passed
                    counting = before.counting or self.after in names
                    found += self._new(before, replace(state, counting=counting), passed)
            waiting = found

    def way(self, state: _State, last: str) -> Way:
        passed, at = [last], state
        while (before := self.came_from[at])[0] is not None:
            passed += [before[1]] if before[1] else []
            at = before[0]
        return Way(tuple(reversed(passed)), json.loads(state.known))

    def _new(self, before: _State, state: _State, passed: str) -> list[_State]:
        state = self._pruned(state)
        if state in self.came_from:
            return []
        if len(self.came_from) > MOST_STATES:
            raise ValueError(f"expected {self.definition.id} to have at most {MOST_STATES} states; it has more")
        self.came_from[state] = (before, passed)
        return [state]

    def _pruned(self, state: _State) -> _State:
        known = json.loads(state.known)
        kept = self.knowledge.worth_keeping(known, state.tokens)
        return state if kept.keys() == known.keys() else state.knowing(kept)

    # ------------------------------------------------------------------ moves

    def _moves(self, state: _State) -> Iterator[tuple[_State, str]]:
        if self.came_from[state][0] is None:
            yield from self._complete(state, self.diagram.node(self.definition.start))
        else:
            yield from self._taken_over(state, None, state.tokens)
        for token in dict.fromkeys(state.tokens):
            kind, _, name = token.partition(":")
            if kind == "flow":
                yield from self._arrive(state, self.definition.flows[name])
            else:
                yield from self._leave(state, self.diagram.node(name))

    def _arrive(self, state: _State, flow: SequenceFlow) -> Iterator[tuple[_State, str]]:
        node, here = self.diagram.node(flow.target), f"flow:{flow.id}"
        incoming = [f"flow:{one.id}" for one in self.diagram.incoming.get(node.id, ())]
        if node.kind == "parallelGateway" and len(incoming) > 1:
            if here == min(incoming) and set(incoming) <= set(state.tokens):
                yield from self._enter(state.with_tokens(incoming, ()), node)
        elif node.kind == "inclusiveGateway" and len(incoming) > 1:
            arrived = [one for one in incoming if one in state.tokens]
            if here == min(arrived) and not self._awaited(state, node, arrived):
                yield from self._enter(state.with_tokens(arrived, ()), node)
        else:
            yield from self._enter(state.with_tokens([here], ()), node)

    def _enter(self, state: _State, node: FlowNode) -> Iterator[tuple[_State, str]]:
        if node.event == "link":
            raise ValueError(f"expected no link events on the way, but {drawn(node.id)} is one")
        if self.diagram.holds(node):
            begun = state.with_tokens((), [f"at:{node.id}"])
            if node.calls:
                begun = begun.knowing(self.knowledge.handed(json.loads(state.known), node))
            yield from self._complete(begun, self.diagram.start_of(node))
            if node.several:  # nobody on the list: no instance at all
                yield from self._complete(state, node)
        elif node.kind in ACTIVITIES and self.diagram.boundary.get(node.id):
            yield state.with_tokens((), [f"at:{node.id}"]), ""
        else:
            yield from self._complete(state, node)

    def _leave(self, state: _State, node: FlowNode) -> Iterator[tuple[_State, str]]:
        """What can happen to an activity that waits: it ends, an event at its edge happens, one inside takes over."""
        inside = self._tokens_inside(state, node.id)
        here = f"at:{node.id}"
        if not self.diagram.holds(node) or not inside:
            yield from self._complete(state.with_tokens([here], ()), node)
        for event in self.diagram.boundary.get(node.id, ()):
            gone = [here, *inside] if event.interrupting else []
            yield from self._complete(state.with_tokens(gone, ()), event)
        yield from self._taken_over(state, node.id, inside)

    def _taken_over(
        self, state: _State, scope: ElementId | None, inside: Collection[str]
    ) -> Iterator[tuple[_State, str]]:
        """An event sub-process may begin while something in its scope is alive."""
        for node in self.diagram.inside.get(scope, ()) if inside else ():
            if node.kind in SUB_PROCESSES and not self.diagram.incoming.get(node.id):
                gone = inside if self.diagram.start_of(node).interrupting else ()
                yield from self._enter(state.with_tokens(gone, ()), node)

    def _complete(self, state: _State, node: FlowNode) -> Iterator[tuple[_State, str]]:
        if node.kind == "endEvent":
            yield from ((ended, drawn(node.id)) for ended in self._ended(state, node))
            return
        for known, outcome in self.knowledge.written(json.loads(state.known), node):
            name = drawn(node.id)
            passed = f"{name}={outcome}" if outcome else name
            for flows in self._ways_out(node, known):
                yield state.with_tokens((), [f"flow:{one.id}" for one in flows]).knowing(known), passed

    def _ended(self, state: _State, node: FlowNode) -> Iterator[_State]:
        """After an end event; an error takes one of the ways that begin at an error event on the edge around it."""
        if node.event not in ("terminate", "error"):
            yield state
            return
        scope = self.diagram.scope_of(node)
        gone = list(state.tokens) if scope is None else self._tokens_inside(state, scope)
        catching = [one for one in self.diagram.boundary.get(scope, ()) if scope and one.event == node.event == "error"]
        for event in catching:
            caught = [f"flow:{flow.id}" for flow in self.diagram.outgoing.get(event.id, ())]
            yield state.with_tokens([*gone, f"at:{scope}"], caught)
        if not catching:
            yield state.with_tokens(gone, ())

    # ------------------------------------------------------------------ what is known, and which way it leads

    def _ways_out(self, node: FlowNode, known: Mapping[str, Any]) -> Iterator[tuple[SequenceFlow, ...]]:
        flows = tuple(self.diagram.outgoing.get(node.id, ()))
        if node.kind == "eventBasedGateway":
            yield from ((flow,) for flow in flows)
        elif node.kind == "exclusiveGateway" and len(flows) > 1:
            yield from ((flow,) for flow in possible_ways(flows, self.knowledge.view(known, node.process)))
        elif node.kind == "inclusiveGateway" and len(flows) > 1:
            yield from _subsets(flows, self.knowledge.view(known, node.process))
        else:
            yield flows

    # ------------------------------------------------------------------ where tokens are

    def _tokens_inside(self, state: _State, scope: str) -> list[str]:
        def place(token: str) -> FlowNode:
            kind, _, name = token.partition(":")
            return self.diagram.node(self.definition.flows[name].source if kind == "flow" else name)

        return [token for token in state.tokens if self.diagram.lies_in(place(token), scope)]

    def _awaited(self, state: _State, join: FlowNode, arrived: Collection[str]) -> bool:
        """Whether a token elsewhere can still come to the join."""
        others = [token for token in state.tokens if token not in arrived]
        return any(join.id in self.diagram.downstream(token, join.id) for token in others)


def _subsets(flows: Collection[SequenceFlow], known: Mapping[str, Any]) -> Iterator[tuple[SequenceFlow, ...]]:
    default = next((flow for flow in flows if not flow.condition), None)
    answers = [(flow, value_of(flow.condition, known)) for flow in flows if flow is not default]
    chosen: list[tuple[SequenceFlow, ...]] = [()]
    for flow, answer in answers:
        taken = [(*one, flow) for one in chosen] if answer is True or answer is OPEN else []
        chosen = taken + ([] if answer is True else chosen)
    yield from (one for one in chosen if one)
    if () in chosen and default is not None:
        yield (default,)
