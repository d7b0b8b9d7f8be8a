"""Random block-structured processes and random walks through them; the same seed always gives the same."""

import random

from engine_drawing import Case, Drawing, instances, message, timer
from engine_reference import Reference

BLOCKS = ("seq", "seq", "seq", "xor", "and", "and", "or", "or", "loop", "loop", "sub", "timer", "ask", "many", "choice")
GATEWAY = {"xor": "exclusiveGateway", "and": "parallelGateway", "or": "inclusiveGateway"}


class RandomProcess:
    """`drawing` with sub-processes in `drawing.embedded`; `conditions` are the variables its flows ask for."""

    def __init__(self, seed):
        self.random, self.count, self.conditions = random.Random(seed), 0, []
        self.drawing = self._scope("p", 4, loop=False)

    def _name(self, prefix):
        self.count += 1
        return f"{prefix}{self.count}"

    def _node(self, kind, prefix, inner="", **attributes):
        name = self._name(prefix)
        self.here.node(kind, name, inner, **attributes)
        return name

    def _condition(self):
        self.conditions.append(self._name("c"))
        return self.conditions[-1]

    def _scope(self, identity, depth, loop):
        before, self.here = getattr(self, "here", None), Drawing(identity)
        scope = self.here
        start, first_last, end = self._node("startEvent", "s"), self._block(depth, False), self._node("endEvent", "e")
        scope.flow(start, first_last[0]).flow(first_last[1], end)
        self.here = before
        return scope

    def _block(self, depth, inclusive):
        kind = self.random.choice(BLOCKS) if depth else "user"
        if kind == "or" and inclusive:
            kind = "and"  # nested inclusive gateways are refused
        return getattr(self, f"_{kind}")(depth - 1, inclusive)

    def _user(self, depth=0, inclusive=False):
        name = self._node("userTask", "u")
        return name, name

    def _seq(self, depth, inclusive):
        first, second = self._block(depth, inclusive), self._block(depth, inclusive)
        self.here.flow(first[1], second[0])
        return first[0], second[1]

    def _split(self, kind, depth, inclusive):
        split, join = self._node(GATEWAY[kind], "g"), self._node(GATEWAY[kind], "j")
        for number in range(self.random.choice((2, 2, 3))):
            first, last = self._block(depth, inclusive)
            if kind == "and":
                self.here.flow(split, first)
            elif number:
                self.here.flow(split, first, self._condition())
            else:
                self.here.flow(split, first, default=True)
            self.here.flow(last, join)
        return split, join

    def _xor(self, depth, inclusive):
        return self._split("xor", depth, inclusive)

    def _and(self, depth, inclusive):
        return self._split("and", depth, inclusive)

    def _or(self, depth, inclusive):
        return self._split("or", depth, True)

    def _loop(self, depth, inclusive):
        merge, fork = self._node("exclusiveGateway", "m"), self._node("exclusiveGateway", "g")
        first, last = self._block(depth, inclusive)
        # A person stands in every round: a loop nobody stands in is cut off, not run.
        user, after = self._user()[0], self._user()[0]
        self.here.flow(merge, first).flow(last, user).flow(user, fork)
        self.here.flow(fork, merge, self._condition()).flow(fork, after, default=True)
        return merge, after

    def _sub(self, depth, inclusive):
        name = self._name("sp")
        inner = self._scope(name, depth, False)
        self.here.node("subProcess", name, inner.body())
        self.here.embedded[name] = inner
        if self.random.random() < 0.4:
            return self._interrupted(name)
        return name, name

    def _interrupted(self, host):
        event, late, merge = self._name("t"), self._user()[0], self._node("exclusiveGateway", "m")
        self.here.boundary(host, event, timer())
        self.here.flow(event, late).flow(host, merge).flow(late, merge)
        return host, merge

    def _timer(self, depth, inclusive):
        return self._interrupted(self._user()[0])

    def _ask(self, depth, inclusive):
        user, event = self._user()[0], self._name("q")
        self.here.boundary(user, event, message(), interrupting=False)
        # Two tasks at least: what comes after a non-interrupting event must not be taken for the activity itself.
        asked, answer, end = self._user()[0], self._block(max(depth, 0), inclusive), self._node("endEvent", "e")
        self.here.flow(event, asked).flow(asked, answer[0]).flow(answer[1], end)
        return self._interrupted(user) if self.random.random() < 0.4 else (user, user)

    def _many(self, depth, inclusive):
        count, sequential = self.random.choice((2, 3)), self.random.random() < 0.5
        told = instances(count=str(count), output="", sequential=sequential)
        name = self._node("userTask", "u", told)
        self.here.repeated[name] = (count, sequential)
        return name, name

    def _choice(self, depth, inclusive):
        gateway, merge = self._node("eventBasedGateway", "g"), self._node("exclusiveGateway", "m")
        for what in (message(), timer()):
            event, user = self._node("intermediateCatchEvent", "k", what), self._user()[0]
            self.here.flow(gateway, event).flow(event, user).flow(user, merge)
        return gateway, merge


def open_names(case):
    return sorted(
        name for wait in case.waits.values() for name in ([one.element for one in wait.subscriptions] or [wait.element])
    )


def act(case, name, variables):
    wait = case.waits[case.token(name)]
    return case.fire(name, **variables) if wait.subscriptions else case.do(name, **variables)


def pick(chance, names):
    """Mostly tasks: a process whose events come all the time never ends."""
    tasks = [name for name in names if name[0] == "u"]
    return chance.choice(tasks if tasks and chance.random() < 0.75 else names)


def differs(process, executable, seed, steps=40):
    """Walks engine and reference side by side; the first difference as text, "" when there is none."""
    chance = random.Random(seed)
    variables = {name: chance.random() < 0.5 for name in process.conditions}
    case, judge, log = Case(executable, variables), Reference(process.drawing, variables), []
    for _ in range(steps):
        names = open_names(case)
        if names != judge.open() or case.done != judge.done:
            return f"after {log[-6:]}: engine {names} {case.done}, reference {judge.open()} {judge.done}"
        if case.done:
            return ""
        name = pick(chance, names)
        variables = {one: chance.random() < 0.5 for one in process.conditions}
        log.append(name)
        act(case, name, variables)
        judge.act(name, variables)
    return ""
