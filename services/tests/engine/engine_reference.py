"""A second, small interpreter of BPMN, written from the standard and without the library: the judge of the random tests.

Reads a `Drawing`, not XML. Knows user tasks (also countersigned), the four gateways, sub-processes, boundary events,
events behind a gateway, none events.
"""

from collections import Counter, deque


class Token:
    def __init__(self, scope, node, kind):
        self.scope, self.node, self.kind = scope, node, kind
        self.armed, self.inside, self.left, self.carrier = [], None, 0, None


class Scope:
    def __init__(self, drawing, host):
        self.drawing, self.host = drawing, host
        self.tokens, self.parked = [], {}  # parked: join -> Counter of sources


class Reference:
    def __init__(self, drawing, variables):
        self.variables, self.queue, self.done = dict(variables), deque(), False
        self.root = Scope(drawing, None)
        self.scopes = [self.root]
        self.begin(self.root)
        self.settle()

    # -------------------------------------------------------------- from outside

    def open(self):
        return sorted(
            name
            for scope in self.scopes
            for token in scope.tokens
            for name in (self.targets(scope, token.node) if token.kind == "choice" else [token.node])
            if token.kind in ("user", "event", "choice")
        )

    def act(self, name, variables):
        self.variables.update(variables)
        for scope in self.scopes:
            for token in scope.tokens:
                if token.kind == "choice" and name in self.targets(scope, token.node):
                    scope.tokens.remove(token)
                    self.leave(scope, name)
                    return self.settle()
                if token.node == name and token.kind == "user":
                    self.finish(token)
                    return self.settle()
                if token.node == name and token.kind == "event":
                    self.fire(token)
                    return self.settle()
        raise KeyError(name)

    # -------------------------------------------------------------- tokens

    def begin(self, scope):
        start = next(name for name, (kind, *_) in scope.drawing.nodes.items() if kind == "startEvent")
        self.queue.append((scope, start, None))

    def targets(self, scope, node):
        return [target for _, source, target, _ in scope.drawing.flows if source == node]

    def leave(self, scope, node):
        for target in self.targets(scope, node):
            self.queue.append((scope, target, node))

    def settle(self):
        while True:
            while self.queue:
                scope, node, source = self.queue.popleft()
                if scope in self.scopes:
                    self.arrive(scope, node, source)
            if not (self.open_inclusive() or self.close_scope()):
                return

    def arrive(self, scope, node, source):
        kind, attributes, _ = scope.drawing.nodes[node]
        if kind in ("startEvent", "intermediateThrowEvent", "intermediateCatchEvent"):
            self.leave(scope, node)
        elif kind in ("userTask", "subProcess"):
            self.enter(scope, node, kind)
        elif kind == "eventBasedGateway":
            scope.tokens.append(Token(scope, node, "choice"))
        elif kind == "exclusiveGateway":
            self.queue.append((scope, self.chosen(scope, node, attributes)[0], node))
        elif kind == "parallelGateway":
            self.join(scope, node, source)
        elif kind == "inclusiveGateway":
            scope.parked.setdefault(node, Counter())[source] += 1

    def chosen(self, scope, node, attributes):
        flows = [flow for flow in scope.drawing.flows if flow[1] == node]
        true = [target for _, _, target, when in flows if when and self.variables.get(when) is True]
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
        count, sequential = scope.drawing.repeated.get(node, (0, False))
        token = Token(scope, node, "many" if count else "user" if kind == "userTask" else "host")
        token.left = count
        scope.tokens.append(token)
        for name, (what, attributes, _) in scope.drawing.nodes.items():
            if what == "boundaryEvent" and attributes["attachedToRef"] == node:
                event = Token(scope, name, "event")
                event.carrier = token
                token.armed.append(event)
                scope.tokens.append(event)
        for _ in range(min(count, 1) if sequential else count):
            self.instance(token)
        if token.kind == "host":
            token.inside = Scope(scope.drawing.embedded[node], token)
            self.scopes.append(token.inside)
            self.begin(token.inside)

    def instance(self, many):
        one = Token(many.scope, many.node, "user")
        one.carrier = many
        many.scope.tokens.append(one)

    def finish(self, token):
        token.scope.tokens.remove(token)
        many = token.carrier
        if many is not None:
            many.left -= 1
            running = sum(other.carrier is many and other.kind == "user" for other in many.scope.tokens)
            if many.left > running:
                self.instance(many)
            if many.left:
                return
            many.scope.tokens.remove(many)
            token = many
        for event in token.armed:
            token.scope.tokens.remove(event)
        self.leave(token.scope, token.node)

    def fire(self, event):
        scope = event.scope
        if scope.drawing.nodes[event.node][1]["cancelActivity"] == "true":
            self.cancel(event.carrier)
        self.leave(scope, event.node)

    def cancel(self, token):
        for other in [token, *token.armed, *[one for one in token.scope.tokens if one.carrier is token]]:
            if other in token.scope.tokens:
                token.scope.tokens.remove(other)
        if token.inside is not None:
            for inner in list(token.inside.tokens):
                self.cancel(inner)
            if token.inside in self.scopes:
                self.scopes.remove(token.inside)

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
        places = [token.node for token in scope.tokens] + [join for join in scope.parked if join != node]
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
        return seen

    def close_scope(self):
        for scope in reversed(self.scopes):
            if not scope.tokens and not scope.parked and not self.done:
                if scope.host is None:
                    self.done = True
                    return False
                self.scopes.remove(scope)
                self.finish(scope.host)
                return True
        return False
