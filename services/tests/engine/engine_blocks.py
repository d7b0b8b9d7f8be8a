"""A block-structured process as a tree of plain values, and its drawing. A tree can be saved, shrunk and drawn again.

A block is {"kind": …, "parts": [blocks], …}; `Drawn(tree)` has `drawing`, `called`, the `conditions` its flows ask for, and
those that events wait for (`awaited`: event -> variable).
"""

from dataclasses import dataclass

from engine_drawing import Drawing, condition, event, instances, mapping, message, timer

GATEWAY = {"xor": "exclusiveGateway", "and": "parallelGateway", "or": "inclusiveGateway"}
EVENTS = {
    "message": message(),
    "recall": message("m_recall"),
    "signal": event("signal", signalRef="sg"),
    "timer": timer(),
    "cycle": timer("R/P1D", "timeCycle"),
    "error": event("error", errorRef="er"),
    "escalation": event("escalation", escalationRef="es"),
}


@dataclass(frozen=True, slots=True)
class Region:
    """Where a block was drawn: its nodes in its own scope, and the regions of its parts there."""

    tree: dict
    ends: tuple
    nodes: frozenset
    parts: tuple


class Drawn:
    def __init__(self, tree, changes=()):
        self.tree, self.changes = tree, dict(changes)  # of a newer version: sequence flow -> the task put into it
        self.count, self.conditions, self.called, self.awaited = 0, [], [], {}
        self.regions = []  # of the blocks beside each other that are being drawn
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

    def caught(self, kind, name):
        """What the event of that name waits for; every condition is a variable of its own."""
        if kind != "conditional":
            return EVENTS[kind]
        self.awaited[name] = self.name("w")
        return condition(self.awaited[name])

    def scope(self, identity, tree, branch=None):
        """A scope around the one part of a tree; `branch` draws a second way beside it, without a join."""
        before, self.here = getattr(self, "here", None), Drawing(identity)
        scope, start = self.here, self.node("startEvent", "s")
        if branch is not None:
            fork = self.node("parallelGateway", "g")
            scope.flow(start, fork)
            branch(fork)
            start = fork
        regions, self.regions = self.regions, []
        first, last = self.block(tree["parts"][0])
        (scope.region,), self.regions = self.regions, regions
        scope.flow(start, first).flow(last, self.node("endEvent", "e"))
        for told in tree.get("events", ()):
            self.event_subprocess(told)
        self.change(scope)
        self.here = before
        return scope

    def change(self, scope):
        """For a newer version of the same drawing."""

    def event_subprocess(self, told):
        name, outer = self.name("es"), self.here
        self.here = inner = Drawing(name)
        start = self.name("z")
        what = self.caught(told["event"], start)
        inner.node("startEvent", start, what, isInterrupting=str(told["interrupting"]).lower())
        inner.chain(start, *(self.user() for _ in range(told["length"])), self.node("endEvent", "e"))
        self.here = outer
        outer.node("subProcess", name, inner.body(), triggeredByEvent="true")
        outer.embedded[name] = inner

    # -------------------------------------------------------------- blocks: each gives its first and its last node

    def block(self, tree):
        beside, self.regions = self.regions, []
        before = set(self.here.nodes)
        ends = getattr(self, f"draw_{tree['kind']}")(tree)
        region = Region(tree, ends, frozenset(set(self.here.nodes) - before), tuple(self.regions))
        self.regions = [*beside, region]
        return ends

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
        name = self.name("k")
        self.here.node("intermediateCatchEvent", name, self.caught(tree["event"], name))
        return name, name

    def draw_receive(self, tree):
        name = self.node("receiveTask", "k", messageRef="m_recall")
        return name, name

    def draw_tell(self, tree):
        """Somebody works, then all who wait in the case hear of it."""
        user, thrown = self.user(), self.node("intermediateThrowEvent", "th", EVENTS[tree["event"]])
        self.here.flow(user, thrown)
        return user, thrown

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
        again = self.condition()
        first, last = self.block(tree["parts"][0])
        # A person stands in every round: a loop nobody stands in is cut off, not run.
        user, after = self.user(), self.user()
        self.here.flow(merge, first).flow(last, user).flow(user, fork)
        self.here.flow(fork, merge, again).flow(fork, after, default=True)
        return merge, after

    def draw_stop(self, tree):
        """A terminate end ends its scope and nothing beyond."""
        gateway, end = self.node("exclusiveGateway", "g"), self.node("endEvent", "e", event("terminate"))
        first, last = self.block(tree["parts"][0])
        self.here.flow(gateway, end, self.condition()).flow(gateway, first, default=True)
        return gateway, last

    def draw_sub(self, tree):
        name = self.host(tree)
        return self.interrupted(name, "timer") if tree.get("late") else (name, name)

    def host(self, tree, branch=None):
        """A sub-process or a call activity around the tree's part."""
        called = tree.get("call")
        name, outside = self.name("sp"), [*self.conditions]
        inner = self.scope(f"{name}p" if called else name, tree, branch)
        if called:
            self.called.append(inner)
            self.here.node("callActivity", name, self.mapped(name, tree, outside), calledElement=inner.identity)
        else:
            self.here.node("subProcess", name, inner.body())
        self.here.embedded[name] = inner
        if tree.get("repeat"):
            self.repeat(name, tree["repeat"])
        return name

    def mapped(self, name, tree, outside):
        """Hands some variables to the called process and takes some back: each for another name out here."""
        if not tree.get("mapped"):
            return ""
        inside = [one for one in (*self.conditions, *self.awaited.values()) if one not in outside]
        given = {one: (outside or inside)[at % len(outside or inside)] for at, one in enumerate(inside) if at % 3}
        taken = {one: inside[at % len(inside)] for at, one in enumerate(outside) if at % 2} if inside else {}
        given, taken = given or {"nothing": "nothing"}, taken or {"nothing": "nothing"}
        self.here.mapped[name] = given, taken
        return mapping(input=given, output=taken)

    def interrupted(self, host, kind, prefix="t"):
        caught, late, merge = self.name(prefix), self.user(), self.node("exclusiveGateway", "m")
        self.here.boundary(host, caught, self.caught(kind, caught))
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
        return self.interrupted(self.host(tree, branch), "error", "x")

    def draw_climb(self, tree):
        """Inside, beside the part, somebody escalates and goes on, unless the boundary interrupts."""

        def branch(fork):
            up = self.node("intermediateThrowEvent", "th", EVENTS["escalation"])
            self.here.flow(fork, up).chain(up, self.user(), self.node("endEvent", "e"))

        host = self.host(tree, branch)
        if tree["interrupting"]:
            return self.interrupted(host, "escalation", "x")
        caught = self.name("y")
        self.here.boundary(host, caught, EVENTS["escalation"], interrupting=False)
        self.here.chain(caught, self.user(), self.user(), self.node("endEvent", "e"))
        return host, host

    def draw_timer(self, tree):
        return self.interrupted(self.user(), tree["event"])

    def draw_ask(self, tree):
        user, caught = self.user(), self.name("q")
        self.here.boundary(user, caught, EVENTS[tree["event"]], interrupting=False)
        asked, answer, end = self.user(), self.block(tree["parts"][0]), self.node("endEvent", "e")
        self.here.flow(caught, asked).flow(asked, answer[0]).flow(answer[1], end)
        return self.interrupted(user, "timer") if tree.get("late") else (user, user)

    def draw_choice(self, tree):
        gateway, merge = self.node("eventBasedGateway", "g"), self.node("exclusiveGateway", "m")
        for what in ("message", "timer", *(("signal",) if tree["event"] == "signal" else ())):
            caught, user = self.node("intermediateCatchEvent", "k", EVENTS[what]), self.user()
            self.here.flow(gateway, caught).flow(caught, user).flow(user, merge)
        return gateway, merge
