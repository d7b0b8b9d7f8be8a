"""Moves for the reference interpreter, and what must be true of the tokens after any of them.

A move cancels activities with all that is armed around them or runs inside, and puts one token at each target.
"""

from collections import Counter
from functools import partial

from engine_reference import Reference, start_of
from engine_rounds import Unsound, judge_rounds

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
            scope, chosen = self.carriers(self.waiting(names), set(targets))
            self.back_to_normal(scope, chosen)
        for token in chosen:
            if token in scope.tokens:
                self.cancel(token)
        for target in targets:
            self.place(scope, target)
        self.settle()

    def waiting(self, names):
        """A name that stands there twice means two tokens, the older first."""
        found = []
        for name in names:
            tokens = [token for scope in self.scopes for token in scope.tokens if name in self.names(token)]
            fresh = [token for token in tokens if (name, token) not in found]
            found.append((name, min(fresh, key=lambda token: token.number)))
        return [token for _, token in found]

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
        """A place with more or fewer tokens than rounds of the drawing have there; "" when there is none.

        Else a join would go on without a branch of this round, wait for ever, or be passed twice.
        """
        for scope in self.scopes:
            standing = Counter(token.node for token in scope.tokens if token.kind in STANDING and not token.carrier)
            arrived = Counter(source for parked in scope.parked.values() for source in parked.elements())
            if scope.drawing.region is None:
                continue
            try:
                judge_rounds(scope.drawing.region, standing, arrived, partial(self.behind, scope))
            except Unsound as error:
                return str(error)
        return ""

    def behind(self, scope, hosts):
        """Where events that interrupt nobody lead to: as many tokens as like, on a way to an end of their own."""
        nodes, found = scope.drawing.nodes, set()
        todo = [
            name
            for name, (_, told, _) in nodes.items()
            if told.get("cancelActivity") == "false" and told["attachedToRef"] in hosts
        ]
        while todo:
            found |= self.reach(scope, todo.pop(), None)
            events = [name for name, (_, told, _) in nodes.items() if told.get("attachedToRef") in found]
            todo += [name for name in events if name not in found]
        return found
