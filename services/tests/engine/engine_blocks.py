"""A block-structured process as a tree of plain values, and its drawing. A tree can be saved, shrunk and drawn again.

A block is {"kind": …, "parts": [blocks], …}; `Drawn(tree)` has `drawing`, `called` and the `conditions` its flows ask for.
"""

from engine_drawing import Drawing, event, instances, message, timer

GATEWAY = {"xor": "exclusiveGateway", "and": "parallelGateway", "or": "inclusiveGateway"}
EVENTS = {"message": message(), "timer": timer(), "error": event("error", errorRef="er")}


class Drawn:
    def __init__(self, tree):
        self.count, self.conditions, self.called = 0, [], []
        self.drawing = self.scope("p", tree)

    def xml(self):
        return self.drawing.xml(*self.called)

    # -------------------------------------------------------------- names and nodes

    def name(self, prefix):
        self.count += 1
        return f"{prefix}{self.count}"

    def node(self, kind, prefix, inner="", **attributes):
        name = self.name(prefix)
        self.here.node(kind, name, inner, **attributes)
        return name

    def user(self):
        return self.node("userTask", "u")

    def condition(self):
        self.conditions.append(self.name("c"))
        return self.conditions[-1]

    def scope(self, identity, tree, branch=None):
        """A scope around the one part of a tree; `branch` draws a second way beside it, without a join."""
        before, self.here = getattr(self, "here", None), Drawing(identity)
        scope, start = self.here, self.node("startEvent", "s")
        if branch is not None:
            fork = self.node("parallelGateway", "g")
            scope.flow(start, fork)
            branch(fork)
            start = fork
        first, last = self.block(tree["parts"][0])
        scope.flow(start, first).flow(last, self.node("endEvent", "e"))
        for told in tree.get("events", ()):
            self.event_subprocess(told)
        self.here = before
        return scope

    def event_subprocess(self, told):
        name, outer = self.name("es"), self.here
        self.here = inner = Drawing(name)
        start = self.node("startEvent", "z", EVENTS[told["event"]], isInterrupting=str(told["interrupting"]).lower())
        inner.chain(start, *(self.user() for _ in range(told["length"])), self.node("endEvent", "e"))
        self.here = outer
        outer.node("subProcess", name, inner.body(), triggeredByEvent="true")
        outer.embedded[name] = inner

    # -------------------------------------------------------------- blocks: each gives its first and its last node

    def block(self, tree):
        return getattr(self, f"draw_{tree['kind']}")(tree)

    def draw_user(self, tree):
        name = self.user()
        return name, name

    def draw_many(self, tree):
        name = self.user()
        self.repeat(name, tree)
        return name, name

    def repeat(self, name, told):
        """Several instances, or a standard loop."""
        if told["how"] == "loop":
            condition = self.condition()
            loop = (
                f'<bpmn:standardLoopCharacteristics loopMaximum="{told["count"]}" testBefore="{told["before"]}">'
                f"<bpmn:loopCondition>{condition}</bpmn:loopCondition></bpmn:standardLoopCharacteristics>"
            )
            self.here.inside(name, loop)
            self.here.loops[name] = (told["count"], condition, told["before"] == "true")
            return
        until = f"nrOfCompletedInstances >= {told['until']}" if told.get("until") else ""
        sequential = told["how"] == "sequential"
        self.here.inside(name, instances(count=str(told["count"]), output="", sequential=sequential, until=until))
        self.here.repeated[name] = (told["count"], sequential, told.get("until") or told["count"])

    def draw_catch(self, tree):
        name = self.node("intermediateCatchEvent", "k", EVENTS[tree["event"]])
        return name, name

    def draw_receive(self, tree):
        name = self.node("receiveTask", "k", messageRef="m_recall")
        return name, name

    def draw_link(self, tree):
        name = self.name("L")
        source = self.node("intermediateThrowEvent", "th", event("link", name=name))
        target = self.node("intermediateCatchEvent", "l", event("link", name=name))
        self.here.links[source] = target
        return source, target

    def draw_seq(self, tree):
        first, second = (self.block(part) for part in tree["parts"])
        self.here.flow(first[1], second[0])
        return first[0], second[1]

    def split(self, tree):
        kind = tree["kind"]
        split = self.user() if tree.get("task") else self.node(GATEWAY[kind], "g")
        join = self.node(GATEWAY[kind], "j")
        for number, part in enumerate(tree["parts"]):
            first, last = self.block(part)
            if kind == "and":
                self.here.flow(split, first)
            elif number:
                self.here.flow(split, first, self.condition())
            else:
                self.here.flow(split, first, default=True)
            self.here.flow(last, join)
        return split, join

    draw_xor = draw_and = draw_or = split

    def draw_loop(self, tree):
        merge, fork = self.node("exclusiveGateway", "m"), self.node("exclusiveGateway", "g")
        first, last = self.block(tree["parts"][0])
        # A person stands in every round: a loop nobody stands in is cut off, not run.
        user, after = self.user(), self.user()
        self.here.flow(merge, first).flow(last, user).flow(user, fork)
        self.here.flow(fork, merge, self.condition()).flow(fork, after, default=True)
        return merge, after

    def draw_stop(self, tree):
        """A terminate end ends its scope and nothing beyond."""
        gateway, end = self.node("exclusiveGateway", "g"), self.node("endEvent", "e", event("terminate"))
        first, last = self.block(tree["parts"][0])
        self.here.flow(gateway, end, self.condition()).flow(gateway, first, default=True)
        return gateway, last

    def draw_sub(self, tree):
        name = self.host(tree)
        return self.interrupted(name, EVENTS["timer"]) if tree.get("late") else (name, name)

    def host(self, tree, branch=None):
        """A sub-process or a call activity around the tree's part."""
        called = tree.get("call")
        name = self.name("sp")
        inner = self.scope(f"{name}p" if called else name, tree, branch)
        if called:
            self.called.append(inner)
            self.here.node("callActivity", name, calledElement=inner.identity)
        else:
            self.here.node("subProcess", name, inner.body())
        self.here.embedded[name] = inner
        if tree.get("repeat"):
            self.repeat(name, tree["repeat"])
        return name

    def interrupted(self, host, what, prefix="t"):
        caught, late, merge = self.name(prefix), self.user(), self.node("exclusiveGateway", "m")
        self.here.boundary(host, caught, what)
        self.here.flow(caught, late).flow(host, merge).flow(late, merge)
        return host, merge

    def draw_fail(self, tree):
        """Inside, beside the part, somebody may throw an error; the boundary catches it, or an event sub-process."""

        def branch(fork):
            user, gateway = self.user(), self.node("exclusiveGateway", "g")
            bad, good = self.node("endEvent", "e", event("error", errorRef="er")), self.node("endEvent", "e")
            self.here.flow(fork, user).flow(user, gateway)
            self.here.flow(gateway, bad, self.condition()).flow(gateway, good, default=True)

        if tree.get("beside"):
            caught = {"event": "error", "interrupting": True, "length": 1}
            name = self.host({**tree, "events": [*tree["events"], caught]}, branch)
            return name, name
        return self.interrupted(self.host(tree, branch), EVENTS["error"], "x")

    def draw_climb(self, tree):
        """Inside, beside the part, somebody escalates and goes on, unless the boundary interrupts."""

        def branch(fork):
            up = self.node("intermediateThrowEvent", "th", event("escalation", escalationRef="es"))
            self.here.flow(fork, up).chain(up, self.user(), self.node("endEvent", "e"))

        host, what = self.host(tree, branch), event("escalation", escalationRef="es")
        if tree["interrupting"]:
            return self.interrupted(host, what, "x")
        caught = self.name("y")
        self.here.boundary(host, caught, what, interrupting=False)
        self.here.chain(caught, self.user(), self.user(), self.node("endEvent", "e"))
        return host, host

    def draw_timer(self, tree):
        return self.interrupted(self.user(), EVENTS[tree["event"]])

    def draw_ask(self, tree):
        user, caught = self.user(), self.name("q")
        self.here.boundary(user, caught, EVENTS[tree["event"]], interrupting=False)
        asked, answer, end = self.user(), self.block(tree["parts"][0]), self.node("endEvent", "e")
        self.here.flow(caught, asked).flow(asked, answer[0]).flow(answer[1], end)
        return self.interrupted(user, EVENTS["timer"]) if tree.get("late") else (user, user)

    def draw_choice(self, tree):
        gateway, merge = self.node("eventBasedGateway", "g"), self.node("exclusiveGateway", "m")
        for what in ("message", "timer"):
            caught, user = self.node("intermediateCatchEvent", "k", EVENTS[what]), self.user()
            self.here.flow(gateway, caught).flow(caught, user).flow(user, merge)
        return gateway, merge
