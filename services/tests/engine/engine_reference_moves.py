"""Moves for the reference interpreter, and what must be true of the tokens after any of them.

A move cancels activities with all that is armed around them or runs inside, and puts one token at each target.
"""

from collections import Counter

from engine_reference import Reference, start_of

STANDING = ("user", "many", "host", "catch", "choice")


class Mover(Reference):
    # -------------------------------------------------------------- moves

    def move(self, names, targets):
        """`names`: elements that are waited for, or "all"; judges nothing, the caller knows that it is allowed."""
        if names == "all":
            scope = next(one for one in self.scopes if set(targets) <= set(one.drawing.nodes))
            self.back_to_normal(scope, [token for token in scope.tokens if token.kind == "host"])
            chosen = [token for token in scope.tokens if token.kind != "armed"]
            scope.parked.clear()
        else:
            scope, chosen = self.carriers([self.waiting(name) for name in names], set(targets))
            self.back_to_normal(scope, chosen)
        for token in chosen:
            if token in scope.tokens:
                self.cancel(token)
        for target in targets:
            self.place(scope, target)
        self.settle()

    def waiting(self, name):
        tokens = [token for scope in self.scopes for token in scope.tokens if name in self.names(token)]
        return min(tokens, key=lambda token: token.number)

    def carriers(self, tokens, targets):
        scope = tokens[0].scope
        while not targets <= set(scope.drawing.nodes):
            scope = scope.host.scope
        return scope, [self.carrier_in(scope, token) for token in tokens]

    def carrier_in(self, scope, token):
        while token.scope is not scope:
            token = token.scope.host
        return token.carrier or token

    def back_to_normal(self, scope, chosen):
        """Whoever is moved out of an event sub-process that had stopped the rest starts the rest anew: events are armed."""
        starts = [scope.drawing.embedded[token.node] for token in chosen if self.is_event_subprocess(token)]
        if any(inner.nodes[start_of(inner)][1]["isInterrupting"] == "true" for inner in starts):
            self.arm(scope)

    @staticmethod
    def is_event_subprocess(token):
        return token.kind == "host" and "triggeredByEvent" in token.scope.drawing.nodes[token.node][1]

    def place(self, scope, target):
        if scope.drawing.nodes[target][0] in ("parallelGateway", "inclusiveGateway"):
            self.leave(scope, target)
        else:
            self.queue.append((scope, target, None))

    # -------------------------------------------------------------- another version of the drawing

    def migrate(self, drawing):
        """The same tokens in a drawing that kept every node."""
        drawings = {None: drawing}
        for scope in self.scopes:  # the outer ones come first
            scope.drawing = drawings[scope.host]
            for token in scope.tokens:
                drawings[token] = scope.drawing.embedded.get(token.node)
        self.settle()

    # -------------------------------------------------------------- what must be true

    def survivors(self):
        """What waits, by number: a wait that a move does not touch keeps its own."""
        return {
            (token.number, name)
            for scope in self.scopes
            for token in scope.tokens
            if token.kind != "armed"
            for name in self.names(token)
        }

    def unsound(self):
        """A place with more or fewer tokens than one round of the drawing has there; "" when there is none.

        Judged by the drawing's blocks alone: in a parallel block every branch holds exactly one token or none does,
        else its join would go on without a branch of this round, wait for ever, or be passed twice.
        """
        for scope in [one for one in self.scopes if one.drawing.region is not None]:
            standing = Counter(token.node for token in scope.tokens if token.kind in STANDING and not token.carrier)
            arrived = Counter(source for parked in scope.parked.values() for source in parked.elements())
            for node in self.beside(scope):
                del standing[node], arrived[node]
            try:
                units(scope.drawing.region, standing, arrived)
            except Unsound as error:
                return str(error)
        return ""

    def beside(self, scope):
        """Behind events that interrupt nobody: as many tokens as like, on a way to an end of their own."""
        nodes, found = scope.drawing.nodes, set()
        todo = [name for name, (_, told, _) in nodes.items() if told.get("cancelActivity") == "false"]
        while todo:
            found |= self.reach(scope, todo.pop(), None)
            events = [name for name, (_, told, _) in nodes.items() if told.get("attachedToRef") in found]
            todo += [name for name in events if name not in found]
        return found


class Unsound(Exception):
    pass


def units(region, standing, arrived):
    """How many tokens of one round a region holds: none or one."""
    kind = region.tree["kind"]
    own = region.nodes - frozenset().union(*(part.nodes for part in region.parts))
    if kind in ("and", "or"):
        branches = [units(part, standing, arrived) + arrived[part.ends[1]] for part in region.parts]
        split = standing[region.ends[0]]
        if max(branches) > 1 or (split and any(branches)) or (kind == "and" and 0 < sum(branches) < len(branches)):
            raise Unsound(f"{kind} {region.ends}: {branches}, {split} before it")
        return split or int(any(branches))
    found = sum(standing[node] for node in own) + sum(units(part, standing, arrived) for part in region.parts)
    if found > 1:
        raise Unsound(f"{kind} {region.ends}: {found} tokens where one can be")
    return found
