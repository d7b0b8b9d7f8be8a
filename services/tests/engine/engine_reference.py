"""A second, small interpreter of BPMN, written from the standard and without the library: the judge of the random tests.

Reads a `Drawing`, not XML. Knows user tasks, the four gateways, sub-processes and called processes, several instances
and loops, boundary events, events in the way, behind a gateway and before an event sub-process, links, errors,
escalations, messages and signals thrown inside, conditions that come true, terminate ends, and called processes with
variables of their own.
"""

import itertools
import re
from collections import ChainMap, Counter, deque

ACTIVITIES = ("userTask", "subProcess", "callActivity")
CATCHING = ("intermediateCatchEvent", "receiveTask")


class Token:
    def __init__(self, number, scope, node, kind):
        self.number, self.scope, self.node, self.kind = number, scope, node, kind
        self.armed, self.inside, self.carrier = [], None, None
        self.variables = scope.variables
        self.begun = self.ended = 0  # of the instances of a repeated activity


class Scope:
    def __init__(self, drawing, host, variables):
        self.drawing, self.host, self.variables = drawing, host, variables
        self.tokens, self.parked = [], {}  # parked: join -> Counter of sources


class Reference:
    def __init__(self, drawing, variables):
        self.queue, self.done = deque(), False
        self.numbers, self.scopes = itertools.count(), []
        self.root = self.begin(drawing, None, dict(variables))
        self.settle()

    # -------------------------------------------------------------- from outside

    def open(self):
        return sorted(name for scope in self.scopes for token in scope.tokens for name in self.names(token))

    def names(self, token):
        if token.kind == "choice":
            return self.targets(token.scope, token.node)
        if token.kind == "armed":
            return [start_of(token.scope.drawing.embedded[token.node])]
        return [token.node] if token.kind in ("user", "event", "catch") else []

    def act(self, name, variables):
        tokens = [token for scope in self.scopes for token in scope.tokens if name in self.names(token)]
        token = min(tokens, key=lambda token: token.number)
        token.variables.update(variables)
        if token.kind == "user":
            self.finish(token)
        else:
            self.wake(token, name)
        self.settle()

    def recheck(self, variables):
        """Somebody outside changed variables of the case."""
        self.root.variables.update(variables)
        self.settle()

    def wake(self, token, name):
        """The event that a token waits for has come; `name`: the one of several behind a gateway."""
        if token.kind == "event":
            self.fire(token)
        elif token.kind == "armed":
            self.start_event_subprocess(token)
        else:
            token.scope.tokens.remove(token)
            self.leave(token.scope, name)

    # -------------------------------------------------------------- tokens

    def token(self, scope, node, kind, carrier=None):
        token = Token(next(self.numbers), scope, node, kind)
        token.carrier = carrier
        scope.tokens.append(token)
        return token

    def begin(self, drawing, host, variables):
        scope = Scope(drawing, host, variables)
        self.scopes.append(scope)
        self.queue.append((scope, start_of(drawing), None))
        self.arm(scope)
        return scope

    def arm(self, scope):
        for name, (_, attributes, _) in scope.drawing.nodes.items():
            if attributes.get("triggeredByEvent") == "true":
                self.token(scope, name, "armed")

    def targets(self, scope, node):
        return [target for _, source, target, _ in scope.drawing.flows if source == node]

    def leave(self, scope, node):
        kind, attributes, _ = scope.drawing.nodes[node]
        if node in scope.drawing.links:
            self.queue.append((scope, scope.drawing.links[node], node))
            return
        conditional = any(when for _, source, _, when in scope.drawing.flows if source == node)
        chosen = self.chosen(scope, node, attributes) if conditional else self.targets(scope, node)
        for target in chosen[:1] if kind == "exclusiveGateway" else chosen:
            self.queue.append((scope, target, node))

    def settle(self):
        while True:
            while self.queue:
                scope, node, source = self.queue.popleft()
                if scope in self.scopes:
                    self.arrive(scope, node, source)
            if not (self.open_inclusive() or self.close_scope() or self.ask_conditions()):
                return

    def arrive(self, scope, node, source):
        kind, _, _ = scope.drawing.nodes[node]
        if kind in ACTIVITIES:
            self.enter(scope, node, kind)
        elif kind in CATCHING and node not in scope.drawing.links.values():
            self.token(scope, node, "catch")
        elif kind == "eventBasedGateway":
            self.token(scope, node, "choice")
        elif kind == "parallelGateway":
            self.join(scope, node, source)
        elif kind == "inclusiveGateway":
            scope.parked.setdefault(node, Counter())[source] += 1
        elif kind == "endEvent":
            self.end(scope, node)
        else:
            token = self.token(scope, node, "throwing")
            self.throw(scope, node, "escalation")
            self.tell(scope, node)
            if token in scope.tokens:
                scope.tokens.remove(token)
                self.leave(scope, node)

    def chosen(self, scope, node, attributes):
        flows = [flow for flow in scope.drawing.flows if flow[1] == node]
        true = [target for _, _, target, when in flows if when and scope.variables.get(when) is True]
        default = [target for name, _, target, when in flows if not when or name == attributes.get("default")]
        return true or default

    def join(self, scope, node, source):
        sources = {one for _, one, target, _ in scope.drawing.flows if target == node}
        parked = scope.parked.setdefault(node, Counter())
        parked[source] += 1
        if set(parked) == sources:
            scope.parked[node] = parked - Counter(sources)
            self.leave(scope, node)
        if not scope.parked[node]:
            del scope.parked[node]

    # -------------------------------------------------------------- activities

    def enter(self, scope, node, kind):
        repeated = node in scope.drawing.repeated or node in scope.drawing.loops
        token = self.token(scope, node, "many" if repeated else "user" if kind == "userTask" else "host")
        for name, (what, attributes, _) in scope.drawing.nodes.items():
            if what == "boundaryEvent" and attributes["attachedToRef"] == node:
                token.armed.append(self.token(scope, name, "event", token))
        if not repeated:
            self.run(token)
        elif node in scope.drawing.loops:
            _, condition, before = scope.drawing.loops[node]
            if before and scope.variables.get(condition) is not True:
                self.over(token)
            else:
                self.instance(token)
        else:
            count, sequential, _ = scope.drawing.repeated[node]
            for _ in range(1 if sequential else count):
                self.instance(token)

    def run(self, token):
        if token.kind == "host":
            around, variables = token.scope, token.variables
            if token.node in around.drawing.mapped:
                given, _ = around.drawing.mapped[token.node]
                variables = {inside: variables.get(outside) for inside, outside in given.items()}
            token.inside = self.begin(around.drawing.embedded[token.node], token, variables)

    def instance(self, many):
        many.begun += 1
        kind = many.scope.drawing.nodes[many.node][0]
        token = self.token(many.scope, many.node, "user" if kind == "userTask" else "host", many)
        if many.node in many.scope.drawing.repeated:
            token.variables = ChainMap({}, many.scope.variables)  # what is written in an instance ends with it
        self.run(token)

    def finish(self, token):
        token.scope.tokens.remove(token)
        if token.carrier is None:
            self.over(token)
        elif self.is_enough(token.carrier):
            self.over(token.carrier)

    def is_enough(self, many):
        drawing = many.scope.drawing
        many.ended += 1
        if many.node in drawing.loops:
            most, condition, _ = drawing.loops[many.node]
            if many.ended >= most or many.scope.variables.get(condition) is not True:
                return True
            self.instance(many)
            return False
        count, _, until = drawing.repeated[many.node]
        if many.ended >= min(count, until):
            return True
        if many.begun == many.ended:
            self.instance(many)
        return False

    def over(self, token):
        """An activity is done: what stands for it goes, its flows are taken."""
        self.cancel(token)
        if token.scope.drawing.nodes[token.node][1].get("triggeredByEvent") != "true":
            self.leave(token.scope, token.node)

    def fire(self, event):
        scope = event.scope
        if scope.drawing.nodes[event.node][1]["cancelActivity"] == "true":
            self.cancel(event.carrier)
        elif "timeD" in scope.drawing.nodes[event.node][2]:
            scope.tokens.remove(event)  # a point in time comes once
        self.leave(scope, event.node)

    def cancel(self, token):
        for other in [token, *token.armed, *[one for one in token.scope.tokens if one.carrier is token]]:
            if other in token.scope.tokens:
                token.scope.tokens.remove(other)
            if other is not token and other.inside is not None:
                self.clear(other.inside)
        if token.inside is not None:
            self.clear(token.inside)

    def clear(self, scope):
        """Everything in a scope is given up, and the scope."""
        for token in list(scope.tokens):
            self.cancel(token)
        if scope in self.scopes:
            self.scopes.remove(scope)

    # -------------------------------------------------------------- events

    def end(self, scope, node):
        inner = scope.drawing.nodes[node][2]
        if "errorEventDefinition" in inner:
            self.throw(scope, node, "error")
        elif "terminateEventDefinition" in inner:
            self.give_up(scope)

    def give_up(self, scope):
        """Nothing goes on in a scope; the scope stays."""
        for token in list(scope.tokens):
            self.cancel(token)
        scope.parked.clear()
        self.queue = deque(one for one in self.queue if one[0] is not scope)

    def throw(self, scope, node, kind):
        """To an event sub-process beside the thrower, or to the nearest activity around it that catches it."""
        if f"{kind}EventDefinition" not in scope.drawing.nodes[node][2]:
            return
        for armed in [token for token in scope.tokens if token.kind == "armed"]:
            inner = armed.scope.drawing.embedded[armed.node]
            if f"{kind}EventDefinition" in inner.nodes[start_of(inner)][2]:
                self.start_event_subprocess(armed)
                return
        host = scope.host
        while host is not None:
            carrier = host.carrier or host
            for event in carrier.armed:
                if f"{kind}EventDefinition" in event.scope.drawing.nodes[event.node][2]:
                    self.fire(event)
                    return
            host = host.scope.host

    def tell(self, scope, node):
        """A message or signal thrown in the way reaches all who wait for it now, wherever in the case."""
        thrown = told(scope.drawing.nodes[node])
        if thrown is None or scope.drawing.nodes[node][0] != "intermediateThrowEvent":
            return
        waiting = [token for each in self.scopes for token in each.tokens]
        for token in sorted(waiting, key=lambda token: (token.kind != "armed", token.number)):
            for name in self.names(token):
                if (
                    token in token.scope.tokens
                    and token.scope in self.scopes
                    and told(self.event(token, name)) == thrown
                ):
                    self.wake(token, name)

    def event(self, token, name):
        inner = token.scope.drawing
        return (inner.embedded[token.node] if token.kind == "armed" else inner).nodes[name]

    def ask_conditions(self):
        """Events whose condition is true now; those of the same moment come together."""
        true = []
        for scope in self.scopes:
            for token in scope.tokens:
                for name in self.names(token):
                    kind, variable = told(self.event(token, name)) or ("", "")
                    if kind == "conditional" and scope.variables.get(variable) is True:
                        true.append((token, name))
        for token, name in true:
            if token in token.scope.tokens and token.scope in self.scopes:
                self.wake(token, name)
        return bool(true)

    def start_event_subprocess(self, armed):
        scope = armed.scope
        _, attributes, inner = scope.drawing.embedded[armed.node].nodes[self.names(armed)[0]]
        if attributes["isInterrupting"] == "true":
            self.give_up(scope)
        elif "timeD" in inner:
            scope.tokens.remove(armed)
        self.run(self.token(scope, armed.node, "host"))

    # -------------------------------------------------------------- inclusive joins, ends

    def open_inclusive(self):
        for scope in self.scopes:
            for node, parked in list(scope.parked.items()):
                kind, attributes, _ = scope.drawing.nodes[node]
                if kind == "inclusiveGateway" and self.may_open(scope, node, parked):
                    del scope.parked[node]
                    for target in self.chosen(scope, node, attributes):
                        self.queue.append((scope, target, node))
                    return True
        return False

    def may_open(self, scope, node, parked):
        sources = {one for _, one, target, _ in scope.drawing.flows if target == node}
        places = [token.node for token in scope.tokens if token.kind != "armed"]
        places += [join for join in scope.parked if join != node]
        for place in places:
            ways = self.reach(scope, place, node)
            if ways & (sources - set(parked)) and not ways & set(parked):
                return False
        return True

    def reach(self, scope, start, without):
        seen, todo = set(), [start]
        while todo:
            node = todo.pop()
            if node not in seen and node != without:
                seen.add(node)
                todo += self.targets(scope, node)
                todo += [scope.drawing.links[node]] if node in scope.drawing.links else []
        return seen

    def close_scope(self):
        for scope in reversed(self.scopes):
            if all(token.kind == "armed" for token in scope.tokens) and not scope.parked and not self.done:
                self.clear(scope)
                if scope.host is None:
                    self.done = True
                    return False
                mapped = scope.host.scope.drawing.mapped.get(scope.host.node)
                if mapped:
                    taken = {outside: scope.variables.get(inside) for outside, inside in mapped[1].items()}
                    scope.host.variables.update(taken)
                self.finish(scope.host)
                return True
        return False


def start_of(drawing):
    return next(name for name, (kind, *_) in drawing.nodes.items() if kind == "startEvent")


def told(node):
    """The message, signal or condition of an event, as (kind, name); None for all else."""
    kind, attributes, inner = node
    if kind == "receiveTask":
        return "message", attributes["messageRef"]
    found = re.search(r'(message|signal)Ref="(\w+)"', inner)
    if found:
        return found[1], found[2]
    found = re.search(r"<bpmn:condition>(\w+)<", inner)
    return ("conditional", found[1]) if found else None
