"""Every feasible path of a diagram, walked as tokens over what is known of the variables: can this be reached around that?

A proof, not a sample: where the walk does not know a variable it takes every branch. Loops end because a state already seen is not
walked again. Called processes are followed, each with variables of its own.
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

from jiecheng.definitions.known import OPEN, names_in, value_of
from jiecheng.definitions.vocabulary import ACTIVITIES, SUB_PROCESSES
from jiecheng.model.definition import FlowNode, Input, Output, ProcessDefinition, SequenceFlow
from jiecheng.model.ids import ElementId

MOST_STATES = 200_000
_MARK = "|"  # between a called process and its variable; no name has it
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
    walk = _Walk(definition, under or {}, frozenset(avoiding), after)
    for before, passed in walk.steps():
        if target == passed.partition("=")[0] and before.counting:
            return walk.way(before, passed)
    return None


def reachable(
    definition: ProcessDefinition, under: Mapping[str, Any] | None = None, *, avoiding: Collection[str] = ()
) -> frozenset[str]:
    """Every element that some feasible path passes, without passing anything of `avoiding`."""
    steps = _Walk(definition, under or {}, frozenset(avoiding)).steps()
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

    # ------------------------------------------------------------------ moves

    def _moves(self, state: _State) -> Iterator[tuple[_State, str]]:
        if self.came_from[state][0] is None:
            yield from self._complete(state, self._node(self.definition.start))
        else:
            yield from self._taken_over(state, None, state.tokens)
        for token in dict.fromkeys(state.tokens):
            kind, _, name = token.partition(":")
            if kind == "flow":
                yield from self._arrive(state, self.definition.flows[name])
            else:
                yield from self._leave(state, self._node(name))

    def _arrive(self, state: _State, flow: SequenceFlow) -> Iterator[tuple[_State, str]]:
        node, here = self._node(flow.target), f"flow:{flow.id}"
        incoming = [f"flow:{one.id}" for one in self._incoming.get(node.id, ())]
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
            raise ValueError(f"expected no link events on the way, but {node.id} is one")
        if self._holds(node):
            begun = state.with_tokens((), [f"at:{node.id}"])
            if node.calls:
                begun = begun.knowing(self._handed(json.loads(state.known), node))
            yield from self._complete(begun, self._start_of(node))
            if node.several:  # nobody on the list: no instance at all
                yield from self._complete(state, node)
        elif node.kind in ACTIVITIES and self._boundary.get(node.id):
            yield state.with_tokens((), [f"at:{node.id}"]), ""
        else:
            yield from self._complete(state, node)

    def _leave(self, state: _State, node: FlowNode) -> Iterator[tuple[_State, str]]:
        """What can happen to an activity that waits: it ends, an event at its edge happens, one inside takes over."""
        inside = self._tokens_inside(state, node.id)
        here = f"at:{node.id}"
        if not self._holds(node) or not inside:
            yield from self._complete(state.with_tokens([here], ()), node)
        for event in self._boundary.get(node.id, ()):
            gone = [here, *inside] if event.interrupting else []
            yield from self._complete(state.with_tokens(gone, ()), event)
        yield from self._taken_over(state, node.id, inside)

    def _taken_over(
        self, state: _State, scope: ElementId | None, inside: Collection[str]
    ) -> Iterator[tuple[_State, str]]:
        """An event sub-process may begin while something in its scope is alive."""
        for node in self._inside.get(scope, ()) if inside else ():
            if node.kind in SUB_PROCESSES and not self._incoming.get(node.id):
                gone = inside if self._start_of(node).interrupting else ()
                yield from self._enter(state.with_tokens(gone, ()), node)

    def _complete(self, state: _State, node: FlowNode) -> Iterator[tuple[_State, str]]:
        if node.kind == "endEvent":
            yield from ((ended, node.id) for ended in self._ended(state, node))
            return
        for known, outcome in self._written(json.loads(state.known), node):
            passed = f"{node.id}={outcome}" if outcome else node.id
            for flows in self._ways_out(node, known):
                yield state.with_tokens((), [f"flow:{one.id}" for one in flows]).knowing(known), passed

    def _ended(self, state: _State, node: FlowNode) -> Iterator[_State]:
        """After an end event; an error takes one of the ways that begin at an error event on the edge around it."""
        if node.event not in ("terminate", "error"):
            yield state
            return
        scope = self._scope_of(node)
        gone = list(state.tokens) if scope is None else self._tokens_inside(state, scope)
        catching = [one for one in self._boundary.get(scope, ()) if scope and one.event == node.event == "error"]
        for event in catching:
            caught = [f"flow:{flow.id}" for flow in self._outgoing.get(event.id, ())]
            yield state.with_tokens([*gone, f"at:{scope}"], caught)
        if not catching:
            yield state.with_tokens(gone, ())

    # ------------------------------------------------------------------ what is known, and which way it leads

    def _written(self, known: dict[str, Any], node: FlowNode) -> Iterator[tuple[dict[str, Any], str]]:
        """What is known after the node, once for each of its outcomes."""
        activity = self.definition.nodes[node.attached_to] if node.attached_to else node
        if activity.several or (activity.kind == "callActivity" and not self._holds(activity)):
            yield self._forgotten(known, activity), ""
            return
        if activity.calls and node is activity:
            # What is taken back is computed over the variables of the called process, which end with it.
            inside = self._view(known, activity.calls)
            values = {one.target: value_of(one.source, inside) for one in node.outputs}
            yield self._laid_over(self._without(known, activity), values, node.process), ""
            return
        if activity.calls and node.interrupting:
            known = self._without(known, activity)
        seen = self._view(known, node.process)
        for outcome in [one.value for one in node.outcomes] or [""]:
            step = {**seen, "outcome": outcome} if outcome else seen
            values = {one.target: value_of(one.source, step) for one in node.outputs}
            if node.result_variable:
                values[node.result_variable] = outcome or OPEN
            yield self._laid_over(known, values, node.process), outcome

    def _laid_over(self, known: Mapping[str, Any], values: Mapping[str, Any], process: str) -> dict[str, Any]:
        after = dict(known)
        for name, value in values.items():
            if name in self.under or name not in self._relevant:
                continue
            after.pop(_named(process, name), None)
            if value is not OPEN:
                after[_named(process, name)] = value
        return after

    def _handed(self, known: dict[str, Any], call: FlowNode) -> dict[str, Any]:
        """What is known when a called process begins: of its own variables those it is handed."""
        seen = {} if call.several else self._view(known, call.process)
        values = {one.target: value_of(one.source, seen) for one in call.inputs}
        return self._laid_over(self._without(known, call), values, call.calls)

    def _view(self, known: Mapping[str, Any], process: str) -> dict[str, Any]:
        """The variables that an expression of this process sees, under their own names."""
        beginning = _named(process, "")
        own = {name.removeprefix(beginning): value for name, value in known.items() if name.startswith(beginning)}
        return {**own, **self.under} if process else {name: one for name, one in known.items() if _MARK not in name}

    def _without(self, known: Mapping[str, Any], call: FlowNode) -> dict[str, Any]:
        """Without the variables of the called process, and of those it calls."""
        ended = {each.process for each in self.definition.nodes.values() if self._lies_in(each, call.id)} | {call.calls}
        beginnings = tuple(_named(process, "") for process in ended - {call.process})
        return {name: value for name, value in known.items() if not name.startswith(beginnings)}

    def _forgotten(self, known: Mapping[str, Any], node: FlowNode) -> dict[str, Any]:
        """After an activity that runs several times: what it writes, and every list, may have changed."""
        known = self._without(known, node) if node.calls else known
        inside = [node, *(one for one in self.definition.nodes.values() if self._lies_in(one, node.id))]
        written = {one.target for each in inside for one in each.outputs} | {one.result_variable for one in inside}
        return {
            name: value
            for name, value in known.items()
            if name in self.under or (name.rpartition(_MARK)[2] not in written and not isinstance(value, list))
        }

    def _ways_out(self, node: FlowNode, known: Mapping[str, Any]) -> Iterator[tuple[SequenceFlow, ...]]:
        flows = tuple(self._outgoing.get(node.id, ()))
        if node.kind == "eventBasedGateway":
            yield from ((flow,) for flow in flows)
        elif node.kind == "exclusiveGateway" and len(flows) > 1:
            yield from ((flow,) for flow in _possible(flows, self._view(known, node.process)))
        elif node.kind == "inclusiveGateway" and len(flows) > 1:
            yield from _subsets(flows, self._view(known, node.process))
        else:
            yield flows

    # ------------------------------------------------------------------ the diagram

    def _node(self, name: str) -> FlowNode:
        return self.definition.nodes[ElementId(name)]

    def _start_of(self, scope: FlowNode) -> FlowNode:
        return next(one for one in self._inside[scope.id] if one.kind == "startEvent")

    @cached_property
    def _outgoing(self) -> Mapping[ElementId, list[SequenceFlow]]:
        return _grouped((flow.source, flow) for flow in self.definition.flows.values())

    @cached_property
    def _incoming(self) -> Mapping[ElementId, list[SequenceFlow]]:
        return _grouped((flow.target, flow) for flow in self.definition.flows.values())

    @cached_property
    def _boundary(self) -> Mapping[ElementId | None, list[FlowNode]]:
        return _grouped((node.attached_to, node) for node in self.definition.nodes.values() if node.attached_to)

    @cached_property
    def _inside(self) -> Mapping[ElementId | None, list[FlowNode]]:
        return _grouped((self._scope_of(node), node) for node in self.definition.nodes.values())

    def _holds(self, node: FlowNode) -> bool:
        """Whether tokens walk inside it: sub-processes, and calls of what the release holds."""
        return node.kind in SUB_PROCESSES or node.calls in self.definition.called

    def _scope_of(self, node: FlowNode) -> ElementId | None:
        """The sub-process around a node, or the call that its process is called by."""
        if node.scope or not node.process:
            return node.scope
        callers = self.definition.callers(node.process)
        if len(callers) > 1:
            raise ValueError(f"expected one call of {node.process}, but {', '.join(one.id for one in callers)} call it")
        return callers[0].id if callers else None

    @cached_property
    def _relevant(self) -> frozenset[str]:
        """Variables that decide a way, and those they are computed from: only these are worth telling states apart."""
        relevant = {name for flow in self.definition.flows.values() for name in names_in(flow.condition)}
        outputs = [one for node in self.definition.nodes.values() for one in _mappings(node)]
        while True:
            more = {name for one in outputs if one.target in relevant for name in names_in(one.source)} - relevant
            if not more:
                return frozenset(relevant)
            relevant |= more

    # ------------------------------------------------------------------ what is worth remembering

    def _pruned(self, state: _State) -> _State:
        """Without what nobody can ask any more. Knowing less only adds paths, so a proof stays a proof."""
        kept = set(self.under)
        for token in state.tokens:
            kind, _, name = token.partition(":")
            kept |= self._asked_from(name) if kind == "at" else self._asked[self.definition.flows[name].target]
        known = json.loads(state.known)
        left = {key: known[key] for key in known if key.rpartition(_MARK)[2] in kept}
        return state if left.keys() == known.keys() else state.knowing(left)

    def _asked_from(self, activity: str) -> frozenset[str]:
        """What may be asked once the activity that waits here has ended or was interrupted."""
        after = [*self._after(self._node(activity)), *(one.id for one in self._boundary.get(ElementId(activity), ()))]
        own = self._asked[ElementId(activity)]  # its outputs are computed when it ends
        return frozenset().union(own, *(self._asked[one] for one in after))

    @cached_property
    def _asked(self) -> Mapping[ElementId, frozenset[str]]:
        """Element -> the variables that some way from it on asks before it writes them anew."""
        nodes = self.definition.nodes
        asked: dict[ElementId, frozenset[str]] = dict.fromkeys(nodes, frozenset())
        while True:
            before = dict(asked)
            for node in nodes.values():
                after = frozenset().union(*(asked[one] for one in self._next(node)))
                edges = frozenset().union(*(asked[one.id] for one in self._boundary.get(node.id, ())))
                asked[node.id] = self._reads(node) | (after - self._writes(node)) | edges
            if asked == before:
                return asked

    def _next(self, node: FlowNode) -> list[ElementId]:
        if self._holds(node):
            return [self._start_of(node).id, *self._after(node)]
        if node.kind == "endEvent" and (scope := self._scope_of(node)):
            around = self._node(scope)
            return [*self._after(around), *(one.id for one in self._boundary.get(around.id, ()))]
        return list(self._after(node))

    def _after(self, node: FlowNode) -> list[ElementId]:
        """Where a token goes from here; from the last element of a sub-process, to what comes after that."""
        return [flow.target for flow in self._outgoing.get(node.id, ())]

    def _reads(self, node: FlowNode) -> frozenset[str]:
        told = [flow.condition for flow in self._outgoing.get(node.id, ())] + [one.source for one in _mappings(node)]
        return frozenset().union(*(names_in(one) for one in told))

    def _writes(self, node: FlowNode) -> frozenset[str]:
        if node.several or node.kind == "callActivity" or node.attached_to:
            return frozenset()
        return frozenset({node.result_variable, *(one.target for one in node.outputs)} - {""})

    # ------------------------------------------------------------------ where tokens are

    def _lies_in(self, node: FlowNode, scope: str) -> bool:
        return any(one.id == scope for one in self.definition.around(node.id) if one.id != node.id)

    def _tokens_inside(self, state: _State, scope: str) -> list[str]:
        def place(token: str) -> FlowNode:
            kind, _, name = token.partition(":")
            return self._node(self.definition.flows[name].source if kind == "flow" else name)

        return [token for token in state.tokens if self._lies_in(place(token), scope)]

    def _awaited(self, state: _State, join: FlowNode, arrived: Collection[str]) -> bool:
        """Whether a token elsewhere can still come to the join."""
        others = [token for token in state.tokens if token not in arrived]
        return any(join.id in self._downstream(token, join.id) for token in others)

    def _downstream(self, token: str, join: str) -> set[str]:
        kind, _, name = token.partition(":")
        waiting = [self.definition.flows[name].target] if kind == "flow" else [ElementId(name)]
        found: set[str] = set()
        while waiting:
            current = waiting.pop()
            if current in found:
                continue
            found.add(current)
            if current != join:
                waiting += [flow.target for flow in self._outgoing.get(current, ())]
                waiting += [event.id for event in self._boundary.get(current, ())]
                waiting += [scope for scope in (self._scope_of(self._node(current)),) if scope]
        return found


def _mappings(node: FlowNode) -> list[Input | Output]:
    return [*node.outputs, *node.inputs]


def _named(process: str, name: str) -> str:
    """How the walk keeps a variable of a called process; one of the case has its own name."""
    return f"{process}{_MARK}{name}" if process else name


def _possible(flows: Collection[SequenceFlow], known: Mapping[str, Any]) -> Iterator[SequenceFlow]:
    """In the order of the diagram: what may be true, until something is; the default one when nothing surely is."""
    default = next((flow for flow in flows if not flow.condition), None)
    for flow in flows:
        if flow is default:
            continue
        answer = value_of(flow.condition, known)
        if answer is OPEN or answer is True:
            yield flow
        if answer is True:
            return
    if default is not None:
        yield default


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


def _grouped(pairs: Iterator[tuple[Any, Any]]) -> dict[Any, list[Any]]:
    found: dict[Any, list[Any]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found
